/** Virtio over PCI: doorbells, and the window into the BARs. A counter at BAR 0 + 0x300 counts the doorbell writes. */

import type { RuleCase } from './case.ts';

const machine = 'kicks=00:07.0,0,0x300';

/** A device register behind the doorbells that tells that the region answers. */
const REGION = `
  mr 4 0xc0043ffc -> 0x81b1595a
  mr 4 0xc0043ffc -> 0x81b1595a
`;

export const cases: readonly RuleCase[] = [
  {
    rule: 'VIO-002',
    title: 'the multiplier is no power of two',
    given: ['power-on', 'virtio'],
    steps: `
      cr 4 00:07.0 0x40 -> 0x02140009
      cr 4 00:07.0 0x44 -> 0x00000000
      cr 4 00:07.0 0x48 -> 0x00001000
      cr 4 00:07.0 0x4c -> 0x00001000
      cr 4 00:07.0 0x50 -> 0x00000004 || 0x00000000 || 0x00000002 | 0x00000003
    `,
  },
  {
    rule: 'VIO-002',
    title: 'the multiplier leaves a notification only one byte',
    given: ['power-on', 'virtio'],
    steps: `
      cr 4 00:07.0 0x40 -> 0x02140009
      cr 4 00:07.0 0x44 -> 0x00000000
      cr 4 00:07.0 0x48 -> 0x00001000
      cr 4 00:07.0 0x4c -> 0x00001000
      cr 4 00:07.0 0x50 -> 0x00000800 | 0x00000001
    `,
  },
  {
    rule: 'VIO-002',
    title: 'the doorbell of a queue lies beyond the structure',
    given: ['power-on', 'virtio-set-up'],
    steps: `
      mw 2 0xc0040016 <- 0x0001
      mr 2 0xc004001e -> 0x0003 || 0x0000 | 0x0004
    `,
  },
  {
    rule: 'VIO-002',
    title: 'with NOTIFICATION_DATA the multiplier is too small for four bytes',
    given: ['power-on', 'virtio'],
    steps: `
      cr 4 00:07.0 0x40 -> 0x01105009
      cr 4 00:07.0 0x44 -> 0x00000000
      cr 4 00:07.0 0x48 -> 0x00000000
      cr 4 00:07.0 0x4c -> 0x0000003c
      cr 4 00:07.0 0x50 -> 0x02140009
      cr 4 00:07.0 0x54 -> 0x00000000
      cr 4 00:07.0 0x58 -> 0x00001000
      cr 4 00:07.0 0x5c -> 0x0000000e
      cr 4 00:07.0 0x60 -> 0x00000004 || 0x00000004 | 0x00000002
      cw 4 00:07.0 0x10 <- 0xc0040000
      cr 4 00:07.0 0x10 -> 0xc0040004
      cw 4 00:07.0 0x14 <- 0x00000000
      cr 4 00:07.0 0x14 -> 0x00000000
      cw 2 00:07.0 0x04 <- 0x0006
      cr 2 00:07.0 0x04 -> 0x0006
      mw 4 0xc0040008 <- 0x00000001
      mw 4 0xc004000c <- 0x00000041
      mw 1 0xc0040014 <- 0x0b
      mr 1 0xc0040014 -> 0x0b
      mr 2 0xc0040012 -> 0x0001
      mw 2 0xc0040016 <- 0x0000
      mr 2 0xc0040018 -> 0x0040
      mr 2 0xc004001e -> 0x0002 || 0x0000 | 0x0001
    `,
  },
  {
    rule: 'VIO-002',
    title: 'with NOTIFICATION_DATA the doorbell has four bytes, and two of them lie beyond',
    given: ['power-on', 'virtio'],
    steps: `
      cr 4 00:07.0 0x40 -> 0x01105009
      cr 4 00:07.0 0x44 -> 0x00000000
      cr 4 00:07.0 0x48 -> 0x00000000
      cr 4 00:07.0 0x4c -> 0x0000003c
      cr 4 00:07.0 0x50 -> 0x02140009
      cr 4 00:07.0 0x54 -> 0x00000000
      cr 4 00:07.0 0x58 -> 0x00001000
      cr 4 00:07.0 0x5c -> 0x0000000e
      cr 4 00:07.0 0x60 -> 0x00000004
      cw 4 00:07.0 0x10 <- 0xc0040000
      cr 4 00:07.0 0x10 -> 0xc0040004
      cw 4 00:07.0 0x14 <- 0x00000000
      cr 4 00:07.0 0x14 -> 0x00000000
      cw 2 00:07.0 0x04 <- 0x0006
      cr 2 00:07.0 0x04 -> 0x0006
      mw 4 0xc0040008 <- 0x00000001
      mw 4 0xc004000c <- 0x00000041
      mw 1 0xc0040014 <- 0x0b
      mr 1 0xc0040014 -> 0x0b
      mr 2 0xc0040012 -> 0x0001
      mw 2 0xc0040016 <- 0x0000
      mr 2 0xc0040018 -> 0x0040
      mr 2 0xc004001e -> 0x0002 | 0x0003
    `,
  },
  {
    rule: 'VIO-002',
    title: 'a doorbell write is not counted',
    machine,
    given: ['power-on', 'virtio-set-up'],
    steps: `
      mr 4 0xc0040300 -> 0x00000007
      mw 2 0xc0041004 <- 0x0001
      mw 2 0xc0041000 <- 0x0000
      mr 4 0xc0040300 -> 0x00000009 | 0x00000008
    `,
  },
  {
    rule: 'VIO-002',
    title: 'a doorbell write is not counted where the counter wraps',
    machine,
    given: ['power-on', 'virtio-set-up'],
    steps: `
      mr 4 0xc0040300 -> 0xffffffff
      mw 2 0xc0041004 <- 0x0001
      mr 4 0xc0040300 -> 0x00000000 | 0xffffffff
    `,
  },
  {
    rule: 'VIO-003',
    title: 'a doorbell does not follow its BAR',
    machine,
    given: ['power-on', 'virtio-set-up'],
    steps: `
      mr 4 0xc0040300 -> 0x00000000
      mw 2 0xc0041004 <- 0x0001
      mr 4 0xc0040300 -> 0x00000001
      cw 4 00:07.0 0x10 <- 0xc0080000
      cr 4 00:07.0 0x10 -> 0xc0080004
      mw 2 0xc0081004 <- 0x0001
      mr 4 0xc0080300 -> 0x00000002 | 0x00000001
    `,
  },
  {
    rule: 'VIO-003',
    title: 'a doorbell stays at its old address when its BAR moves',
    machine,
    given: ['power-on', 'virtio-set-up'],
    steps: `
      mr 4 0xc0040300 -> 0x00000000
      cw 4 00:07.0 0x10 <- 0xc0080000
      cr 4 00:07.0 0x10 -> 0xc0080004
      mw 2 0xc0041004 <- 0x0001
      mr 4 0xc0080300 -> 0x00000000 | 0x00000001
    `,
  },
  {
    rule: 'VIO-003',
    title: 'a doorbell at the old address answers although another BAR is there now',
    machine,
    given: ['power-on', 'virtio-set-up', 'conventional-assigned'],
    steps: `
      mr 4 0xc0040300 -> 0x00000000
      cw 4 00:07.0 0x10 <- 0xc0080000
      cr 4 00:07.0 0x10 -> 0xc0080004
      cw 4 00:04.0 0x10 <- 0xc0041000
      cr 4 00:04.0 0x10 -> 0xc0041000
      mw 2 0xc0041004 <- 0x0001
      mr 4 0xc0080300 -> 0x00000000 | 0x00000001
    `,
  },
  {
    rule: 'VIO-003',
    title: 'where left-over doorbells are declared, the one at the new address is nevertheless needed',
    choices: { late_kick: 'on' },
    machine,
    given: ['power-on', 'virtio-set-up'],
    steps: `
      mr 4 0xc0040300 -> 0x00000000
      cw 4 00:07.0 0x10 <- 0xc0080000
      cr 4 00:07.0 0x10 -> 0xc0080004
      mw 2 0xc0041004 <- 0x0001
      mw 2 0xc0081004 <- 0x0001
      mr 4 0xc0080300 -> 0x00000001 || 0x00000002 | 0x00000000
    `,
  },
  {
    rule: 'VIO-004',
    title: 'a doorbell answers with memory decoding off',
    machine,
    given: ['power-on', 'virtio-set-up'],
    steps: `
      mr 4 0xc0040300 -> 0x00000000
      cw 2 00:07.0 0x04 <- 0x0004
      cr 2 00:07.0 0x04 -> 0x0004
      mw 2 0xc0041004 <- 0x0001
      cw 2 00:07.0 0x04 <- 0x0006
      cr 2 00:07.0 0x04 -> 0x0006
      mr 4 0xc0040300 -> 0x00000000 | 0x00000001
    `,
  },
  {
    rule: 'VIO-004',
    title: 'one of two doorbell writes was made with memory decoding off',
    machine,
    given: ['power-on', 'virtio-set-up'],
    steps: `
      mr 4 0xc0040300 -> 0x00000010
      mw 2 0xc0041000 <- 0x0000
      cw 2 00:07.0 0x04 <- 0x0004
      cr 2 00:07.0 0x04 -> 0x0004
      mw 2 0xc0041000 <- 0x0000
      cw 2 00:07.0 0x04 <- 0x0006
      cr 2 00:07.0 0x04 -> 0x0006
      mr 4 0xc0040300 -> 0x00000011 | 0x00000012
    `,
  },
  {
    rule: 'VIO-005',
    title: 'the window shows another number of queues than the BAR',
    given: ['power-on', 'virtio-set-up'],
    steps: `
      cw 1 00:07.0 0x88 <- 0x00
      cw 4 00:07.0 0x8c <- 0x00000012
      cw 4 00:07.0 0x90 <- 0x00000002
      cr 2 00:07.0 0x94 -> 0x0003 | 0x0103
    `,
  },
  {
    rule: 'VIO-005',
    title: 'what is written through the window does not arrive',
    given: ['power-on', 'virtio-set-up'],
    steps: `
      mw 4 0xc0040020 <- 0x00001000
      cw 1 00:07.0 0x88 <- 0x00
      cw 4 00:07.0 0x8c <- 0x00000020
      cw 4 00:07.0 0x90 <- 0x00000004
      cw 4 00:07.0 0x94 <- 0x12345000
      mr 4 0xc0040020 -> 0x12345000 | 0x00001000
    `,
  },
  {
    rule: 'VIO-005',
    title: 'a write of two bytes through the window writes four',
    given: ['power-on', 'virtio-set-up'],
    steps: `
      mr 2 0xc0040012 -> 0x0003
      mw 2 0xc0040016 <- 0x0000
      mr 2 0xc0040016 -> 0x0000
      mr 2 0xc004001a -> 0xffff
      cw 1 00:07.0 0x88 <- 0x00
      cw 4 00:07.0 0x8c <- 0x00000018
      cw 4 00:07.0 0x90 <- 0x00000002
      cw 2 00:07.0 0x94 <- 0x0040
      mr 2 0xc004001a -> 0xffff | 0x0001
    `,
  },
  {
    rule: 'VIO-005',
    title: 'a doorbell write through the window is lost with memory decoding off',
    machine,
    given: ['power-on', 'virtio-set-up'],
    steps: `
      mr 4 0xc0040300 -> 0x00000000
      cw 1 00:07.0 0x88 <- 0x00
      cw 4 00:07.0 0x8c <- 0x00001004
      cw 4 00:07.0 0x90 <- 0x00000002
      cw 2 00:07.0 0x04 <- 0x0004
      cr 2 00:07.0 0x04 -> 0x0004
      cw 2 00:07.0 0x94 <- 0x0001
      cw 2 00:07.0 0x04 <- 0x0006
      cr 2 00:07.0 0x04 -> 0x0006
      mr 4 0xc0040300 -> 0x00000001 | 0x00000000
    `,
  },
  {
    rule: 'VIO-006',
    title: 'a write through a window that is aimed at no structure changes Command',
    given: ['power-on', 'virtio-set-up'],
    steps: `
      cr 2 00:07.0 0x04 -> 0x0006
      cw 1 00:07.0 0x88 <- 0x05
      cw 4 00:07.0 0x8c <- 0x00000004
      cw 4 00:07.0 0x90 <- 0x00000004
      cw 4 00:07.0 0x94 <- 0x00000007
      cr 2 00:07.0 0x04 -> 0x0006 | 0x0007
    `,
  },
  {
    rule: 'VIO-006',
    title: 'a write through a window of a length that there is not changes another function',
    given: ['power-on', 'virtio-set-up', 'conventional-assigned'],
    steps: `
      cr 4 00:04.0 0x10 -> 0xc0010000
      cw 1 00:07.0 0x88 <- 0x00
      cw 4 00:07.0 0x8c <- 0x00000100
      cw 4 00:07.0 0x90 <- 0x00000010
      cw 4 00:07.0 0x94 <- 0xc00f0000
      cr 4 00:04.0 0x10 -> 0xc0010000 | 0xc00f0000
    `,
  },
  {
    rule: 'CMD-003',
    title: 'a doorbell is counted with memory decoding off, and whether the region went silent has not been seen',
    machine,
    given: ['power-on', 'virtio-set-up'],
    steps: `
      ${REGION}
      mr 4 0xc0040300 -> 0x00000000
      cw 2 00:07.0 0x04 <- 0x0004
      cr 2 00:07.0 0x04 -> 0x0004
      mw 2 0xc0041004 <- 0x0001
      cw 2 00:07.0 0x04 <- 0x0006
      cr 2 00:07.0 0x04 -> 0x0006
      mr 4 0xc0040300 -> 0x00000000 | 0x00000001
    `,
  },
  {
    rule: 'VIO-004',
    title: 'a doorbell is counted with memory decoding off, though the region went silent',
    machine,
    given: ['power-on', 'virtio-set-up'],
    steps: `
      ${REGION}
      mr 4 0xc0040300 -> 0x00000000
      cw 2 00:07.0 0x04 <- 0x0004
      cr 2 00:07.0 0x04 -> 0x0004
      mr 4 0xc0043ffc -> 0xffffffff
      mw 2 0xc0041004 <- 0x0001
      cw 2 00:07.0 0x04 <- 0x0006
      cr 2 00:07.0 0x04 -> 0x0006
      mr 4 0xc0040300 -> 0x00000000 | 0x00000001
    `,
  },
  {
    rule: 'MAP-001',
    title: 'a doorbell is counted at the old address, and nothing was seen of the region at the new one',
    machine,
    given: ['power-on', 'virtio-set-up'],
    steps: `
      ${REGION}
      mr 4 0xc0040300 -> 0x00000000
      cw 4 00:07.0 0x10 <- 0xc0080000
      cr 4 00:07.0 0x10 -> 0xc0080004
      mw 2 0xc0041004 <- 0x0001
      mr 4 0xc0080300 -> 0x00000000 | 0x00000001
    `,
  },
  {
    rule: 'VIO-003',
    title: 'a doorbell is counted at the old address, though the region answers at the new one',
    machine,
    given: ['power-on', 'virtio-set-up'],
    steps: `
      ${REGION}
      mr 4 0xc0040300 -> 0x00000000
      cw 4 00:07.0 0x10 <- 0xc0080000
      cr 4 00:07.0 0x10 -> 0xc0080004
      mr 4 0xc0083ffc -> 0x81b1595a
      mw 2 0xc0041004 <- 0x0001
      mr 4 0xc0080300 -> 0x00000000 | 0x00000001
    `,
  },
  {
    rule: 'BAR-019',
    title: 'a doorbell is lost after a move, and nothing was seen of the region at the new address',
    machine,
    given: ['power-on', 'virtio-set-up'],
    steps: `
      ${REGION}
      mr 4 0xc0040300 -> 0x00000000
      cw 4 00:07.0 0x10 <- 0xc0080000
      cr 4 00:07.0 0x10 -> 0xc0080004
      mw 2 0xc0081004 <- 0x0001
      mr 4 0xc0080300 -> 0x00000001 | 0x00000000
    `,
  },
];
