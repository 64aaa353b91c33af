/** Advanced error reporting. */

import type { RuleCase } from './case.ts';

/** Sets Device Control bit 15 (initiate FLR) of 00:03.0, its other bits as they were. */
const FLR = 'cw 2 00:03.0 0x88 <- 0xa810';

export const cases: readonly RuleCase[] = [
  {
    rule: 'AER-001',
    title: 'clearing one uncorrectable error clears another one too',
    given: ['power-on', 'endpoint'],
    steps: `
      er 4 00:03.0 0x104 -> 0x00140000
      ew 4 00:03.0 0x104 <- 0x00100000
      er 4 00:03.0 0x104 -> 0x00040000 | 0x00000000
    `,
  },
  {
    rule: 'AER-001',
    title: 'FLR clears an uncorrectable error',
    given: ['power-on', 'endpoint'],
    steps: `
      er 4 00:03.0 0x104 -> 0x00100000
      ${FLR}
      cr 4 00:03.0 0x00 -> 0x10411af4
      er 4 00:03.0 0x104 -> 0x00100000 | 0x00000000
    `,
  },
  {
    rule: 'AER-001',
    title: 'writing 0 clears a correctable error',
    given: ['power-on', 'endpoint'],
    steps: `
      er 4 00:03.0 0x110 -> 0x00002000
      ew 4 00:03.0 0x110 <- 0x00000000
      er 4 00:03.0 0x110 -> 0x00002000 | 0x00000000
    `,
  },
  {
    rule: 'AER-002',
    title: 'an unsupported request cannot be masked',
    given: ['power-on', 'endpoint'],
    steps: `
      ew 4 00:03.0 0x108 <- 0x00100000
      er 4 00:03.0 0x108 -> 0x00100000 | 0x00000000
    `,
  },
  {
    rule: 'AER-002',
    title: 'the severity of a malformed packet cannot be lowered',
    given: ['power-on', 'endpoint'],
    steps: `
      ew 4 00:03.0 0x10c <- 0x00022030
      er 4 00:03.0 0x10c -> 0x00022030 | 0x00062030
    `,
  },
  {
    rule: 'AER-002',
    title: 'FLR clears the mask of an uncorrectable error',
    given: ['power-on', 'endpoint'],
    steps: `
      ew 4 00:03.0 0x108 <- 0x00100000
      er 4 00:03.0 0x108 -> 0x00100000
      ${FLR}
      cr 4 00:03.0 0x00 -> 0x10411af4
      er 4 00:03.0 0x108 -> 0x00100000 | 0x00000000
    `,
  },
  {
    rule: 'AER-003',
    title: 'no uncorrectable error is fatal at power-on',
    given: ['power-on', 'express'],
    choices: { preassigned: 'off' },
    steps: `
      er 4 00:06.0 0x100 -> 0x00010001
      er 4 00:06.0 0x10c -> 0x00062030 | 0x00000000
    `,
  },
  {
    rule: 'AER-003',
    title: 'an uncorrectable error is masked at power-on',
    given: ['power-on', 'express'],
    choices: { preassigned: 'off' },
    steps: `
      er 4 00:06.0 0x100 -> 0x00010001
      er 4 00:06.0 0x108 -> 0x00000000 | 0x00100000
    `,
  },
  {
    rule: 'AER-003',
    title: 'advisory non-fatal errors are not masked at power-on',
    given: ['power-on', 'express'],
    choices: { preassigned: 'off' },
    steps: `
      er 4 00:06.0 0x100 -> 0x00010001
      er 4 00:06.0 0x114 -> 0x00002000 | 0x00000000
    `,
  },
  {
    rule: 'AER-004',
    title: 'a root port cannot be told to report errors',
    given: ['power-on', 'aer-port'],
    steps: `
      ew 4 00:1b.0 0x12c <- 0x00000007
      er 4 00:1b.0 0x12c -> 0x00000007 | 0x00000000
    `,
  },
  {
    rule: 'AER-004',
    title: 'the identification of the error source can be written',
    given: ['power-on', 'aer-port'],
    steps: `
      ew 4 00:1b.0 0x134 <- 0x12345678
      er 4 00:1b.0 0x134 -> 0x00000000 | 0x12345678
    `,
  },
  {
    rule: 'AER-004',
    title: 'writing 0 clears the root error status',
    given: ['power-on', 'aer-port'],
    steps: `
      er 4 00:1b.0 0x130 -> 0x00000001
      ew 4 00:1b.0 0x130 <- 0x00000000
      er 4 00:1b.0 0x130 -> 0x00000001 | 0x00000000
    `,
  },
];
