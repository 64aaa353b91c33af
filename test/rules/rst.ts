/** Reset. */

import type { RuleCase } from './case.ts';

/** Sets Device Control bit 15 (initiate FLR) of 00:03.0, its other bits as they were. */
const FLR = 'cw 2 00:03.0 0x88 <- 0xa810';

/** Sets and clears Secondary Bus Reset of 00:1c.0. */
const BUS_RESET = `
  cw 2 00:1c.0 0x3e <- 0x0040
  cr 2 00:1c.0 0x3e -> 0x0040
  cw 2 00:1c.0 0x3e <- 0x0000
  cr 2 00:1c.0 0x3e -> 0x0000
`;

export const cases: readonly RuleCase[] = [
  {
    rule: 'RST-001',
    title: 'MSI stays enabled over a machine reset',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      cw 2 00:03.0 0x52 <- 0x0001
      cr 2 00:03.0 0x52 -> 0x0185
      reset
      cr 4 00:03.0 0x00 -> 0x10411af4
      cr 2 00:03.0 0x52 -> 0x0184 | 0x0185
    `,
  },
  {
    rule: 'RST-001',
    title: 'the masks of MSI vectors stay set over FLR',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      cw 4 00:03.0 0x60 <- 0x00000005
      cr 4 00:03.0 0x60 -> 0x00000005
      ${FLR}
      cr 4 00:03.0 0x00 -> 0x10411af4
      cr 4 00:03.0 0x60 -> 0x00000000 | 0x00000005
    `,
  },
  {
    rule: 'RST-001',
    title: 'MSI-X stays enabled over FLR',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      cw 2 00:03.0 0x72 <- 0x8000
      cr 2 00:03.0 0x72 -> 0x8003
      ${FLR}
      cr 4 00:03.0 0x00 -> 0x10411af4
      cr 2 00:03.0 0x72 -> 0x0003 | 0x8003
    `,
  },
  {
    rule: 'RST-001',
    title: 'the function mask of MSI-X stays set over a machine reset',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      cw 2 00:03.0 0x72 <- 0xc000
      cr 2 00:03.0 0x72 -> 0xc003
      reset
      cr 4 00:03.0 0x00 -> 0x10411af4
      cr 2 00:03.0 0x72 -> 0x0003 | 0x4003
    `,
  },
  {
    rule: 'RST-001',
    title: 'a function stays in D3hot over a machine reset',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      cw 2 00:03.0 0x44 <- 0x0003
      cr 2 00:03.0 0x44 -> 0x000b
      reset
      cr 4 00:03.0 0x00 -> 0x10411af4
      cr 2 00:03.0 0x44 -> 0x0008 | 0x000b
    `,
  },
  {
    rule: 'RST-001',
    title: 'the ROM stays enabled over FLR',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      cw 4 00:03.0 0x30 <- 0xc0100001
      cr 4 00:03.0 0x30 -> 0xc0100001
      ${FLR}
      cr 4 00:03.0 0x00 -> 0x10411af4
      cr 4 00:03.0 0x30 -> 0x00000000 | 0x00000001
    `,
  },
  {
    rule: 'RST-002',
    title: 'the bit that starts FLR reads 1',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${FLR}
      cr 4 00:03.0 0x00 -> 0x10411af4
      cr 2 00:03.0 0x88 -> 0x2810 | 0xa810
    `,
  },
  {
    rule: 'RST-002',
    title: 'a root port announces FLR',
    given: ['power-on'],
    steps: `
      cr 4 00:1c.0 0x00 -> 0x000c1b36
      cr 4 00:1c.0 0x04 -> 0x00100000
      cr 4 00:1c.0 0x08 -> 0x06040000
      cr 4 00:1c.0 0x0c -> 0x00010000
      cr 4 00:1c.0 0x34 -> 0x00000040
      cr 4 00:1c.0 0x40 -> 0x01420010
      cr 4 00:1c.0 0x44 -> 0x00008000 | 0x10008000
    `,
  },
  {
    rule: 'RST-002',
    title: 'a function without FLR keeps the bit that starts it',
    given: ['power-on', 'express-without-flr'],
    steps: `
      cw 2 00:06.0 0x48 <- 0xa810
      cr 2 00:06.0 0x48 -> 0x2810 | 0xa810
    `,
  },
  {
    rule: 'RST-002',
    title: 'a function without FLR is reset by the bit that starts it',
    given: ['power-on', 'express-without-flr'],
    steps: `
      cw 2 00:06.0 0x04 <- 0x0006
      cr 2 00:06.0 0x04 -> 0x0006
      cw 2 00:06.0 0x48 <- 0xa810
      cr 2 00:06.0 0x04 -> 0x0006 | 0x0000
    `,
  },
  {
    rule: 'RST-002',
    title: 'a function without FLR is reset by the bit that starts it, after two returns to snapshots',
    given: ['power-on', 'express-without-flr'],
    steps: `
      cw 2 00:06.0 0x04 <- 0x0006
      cr 2 00:06.0 0x04 -> 0x0006
      save
      restore
      save
      restore
      cw 2 00:06.0 0x48 <- 0xa810
      cr 2 00:06.0 0x04 -> 0x0006 | 0x0000
    `,
  },
  {
    rule: 'RST-003',
    title: 'FLR changes Max Payload Size',
    given: ['power-on', 'express'],
    steps: `
      cw 2 00:06.0 0x48 <- 0x2830
      cr 2 00:06.0 0x48 -> 0x2830
      cw 2 00:06.0 0x48 <- 0xa830
      cr 4 00:06.0 0x00 -> 0x20001234
      cr 2 00:06.0 0x48 -> 0x2830 | 0x2810
    `,
  },
  {
    rule: 'RST-003',
    title: 'FLR changes the clock configuration of the link',
    given: ['power-on', 'endpoint'],
    steps: `
      cw 2 00:03.0 0x90 <- 0x0040
      cr 2 00:03.0 0x90 -> 0x0040
      ${FLR}
      cr 4 00:03.0 0x00 -> 0x10411af4
      cr 2 00:03.0 0x90 -> 0x0040 | 0x0000
    `,
  },
  {
    rule: 'RST-005',
    title: 'during FLR a function answers, or it is not there, but it does not answer nonsense',
    kind: 'may',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${FLR}
      cr 4 00:03.0 0x00 -> 0x10411af4 || 0xffffffff | 0x00000000
      cr 4 00:03.0 0x00 -> 0x10411af4
    `,
  },
  {
    rule: 'RST-006',
    title: 'MSI-X stays enabled below a bridge that resets its secondary bus',
    given: ['power-on', 'root-port', 'below'],
    steps: `
      cw 2 01:00.0 0x42 <- 0x8000
      cr 2 01:00.0 0x42 -> 0x8003
      ${BUS_RESET}
      cr 4 01:00.0 0x00 -> 0x10411af4
      cr 2 01:00.0 0x42 -> 0x0003 | 0x8003
    `,
  },
  {
    rule: 'RST-006',
    title: 'the enables stay set below a bridge that resets its secondary bus',
    given: ['power-on', 'root-port', 'below'],
    steps: `
      ${BUS_RESET}
      cr 4 01:00.0 0x00 -> 0x10411af4
      cr 2 01:00.0 0x04 -> 0x0000 | 0x0007
    `,
  },
  {
    rule: 'RST-006',
    title: 'while its bus is held in reset a function is not there or has its reset values, but not its old ones',
    given: ['power-on', 'root-port', 'below'],
    steps: `
      cw 2 00:1c.0 0x3e <- 0x0040
      cr 2 00:1c.0 0x3e -> 0x0040
      cr 2 01:00.0 0x04 -> 0xffff || 0x0000 | 0x0007
    `,
  },
  {
    rule: 'RST-006',
    title: 'a bridge that resets its secondary bus loses its own bus numbers',
    given: ['power-on', 'root-port', 'below'],
    steps: `
      ${BUS_RESET}
      cr 4 00:1c.0 0x18 -> 0x00010100 | 0x00000000
      cr 4 00:1c.0 0x20 -> 0xc1f0c100
    `,
  },
  {
    rule: 'RST-006',
    title: 'a bridge that resets its secondary bus loses bus numbers, one of which was written just before',
    given: ['power-on', 'root-port', 'below'],
    steps: `
      cw 1 00:1c.0 0x1a <- 0x05
      ${BUS_RESET}
      cr 4 00:1c.0 0x18 -> 0x00050100 | 0x00000000
    `,
  },
  {
    rule: 'RST-004',
    title: 'FLR of one function resets another one of its device',
    given: ['power-on', 'express-pair'],
    steps: `
      cw 1 00:06.1 0x3c <- 0x0b
      cr 1 00:06.1 0x3c -> 0x0b
      cw 2 00:06.0 0x48 <- 0xa810
      cr 1 00:06.1 0x3c -> 0x0b | 0x00
    `,
  },
  {
    rule: 'RST-004',
    title: 'FLR of one function resets another one of its device, after a restore',
    given: ['power-on', 'express-pair'],
    steps: `
      cw 1 00:06.1 0x3c <- 0x0b
      cr 1 00:06.1 0x3c -> 0x0b
      save
      restore
      cw 2 00:06.0 0x48 <- 0xa810
      cr 1 00:06.1 0x3c -> 0x0b | 0x00
    `,
  },
  {
    rule: 'RST-004',
    title: 'FLR of a function resets the link of the port above',
    given: ['power-on', 'root-port', 'below'],
    steps: `
      cw 2 00:1c.0 0x90 <- 0x0040
      cr 2 00:1c.0 0x90 -> 0x0040
      cw 2 01:00.0 0x88 <- 0xa810
      cr 4 01:00.0 0x00 -> 0x10411af4
      cr 2 00:1c.0 0x90 -> 0x0040 | 0x0000
    `,
  },
  {
    rule: 'RST-004',
    title: 'FLR of a physical function leaves its virtual ones enabled',
    given: ['power-on', 'root-port', 'physical', 'virtual'],
    steps: `
      cw 2 01:00.0 0x48 <- 0xa810
      er 4 01:00.0 0x00 -> 0x20001234
      er 2 01:00.0 0x168 -> 0x0000 | 0x0001
    `,
  },
  {
    rule: 'RST-004',
    title: 'FLR of a virtual function changes NumVFs',
    given: ['power-on', 'root-port', 'physical', 'virtual'],
    steps: `
      ew 2 01:10.0 0x48 <- 0x8000
      er 4 01:10.0 0x08 -> 0x02000000
      er 2 01:00.0 0x170 -> 0x0002 | 0x0000
    `,
  },
  {
    rule: 'RST-004',
    title: 'FLR of a virtual function disables all',
    given: ['power-on', 'root-port', 'physical', 'virtual'],
    steps: `
      ew 2 01:10.0 0x48 <- 0x8000
      er 2 01:00.0 0x168 -> 0x0009 | 0x0008
    `,
  },
  {
    rule: 'RST-004',
    title: 'FLR of a virtual function clears VF MSE',
    given: ['power-on', 'root-port', 'physical', 'virtual'],
    steps: `
      ew 2 01:10.2 0x48 <- 0x8000
      er 2 01:00.0 0x168 -> 0x0009 | 0x0001
    `,
  },
];
