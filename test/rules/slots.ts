/** Interrupts of hot-plug slots. */

import type { RuleCase } from './case.ts';

const MASK = `
  cw 4 00:1a.0 0x5c <- 0x00000001
  cr 4 00:1a.0 0x5c -> 0x00000001
`;

export const cases: readonly RuleCase[] = [
  {
    rule: 'HP-006',
    title: 'an event that makes the condition true sends nothing',
    machine: 'caps=fire,msi',
    given: ['power-on', 'slot-button'],
    steps: `
      +! message 0xfee00000 0x4041
      cr 2 00:1a.0 0x9a -> 0x0041
      cr 2 00:1a.0 0x9a -> 0x0041
    `,
  },
  {
    rule: 'HP-006',
    title: 'after all events were cleared the next one sends nothing',
    machine: 'caps=fire,msi',
    given: ['power-on', 'slot-button'],
    steps: `
      message 0xfee00000 0x4041
      cr 2 00:1a.0 0x9a -> 0x0041
      cr 2 00:1a.0 0x9a -> 0x0041
      cw 2 00:1a.0 0x9a <- 0x0001
      cr 2 00:1a.0 0x9a -> 0x0040
      cr 4 00:1a.0 0x00 -> 0x34208086
      +! message 0xfee00000 0x4041
      cr 2 00:1a.0 0x9a -> 0x0041
      cr 4 00:1a.0 0x00 -> 0x34208086
    `,
  },
  {
    rule: 'HP-006',
    title: 'a message is sent though hot-plug interrupts were never enabled',
    given: ['power-on', 'slot-message'],
    steps: `
      cr 2 00:1a.0 0x9a -> 0x0041
      -! message 0xfee00000 0x4041
    `,
  },
  {
    rule: 'HP-006',
    title: 'a message is sent after Hot-Plug Interrupt Enable was cleared',
    given: ['power-on', 'slot-button'],
    steps: `
      message 0xfee00000 0x4041
      cr 2 00:1a.0 0x9a -> 0x0041
      cw 2 00:1a.0 0x98 <- 0x01c1
      cr 4 00:1a.0 0x98 -> 0x005101c1
      cw 2 00:1a.0 0x9a <- 0x0010
      cr 4 00:1a.0 0x98 -> 0x004101c1
      cw 2 00:1a.0 0x9a <- 0x0001
      cr 2 00:1a.0 0x9a -> 0x0040
      -! message 0xfee00000 0x4041 00:1a.0
    `,
  },
  {
    rule: 'HP-006',
    title: 'INTx is asserted though hot-plug interrupts are off',
    machine: 'caps=intx',
    given: ['power-on', 'slot-port'],
    steps: `
      -! intx 00:1a.0 1
      cr 2 00:1a.0 0x9a -> 0x0040
    `,
  },
  {
    rule: 'HP-006',
    title: 'INTx stays up after Hot-Plug Interrupt Enable was cleared',
    machine: 'caps=intx irq=00:1a.0:16',
    given: ['power-on', 'slot-port'],
    steps: `
      cw 2 00:1a.0 0x98 <- 0x01e1
      line 16 1
      cr 4 00:1a.0 0x98 -> 0x005101e1
      cw 2 00:1a.0 0x98 <- 0x01c1
      +! line 16 0
      cr 4 00:1a.0 0x98 -> 0x005101c1
      cr 4 00:1a.0 0x00 -> 0x34208086
    `,
  },
  {
    rule: 'HP-006',
    title: 'INTx stays down though an event is set whose interrupt is enabled',
    machine: 'caps=intx irq=00:1a.0:16',
    given: ['power-on', 'slot-port'],
    steps: `
      cw 2 00:1a.0 0x98 <- 0x01e1
      line 16 1
      cr 4 00:1a.0 0x98 -> 0x005101e1
      cw 2 00:1a.0 0x9a <- 0x0011
      line 16 0
      cr 4 00:1a.0 0x98 -> 0x004001e1
      +! line 16 1
      cr 4 00:1a.0 0x98 -> 0x004101e1
      cr 4 00:1a.0 0x00 -> 0x34208086
    `,
  },
  {
    rule: 'MSIX-026',
    title: 'the vector stays pending after its event was cleared',
    machine: 'caps=fire,msi',
    given: ['power-on', 'slot-button'],
    steps: `
      ${MASK}
      cr 2 00:1a.0 0x9a -> 0x0041
      cr 4 00:1a.0 0x60 -> 0x00000001
      cw 2 00:1a.0 0x9a <- 0x0001
      cr 2 00:1a.0 0x9a -> 0x0040
      cr 4 00:1a.0 0x60 -> 0x00000000 | 0x00000001
    `,
  },
  {
    rule: 'MSIX-026',
    title: 'the vector is pending between two looks at a slot without events',
    given: ['power-on', 'slot-button'],
    steps: `
      ${MASK}
      cr 2 00:1a.0 0x9a -> 0x0041
      cw 2 00:1a.0 0x9a <- 0x0001
      cr 2 00:1a.0 0x9a -> 0x0040
      cr 4 00:1a.0 0x60 -> 0x00000000 | 0x00000001
      cr 2 00:1a.0 0x9a -> 0x0040
    `,
  },
  {
    rule: 'MSIX-026',
    title: 'unmasking sends a message for an event that was cleared',
    machine: 'caps=fire,msi',
    given: ['power-on', 'slot-button'],
    steps: `
      ${MASK}
      cr 2 00:1a.0 0x9a -> 0x0041
      cw 2 00:1a.0 0x9a <- 0x0001
      cr 2 00:1a.0 0x9a -> 0x0040
      cw 4 00:1a.0 0x5c <- 0x00000000
      -! message 0xfee00000 0x4041
      cr 4 00:1a.0 0x5c -> 0x00000000
    `,
  },
];
