/** Virtual functions. */

import type { RuleCase } from './case.ts';

const GIVEN = ['power-on', 'root-port', 'physical'];
const WITH_VIRTUAL = [...GIVEN, 'virtual'];

/** BAR 0 of the virtual functions at 0xc1800000, 64 KiB for each; it is the only one. Nobody answers there. */
const PLACED = `
  ew 4 01:00.0 0x184 <- 0xffffffff
  er 4 01:00.0 0x184 -> 0xffff0000
  ew 4 01:00.0 0x184 <- 0xc1800000
  er 4 01:00.0 0x184 -> 0xc1800000
  ${[0x188, 0x18c, 0x190, 0x194, 0x198]
    .map((register) => {
      const at = `01:00.0 0x${register.toString(16)}`;
      return `er 4 ${at} -> 0x00000000\new 4 ${at} <- 0xffffffff\ner 4 ${at} -> 0x00000000`;
    })
    .join('\n')}
  mr 4 0xc1820100 -> 0xffffffff
`;

const enabled = (number: string): string => `
  ew 2 01:00.0 0x170 <- ${number}
  er 2 01:00.0 0x170 -> ${number}
  er 4 01:00.0 0x174 -> 0x00020080
  ew 2 01:00.0 0x168 <- 0x0009
  er 2 01:00.0 0x168 -> 0x0009
`;

const DISABLED = `
  ew 2 01:00.0 0x168 <- 0x0000
  er 2 01:00.0 0x168 -> 0x0000
`;

/** The third of three, which is there. */
const THIRD = `
  ${PLACED}
  ${enabled('0x0003')}
  mr 4 0xc1820100 -> 0x5aa53c17
  mr 4 0xc1820100 -> 0x5aa53c17
  mr 4 0xc1870100 -> 0xffffffff
`;

