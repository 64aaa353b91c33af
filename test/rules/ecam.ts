/** Memory-mapped configuration space. */

import type { RuleCase } from './case.ts';

/** A machine with a second segment; the base of the window of the first one is that of all cases. */
const TWO_SEGMENTS = 'ecam=0xe0000000,0,255 ecam=0x1000000000,0,255,1';

export const cases: readonly RuleCase[] = [
  {
    rule: 'ECAM-001',
    title: 'the device bits of the address are dropped: 00:03.0 shows 00:00.0',
    given: ['power-on', 'host', 'endpoint'],
    steps: `
      er 4 00:00.0 0x00 -> 0x29c08086
      cr 4 00:03.0 0x00 -> 0x10411af4
      er 4 00:03.0 0x00 -> 0x10411af4 | 0x29c08086
      cr 4 00:03.0 0x00 -> 0x10411af4
    `,
  },
  {
    rule: 'ECAM-003',
    title: 'a value written through CAM is not seen through ECAM',
    given: ['power-on', 'endpoint'],
    steps: `
      cw 1 00:03.0 0x3c <- 0x0b
      cr 1 00:03.0 0x3c -> 0x0b
      er 1 00:03.0 0x3c -> 0x0b | 0x00
      cr 1 00:03.0 0x3c -> 0x0b
    `,
  },
  {
    rule: 'ECAM-003',
    title: 'a value written through ECAM is not seen through CAM',
    given: ['power-on', 'endpoint'],
    steps: `
      ew 1 00:03.0 0x3c <- 0x0b
      er 1 00:03.0 0x3c -> 0x0b
      cr 1 00:03.0 0x3c -> 0x0b | 0x00
      er 1 00:03.0 0x3c -> 0x0b
    `,
  },
  {
    rule: 'ECAM-004',
    title: 'a byte read at offset 1 gives byte 0',
    given: ['power-on', 'endpoint'],
    steps: `
      er 4 00:03.0 0x00 -> 0x10411af4
      er 1 00:03.0 0x01 -> 0x1a | 0xf4
      er 4 00:03.0 0x00 -> 0x10411af4
    `,
  },
  {
    rule: 'ECAM-004',
    title: 'a byte written to the read-only byte 0x3d lands in 0x3c',
    given: ['power-on', 'endpoint'],
    steps: `
      ew 1 00:03.0 0x3c <- 0x0b
      er 4 00:03.0 0x3c -> 0x0000010b
      ew 1 00:03.0 0x3d <- 0x55
      er 4 00:03.0 0x3c -> 0x0000010b | 0x00000155
    `,
  },
  {
    rule: 'ECAM-005',
    title: 'a dword read across two registers is aligned down',
    kind: 'may',
    given: ['power-on', 'endpoint'],
    steps: `
      er 4 00:03.0 0x02 -> 0x00001041 || 0xffffffff || 0xffff1041 | 0x10411af4
    `,
  },
  {
    rule: 'ECAM-005',
    title: 'a word written across two registers puts its first byte into the second register',
    kind: 'may',
    given: ['power-on', 'endpoint'],
    steps: `
      er 4 00:03.0 0x3c -> 0x00000100
      ew 2 00:03.0 0x3b <- 0xaa55
      er 4 00:03.0 0x3c -> 0x000001aa || 0x00000100 | 0x00000155
    `,
  },
  {
    rule: 'ECAM-006',
    title: 'an 8-byte read gives the upper dword in the lower half',
    kind: 'may',
    given: ['power-on', 'endpoint'],
    steps: `
      er 8 00:03.0 0x28 -> 0x11001af400000000 || 0xffffffffffffffff || 0xffffffff00000000 || 0x0 | 0x11001af4
    `,
  },
  {
    rule: 'ECAM-006',
    title: 'an 8-byte write puts its lower half into the upper dword',
    kind: 'may',
    given: ['power-on', 'endpoint'],
    steps: `
      er 4 00:03.0 0x3c -> 0x00000100
      ew 8 00:03.0 0x38 <- 0x000000aa00000055
      er 4 00:03.0 0x3c -> 0x000001aa || 0x00000100 | 0x00000155
    `,
  },
  {
    rule: 'ECAM-007',
    title: 'the extended space of a conventional function repeats its header',
    given: ['power-on', 'conventional'],
    steps: `
      er 4 00:04.0 0x100 -> 0xffffffff || 0x00000000 | 0x100e8086
    `,
  },
  {
    rule: 'ECAM-007',
    title: 'the extended space of a conventional function reads zero once and all ones later',
    given: ['power-on', 'conventional'],
    steps: `
      er 4 00:04.0 0x100 -> 0x00000000 || 0xffffffff | 0x00000000
      ew 4 00:04.0 0x100 <- 0xffffffff
      er 4 00:04.0 0x100 -> 0x00000000 || 0xffffffff | 0xffffffff
    `,
  },
  {
    rule: 'ECAM-008',
    title: 'extended space of a function behind a conventional bridge reads zero',
    given: ['power-on', 'pci-bridge', 'behind-bridge'],
    steps: `
      er 4 02:01.0 0x100 -> 0xffffffff | 0x00000000
    `,
  },
  {
    rule: 'ECAM-012',
    title: 'extended space that belongs to no structure reads all ones',
    given: ['power-on', 'endpoint'],
    steps: `
      er 4 00:03.0 0x200 -> 0x00000000 | 0xffffffff
    `,
  },
  {
    rule: 'ECAM-011',
    title: 'a write in the window of segment 0 changes segment 1',
    machine: TWO_SEGMENTS,
    given: ['power-on', 'endpoint', 'segment-one'],
    steps: `
      mr 4 0x100001803c -> 0x00000100
      ew 1 00:03.0 0x3c <- 0x0b
      er 1 00:03.0 0x3c -> 0x0b
      mr 4 0x100001803c -> 0x00000100 | 0x0000010b
    `,
  },
  {
    rule: 'ECAM-011',
    title: 'a write in the window of segment 1 changes segment 0',
    machine: TWO_SEGMENTS,
    given: ['power-on', 'endpoint', 'segment-one'],
    steps: `
      er 4 00:03.0 0x3c -> 0x00000100
      mw 1 0x100001803c <- 0x0b
      mr 1 0x100001803c -> 0x0b
      er 4 00:03.0 0x3c -> 0x00000100 | 0x0000010b
    `,
  },
  {
    rule: 'ECAM-011',
    title: 'the ports reach segment 1',
    machine: TWO_SEGMENTS,
    given: ['power-on', 'endpoint', 'segment-one'],
    steps: `
      mr 4 0x100001803c -> 0x00000100
      cw 1 00:03.0 0x3c <- 0x0b
      mr 4 0x100001803c -> 0x00000100 | 0x0000010b
    `,
  },
  {
    rule: 'ECAM-011',
    title: 'the window of segment 1 shows segment 0',
    machine: TWO_SEGMENTS,
    given: ['power-on', 'endpoint', 'segment-one'],
    steps: `
      mr 4 0x1000018000 -> 0x20001234 | 0x10411af4
      er 4 00:03.0 0x00 -> 0x10411af4
    `,
  },
];
