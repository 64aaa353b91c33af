/** Extended capability list. */

import type { RuleCase } from './case.ts';

export const cases: readonly RuleCase[] = [
  {
    rule: 'ECAP-001',
    title: 'the list leads below 0x100',
    given: ['power-on', 'express'],
    steps: `
      er 4 00:06.0 0x100 -> 0x15010003 | 0x0c010003
    `,
  },
  {
    rule: 'ECAP-001',
    title: 'the list runs in a circle',
    given: ['power-on', 'express'],
    steps: `
      er 4 00:06.0 0x100 -> 0x15010003
      er 4 00:06.0 0x150 -> 0x0001000b | 0x1001000b
    `,
  },
  {
    rule: 'ECAP-001',
    title: 'a capability lies inside another one',
    given: ['power-on', 'express'],
    steps: `
      er 4 00:06.0 0x100 -> 0x15010001 | 0x12010001
      +! er 4 00:06.0 0x150 -> 0x00010003
      -! er 4 00:06.0 0x120 -> 0x00010003
    `,
  },
  {
    rule: 'ECAP-002',
    title: 'the empty list can be written',
    given: ['power-on', 'root-port', 'below'],
    steps: `
      ew 4 01:00.0 0x100 <- 0x00010003
      er 4 01:00.0 0x100 -> 0x00000000 | 0x00010003
    `,
  },
  {
    rule: 'ECAP-002',
    title: 'the empty list has a version',
    given: ['power-on', 'express'],
    steps: `
      er 4 00:06.0 0x100 -> 0x00000000 | 0x00010000
    `,
  },
];
