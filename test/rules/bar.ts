/** Base Address Registers: what they hold. */

import type { RuleCase } from './case.ts';

/** Clears the decode enables of 00:04.0. */
const DECODE_OFF = `
  cw 2 00:04.0 0x04 <- 0x0004
  cr 2 00:04.0 0x04 -> 0x0004
`;

export const cases: readonly RuleCase[] = [
  {
    rule: 'BAR-001',
    title: 'a write of 0 turns an I/O BAR into a memory BAR',
    given: ['power-on', 'conventional'],
    steps: `
      cw 4 00:04.0 0x14 <- 0x00000000
      cr 4 00:04.0 0x14 -> 0x00000001 | 0x00000000
    `,
  },
  {
    rule: 'BAR-001',
    title: 'a write of 0 turns a 64-bit BAR into a 32-bit one',
    given: ['power-on', 'endpoint'],
    steps: `
      cw 4 00:03.0 0x10 <- 0xc0000000
      cr 4 00:03.0 0x10 -> 0xc0000004 | 0xc0000000
    `,
  },
  {
    rule: 'BAR-001',
    title: 'a memory BAR has the reserved type',
    given: ['power-on', 'fresh'],
    steps: `
      cr 4 00:06.0 0x10 -> 0x00000000 | 0x00000006
    `,
  },
  {
    rule: 'BAR-001',
    title: 'an I/O BAR has its reserved bit set',
    given: ['power-on', 'fresh'],
    steps: `
      cr 4 00:06.0 0x10 -> 0x00000001 | 0x00000003
    `,
  },
  {
    rule: 'BAR-002',
    title: 'the write of all ones is refused as an address that does not exist',
    given: ['power-on', 'conventional'],
    steps: `
      cw 4 00:04.0 0x10 <- 0xc0010000
      cr 4 00:04.0 0x10 -> 0xc0010000
      cw 4 00:04.0 0x10 <- 0xffffffff
      cr 4 00:04.0 0x10 -> 0xfffff000 | 0xc0010000
      cw 4 00:04.0 0x10 <- 0xc0010000
      cr 4 00:04.0 0x10 -> 0xc0010000
    `,
  },
  {
    rule: 'BAR-003',
    title: 'only all ones are taken for a sizing pattern, other patterns are stored without the size mask',
    given: ['power-on', 'conventional'],
    steps: `
      cw 4 00:04.0 0x10 <- 0xfffffff0
      cr 4 00:04.0 0x10 -> 0xfffff000 | 0xfffffff0
    `,
  },
  {
    rule: 'BAR-003',
    title: 'an address that is not aligned to the size is stored as it is',
    given: ['power-on', 'conventional'],
    steps: `
      cw 4 00:04.0 0x10 <- 0xc0010840
      cr 4 00:04.0 0x10 -> 0xc0010000 | 0xc0010840
    `,
  },
  {
    rule: 'BAR-004',
    title: 'the size mask of a memory BAR has a gap',
    given: ['power-on', 'fresh'],
    steps: `
      cr 4 00:06.0 0x10 -> 0x00000000
      cw 4 00:06.0 0x10 <- 0xffffffff
      cr 4 00:06.0 0x10 -> 0xfffff000 | 0xffffd000
    `,
  },
  {
    rule: 'BAR-004',
    title: 'an I/O BAR of 96 bytes',
    given: ['power-on', 'fresh'],
    steps: `
      cr 4 00:06.0 0x10 -> 0x00000001
      cw 4 00:06.0 0x10 <- 0xffffffff
      cr 4 00:06.0 0x10 -> 0xffffff81 | 0xffffffa1
    `,
  },
  {
    rule: 'BAR-005',
    title: 'a BAR of 4 KiB takes only multiples of 64 KiB',
    given: ['power-on', 'conventional'],
    steps: `
      cw 4 00:04.0 0x10 <- 0xc0023000
      cr 4 00:04.0 0x10 -> 0xc0023000 | 0xc0020000
    `,
  },
  {
    rule: 'BAR-006',
    title: 'a PCI Express endpoint asks for 64 bytes of memory',
    given: ['power-on', 'express'],
    steps: `
      cr 4 00:06.0 0x10 -> 0x00000000
      cw 4 00:06.0 0x10 <- 0xffffffff
      cr 4 00:06.0 0x10 -> 0xffffff80 | 0xffffffc0
    `,
  },
  {
    rule: 'BAR-007',
    title: 'an I/O BAR asks for 1 KiB',
    given: ['power-on', 'fresh'],
    steps: `
      cr 4 00:06.0 0x10 -> 0x00000001
      cw 4 00:06.0 0x10 <- 0xffffffff
      cr 4 00:06.0 0x10 -> 0xffffff01 | 0xfffffc01
    `,
  },
  {
    rule: 'BAR-008',
    title: 'the upper half of an I/O BAR is writable or zero, but not a part of it',
    kind: 'may',
    given: ['power-on', 'fresh'],
    steps: `
      cr 4 00:06.0 0x10 -> 0x00000001
      cw 4 00:06.0 0x10 <- 0xffffffff
      cr 4 00:06.0 0x10 -> 0xffffffe1 || 0x0000ffe1 | 0x00ffffe1
    `,
  },
  {
    rule: 'BAR-009',
    title: 'the upper half of a 64-bit BAR is fixed at 0, so that the BAR cannot leave the low 4 GiB',
    given: ['power-on', 'fresh'],
    steps: `
      cr 4 00:06.0 0x10 -> 0x00000004
      cw 4 00:06.0 0x10 <- 0xffffffff
      cr 4 00:06.0 0x10 -> 0xffffc004
      cr 4 00:06.0 0x14 -> 0x00000000
      cw 4 00:06.0 0x14 <- 0xffffffff
      cr 4 00:06.0 0x14 -> 0xffffffff | 0x00000000
    `,
  },
  {
    rule: 'BAR-009',
    title: 'bit 0 of the upper half is taken for the I/O bit and cannot be written',
    given: ['power-on', 'endpoint'],
    steps: `
      cw 4 00:03.0 0x14 <- 0x00000009
      cr 4 00:03.0 0x14 -> 0x00000009 | 0x00000008
    `,
  },
  {
    rule: 'BAR-009',
    title: 'a BAR above 4 GiB answers at its low 32 bits too',
    given: ['power-on', 'endpoint'],
    steps: `
      cw 4 00:03.0 0x10 <- 0xc0000000
      cr 4 00:03.0 0x10 -> 0xc0000004
      cw 4 00:03.0 0x14 <- 0x00000008
      cr 4 00:03.0 0x14 -> 0x00000008
      cw 2 00:03.0 0x04 <- 0x0006
      cr 2 00:03.0 0x04 -> 0x0006
      mr 4 0x8c0000100 -> 0x5a5a1234
      mr 4 0x8c0000100 -> 0x5a5a1234
      mr 4 0xc0000100 -> 0xffffffff | 0x5a5a1234
      mr 4 0x8c0000100 -> 0x5a5a1234
    `,
  },
  {
    rule: 'BAR-010',
    title: 'the last BAR of a type 0 header says that it is 64-bit and has no upper half',
    given: ['power-on', 'fresh'],
    steps: `
      cr 4 00:06.0 0x10 -> 0x00000000
      cr 4 00:06.0 0x14 -> 0x00000000
      cr 4 00:06.0 0x18 -> 0x00000000
      cr 4 00:06.0 0x1c -> 0x00000000
      cr 4 00:06.0 0x20 -> 0x00000000
      cr 4 00:06.0 0x24 -> 0x00000000 | 0x00000004
    `,
  },
  {
    rule: 'BAR-011',
    title: 'a 64-bit BAR moves only when its upper half is written',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      mr 4 0xc0000100 -> 0x5a5a1234
      mr 4 0xc0000100 -> 0x5a5a1234
      cw 4 00:03.0 0x10 <- 0xc0100000
      cr 4 00:03.0 0x10 -> 0xc0100004
      mr 4 0xc0100100 -> 0x5a5a1234 | 0xffffffff
    `,
  },
  {
    rule: 'BAR-011',
    title: 'a write of the upper half clears the lower half',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      cw 2 00:03.0 0x04 <- 0x0004
      cr 2 00:03.0 0x04 -> 0x0004
      cw 4 00:03.0 0x14 <- 0x00000008
      cr 4 00:03.0 0x14 -> 0x00000008
      cr 4 00:03.0 0x10 -> 0xc0000004 | 0x00000004
      cr 4 00:03.0 0x18 -> 0x0000c001
    `,
  },
  {
    rule: 'BAR-012',
    title: 'a byte written to a BAR is extended with zeros',
    given: ['power-on', 'conventional'],
    steps: `
      cw 4 00:04.0 0x10 <- 0xc0010000
      cr 4 00:04.0 0x10 -> 0xc0010000
      cw 1 00:04.0 0x13 <- 0xd0
      cr 4 00:04.0 0x10 -> 0xd0010000 | 0xd0000000
    `,
  },
  {
    rule: 'BAR-012',
    title: 'a word written to a BAR is ignored',
    given: ['power-on', 'conventional'],
    steps: `
      cw 4 00:04.0 0x10 <- 0xc0010000
      cr 4 00:04.0 0x10 -> 0xc0010000
      cw 2 00:04.0 0x12 <- 0xd002
      cr 4 00:04.0 0x10 -> 0xd0020000 | 0xc0010000
    `,
  },
  {
    rule: 'BAR-013',
    title: 'a BAR that is not implemented stores what is written',
    given: ['power-on', 'conventional'],
    steps: `
      cw 4 00:04.0 0x18 <- 0xc0050000
      cr 4 00:04.0 0x18 -> 0x00000000 | 0xc0050000
    `,
  },
  {
    rule: 'BAR-022',
    title: 'a write of one BAR changes the next one',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      ${DECODE_OFF}
      cr 4 00:04.0 0x14 -> 0x0000c041
      cw 4 00:04.0 0x10 <- 0xc0050000
      cr 4 00:04.0 0x10 -> 0xc0050000
      cr 4 00:04.0 0x14 -> 0x0000c041 | 0x0000c081
    `,
  },
  {
    rule: 'BAR-023',
    title: 'the prefetchable bit is 0 or 1, but it does not change',
    kind: 'may',
    given: ['power-on', 'fresh'],
    steps: `
      cr 4 00:06.0 0x10 -> 0x00000000 || 0x00000008 | 0x00000000
      cw 4 00:06.0 0x10 <- 0xffffffff
      cr 4 00:06.0 0x10 -> 0xfffff000 || 0xfffff008 | 0xfffff008
    `,
  },
  {
    rule: 'BAR-030',
    title: 'a BAR has another size after a machine reset',
    given: ['power-on', 'conventional'],
    steps: `
      reset
      cr 4 00:04.0 0x00 -> 0x100e8086
      cw 4 00:04.0 0x10 <- 0xffffffff
      cr 4 00:04.0 0x10 -> 0xfffff000 | 0xffffe000
    `,
  },
  {
    rule: 'BAR-030',
    title: 'a BAR has another size after its address was programmed',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      ${DECODE_OFF}
      cw 4 00:04.0 0x10 <- 0xffffffff
      cr 4 00:04.0 0x10 -> 0xfffff000 | 0xffff0000
    `,
  },
];
