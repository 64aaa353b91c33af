/** Resizable BAR. */

import type { RuleCase } from './case.ts';

export const cases: readonly RuleCase[] = [
  {
    rule: 'RBAR-001',
    title: 'the capability offers no size at all',
    given: ['power-on', 'express'],
    steps: `
      cr 4 00:06.0 0x10 -> 0x00000000
      cw 4 00:06.0 0x10 <- 0xffffffff
      cr 4 00:06.0 0x10 -> 0xfff00000
      er 4 00:06.0 0x100 -> 0x00010015
      er 4 00:06.0 0x104 -> 0x000000f0 | 0x00000000
      er 4 00:06.0 0x108 -> 0x00000020
    `,
  },
  {
    rule: 'RBAR-001',
    title: 'the number of the BAR can be written',
    given: ['power-on', 'express'],
    steps: `
      cr 4 00:06.0 0x10 -> 0x00000000
      cw 4 00:06.0 0x10 <- 0xffffffff
      cr 4 00:06.0 0x10 -> 0xfff00000
      er 4 00:06.0 0x100 -> 0x00010015
      er 4 00:06.0 0x104 -> 0x000000f0
      er 4 00:06.0 0x108 -> 0x00000020
      ew 4 00:06.0 0x108 <- 0x00000022
      er 4 00:06.0 0x108 -> 0x00000020 | 0x00000022
    `,
  },
];
