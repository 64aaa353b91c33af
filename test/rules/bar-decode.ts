/** Base Address Registers: where they decode. */

import type { RuleCase } from './case.ts';

/** A device register of the memory BAR of 00:04.0 whose value tells that the BAR is reached. */
const MEMORY_MARKER = `
  mr 4 0xc0010100 -> 0x77778888
  mr 4 0xc0010100 -> 0x77778888
`;

/** The same in its I/O BAR. */
const PORT_MARKER = `
  pr 4 0xc050 -> 0x11223344
  pr 4 0xc050 -> 0x11223344
`;

/** Clears the decode enables of 00:04.0. */
const DECODE_OFF = `
  cw 2 00:04.0 0x04 <- 0x0004
  cr 2 00:04.0 0x04 -> 0x0004
`;

/** Sets them again. */
const DECODE_ON = `
  cw 2 00:04.0 0x04 <- 0x0007
  cr 2 00:04.0 0x04 -> 0x0007
`;

export const cases: readonly RuleCase[] = [
  {
    rule: 'BAR-014',
    title: 'a memory BAR that is written with decoding on does not answer at its new address',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      ${MEMORY_MARKER}
      cw 4 00:04.0 0x10 <- 0xc0050000
      cr 4 00:04.0 0x10 -> 0xc0050000
      mr 4 0xc0050100 -> 0x77778888 | 0xffffffff
    `,
  },
  {
    rule: 'BAR-014',
    title: 'an I/O BAR that is written with decoding on does not answer at its new address',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      ${PORT_MARKER}
      cw 4 00:04.0 0x14 <- 0x0000c100
      cr 4 00:04.0 0x14 -> 0x0000c101
      pr 4 0xc110 -> 0x11223344 | 0xffffffff
    `,
  },
  {
    rule: 'BAR-014',
    title: 'a write with decoding on is ignored',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      cw 4 00:04.0 0x10 <- 0xc0050000
      cr 4 00:04.0 0x10 -> 0xc0050000 | 0xc0010000
    `,
  },
  {
    rule: 'BAR-015',
    title: 'the guest sizes a BAR without clearing memory enable',
    kind: 'note',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      +! cw 2 00:04.0 0x04 <- 0x0004
      +! cr 2 00:04.0 0x04 -> 0x0004
      cw 4 00:04.0 0x10 <- 0xffffffff
      cr 4 00:04.0 0x10 -> 0xfffff000
      cw 4 00:04.0 0x10 <- 0xc0010000
      cr 4 00:04.0 0x10 -> 0xc0010000
    `,
  },
  {
    rule: 'BAR-015',
    title: 'the guest moves a BAR without clearing I/O enable',
    kind: 'note',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      +! cw 2 00:04.0 0x04 <- 0x0004
      +! cr 2 00:04.0 0x04 -> 0x0004
      cw 4 00:04.0 0x14 <- 0x0000c100
      cr 4 00:04.0 0x14 -> 0x0000c101
    `,
  },
  {
    rule: 'BAR-016',
    title: 'after a reset a BAR has its default or an address from before, not one that nobody ever programmed',
    kind: 'may',
    choices: { preassigned: 'off' },
    given: ['power-on', 'conventional-assigned'],
    steps: `
      reset
      cr 4 00:04.0 0x00 -> 0x100e8086
      cr 4 00:04.0 0x10 -> 0x00000000
      reset
      cr 4 00:04.0 0x00 -> 0x100e8086
      cr 4 00:04.0 0x10 -> 0x00000000 | 0xd1230000
    `,
  },
  {
    rule: 'BAR-017',
    title: 'a BAR does not take address 0 while decoding is on',
    kind: 'may',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      cw 4 00:04.0 0x10 <- 0x00000000
      cr 4 00:04.0 0x10 -> 0x00000000 | 0xc0010000
      cr 4 00:04.0 0x14 -> 0x0000c041
    `,
  },
  {
    rule: 'BAR-017',
    title: 'an I/O BAR decodes at port 0 on a host that takes 0 for unassigned',
    kind: 'may',
    choices: { zero_bar: 'skip' },
    given: ['power-on', 'conventional-assigned'],
    steps: `
      ${PORT_MARKER}
      ${DECODE_OFF}
      cw 4 00:04.0 0x14 <- 0x00000000
      cr 4 00:04.0 0x14 -> 0x00000001
      ${DECODE_ON}
      pr 4 0x10 -> 0xffffffff || 0x00000000 | 0x11223344
    `,
  },
  {
    rule: 'BAR-018',
    title: 'a BAR decodes at the top of the address space on a host that leaves such a BAR out',
    kind: 'may',
    choices: { top_bar: 'skip' },
    given: ['power-on', 'conventional-assigned'],
    steps: `
      ${MEMORY_MARKER}
      cw 4 00:04.0 0x10 <- 0xffffffff
      cr 4 00:04.0 0x10 -> 0xfffff000
      mr 4 0xfffff100 -> 0xffffffff | 0x77778888
    `,
  },
  {
    rule: 'BAR-018',
    title: 'a BAR does not decode at the top of the address space on a host that decodes there',
    kind: 'may',
    choices: { top_bar: 'decode' },
    given: ['power-on', 'conventional-assigned'],
    steps: `
      ${MEMORY_MARKER}
      ${DECODE_OFF}
      cw 4 00:04.0 0x10 <- 0xffffffff
      cr 4 00:04.0 0x10 -> 0xfffff000
      ${DECODE_ON}
      mr 4 0xfffff100 -> 0x77778888 | 0xffffffff
    `,
  },
  {
    rule: 'BAR-019',
    title: 'a memory BAR that was moved with decoding off does not answer at its new address',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      ${MEMORY_MARKER}
      ${DECODE_OFF}
      cw 4 00:04.0 0x10 <- 0xc0050000
      cr 4 00:04.0 0x10 -> 0xc0050000
      ${DECODE_ON}
      mr 4 0xc0050100 -> 0x77778888 | 0xffffffff
    `,
  },
  {
    rule: 'BAR-019',
    title: 'an I/O BAR that was moved with decoding off does not answer at its new address',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      ${PORT_MARKER}
      ${DECODE_OFF}
      cw 4 00:04.0 0x14 <- 0x0000c100
      cr 4 00:04.0 0x14 -> 0x0000c101
      ${DECODE_ON}
      pr 4 0xc110 -> 0x11223344 | 0xffffffff
    `,
  },
  {
    rule: 'BAR-021',
    title: 'a BAR is moved onto memory where the host cannot decode it; register and decoding part',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      ${MEMORY_MARKER}
      cw 4 00:04.0 0x10 <- 0x10000000
      cr 4 00:04.0 0x10 -> 0x10000000
      mr 4 0xc0010100 -> 0xffffffff | 0x77778888
    `,
  },
  {
    rule: 'BAR-021',
    title: 'a move that the host cannot carry out puts the old address back',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      cw 4 00:04.0 0x10 <- 0x10000000
      cr 4 00:04.0 0x10 -> 0x10000000 | 0xc0010000
    `,
  },
  {
    rule: 'BAR-021',
    title: 'where the profile declares that a refused move is undone, the BAR answers at the old address again',
    choices: { move_rollback: 'on' },
    given: ['power-on', 'conventional-assigned'],
    steps: `
      ${MEMORY_MARKER}
      cw 4 00:04.0 0x10 <- 0x10000000
      cr 4 00:04.0 0x10 -> 0xc0010000
      mr 4 0xc0010100 -> 0x77778888 | 0xffffffff
    `,
  },
  {
    rule: 'MAP-001',
    title: 'after FLR a BAR answers at its old address, where RAM is at the new one',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      mr 4 0xc0000100 -> 0x5a5a1234
      mr 4 0xc0000100 -> 0x5a5a1234
      cw 2 00:03.0 0x88 <- 0xa810
      cr 4 00:03.0 0x10 -> 0x00000004
      cr 4 00:03.0 0x14 -> 0x00000000
      mr 4 0xc0000100 -> 0xffffffff | 0x5a5a1234
    `,
  },
];
