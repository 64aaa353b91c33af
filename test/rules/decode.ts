/** Decoding of one region: writes that change nothing, neighbours in a page, contents that do not depend on the address. */

import type { RuleCase } from './case.ts';

/** A device register of the memory BAR of 00:03.0 whose value tells that the BAR is reached. */
const ENDPOINT = `
  mr 4 0xc0000100 -> 0x5a5a1234
  mr 4 0xc0000100 -> 0x5a5a1234
`;

/** The same in the memory BAR of 00:04.0. */
const CONVENTIONAL = `
  mr 4 0xc0010100 -> 0x77778888
  mr 4 0xc0010100 -> 0x77778888
`;

/** A register in each of the small BARs. */
const SMALL = `
  mr 4 0xc0060020 -> 0x31415926
  mr 4 0xc0070120 -> 0x27182818
  mr 4 0xc0060020 -> 0x31415926
  mr 4 0xc0070120 -> 0x27182818
  mr 4 0xc0060040 -> 0x16180339
  mr 4 0xc0060040 -> 0x16180339
`;

/** Two registers of the first of them. */
const OWN = `
  mr 4 0xc0060020 -> 0x31415926
  mr 4 0xc0060020 -> 0x31415926
  mr 4 0xc0060040 -> 0x16180339
  mr 4 0xc0060040 -> 0x16180339
`;

/** Three registers of 00:04.0 in a row. */
const ROW = `
  mr 4 0xc0010100 -> 0x77778888
  mr 4 0xc0010104 -> 0x12346789
  mr 4 0xc0010108 -> 0x2468ace0
  mr 4 0xc0010100 -> 0x77778888
  mr 4 0xc0010104 -> 0x12346789
  mr 4 0xc0010108 -> 0x2468ace0
`;

/** Another read, for a host that gives the last answer again where nobody is. */
const BETWEEN = 'mr 4 0xc0010200 -> 0x00000000';

