/** INTx: levels, lines that are shared, and the rotation of pins over bridges. */

import type { RuleCase } from './case.ts';

const LOOK = `
  cr 4 00:04.0 0x00 -> 0x100e8086
`;

export const cases: readonly RuleCase[] = [
  {
    rule: 'INTX-001',
    title: 'the line goes down though its only source is still pending',
    machine: 'caps=intx irq=00:04.0:20',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      condition 00:04.0 1
      line 20 1
      -! line 20 0
      ${LOOK}
      condition 00:04.0 0
      +! line 20 0
      ${LOOK}
    `,
  },
  {
    rule: 'INTX-001',
    title: 'the line never goes up',
    machine: 'caps=intx irq=00:04.0:20',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      line 4 1
      condition 00:04.0 1
      +! line 20 1
      ${LOOK}
      condition 00:04.0 0
      +! line 20 0
    `,
  },
  {
    rule: 'INTX-001',
    title: 'the line stays up after its only source was cleared',
    machine: 'caps=intx irq=00:04.0:20',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      condition 00:04.0 1
      line 20 1
      ${LOOK}
      condition 00:04.0 0
      +! line 20 0
      ${LOOK}
    `,
  },
  {
    rule: 'INTX-001',
    title: 'a function drops its INTx while the source is pending',
    machine: 'caps=intx',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      condition 00:04.0 1
      intx 00:04.0 1
      -! intx 00:04.0 0
      ${LOOK}
      condition 00:04.0 0
      +! intx 00:04.0 0
      ${LOOK}
    `,
  },
  {
    rule: 'INTX-001',
    title: 'a function asserts INTx without a source',
    machine: 'caps=intx',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      condition 00:04.0 1
      intx 00:04.0 1
      condition 00:04.0 0
      intx 00:04.0 0
      ${LOOK}
      +! condition 00:04.0 1
      intx 00:04.0 1
      ${LOOK}
    `,
  },
  {
    rule: 'CMD-011',
    title: 'the line stays up after Interrupt Disable was set',
    machine: 'caps=intx irq=00:04.0:20',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      condition 00:04.0 1
      line 20 1
      cw 2 00:04.0 0x04 <- 0x0407
      +! line 20 0
      cr 2 00:04.0 0x04 -> 0x0407
      condition 00:04.0 0
    `,
  },
  {
    rule: 'CMD-011',
    title: 'the line stays down after Interrupt Disable was cleared with a pending source',
    machine: 'caps=intx irq=00:04.0:20',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      cw 2 00:04.0 0x04 <- 0x0407
      cr 2 00:04.0 0x04 -> 0x0407
      line 4 1
      condition 00:04.0 1
      cw 2 00:04.0 0x04 <- 0x0007
      +! line 20 1
      cr 2 00:04.0 0x04 -> 0x0007
    `,
  },
  {
    rule: 'MSIX-022',
    title: 'the line stays up after MSI was enabled',
    machine: 'caps=intx irq=00:04.0:20',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      condition 00:04.0 1
      line 20 1
      cw 2 00:04.0 0x42 <- 0x0001
      +! line 20 0
      cr 2 00:04.0 0x42 -> 0x0001
    `,
  },
  {
    rule: 'MSIX-022',
    title: 'a line that other functions may drive stays up after MSI was enabled, until a restore',
    machine: 'caps=intx,snapshot irq=00:04.0:20,00:05.0:20',
    given: ['power-on', 'conventional-assigned', 'multifunction-assigned'],
    steps: `
      mw 4 0xc0020000 <- 0x00000001
      condition 00:04.0 1
      line 20 1
      cw 2 00:04.0 0x42 <- 0x0001
      +! line 20 0
      cr 2 00:04.0 0x42 -> 0x0001
      save
      restore
      -! line 20 0
      cr 2 00:04.0 0x42 -> 0x0001
    `,
  },
  {
    rule: 'INTX-001',
    title: 'a line that a restore did not change is not raised later',
    machine: 'caps=intx,snapshot irq=00:04.0:20',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      condition 00:04.0 1
      line 20 1
      ${LOOK}
      condition 00:04.0 0
      line 20 0
      ${LOOK}
      save
      restore
      condition 00:04.0 1
      +! line 20 1
      ${LOOK}
      condition 00:04.0 0
      +! line 20 0
      ${LOOK}
    `,
  },
  {
    rule: 'INTX-002',
    title: 'one of two functions on a line clears its source and takes the line down',
    machine: 'caps=intx irq=00:05.0:21,00:05.1:21',
    given: ['power-on', 'multifunction-assigned'],
    steps: `
      condition 00:05.0 1
      line 21 1
      condition 00:05.1 1
      condition 00:05.0 0
      -! line 21 0
      cr 4 00:05.0 0x00 -> 0x100e8086
      condition 00:05.1 0
      +! line 21 0
      cr 4 00:05.0 0x00 -> 0x100e8086
    `,
  },
  {
    rule: 'INTX-002',
    title: 'a shared line stays up after the last source was cleared',
    machine: 'caps=intx irq=00:05.0:21,00:05.1:21',
    given: ['power-on', 'multifunction-assigned'],
    steps: `
      condition 00:05.0 1
      line 21 1
      condition 00:05.1 1
      condition 00:05.0 0
      condition 00:05.1 0
      +! line 21 0
      cr 4 00:05.0 0x00 -> 0x100e8086
    `,
  },
  {
    rule: 'INTX-002',
    title: 'FLR does not end what the function contributes to the line',
    machine: 'caps=intx irq=00:03.0:22',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      condition 00:03.0 1
      line 22 1
      cw 2 00:03.0 0x88 <- 0xa810
      +! line 22 0
      cr 4 00:03.0 0x00 -> 0x10411af4
    `,
  },
  {
    rule: 'INTX-002',
    title: 'the line stays up after its function was removed',
    machine: 'caps=intx irq=00:1c.0:16',
    given: ['power-on', 'root-port', 'below'],
    steps: `
      condition 01:00.0 1
      line 16 1
      unplug 01:00.0
      +! line 16 0
      cr 4 01:00.0 0x00 -> 0xffffffff
    `,
  },
  {
    rule: 'RST-007',
    title: 'the line goes up again after a reset, without a new source',
    machine: 'caps=intx irq=00:03.0:22',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      condition 00:03.0 1
      line 22 1
      cw 2 00:03.0 0x88 <- 0xa810
      line 22 0
      cr 4 00:03.0 0x00 -> 0x10411af4
      cr 4 00:03.0 0x08 -> 0x02000001
      -! line 22 1
      cr 4 00:03.0 0x00 -> 0x10411af4
    `,
  },
  {
    rule: 'RST-007',
    title: 'a function asserts INTx again after a reset, without a new source',
    machine: 'caps=intx',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      condition 00:03.0 1
      intx 00:03.0 1
      cw 2 00:03.0 0x88 <- 0xa810
      intx 00:03.0 0
      cr 4 00:03.0 0x00 -> 0x10411af4
      +! condition 00:03.0 1
      intx 00:03.0 1
      cr 4 00:03.0 0x00 -> 0x10411af4
    `,
  },
  {
    rule: 'INTX-003',
    title: 'the pin of a device behind a conventional bridge is not rotated by its number',
    // Pin A of device 1 and pin A of device 5 appear as pin B of the bridge.
    machine: 'caps=intx irq=02:05.0:17,00:04.0:16',
    given: ['power-on', 'conventional', 'pci-bridge', 'behind-bridge', 'behind-bridge-too'],
    steps: `
      condition 02:01.0 1
      +! line 17 1
      -! line 16 1
      cr 4 02:01.0 0x00 -> 0x100e8086
    `,
  },
  {
    rule: 'INTX-003',
    title: 'a line rises, which another function might drive, and not the one of the rotated pin',
    machine: 'caps=intx irq=02:05.0:17,00:04.0:16',
    given: ['power-on', 'conventional-assigned', 'pci-bridge', 'behind-bridge', 'behind-bridge-too'],
    steps: `
      mw 4 0xc0010000 <- 0x00000001
      condition 02:01.0 1
      +! line 17 1
      -! line 16 1
      cr 4 02:01.0 0x00 -> 0x100e8086
    `,
  },
  {
    rule: 'INTX-003',
    title: 'the pin of a device below a port is rotated',
    machine: 'caps=intx irq=00:1c.0:16,00:04.0:17',
    given: ['power-on', 'conventional', 'root-port', 'below'],
    steps: `
      condition 01:00.0 1
      +! line 16 1
      -! line 17 1
      cr 4 01:00.0 0x00 -> 0x10411af4
    `,
  },
  {
    rule: 'INTX-005',
    title: "a port's Interrupt Disable blocks INTx from below",
    machine: 'caps=intx irq=00:1c.0:16',
    given: ['power-on', 'root-port', 'below'],
    steps: `
      cw 2 00:1c.0 0x04 <- 0x0407
      cr 2 00:1c.0 0x04 -> 0x0407
      line 4 1
      condition 01:00.0 1
      +! line 16 1
      cr 4 01:00.0 0x00 -> 0x10411af4
    `,
  },
  {
    rule: 'INTX-005',
    title: 'a port without bus master blocks INTx from below',
    machine: 'caps=intx irq=00:1c.0:16',
    given: ['power-on', 'root-port', 'below'],
    steps: `
      cw 2 00:1c.0 0x04 <- 0x0003
      cr 2 00:1c.0 0x04 -> 0x0003
      line 4 1
      condition 01:00.0 1
      +! line 16 1
      cr 4 01:00.0 0x00 -> 0x10411af4
    `,
  },
  {
    rule: 'INTX-002',
    title: 'the line of a function that had been put in stays up after its removal',
    machine: 'caps=intx,unplug irq=00:04.0:20',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      unplug 00:04.0
      cr 4 00:04.0 0x00 -> 0xffffffff
      plug 00:04.0
      ${LOOK}
      condition 00:04.0 1
      line 20 1
      ${LOOK}
      unplug 00:04.0
      +! line 20 0
      cr 4 00:04.0 0x00 -> 0xffffffff
    `,
  },
];
