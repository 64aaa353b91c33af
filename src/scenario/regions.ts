/** Where the ranges are that a step names: BARs, structures behind them, windows of bridges. */

import type { Pair } from '../core/hex.ts';
import { sumHi, sumLo } from '../core/pair.ts';
import { ROM_INDEX } from '../topology/topology.ts';
import type { Bar, TopologyFunction } from '../topology/topology.ts';
import type { Driver } from './driver.ts';
import { ANCHORS, BARS, REGIONS } from './names.ts';

export interface Place extends Pair {
  io: boolean;
}

/** Bytes before and after a region that an offset may name; one that lies further off is taken modulo the size. */
const MARGIN = 4096;

/** BAR of a function by a selector of BARS: by its index (modulo those there are), or by what it is. */
export function selectBar(f: TopologyFunction, selector: number): Bar | undefined {
  const own = f.bars.filter(({ index }) => index !== ROM_INDEX);
  switch (BARS[selector]) {
    case 'rom':
      return f.bars.find(({ index }) => index === ROM_INDEX);
    case 'memory':
      return own.find(({ kind }) => kind !== 'io');
    case 'wide':
      return own.find(({ kind }) => kind === 'memory64');
    case 'narrow':
      return own.find(({ kind }) => kind === 'memory32');
    case 'io':
      return own.find(({ kind }) => kind === 'io');
    case 'prefetchable':
      return own.find(({ prefetchable }) => prefetchable);
    case 'table-bar':
      return own.find(({ index }) => index === f.msix?.table.bar);
    default:
      return own.find(({ index }) => index === selector) ?? own[selector % Math.max(own.length, 1)];
  }
}

/** The address of a region operand; undefined: the function has no such region. */
export function resolve(
  driver: Driver,
  f: TopologyFunction,
  region: number,
  anchor: number,
  offset: number,
): Place | undefined {
  const name = REGIONS[region]!;
  if (name.endsWith('-window')) return inWindow(driver, f, name, anchor, offset);
  const inside = structure(f, region);
  if (inside === undefined) return undefined;
  const { bar, start, length } = inside;
  const places = driver.placeOf(f, bar);
  const base = ANCHORS[anchor]!.startsWith('former') ? places.former : places.now;
  const distance = start + (ANCHORS[anchor]!.endsWith('end') ? length : 0) + near(offset, length);
  return { io: bar.kind === 'io', ...moved(base, distance) };
}

function near(offset: number, length: number): number {
  return Math.abs(offset) <= length + MARGIN ? offset : offset % Math.max(length, 1);
}

/** Base and signed distance of up to 53 bits. */
function moved(base: Pair, distance: number): Pair {
  const hi = Math.floor(distance / 2 ** 32) | 0;
  const lo = distance | 0;
  return { hi: sumHi(base.hi, base.lo, hi, lo), lo: sumLo(base.lo, lo) };
}

const VIRTIO_TYPES = new Map<string, number>([
  ['common', 1],
  ['notify', 2],
  ['isr', 3],
  ['device', 4],
]);

/** BAR, first byte in it, and length of a region. */
export function structure(
  f: TopologyFunction,
  region: number,
): { bar: Bar; start: number; length: number } | undefined {
  const name = REGIONS[region]!;
  const within = (index: number, start: number, length: number) => {
    const bar = f.bars.find((one) => one.index === index);
    return bar === undefined ? undefined : { bar, start, length };
  };
  const { msix } = f;
  if (name === 'table') return msix && within(msix.table.bar, msix.table.offset, 16 * msix.vectors);
  if (name === 'pba') return msix && within(msix.pending.bar, msix.pending.offset, 8 * Math.ceil(msix.vectors / 64));
  const type = VIRTIO_TYPES.get(name);
  if (type !== undefined) {
    const found = f.virtio.find((one) => one.type === type);
    return found && within(found.bar, found.offset, found.length);
  }
  const bar = selectBar(f, region);
  return bar === undefined ? undefined : { bar, start: 0, length: 2 ** bar.exponent };
}

/** Base and last address of a bridge's window now; undefined: it is closed, or there is none. */
export function windowNow(
  { view }: Driver,
  f: TopologyFunction,
  name: string,
): { base: bigint; last: bigint } | undefined {
  if (f.bridge === undefined) return undefined;
  const natural = f.bridge[name === 'io-window' ? 'io' : name === 'memory-window' ? 'memory' : 'prefetchable'];
  const read = (offset: number, width: number): bigint | undefined => {
    const value = view.register(f, offset, width);
    return value === undefined ? undefined : BigInt(value);
  };
  if (name === 'io-window') {
    const [low, high] = [read(0x1c, 1), read(0x1d, 1)];
    if (low === undefined || high === undefined) return natural;
    const upper = (offset: number): bigint => ((low & 15n) === 1n ? (read(offset, 2) ?? 0n) << 16n : 0n);
    return opened(((low & 0xf0n) << 8n) | upper(0x30), ((high & 0xf0n) << 8n) | upper(0x32) | 0xfffn);
  }
  const at = name === 'memory-window' ? 0x20 : 0x24;
  const [low, high] = [read(at, 2), read(at + 2, 2)];
  if (low === undefined || high === undefined) return natural;
  const wide = at === 0x24 && (low & 15n) === 1n;
  const upper = (offset: number): bigint => (wide ? (read(offset, 4) ?? 0n) << 32n : 0n);
  return opened(((low & 0xfff0n) << 16n) | upper(0x28), ((high & 0xfff0n) << 16n) | upper(0x2c) | 0xfffffn);
}

function opened(base: bigint, last: bigint): { base: bigint; last: bigint } | undefined {
  return base <= last ? { base, last } : undefined;
}

function inWindow(
  driver: Driver,
  f: TopologyFunction,
  name: string,
  anchor: number,
  offset: number,
): Place | undefined {
  const window = windowNow(driver, f, name);
  if (window === undefined) return undefined;
  const from = ANCHORS[anchor]!.endsWith('end') ? window.last + 1n : window.base;
  const address = from + BigInt(near(offset, Number(window.last - window.base + 1n)));
  const lo = Number(BigInt.asIntN(32, address));
  return { io: name === 'io-window', hi: Number(BigInt.asIntN(32, address >> 32n)), lo };
}
