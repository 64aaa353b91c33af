/** Messages that are due: lost, sent twice, or with what was there before. The source shows events and messages. */

import type { RuleCase } from './case.ts';

const machine = 'caps=fire,msi';

/** Entry 0 of 00:03.0 sends 0x4041 to 0xfee00000; still masked. */
const ENTRY = `
  mw 4 0xc0002000 <- 0xfee00000
  mw 4 0xc0002004 <- 0x00000000
  mw 4 0xc0002008 <- 0x00004041
  mr 4 0xc000200c -> 0x00000001
`;

const CONTROL = (value: string, width = 2): string => {
  const data = { 1: `0x${value.slice(2, 4)}`, 2: value, 4: `${value}0000` }[width];
  const offset = { 1: '0x73', 2: '0x72', 4: '0x70' }[width];
  return `
  cw ${width} 00:03.0 ${offset} <- ${data}
  cr 2 00:03.0 0x72 -> 0x${value.slice(2, 3)}003
`;
};

const ENABLE = CONTROL('0x8000');

const UNMASK = `
  mw 4 0xc000200c <- 0x00000000
`;

const LOOK = `
  cr 4 00:03.0 0x00 -> 0x10411af4
`;

/** Bus Master Enable of 00:03.0. */
const MASTER = (on: boolean): string => `
  cw 2 00:03.0 0x04 <- ${on ? '0x0007' : '0x0003'}
  cr 2 00:03.0 0x04 -> ${on ? '0x0007' : '0x0003'}
`;

const given = ['power-on', 'endpoint-assigned'];

