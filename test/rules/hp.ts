/** Hot plug and removal. */

import type { RuleCase } from './case.ts';

/** A device register of the memory BAR below the root port whose value tells that the BAR is reached. */
const MARKER = `
  mr 4 0xc1000100 -> 0x5a5a1234
  mr 4 0xc1000100 -> 0x5a5a1234
`;

/** Takes the power from the slot of 00:1c.0 and waits for it: the command completes, the link goes down. */
const POWER_OFF = `
  cw 2 00:1c.0 0x98 <- 0x05c0
  cr 2 00:1c.0 0x98 -> 0x05c0
  cr 2 00:1c.0 0x9a -> 0x0150
  cw 2 00:1c.0 0x9a <- 0x0110
  cr 2 00:1c.0 0x9a -> 0x0040
  cr 4 01:00.0 0x00 -> 0xffffffff
`;

/** Gives it back. */
const POWER_ON = `
  cw 2 00:1c.0 0x98 <- 0x01c0
  cr 2 00:1c.0 0x98 -> 0x01c0
  cr 2 00:1c.0 0x9a -> 0x0150
  cw 2 00:1c.0 0x9a <- 0x0110
  cr 2 00:1c.0 0x9a -> 0x0040
  cr 4 01:00.0 0x00 -> 0x10411af4
`;