export const cases: readonly RuleCase[] = [
  {
    rule: 'CMD-007',
    title: 'memory is lost when Command is written with the value that it holds',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${ENDPOINT}
      cw 2 00:03.0 0x04 <- 0x0007
      cr 2 00:03.0 0x04 -> 0x0007
      mr 4 0xc0000100 -> 0x5a5a1234 || 0x00000001 || 0x00000000 | 0xffffffff
    `,
  },
  {
    rule: 'CMD-007',
    title: 'ports are lost when Command is written with the value that it holds',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      pr 4 0xc010 -> 0x11223344
      pr 4 0xc010 -> 0x11223344
      cw 4 00:03.0 0x04 <- 0x00100007
      pr 4 0xc010 -> 0x11223344 | 0xffffffff
    `,
  },
  {
    rule: 'CMD-007',
    title:
      'all of a BAR is lost when another bit of Command than the enables changes; one register alone may read ones',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${ENDPOINT}
      mr 4 0xc0000104 -> 0x00000002
      mr 4 0xc0000104 -> 0x00000002
      cw 2 00:03.0 0x04 <- 0x0003
      mr 4 0xc0000100 -> 0xffffffff
      cr 2 00:03.0 0x04 -> 0x0003
      mr 4 0xc0000104 -> 0x00000002 || 0x00000003 | 0xffffffff
    `,
  },
  {
    rule: 'BAR-026',
    title: 'memory is lost when a BAR is written with the address that it holds',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      ${CONVENTIONAL}
      cw 4 00:04.0 0x10 <- 0xc0010000
      cr 4 00:04.0 0x10 -> 0xc0010000
      mr 4 0xc0010100 -> 0x77778888 || 0x77778889 | 0xffffffff
    `,
  },
  {
    rule: 'BAR-026',
    title: 'ports are lost when an I/O BAR is written with the address that it holds',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      pr 4 0xc050 -> 0x11223344
      pr 4 0xc050 -> 0x11223344
      cw 4 00:04.0 0x14 <- 0x0000c041
      pr 4 0xc050 -> 0x11223344 | 0xffffffff
    `,
  },
  {
    rule: 'BAR-026',
    title: 'a 64-bit BAR is lost when its upper half is written with the value that it holds',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${ENDPOINT}
      cw 4 00:03.0 0x14 <- 0x00000000
      mr 4 0xc0000100 -> 0x5a5a1234 | 0xffffffff
    `,
  },
  {
    rule: 'BAR-020',
    title: 'after a move the registers are found four bytes further on',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      ${ROW}
      cw 4 00:04.0 0x10 <- 0xc0050000
      cr 4 00:04.0 0x10 -> 0xc0050000
      mr 4 0xc0050104 -> 0x12346789 || 0x77778888 | 0x77778888
      mr 4 0xc0050108 -> 0x2468ace0 || 0x2468ace0 | 0x12346789
    `,
  },
  {
    rule: 'BAR-020',
    title: 'after a move with decoding off the registers are found four bytes before',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      ${ROW}
      cw 2 00:04.0 0x04 <- 0x0004
      cr 2 00:04.0 0x04 -> 0x0004
      cw 4 00:04.0 0x10 <- 0xc0050000
      cr 4 00:04.0 0x10 -> 0xc0050000
      cw 2 00:04.0 0x04 <- 0x0007
      cr 2 00:04.0 0x04 -> 0x0007
      mr 4 0xc0050100 -> 0x77778888 | 0x12346789
      mr 4 0xc0050104 -> 0x12346789 | 0x2468ace0
    `,
  },
  {
    rule: 'BAR-025',
    title: 'a small BAR is lost when another one comes into its page; one register alone may read ones',
    given: ['power-on', 'small'],
    steps: `
      ${SMALL}
      cw 4 00:09.0 0x10 <- 0xc0060100
      cr 4 00:09.0 0x10 -> 0xc0060100
      mr 4 0xc0060020 -> 0xffffffff
      cr 4 00:08.0 0x10 -> 0xc0060000
      mr 4 0xc0060040 -> 0x16180339 || 0x00000000 | 0xffffffff
    `,
  },
  {
    rule: 'BAR-025',
    title: 'a small BAR is lost when another one leaves its page',
    given: ['power-on', 'small'],
    steps: `
      cw 4 00:09.0 0x10 <- 0xc0060100
      cr 4 00:09.0 0x10 -> 0xc0060100
      ${OWN}
      cw 2 00:09.0 0x04 <- 0x0004
      cr 2 00:09.0 0x04 -> 0x0004
      mr 4 0xc0060020 -> 0x31415926 | 0xffffffff
      cr 4 00:08.0 0x10 -> 0xc0060000
      mr 4 0xc0060040 -> 0x16180339 | 0xffffffff
    `,
  },
  {
    rule: 'BAR-025',
    title: 'a small BAR is repeated in the rest of its page',
    given: ['power-on', 'small'],
    steps: `
      ${SMALL}
      mr 4 0xc0060220 -> 0xffffffff || 0x00000000 | 0x31415926
    `,
  },
  {
    rule: 'BAR-025',
    title: 'a small BAR answers for another one in its page',
    given: ['power-on', 'small'],
    steps: `
      ${SMALL}
      cw 4 00:09.0 0x10 <- 0xc0060100
      cr 4 00:09.0 0x10 -> 0xc0060100
      mr 4 0xc0060120 -> 0x27182818 || 0x27182819 | 0x31415926
    `,
  },
  {
    rule: 'BAR-027',
    title: 'the second BAR of a type 1 header says that it is 64-bit, and has no upper half',
    given: ['power-on'],
    steps: `
      cr 4 00:06.0 0x00 -> 0x20001234
      cr 4 00:06.0 0x08 -> 0x06040000
      cr 1 00:06.0 0x0e -> 0x01
      cr 4 00:06.0 0x10 -> 0x00000000
      cr 4 00:06.0 0x14 -> 0x00000000 || 0x00000008 | 0x00000004
    `,
  },
  {
    rule: 'BAR-027',
    title: 'the bus numbers of a bridge answer to sizing',
    given: ['power-on', 'pci-bridge'],
    steps: `
      cw 4 00:1e.0 0x18 <- 0xffffffff
      cr 4 00:1e.0 0x18 -> 0x00ffffff || 0xffffffff | 0xfffff000
    `,
  },
  {
    rule: 'BAR-027',
    title: 'the memory window of a root port answers to sizing as a BAR of 64 KiB',
    given: ['power-on', 'root-port'],
    steps: `
      cw 4 00:1c.0 0x20 <- 0xffffffff
      cr 4 00:1c.0 0x20 -> 0xfff0fff0 | 0xffff0000
    `,
  },
  {
    rule: 'BAR-028',
    title: 'a BAR no longer answers after a byte was read in it; one register alone may read ones',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      ${ROW}
      mr 1 0xc0010103 -> 0x00 || 0x77
      mr 4 0xc0010100 -> 0xffffffff
      cr 4 00:04.0 0x10 -> 0xc0010000
      mr 4 0xc0010104 -> 0x12346789 || 0x00000000 | 0xffffffff
    `,
  },
  {
    rule: 'BAR-028',
    title: 'a BAR no longer answers after an unaligned read',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      ${ROW}
      mr 4 0xc0010202 -> 0xffffffff
      mr 4 0xc0010104 -> 0xffffffff
      cr 4 00:04.0 0x00 -> 0x100e8086
      mr 4 0xc0010108 -> 0x2468ace0 | 0xffffffff
    `,
  },
  {
    rule: 'BAR-029',
    title: 'a memory BAR answers a port of the same number',
    machine: 'ram=0x100000-0x7fffffff',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      cw 4 00:04.0 0x10 <- 0x00008000
      cr 4 00:04.0 0x10 -> 0x00008000
      mr 4 0x8100 -> 0x5a5a1234
      mr 4 0x8100 -> 0x5a5a1234
      mr 4 0x8200 -> 0x00000001
      pr 4 0x8100 -> 0xffffffff || 0x00000000 || 0x00001234 | 0x5a5a1234
    `,
  },
  {
    rule: 'BAR-029',
    title: 'an I/O BAR answers memory of the same number',
    machine: 'ram=0x100000-0x7fffffff',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      pr 4 0xc050 -> 0x11223344
      pr 4 0xc050 -> 0x11223344
      ${BETWEEN}
      mr 4 0xc050 -> 0xffffffff || 0x00000000 | 0x11223344
    `,
  },
  {
    rule: 'ROM-003',
    title: 'a BAR is lost for good when the expansion ROM is enabled and disabled',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${ENDPOINT}
      cw 4 00:03.0 0x30 <- 0xc0100001
      cr 4 00:03.0 0x30 -> 0xc0100001
      mr 4 0xc0000100 -> 0x5a5a1234 || 0xffffffff | 0xffffffff
      cw 4 00:03.0 0x30 <- 0xc0100000
      cr 4 00:03.0 0x30 -> 0xc0100000
      mr 4 0xc0000100 -> 0x5a5a1234 || 0x5a5a1234 | 0xffffffff
    `,
  },
  {
    rule: 'EA-002',
    title: 'a fixed range answers while its entry is disabled',
    given: ['power-on', 'fixed'],
    steps: `
      mr 4 0xdf000100 -> 0x5a5a1234
      mr 4 0xdf000100 -> 0x5a5a1234
      cw 4 00:06.0 0x44 <- 0x00ff0012
      cr 4 00:06.0 0x44 -> 0x00ff0012
      mr 4 0xdf000100 -> 0xffffffff || 0x00000000 | 0x5a5a1234
    `,
  },
  {
    rule: 'EA-002',
    title: 'a fixed range no longer answers when its entry is enabled again',
    given: ['power-on', 'fixed'],
    steps: `
      mr 4 0xdf000100 -> 0x5a5a1234
      mr 4 0xdf000100 -> 0x5a5a1234
      cw 4 00:06.0 0x44 <- 0x00ff0012
      cr 4 00:06.0 0x44 -> 0x00ff0012
      cw 4 00:06.0 0x44 <- 0x80ff0012
      cr 4 00:06.0 0x44 -> 0x80ff0012
      mr 4 0xdf000100 -> 0x5a5a1234 || 0x00000000 | 0xffffffff
    `,
  },
  {
    rule: 'EA-002',
    title: 'a fixed range answers while memory enable is clear',
    given: ['power-on', 'fixed'],
    steps: `
      mr 4 0xdf000100 -> 0x5a5a1234
      mr 4 0xdf000100 -> 0x5a5a1234
      cw 2 00:06.0 0x04 <- 0x0004
      cr 2 00:06.0 0x04 -> 0x0004
      mr 4 0xdf000100 -> 0xffffffff | 0x5a5a1234
    `,
  },
  {
    rule: 'EA-002',
    title: 'a fixed range no longer answers when memory enable is set again',
    given: ['power-on', 'fixed'],
    steps: `
      mr 4 0xdf000100 -> 0x5a5a1234
      mr 4 0xdf000100 -> 0x5a5a1234
      cw 2 00:06.0 0x04 <- 0x0004
      cr 2 00:06.0 0x04 -> 0x0004
      cw 2 00:06.0 0x04 <- 0x0006
      cr 2 00:06.0 0x04 -> 0x0006
      mr 4 0xdf000100 -> 0x5a5a1234 | 0xffffffff
    `,
  },
];
