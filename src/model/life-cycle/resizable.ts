/** Resizable BARs: what was found out about the size of a BAR ends when its size may change (PCIe 7.8.6). */

import { addressMask, barIndexAt } from '../layout/base-address.ts';
import type { PciFunction } from '../function.ts';

const RESIZABLE_BAR = 0x0015;
const ENTRIES_MAX = 6;

/** Dwords of the control registers, with the BAR that each of them sizes. */
function resizable(f: PciFunction): { control: number; bar: number }[] {
  const at = f.extended.find(({ id }) => id === RESIZABLE_BAR)?.offset;
  if (at === undefined) return [];
  const first = f.config.peek(at + 8, 1);
  const count = first === undefined ? 1 : Math.min(Math.max(first >>> 5, 1), ENTRIES_MAX);
  return Array.from({ length: count }, (_, index) => at + 8 + 8 * index).flatMap((offset) => {
    const bar = f.config.peek(offset, 1);
    return bar === undefined ? [] : [{ control: offset >>> 2, bar: bar & 7 }];
  });
}

/** After a write to dword `d`: a BAR whose size it may have changed is as if it had never been sized. */
export function forgetResized(f: PciFunction, d: number): void {
  for (const { control, bar } of resizable(f)) if (control === d) forgetSize(f, bar);
}

/** After a reset, which may have set the sizes back. */
export function forgetSizes(f: PciFunction): void {
  for (const { bar } of resizable(f)) forgetSize(f, bar);
}

function forgetSize(f: PciFunction, bar: number): void {
  for (const index of f.barKinds[bar] === 'memory64' ? [bar, bar + 1] : [bar]) {
    const d = 4 + index;
    if (barIndexAt(f, d) !== index) continue;
    f.barDefaults[index] = undefined;
    f.config.forgetKinds(d, addressMask(f.barKinds[index] ?? 'unknown'));
  }
}
