/** Messages of a source that reads them back from memory: of several to one dword the last is seen. */

import type { RuleCase } from './case.ts';

/** Entry `index` of 00:03.0 sends `data` to `address`, unmasked. */
const entry = (index: number, address: string, data: string): string => {
  const at = (byte: number): string => `0xc00020${(16 * index + byte).toString(16).padStart(2, '0')}`;
  return `
      mw 4 ${at(0)} <- ${address}
      mw 4 ${at(4)} <- 0x00000000
      mw 4 ${at(8)} <- ${data}
      mr 4 ${at(12)} -> 0x00000001
      mw 4 ${at(12)} <- 0x00000000`;
};

const LOOK = `
      cr 4 00:03.0 0x00 -> 0x10411af4`;

export const cases: readonly RuleCase[] = [
  {
    rule: 'MSIX-012',
    title: 'two messages go to one place in memory, one elsewhere, and the one that comes alone is missing there',
    machine: 'caps=fire,msi messages=0x100000-0x1001ff',
    given: ['power-on', 'endpoint-assigned'],
    steps: `
      ${entry(0, '0x00100000', '0x00004041')}
      ${entry(1, '0x00100000', '0x00004042')}
      ${entry(2, '0xfee00000', '0x00004043')}
      cw 2 00:03.0 0x72 <- 0xc000
      fire 00:03.0 0
      fire 00:03.0 1
      fire 00:03.0 2
      cw 2 00:03.0 0x72 <- 0x8000
      message 0x100000 0x4042
      ${LOOK}
      fire 00:03.0 2
      ${LOOK}
      fire 00:03.0 0
      +! message 0x100000 0x4041
      ${LOOK}
    `,
  },
];
