/** Legal BARs, ROMs, resizable BARs and fixed ranges (PCIe 7.5.1.2.1, 7.5.1.2.4, 7.8.5, 7.8.6). */
import { parseNumber } from '../../core/hex.ts';
import type { Report } from './layout-check.ts';
import { isBridge, isExpress } from './layout.ts';
import type { BarLayout, FunctionKind, FunctionLayout } from './layout.ts';

const KIB = 2 ** 10;
const MIB = 2 ** 20;
/** Offsets in a BAR stay exact up to here. */
const LARGEST = 2 ** 48;

export function isPowerOfTwo(size: number): boolean {
  return size >= 1 && Number.isInteger(Math.log2(size));
}

export function checkBars(bars: readonly BarLayout[], kind: FunctionKind, report: Report): void {
  const taken = new Map<number, number>();
  bars.forEach((bar, index) => {
    const last = isBridge(kind) ? 1 : 5;
    const high = bar.kind === 'mem64' ? bar.index + 1 : bar.index;
    const problem = sizeProblem(bar, kind);
    if (problem !== undefined) report(['bars', index, 'size'], problem);
    if (high > last) report(['bars', index, 'index'], `BAR ${bar.index} does not fit: the last register is ${last}`);
    for (let register = bar.index; register <= high; register++) {
      if (taken.has(register)) report(['bars', index, 'index'], `register ${register} belongs to another BAR already`);
      taken.set(register, index);
    }
  });
}

function sizeProblem(bar: BarLayout, kind: FunctionKind): string | undefined {
  const ports = bar.kind === 'io' || bar.kind === 'io16';
  const least = ports ? 4 : isExpress(kind) ? 128 : 16;
  const most = ports ? 256 : bar.kind === 'mem32' ? 2 ** 31 : LARGEST;
  if (isPowerOfTwo(bar.size) && bar.size >= least && bar.size <= most) return undefined;
  return `a ${bar.kind} BAR of this function has a power of two from ${least} to ${most} bytes, not ${bar.size}`;
}

export function checkRom(fn: FunctionLayout, report: Report): void {
  if (fn.rom === 0 || (isPowerOfTwo(fn.rom) && fn.rom >= 2 * KIB && fn.rom <= 16 * MIB)) return;
  report(['rom'], `a ROM has a power of two from 2 KiB to 16 MiB, not ${fn.rom} bytes`);
}

export function checkResizable(fn: FunctionLayout, report: Report): void {
  fn.capabilities.forEach((capability, place) => {
    if (capability.kind !== 'resizable-bar') return;
    for (const { index, sizes } of capability.bars) {
      const bar = fn.bars.find((one) => one.index === index);
      const path = ['capabilities', place];
      if (bar === undefined || bar.kind === 'io' || bar.kind === 'io16') {
        report(path, `BAR ${index} is no memory BAR of this function`);
        continue;
      }
      const most = bar.kind === 'mem64' ? 2 ** 47 : 2 ** 31;
      const legal = sizes.every((size) => isPowerOfTwo(size) && size >= MIB && size <= most);
      if (!legal) report(path, `sizes of BAR ${index} are powers of two from 1 MiB to ${most / MIB} MiB`);
      if (!sizes.includes(bar.size)) report(path, `the size that BAR ${index} begins with is not among its sizes`);
    }
  });
}

export function checkEnhancedAllocation(fn: FunctionLayout, report: Report): void {
  fn.capabilities.forEach((capability, place) => {
    if (capability.kind !== 'enhanced-allocation') return;
    const path = ['capabilities', place];
    if (fn.kind !== 'integrated' && fn.kind !== 'conventional') {
      report(path, 'fixed ranges are for functions of a root bus, where no window is in the way');
    }
    for (const entry of capability.entries) {
      const base = parseNumber(entry.base);
      if (base === undefined || (base.lo & 3) !== 0)
        report(path, 'a base is a multiple of 4, written as in 0xfd000000');
      if (entry.size < 4 || entry.size % 4 !== 0 || entry.size > LARGEST) report(path, 'a size is a multiple of 4');
      const clash = fn.bars.some(
        (bar) => bar.index === entry.bar || (bar.kind === 'mem64' && bar.index + 1 === entry.bar),
      );
      const twins = capability.entries.filter((other) => other.bar === entry.bar).length;
      if (clash || twins > 1) report(path, `BAR ${entry.bar} is there twice`);
    }
  });
}
