/** Bridges. */

import type { RuleCase } from './case.ts';

/** A device register of the memory BAR below the root port whose value tells that the BAR is reached. */
const MEMORY_MARKER = `
  mr 4 0xc1000100 -> 0x5a5a1234
  mr 4 0xc1000100 -> 0x5a5a1234
`;

/** The memory window is elsewhere, the prefetchable one goes from address 0 to the last one of 64 bits. */
const WHOLE_WINDOW = `
  cw 4 00:1c.0 0x20 <- 0xc8f0c800
  cr 4 00:1c.0 0x20 -> 0xc8f0c800
  cw 4 00:1c.0 0x28 <- 0x00000000
  cw 4 00:1c.0 0x2c <- 0xffffffff
  cw 4 00:1c.0 0x24 <- 0xfff00000
  cr 4 00:1c.0 0x24 -> 0xfff10001
  cr 4 00:1c.0 0x28 -> 0x00000000
  cr 4 00:1c.0 0x2c -> 0xffffffff
`;

export const cases: readonly RuleCase[] = [
  {
    rule: 'BRG-001',
    title: 'the bus numbers keep only some of their bits',
    given: ['power-on', 'root-port'],
    steps: `
      cw 4 00:1c.0 0x18 <- 0x00fff000
      cr 4 00:1c.0 0x18 -> 0x00fff000 | 0x001f1000
    `,
  },
  {
    rule: 'BRG-001',
    title: 'the secondary latency timer of a root port can be written',
    given: ['power-on', 'root-port'],
    steps: `
      cw 1 00:1c.0 0x1b <- 0x40
      cr 4 00:1c.0 0x18 -> 0x00010100 | 0x40010100
    `,
  },
  {
    rule: 'BRG-002',
    title: 'the low bits of memory base and limit can be written',
    given: ['power-on', 'root-port'],
    steps: `
      cw 4 00:1c.0 0x20 <- 0xc1ffc10f
      cr 4 00:1c.0 0x20 -> 0xc1f0c100 | 0xc1ffc10f
    `,
  },
  {
    rule: 'BRG-002',
    title: 'the upper bits of memory base and limit do not keep what is written',
    given: ['power-on', 'root-port'],
    steps: `
      cw 4 00:1c.0 0x20 <- 0xd1f0d100
      cr 4 00:1c.0 0x20 -> 0xd1f0d100 | 0xc1f0c100
    `,
  },
  {
    rule: 'BRG-003',
    title: 'the type bits of prefetchable base and limit can be cleared',
    given: ['power-on', 'root-port'],
    steps: `
      cw 4 00:1c.0 0x24 <- 0x0ff00000
      cr 4 00:1c.0 0x24 -> 0x0ff10001 | 0x0ff00000
    `,
  },
  {
    rule: 'BRG-003',
    title: 'the upper half of a 64-bit prefetchable base cannot be written',
    given: ['power-on', 'root-port'],
    steps: `
      cw 4 00:1c.0 0x28 <- 0x00000007
      cr 4 00:1c.0 0x28 -> 0x00000007 | 0x00000008
    `,
  },
  {
    rule: 'BRG-004',
    title: 'the type bits of I/O base and limit can be cleared',
    given: ['power-on', 'root-port'],
    steps: `
      cw 2 00:1c.0 0x1c <- 0xd0d0
      cr 2 00:1c.0 0x1c -> 0xd1d1 | 0xd0d0
    `,
  },
  {
    rule: 'BRG-004',
    title: 'the upper halves of the I/O window are writable in part',
    given: ['power-on', 'root-port'],
    steps: `
      cr 2 00:1c.0 0x1c -> 0xd1d1
      cw 4 00:1c.0 0x30 <- 0xffffffff
      cr 4 00:1c.0 0x30 -> 0xffffffff | 0xfffff801
    `,
  },
  {
    rule: 'BRG-004',
    title: 'an I/O window that looks implemented, but is closed for good',
    given: ['power-on'],
    steps: `
      cr 4 00:06.0 0x00 -> 0x20001234
      cr 4 00:06.0 0x08 -> 0x06040000
      cr 1 00:06.0 0x0e -> 0x01
      cr 2 00:06.0 0x1c -> 0x00f0
      cw 2 00:06.0 0x1c <- 0xe0e0
      cr 2 00:06.0 0x1c -> 0xe0e0 | 0x00f0
    `,
  },
  {
    rule: 'BRG-005',
    title: 'a memory window with its base above its limit still forwards',
    given: ['power-on', 'root-port', 'below'],
    steps: `
      ${MEMORY_MARKER}
      cw 4 00:1c.0 0x20 <- 0x0000fff0
      cr 4 00:1c.0 0x20 -> 0x0000fff0
      mr 4 0xc1000100 -> 0xffffffff | 0x5a5a1234
    `,
  },
  {
    rule: 'BRG-005',
    title: 'an I/O window with its base above its limit still forwards',
    given: ['power-on', 'root-port', 'below'],
    steps: `
      pr 4 0xd010 -> 0x11223344
      pr 4 0xd010 -> 0x11223344
      cw 2 00:1c.0 0x1c <- 0x00f0
      cr 2 00:1c.0 0x1c -> 0x01f1
      pr 4 0xd010 -> 0xffffffff | 0x11223344
    `,
  },
  {
    rule: 'BRG-006',
    title: 'the prefetchable window has any address after a reset, but its type bits stay',
    kind: 'may',
    choices: { preassigned: 'off' },
    given: ['power-on', 'root-port'],
    steps: `
      reset
      cr 4 00:1c.0 0x00 -> 0x000c1b36
      cr 4 00:1c.0 0x24 -> 0x00010001 || 0x0001fff1 || 0xfff1fff1 | 0x00000000
    `,
  },
  {
    rule: 'BRG-007',
    title: 'a device is reached at an address that no window of the bridge holds any more',
    given: ['power-on', 'root-port', 'below'],
    steps: `
      ${MEMORY_MARKER}
      cw 4 00:1c.0 0x20 <- 0xc8f0c800
      cr 4 00:1c.0 0x20 -> 0xc8f0c800
      mr 4 0xc1000100 -> 0xffffffff | 0x5a5a1234
    `,
  },
  {
    rule: 'BRG-007',
    title: 'moving the memory window moves a BAR below the bridge',
    given: ['power-on', 'root-port', 'below'],
    steps: `
      cr 4 01:00.0 0x10 -> 0xc1000000
      cw 4 00:1c.0 0x20 <- 0xc8f0c800
      cr 4 00:1c.0 0x20 -> 0xc8f0c800
      cr 4 01:00.0 0x10 -> 0xc1000000 | 0xc8000000
    `,
  },
  {
    rule: 'BRG-007',
    title: 'a prefetchable window over the whole address space forwards nothing',
    given: ['power-on', 'root-port', 'below'],
    steps: `
      ${MEMORY_MARKER}
      ${WHOLE_WINDOW}
      mr 4 0xc1000100 -> 0x5a5a1234 | 0xffffffff
    `,
  },
  {
    rule: 'BRG-007',
    title: 'the same after Command of the function was written: the window came last',
    given: ['power-on', 'root-port', 'below'],
    steps: `
      ${MEMORY_MARKER}
      cw 2 01:00.0 0x04 <- 0x0006
      cr 2 01:00.0 0x04 -> 0x0006
      ${WHOLE_WINDOW}
      mr 4 0xc1000100 -> 0x5a5a1234 | 0xffffffff
    `,
  },
  {
    rule: 'CMD-005',
    title: 'clearing I/O enable stops memory decoding below a bridge whose window was moved before',
    given: ['power-on', 'root-port', 'below'],
    steps: `
      ${MEMORY_MARKER}
      ${WHOLE_WINDOW}
      cw 2 01:00.0 0x04 <- 0x0006
      cr 2 01:00.0 0x04 -> 0x0006
      mr 4 0xc1000100 -> 0x5a5a1234 | 0xffffffff
    `,
  },
  {
    rule: 'BRG-007',
    title: 'a window over the whole address space forwards, though the profile says that it does not',
    kind: 'may',
    choices: { whole_window: 'closed' },
    given: ['power-on', 'root-port', 'below'],
    steps: `
      ${MEMORY_MARKER}
      ${WHOLE_WINDOW}
      mr 4 0xc1000100 -> 0xffffffff | 0x5a5a1234
    `,
  },
  {
    rule: 'BRG-010',
    title: 'a root port stores reserved bits of Bridge Control',
    given: ['power-on', 'root-port'],
    steps: `
      cw 2 00:1c.0 0x3e <- 0xffbf
      cr 2 00:1c.0 0x3e -> 0x001f || 0x0003 || 0x0000 | 0x0bbf
    `,
  },
  {
    rule: 'BRG-010',
    title: 'a root port stores reserved bits of Bridge Control that were written beyond the dword',
    given: ['power-on', 'root-port'],
    steps: `
      ew 4 00:1c.0 0x3e <- 0x00000b80
      cr 2 00:1c.0 0x3e -> 0x0000 | 0x0b80
    `,
  },
  {
    rule: 'BRG-011',
    title: 'the error bits of Secondary Status store the ones that are written',
    given: ['power-on', 'root-port'],
    steps: `
      cr 2 00:1c.0 0x1e -> 0x0000
      cw 2 00:1c.0 0x1e <- 0xffff
      cr 2 00:1c.0 0x1e -> 0x0000 | 0xf900
    `,
  },
  {
    rule: 'BRG-012',
    title: 'a device is reached though the outer of two bridges does not forward its address',
    given: ['power-on', 'nested'],
    steps: `
      mr 4 0xc4000100 -> 0x5a5a1234
      mr 4 0xc4000100 -> 0x5a5a1234
      cw 4 00:1d.0 0x20 <- 0xc5f0c500
      cr 4 00:1d.0 0x20 -> 0xc5f0c500
      mr 4 0xc4000100 -> 0xffffffff | 0x5a5a1234
    `,
  },
];
