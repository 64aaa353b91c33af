/** MSI-X: capability, table and PBA. */

import type { RuleCase } from './case.ts';

/** Entry 0 of 00:03.0 sends 0x4041 to 0xfee00000; still masked. */
const ENTRY = `
  mw 4 0xc0002000 <- 0xfee00000
  mr 4 0xc0002000 -> 0xfee00000
  mw 4 0xc0002004 <- 0x00000000
  mr 4 0xc0002004 -> 0x00000000
  mw 4 0xc0002008 <- 0x00004041
  mr 4 0xc0002008 -> 0x00004041
  mr 4 0xc000200c -> 0x00000001
`;

const ENABLE = `
  cw 2 00:03.0 0x72 <- 0x8000
  cr 2 00:03.0 0x72 -> 0x8003
`;

const UNMASK = `
  mw 4 0xc000200c <- 0x00000000
  mr 4 0xc000200c -> 0x00000000
`;

/** Puts BAR 0 of 00:03.0 back and enables decoding, after a reset of the function. */
const ASSIGN_AGAIN = `
  cr 4 00:03.0 0x00 -> 0x10411af4
  cw 4 00:03.0 0x10 <- 0xc0000000
  cr 4 00:03.0 0x10 -> 0xc0000004
  cw 4 00:03.0 0x14 <- 0x00000000
  cr 4 00:03.0 0x14 -> 0x00000000
  cw 2 00:03.0 0x04 <- 0x0006
  cr 2 00:03.0 0x04 -> 0x0006
`;

