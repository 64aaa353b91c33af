/** Command register. */

import type { RuleCase } from './case.ts';

/** Sets Device Control bit 15 (initiate FLR) of 00:03.0, its other bits as they were. */
const FLR = 'cw 2 00:03.0 0x88 <- 0xa810';

/** Shows that every Command bit that the endpoint may implement can be written both ways. */
const ALL_BITS = `
  cw 2 00:03.0 0x04 <- 0x0547
  cr 2 00:03.0 0x04 -> 0x0547
  cw 2 00:03.0 0x04 <- 0x0000
  cr 2 00:03.0 0x04 -> 0x0000
  cw 2 00:03.0 0x04 <- 0x0407
  cr 2 00:03.0 0x04 -> 0x0407
`;

/** A device register of the endpoint's memory BAR whose value tells that the BAR decodes. */
const MEMORY_MARKER = `
  mr 4 0xc0000100 -> 0x5a5a1234
  mr 4 0xc0000100 -> 0x5a5a1234
`;

/** The same in its I/O BAR. */
const PORT_MARKER = `
  pr 4 0xc010 -> 0x11223344
  pr 4 0xc010 -> 0x11223344
`;

export const cases: readonly RuleCase[] = [
  {
    rule: 'CMD-001',
    title: 'a PCI Express function stores all 16 bits',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      cw 2 00:03.0 0x04 <- 0xffff
      cr 2 00:03.0 0x04 -> 0x0547 || 0x0007 || 0x0407 | 0xffff
    `,
  },
  {
    rule: 'CMD-001',
    title: 'a conventional function stores a reserved bit',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      cw 2 00:04.0 0x04 <- 0xffff
      cr 2 00:04.0 0x04 -> 0x07ff || 0x0547 || 0x05c7 | 0x0d47
    `,
  },
  {
    rule: 'CMD-001',
    title: 'a bit that was hardwired 0 becomes writable',
    given: ['power-on', 'conventional'],
    steps: `
      cw 2 00:04.0 0x04 <- 0x0007
      cr 2 00:04.0 0x04 -> 0x0003
      cw 2 00:04.0 0x04 <- 0x0003
      cr 2 00:04.0 0x04 -> 0x0003
      cw 2 00:04.0 0x04 <- 0x0007
      cr 2 00:04.0 0x04 -> 0x0003 | 0x0007
    `,
  },
  {
    rule: 'CMD-002',
    title: 'the enables are set when the machine powers on',
    choices: { preassigned: 'off' },
    given: ['power-on'],
    steps: `
      cr 4 00:06.0 0x00 -> 0x20001234
      cr 4 00:06.0 0x08 -> 0x02000000
      cr 1 00:06.0 0x0e -> 0x00
      cr 2 00:06.0 0x04 -> 0x0000 | 0x0003
    `,
  },
  {
    rule: 'CMD-002',
    title: 'a machine reset leaves the enables set',
    choices: { preassigned: 'off' },
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      reset
      cr 4 00:03.0 0x00 -> 0x10411af4
      cr 2 00:03.0 0x04 -> 0x0000 | 0x0007
    `,
  },
  {
    rule: 'CMD-002',
    title: 'FLR leaves the enables set',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${FLR}
      cr 4 00:03.0 0x00 -> 0x10411af4
      cr 2 00:03.0 0x04 -> 0x0000 | 0x0007
    `,
  },
  {
    rule: 'CMD-003',
    title: 'a region that is switched off answers over a table of another function that came there',
    given: ['power-on', 'endpoint-assigned', 'conventional-assigned'],
    steps: `
      mr 4 0xc0002000 -> 0x00000000
      cw 2 00:04.0 0x04 <- 0x0000
      cr 2 00:04.0 0x04 -> 0x0000
      cw 4 00:04.0 0x10 <- 0xc0002000
      cr 4 00:04.0 0x10 -> 0xc0002000
      cw 2 00:03.0 0x04 <- 0x0000
      cr 2 00:03.0 0x04 -> 0x0000
      cw 2 00:03.0 0x04 <- 0x0006
      cr 2 00:03.0 0x04 -> 0x0006
      mr 4 0xc0002000 -> 0x00000000 | 0x77778885
    `,
  },
  {
    rule: 'CMD-003',
    title: 'a memory BAR decodes while memory enable is clear',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${MEMORY_MARKER}
      cw 2 00:03.0 0x04 <- 0x0005
      cr 2 00:03.0 0x04 -> 0x0005
      mr 4 0xc0000100 -> 0xffffffff | 0x5a5a1234
      cw 2 00:03.0 0x04 <- 0x0007
      cr 2 00:03.0 0x04 -> 0x0007
      mr 4 0xc0000100 -> 0x5a5a1234
    `,
  },
  {
    rule: 'CMD-004',
    title: 'an I/O BAR decodes while I/O enable is clear',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${PORT_MARKER}
      cw 2 00:03.0 0x04 <- 0x0006
      cr 2 00:03.0 0x04 -> 0x0006
      pr 4 0xc010 -> 0xffffffff | 0x11223344
      cw 2 00:03.0 0x04 <- 0x0007
      cr 2 00:03.0 0x04 -> 0x0007
      pr 4 0xc010 -> 0x11223344
    `,
  },
  {
    rule: 'CMD-005',
    title: 'clearing I/O enable stops memory decoding',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${MEMORY_MARKER}
      cw 2 00:03.0 0x04 <- 0x0006
      cr 2 00:03.0 0x04 -> 0x0006
      mr 4 0xc0000100 -> 0x5a5a1234 | 0xffffffff
      cw 2 00:03.0 0x04 <- 0x0007
      cr 2 00:03.0 0x04 -> 0x0007
      mr 4 0xc0000100 -> 0x5a5a1234
    `,
  },
  {
    rule: 'CMD-005',
    title: 'clearing memory enable stops I/O decoding',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${PORT_MARKER}
      cw 2 00:03.0 0x04 <- 0x0005
      cr 2 00:03.0 0x04 -> 0x0005
      pr 4 0xc010 -> 0x11223344 | 0xffffffff
      cw 2 00:03.0 0x04 <- 0x0007
      cr 2 00:03.0 0x04 -> 0x0007
      pr 4 0xc010 -> 0x11223344
    `,
  },
  {
    rule: 'CMD-006',
    title: 'clearing the enables clears a BAR',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      cw 2 00:03.0 0x04 <- 0x0004
      cr 2 00:03.0 0x04 -> 0x0004
      cr 4 00:03.0 0x10 -> 0xc0000004 | 0x00000004
    `,
  },
  {
    rule: 'CMD-006',
    title: 'setting the enables clears a BAR',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      cw 2 00:03.0 0x04 <- 0x0004
      cr 4 00:03.0 0x18 -> 0x0000c001
      cw 2 00:03.0 0x04 <- 0x0007
      cr 4 00:03.0 0x18 -> 0x0000c001 | 0x00000001
    `,
  },
  {
    rule: 'CMD-008',
    title: 'the other bits of a write that toggles memory enable are lost',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${ALL_BITS}
      cw 2 00:03.0 0x04 <- 0x0101
      cr 2 00:03.0 0x04 -> 0x0101 | 0x0405
    `,
  },
  {
    rule: 'CMD-009',
    title: 'a byte written at 0x04 clears the upper byte',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${ALL_BITS}
      cw 1 00:03.0 0x04 <- 0x07
      cr 2 00:03.0 0x04 -> 0x0407 | 0x0007
    `,
  },
  {
    rule: 'CMD-009',
    title: 'a byte written at 0x05 clears the lower byte',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${ALL_BITS}
      cw 1 00:03.0 0x05 <- 0x05
      cr 2 00:03.0 0x04 -> 0x0507 | 0x0500
    `,
  },
  {
    rule: 'CMD-010',
    title: 'a function sends an MSI message while bus master is clear',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      cw 4 00:03.0 0x54 <- 0xfee00000
      cw 4 00:03.0 0x58 <- 0x00000000
      cw 2 00:03.0 0x5c <- 0x4020
      cw 2 00:03.0 0x52 <- 0x0185
      cr 2 00:03.0 0x52 -> 0x0185
      message 0xfee00000 0x4020
      cw 2 00:03.0 0x04 <- 0x0003
      cr 2 00:03.0 0x04 -> 0x0003
      -! message 0xfee00000 0x4020
    `,
  },
  {
    rule: 'CMD-011',
    title: 'a function asserts INTx while Interrupt Disable is set',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${ALL_BITS}
      cr 2 00:03.0 0x04 -> 0x0407
      +! cw 2 00:03.0 0x04 <- 0x0007
      +! cr 2 00:03.0 0x04 -> 0x0007
      intx 00:03.0 1
    `,
  },
  {
    rule: 'CMD-012',
    title: 'a bridge passes memory accesses while its memory enable is clear',
    given: ['power-on', 'root-port', 'below'],
    steps: `
      mr 4 0xc1000100 -> 0x5a5a1234
      mr 4 0xc1000100 -> 0x5a5a1234
      cw 2 00:1c.0 0x04 <- 0x0005
      cr 2 00:1c.0 0x04 -> 0x0005
      mr 4 0xc1000100 -> 0xffffffff | 0x5a5a1234
    `,
  },
  {
    rule: 'CMD-012',
    title: 'a bridge passes port accesses while its I/O enable is clear',
    given: ['power-on', 'root-port', 'below'],
    steps: `
      pr 4 0xd010 -> 0x11223344
      pr 4 0xd010 -> 0x11223344
      cw 2 00:1c.0 0x04 <- 0x0006
      cr 2 00:1c.0 0x04 -> 0x0006
      pr 4 0xd010 -> 0xffffffff | 0x11223344
    `,
  },
];
