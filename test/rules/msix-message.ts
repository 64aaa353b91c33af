/** MSI-X: messages, pending bits, INTx. */

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

/** Entry 1 of 00:03.0 would send 0x4052 to the same address; masked. */
const SECOND = `
  mw 4 0xc0002010 <- 0xfee00000
  mw 4 0xc0002014 <- 0x00000000
  mw 4 0xc0002018 <- 0x00004052
  mr 4 0xc000201c -> 0x00000001
`;

const ENABLE = `
  cw 2 00:03.0 0x72 <- 0x8000
  cr 2 00:03.0 0x72 -> 0x8003
`;

const MASK = `
  mw 4 0xc000200c <- 0x00000001
  mr 4 0xc000200c -> 0x00000001
`;

const UNMASK = `
  mw 4 0xc000200c <- 0x00000000
  mr 4 0xc000200c -> 0x00000000
`;

export const cases: readonly RuleCase[] = [
  {
    rule: 'MSIX-012',
    title: 'the data of a message is cut to the vector',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${ENTRY}
      ${ENABLE}
      ${UNMASK}
      +! message 0xfee00000 0x4041 00:03.0
      -! message 0xfee00000 0x41 00:03.0
    `,
  },
  {
    rule: 'MSIX-012',
    title: 'an entry that was changed while it was masked still sends its old data',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${ENTRY}
      ${ENABLE}
      ${UNMASK}
      message 0xfee00000 0x4041
      ${MASK}
      mw 4 0xc0002008 <- 0x00004051
      mr 4 0xc0002008 -> 0x00004051
      ${UNMASK}
      message 0xfee00000 0x4051 | 0x4041
    `,
  },
  {
    rule: 'MSIX-013',
    title: 'a message is sent for a masked entry',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${ENTRY}
      ${ENABLE}
      ${UNMASK}
      message 0xfee00000 0x4041
      ${MASK}
      -! message 0xfee00000 0x4041
    `,
  },
  {
    rule: 'MSIX-013',
    title: 'a message is sent while the function is masked',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${ENTRY}
      ${UNMASK}
      cw 2 00:03.0 0x72 <- 0xc000
      cr 2 00:03.0 0x72 -> 0xc003
      +! cw 2 00:03.0 0x72 <- 0x8000
      +! cr 2 00:03.0 0x72 -> 0x8003
      message 0xfee00000 0x4041
    `,
  },
  {
    rule: 'MSIX-013',
    title: 'an event on a masked entry does not set its pending bit',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${ENTRY}
      ${ENABLE}
      mr 4 0xc0003000 -> 0x00000000
      fire 00:03.0 0
      mr 4 0xc0003000 -> 0x00000001 | 0x00000000
    `,
  },
  {
    rule: 'MSIX-014',
    title: 'an unmasked entry stays pending and sends nothing',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${ENTRY}
      ${ENABLE}
      fire 00:03.0 0
      mr 4 0xc0003000 -> 0x00000001
      ${UNMASK}
      +! message 0xfee00000 0x4041
      mr 4 0xc0003000 -> 0x00000000 | 0x00000001
      mr 4 0xc0003000 -> 0x00000000 | 0x00000001
    `,
  },
  {
    rule: 'MSIX-014',
    title: 'clearing the function mask does not send what is pending',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${ENTRY}
      ${UNMASK}
      cw 2 00:03.0 0x72 <- 0xc000
      cr 2 00:03.0 0x72 -> 0xc003
      fire 00:03.0 0
      mr 4 0xc0003000 -> 0x00000001
      cw 2 00:03.0 0x72 <- 0x8000
      cr 2 00:03.0 0x72 -> 0x8003
      +! message 0xfee00000 0x4041
      mr 4 0xc0003000 -> 0x00000000 | 0x00000001
      mr 4 0xc0003000 -> 0x00000000 | 0x00000001
    `,
  },
  {
    rule: 'MSIX-016',
    title: 'what was pending when MSI-X was disabled is sent after it was enabled, but not before',
    kind: 'may',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${ENTRY}
      ${ENABLE}
      fire 00:03.0 0
      mr 4 0xc0003000 -> 0x00000001
      cw 2 00:03.0 0x72 <- 0x0000
      cr 2 00:03.0 0x72 -> 0x0003
      ${UNMASK}
      -! message 0xfee00000 0x4041
      ${ENABLE}
      +! message 0xfee00000 0x4041
    `,
  },
  {
    rule: 'MSIX-016',
    title: 'what was pending when MSI-X was disabled may be dropped, but is not sent while it is disabled',
    kind: 'may',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${ENTRY}
      ${ENABLE}
      fire 00:03.0 0
      mr 4 0xc0003000 -> 0x00000001
      cw 2 00:03.0 0x72 <- 0x0000
      cr 2 00:03.0 0x72 -> 0x0003
      ${UNMASK}
      -! message 0xfee00000 0x4041
      ${ENABLE}
      mr 4 0xc0003000 -> 0x00000000
    `,
  },
  {
    rule: 'MSIX-018',
    title: 'a live rewrite leaves old or new data until the entry was masked and unmasked, then only the new',
    kind: 'may',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${ENTRY}
      ${ENABLE}
      ${UNMASK}
      message 0xfee00000 0x4041
      mw 4 0xc0002008 <- 0x00004051
      mr 4 0xc0002008 -> 0x00004051
      message 0xfee00000 0x4041 || 0x4051 | 0x4041
      ${MASK}
      ${UNMASK}
      message 0xfee00000 0x4051 || 0x4051 | 0x4041
    `,
  },
  {
    rule: 'MSIX-022',
    title: 'a function asserts INTx while MSI-X is enabled',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${ENTRY}
      ${ENABLE}
      -! intx 00:03.0 1
    `,
  },
  {
    rule: 'MSIX-022',
    title: 'a function asserts INTx while MSI is enabled',
    given: ['power-on', 'conventional-assigned'],
    steps: `
      cw 4 00:04.0 0x44 <- 0xfee00000
      cw 2 00:04.0 0x48 <- 0x4041
      cw 2 00:04.0 0x42 <- 0x0001
      cr 2 00:04.0 0x42 -> 0x0001
      +! cw 2 00:04.0 0x42 <- 0x0000
      +! cr 2 00:04.0 0x42 -> 0x0000
      intx 00:04.0 1
    `,
  },
  {
    rule: 'MSIX-012',
    title: 'the message that is due has the content of another entry, which is masked',
    machine: 'caps=fire,msi',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${ENTRY}
      ${SECOND}
      ${ENABLE}
      ${UNMASK}
      fire 00:03.0 0
      message 0xfee00000 0x4041 | 0x4052
      cr 4 00:03.0 0x00 -> 0x10411af4
    `,
  },
  {
    rule: 'MSIX-013',
    title: 'the message of a masked entry behind which something happened comes before the one that is due',
    machine: 'caps=fire,msi',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${ENTRY}
      ${SECOND}
      ${ENABLE}
      ${UNMASK}
      fire 00:03.0 1
      fire 00:03.0 0
      message 0xfee00000 0x4041 | 0x4052
      cr 4 00:03.0 0x00 -> 0x10411af4
    `,
  },
];
