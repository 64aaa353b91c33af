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
  {
    rule: 'RTE-001',
    title: 'a write to a function of the root bus reaches the one of the same number behind a bridge',
    given: ['power-on', 'root-port', 'below', 'device-zero'],
    steps: `
      cr 4 01:00.0 0x3c -> 0x00000100
      cw 1 00:00.0 0x3c <- 0x0b
      cr 4 01:00.0 0x3c -> 0x00000100 | 0x0000010b
    `,
  },
  {
    rule: 'RTE-001',
    title: 'a write to a function behind one bridge reaches the one of the same number behind two',
    given: ['power-on', 'nested', 'beside-nested'],
    steps: `
      cr 4 04:01.0 0x10 -> 0xc4000000
      cw 4 03:01.0 0x10 <- 0xc5000000
      cr 4 04:01.0 0x10 -> 0xc4000000 | 0xc5000000
    `,
  },
  {
    rule: 'RTE-001',
    title: 'a read of a function of the root bus shows the one behind a bridge',
    given: ['power-on', 'root-port', 'below', 'device-zero'],
    steps: `
      cr 4 00:00.0 0x00 -> 0x29c08086 | 0x10411af4
      cr 4 01:00.0 0x00 -> 0x10411af4
    `,
  },
  {
    rule: 'RTE-004',
    title: 'with secondary above subordinate a device answers between the two',
    kind: 'may',
    given: ['power-on', 'root-port', 'below'],
    steps: `
      cw 4 00:1c.0 0x18 <- 0x00050700
      cr 4 00:1c.0 0x18 -> 0x00050700
      cr 4 07:00.0 0x00 -> 0x10411af4 || 0xffffffff | 0xffffffff
      cr 4 06:00.0 0x00 -> 0xffffffff | 0x10411af4
      cr 4 05:00.0 0x00 -> 0xffffffff
    `,
  },
  {
    rule: 'RTE-004',
    title: 'with secondary above subordinate a device stays at its old bus number',
    given: ['power-on', 'root-port', 'below'],
    steps: `
      cw 4 00:1c.0 0x18 <- 0x00050700
      cr 4 00:1c.0 0x18 -> 0x00050700
      cr 4 01:00.0 0x00 -> 0xffffffff | 0x10411af4
    `,
  },
  {
    rule: 'RTE-005',
    title: 'what two bridges claim is answered by a third',
    kind: 'may',
    given: ['power-on', 'root-port', 'below', 'pci-bridge', 'behind-bridge'],
    steps: `
      cr 4 01:01.0 0x00 -> 0xffffffff
      cw 4 00:1e.0 0x18 <- 0x00010100
      cr 4 00:1e.0 0x18 -> 0x00010100
      cr 4 01:01.0 0x00 -> 0x100e8086 || 0xffffffff | 0x20001234
    `,
  },
  {
    rule: 'RTE-005',
    title: 'what two bridges claim is a mixture of the functions below them',
    kind: 'may',
    given: ['power-on', 'root-port', 'below', 'pci-bridge', 'behind-bridge'],
    steps: `
      cr 4 02:00.0 0x00 -> 0xffffffff
      cw 4 00:1e.0 0x18 <- 0x00040100
      cr 4 00:1e.0 0x18 -> 0x00040100
      cr 4 01:00.0 0x2c -> 0x11001af4 || 0xffffffff | 0x11008086
      cw 4 00:1e.0 0x18 <- 0x00020200
      cr 4 01:00.0 0x2c -> 0x11001af4
    `,
  },
  {
    rule: 'RTE-010',
    title: 'function 8 answers though ARI forwarding is off',
    given: ['power-on', 'root-port', 'below', 'ari-function'],
    steps: `
      cw 2 00:1c.0 0xa8 <- 0x0000
      cr 2 00:1c.0 0xa8 -> 0x0000
      cr 4 01:01.0 0x00 -> 0xffffffff | 0x10421af4
      cw 2 00:1c.0 0xa8 <- 0x0020
      cr 2 00:1c.0 0xa8 -> 0x0020
      cr 4 01:01.0 0x00 -> 0x10421af4
    `,
  },
  {
    rule: 'RTE-010',
    title: 'function 8 does not answer when ARI forwarding is on again',
    given: ['power-on', 'root-port', 'below', 'ari-function'],
    steps: `
      cw 2 00:1c.0 0xa8 <- 0x0000
      cr 2 00:1c.0 0xa8 -> 0x0000
      cr 4 01:01.0 0x00 -> 0xffffffff
      cw 2 00:1c.0 0xa8 <- 0x0020
      cr 2 00:1c.0 0xa8 -> 0x0020
      cr 4 01:01.0 0x00 -> 0x10421af4 | 0xffffffff
    `,
  },
  {
    rule: 'RTE-002',
    title: 'a bridge does not pass requests for its subordinate bus: the device is gone when the number is lowered',
    given: ['power-on', 'root-port', 'below'],
    steps: `
      cw 1 00:1c.0 0x1a <- 0xff
      cr 1 00:1c.0 0x1a -> 0xff
      cr 2 01:00.0 0x04 -> 0x0007
      cw 1 00:1c.0 0x1a <- 0x01
      cr 1 00:1c.0 0x1a -> 0x01
      cr 2 01:00.0 0x04 -> 0x0007 | 0xffff
    `,
  },
];
