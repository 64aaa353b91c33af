/** Enhanced Allocation. */

import type { RuleCase } from './case.ts';

/** One entry of 00:06.0 in place of BAR 1: 4 KiB of memory at 0xdf000000, enabled for good, not writable. */
const ENTRY = `
  cr 4 00:06.0 0x40 -> 0x00010014
  cr 4 00:06.0 0x44 -> 0x80ff0012
  cr 4 00:06.0 0x48 -> 0xdf000000
  cr 4 00:06.0 0x4c -> 0x00000ffc
`;

export const cases: readonly RuleCase[] = [
  {
    rule: 'EA-001',
    title: 'the base of an entry that is not writable can be written',
    given: ['power-on', 'fresh-capabilities'],
    steps: `
      ${ENTRY}
      cw 4 00:06.0 0x48 <- 0xde000000
      cr 4 00:06.0 0x48 -> 0xdf000000 | 0xde000000
    `,
  },
  {
    rule: 'EA-001',
    title: 'the size of an entry that is not writable can be written',
    given: ['power-on', 'fresh-capabilities'],
    steps: `
      ${ENTRY}
      cw 4 00:06.0 0x4c <- 0x0000fffc
      cr 4 00:06.0 0x4c -> 0x00000ffc | 0x0000fffc
    `,
  },
];
