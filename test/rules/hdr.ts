/** Header fields. */

import type { RuleCase } from './case.ts';

/** Sets Device Control bit 15 (initiate FLR) of 00:03.0, its other bits as they were. */
const FLR = 'cw 2 00:03.0 0x88 <- 0xa810';

export const cases: readonly RuleCase[] = [
  {
    rule: 'HDR-001',
    title: 'the Device ID can be written',
    given: ['power-on', 'endpoint'],
    steps: `
      cw 4 00:03.0 0x00 <- 0x10421af4
      cr 4 00:03.0 0x00 -> 0x10411af4 | 0x10421af4
    `,
  },
  {
    rule: 'HDR-002',
    title: 'the programming interface can be written',
    given: ['power-on', 'endpoint'],
    steps: `
      cw 4 00:03.0 0x08 <- 0xfdfffefe
      cr 4 00:03.0 0x08 -> 0x02000001 | 0x0200fe01
    `,
  },
  {
    rule: 'HDR-003',
    title: 'the Cache Line Size of a PCI Express function is hardwired 0',
    choices: { cls_ro: 'off' },
    given: ['power-on', 'endpoint'],
    steps: `
      cw 1 00:03.0 0x0c <- 0x10
      cr 1 00:03.0 0x0c -> 0x10 | 0x00
    `,
  },
  {
    rule: 'HDR-003',
    title: 'the Cache Line Size of a PCI Express function holds only some of the bits',
    given: ['power-on', 'endpoint'],
    steps: `
      cw 1 00:03.0 0x0c <- 0x10
      cr 1 00:03.0 0x0c -> 0x10
      cw 1 00:03.0 0x0c <- 0x55
      cr 1 00:03.0 0x0c -> 0x55 | 0x15
    `,
  },
  {
    rule: 'HDR-003',
    title: 'bits of the Cache Line Size of a conventional function that were hardwired become writable',
    given: ['power-on', 'conventional'],
    steps: `
      cw 1 00:04.0 0x0c <- 0xff
      cr 1 00:04.0 0x0c -> 0x3c
      cw 1 00:04.0 0x0c <- 0xdc
      cr 1 00:04.0 0x0c -> 0x1c || 0x00 | 0xdc
    `,
  },
  {
    rule: 'HDR-004',
    title: 'the Latency Timer of a PCI Express function can be written',
    given: ['power-on', 'endpoint'],
    steps: `
      cw 1 00:03.0 0x0d <- 0x40
      cr 1 00:03.0 0x0d -> 0x00 | 0x40
    `,
  },
  {
    rule: 'HDR-004',
    title: 'the Latency Timer of a conventional function holds only its lower bits',
    given: ['power-on', 'conventional'],
    steps: `
      cw 1 00:04.0 0x0d <- 0xff
      cr 1 00:04.0 0x0d -> 0xf8 || 0xff || 0x00 | 0x1f
    `,
  },
  {
    rule: 'HDR-005',
    title: 'the header layout code can be written',
    given: ['power-on', 'endpoint'],
    steps: `
      cw 1 00:03.0 0x0e <- 0x01
      cr 1 00:03.0 0x0e -> 0x00 | 0x01
    `,
  },
  {
    rule: 'HDR-005',
    title: 'a host bridge shows the header of a PCI-to-PCI bridge',
    given: ['power-on'],
    steps: `
      cr 4 00:00.0 0x00 -> 0x0d578086
      cr 4 00:00.0 0x08 -> 0x06000000
      cr 1 00:00.0 0x0e -> 0x00 | 0x01
    `,
  },
  {
    rule: 'HDR-005',
    title: 'a header layout code that is reserved',
    given: ['power-on'],
    steps: `
      cr 4 00:06.0 0x00 -> 0x20001234
      cr 4 00:06.0 0x08 -> 0x02000000
      cr 1 00:06.0 0x0e -> 0x00 | 0x05
    `,
  },
  {
    rule: 'HDR-006',
    title: 'a device has a second function, but bit 7 of its header type is 0',
    given: ['power-on', 'conventional'],
    steps: `
      cr 4 00:04.1 0x00 -> 0xffffffff | 0x20001234
    `,
  },
  {
    rule: 'HDR-007',
    title: 'the multifunction bit of function 1 can be written',
    given: ['power-on', 'multifunction'],
    steps: `
      cw 1 00:05.1 0x0e <- 0x00
      cr 1 00:05.1 0x0e -> 0x80 | 0x00
    `,
  },
  {
    rule: 'HDR-008',
    title: 'the BIST start bit can be written though no self test is offered',
    given: ['power-on', 'endpoint'],
    steps: `
      cw 1 00:03.0 0x0f <- 0x40
      cr 1 00:03.0 0x0f -> 0x00 | 0x40
    `,
  },
  {
    rule: 'HDR-009',
    title: 'the Capabilities Pointer can be written',
    given: ['power-on', 'endpoint'],
    steps: `
      cw 1 00:03.0 0x34 <- 0x50
      cr 1 00:03.0 0x34 -> 0x40 | 0x50
    `,
  },
  {
    rule: 'HDR-009',
    title: 'the Capabilities Pointer has one of its two reserved low bits set',
    given: ['power-on'],
    steps: `
      cr 4 00:06.0 0x00 -> 0x20001234
      cr 4 00:06.0 0x08 -> 0x02000000
      cr 1 00:06.0 0x0e -> 0x00
      cr 4 00:06.0 0x04 -> 0x00100000
      cr 1 00:06.0 0x34 -> 0x40 | 0x42
    `,
  },
  {
    rule: 'HDR-010',
    title: 'the Interrupt Line of a function with an interrupt pin does not keep what is written',
    given: ['power-on', 'endpoint'],
    steps: `
      cw 1 00:03.0 0x3c <- 0x0b
      cr 1 00:03.0 0x3c -> 0x0b | 0x00
    `,
  },
  {
    rule: 'HDR-010',
    title: 'the Interrupt Line loses its upper half',
    given: ['power-on', 'endpoint'],
    steps: `
      cw 1 00:03.0 0x3c <- 0xa5
      cr 1 00:03.0 0x3c -> 0xa5 | 0x05
    `,
  },
  {
    rule: 'HDR-011',
    title: 'the Interrupt Line has any value after a machine reset, but it does not change by itself',
    kind: 'may',
    given: ['power-on', 'endpoint'],
    steps: `
      reset
      cr 4 00:03.0 0x00 -> 0x10411af4
      cr 1 00:03.0 0x3c -> 0x00 || 0x0a || 0xff | 0x00
      cr 1 00:03.0 0x3c -> 0x00 || 0x0a || 0xff | 0x0a
    `,
  },
  {
    rule: 'HDR-011',
    title: 'after FLR the Interrupt Line has neither its old value nor that of power-on',
    kind: 'may',
    given: ['power-on', 'endpoint'],
    steps: `
      cw 1 00:03.0 0x3c <- 0x0b
      cr 1 00:03.0 0x3c -> 0x0b
      ${FLR}
      cr 4 00:03.0 0x00 -> 0x10411af4
      cr 1 00:03.0 0x3c -> 0x0b || 0x00 | 0x55
    `,
  },
  {
    rule: 'HDR-012',
    title: 'the Interrupt Pin can be written',
    given: ['power-on', 'endpoint'],
    steps: `
      cw 1 00:03.0 0x3d <- 0x02
      cr 1 00:03.0 0x3d -> 0x01 | 0x02
    `,
  },
  {
    rule: 'HDR-012',
    title: 'an Interrupt Pin beyond INTD',
    given: ['power-on'],
    steps: `
      cr 4 00:06.0 0x00 -> 0x20001234
      cr 4 00:06.0 0x08 -> 0x02000000
      cr 1 00:06.0 0x0e -> 0x00
      cr 1 00:06.0 0x3d -> 0x01 | 0x05
    `,
  },
  {
    rule: 'HDR-013',
    title: 'Min_Gnt of a PCI Express function can be written',
    given: ['power-on', 'endpoint'],
    steps: `
      cw 1 00:03.0 0x3e <- 0x55
      cr 1 00:03.0 0x3e -> 0x00 | 0x55
    `,
  },
  {
    rule: 'HDR-013',
    title: 'the CardBus CIS pointer of a PCI Express function can be written',
    given: ['power-on', 'endpoint'],
    steps: `
      cw 4 00:03.0 0x28 <- 0xffffffff
      cr 4 00:03.0 0x28 -> 0x00000000 | 0xffffffff
    `,
  },
  {
    rule: 'HDR-014',
    title: 'the Subsystem ID can be written',
    given: ['power-on', 'endpoint'],
    steps: `
      cw 4 00:03.0 0x2c <- 0x22001af4
      cr 4 00:03.0 0x2c -> 0x11001af4 | 0x22001af4
    `,
  },
  {
    rule: 'HDR-015',
    title: 'the reserved dword 0x38 of a type 0 header can be written',
    given: ['power-on', 'endpoint'],
    steps: `
      cw 4 00:03.0 0x38 <- 0xffffffff
      cr 4 00:03.0 0x38 -> 0x00000000 | 0xffffffff
    `,
  },
  {
    rule: 'HDR-015',
    title: 'the reserved bytes behind the Capabilities Pointer can be written',
    given: ['power-on', 'endpoint'],
    steps: `
      cw 1 00:03.0 0x35 <- 0x55
      cr 4 00:03.0 0x34 -> 0x00000040 | 0x00005540
    `,
  },
  {
    rule: 'HDR-016',
    title: 'writing 0 clears a status bit that is set',
    given: ['power-on', 'endpoint'],
    steps: `
      cr 2 00:03.0 0x06 -> 0x2010
      cw 2 00:03.0 0x06 <- 0x0000
      cr 2 00:03.0 0x06 -> 0x2010 | 0x0010
    `,
  },
  {
    rule: 'HDR-016',
    title: 'clearing one status bit clears its neighbour too',
    given: ['power-on', 'endpoint'],
    steps: `
      cr 2 00:03.0 0x06 -> 0x3010
      cw 2 00:03.0 0x06 <- 0x1000
      cr 2 00:03.0 0x06 -> 0x2010 | 0x0010
    `,
  },
  {
    rule: 'HDR-017',
    title: 'function 1 repeats function 0, function 2 does not',
    kind: 'may',
    given: ['power-on', 'conventional'],
    steps: `
      cr 4 00:04.1 0x00 -> 0xffffffff || 0x100e8086 | 0x100e8086
      cr 4 00:04.1 0x08 -> 0xffffffff || 0x02000003 | 0x02000003
      cr 4 00:04.2 0x00 -> 0xffffffff || 0x100e8086 | 0xffffffff
    `,
  },
  {
    rule: 'HDR-017',
    title: 'a PCI Express function repeats itself at function 1 and takes writes there',
    kind: 'may',
    given: ['power-on', 'endpoint'],
    steps: `
      cw 1 00:03.0 0x3c <- 0x5a
      cr 1 00:03.0 0x3c -> 0x5a
      cr 4 00:03.1 0x00 -> 0xffffffff | 0x10411af4
      cr 4 00:03.1 0x2c -> 0xffffffff | 0x11001af4
      cr 1 00:03.1 0x3c -> 0xff | 0x5a
    `,
  },
  {
    rule: 'HDR-017',
    title: 'a PCI Express function may repeat itself where the profile declares it',
    kind: 'may',
    choices: { fn_alias: 'alias' },
    given: ['power-on', 'endpoint'],
    steps: `
      cr 4 00:03.1 0x00 -> 0x10411af4
      cr 4 00:03.1 0x2c -> 0x11001af4
      cw 1 00:03.1 0x3c <- 0x5a
      cr 1 00:03.0 0x3c -> 0x5a | 0x00
    `,
  },
  {
    rule: 'HDR-018',
    title: 'a dword write to Command and Status is refused because Status is not writable',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      cw 2 00:03.0 0x04 <- 0x0003
      cr 2 00:03.0 0x04 -> 0x0003
      cw 4 00:03.0 0x04 <- 0xffff0007
      cr 2 00:03.0 0x04 -> 0x0007 | 0x0003
    `,
  },
  {
    rule: 'HDR-018',
    title: 'a dword write to Interrupt Line is refused because its other bytes are read-only',
    given: ['power-on', 'endpoint'],
    steps: `
      cw 1 00:03.0 0x3c <- 0x0b
      cr 4 00:03.0 0x3c -> 0x0000010b
      cw 4 00:03.0 0x3c <- 0xffffff05
      cr 4 00:03.0 0x3c -> 0x00000105 | 0x0000010b
    `,
  },
  {
    rule: 'HDR-019',
    title: 'clearing the Command register of function 0 clears that of function 1',
    given: ['power-on', 'multifunction-assigned'],
    steps: `
      cw 2 00:05.0 0x04 <- 0x0000
      cr 2 00:05.0 0x04 -> 0x0000
      cr 2 00:05.1 0x04 -> 0x0007 | 0x0000
    `,
  },
  {
    rule: 'HDR-019',
    title: 'the Interrupt Line of function 1 lands in function 0 too',
    given: ['power-on', 'multifunction'],
    steps: `
      cw 1 00:05.0 0x3c <- 0x0b
      cr 1 00:05.0 0x3c -> 0x0b
      cw 1 00:05.1 0x3c <- 0x05
      cr 1 00:05.1 0x3c -> 0x05
      cr 1 00:05.0 0x3c -> 0x0b | 0x05
    `,
  },
  {
    rule: 'HDR-019',
    title: 'the Command register of function 1 was never right: it holds what function 0 was given',
    given: ['power-on', 'multifunction'],
    steps: `
      cw 2 00:05.1 0x04 <- 0x0000
      cw 2 00:05.0 0x04 <- 0x0003
      cr 2 00:05.1 0x04 -> 0x0000 | 0x0003
    `,
  },
];
