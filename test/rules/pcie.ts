/** PCI Express capability. */

import type { RuleCase } from './case.ts';

export const cases: readonly RuleCase[] = [
  {
    rule: 'PCIE-001',
    title: 'a function with a type 0 header says that it is a root port',
    given: ['power-on', 'fresh-capabilities'],
    steps: `
      cr 4 00:06.0 0x40 -> 0x00020010 | 0x00420010
    `,
  },
  {
    rule: 'PCIE-001',
    title: 'an endpoint has slot capabilities',
    given: ['power-on', 'fresh-capabilities'],
    steps: `
      cr 4 00:06.0 0x40 -> 0x00020010
      cr 4 00:06.0 0x54 -> 0x00000000 | 0x0008005b
    `,
  },
  {
    rule: 'PCIE-002',
    title: 'the PCI Express capabilities register can be written',
    given: ['power-on', 'endpoint'],
    steps: `
      cw 2 00:03.0 0x82 <- 0x0142
      cr 2 00:03.0 0x82 -> 0x0002 | 0x0142
    `,
  },
  {
    rule: 'PCIE-002',
    title: 'the device capabilities can be written',
    given: ['power-on', 'endpoint'],
    steps: `
      cw 4 00:03.0 0x84 <- 0x00000000
      cr 4 00:03.0 0x84 -> 0x10008000 | 0x00000000
    `,
  },
  {
    rule: 'PCIE-002',
    title: 'the error reporting enables of an endpoint are hardwired 0',
    given: ['power-on', 'endpoint'],
    steps: `
      cw 2 00:03.0 0x88 <- 0x281f
      cr 2 00:03.0 0x88 -> 0x281f | 0x2810
    `,
  },
  {
    rule: 'PCIE-002',
    title: 'writing 0 clears an error bit of the device status',
    given: ['power-on', 'endpoint'],
    steps: `
      cr 2 00:03.0 0x8a -> 0x0008
      cw 2 00:03.0 0x8a <- 0x0000
      cr 2 00:03.0 0x8a -> 0x0008 | 0x0000
    `,
  },
  {
    rule: 'PCIE-002',
    title: 'a port that reports link changes cannot be told to signal them',
    given: ['power-on', 'root-port'],
    steps: `
      cw 2 00:1c.0 0x98 <- 0x11c0
      cr 2 00:1c.0 0x98 -> 0x11c0 | 0x01c0
    `,
  },
  {
    rule: 'PCIE-002',
    title: 'clearing one event bit of the slot status clears another one too',
    given: ['power-on', 'root-port'],
    steps: `
      cr 2 00:1c.0 0x9a -> 0x0049
      cw 2 00:1c.0 0x9a <- 0x0001
      cr 2 00:1c.0 0x9a -> 0x0048 | 0x0040
    `,
  },
];
