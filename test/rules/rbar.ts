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
  {
    rule: 'RBAR-002',
    title: 'a BAR keeps its size when a smaller one is set',
    given: ['power-on', 'resizable'],
    steps: `
      ew 4 00:06.0 0x108 <- 0x00000220
      er 4 00:06.0 0x108 -> 0x00000220
      cw 4 00:06.0 0x10 <- 0xffffffff
      cr 4 00:06.0 0x10 -> 0xffc00000 | 0xff000000
    `,
  },
  {
    rule: 'RBAR-002',
    title: 'a BAR keeps its size when a larger one is set',
    given: ['power-on', 'resizable'],
    steps: `
      ew 4 00:06.0 0x108 <- 0x00000720
      cw 4 00:06.0 0x10 <- 0xffffffff
      cr 4 00:06.0 0x10 -> 0xf8000000 | 0xff000000
    `,
  },
  {
    rule: 'RBAR-002',
    title: 'address bits below the new size keep what they had',
    given: ['power-on', 'resizable'],
    steps: `
      ew 4 00:06.0 0x108 <- 0x00000720
      cr 4 00:06.0 0x10 -> 0xc0000000 || 0x00000000 || 0xf8000000 | 0xc5000000
    `,
  },
  {
    rule: 'RBAR-002',
    title: 'BAR Size does not take a size that is offered',
    given: ['power-on', 'resizable'],
    steps: `
      ew 4 00:06.0 0x108 <- 0x00000720
      er 4 00:06.0 0x108 -> 0x00000720 | 0x00000420
    `,
  },
  {
    rule: 'RBAR-003',
    title: 'after a change of size the address is another at each read',
    kind: 'may',
    given: ['power-on', 'resizable'],
    steps: `
      ew 4 00:06.0 0x108 <- 0x00000220
      cr 4 00:06.0 0x10 -> 0xc5000000 || 0x00000000 || 0x12400000 | 0xc5000000
      cr 4 00:06.0 0x10 -> 0xc5000000 || 0x00000000 || 0x12400000 | 0xc5400000
    `,
  },
  {
    rule: 'RBAR-003',
    title: 'after a change of size the address comes a read later',
    kind: 'may',
    given: ['power-on', 'resizable'],
    steps: `
      ew 4 00:06.0 0x108 <- 0x00000720
      er 4 00:06.0 0x108 -> 0x00000720
      cr 4 00:06.0 0x10 -> 0xc0000000 || 0x00000000 | 0x00000000
      cr 4 00:06.0 0x10 -> 0xc0000000 || 0x00000000 | 0xc0000000
    `,
  },
  {
    rule: 'RBAR-004',
    title: 'a change of size while memory is decoded leaves a third size',
    kind: 'may',
    given: ['power-on', 'resizable'],
    steps: `
      cw 2 00:06.0 0x04 <- 0x0002
      cr 2 00:06.0 0x04 -> 0x0002
      ew 4 00:06.0 0x108 <- 0x00000720
      cw 2 00:06.0 0x04 <- 0x0000
      cr 2 00:06.0 0x04 -> 0x0000
      cw 4 00:06.0 0x10 <- 0xffffffff
      cr 4 00:06.0 0x10 -> 0xff000000 || 0xf8000000 | 0xfe000000
    `,
  },
  {
    rule: 'RBAR-004',
    title: 'a size that is not offered leaves a BAR with holes',
    kind: 'may',
    given: ['power-on', 'resizable'],
    steps: `
      ew 4 00:06.0 0x108 <- 0x00000920
      cw 4 00:06.0 0x10 <- 0xffffffff
      cr 4 00:06.0 0x10 -> 0xff000000 || 0xe0000000 || 0xf8000000 | 0xe7000000
    `,
  },
  {
    rule: 'RBAR-004',
    title: 'BAR Size reads neither the old size nor the one that is not offered',
    kind: 'may',
    given: ['power-on', 'resizable'],
    steps: `
      ew 4 00:06.0 0x108 <- 0x00000920
      er 4 00:06.0 0x108 -> 0x00000420 || 0x00000920 | 0x00000120
    `,
  },
  {
    rule: 'RST-001',
    title: 'FLR leaves the size of a BAR',
    choices: { preassigned: 'off' },
    given: ['power-on', 'resizable'],
    steps: `
      ew 4 00:06.0 0x108 <- 0x00000720
      er 4 00:06.0 0x108 -> 0x00000720
      cw 2 00:06.0 0x48 <- 0xa810
      cr 4 00:06.0 0x00 -> 0x20001234
      er 4 00:06.0 0x108 -> 0x00000420 | 0x00000720
    `,
  },
];
