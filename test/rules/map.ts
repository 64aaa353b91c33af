/** Address map: released addresses, holes, overlaps. */

import type { RuleCase } from './case.ts';

/** Device registers in the memory BARs of 00:03.0 and 00:04.0 whose values tell which BAR is reached. */
const ENDPOINT_MARKER = `
  mr 4 0xc0000100 -> 0x5a5a1234
  mr 4 0xc0000100 -> 0x5a5a1234
`;
const CONVENTIONAL_MARKER = `
  mr 4 0xc0010100 -> 0x77778888
  mr 4 0xc0010100 -> 0x77778888
`;

/** Puts the memory BAR of 00:04.0 over the first 4 KiB of that of 00:03.0. */
const OVERLAP = `
  cw 4 00:04.0 0x10 <- 0xc0000000
  cr 4 00:04.0 0x10 -> 0xc0000000
`;

export const cases: readonly RuleCase[] = [
  {
    rule: 'MAP-001',
    title: 'a memory BAR that was moved with decoding off still answers at its old address',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      ${CONVENTIONAL_MARKER}
      cw 2 00:04.0 0x04 <- 0x0004
      cr 2 00:04.0 0x04 -> 0x0004
      cw 4 00:04.0 0x10 <- 0xc0050000
      cr 4 00:04.0 0x10 -> 0xc0050000
      cw 2 00:04.0 0x04 <- 0x0007
      cr 2 00:04.0 0x04 -> 0x0007
      mr 4 0xc0050100 -> 0x77778888
      mr 4 0xc0010100 -> 0xffffffff | 0x77778888
    `,
  },
  {
    rule: 'MAP-001',
    title: 'a memory BAR that was moved with decoding on still answers at its old address',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      ${CONVENTIONAL_MARKER}
      cw 4 00:04.0 0x10 <- 0xc0050000
      cr 4 00:04.0 0x10 -> 0xc0050000
      mr 4 0xc0010100 -> 0xffffffff || 0x00000000 | 0x77778888
    `,
  },
  {
    rule: 'MAP-001',
    title: 'an I/O BAR that was moved with decoding on still answers at its old address',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      pr 4 0xc050 -> 0x11223344
      pr 4 0xc050 -> 0x11223344
      cw 4 00:04.0 0x14 <- 0x0000c100
      cr 4 00:04.0 0x14 -> 0x0000c101
      pr 4 0xc050 -> 0xffffffff | 0x11223344
    `,
  },
  {
    rule: 'MAP-002',
    title: 'an address that nobody claims reads as something else than ones',
    choices: { hole: 'ones', preassigned: 'off' },
    given: ['power-on', 'host'],
    steps: `
      mr 4 0xd8000000 -> 0xffffffff | 0x12345678
    `,
  },
  {
    rule: 'MAP-002',
    title: 'a byte of a port that nobody claims reads 0',
    choices: { hole: 'ones', preassigned: 'off' },
    given: ['power-on', 'host'],
    steps: `
      pr 1 0xe801 -> 0xff | 0x00
    `,
  },
  {
    rule: 'MAP-002',
    title: 'an address that nobody claims keeps what is written',
    choices: { hole: 'ones', preassigned: 'off' },
    given: ['power-on', 'host'],
    steps: `
      mw 2 0xd8000000 <- 0x4321
      mr 2 0xd8000000 -> 0xffff | 0x4321
    `,
  },
  {
    rule: 'MAP-002',
    title: 'an address that nobody claims reads neither 0 nor ones where the profile says 0',
    choices: { hole: 'zero', preassigned: 'off' },
    given: ['power-on', 'host'],
    steps: `
      mr 4 0xd8000000 -> 0x00000000 | 0x12345678
    `,
  },
  {
    rule: 'MAP-003',
    title: 'where a BAR lies over RAM, RAM or the device answers, but nothing else',
    kind: 'may',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      mw 4 0x10000100 <- 0x3c3c4d4d
      mr 4 0x10000100 -> 0x3c3c4d4d
      mr 4 0x10000100 -> 0x3c3c4d4d
      mr 4 0x10000100 -> 0x3c3c4d4d
      ${CONVENTIONAL_MARKER}
      mr 4 0xc0010100 -> 0x77778888
      cw 4 00:04.0 0x10 <- 0x10000000
      cr 4 00:04.0 0x10 -> 0x10000000
      mr 4 0x10000100 -> 0x3c3c4d4d || 0x77778888 | 0x01020304
    `,
  },
  {
    rule: 'MAP-004',
    title: 'a BAR is not put over that of another function',
    given: ['power-on', 'endpoint-assigned', 'conventional-assigned'],
    steps: `
      cw 4 00:04.0 0x10 <- 0xc0000000
      cr 4 00:04.0 0x10 -> 0xc0000000 | 0xc0010000
    `,
  },
  {
    rule: 'MAP-004',
    title: 'a BAR gives way when that of another function is put over it',
    given: ['power-on', 'endpoint-assigned', 'conventional-assigned'],
    steps: `
      cr 4 00:03.0 0x10 -> 0xc0000004
      ${OVERLAP}
      cr 4 00:03.0 0x10 -> 0xc0000004 | 0xc0004004
    `,
  },
  {
    rule: 'MAP-005',
    title: 'inside an overlap one of the two functions answers or a hole, but nothing else',
    kind: 'may',
    given: ['power-on', 'endpoint-assigned', 'conventional-assigned'],
    steps: `
      ${ENDPOINT_MARKER}
      ${CONVENTIONAL_MARKER}
      mr 4 0xc0000100 -> 0x5a5a1234
      mr 4 0xc0010100 -> 0x77778888
      ${OVERLAP}
      mr 4 0xc0000100 -> 0x5a5a1234 || 0x77778888 || 0xffffffff | 0x01020304
    `,
  },
  {
    rule: 'MAP-006',
    title: 'the part of a BAR that was covered stays lost when the other BAR moves away',
    given: ['power-on', 'endpoint-assigned', 'conventional-assigned'],
    steps: `
      ${ENDPOINT_MARKER}
      ${OVERLAP}
      cw 4 00:04.0 0x10 <- 0xc0010000
      cr 4 00:04.0 0x10 -> 0xc0010000
      mr 4 0xc0000100 -> 0x5a5a1234 | 0xffffffff
    `,
  },
  {
    rule: 'MAP-006',
    title: 'the part of a BAR that was covered stays lost when the other function is disabled',
    given: ['power-on', 'endpoint-assigned', 'conventional-assigned'],
    steps: `
      ${ENDPOINT_MARKER}
      ${OVERLAP}
      cw 2 00:04.0 0x04 <- 0x0005
      cr 2 00:04.0 0x04 -> 0x0005
      mr 4 0xc0000100 -> 0x5a5a1234 | 0xffffffff
    `,
  },
  {
    rule: 'MAP-011',
    title: 'a BAR that was sized with decoding off and restored no longer decodes where it did',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      ${CONVENTIONAL_MARKER}
      cw 2 00:04.0 0x04 <- 0x0004
      cr 2 00:04.0 0x04 -> 0x0004
      cw 4 00:04.0 0x10 <- 0xffffffff
      cr 4 00:04.0 0x10 -> 0xfffff000
      cw 4 00:04.0 0x10 <- 0xc0010000
      cr 4 00:04.0 0x10 -> 0xc0010000
      cw 2 00:04.0 0x04 <- 0x0007
      cr 2 00:04.0 0x04 -> 0x0007
      mr 4 0xc0010100 -> 0x77778888 | 0xffffffff
    `,
  },
  {
    rule: 'MAP-011',
    title: 'a BAR that went somewhere and came back with decoding on no longer decodes where it did',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      ${CONVENTIONAL_MARKER}
      cw 4 00:04.0 0x10 <- 0xc0050000
      cr 4 00:04.0 0x10 -> 0xc0050000
      cw 4 00:04.0 0x10 <- 0xc0010000
      cr 4 00:04.0 0x10 -> 0xc0010000
      mr 4 0xc0010100 -> 0x77778888 | 0xffffffff
    `,
  },
];
