/** Status register. */

import type { RuleCase } from './case.ts';

export const cases: readonly RuleCase[] = [
  {
    rule: 'STS-001',
    title: 'the Capabilities List bit can be cleared by a write',
    given: ['power-on', 'endpoint'],
    steps: `
      cw 2 00:03.0 0x06 <- 0x0000
      cr 2 00:03.0 0x06 -> 0x0010 | 0x0000
    `,
  },
  {
    rule: 'STS-001',
    title: 'a function with extended capabilities shows no list of the others',
    given: ['power-on'],
    steps: `
      er 4 00:06.0 0x00 -> 0x20001234
      er 4 00:06.0 0x04 -> 0x00000000
      er 4 00:06.0 0x08 -> 0x02000000
      er 4 00:06.0 0x0c -> 0x00000000
      er 4 00:06.0 0x34 -> 0x00000040
      er 4 00:06.0 0x100 -> 0x00000000 || 0xffffffff | 0x14820001
    `,
  },
  {
    rule: 'STS-002',
    title: 'a function without interrupt pin shows a pending INTx',
    given: ['power-on', 'host'],
    steps: `
      cr 2 00:00.0 0x06 -> 0x0000 | 0x0008
    `,
  },
  {
    rule: 'STS-002',
    title: 'a function that asserts INTx shows nothing pending',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      cw 2 00:03.0 0x04 <- 0x0407
      cr 2 00:03.0 0x04 -> 0x0407
      cw 2 00:03.0 0x04 <- 0x0007
      cr 2 00:03.0 0x04 -> 0x0007
      intx 00:03.0 1
      cr 2 00:03.0 0x06 -> 0x0018 | 0x0010
    `,
  },
  {
    rule: 'STS-003',
    title: 'the error bits store the ones that are written',
    given: ['power-on', 'endpoint'],
    steps: `
      cr 2 00:03.0 0x06 -> 0x0010
      cw 2 00:03.0 0x06 <- 0xffff
      cr 2 00:03.0 0x06 -> 0x0010 | 0xf910
    `,
  },
  {
    rule: 'STS-004',
    title: 'bits that are 0 on PCI Express can be written',
    given: ['power-on', 'endpoint'],
    steps: `
      cw 2 00:03.0 0x06 <- 0x06e6
      cr 2 00:03.0 0x06 -> 0x0010 | 0x06f6
    `,
  },
  {
    rule: 'STS-004',
    title: 'the DEVSEL timing of a conventional function can be written',
    given: ['power-on', 'conventional'],
    steps: `
      cw 2 00:04.0 0x06 <- 0x0000
      cr 2 00:04.0 0x06 -> 0x0210 | 0x0010
    `,
  },
];
