/** Snapshots: after a restore everything is as it was when the machine was saved. */

import type { RuleCase } from './case.ts';

/** Device register behind BAR 0 of 00:04.0 whose value tells that the BAR is reached. */
const MARKER = `
  mr 4 0xc0010100 -> 0x77778888
  mr 4 0xc0010100 -> 0x77778888
`;

/** Moves BAR 0 of 00:04.0 from 0xc0010000 to 0xc0050000 while memory decoding is off. */
const MOVE = `
  cw 2 00:04.0 0x04 <- 0x0004
  cr 2 00:04.0 0x04 -> 0x0004
  cw 4 00:04.0 0x10 <- 0xc0050000
  cr 4 00:04.0 0x10 -> 0xc0050000
`;

const ENABLE = `
  cw 2 00:04.0 0x04 <- 0x0007
  cr 2 00:04.0 0x04 -> 0x0007
`;

/** MSI-X of 00:03.0 on, entry 0 programmed and masked. */
const MASKED = `
  mw 4 0xc0002000 <- 0xfee00000
  mw 4 0xc0002004 <- 0x00000000
  mw 4 0xc0002008 <- 0x00004041
  mr 4 0xc0002000 -> 0xfee00000
  mr 4 0xc0002004 -> 0x00000000
  mr 4 0xc0002008 -> 0x00004041
  mr 4 0xc000200c -> 0x00000001
  cw 2 00:03.0 0x72 <- 0x8000
  cr 2 00:03.0 0x72 -> 0x8003
`;

const UNMASK = `
  mw 4 0xc000200c <- 0x00000000
  mr 4 0xc000200c -> 0x00000000
`;