export const cases: readonly RuleCase[] = [
  {
    rule: 'HP-001',
    title: 'a function that was removed still answers',
    given: ['power-on', 'root-port', 'below'],
    steps: `
      unplug 01:00.0
      cr 4 01:00.0 0x00 -> 0xffffffff | 0x10411af4
    `,
  },
  {
    rule: 'HP-001',
    title: 'a BAR of a function that was removed still answers',
    given: ['power-on', 'root-port', 'below'],
    steps: `
      ${MARKER}
      unplug 01:00.0
      mr 4 0xc1000100 -> 0xffffffff | 0x5a5a1234
    `,
  },
  {
    rule: 'HP-001',
    title: 'a function that was removed sends a message',
    given: ['power-on', 'root-port', 'below'],
    steps: `
      mw 4 0xc1002000 <- 0xfee00000
      mw 4 0xc1002004 <- 0x00000000
      mw 4 0xc1002008 <- 0x00004041
      mw 4 0xc100200c <- 0x00000000
      cw 2 01:00.0 0x42 <- 0x8000
      cr 2 01:00.0 0x42 -> 0x8003
      message 0xfee00000 0x4041
      unplug 01:00.0
      -! message 0xfee00000 0x4041
    `,
  },
  {
    rule: 'HP-003',
    title: 'a function that was added has its enables set',
    choices: { preassigned: 'off' },
    given: ['power-on', 'root-port', 'below'],
    steps: `
      unplug 01:00.0
      cr 4 01:00.0 0x00 -> 0xffffffff
      plug 01:00.0
      cr 4 01:00.0 0x00 -> 0x10411af4
      cr 2 01:00.0 0x04 -> 0x0000 | 0x0007
    `,
  },
  {
    rule: 'HP-003',
    title: 'a function that was added has MSI-X enabled',
    choices: { preassigned: 'off' },
    given: ['power-on', 'root-port', 'below'],
    steps: `
      cw 2 01:00.0 0x42 <- 0x8000
      cr 2 01:00.0 0x42 -> 0x8003
      unplug 01:00.0
      cr 4 01:00.0 0x00 -> 0xffffffff
      plug 01:00.0
      cr 4 01:00.0 0x00 -> 0x10411af4
      cr 1 01:00.0 0x0e -> 0x00
      cr 2 01:00.0 0x06 -> 0x0010
      cr 1 01:00.0 0x34 -> 0x40
      cr 4 01:00.0 0x40 -> 0x00038011 | 0x80038011
    `,
  },
  {
    rule: 'HP-003',
    title: 'a function that was put in again does not decode its BAR after it was enabled',
    given: ['power-on', 'root-port', 'below'],
    steps: `
      mr 4 0xc1003000 -> 0x00000000
      unplug 01:00.0
      cr 4 01:00.0 0x00 -> 0xffffffff
      plug 01:00.0
      cr 4 01:00.0 0x00 -> 0x10411af4
      cr 4 01:00.0 0x08 -> 0x02000001
      cr 4 01:00.0 0x2c -> 0x11001af4
      cr 4 01:00.0 0x34 -> 0x00000040
      cr 4 01:00.0 0x40 -> 0x00038011
      cr 4 01:00.0 0x44 -> 0x00002000
      cr 4 01:00.0 0x48 -> 0x00003000
      cw 4 01:00.0 0x20 <- 0x00000000
      cr 4 01:00.0 0x20 -> 0x0000000c
      cw 4 01:00.0 0x24 <- 0x00000008
      cr 4 01:00.0 0x24 -> 0x00000008
      cr 4 01:00.0 0x30 -> 0x00000000
      cw 4 01:00.0 0x10 <- 0xc1000000
      cr 4 01:00.0 0x10 -> 0xc1000000
      cw 2 01:00.0 0x04 <- 0x0006
      cr 2 01:00.0 0x04 -> 0x0006
      mr 4 0xc1003000 -> 0x00000000 | 0xffffffff
    `,
  },
  {
    rule: 'HP-004',
    title: 'a slot whose card answers says that it is empty',
    given: ['power-on', 'root-port', 'below'],
    steps: `
      cr 2 00:1c.0 0x9a -> 0x0040 | 0x0000
    `,
  },
  {
    rule: 'HP-004',
    title: 'a slot whose card answers says that it is empty, though presence is told of by the link again',
    given: ['power-on', 'root-port', 'below'],
    steps: `
      cw 2 00:1c.0 0x98 <- 0x41c0
      cr 2 00:1c.0 0x98 -> 0x41c0
      cr 4 01:00.0 0x00 -> 0x10411af4
      cr 2 00:1c.0 0x9a -> 0x0010
      cw 2 00:1c.0 0x98 <- 0x01c0
      cr 2 00:1c.0 0x98 -> 0x01c0
      cr 4 01:00.0 0x00 -> 0x10411af4
      cr 2 00:1c.0 0x9a -> 0x0050 | 0x0010
    `,
  },
  {
    rule: 'HP-004',
    title: 'the slot says that a card is present after it was removed',
    given: ['power-on', 'root-port', 'below'],
    steps: `
      unplug 01:00.0
      cr 4 01:00.0 0x00 -> 0xffffffff
      cr 2 00:1c.0 0x9a -> 0x0108 | 0x0148
    `,
  },
  {
    rule: 'HP-004',
    title: 'the link is not active though a function below answers',
    given: ['power-on', 'root-port', 'below'],
    steps: `
      cr 4 01:00.0 0x00 -> 0x10411af4
      cr 2 00:1c.0 0x92 -> 0x2011 | 0x0011
      cr 4 01:00.0 0x00 -> 0x10411af4
    `,
  },
  {
    rule: 'HP-004',
    title: 'the removal of a card does not show in Presence Detect Changed',
    machine: 'caps=unplug,msi',
    given: ['power-on', 'root-port', 'below'],
    steps: `
      cw 2 00:1c.0 0x9a <- 0x011f
      cr 2 00:1c.0 0x9a -> 0x0040
      unplug 01:00.0
      cr 2 00:1c.0 0x9a -> 0x0108 || 0x0008 | 0x0100
    `,
  },
  {
    rule: 'HP-004',
    title: 'a command that changes nothing is never completed',
    machine: 'caps=unplug,msi',
    given: ['power-on', 'root-port', 'below'],
    steps: `
      cw 2 00:1c.0 0x98 <- 0x03c0
      cr 2 00:1c.0 0x98 -> 0x03c0
      cw 2 00:1c.0 0x9a <- 0x0010
      cr 2 00:1c.0 0x9a -> 0x0040
      cw 2 00:1c.0 0x98 <- 0x03c0
      cr 2 00:1c.0 0x9a -> 0x0050 | 0x0040
    `,
  },
  {
    rule: 'HP-004',
    title: 'the link of an empty slot is active',
    machine: 'caps=unplug,msi',
    given: ['power-on', 'root-port', 'below'],
    steps: `
      unplug 01:00.0
      cr 2 00:1c.0 0x92 -> 0x0011 | 0x2011
    `,
  },
  {
    rule: 'HP-007',
    title: 'a function answers right after its slot has lost power',
    machine: 'caps=unplug,msi',
    given: ['power-on', 'root-port', 'below'],
    steps: `
      cw 2 00:1c.0 0x98 <- 0x05c0
      cr 4 01:00.0 0x00 -> 0xffffffff | 0x10411af4
    `,
  },
  {
    rule: 'HP-007',
    title: 'a function answers in a slot without power',
    given: ['power-on', 'root-port', 'below'],
    steps: `
      ${POWER_OFF}
      cr 4 01:00.0 0x00 -> 0xffffffff | 0x10411af4
    `,
  },
  {
    rule: 'HP-007',
    title: 'a BAR answers in a slot without power',
    given: ['power-on', 'root-port', 'below'],
    steps: `
      ${MARKER}
      ${POWER_OFF}
      mr 4 0xc1000100 -> 0xffffffff | 0x5a5a1234
    `,
  },
  {
    rule: 'HP-007',
    title: 'a function has kept its enables when power comes back',
    given: ['power-on', 'root-port', 'below'],
    steps: `
      ${POWER_OFF}
      ${POWER_ON}
      cr 2 01:00.0 0x04 -> 0x0000 | 0x0007
    `,
  },
];
