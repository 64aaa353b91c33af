/** Legal virtual functions (PCIe 9.3.3). */
import { checkStretches, tableStretches } from './layout-check-areas.ts';
import { isPowerOfTwo } from './layout-check-bars.ts';
import type { Report } from './layout-check.ts';
import type { FunctionLayout } from './layout.ts';

const TOTAL_AT_MOST = 64;

export function checkSriov(fn: FunctionLayout, report: Report): void {
  fn.capabilities.forEach((capability, place) => {
    if (capability.kind !== 'sriov') return;
    const path = ['capabilities', place];
    const { total, offset, stride, bars, msix } = capability;
    if (total < 1 || total > TOTAL_AT_MOST)
      report(path, `there are 1 to ${TOTAL_AT_MOST} virtual functions, not ${total}`);
    const last = ((fn.device << 3) | fn.function) + offset + (total - 1) * stride;
    if (offset < 1 || (total > 1 && stride < 1)) report(path, 'offset and stride are at least 1');
    if (last > 255) report(path, 'the virtual functions do not fit on the bus of their physical function');
    const taken = new Set<number>();
    for (const bar of bars) {
      const legal = bar.kind === 'mem32' || bar.kind === 'mem64';
      const fits = isPowerOfTwo(bar.size) && bar.size >= 4096 && bar.size <= (bar.kind === 'mem64' ? 2 ** 40 : 2 ** 30);
      if (!legal || !fits) report(path, 'BARs of virtual functions are memory, powers of two from 4 KiB on');
      for (const register of bar.kind === 'mem64' ? [bar.index, bar.index + 1] : [bar.index]) {
        if (taken.has(register) || register > 5) report(path, `BAR ${bar.index} of the virtual functions does not fit`);
        taken.add(register);
      }
    }
    if (msix === undefined) return;
    checkStretches(tableStretches(msix, path, report), new Map(bars.map((bar) => [bar.index, bar.size])), report);
  });
}

/** No two functions of a bus, virtual ones included, have one routing id. */
export function checkRoutingIds(
  functions: readonly FunctionLayout[],
  path: readonly (string | number)[],
  report: Report,
): void {
  const number = (fn: FunctionLayout): number => (fn.segment << 8) | (fn.device << 3) | fn.function;
  const taken = new Set(functions.map(number));
  functions.forEach((fn, index) => {
    for (const capability of fn.capabilities) {
      if (capability.kind !== 'sriov') continue;
      for (let virtual = 0; virtual < capability.total; virtual++) {
        const id = number(fn) + capability.offset + virtual * capability.stride;
        if (taken.has(id)) {
          report([...path, index, 'capabilities'], `virtual function ${virtual + 1} falls on another function`);
          return;
        }
        taken.add(id);
      }
    }
  });
}
