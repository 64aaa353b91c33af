/** Decoding of several: exchanged places, borders, configuration space under a BAR. */

import type { RuleCase } from './case.ts';

/** The same in the memory BAR of 00:04.0. */
const CONVENTIONAL = `
  mr 4 0xc0010100 -> 0x77778888
  mr 4 0xc0010100 -> 0x77778888
`;

/** Both, seen at one time. */
const BOTH = `
  mr 4 0xc0000100 -> 0x5a5a1234
  mr 4 0xc0010100 -> 0x77778888
  mr 4 0xc0000100 -> 0x5a5a1234
  mr 4 0xc0010100 -> 0x77778888
`;

/** Another read, for a host that gives the last answer again where nobody is. */
const BETWEEN = 'mr 4 0xc0010200 -> 0x00000000';

export const cases: readonly RuleCase[] = [
  {
    rule: 'MAP-001',
    title: 'a BAR still answers where another one is now',
    given: ['power-on', 'endpoint-assigned', 'conventional-assigned'],
    steps: `
      ${BOTH}
      cw 4 00:04.0 0x10 <- 0xc0050000
      cr 4 00:04.0 0x10 -> 0xc0050000
      cw 4 00:03.0 0x10 <- 0xc0010000
      cr 4 00:03.0 0x10 -> 0xc0010004
      mr 4 0xc0010100 -> 0x5a5a1234 || 0x5a5a1235 | 0x77778888
    `,
  },
  {
    rule: 'MAP-007',
    title: 'a memory BAR over ECAM answers in place of configuration space',
    given: ['power-on', 'endpoint-assigned', 'conventional-assigned'],
    steps: `
      cw 4 00:04.0 0x10 <- 0xe0018000
      cr 4 00:04.0 0x10 -> 0xe0018000
      er 4 00:03.0 0x00 -> 0x10411af4 | 0x77778888
    `,
  },
  {
    rule: 'MAP-007',
    title: 'an I/O BAR over the configuration ports hides them, and the profile says that it does not',
    choices: { cam_shadow: 'off' },
    given: ['power-on', 'conventional-assigned'],
    steps: `
      cw 4 00:04.0 0x14 <- 0x00000cc0
      cr 4 00:04.0 0x14 -> 0x00000cc1 | 0xffffffff
    `,
  },
  {
    rule: 'MAP-007',
    title: 'an I/O BAR over the configuration ports hides the index, and the profile says that it does not',
    choices: { cam_shadow: 'off' },
    given: ['power-on', 'conventional-assigned'],
    steps: `
      cw 4 00:04.0 0x14 <- 0x00000cc0
      pw 4 0xcf8 <- 0x80002010
      pr 4 0xcf8 -> 0x80002010 | 0x11223344
    `,
  },
  {
    rule: 'MAP-007',
    title: 'configuration access comes and goes while an I/O BAR lies over its ports',
    kind: 'may',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      cw 4 00:04.0 0x14 <- 0x00000cc0
      cr 4 00:04.0 0x10 -> 0xc0010000
      cr 4 00:04.0 0x00 -> 0x100e8086 | 0xffffffff
    `,
  },
  {
    rule: 'MAP-008',
    title: 'a BAR is repeated behind its end',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      ${CONVENTIONAL}
      ${BETWEEN}
      mr 4 0xc0011100 -> 0xffffffff || 0x00000000 | 0x77778888
    `,
  },
  {
    rule: 'MAP-008',
    title: 'a BAR is repeated before its base',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      ${CONVENTIONAL}
      ${BETWEEN}
      mr 4 0xc000f100 -> 0xffffffff | 0x77778888
    `,
  },
  {
    rule: 'MAP-008',
    title: 'a BAR decodes the first dword behind its end, which is that of a table',
    given: ['power-on', 'conventional-assigned', 'virtio-legacy'],
    steps: `
      cw 4 00:04.0 0x10 <- 0xc005f000
      cr 4 00:04.0 0x10 -> 0xc005f000
      mr 4 0xc006000c -> 0x00000001
      mr 4 0xc0060000 -> 0x00000000 | 0x77778889
    `,
  },
  {
    rule: 'MSIX-011',
    title:
      'a table of which nothing else was seen begins with an address that it cannot hold, right behind another BAR',
    given: ['power-on', 'conventional-assigned', 'virtio-legacy'],
    steps: `
      cw 4 00:04.0 0x10 <- 0xc005f000
      cr 4 00:04.0 0x10 -> 0xc005f000
      mr 4 0xc0060000 -> 0x00000000 | 0x77778889
    `,
  },
  {
    rule: 'MAP-008',
    title: 'an I/O BAR is repeated behind its end',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      pr 4 0xc050 -> 0x11223344
      pr 4 0xc050 -> 0x11223344
      ${BETWEEN}
      pr 4 0xc090 -> 0xffffffff | 0x11223344
    `,
  },
  {
    rule: 'MAP-008',
    title: 'a BAR that was moved does not decode to its last dword',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      ${CONVENTIONAL}
      mr 4 0xc0010ffc -> 0x0badcafe
      mr 4 0xc0010ffc -> 0x0badcafe
      cw 4 00:04.0 0x10 <- 0xc0050000
      cr 4 00:04.0 0x10 -> 0xc0050000
      mr 4 0xc0050100 -> 0x77778888
      mr 4 0xc0050ffc -> 0x0badcafe || 0x00000000 | 0xffffffff
    `,
  },
  {
    rule: 'MAP-008',
    title: 'a BAR that was enabled again does not decode at its first dword',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      ${CONVENTIONAL}
      mr 4 0xc0010000 -> 0x0badcafe
      mr 4 0xc0010000 -> 0x0badcafe
      cw 2 00:04.0 0x04 <- 0x0004
      cr 2 00:04.0 0x04 -> 0x0004
      cw 2 00:04.0 0x04 <- 0x0007
      cr 2 00:04.0 0x04 -> 0x0007
      mr 4 0xc0010100 -> 0x77778888
      mr 4 0xc0010000 -> 0x0badcafe | 0xffffffff
    `,
  },
  {
    rule: 'MAP-010',
    title: 'two BARs are exchanged with decoding off, and one of them still answers where it was',
    given: ['power-on', 'endpoint-assigned', 'conventional-assigned'],
    steps: `
      ${BOTH}
      cw 2 00:03.0 0x04 <- 0x0004
      cw 2 00:04.0 0x04 <- 0x0004
      cw 4 00:03.0 0x10 <- 0xc0010000
      cw 4 00:04.0 0x10 <- 0xc0000000
      cr 4 00:03.0 0x10 -> 0xc0010004
      cr 4 00:04.0 0x10 -> 0xc0000000
      cw 2 00:03.0 0x04 <- 0x0007
      cw 2 00:04.0 0x04 <- 0x0007
      mr 4 0xc0010100 -> 0x5a5a1234 || 0x5a5a1235 | 0x77778888
    `,
  },
  {
    rule: 'MAP-010',
    title: 'two BARs are exchanged by way of an overlap, and one of them still answers where it was',
    given: ['power-on', 'endpoint-assigned', 'conventional-assigned'],
    steps: `
      ${BOTH}
      cw 4 00:04.0 0x10 <- 0xc0000000
      cr 4 00:04.0 0x10 -> 0xc0000000
      cw 4 00:03.0 0x10 <- 0xc0010000
      cr 4 00:03.0 0x10 -> 0xc0010004
      mr 4 0xc0000100 -> 0x77778888 | 0x5a5a1234
    `,
  },
];
