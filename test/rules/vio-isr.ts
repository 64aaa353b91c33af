/** Virtio over PCI: ISR status, and the registers of the legacy interface. */

import type { RuleCase } from './case.ts';

const machine = 'caps=intx,fire';

/** Reads twice two dwords of the device configuration of a transitional device while MSI-X is disabled. */
const LEGACY_MARKERS = `
  pr 4 0xc214 -> 0x12345452
  pr 4 0xc214 -> 0x12345452
  pr 4 0xc218 -> 0x00018765
  pr 4 0xc218 -> 0x00018765
  pr 4 0xc21c -> 0x05dc0100
  pr 4 0xc21c -> 0x05dc0100
`;
const ENABLE_MSIX = `
  cw 2 00:09.0 0x42 <- 0x8000
  cr 2 00:09.0 0x42 -> 0x8001
`;

export const cases: readonly RuleCase[] = [
  {
    rule: 'VIO-007',
    title: 'reserved bits of ISR status are set',
    given: ['power-on', 'virtio-device'],
    steps: `
      mr 1 0xc0040100 -> 0x03 || 0x00 | 0x04
    `,
  },
  {
    rule: 'VIO-007',
    title: 'ISR status is not cleared by reading',
    machine,
    given: ['power-on', 'virtio-device'],
    steps: `
      condition 00:07.0 1
      mr 1 0xc0040100 -> 0x01
      mr 1 0xc0040100 -> 0x00 | 0x01
    `,
  },
  {
    rule: 'VIO-007',
    title: 'Interrupt Status stays when ISR status is read',
    machine,
    given: ['power-on', 'virtio-device'],
    steps: `
      mr 1 0xc0040100 -> 0x02
      cr 2 00:07.0 0x06 -> 0x0010 | 0x0018
    `,
  },
  {
    rule: 'VIO-007',
    title: 'Interrupt Status is set and ISR status is 0',
    machine,
    given: ['power-on', 'virtio-device'],
    steps: `
      cr 2 00:07.0 0x06 -> 0x0018
      mr 1 0xc0040100 -> 0x01 || 0x03 | 0x00
    `,
  },
  {
    rule: 'VIO-007',
    title: 'ISR status is not cleared by reading through the window',
    machine,
    given: ['power-on', 'virtio-device'],
    steps: `
      cw 1 00:07.0 0x88 <- 0x00
      cw 4 00:07.0 0x8c <- 0x00000100
      cw 4 00:07.0 0x90 <- 0x00000001
      cr 1 00:07.0 0x94 -> 0x01
      mr 1 0xc0040100 -> 0x00 | 0x01
    `,
  },
  {
    rule: 'VIO-007',
    title: 'the legacy ISR status is not cleared by reading',
    machine,
    given: ['power-on', 'virtio-legacy'],
    steps: `
      pr 1 0xc213 -> 0x01
      pr 1 0xc213 -> 0x00 | 0x01
    `,
  },
  {
    rule: 'VIO-010',
    title: 'the device configuration does not move when MSI-X is enabled',
    given: ['power-on', 'virtio-legacy'],
    steps: `
      ${LEGACY_MARKERS}
      ${ENABLE_MSIX}
      pr 4 0xc218 -> 0x12345452 | 0x00018765
    `,
  },
  {
    rule: 'VIO-010',
    title: 'the device configuration does not move back when MSI-X is disabled',
    given: ['power-on', 'virtio-legacy'],
    steps: `
      ${LEGACY_MARKERS}
      ${ENABLE_MSIX}
      pr 4 0xc218 -> 0x12345452
      cw 2 00:09.0 0x42 <- 0x0000
      cr 2 00:09.0 0x42 -> 0x0001
      pr 4 0xc218 -> 0x00018765 | 0x12345452
    `,
  },
  {
    rule: 'VIO-010',
    title: 'the second field of the device configuration does not move when MSI-X is enabled',
    given: ['power-on', 'virtio-legacy'],
    steps: `
      pr 2 0xc218 -> 0x8765
      pr 2 0xc218 -> 0x8765
      pr 2 0xc214 -> 0x5452
      pr 2 0xc214 -> 0x5452
      ${ENABLE_MSIX}
      pr 2 0xc218 -> 0x5452 | 0x8765
    `,
  },
  {
    rule: 'VIO-010',
    title: 'the vector registers do not appear when MSI-X is enabled',
    given: ['power-on', 'virtio-legacy'],
    steps: `
      ${ENABLE_MSIX}
      pr 2 0xc214 -> 0xffff | 0x5452
    `,
  },
];