export const cases: readonly RuleCase[] = [
  {
    rule: 'MSIX-012',
    title: 'the event behind an enabled, unmasked vector sends nothing',
    machine,
    given,
    steps: `
      ${ENTRY}
      ${ENABLE}
      ${UNMASK}
      fire 00:03.0 0
      +! message 0xfee00000 0x4041
      ${LOOK}
      fire 00:03.0 0
      message 0xfee00000 0x4041
      ${LOOK}
    `,
  },
  {
    rule: 'MSIX-012',
    title: 'one event sends two messages',
    machine,
    given,
    steps: `
      ${ENTRY}
      ${ENABLE}
      ${UNMASK}
      fire 00:03.0 0
      message 0xfee00000 0x4041 00:03.0
      -! message 0xfee00000 0x4041 00:03.0
      ${LOOK}
    `,
  },
  {
    rule: 'MSIX-012',
    title: 'the message of another vector is sent',
    machine,
    given,
    steps: `
      ${ENTRY}
      mw 4 0xc0002010 <- 0xfee00000
      mw 4 0xc0002014 <- 0x00000000
      mw 4 0xc0002018 <- 0x00004042
      mw 4 0xc000201c <- 0x00000000
      ${ENABLE}
      ${UNMASK}
      fire 00:03.0 1
      message 0xfee00000 0x4042 | 0x4041
      ${LOOK}
    `,
  },
  {
    rule: 'MSIX-014',
    title: 'unmasking an entry loses what was pending',
    machine,
    given,
    steps: `
      ${ENTRY}
      ${ENABLE}
      fire 00:03.0 0
      mr 4 0xc0003000 -> 0x00000001
      fire 00:03.0 0
      ${UNMASK}
      +! message 0xfee00000 0x4041
      mr 4 0xc0003000 -> 0x00000000
    `,
  },
  {
    rule: 'MSIX-014',
    title: 'every event of the time while the entry was masked sends a message of its own',
    machine,
    given,
    steps: `
      ${ENTRY}
      ${ENABLE}
      fire 00:03.0 0
      fire 00:03.0 0
      ${UNMASK}
      message 0xfee00000 0x4041
      -! message 0xfee00000 0x4041
      mr 4 0xc0003000 -> 0x00000000
    `,
  },
  {
    rule: 'MSIX-014',
    title: 'the end of the function mask loses what was pending',
    machine,
    given,
    steps: `
      ${ENTRY}
      ${UNMASK}
      ${ENABLE}
      fire 00:03.0 0
      message 0xfee00000 0x4041
      ${CONTROL('0xc000')}
      fire 00:03.0 0
      ${CONTROL('0x8000').replace('cr 2', '+! message 0xfee00000 0x4041\n  cr 2')}
    `,
  },
  {
    rule: 'MSIX-016',
    title: 'what was pending when MSI-X was disabled is sent once or never, not twice',
    kind: 'may',
    machine,
    given,
    steps: `
      ${ENTRY}
      ${ENABLE}
      fire 00:03.0 0
      ${CONTROL('0x0000')}
      ${UNMASK}
      cw 2 00:03.0 0x72 <- 0x8000
      +! message 0xfee00000 0x4041
      -! message 0xfee00000 0x4041
      -! message 0xfee00000 0x4041
      ${LOOK}
    `,
  },
  {
    rule: 'MSIX-017',
    title: 'enabled with the function mask set and unmasked then, the function loses its events',
    machine,
    given,
    steps: `
      ${ENTRY}
      ${UNMASK}
      ${CONTROL('0xc000')}
      ${CONTROL('0x8000')}
      fire 00:03.0 0
      +! message 0xfee00000 0x4041
      ${LOOK}
    `,
  },
  {
    rule: 'MSIX-017',
    title: 'enabled and unmasked by one write, the function loses its events',
    machine,
    given,
    steps: `
      ${ENTRY}
      ${UNMASK}
      ${CONTROL('0x4000')}
      ${CONTROL('0x8000')}
      fire 00:03.0 0
      +! message 0xfee00000 0x4041
      ${LOOK}
    `,
  },
  {
    rule: 'MSIX-024',
    title: 'the function sends nothing while its memory is off',
    machine,
    given,
    steps: `
      ${ENTRY}
      ${UNMASK}
      ${ENABLE}
      fire 00:03.0 0
      message 0xfee00000 0x4041
      cw 2 00:03.0 0x04 <- 0x0004
      cr 2 00:03.0 0x04 -> 0x0004
      fire 00:03.0 0
      +! message 0xfee00000 0x4041
      ${LOOK}
    `,
  },
  {
    rule: 'MSIX-024',
    title: 'what is pending is not sent when the function mask goes while the memory is off',
    machine,
    given,
    steps: `
      ${ENTRY}
      ${UNMASK}
      ${CONTROL('0xc000')}
      fire 00:03.0 0
      mr 4 0xc0003000 -> 0x00000001
      cw 2 00:03.0 0x04 <- 0x0004
      cr 2 00:03.0 0x04 -> 0x0004
      cw 2 00:03.0 0x72 <- 0x8000
      +! message 0xfee00000 0x4041
      ${LOOK}
    `,
  },
  {
    rule: 'MSIX-002',
    title: 'a byte write does not reach the enable bit',
    given,
    steps: `
      cw 1 00:03.0 0x73 <- 0x80
      cr 2 00:03.0 0x72 -> 0x8003 | 0x0003
    `,
  },
  {
    rule: 'MSIX-002',
    title: 'a dword write at the header of the capability does not reach the function mask',
    given,
    steps: `
      ${ENABLE}
      cw 4 00:03.0 0x70 <- 0xc0000000
      cr 2 00:03.0 0x72 -> 0xc003 | 0x8003
    `,
  },
  {
    rule: 'MSIX-013',
    title: 'a byte write sets the function mask in the register only',
    given,
    steps: `
      ${ENTRY}
      ${UNMASK}
      ${ENABLE}
      message 0xfee00000 0x4041
      ${CONTROL('0xc000', 1)}
      -! message 0xfee00000 0x4041
      ${LOOK}
    `,
  },
  {
    rule: 'MSIX-016',
    title: 'a byte write disables MSI-X in the register only',
    given,
    steps: `
      ${ENTRY}
      ${UNMASK}
      ${ENABLE}
      message 0xfee00000 0x4041
      ${CONTROL('0x0000', 1)}
      -! message 0xfee00000 0x4041
      ${LOOK}
    `,
  },
  {
    rule: 'MSIX-002',
    title: 'enabled by a dword write, the function sends nothing, though enabled by a word it did',
    machine,
    given,
    steps: `
      ${ENTRY}
      ${UNMASK}
      ${ENABLE}
      fire 00:03.0 0
      message 0xfee00000 0x4041
      ${CONTROL('0x0000', 2)}
      ${CONTROL('0x8000', 4)}
      fire 00:03.0 0
      +! message 0xfee00000 0x4041
      ${LOOK}
    `,
  },
  {
    rule: 'MSIX-012',
    title: 'enabled by a dword write, the function sends nothing, and whether a word does better has not been seen',
    machine,
    given,
    steps: `
      ${ENTRY}
      ${UNMASK}
      ${CONTROL('0x8000', 4)}
      fire 00:03.0 0
      +! message 0xfee00000 0x4041
      ${LOOK}
    `,
  },
  {
    rule: 'MSIX-013',
    title: 'masked as a whole by a byte write, the function records nothing',
    given,
    steps: `
      ${ENTRY}
      ${UNMASK}
      ${ENABLE}
      ${CONTROL('0xc000', 1)}
      mr 4 0xc0003000 -> 0x00000000
      fire 00:03.0 0
      mr 4 0xc0003000 -> 0x00000001 | 0x00000000
    `,
  },
  {
    rule: 'MSIX-019',
    title: 'the write of 8 bytes that unmasks sends what is pending with the old data',
    machine,
    given,
    steps: `
      ${ENTRY}
      ${ENABLE}
      fire 00:03.0 0
      mw 8 0xc0002008 <- 0x0000000000004051
      message 0xfee00000 0x4051 | 0x4041
      mr 8 0xc0002008 -> 0x0000000000004051
    `,
  },
  {
    rule: 'MSIX-019',
    title: 'events after a write of 8 bytes that unmasks have the old data',
    given,
    steps: `
      ${ENTRY}
      ${ENABLE}
      mw 8 0xc0002008 <- 0x0000000000004051
      mr 8 0xc0002008 -> 0x0000000000004051
      message 0xfee00000 0x4051 | 0x4041
    `,
  },
  {
    rule: 'MSIX-025',
    title: 'what happened without bus master is sent once or never, not for every event',
    kind: 'may',
    machine,
    given,
    steps: `
      ${ENTRY}
      ${UNMASK}
      ${ENABLE}
      ${MASTER(false)}
      fire 00:03.0 0
      mr 4 0xc0003000 -> 0x00000000 || 0x00000001
      fire 00:03.0 0
      cw 2 00:03.0 0x04 <- 0x0007
      +! message 0xfee00000 0x4041
      -! message 0xfee00000 0x4041
      -! message 0xfee00000 0x4041
      ${LOOK}
    `,
  },
  {
    rule: 'MSIX-025',
    title: 'what happened in D3hot is sent once at most',
    kind: 'may',
    machine,
    given,
    steps: `
      ${ENTRY}
      ${UNMASK}
      ${ENABLE}
      cw 2 00:03.0 0x44 <- 0x0003
      cr 2 00:03.0 0x44 -> 0x000b
      fire 00:03.0 0
      cw 2 00:03.0 0x44 <- 0x0000
      cr 2 00:03.0 0x44 -> 0x0008
      ${MASTER(false)}
      fire 00:03.0 0
      cw 2 00:03.0 0x04 <- 0x0007
      -! message 0xfee00000 0x4041
      -! message 0xfee00000 0x4041
      ${LOOK}
    `,
  },
  {
    rule: 'BRG-013',
    title: 'a message passes a port without bus master',
    given: ['power-on', 'root-port', 'below'],
    steps: `
      mw 4 0xc1002000 <- 0xfee00000
      mw 4 0xc1002004 <- 0x00000000
      mw 4 0xc1002008 <- 0x00004041
      mw 4 0xc100200c <- 0x00000000
      cw 2 01:00.0 0x42 <- 0x8000
      cr 2 01:00.0 0x42 -> 0x8003
      message 0xfee00000 0x4041
      cw 2 00:1c.0 0x04 <- 0x0003
      cr 2 01:00.0 0x00 -> 0x1af4
      +! cw 2 00:1c.0 0x04 <- 0x0007
      message 0xfee00000 0x4041
    `,
  },
  {
    rule: 'BRG-013',
    title: 'a message that an event causes passes a port without bus master',
    machine,
    given: ['power-on', 'root-port', 'below'],
    steps: `
      mw 4 0xc1002000 <- 0xfee00000
      mw 4 0xc1002004 <- 0x00000000
      mw 4 0xc1002008 <- 0x00004041
      mw 4 0xc100200c <- 0x00000000
      cw 2 01:00.0 0x42 <- 0x8000
      cw 2 00:1c.0 0x04 <- 0x0003
      fire 01:00.0 0
      -! message 0xfee00000 0x4041 01:00.0
      cr 2 01:00.0 0x00 -> 0x1af4
    `,
  },
  {
    rule: 'RST-007',
    title: 'a message of MSI-X comes after FLR',
    given,
    steps: `
      ${ENTRY}
      ${UNMASK}
      ${ENABLE}
      message 0xfee00000 0x4041
      cw 2 00:03.0 0x88 <- 0xa810
      +! message 0xfee00000 0x4041
      ${LOOK}
      -! message 0xfee00000 0x4041
    `,
  },
];