export const cases: readonly RuleCase[] = [
  {
    rule: 'SNAP-001',
    title: 'Command is 0 after a restore, as after a reset',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      save
      restore
      cr 2 00:04.0 0x04 -> 0x0007 | 0x0000
    `,
  },
  {
    rule: 'SNAP-001',
    title: 'Command is lost at a snapshot of what had just been restored',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      save
      restore
      save
      restore
      cr 2 00:04.0 0x04 -> 0x0007 | 0x0000
    `,
  },
  {
    rule: 'SNAP-001',
    title: 'Command is neither what it was nor what a reset makes of it, and the function went through D3hot since',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      save
      restore
      cw 2 00:03.0 0x44 <- 0x0003
      cr 2 00:03.0 0x44 -> 0x000b
      cw 2 00:03.0 0x44 <- 0x0000
      cr 2 00:03.0 0x44 -> 0x0008
      cr 2 00:03.0 0x04 -> 0x0007 | 0x0003
    `,
  },
  {
    rule: 'SNAP-001',
    title: 'a BAR keeps what was written to it after the snapshot',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      save
      cw 4 00:04.0 0x10 <- 0xc0050000
      cr 4 00:04.0 0x10 -> 0xc0050000
      restore
      cr 4 00:04.0 0x10 -> 0xc0010000 | 0xc0050000
    `,
  },
  {
    rule: 'SNAP-001',
    title: 'a second restore goes back to something else than the first',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      cw 1 00:03.0 0x3c <- 0x0b
      cr 1 00:03.0 0x3c -> 0x0b
      save
      cw 1 00:03.0 0x3c <- 0x0c
      restore
      cr 1 00:03.0 0x3c -> 0x0b
      cw 1 00:03.0 0x3c <- 0x0d
      cr 1 00:03.0 0x3c -> 0x0d
      restore
      cr 1 00:03.0 0x3c -> 0x0b | 0x0d
    `,
  },
  {
    rule: 'SNAP-001',
    title: 'the snapshot that is kept is the first instead of the last',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      save
      cw 1 00:04.0 0x3c <- 0x0c
      cr 1 00:04.0 0x3c -> 0x0c
      save
      cw 1 00:04.0 0x3c <- 0x0d
      restore
      cr 1 00:04.0 0x3c -> 0x0c | 0x00
    `,
  },
  {
    rule: 'SNAP-001',
    title: 'the type bits of a BAR are lost',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      save
      restore
      er 4 00:03.0 0x10 -> 0xc0000004 | 0xc0000000
    `,
  },
  {
    rule: 'SNAP-001',
    title: 'a byte is lost beside one that was written after the restore',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      cw 4 00:03.0 0x54 <- 0xfee01000
      cr 4 00:03.0 0x54 -> 0xfee01000
      save
      restore
      cw 1 00:03.0 0x55 <- 0x20
      cr 4 00:03.0 0x54 -> 0xfee02000 | 0x00002000
    `,
  },
  {
    rule: 'SNAP-001',
    title: 'a register of extended space is lost',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ew 4 00:03.0 0x108 <- 0x00100000
      er 4 00:03.0 0x108 -> 0x00100000
      save
      ew 4 00:03.0 0x108 <- 0x00000000
      restore
      er 4 00:03.0 0x108 -> 0x00100000 | 0x00000000
    `,
  },
  {
    rule: 'SNAP-001',
    title: 'the windows of a bridge are not restored',
    given: ['power-on', 'pci-bridge'],
    steps: `
      save
      cw 4 00:1e.0 0x20 <- 0x0000fff0
      cr 4 00:1e.0 0x20 -> 0x0000fff0
      restore
      cr 4 00:1e.0 0x20 -> 0xc2f0c200 | 0x0000fff0
    `,
  },
  {
    rule: 'SNAP-001',
    title: 'an entry of the MSI-X table is as after a reset',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${MASKED}
      ${UNMASK}
      save
      restore
      mr 4 0xc0002000 -> 0xfee00000
      mr 4 0xc000200c -> 0x00000000 | 0x00000001
    `,
  },
  {
    rule: 'SNAP-001',
    title: 'an entry of the MSI-X table keeps what was written after the snapshot',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${MASKED}
      save
      mw 4 0xc0002008 <- 0x00004051
      mr 4 0xc0002008 -> 0x00004051
      restore
      mr 4 0xc0002008 -> 0x00004041 | 0x00004051
    `,
  },
  {
    rule: 'SNAP-001',
    title: 'the index of the configuration ports is 0 after a restore',
    given: ['power-on', 'host'],
    steps: `
      pw 4 0xcf8 <- 0x80002010
      pr 4 0xcf8 -> 0x80002010
      save
      pw 4 0xcf8 <- 0x80000000
      restore
      pr 4 0xcf8 -> 0x80002010 | 0x00000000
    `,
  },
  {
    rule: 'SNAP-001',
    title: 'a function that was reset after the snapshot stays as the reset left it',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      save
      cw 2 00:03.0 0x88 <- 0xa810
      cr 4 00:03.0 0x00 -> 0x10411af4
      restore
      cr 4 00:03.0 0x04 -> 0x00100007 | 0x00100000
    `,
  },
  {
    rule: 'SNAP-002',
    title: 'a BAR that was moved before the snapshot is back at its first address',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      ${MARKER}
      ${MOVE}
      ${ENABLE}
      mr 4 0xc0050100 -> 0x77778888
      save
      restore
      mr 4 0xc0050100 -> 0x77778888 | 0xffffffff
    `,
  },
  {
    rule: 'SNAP-002',
    title: 'a BAR answers at the address from which it was moved before the snapshot',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      ${MARKER}
      ${MOVE}
      ${ENABLE}
      mr 4 0xc0050100 -> 0x77778888
      save
      restore
      mr 4 0xc0010100 -> 0xffffffff || 0x12345678 | 0x77778888
    `,
  },
  {
    rule: 'SNAP-002',
    title: 'a move that was waiting for its enable is lost',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      ${MARKER}
      ${MOVE}
      save
      restore
      cr 4 00:04.0 0x10 -> 0xc0050000
      ${ENABLE}
      mr 4 0xc0050100 -> 0x77778888 | 0xffffffff
    `,
  },
  {
    rule: 'SNAP-002',
    title: 'a move after the snapshot is not undone',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      ${MARKER}
      save
      ${MOVE}
      ${ENABLE}
      mr 4 0xc0050100 -> 0x77778888
      mr 4 0xc0050100 -> 0x77778888
      restore
      cr 4 00:04.0 0x10 -> 0xc0010000
      mr 4 0xc0050100 -> 0xffffffff | 0x77778888
    `,
  },
  {
    rule: 'SNAP-002',
    title: 'a BAR whose decoding was off at the snapshot decodes after the restore',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      ${MARKER}
      cw 2 00:04.0 0x04 <- 0x0004
      cr 2 00:04.0 0x04 -> 0x0004
      mr 4 0xc0010100 -> 0xffffffff
      save
      ${ENABLE}
      mr 4 0xc0010100 -> 0x77778888
      restore
      mr 4 0xc0010100 -> 0xffffffff || 0x00000000 | 0x77778888
    `,
  },
  {
    rule: 'SNAP-002',
    title: 'an I/O BAR does not decode after the restore',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      pr 4 0xc050 -> 0x11223344
      pr 4 0xc050 -> 0x11223344
      save
      restore
      pr 4 0xc050 -> 0x11223344 | 0xffffffff
    `,
  },
  {
    rule: 'SNAP-002',
    title: 'what lies behind a bridge does not decode after the restore',
    given: ['power-on', 'pci-bridge', 'behind-bridge'],
    steps: `
      mr 4 0xc2000100 -> 0x0badcafe
      mr 4 0xc2000100 -> 0x0badcafe
      save
      cw 4 00:1e.0 0x20 <- 0x0000fff0
      cr 4 00:1e.0 0x20 -> 0x0000fff0
      mr 4 0xc2000100 -> 0xffffffff
      restore
      mr 4 0xc2000100 -> 0x0badcafe | 0xffffffff
    `,
  },
  {
    rule: 'SNAP-002',
    title: 'where holes read 0, one register may have gone to 0 by itself, but not two',
    choices: { hole: 'zero' },
    given: ['power-on', 'conventional-assigned'],
    steps: `
      ${MARKER}
      mr 4 0xc0010104 -> 0x00000001
      mr 4 0xc0010104 -> 0x00000001
      save
      restore
      mr 4 0xc0010104 -> 0x00000000
      mr 4 0xc0010100 -> 0x77778888 | 0x00000000
    `,
  },
];
