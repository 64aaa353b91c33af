/** Power management. */

import type { RuleCase } from './case.ts';

/** PowerState of 00:03.0: D3hot, and D0. */
const D3HOT = `
  cw 2 00:03.0 0x44 <- 0x0003
  cr 2 00:03.0 0x44 -> 0x000b
`;
const D0 = `
  cw 2 00:03.0 0x44 <- 0x0000
  cr 2 00:03.0 0x44 -> 0x0008
`;

/** A device register of the memory BAR of 00:03.0 whose value tells that the BAR decodes. */
const MARKER = `
  mr 4 0xc0000100 -> 0x5a5a1234
  mr 4 0xc0000100 -> 0x5a5a1234
`;

export const cases: readonly RuleCase[] = [
  {
    rule: 'PM-006',
    title: 'PME_Status stores the 1 that is written',
    given: ['power-on', 'endpoint'],
    steps: `
      cr 2 00:03.0 0x44 -> 0x0008
      cw 2 00:03.0 0x44 <- 0x8000
      cr 2 00:03.0 0x44 -> 0x0008 | 0x8008
    `,
  },
  {
    rule: 'PM-001',
    title: 'No_Soft_Reset can be written',
    given: ['power-on', 'endpoint'],
    steps: `
      cw 2 00:03.0 0x44 <- 0x0000
      cr 2 00:03.0 0x44 -> 0x0008 | 0x0000
    `,
  },
  {
    rule: 'PM-006',
    title: 'PME_En cannot be set though the function has PME states',
    given: ['power-on', 'root-port'],
    steps: `
      cw 2 00:1c.0 0x44 <- 0x0100
      cr 2 00:1c.0 0x44 -> 0x0108 | 0x0008
    `,
  },
  {
    rule: 'PM-001',
    title: 'the power management capabilities can be written',
    given: ['power-on', 'endpoint'],
    steps: `
      cw 2 00:03.0 0x42 <- 0xffff
      cr 2 00:03.0 0x42 -> 0x0003 | 0xffff
    `,
  },
  {
    rule: 'PM-002',
    title: 'a function without D1 takes it',
    given: ['power-on', 'endpoint'],
    steps: `
      cw 2 00:03.0 0x44 <- 0x0001
      cr 2 00:03.0 0x44 -> 0x0008 | 0x0009
    `,
  },
  {
    rule: 'PM-002',
    title: 'a function without D2 takes it',
    given: ['power-on', 'soft-reset'],
    steps: `
      cw 2 00:06.0 0x44 <- 0x0002
      cr 2 00:06.0 0x44 -> 0x0000 | 0x0002
    `,
  },
  {
    rule: 'PM-003',
    title: 'a memory BAR decodes in D3hot',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${MARKER}
      ${D3HOT}
      mr 4 0xc0000100 -> 0xffffffff | 0x5a5a1234
    `,
  },
  {
    rule: 'PM-003',
    title: 'an I/O BAR decodes in D3hot',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      pr 4 0xc010 -> 0x11223344
      pr 4 0xc010 -> 0x11223344
      ${D3HOT}
      pr 4 0xc010 -> 0xffffffff | 0x11223344
    `,
  },
  {
    rule: 'PM-003',
    title: 'entering D3hot clears the Command register',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${D3HOT}
      cr 2 00:03.0 0x04 -> 0x0007 | 0x0000
      cr 4 00:03.0 0x10 -> 0xc0000004
    `,
  },
  {
    rule: 'PM-003',
    title: 'a message is sent in D3hot',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      mw 4 0xc0002000 <- 0xfee00000
      mw 4 0xc0002004 <- 0x00000000
      mw 4 0xc0002008 <- 0x00004041
      mw 4 0xc000200c <- 0x00000000
      cw 2 00:03.0 0x72 <- 0x8000
      cr 2 00:03.0 0x72 -> 0x8003
      message 0xfee00000 0x4041
      ${D3HOT}
      -! message 0xfee00000 0x4041
    `,
  },
  {
    rule: 'PM-004',
    title: 'a function with No_Soft_Reset loses a BAR on its way from D3hot to D0',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${D3HOT}
      ${D0}
      cr 4 00:03.0 0x10 -> 0xc0000004 | 0x00000004
      cr 2 00:03.0 0x04 -> 0x0007
    `,
  },
  {
    rule: 'PM-004',
    title: 'a function with No_Soft_Reset loses its enables on its way from D3hot to D0',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${D3HOT}
      ${D0}
      cr 2 00:03.0 0x04 -> 0x0007 | 0x0000
      cr 4 00:03.0 0x10 -> 0xc0000004
    `,
  },
  {
    rule: 'PM-004',
    title: 'a function with No_Soft_Reset loses its enables on its way from D3hot to D0, after a restore',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      save
      restore
      ${D3HOT}
      ${D0}
      cr 2 00:03.0 0x04 -> 0x0007 | 0x0000
    `,
  },
  {
    rule: 'PM-005',
    title: 'without No_Soft_Reset a BAR has its old or its reset value after D3hot, and no other',
    kind: 'may',
    given: ['power-on', 'soft-reset'],
    steps: `
      cw 2 00:06.0 0x44 <- 0x0003
      cr 2 00:06.0 0x44 -> 0x0003
      cw 2 00:06.0 0x44 <- 0x0000
      cr 2 00:06.0 0x44 -> 0x0000
      cr 4 00:06.0 0x10 -> 0xc0030000 || 0x00000000 | 0xd1230000
    `,
  },
  {
    rule: 'PM-005',
    title: 'without No_Soft_Reset Command has its old or its reset value after D3hot, and no other',
    kind: 'may',
    given: ['power-on', 'soft-reset'],
    steps: `
      cw 2 00:06.0 0x04 <- 0x0004
      cr 2 00:06.0 0x04 -> 0x0004
      cw 2 00:06.0 0x44 <- 0x0003
      cr 2 00:06.0 0x44 -> 0x0003
      cw 2 00:06.0 0x44 <- 0x0000
      cr 2 00:06.0 0x44 -> 0x0000
      cr 2 00:06.0 0x04 -> 0x0004 || 0x0000 | 0x0002
    `,
  },
  {
    rule: 'PM-006',
    title: 'FLR clears PME_En of a function that wakes from D3cold',
    given: ['power-on', 'express'],
    steps: `
      cr 4 00:06.0 0x80 -> 0xc8030001
      cr 2 00:06.0 0x84 -> 0x0000
      cw 2 00:06.0 0x84 <- 0x0100
      cr 2 00:06.0 0x84 -> 0x0100
      cw 2 00:06.0 0x48 <- 0xa810
      cr 4 00:06.0 0x00 -> 0x20001234
      cr 2 00:06.0 0x84 -> 0x0100 || 0x8100 | 0x0000
    `,
  },
  {
    rule: 'PM-006',
    title: 'a write of 0 clears PME_Status',
    given: ['power-on', 'express'],
    steps: `
      cr 4 00:06.0 0x80 -> 0xc8030001
      cr 2 00:06.0 0x84 -> 0x8000
      cw 2 00:06.0 0x84 <- 0x0100
      cr 2 00:06.0 0x84 -> 0x8100 | 0x0100
    `,
  },
  {
    rule: 'PM-003',
    title: 'a write of 8 bytes that may have reached the power state clears the Command register',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ew 8 00:03.0 0x40 <- 0x0000000300000000
      cr 2 00:03.0 0x04 -> 0x0007 | 0x0000
    `,
  },
];
