/** Routing of configuration requests. */

import type { RuleCase } from './case.ts';

export const cases: readonly RuleCase[] = [
  {
    rule: 'RTE-002',
    title: 'after renumbering the device answers on the new bus and still on the old one',
    given: ['power-on', 'root-port', 'below'],
    steps: `
      cw 4 00:1c.0 0x18 <- 0x00050500
      cr 4 00:1c.0 0x18 -> 0x00050500
      cr 4 05:00.0 0x00 -> 0x10411af4
      cr 4 01:00.0 0x00 -> 0xffffffff | 0x10411af4
    `,
  },
  {
    rule: 'RTE-002',
    title: 'the bus numbers are only bookkeeping: the device stays on the bus it was on',
    given: ['power-on', 'root-port', 'below'],
    steps: `
      cw 4 00:1c.0 0x18 <- 0x00050500
      cr 4 00:1c.0 0x18 -> 0x00050500
      cr 4 01:00.0 0x00 -> 0xffffffff | 0x10411af4
      cr 4 05:00.0 0x00 -> 0x10411af4 | 0xffffffff
    `,
  },
  {
    rule: 'RTE-003',
    title: 'a bridge keeps its bus numbers over a machine reset',
    choices: { preassigned: 'off' },
    given: ['power-on', 'root-port', 'below'],
    steps: `
      reset
      cr 4 00:1c.0 0x00 -> 0x000c1b36
      cr 4 00:1c.0 0x18 -> 0x00000000 | 0x00010100
    `,
  },
  {
    rule: 'RTE-003',
    title: 'a device answers behind a bridge that has no bus numbers after a machine reset',
    choices: { preassigned: 'off' },
    given: ['power-on', 'root-port', 'below'],
    steps: `
      reset
      cr 4 00:1c.0 0x00 -> 0x000c1b36
      cr 4 00:1c.0 0x18 -> 0x00000000
      cr 4 01:00.0 0x00 -> 0xffffffff | 0x10411af4
    `,
  },
  {
    rule: 'RTE-006',
    title: 'a second device answers below a root port',
    given: ['power-on', 'root-port', 'below'],
    steps: `
      cr 4 01:01.0 0x00 -> 0xffffffff | 0x20001234
    `,
  },
  {
    rule: 'RTE-007',
    title: 'a function answers on a bus that the host bridge does not serve',
    choices: { bus_range: '1' },
    given: ['power-on', 'host'],
    steps: `
      cr 4 40:00.0 0x00 -> 0xffffffff | 0x20001234
    `,
  },
  {
    rule: 'RTE-008',
    title: 'a function is not seen while its Command register is 0',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      cw 2 00:03.0 0x04 <- 0x0000
      cr 4 00:03.0 0x00 -> 0x10411af4 | 0xffffffff
      cr 4 00:03.0 0x08 -> 0x02000001 | 0xffffffff
      cw 2 00:03.0 0x04 <- 0x0007
      cr 4 00:03.0 0x00 -> 0x10411af4
    `,
  },
  {
    rule: 'RTE-008',
    title: 'nothing is seen below a bridge while its Command register is 0',
    given: ['power-on', 'pci-bridge', 'behind-bridge'],
    steps: `
      cw 2 00:1e.0 0x04 <- 0x0000
      cr 2 00:1e.0 0x04 -> 0x0000
      cr 4 02:01.0 0x00 -> 0x100e8086 | 0xffffffff
      cw 2 00:1e.0 0x04 <- 0x0007
      cr 2 00:1e.0 0x04 -> 0x0007
      cr 4 02:01.0 0x00 -> 0x100e8086
    `,
  },
  {
    rule: 'RTE-009',
    title: 'a root port in D3hot still forwards configuration requests',
    given: ['power-on', 'root-port', 'below'],
    steps: `
      cw 2 00:1c.0 0x44 <- 0x000b
      cr 2 00:1c.0 0x44 -> 0x000b
      cr 4 01:00.0 0x00 -> 0xffffffff | 0x10411af4
    `,
  },
  {
    rule: 'RTE-011',
    title: 'a write to a device-specific byte changes the Interrupt Line',
    kind: 'may',
    given: ['power-on', 'endpoint'],
    steps: `
      cw 1 00:03.0 0x3c <- 0x0b
      cr 1 00:03.0 0x3c -> 0x0b
      cr 4 00:03.0 0xc0 -> 0x00000000
      cw 4 00:03.0 0xc0 <- 0x12345678
      cr 4 00:03.0 0xc0 -> 0x12345678 || 0x00000000 || 0x00005600 | 0x12345678
      cr 1 00:03.0 0x3c -> 0x0b | 0x78
    `,
  },
];