export const cases: readonly RuleCase[] = [
  {
    rule: 'SRIOV-001',
    title: 'a virtual function has an identity of its own',
    given: WITH_VIRTUAL,
    steps: `
      er 4 01:10.0 0x00 -> 0xffffffff | 0x20011234
    `,
  },
  {
    rule: 'SRIOV-001',
    title: 'a virtual function has an interrupt pin',
    given: WITH_VIRTUAL,
    steps: `
      er 4 01:10.2 0x3c -> 0x00000000 | 0x00000100
    `,
  },
  {
    rule: 'SRIOV-001',
    title: 'memory can be enabled in Command of a virtual function',
    given: WITH_VIRTUAL,
    steps: `
      ew 2 01:10.0 0x04 <- 0x0006
      er 2 01:10.0 0x04 -> 0x0004 | 0x0006
    `,
  },
  {
    rule: 'SRIOV-001',
    title: 'a virtual function has a BAR',
    given: WITH_VIRTUAL,
    steps: `
      ew 4 01:10.0 0x10 <- 0xffffffff
      er 4 01:10.0 0x10 -> 0x00000000 | 0xffff0000
    `,
  },
  {
    rule: 'SRIOV-002',
    title: 'a BAR of virtual functions has holes in its address',
    given: GIVEN,
    steps: `
      ew 4 01:00.0 0x184 <- 0xffffffff
      er 4 01:00.0 0x184 -> 0xffff0000 | 0xff0f0000
    `,
  },
  {
    rule: 'SRIOV-002',
    title: 'a BAR of virtual functions does not take its address',
    given: GIVEN,
    steps: `
      ew 4 01:00.0 0x184 <- 0xffffffff
      er 4 01:00.0 0x184 -> 0xffff0000
      ew 4 01:00.0 0x184 <- 0xc1800000
      er 4 01:00.0 0x184 -> 0xc1800000 | 0x00000000
    `,
  },
  {
    rule: 'SRIOV-002',
    title: 'a BAR of virtual functions is smaller than the page size that was set',
    given: GIVEN,
    steps: `
      ew 4 01:00.0 0x180 <- 0x00000010
      er 4 01:00.0 0x180 -> 0x00000010
      ew 4 01:00.0 0x184 <- 0xffffffff
      er 4 01:00.0 0x184 -> 0xffff0000 | 0xffff8000
    `,
  },
  {
    rule: 'SRIOV-002',
    title: 'a page size that is supported is not taken',
    given: GIVEN,
    steps: `
      ew 4 01:00.0 0x180 <- 0x00000010
      er 4 01:00.0 0x180 -> 0x00000010 | 0x00000001
    `,
  },
  {
    rule: 'SRIOV-002',
    title: 'memory of the third virtual function decodes where there are two',
    given: GIVEN,
    steps: `
      ${THIRD}
      ${DISABLED}
      ${enabled('0x0002')}
      mr 4 0xc1820100 -> 0xffffffff || 0x00000000 || 0x12345678 | 0x5aa53c17
    `,
  },
  {
    rule: 'SRIOV-002',
    title: 'virtual functions decode memory while VF MSE is 0',
    given: GIVEN,
    steps: `
      ${THIRD}
      ew 2 01:00.0 0x168 <- 0x0001
      er 2 01:00.0 0x168 -> 0x0001
      mr 4 0xc1820100 -> 0xffffffff | 0x5aa53c17
    `,
  },
  {
    rule: 'SRIOV-004',
    title: 'memory of a virtual function decodes while VF Enable is 0',
    given: GIVEN,
    steps: `
      ${THIRD}
      ${DISABLED}
      mr 4 0xc1820100 -> 0xffffffff | 0x5aa53c17
    `,
  },
  {
    rule: 'SRIOV-003',
    title: 'more virtual functions are asked for than there can be',
    kind: 'may',
    given: [...GIVEN],
    steps: `
      ew 2 01:00.0 0x170 <- 0x0010
      er 2 01:00.0 0x170 -> 0x0000 || 0x0008 || 0x0010 | 0x0004
    `,
  },
  {
    rule: 'SRIOV-003',
    title: 'NumVFs is written while virtual functions are enabled',
    kind: 'may',
    given: WITH_VIRTUAL,
    steps: `
      ew 2 01:00.0 0x170 <- 0x0004
      er 2 01:00.0 0x170 -> 0x0002 || 0x0004 | 0x0003
    `,
  },
  {
    rule: 'SRIOV-003',
    title: 'more virtual functions answer than there can be',
    kind: 'may',
    given: [...GIVEN],
    steps: `
      ew 2 01:00.0 0x170 <- 0x0010
      er 2 01:00.0 0x170 -> 0x0010
      er 4 01:00.0 0x174 -> 0x00020080
      ew 2 01:00.0 0x168 <- 0x0009
      er 4 01:11.6 0x08 -> 0x02000000 || 0xffffffff | 0x02000000
      er 4 01:12.0 0x08 -> 0xffffffff | 0x02000000
    `,
  },
  {
    rule: 'SRIOV-004',
    title: 'a virtual function answers after it was disabled',
    given: WITH_VIRTUAL,
    steps: `
      ew 2 01:00.0 0x168 <- 0x0000
      er 2 01:00.0 0x168 -> 0x0000
      er 4 01:10.0 0x08 -> 0xffffffff | 0x02000000
    `,
  },
  {
    rule: 'SRIOV-004',
    title: 'a virtual function answers before it is enabled',
    given: GIVEN,
    steps: `
      ew 2 01:00.0 0x170 <- 0x0002
      er 2 01:00.0 0x170 -> 0x0002
      er 4 01:00.0 0x174 -> 0x00020080
      er 4 01:10.2 0x08 -> 0xffffffff | 0x02000000
    `,
  },
  {
    rule: 'SRIOV-004',
    title: 'a virtual function on the next bus number answers after it was disabled',
    given: ['power-on', 'root-port', 'physical'],
    steps: `
      cw 4 00:1c.0 0x18 <- 0x00020100
      cr 4 00:1c.0 0x18 -> 0x00020100
      ew 2 01:00.0 0x170 <- 0x0001
      er 4 01:00.0 0x174 -> 0x00020100
      ew 2 01:00.0 0x168 <- 0x0009
      er 1 02:00.0 0x08 -> 0x00
      er 1 02:00.0 0x00 -> 0xff
      er 4 02:00.0 0x00 -> 0xffffffff
      er 4 02:00.0 0x08 -> 0x02000000
      ew 2 01:00.0 0x168 <- 0x0000
      er 4 02:00.0 0x08 -> 0xffffffff | 0x02000000
    `,
  },
  {
    rule: 'SRIOV-004',
    title: 'VF Enable cannot be cleared',
    given: WITH_VIRTUAL,
    steps: `
      ew 2 01:00.0 0x168 <- 0x0000
      er 2 01:00.0 0x168 -> 0x0000 | 0x0001
    `,
  },
];
