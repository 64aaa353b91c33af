/** Virtio over PCI: the common configuration, and what a reset of the device leaves alone. */

import type { RuleCase } from './case.ts';

export const cases: readonly RuleCase[] = [
  {
    rule: 'VIO-008',
    title: 'config_msix_vector is not FFFFh at power-on',
    given: ['power-on', 'virtio-device'],
    steps: `
      mr 2 0xc0040010 -> 0xffff | 0x0000
    `,
  },
  {
    rule: 'VIO-008',
    title: 'a vector that exists reads back as another one',
    given: ['power-on', 'virtio-device'],
    steps: `
      mw 2 0xc0040010 <- 0x0001
      mr 2 0xc0040010 -> 0x0001 || 0xffff | 0x0002
    `,
  },
  {
    rule: 'VIO-008',
    title: 'a vector that does not exist is kept',
    given: ['power-on', 'virtio-device'],
    steps: `
      mw 2 0xc0040010 <- 0x0003
      mr 2 0xc0040010 -> 0xffff | 0x0003
    `,
  },
  {
    rule: 'VIO-008',
    title: 'a mapping that was taken away is still there',
    given: ['power-on', 'virtio-set-up'],
    steps: `
      mw 2 0xc004001a <- 0x0002
      mr 2 0xc004001a -> 0x0002
      mw 2 0xc004001a <- 0xffff
      mr 2 0xc004001a -> 0xffff | 0x0002
    `,
  },
  {
    rule: 'VIO-008',
    title: 'the vector of a queue changes when that of another one is written',
    given: ['power-on', 'virtio-set-up'],
    steps: `
      mw 2 0xc004001a <- 0x0002
      mr 2 0xc004001a -> 0x0002
      mw 2 0xc0040016 <- 0x0000
      mw 2 0xc004001a <- 0x0001
      mr 2 0xc004001a -> 0x0001 || 0xffff
      mw 2 0xc0040016 <- 0x0001
      mr 2 0xc004001a -> 0x0002 || 0x0002 | 0x0001
    `,
  },
  {
    rule: 'VIO-008',
    title: 'a vector that is written while no queue is selected reaches another one',
    given: ['power-on', 'virtio-set-up'],
    steps: `
      mw 2 0xc0040016 <- 0x0001
      mw 2 0xc004001a <- 0x0002
      mr 2 0xc004001a -> 0x0002
      mw 2 0xc0040016 <- 0x0040
      mr 2 0xc0040016 -> 0x0040
      mw 2 0xc004001a <- 0x0000
      mw 2 0xc0040016 <- 0x0001
      mr 2 0xc004001a -> 0x0002 | 0x0000
    `,
  },
  {
    rule: 'VIO-011',
    title: 'device_status shows bits during a reset that it did not have before',
    given: ['power-on', 'virtio-set-up'],
    steps: `
      mr 1 0xc0040014 -> 0x0b
      mw 1 0xc0040014 <- 0x00
      mr 1 0xc0040014 -> 0x00 || 0x0b || 0x40 | 0x80
    `,
  },
  {
    rule: 'VIO-008',
    title: 'a function without MSI-X takes a vector',
    given: ['power-on', 'virtio-plain'],
    steps: `
      mw 2 0xc0050010 <- 0x0000
      mr 2 0xc0050010 -> 0xffff | 0x0000
    `,
  },
  {
    rule: 'VIO-009',
    title: 'a queue that does not exist has a size',
    given: ['power-on', 'virtio-set-up'],
    steps: `
      mw 2 0xc0040016 <- 0xffff
      mr 2 0xc0040018 -> 0x0000 | 0x0100
    `,
  },
  {
    rule: 'VIO-009',
    title: 'the first queue beyond the last one has a size',
    given: ['power-on', 'virtio-set-up'],
    steps: `
      mw 2 0xc0040016 <- 0x0003
      mr 2 0xc0040018 -> 0x0000 | 0x0100
    `,
  },
  {
    rule: 'VIO-011',
    title: 'a reset of the device clears the decode enable and Bus Master',
    given: ['power-on', 'virtio-set-up'],
    steps: `
      cr 2 00:07.0 0x04 -> 0x0006
      mw 1 0xc0040014 <- 0x00
      cr 2 00:07.0 0x04 -> 0x0006 | 0x0000
    `,
  },
  {
    rule: 'VIO-011',
    title: 'a reset of the device disables MSI-X',
    given: ['power-on', 'virtio-set-up'],
    steps: `
      cw 2 00:07.0 0x9a <- 0x8000
      cr 2 00:07.0 0x9a -> 0x8002
      mw 1 0xc0040014 <- 0x00
      mr 1 0xc0040014 -> 0x00
      cr 2 00:07.0 0x9a -> 0x8002 | 0x0002
    `,
  },
  {
    rule: 'VIO-011',
    title: 'a reset of the device clears an entry of the MSI-X table',
    given: ['power-on', 'virtio-set-up'],
    steps: `
      mw 4 0xc0042000 <- 0xfee00000
      mr 4 0xc0042000 -> 0xfee00000
      mw 1 0xc0040014 <- 0x00
      mr 1 0xc0040014 -> 0x00
      mr 4 0xc0042000 -> 0xfee00000 | 0x00000000
    `,
  },
  {
    rule: 'VIO-011',
    title: 'a reset of the device leaves the mapping of configuration changes',
    given: ['power-on', 'virtio-set-up'],
    steps: `
      mw 2 0xc0040010 <- 0x0001
      mr 2 0xc0040010 -> 0x0001
      mw 1 0xc0040014 <- 0x00
      mr 1 0xc0040014 -> 0x00
      mr 2 0xc0040010 -> 0xffff | 0x0001
    `,
  },
  {
    rule: 'VIO-011',
    title: 'a reset of the device leaves the vector of a queue',
    given: ['power-on', 'virtio-set-up'],
    steps: `
      mw 2 0xc004001a <- 0x0001
      mr 2 0xc004001a -> 0x0001
      mw 1 0xc0040014 <- 0x00
      mr 1 0xc0040014 -> 0x00
      mr 2 0xc0040012 -> 0x0003
      mw 2 0xc0040016 <- 0x0001
      mr 2 0xc0040018 -> 0x0100
      mr 2 0xc004001a -> 0xffff | 0x0001
    `,
  },
  {
    rule: 'VIO-011',
    title: 'a queue is still enabled after a reset of the device',
    given: ['power-on', 'virtio-set-up'],
    steps: `
      mw 2 0xc004001c <- 0x0001
      mr 2 0xc004001c -> 0x0001
      mw 1 0xc0040014 <- 0x00
      mr 1 0xc0040014 -> 0x00
      mr 2 0xc0040012 -> 0x0003
      mw 2 0xc0040016 <- 0x0001
      mr 2 0xc0040018 -> 0x0100
      mr 2 0xc004001c -> 0x0000 | 0x0001
    `,
  },
  {
    rule: 'VIO-011',
    title: 'a reset by the legacy interface disables MSI-X',
    given: ['power-on', 'virtio-legacy'],
    steps: `
      cw 2 00:09.0 0x42 <- 0x8000
      cr 2 00:09.0 0x42 -> 0x8001
      pw 1 0xc212 <- 0x00
      cr 2 00:09.0 0x42 -> 0x8001 | 0x0001
    `,
  },
  {
    rule: 'VIO-012',
    title: 'the low half of an address that is written second clears the high half',
    given: ['power-on', 'virtio-set-up'],
    steps: `
      mw 4 0xc0040024 <- 0x00000012
      mw 4 0xc0040020 <- 0x34567000
      mr 4 0xc0040020 -> 0x34567000
      mr 4 0xc0040024 -> 0x00000012 | 0x00000000
    `,
  },
  {
    rule: 'VIO-012',
    title: 'a half of an address keeps its old value',
    given: ['power-on', 'virtio-set-up'],
    steps: `
      mr 4 0xc0040028 -> 0x00000000
      mw 4 0xc0040028 <- 0x00abc000
      mr 4 0xc0040028 -> 0x00abc000 | 0x00000000
    `,
  },
  {
    rule: 'VIO-012',
    title: 'writing one address changes another one',
    given: ['power-on', 'virtio-set-up'],
    steps: `
      mw 4 0xc0040028 <- 0x00abc000
      mr 4 0xc0040028 -> 0x00abc000
      mw 4 0xc0040030 <- 0x00def000
      mr 4 0xc0040028 -> 0x00abc000 | 0x00def000
    `,
  },
  {
    rule: 'VIO-012',
    title: 'a reduced size of a queue is not kept',
    given: ['power-on', 'virtio-set-up'],
    steps: `
      mw 2 0xc0040018 <- 0x0040
      mr 2 0xc0040018 -> 0x0040 | 0x0100
    `,
  },
  {
    rule: 'VIO-012',
    title: 'the selector of feature bits does not keep what is written',
    given: ['power-on', 'virtio-device'],
    steps: `
      mw 4 0xc0040000 <- 0x00000001
      mr 4 0xc0040000 -> 0x00000001 | 0x00000000
    `,
  },
];
