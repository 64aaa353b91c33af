/** MSI-X: control bits, locators, and every known bit of the tables. */

import { formatBdf } from '../../src/access/bdf.ts';
import { KnownBits } from '../../src/model/known-bits.ts';
import { bdfOf, Collector, hex } from './scenario.ts';
import type { Comparison, Scenario } from './scenario.ts';

export function compareMsix({ truth, functions }: Scenario): Comparison {
  const out = new Collector();
  for (const [text, told] of Object.entries(truth.msix ?? {})) {
    const bdf = bdfOf(text);
    const f = functions.get(bdf);
    const name = formatBdf(bdf);
    const at = f?.capabilities.find(({ id }) => id === 0x11)?.offset;
    if (f === undefined || at === undefined) {
      out.count('capabilities not found');
      continue;
    }
    const bits = new KnownBits(f.config);
    const control = Number(told.control);
    const flag = (value: number | undefined): string | undefined => (value === undefined ? undefined : String(value));
    out.compare('control bits', `${name} enable`, flag(bits.bits(at + 2, 15, 15)), String((control >>> 15) & 1));
    out.compare('control bits', `${name} function mask`, flag(bits.bits(at + 2, 14, 14)), String((control >>> 14) & 1));
    out.compare('sizes', `${name} size`, flag(bits.bits(at + 2, 10, 0)), String(control & 0x7ff));
    const locator = (value: number | undefined): string | undefined => (value === undefined ? undefined : hex(value));
    out.compare('locators', `${name} table`, locator(bits.dword(at + 4)), hex(Number(told.table)));
    out.compare('locators', `${name} PBA`, locator(bits.dword(at + 8)), hex(Number(told.pba)));
    if (f.msix === undefined || told.entries === undefined) continue;
    out.count('tables');
    const { value, known } = f.msix.table;
    told.entries.forEach((entry, vector) => {
      entry.split(' ').forEach((dword, index) => {
        const d = 4 * vector + index;
        const mask = known[d]!;
        if (mask === -1) out.count('whole dwords');
        if ((mask & 1) !== 0 && index === 3) out.count('mask bits');
        const wrong = (Number.parseInt(dword, 16) ^ value[d]!) & mask;
        if (wrong !== 0) out.differ(`${name} entry ${vector} +${4 * index}: known bits ${hex(wrong >>> 0)} are wrong`);
      });
    });
  }
  return out;
}
