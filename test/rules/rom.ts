/** Expansion ROM. */

import type { RuleCase } from './case.ts';

/** Enables the ROM of 00:03.0 at 0xc0100000 and reads its first dword, which tells that it decodes. */
const ENABLED = `
  cw 4 00:03.0 0x30 <- 0xc0100001
  cr 4 00:03.0 0x30 -> 0xc0100001
  mr 4 0xc0100000 -> 0xe8b0aa55
  mr 4 0xc0100000 -> 0xe8b0aa55
`;

export const cases: readonly RuleCase[] = [
  {
    rule: 'ROM-001',
    title: 'a ROM without validation shows a result of validation',
    given: ['power-on', 'endpoint'],
    steps: `
      cr 4 00:03.0 0x30 -> 0x00000000
      cr 4 00:03.0 0x30 -> 0x00000000 | 0x00000004
    `,
  },
  {
    rule: 'ROM-001',
    title: 'the reserved bits of the ROM register can be written',
    given: ['power-on', 'endpoint'],
    steps: `
      cw 4 00:03.0 0x30 <- 0xffffffff
      cr 4 00:03.0 0x30 -> 0xffff0001 | 0xffff0701
    `,
  },
  {
    rule: 'ROM-001',
    title: 'the ROM cannot be enabled',
    given: ['power-on', 'endpoint'],
    steps: `
      cw 4 00:03.0 0x30 <- 0xc0100001
      cr 4 00:03.0 0x30 -> 0xc0100001 | 0xc0100000
    `,
  },
  {
    rule: 'ROM-001',
    title: 'a ROM of 32 MiB',
    given: ['power-on', 'fresh'],
    steps: `
      cr 4 00:06.0 0x30 -> 0x00000000
      cw 4 00:06.0 0x30 <- 0xfffff800
      cr 4 00:06.0 0x30 -> 0xff000000 | 0xfe000000
    `,
  },
  {
    rule: 'ROM-001',
    title: 'the size mask of the ROM has a gap',
    given: ['power-on', 'fresh'],
    steps: `
      cr 4 00:06.0 0x30 -> 0x00000000
      cw 4 00:06.0 0x30 <- 0xfffff800
      cr 4 00:06.0 0x30 -> 0xffff0000 | 0xfffd0000
    `,
  },
  {
    rule: 'ROM-002',
    title: 'the ROM decodes while its own enable is clear',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${ENABLED}
      cw 4 00:03.0 0x30 <- 0xc0100000
      cr 4 00:03.0 0x30 -> 0xc0100000
      mr 4 0xc0100000 -> 0xffffffff | 0xe8b0aa55
    `,
  },
  {
    rule: 'ROM-002',
    title: 'the ROM does not decode after it was disabled and enabled again',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${ENABLED}
      cw 4 00:03.0 0x30 <- 0xc0100000
      cr 4 00:03.0 0x30 -> 0xc0100000
      cw 4 00:03.0 0x30 <- 0xc0100001
      cr 4 00:03.0 0x30 -> 0xc0100001
      mr 4 0xc0100000 -> 0xe8b0aa55 | 0xffffffff
    `,
  },
  {
    rule: 'ROM-004',
    title: 'the ROM keeps what is written to it',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${ENABLED}
      mw 4 0xc0100000 <- 0x12345678
      mr 4 0xc0100000 -> 0xe8b0aa55 | 0x12345678
    `,
  },
  {
    rule: 'ROM-005',
    title: 'a ROM register that is not implemented stores what is written',
    given: ['power-on', 'conventional'],
    steps: `
      cw 4 00:04.0 0x30 <- 0xc0100000
      cr 4 00:04.0 0x30 -> 0x00000000 | 0xc0100000
    `,
  },
  {
    rule: 'ROM-005',
    title: 'the enable bit of a ROM register that is not implemented can be set',
    given: ['power-on', 'conventional'],
    steps: `
      cw 4 00:04.0 0x30 <- 0x00000001
      cr 4 00:04.0 0x30 -> 0x00000000 | 0x00000001
    `,
  },
  {
    rule: 'ROM-006',
    title: 'an enabled ROM whose address is written does not answer at the new address',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${ENABLED}
      cw 4 00:03.0 0x30 <- 0xc0200001
      cr 4 00:03.0 0x30 -> 0xc0200001
      mr 4 0xc0200000 -> 0xe8b0aa55 | 0xffffffff
    `,
  },
  {
    rule: 'ROM-006',
    title: 'the address of an enabled ROM does not take a write',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${ENABLED}
      cw 4 00:03.0 0x30 <- 0xc0200001
      cr 4 00:03.0 0x30 -> 0xc0200001 | 0xc0100001
    `,
  },
];
