/** Addresses to which steps move BARs: free places, others on purpose, and the ends of everything. */

import type { Range } from '../access/machine.ts';
import { barRegister, ROM_INDEX } from '../topology/topology.ts';
import type { Bar, TopologyFunction } from '../topology/topology.ts';
import { joined } from './driver.ts';
import type { Driver } from './driver.ts';
import { DESTINATIONS } from './names.ts';
import { selectBar, windowNow } from './regions.ts';

interface Extent {
  base: bigint;
  last: bigint;
}

/** Free places that are told apart; a greater number is taken modulo those there are. */
const FREE_AT_MOST = 16;
const TOP = 1n << 64n;

/** Address for a BAR, natural alignment kept but for a literal one; undefined: nothing of that kind is there. */
export function destinationOf(
  driver: Driver,
  f: TopologyFunction,
  bar: Bar,
  words: Int32Array,
  other: (variable: number) => TopologyFunction,
): bigint | undefined {
  const [kind = 0, a = 0, b = 0] = words;
  const size = 1n << BigInt(bar.exponent);
  const name = DESTINATIONS[kind]!;
  const extents = extentsOf(driver, f, bar);
  switch (name) {
    case 'free':
      return freePlace(driver, f, bar, extents, b);
    case 'overlap':
    case 'before':
    case 'after': {
      const neighbour = other(a);
      const otherBar = selectBar(neighbour, b);
      if (otherBar === undefined) return undefined;
      const base = driver.addressOf(neighbour, otherBar);
      if (name === 'overlap') return aligned(base, size);
      if (name === 'before') return aligned(base - size, size);
      return aligned(base + (1n << BigInt(otherBar.exponent)) + size - 1n, size);
    }
    case 'former':
      return joined(driver.placeOf(f, bar).former);
    case 'same':
      return driver.addressOf(f, bar);
    case 'bottom':
      return extents[0] && aligned(extents[0].base + size - 1n, size);
    case 'top': {
      const last = extents.at(-1);
      return last && aligned(last.last + 1n - size, size);
    }
    case 'zero':
      return 0n;
    case 'top32':
      return (bar.kind === 'io' ? 0x10000n : 1n << 32n) - size;
    case 'top64':
      return (bar.kind === 'memory64' ? TOP : bar.kind === 'io' ? 0x10000n : 1n << 32n) - size;
    case 'high': {
      if (bar.kind !== 'memory64') return undefined;
      const [first] = ranges(driver.machine.mem64);
      return first === undefined ? aligned(1n << 39n, size) : aligned(first.base + size - 1n, size);
    }
    case 'ram': {
      const [first] = ranges(driver.machine.ram);
      return aligned((first?.base ?? 0n) + 0x100000n, size);
    }
    case 'outside': {
      const last = extents.at(-1);
      return last && aligned(last.last + size, size);
    }
    case 'address':
      return joined({ hi: a, lo: b });
  }
}

function aligned(address: bigint, size: bigint): bigint {
  return (address < 0n ? 0n : address) & ~(size - 1n);
}

/** Ranges in which a BAR of this function may be placed: apertures, or the windows above it. */
function extentsOf(driver: Driver, f: TopologyFunction, bar: Bar): Extent[] {
  const bridge = driver.topology.functions[f.parent];
  if (bridge !== undefined) {
    const names = bar.kind === 'io' ? ['io-window'] : ['memory-window', 'prefetchable-window'];
    return names.flatMap((name) => windowNow(driver, bridge, name) ?? []);
  }
  const { machine } = driver;
  if (bar.kind === 'io') return orElse(ranges(machine.io), { base: 0xc000n, last: 0xffffn });
  const low = orElse(ranges(machine.mem32), { base: 0xe0000000n, last: 0xfebfffffn });
  return bar.kind === 'memory64' ? [...low, ...ranges(machine.mem64)] : low;
}

function orElse(found: Extent[], otherwise: Extent): Extent[] {
  return found.length === 0 ? [otherwise] : found;
}

function ranges(list: readonly Range[] | undefined): Extent[] {
  return (list ?? []).map(({ loHi, loLo, hiHi, hiLo }) => ({
    base: joined({ hi: loHi, lo: loLo }),
    last: joined({ hi: hiHi, lo: hiLo }),
  }));
}

/** The place of this number among those where the BAR would meet nobody, from the bottom up. */
function freePlace(
  driver: Driver,
  f: TopologyFunction,
  bar: Bar,
  extents: readonly Extent[],
  number: number,
): bigint | undefined {
  const size = 1n << BigInt(bar.exponent);
  const taken = occupied(driver, f, bar);
  const free: bigint[] = [];
  const wanted = number % FREE_AT_MOST;
  for (const { base, last } of extents) {
    let at = aligned(base + size - 1n, size);
    while (at + size - 1n <= last && free.length <= wanted) {
      const conflict = taken.find((one) => one.base <= at + size - 1n && at <= one.last);
      if (conflict !== undefined) at = aligned(conflict.last + size, size);
      else {
        if (at !== 0n) free.push(at);
        at += size;
      }
    }
  }
  return free.length === 0 ? undefined : free[wanted % free.length];
}

/** What the space of a BAR is used for: BARs, its own too, and beside the root bus the windows of bridges. */
function occupied(driver: Driver, f: TopologyFunction, bar: Bar): Extent[] {
  const { machine, topology } = driver;
  const taken: Extent[] = [];
  if (bar.kind !== 'io') {
    taken.push(...ranges(machine.ram), ...ranges(machine.reserved));
    for (const { baseHi, baseLo, firstBus, lastBus } of machine.ecam ?? []) {
      const base = joined({ hi: baseHi, lo: baseLo });
      taken.push({ base, last: base + BigInt(lastBus - firstBus + 1) * 0x100000n - 1n });
    }
  }
  for (const other of topology.functions) {
    for (const one of other.bars) {
      if ((one.kind === 'io') !== (bar.kind === 'io')) continue;
      // A ROM that is off is in nobody's way.
      const rom = one.index === ROM_INDEX ? driver.view.register(other, barRegister(other, ROM_INDEX), 1) : 1;
      if (((rom ?? 0) & 1) === 0 && one.index === ROM_INDEX) continue;
      const base = driver.addressOf(other, one);
      taken.push({ base, last: base + (1n << BigInt(one.exponent)) - 1n });
    }
    if (other.bridge === undefined || other.parent !== f.parent) continue;
    const names = bar.kind === 'io' ? ['io-window'] : ['memory-window', 'prefetchable-window'];
    for (const name of names) taken.push(...[windowNow(driver, other, name) ?? []].flat());
  }
  return taken;
}
