/** Configuration mechanism of ports 0xcf8 and 0xcfc. */

import type { RuleCase } from './case.ts';

export const cases: readonly RuleCase[] = [
  {
    rule: 'CAM-001',
    title: 'an access to the data window moves the index on',
    given: ['power-on', 'host'],
    steps: `
      pw 4 0xcf8 <- 0x80000008
      pr 4 0xcf8 -> 0x80000008
      pr 4 0xcfc -> 0x06000000
      pr 4 0xcf8 -> 0x80000008 | 0x8000000c
    `,
  },
  {
    rule: 'CAM-001',
    title: 'the index register has no bus bits in a host with one bus',
    given: ['power-on'],
    steps: `
      pw 4 0xcf8 <- 0x80fffffc
      pr 4 0xcf8 -> 0x80fffffc | 0x8000fffc
    `,
  },
  {
    rule: 'CAM-002',
    title: 'reserved index bits read back 0 or as written, never as something else',
    kind: 'may',
    given: ['power-on'],
    steps: `
      pw 4 0xcf8 <- 0xa500000a
      pr 4 0xcf8 -> 0x80000008 || 0xa500000a || 0x8500000a || 0xa5000008 | 0xff000008
    `,
  },
  {
    rule: 'CAM-002',
    title: 'index bits 1:0 select the clean dword or shift the byte offset, but never lead to another dword',
    kind: 'may',
    given: ['power-on', 'host'],
    steps: `
      pw 4 0xcf8 <- 0x8000000a
      pr 4 0xcfc -> 0x06000000 || 0x00000600 | 0x29c08086
      cr 4 00:00.0 0x08 -> 0x06000000
    `,
  },
  {
    rule: 'CAM-003',
    title: 'a byte written inside the index register is merged into it',
    choices: { cam_sub_index: 'ignore' },
    given: ['power-on'],
    steps: `
      pw 4 0xcf8 <- 0x80000008
      pw 1 0xcfa <- 0x05
      pr 4 0xcf8 -> 0x80000008 | 0x80050008
    `,
  },
  {
    rule: 'CAM-003',
    title: 'a word written to the upper half of the index register is shifted away and clears it',
    choices: { cam_sub_index: 'ignore' },
    given: ['power-on'],
    steps: `
      pw 4 0xcf8 <- 0x80001808
      pw 2 0xcfa <- 0x8000
      pr 4 0xcf8 -> 0x80001808 | 0x00001808
    `,
  },
  {
    rule: 'CAM-003',
    title: 'after a byte was written inside the index register the data window shows nothing',
    choices: { cam_sub_index: 'ignore' },
    given: ['power-on', 'endpoint'],
    steps: `
      pw 4 0xcf8 <- 0x80001800
      pw 1 0xcfa <- 0x00
      pr 2 0xcfc -> 0x1af4 | 0xffff
    `,
  },
  {
    rule: 'CAM-003',
    title: 'after a word was written inside the index register the data window shows another function',
    choices: { cam_sub_index: 'ignore' },
    given: ['power-on', 'host', 'endpoint'],
    steps: `
      pw 4 0xcf8 <- 0x80001800
      pr 4 0xcfc -> 0x10411af4
      pw 2 0xcf8 <- 0x0000
      pr 4 0xcfc -> 0x10411af4 | 0x29c08086
    `,
  },
  {
    rule: 'CAM-004',
    title: 'the data window answers though the enable bit of the index is clear',
    given: ['power-on', 'host'],
    steps: `
      pw 4 0xcf8 <- 0x00000000
      pr 4 0xcfc -> 0xffffffff | 0x29c08086
      cr 4 00:00.0 0x00 -> 0x29c08086
    `,
  },
  {
    rule: 'CAM-004',
    title: 'a write to the data window takes effect though the enable bit of the index is clear',
    given: ['power-on', 'endpoint'],
    steps: `
      cw 1 00:03.0 0x3c <- 0x0b
      cr 1 00:03.0 0x3c -> 0x0b
      pw 4 0xcf8 <- 0x0000183c
      pw 1 0xcfc <- 0x07
      cr 1 00:03.0 0x3c -> 0x0b | 0x07
    `,
  },
  {
    rule: 'CAM-005',
    title: 'a byte read at 0xcfd gives byte 0 of the dword',
    given: ['power-on', 'endpoint'],
    steps: `
      pw 4 0xcf8 <- 0x80001800
      pr 4 0xcfc -> 0x10411af4
      pr 1 0xcfd -> 0x1a | 0xf4
      pr 4 0xcfc -> 0x10411af4
    `,
  },
  {
    rule: 'CAM-005',
    title: 'a byte written at 0xcfd lands in byte 0 of the dword',
    given: ['power-on', 'endpoint'],
    steps: `
      cw 1 00:03.0 0x3c <- 0x0b
      cr 4 00:03.0 0x3c -> 0x0000010b
      pw 1 0xcfd <- 0x55
      pr 4 0xcfc -> 0x0000010b | 0x00000155
    `,
  },
  {
    rule: 'CAM-005',
    title: 'an unaligned word at 0xcfd is bytes 1 and 2, or refused, but never bytes 0 and 1',
    given: ['power-on', 'endpoint'],
    steps: `
      pw 4 0xcf8 <- 0x80001800
      pr 4 0xcfc -> 0x10411af4
      pr 2 0xcfd -> 0x411a || 0xffff | 0x1af4
      pr 4 0xcfc -> 0x10411af4
    `,
  },
  {
    rule: 'CAM-006',
    title: 'a dword read at 0xcfe runs on into the next configuration dword',
    kind: 'may',
    given: ['power-on', 'endpoint'],
    steps: `
      pw 4 0xcf8 <- 0x80001828
      pr 4 0xcfe -> 0xffff0000 || 0xffffffff | 0x1af40000
    `,
  },
  {
    rule: 'CAM-006',
    title: 'a dword write at 0xcfe runs on into the next configuration dword',
    kind: 'may',
    given: ['power-on', 'endpoint'],
    steps: `
      cw 1 00:03.0 0x3c <- 0x0b
      cr 4 00:03.0 0x3c -> 0x0000010b
      pw 4 0xcf8 <- 0x80001838
      pw 4 0xcfe <- 0x55aa0000
      cr 4 00:03.0 0x3c -> 0x0000010b | 0x000001aa
    `,
  },
  {
    rule: 'CAM-007',
    title: 'one register of an absent function reads zero',
    given: ['power-on', 'host'],
    steps: `
      cr 4 00:10.0 0x00 -> 0xffffffff
      cr 1 00:10.0 0x0e -> 0xff | 0x00
      cr 4 00:10.0 0x00 -> 0xffffffff
    `,
  },
  {
    rule: 'CAM-007',
    title: 'a word of an absent function reads zero',
    given: ['power-on', 'host'],
    steps: `
      cr 4 00:10.0 0x00 -> 0xffffffff
      cr 2 00:10.0 0x02 -> 0xffff | 0x0000
      cr 4 00:10.0 0x00 -> 0xffffffff
    `,
  },
  {
    rule: 'CAM-008',
    title: 'a write to an absent function 1 lands in function 0',
    given: ['power-on', 'endpoint'],
    steps: `
      cw 1 00:03.0 0x3c <- 0x0b
      cr 1 00:03.0 0x3c -> 0x0b
      cr 4 00:03.1 0x00 -> 0xffffffff
      cw 1 00:03.1 0x3c <- 0x07
      cr 1 00:03.0 0x3c -> 0x0b | 0x07
    `,
  },
  {
    rule: 'CAM-009',
    title: 'index bits 27:24 reach an extended register',
    choices: { amd_ext_cfg: 'off' },
    given: ['power-on', 'endpoint'],
    steps: `
      pw 4 0xcf8 <- 0x81001850
      pr 4 0xcfc -> 0x01847005 | 0x00010003
      cr 4 00:03.0 0x50 -> 0x01847005
    `,
  },
  {
    rule: 'CAM-009',
    title: 'index bits 27:24 reach an extended register though they were ignored before',
    given: ['power-on', 'endpoint'],
    steps: `
      pw 4 0xcf8 <- 0x81001850
      pr 4 0xcfc -> 0x01847005
      pw 4 0xcf8 <- 0x81001858
      pr 4 0xcfc -> 0x00000000 | 0x9abcdef0
    `,
  },
  {
    rule: 'CAM-009',
    title: 'a write through the ports reaches an extended register',
    choices: { amd_ext_cfg: 'off' },
    given: ['power-on', 'endpoint'],
    steps: `
      er 4 00:03.0 0x108 -> 0x00000000
      pw 4 0xcf8 <- 0x81001808
      pw 4 0xcfc <- 0x00001010
      er 4 00:03.0 0x108 -> 0x00000000 | 0x00001010
    `,
  },
  {
    rule: 'CAM-002',
    title: 'index bits 27:24 are ignored or reach extended registers, and always the same of the two',
    kind: 'may',
    given: ['power-on', 'endpoint'],
    steps: `
      pw 4 0xcf8 <- 0x81001850
      pr 4 0xcfc -> 0x01847005 || 0x00010003 | 0x00010003
      pw 4 0xcf8 <- 0x81001850
      pr 4 0xcfc -> 0x01847005 || 0x00010003 | 0x01847005
    `,
  },
  {
    rule: 'CAM-002',
    title: 'index bits 27:24 lead to a third register',
    kind: 'may',
    given: ['power-on', 'endpoint'],
    steps: `
      pw 4 0xcf8 <- 0x81001850
      pr 4 0xcfc -> 0x01847005 || 0x00010003 | 0x10411af4
      cr 4 00:03.0 0x50 -> 0x01847005
    `,
  },
  {
    rule: 'CAM-010',
    title: 'the highest device bit is not decoded: 00:13.0 is 00:03.0 once more',
    given: ['power-on', 'endpoint'],
    steps: `
      cw 1 00:03.0 0x3c <- 0x5a
      cr 1 00:03.0 0x3c -> 0x5a
      cr 4 00:13.0 0x00 -> 0xffffffff | 0x10411af4
      cr 4 00:13.0 0x2c -> 0xffffffff | 0x11001af4
      cr 1 00:13.0 0x3c -> 0xff | 0x5a
      cw 1 00:03.0 0x3c <- 0xa5
      cr 1 00:03.0 0x3c -> 0xa5
      cr 1 00:13.0 0x3c -> 0xff | 0xa5
    `,
  },
  {
    rule: 'CAM-010',
    title: 'a bus number is not decoded: 04:01.0 is the bridge 03:01.0 above it once more',
    given: ['power-on', 'nested'],
    steps: `
      cr 4 04:01.0 0x00 -> 0x100e8086 | 0x00011b36
    `,
  },
  {
    rule: 'CAM-012',
    title: 'the Device ID reads zero as a word, though a dword shows it',
    given: ['power-on', 'endpoint'],
    steps: `
      cr 4 00:03.0 0x00 -> 0x10411af4
      cr 2 00:03.0 0x02 -> 0x1041 | 0x0000
      cr 4 00:03.0 0x00 -> 0x10411af4
    `,
  },
  {
    rule: 'CAM-012',
    title: 'the subsystem vendor reads all ones as a byte, though a dword shows it',
    given: ['power-on', 'endpoint'],
    steps: `
      cr 4 00:03.0 0x2c -> 0x11001af4
      cr 1 00:03.0 0x2c -> 0xf4 | 0xff
      cr 4 00:03.0 0x2c -> 0x11001af4
    `,
  },
  {
    rule: 'CAM-014',
    title: 'function 1 answers where function 0 is absent',
    given: ['power-on', 'host'],
    steps: `
      cr 4 00:06.0 0x00 -> 0xffffffff
      cr 4 00:06.1 0x00 -> 0xffffffff | 0x20001234
      cr 4 00:06.0 0x00 -> 0xffffffff
    `,
  },
  {
    rule: 'CAM-016',
    title: 'a machine reset leaves a part of the index',
    kind: 'may',
    given: ['power-on'],
    steps: `
      pw 4 0xcf8 <- 0x80001810
      pr 4 0xcf8 -> 0x80001810
      reset
      pr 4 0xcf8 -> 0x80001810 || 0x00000000 | 0x00001810
    `,
  },
  {
    rule: 'CAM-016',
    title: 'one machine reset keeps the index, the next one clears it',
    kind: 'may',
    given: ['power-on'],
    steps: `
      pw 4 0xcf8 <- 0x80001810
      pr 4 0xcf8 -> 0x80001810
      reset
      pr 4 0xcf8 -> 0x80001810 || 0x00000000 | 0x80001810
      pw 4 0xcf8 <- 0x80001808
      pr 4 0xcf8 -> 0x80001808
      reset
      pr 4 0xcf8 -> 0x80001808 || 0x00000000 | 0x00000000
    `,
  },
];
