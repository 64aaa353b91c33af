/** Snapshots: interrupts after a restore are as they were when the machine was saved. */

import type { RuleCase } from './case.ts';

/** MSI-X of 00:03.0 on, entry 0 programmed and masked. */
const MASKED = `
  mw 4 0xc0002000 <- 0xfee00000
  mw 4 0xc0002004 <- 0x00000000
  mw 4 0xc0002008 <- 0x00004041
  mr 4 0xc0002000 -> 0xfee00000
  mr 4 0xc0002004 -> 0x00000000
  mr 4 0xc0002008 -> 0x00004041
  mr 4 0xc000200c -> 0x00000001
  cw 2 00:03.0 0x72 <- 0x8000
  cr 2 00:03.0 0x72 -> 0x8003
`;

const UNMASK = `
  mw 4 0xc000200c <- 0x00000000
  mr 4 0xc000200c -> 0x00000000
`;

/** MSI of 00:04.0 on. */
const MSI = `
  cw 4 00:04.0 0x44 <- 0xfee01000
  cr 4 00:04.0 0x44 -> 0xfee01000
  cw 2 00:04.0 0x48 <- 0x0031
  cr 2 00:04.0 0x48 -> 0x0031
  cw 2 00:04.0 0x42 <- 0x0001
  cr 2 00:04.0 0x42 -> 0x0001
`;

export const cases: readonly RuleCase[] = [
  {
    rule: 'SNAP-003',
    title: 'a pending bit is lost',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${MASKED}
      mr 4 0xc0003000 -> 0x00000001
      save
      restore
      mr 4 0xc0003000 -> 0x00000001 | 0x00000000
    `,
  },
  {
    rule: 'SNAP-003',
    title: 'the pending bit of an event that the source tells of is lost',
    machine: 'caps=fire,msi',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${MASKED}
      fire 00:03.0 0
      save
      mw 4 0xc000200c <- 0x00000000
      message 0xfee00000 0x4041 00:03.0
      restore
      mr 4 0xc0003000 -> 0x00000001 | 0x00000000
    `,
  },
  {
    rule: 'SNAP-003',
    title: 'an event that was pending at the snapshot is never delivered',
    machine: 'caps=fire,msi',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${MASKED}
      fire 00:03.0 0
      save
      restore
      mw 4 0xc000200c <- 0x00000000
      +! message 0xfee00000 0x4041 00:03.0
      cr 4 00:03.0 0x00 -> 0x10411af4
    `,
  },
  {
    rule: 'SNAP-003',
    title: 'a vector that was masked at the snapshot sends after the restore',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${MASKED}
      save
      ${UNMASK}
      message 0xfee00000 0x4041 00:03.0
      restore
      cr 2 00:03.0 0x72 -> 0x8003
      -! message 0xfee00000 0x4041 00:03.0
    `,
  },
  {
    rule: 'SNAP-003',
    title: 'a message has the data that was programmed after the snapshot',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${MASKED}
      ${UNMASK}
      message 0xfee00000 0x4041
      save
      mw 4 0xc000200c <- 0x00000001
      mr 4 0xc000200c -> 0x00000001
      mw 4 0xc0002008 <- 0x00004051
      mr 4 0xc0002008 -> 0x00004051
      ${UNMASK}
      message 0xfee00000 0x4051
      restore
      cr 2 00:03.0 0x72 -> 0x8003
      message 0xfee00000 0x4041 | 0x4051
    `,
  },
  {
    rule: 'SNAP-003',
    title: 'a message of MSI is sent though MSI was disabled at the snapshot',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      ${MSI}
      cw 2 00:04.0 0x42 <- 0x0000
      cr 2 00:04.0 0x42 -> 0x0000
      save
      cw 2 00:04.0 0x42 <- 0x0001
      cr 2 00:04.0 0x42 -> 0x0001
      message 0xfee01000 0x31 00:04.0
      restore
      cr 2 00:04.0 0x42 -> 0x0000
      -! message 0xfee01000 0x31 00:04.0
    `,
  },
  {
    rule: 'SNAP-003',
    title: 'the level of INTx is lost',
    machine: 'caps=intx',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      intx 00:04.0 1
      save
      intx 00:04.0 0
      restore
      +! intx 00:04.0 1
      -! intx 00:04.0 0
      cr 2 00:04.0 0x04 -> 0x0007
    `,
  },
  {
    rule: 'SNAP-003',
    title: 'the input that a function drives loses its level',
    machine: 'caps=intx irq=00:04.0:16',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      line 16 1
      save
      restore
      line 16 0
      +! line 16 1
      cr 2 00:04.0 0x04 -> 0x0007
    `,
  },
  {
    rule: 'SNAP-003',
    title: 'Interrupt Status is 0 though INTx was asserted at the snapshot',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      cw 2 00:04.0 0x04 <- 0x0407
      cr 2 00:04.0 0x04 -> 0x0407
      cw 2 00:04.0 0x04 <- 0x0007
      cr 2 00:04.0 0x04 -> 0x0007
      intx 00:04.0 1
      cr 2 00:04.0 0x06 -> 0x0218
      save
      intx 00:04.0 0
      restore
      cr 2 00:04.0 0x06 -> 0x0218 | 0x0210
    `,
  },
  {
    rule: 'SNAP-004',
    title: 'a message of MSI-X is sent while nothing happens',
    machine: 'caps=fire,msi',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      ${MSI}
      fire 00:04.0 0
      message 0xfee01000 0x31 00:04.0
      save
      restore
      -! message 0xfee01000 0x31 00:04.0
      cr 2 00:04.0 0x42 -> 0x0001
    `,
  },
  {
    rule: 'SNAP-004',
    title: 'INTx is asserted while nothing happens',
    machine: 'caps=intx',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      intx 00:04.0 1
      intx 00:04.0 0
      save
      restore
      intx 00:04.0 0 | 1
      cr 2 00:04.0 0x04 -> 0x0007
    `,
  },
  {
    rule: 'SNAP-004',
    title: 'Status reports an error that nothing has made',
    given: ['power-on', 'conventional'],
    steps: `
      cr 2 00:04.0 0x06 -> 0x0210
      cr 2 00:04.0 0x04 -> 0x0000
      save
      cw 2 00:04.0 0x04 <- 0x0007
      restore
      cr 2 00:04.0 0x06 -> 0x0210 | 0x2210
    `,
  },
];
