/** Messages of MSI that are due: lost, folded, pending. The source shows events and messages. */

import type { RuleCase } from './case.ts';

const machine = 'caps=fire,msi';

const LOOK = `
  cr 4 00:03.0 0x00 -> 0x10411af4
`;

/** 00:03.0 sends to 0xfee00000, four MSI vectors with data from `data` on, enabled. */
const FOUR_VECTORS = (data = '0x4040'): string => `
  cw 4 00:03.0 0x54 <- 0xfee00000
  cr 4 00:03.0 0x54 -> 0xfee00000
  cw 4 00:03.0 0x58 <- 0x00000000
  cr 4 00:03.0 0x58 -> 0x00000000
  cw 2 00:03.0 0x5c <- ${data}
  cr 2 00:03.0 0x5c -> ${data}
  cw 2 00:03.0 0x52 <- 0x0021
  cr 2 00:03.0 0x52 -> 0x01a5
`;

const given = ['power-on', 'endpoint-assigned'];

export const cases: readonly RuleCase[] = [
  {
    rule: 'MSI-006',
    title: 'the event behind an MSI vector sends nothing',
    machine,
    given,
    steps: `
      ${FOUR_VECTORS()}
      fire 00:03.0 2
      +! message 0xfee00000 0x4042
      ${LOOK}
    `,
  },
  {
    rule: 'MSI-006',
    title: 'an event beyond the allocated messages is not folded onto one of them',
    machine,
    given,
    steps: `
      cw 4 00:03.0 0x54 <- 0xfee00000
      cw 4 00:03.0 0x58 <- 0x00000000
      cw 2 00:03.0 0x5c <- 0x4040
      cw 2 00:03.0 0x52 <- 0x0011
      cr 2 00:03.0 0x52 -> 0x0195
      fire 00:03.0 3
      message 0xfee00000 0x4041 | 0x4043
      ${LOOK}
    `,
  },
  {
    rule: 'MSI-009',
    title: 'an event behind a masked MSI vector does not set its pending bit',
    machine,
    given,
    steps: `
      ${FOUR_VECTORS()}
      cw 4 00:03.0 0x60 <- 0x00000002
      cr 4 00:03.0 0x60 -> 0x00000002
      fire 00:03.0 1
      cr 4 00:03.0 0x64 -> 0x00000002 | 0x00000000
    `,
  },
  {
    rule: 'MSI-009',
    title: 'unmasking an MSI vector loses what was pending',
    machine,
    given,
    steps: `
      ${FOUR_VECTORS()}
      cw 4 00:03.0 0x60 <- 0x00000002
      cr 4 00:03.0 0x60 -> 0x00000002
      fire 00:03.0 1
      cw 4 00:03.0 0x60 <- 0x00000000
      +! message 0xfee00000 0x4041
      cr 4 00:03.0 0x64 -> 0x00000000
    `,
  },
  {
    rule: 'MSI-009',
    title: 'an unmasked MSI vector stays pending',
    given,
    steps: `
      ${FOUR_VECTORS()}
      cr 4 00:03.0 0x64 -> 0x00000000 | 0x00000001
      cr 4 00:03.0 0x64 -> 0x00000000 | 0x00000001
    `,
  },
  {
    rule: 'MSI-007',
    title: 'the number of the vector is added to low bits that are not 0, and carries',
    kind: 'may',
    machine,
    given,
    steps: `
      ${FOUR_VECTORS('0x4043')}
      fire 00:03.0 1
      message 0xfee00000 0x4041 || 0x4043 || 0x4040 | 0x4044
      ${LOOK}
    `,
  },
  {
    rule: 'MSI-007',
    title: 'with low bits that are not 0 the message goes to another address',
    kind: 'may',
    given,
    steps: `
      ${FOUR_VECTORS('0x4041')}
      +! message 0xfee00000 0x4041 00:03.0
      -! message 0xfee01000 0x4041 00:03.0
    `,
  },
  {
    rule: 'MSI-007',
    title: 'with low bits that are not 0 the message is lost',
    kind: 'may',
    machine,
    given,
    steps: `
      ${FOUR_VECTORS('0x4041')}
      fire 00:03.0 2
      +! message 0xfee00000 0x4043
      ${LOOK}
    `,
  },
  {
    rule: 'RST-007',
    title: 'a message of MSI comes after a reset of the machine',
    machine,
    given,
    steps: `
      ${FOUR_VECTORS()}
      fire 00:03.0 2
      message 0xfee00000 0x4042
      reset
      ${LOOK}
      -! message 0xfee00000 0x4042
    `,
  },
];
