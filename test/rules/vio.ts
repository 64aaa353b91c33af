/** Virtio over PCI. */

import type { RuleCase } from './case.ts';

export const cases: readonly RuleCase[] = [
  {
    rule: 'VIO-001',
    title: 'the common configuration is in a BAR that cannot exist',
    given: ['power-on', 'virtio'],
    steps: `
      cr 4 00:07.0 0x40 -> 0x01100009
      cr 4 00:07.0 0x44 -> 0x00000000 | 0x00000006
      cr 4 00:07.0 0x48 -> 0x00000000
      cr 4 00:07.0 0x4c -> 0x00000038
    `,
  },
  {
    rule: 'VIO-001',
    title: 'the common configuration is not aligned',
    given: ['power-on', 'virtio'],
    steps: `
      cr 4 00:07.0 0x40 -> 0x01100009
      cr 4 00:07.0 0x44 -> 0x00000000
      cr 4 00:07.0 0x48 -> 0x00001000 | 0x00001002
      cr 4 00:07.0 0x4c -> 0x00000038
    `,
  },
  {
    rule: 'VIO-001',
    title: 'the device configuration runs over the end of its BAR',
    given: ['power-on', 'virtio'],
    steps: `
      cr 4 00:07.0 0x40 -> 0x04100009
      cr 4 00:07.0 0x44 -> 0x00000000
      cr 4 00:07.0 0x48 -> 0x00003000
      cr 4 00:07.0 0x4c -> 0x00001000 | 0x00001004
    `,
  },
  {
    rule: 'VIO-001',
    title: 'the length of a capability leaves its header out',
    given: ['power-on', 'virtio'],
    steps: `
      cr 4 00:07.0 0x40 -> 0x01100009 | 0x010e0009
      cr 4 00:07.0 0x44 -> 0x00000000
      cr 4 00:07.0 0x48 -> 0x00001000
      cr 4 00:07.0 0x4c -> 0x00000038
    `,
  },
  {
    rule: 'VIO-005',
    title: 'the window into the BARs is not implemented: its offset does not keep what is written',
    given: ['power-on', 'virtio'],
    steps: `
      cr 4 00:07.0 0x40 -> 0x05140009
      cr 4 00:07.0 0x44 -> 0x00000000
      cr 4 00:07.0 0x48 -> 0x00000000
      cr 4 00:07.0 0x4c -> 0x00000000
      cw 4 00:07.0 0x48 <- 0x00000012
      cr 4 00:07.0 0x48 -> 0x00000012 | 0x00000000
    `,
  },
];
