/** MSI. */

import type { RuleCase } from './case.ts';

/** 00:03.0 sends to 0xfee00000, four vectors with data 0x4040 to 0x4043, enabled. */
const FOUR_VECTORS = `
  cw 4 00:03.0 0x54 <- 0xfee00000
  cr 4 00:03.0 0x54 -> 0xfee00000
  cw 4 00:03.0 0x58 <- 0x00000000
  cr 4 00:03.0 0x58 -> 0x00000000
  cw 2 00:03.0 0x5c <- 0x4040
  cr 2 00:03.0 0x5c -> 0x4040
  cw 2 00:03.0 0x52 <- 0x0021
  cr 2 00:03.0 0x52 -> 0x01a5
`;

/** 00:04.0 sends 0x4041 to 0xfee00000, enabled. */
const ONE_VECTOR = `
  cw 4 00:04.0 0x44 <- 0xfee00000
  cr 4 00:04.0 0x44 -> 0xfee00000
  cw 2 00:04.0 0x48 <- 0x4041
  cr 2 00:04.0 0x48 -> 0x4041
  cw 2 00:04.0 0x42 <- 0x0001
  cr 2 00:04.0 0x42 -> 0x0001
`;

export const cases: readonly RuleCase[] = [
  {
    rule: 'MSI-001',
    title: 'the MSI capability of a PCI Express endpoint takes 32-bit addresses only',
    given: ['power-on', 'express'],
    steps: `
      cr 4 00:06.0 0x80 -> 0x00800005 | 0x00000005
    `,
  },
  {
    rule: 'MSI-002',
    title: 'Message Control stores every bit',
    given: ['power-on', 'endpoint'],
    steps: `
      cw 2 00:03.0 0x52 <- 0xfbae
      cr 2 00:03.0 0x52 -> 0x01a4 | 0xfbae
    `,
  },
  {
    rule: 'MSI-002',
    title: 'Multiple Message Capable can be written',
    given: ['power-on', 'endpoint'],
    steps: `
      cw 2 00:03.0 0x52 <- 0x000a
      cr 2 00:03.0 0x52 -> 0x0184 | 0x018a
    `,
  },
  {
    rule: 'MSI-002',
    title: 'a dword write at the header of the capability does not reach the enable bit',
    given: ['power-on', 'endpoint'],
    steps: `
      cw 4 00:03.0 0x50 <- 0x00010000
      cr 2 00:03.0 0x52 -> 0x0185 | 0x0184
    `,
  },
  {
    rule: 'MSI-002',
    title: 'Multiple Message Capable has a reserved value',
    given: ['power-on', 'fresh-capabilities'],
    steps: `
      cr 4 00:06.0 0x40 -> 0x000a0005 | 0x000c0005
    `,
  },
  {
    rule: 'MSI-003',
    title: 'more vectors than offered are stored, clamped or refused, but never become another number',
    kind: 'may',
    given: ['power-on', 'endpoint'],
    steps: `
      cw 2 00:03.0 0x52 <- 0x0040
      cr 2 00:03.0 0x52 -> 0x01c4 || 0x01a4 || 0x0184 | 0x01b4
    `,
  },
  {
    rule: 'MSI-004',
    title: 'the two low bits of the address can be written',
    given: ['power-on', 'endpoint'],
    steps: `
      cw 4 00:03.0 0x54 <- 0xffffffff
      cr 4 00:03.0 0x54 -> 0xfffffffc | 0xffffffff
    `,
  },
  {
    rule: 'MSI-004',
    title: 'the upper address cannot be written',
    given: ['power-on', 'endpoint'],
    steps: `
      cw 4 00:03.0 0x58 <- 0xffffffff
      cr 4 00:03.0 0x58 -> 0xffffffff | 0x0000000f
    `,
  },
  {
    rule: 'MSI-004',
    title: 'the reserved bytes above the data of a capability with masking can be written',
    given: ['power-on', 'endpoint'],
    steps: `
      cw 4 00:03.0 0x5c <- 0xffffffff
      cr 4 00:03.0 0x5c -> 0x0000ffff | 0xffffffff
    `,
  },
  {
    rule: 'MSI-004',
    title: 'the data register holds only the vector',
    given: ['power-on', 'conventional'],
    steps: `
      cw 2 00:04.0 0x48 <- 0xd5a3
      cr 2 00:04.0 0x48 -> 0xd5a3 | 0x00a3
    `,
  },
  {
    rule: 'MSI-005',
    title: 'the address has any value after a machine reset, but it does not change by itself',
    kind: 'may',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      ${ONE_VECTOR}
      reset
      cr 4 00:04.0 0x00 -> 0x100e8086
      cr 4 00:04.0 0x44 -> 0xfee00000 || 0x00000000 || 0x12345678 | 0xfee00000
      cr 4 00:04.0 0x44 -> 0xfee00000 || 0x00000000 || 0x12345678 | 0xfee01000
    `,
  },
  {
    rule: 'MSI-006',
    title: 'a function sends a fifth vector of the four that are allocated',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${FOUR_VECTORS}
      +! message 0xfee00000 0x4043 00:03.0
      -! message 0xfee00000 0x4044 00:03.0
    `,
  },
  {
    rule: 'MSI-006',
    title: 'the upper half of the data of a message is not 0',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${FOUR_VECTORS}
      +! message 0xfee00000 0x00004042 00:03.0
      -! message 0xfee00000 0xffff4042 00:03.0
    `,
  },
  {
    rule: 'MSI-006',
    title: 'a message goes to the low 32 bits of its address only',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      cw 4 00:03.0 0x54 <- 0xfee00000
      cr 4 00:03.0 0x54 -> 0xfee00000
      cw 4 00:03.0 0x58 <- 0x00000001
      cr 4 00:03.0 0x58 -> 0x00000001
      cw 2 00:03.0 0x5c <- 0x4040
      cr 2 00:03.0 0x5c -> 0x4040
      cw 2 00:03.0 0x52 <- 0x0001
      cr 2 00:03.0 0x52 -> 0x0185
      +! message 0x1fee00000 0x4040 00:03.0
      -! message 0xfee00000 0x4040 00:03.0
    `,
  },
  {
    rule: 'MSI-008',
    title: 'messages after a live rewrite have the old data or the new, but not the old again after the new',
    kind: 'may',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      ${ONE_VECTOR}
      message 0xfee00000 0x4041
      cw 2 00:04.0 0x48 <- 0x4051
      cr 2 00:04.0 0x48 -> 0x4051
      message 0xfee00000 0x4051 || 0x4041 | 0x4051
      message 0xfee00000 0x4051
      message 0xfee00000 0x4051 || 0x4051 | 0x4041
    `,
  },
  {
    rule: 'MSI-008',
    title: 'an event after a rewrite that was ordered sends the old data',
    machine: 'caps=fire,msi',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      ${ONE_VECTOR}
      fire 00:04.0 0
      message 0xfee00000 0x4041
      cw 2 00:04.0 0x48 <- 0x4051
      cr 2 00:04.0 0x48 -> 0x4051
      fire 00:04.0 0
      message 0xfee00000 0x4051 | 0x4041
      cr 2 00:04.0 0x48 -> 0x4051
    `,
  },
  {
    rule: 'MSI-008',
    title: 'what came under a mask after a rewrite is sent with the old data when the mask goes',
    machine: 'caps=fire,msi',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${FOUR_VECTORS}
      cw 4 00:03.0 0x60 <- 0x0000000f
      cr 4 00:03.0 0x60 -> 0x0000000f
      cw 2 00:03.0 0x5c <- 0x4050
      cr 2 00:03.0 0x5c -> 0x4050
      fire 00:03.0 1
      cw 4 00:03.0 0x60 <- 0x00000000
      +! message 0xfee00000 0x4051 00:03.0
      -! message 0xfee00000 0x4041 00:03.0
      cr 4 00:03.0 0x60 -> 0x00000000
    `,
  },
  {
    rule: 'MSI-009',
    title: 'a masked vector is sent',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${FOUR_VECTORS}
      cw 4 00:03.0 0x60 <- 0x00000002
      cr 4 00:03.0 0x60 -> 0x00000002
      message 0xfee00000 0x4040 | 0x4041
    `,
  },
  {
    rule: 'MSI-009',
    title: 'mask bits of vectors that the function does not have can be written',
    given: ['power-on', 'endpoint'],
    steps: `
      cw 4 00:03.0 0x60 <- 0xffffffff
      cr 4 00:03.0 0x60 -> 0x0000000f | 0xffffffff
    `,
  },
  {
    rule: 'MSI-009',
    title: 'pending bits of vectors that the function does not have can be written',
    given: ['power-on', 'endpoint'],
    steps: `
      cw 4 00:03.0 0x64 <- 0xffffffff
      cr 4 00:03.0 0x64 -> 0x00000000 | 0xffffffff
    `,
  },
  {
    rule: 'MSI-010',
    title: 'a message is sent after MSI was disabled',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      ${ONE_VECTOR}
      message 0xfee00000 0x4041
      cw 2 00:04.0 0x42 <- 0x0000
      cr 2 00:04.0 0x42 -> 0x0000
      -! message 0xfee00000 0x4041
    `,
  },
  {
    rule: 'MSI-010',
    title: 'a message is sent before MSI was enabled',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      cw 4 00:04.0 0x44 <- 0xfee00000
      cr 4 00:04.0 0x44 -> 0xfee00000
      cw 2 00:04.0 0x48 <- 0x4041
      cr 2 00:04.0 0x48 -> 0x4041
      +! cw 2 00:04.0 0x42 <- 0x0001
      +! cr 2 00:04.0 0x42 -> 0x0001
      message 0xfee00000 0x4041
    `,
  },
  {
    rule: 'MSI-011',
    title: 'MSI stays enabled in its registers when MSI-X is enabled too',
    kind: 'may',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${FOUR_VECTORS}
      cw 2 00:03.0 0x72 <- 0x8000
      cr 2 00:03.0 0x72 -> 0x8003
      cr 2 00:03.0 0x52 -> 0x01a5 | 0x01a4
    `,
  },
];