export const cases: readonly RuleCase[] = [
  {
    rule: 'MSIX-001',
    title: 'Message Control stores every bit',
    given: ['power-on', 'endpoint'],
    steps: `
      cw 2 00:03.0 0x72 <- 0x3fff
      cr 2 00:03.0 0x72 -> 0x0003 | 0x3fff
    `,
  },
  {
    rule: 'MSIX-001',
    title: 'the enable bit cannot be set',
    given: ['power-on', 'endpoint'],
    steps: `
      cw 2 00:03.0 0x72 <- 0xc000
      cr 2 00:03.0 0x72 -> 0xc003 | 0x4003
    `,
  },
  {
    rule: 'MSIX-001',
    title: 'MSI-X is enabled when the machine powers on',
    choices: { preassigned: 'off' },
    given: ['power-on', 'fresh-capabilities'],
    steps: `
      cr 4 00:06.0 0x40 -> 0x00030011 | 0x80030011
    `,
  },
  {
    rule: 'MSIX-003',
    title: 'the table is in a BAR with a reserved number',
    given: ['power-on', 'fresh-capabilities'],
    steps: `
      cr 4 00:06.0 0x40 -> 0x00030011
      cr 4 00:06.0 0x44 -> 0x00001000 | 0x00001006
    `,
  },
  {
    rule: 'MSIX-003',
    title: 'the PBA is in a BAR that is not implemented',
    given: ['power-on', 'fresh-capabilities'],
    steps: `
      cr 4 00:06.0 0x40 -> 0x00030011
      cr 4 00:06.0 0x44 -> 0x00001000
      cr 4 00:06.0 0x48 -> 0x00001800 | 0x00001801
    `,
  },
  {
    rule: 'MSIX-003',
    title: 'the table locator can be written',
    given: ['power-on', 'endpoint'],
    steps: `
      cw 4 00:03.0 0x74 <- 0x00001000
      cr 4 00:03.0 0x74 -> 0x00002000 | 0x00001000
    `,
  },
  {
    rule: 'MSIX-004',
    title: 'the PBA lies inside the table',
    given: ['power-on', 'fresh-capabilities'],
    steps: `
      cr 4 00:06.0 0x40 -> 0x003f0011
      cr 4 00:06.0 0x44 -> 0x00000000
      cr 4 00:06.0 0x48 -> 0x00000800 | 0x00000200
    `,
  },
  {
    rule: 'MSIX-004',
    title: 'the table runs over the end of its BAR',
    given: ['power-on', 'fresh-capabilities'],
    steps: `
      cr 4 00:06.0 0x40 -> 0x003f0011
      cr 4 00:06.0 0x44 -> 0x00001c00 | 0x00001e00
    `,
  },
  {
    rule: 'MSIX-005',
    title: 'the table shares 4 KiB with a virtio structure',
    given: ['power-on', 'virtio'],
    steps: `
      cr 4 00:07.0 0x40 -> 0x01105009
      cr 4 00:07.0 0x44 -> 0x00000000
      cr 4 00:07.0 0x48 -> 0x00000000
      cr 4 00:07.0 0x4c -> 0x00000038
      cr 4 00:07.0 0x50 -> 0x00030011
      cr 4 00:07.0 0x54 -> 0x00001000 | 0x00000800
      cr 4 00:07.0 0x58 -> 0x00001800
    `,
  },
  {
    rule: 'MSIX-006',
    title: 'vector control of an entry is read at the first dword of the next one',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      mw 4 0xc0002010 <- 0xfee01000
      mr 4 0xc0002010 -> 0xfee01000
      mw 4 0xc000200c <- 0x00000000
      mr 4 0xc0002010 -> 0xfee01000 | 0x00000000
    `,
  },
  {
    rule: 'MSIX-006',
    title: 'the data register of an entry holds only 16 bits',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      mw 4 0xc0002008 <- 0x12344041
      mr 4 0xc0002008 -> 0x12344041 | 0x00004041
    `,
  },
  {
    rule: 'MSIX-006',
    title: 'the upper address of an entry cannot be written',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      mw 4 0xc0002004 <- 0x00000001
      mr 4 0xc0002004 -> 0x00000001 | 0x00000000
      mr 4 0xc000200c -> 0x00000001
    `,
  },
  {
    rule: 'MSIX-006',
    title: 'a write to the BAR beside the table reaches an entry',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      mr 4 0xc0002000 -> 0x00000000
      mw 4 0xc0000100 <- 0x12345678
      mr 4 0xc0002000 -> 0x00000000 | 0x12345678
    `,
  },
  {
    rule: 'MSIX-007',
    title: 'the upper half of a qword write is lost',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${ENTRY}
      mw 8 0xc0002000 <- 0x00000001fee01000
      mr 4 0xc0002000 -> 0xfee01000
      mr 4 0xc0002004 -> 0x00000001 | 0x00000000
    `,
  },
  {
    rule: 'MSIX-007',
    title: 'a qword read gives its lower half only',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${ENTRY}
      mr 8 0xc0002008 -> 0x0000000100004041 | 0x0000000000004041
      mr 4 0xc000200c -> 0x00000001
    `,
  },
  {
    rule: 'MSIX-008',
    title: 'a byte read gives the stored byte, 0 or ones',
    kind: 'may',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${ENTRY}
      mr 1 0xc0002008 -> 0x41 || 0x00 || 0xff | 0x5a
    `,
  },
  {
    rule: 'MSIX-008',
    title: 'a byte write is dropped, merged or extended',
    kind: 'may',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${ENTRY}
      mw 1 0xc0002008 <- 0xaa
      mr 4 0xc0002008 -> 0x00004041 || 0x000040aa || 0x000000aa || 0xffffffaa | 0x12345678
    `,
  },
  {
    rule: 'MSIX-008',
    title: 'a word write changes the dword before it',
    kind: 'may',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${ENTRY}
      mw 2 0xc0002008 <- 0x5555
      mr 4 0xc0002008 -> 0x00004041 || 0x00005555 | 0x00004041
      mr 4 0xc0002004 -> 0x00000000 || 0x00000000 | 0x00005555
    `,
  },
  {
    rule: 'MSIX-009',
    title: 'an entry is not masked when the machine powers on',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      mr 4 0xc000201c -> 0x00000001 | 0x00000000
    `,
  },
  {
    rule: 'MSIX-009',
    title: 'an entry stays unmasked over a machine reset',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${UNMASK}
      reset
      ${ASSIGN_AGAIN}
      mr 4 0xc000200c -> 0x00000001 | 0x00000000
    `,
  },
  {
    rule: 'MSIX-009',
    title: 'an entry stays unmasked over FLR',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${UNMASK}
      cw 2 00:03.0 0x88 <- 0xa810
      ${ASSIGN_AGAIN}
      mr 4 0xc000200c -> 0x00000001 | 0x00000000
    `,
  },
  {
    rule: 'MSIX-010',
    title: 'reserved bits of vector control read 0 or as written',
    kind: 'may',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      mw 4 0xc000200c <- 0xffffffff
      mr 4 0xc000200c -> 0x00000001 || 0xffffffff | 0x00000001
      mw 4 0xc000200c <- 0x00000001
      mr 4 0xc000200c -> 0x00000001 || 0x00000001 | 0x0000fff1
    `,
  },
  {
    rule: 'MSIX-011',
    title: 'an address has any value at power-on, but its two low bits are 0',
    kind: 'may',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      mr 4 0xc0002000 -> 0x00000000 || 0x12345678 | 0x12345679
    `,
  },
  {
    rule: 'MSIX-011',
    title: 'data has any value at power-on, but it does not change by itself',
    kind: 'may',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      mr 4 0xc0002008 -> 0x00000000 || 0x12345678 | 0x12345678
      mr 4 0xc0002008 -> 0x00000000 || 0x12345678 | 0x87654321
    `,
  },
  {
    rule: 'MSIX-011',
    title: 'the low bits of an address read 0 or as written',
    kind: 'may',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      mw 4 0xc0002000 <- 0xfee00001
      mr 4 0xc0002000 -> 0xfee00000 || 0xfee00001 | 0xfee00002
    `,
  },
  {
    rule: 'MSIX-015',
    title: 'setting the function mask sets the mask of an entry',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${ENTRY}
      ${ENABLE}
      ${UNMASK}
      cw 2 00:03.0 0x72 <- 0xc000
      cr 2 00:03.0 0x72 -> 0xc003
      mr 4 0xc000200c -> 0x00000000 | 0x00000001
      cr 2 00:03.0 0x72 -> 0xc003
    `,
  },
  {
    rule: 'MSIX-015',
    title: 'clearing the function mask clears the mask of an entry',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${ENTRY}
      cw 2 00:03.0 0x72 <- 0xc000
      cr 2 00:03.0 0x72 -> 0xc003
      cw 2 00:03.0 0x72 <- 0x8000
      cr 2 00:03.0 0x72 -> 0x8003
      mr 4 0xc000200c -> 0x00000001 | 0x00000000
    `,
  },
  {
    rule: 'MSIX-020',
    title: 'a write of the PBA is ignored or stored, but sets no bit that was not written',
    kind: 'may',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      mr 4 0xc0003000 -> 0x00000000
      mw 4 0xc0003000 <- 0x000000f0
      mr 4 0xc0003000 -> 0x00000000 || 0x000000f0 | 0x00000f00
    `,
  },
  {
    rule: 'MSIX-021',
    title: 'a pending bit of a vector that the function does not have is set',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      mr 4 0xc0003000 -> 0x00000000 | 0x00000010
    `,
  },
  {
    rule: 'MSIX-021',
    title: 'the upper half of a qword of pending bits repeats the lower half',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${ENTRY}
      ${ENABLE}
      fire 00:03.0 0
      mr 4 0xc0003000 -> 0x00000001
      mr 4 0xc0003004 -> 0x00000000 | 0x00000001
    `,
  },
  {
    rule: 'MSIX-023',
    title: 'the table is empty after its BAR was moved',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${ENTRY}
      cw 2 00:03.0 0x04 <- 0x0004
      cr 2 00:03.0 0x04 -> 0x0004
      cw 4 00:03.0 0x10 <- 0xc0100000
      cr 4 00:03.0 0x10 -> 0xc0100004
      cw 2 00:03.0 0x04 <- 0x0007
      cr 2 00:03.0 0x04 -> 0x0007
      mr 4 0xc0102008 -> 0x00004041 | 0x00000000
    `,
  },
  {
    rule: 'MSIX-023',
    title: 'an unmasked entry is masked after memory enable was off',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${ENTRY}
      ${UNMASK}
      cw 2 00:03.0 0x04 <- 0x0005
      cr 2 00:03.0 0x04 -> 0x0005
      cw 2 00:03.0 0x04 <- 0x0007
      cr 2 00:03.0 0x04 -> 0x0007
      mr 4 0xc000200c -> 0x00000000 | 0x00000001
      cr 2 00:03.0 0x04 -> 0x0007
    `,
  },
  {
    rule: 'BAR-019',
    title: 'a table is behind a BAR that decodes elsewhere than where it was first enabled',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      mr 4 0xc0002000 -> 0x00000000 || 0xfee00000 | 0xffffffff
    `,
  },
  {
    rule: 'BAR-019',
    title: 'pending bits are behind a BAR that has not moved',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      mr 4 0xc0003000 -> 0x00000000
      mr 4 0xc000200c -> 0x00000001
      cw 2 00:03.0 0x04 <- 0x0000
      cw 4 00:03.0 0x10 <- 0xc0040000
      cr 4 00:03.0 0x10 -> 0xc0040004
      cw 2 00:03.0 0x04 <- 0x0007
      cr 2 00:03.0 0x04 -> 0x0007
      mr 4 0xc0043000 -> 0x00000000 | 0xffffffff
    `,
  },
  {
    rule: 'MSIX-021',
    title: 'pending bits of vectors that do not exist are set while the table answers',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      mr 4 0xc000200c -> 0x00000001
      mr 4 0xc0003000 -> 0x00000000 | 0xffffffff
    `,
  },
];
