/**
 * What a device tree asks for, as packing problems: I/O, memory below 4 GiB, and memory above. Which window a BAR goes to is
 * decided here: by its kind, by the windows of the bridges on its path, and by the set of functions whose BARs go above.
 */

import { ROM } from './device-tree.ts';
import type { AddressRange, Bar, BridgePart, DeviceTree, HostRanges, TreeFunction, WindowKind } from './device-tree.ts';
import { carve, compare, makeBox } from './packing.ts';
import type { Item, Leaf, Span } from './packing.ts';

export type Space = 'io' | 'low' | 'high';

export const FOUR_GIB = 1n << 32n;
export const GRANULE: Readonly<Record<WindowKind, bigint>> = {
  io: 0x1000n,
  memory: 0x100000n,
  prefetchable: 0x100000n,
};

/** What the bridges above a function let through. */
export interface Path {
  /** Whether all have I/O windows, prefetchable windows, and such of 64 bits. */
  io: boolean;
  prefetchable: boolean;
  wide: boolean;
  /** Whether no part of it is conventional PCI. */
  express: boolean;
  /** Bridge on the root bus above; undefined: on the root bus itself. */
  top: TreeFunction | undefined;
}

/** Functions, and bridges for their reserves, with the paths to them. */
export interface Entry {
  f: TreeFunction;
  path: Path;
}

/** Entries in the order of the tree: bridges before what is below them. */
export function entriesOf(tree: DeviceTree): Entry[] {
  const entries: Entry[] = [];
  const walk = (functions: readonly TreeFunction[], path: Path): void => {
    for (const f of functions) {
      entries.push({ f, path });
      if (f.bridge !== undefined) walk(f.bridge.children, below(path, f, f.bridge));
    }
  };
  walk(tree.functions, { io: true, prefetchable: true, wide: true, express: true, top: undefined });
  return entries;
}

/** The path through one more bridge. */
export function below(path: Path, f: TreeFunction, bridge: BridgePart): Path {
  return {
    io: path.io && bridge.ioBits > 0,
    prefetchable: path.prefetchable && bridge.prefetchableBits > 0,
    wide: path.wide && bridge.prefetchableBits === 64,
    express: path.express && f.express === true,
    top: path.top ?? f,
  };
}

/** Whether a BAR can lie above 4 GiB; it always can lie below, unless it is fixed. */
export function canBeHigh(bar: Bar, { f, path }: Entry): boolean {
  if (bar.kind !== 'mem64' || bar.index === ROM) return false;
  if (path.top === undefined) return true;
  return path.wide && (bar.prefetchable || (path.express && f.express === true));
}

/** What can lie on either side of 4 GiB: prefetchable memory goes above by preference, the rest below. */
export interface Choice {
  prefetchable: boolean;
  /** Undefined: the reserves below the bridge `top`. */
  bar: Bar | undefined;
  /** Bridge of the root bus above; undefined: on the root bus itself. */
  top: TreeFunction | undefined;
  bytes: bigint;
}

export function choicesOf(entries: readonly Entry[]): Choice[] {
  const reserves = entries.flatMap(({ f, path }): Choice[] => {
    const bytes = path.top === undefined ? wideReserve(f) : 0n;
    return bytes === 0n ? [] : [{ prefetchable: true, bar: undefined, top: f, bytes }];
  });
  const functions = entries.flatMap((entry) =>
    entry.f.bars
      .filter((bar) => bar.fixed === undefined && canBeHigh(bar, entry))
      .map((bar): Choice => {
        return { prefetchable: bar.prefetchable, bar, top: entry.path.top, bytes: bar.size };
      }),
  );
  return [...reserves, ...functions];
}

/** What goes above 4 GiB: BARs, and bridges of the root bus for the reserves below them. */
export type HighSide = ReadonlySet<Bar | TreeFunction>;

/** Prefetchable memory below 4 GiB that goes to memory windows though there are windows of its own. */
export type Merged = 'all' | ReadonlySet<Bar>;

function isMerged(merged: Merged, bar: Bar): boolean {
  return merged === 'all' || merged.has(bar);
}

/** The top-level items of each space. */
export type Demand = Readonly<Record<Space, readonly Item[]>>;

interface Inner {
  io: Item[];
  memory: Item[];
  /** Prefetchable, below and above 4 GiB. */
  low: Item[];
  high: Item[];
}

/**
 * Builds the items. Below one bridge of the root bus, prefetchable windows are either all above 4 GiB or all below, since a
 * window is one range; where some are above, what must be below falls back to the memory windows.
 */
export function demandOf(tree: DeviceTree, high: HighSide, merged: Merged): Demand {
  const build = (functions: readonly TreeFunction[], path: Path, isHigh: boolean, reserves: boolean): Inner => {
    const all: Inner = { io: [], memory: [], low: [], high: [] };
    for (const f of functions) {
      const top = path.top === undefined;
      const highReserves = top ? high.has(f) : reserves;
      const goesHigh = top ? hasHigh(f, high) : isHigh;
      for (const bar of f.bars) target(bar, all, path, high, goesHigh || isMerged(merged, bar)).push(leaf(f, bar));
      if (f.bridge === undefined) continue;
      const next = below(path, f, f.bridge);
      const inner = build(f.bridge.children, next, goesHigh, highReserves);
      addWindows(f, f.bridge, next, inner, all, { goesHigh, highReserves, merge: merged === 'all' });
    }
    return all;
  };
  const path = { io: true, prefetchable: true, wide: true, express: true, top: undefined };
  const { io, memory, low, high: above } = build(tree.functions, path, false, false);
  return { io, low: [...memory, ...low], high: above };
}

function leaf(owner: TreeFunction, bar: Bar): Leaf {
  return { kind: 'leaf', owner, bar, size: bar.size, align: bar.size, fixed: bar.fixed };
}

function target(bar: Bar, all: Inner, path: Path, high: HighSide, falls: boolean): Item[] {
  if (bar.kind === 'io') return all.io;
  if (high.has(bar)) return all.high;
  return bar.prefetchable && path.prefetchable && !falls ? all.low : all.memory;
}

/** Whether anything below a function of the root bus lies above 4 GiB. */
function hasHigh(f: TreeFunction, high: HighSide): boolean {
  const { bridge } = f;
  if (bridge === undefined) return false;
  const search = (functions: readonly TreeFunction[]): boolean =>
    functions.some((one) => one.bars.some((bar) => high.has(bar)) || search(one.bridge?.children ?? []));
  return high.has(f) || search(bridge.children);
}

/** Bytes reserved below a bridge in prefetchable windows that can lie above 4 GiB. */
function wideReserve({ bridge }: TreeFunction): bigint {
  if (bridge === undefined || bridge.prefetchableBits !== 64) return 0n;
  const inner = bridge.children.reduce((sum, child) => sum + wideReserve(child), 0n);
  return inner > bridge.reserve.prefetchable ? inner : bridge.reserve.prefetchable;
}

function addWindows(
  f: TreeFunction,
  { reserve }: BridgePart,
  path: Path,
  inner: Inner,
  outer: Inner,
  { goesHigh, highReserves, merge }: { goesHigh: boolean; highReserves: boolean; merge: boolean },
): void {
  const add = (list: Item[], window: WindowKind, items: readonly Item[], least: bigint): void => {
    if (items.length > 0 || least > 0n) list.push(makeBox(f, window, items, least, GRANULE[window]));
  };
  const high = goesHigh && highReserves && path.wide;
  const low = !goesHigh && path.prefetchable && !merge;
  add(outer.io, 'io', inner.io, path.io ? reserve.io : 0n);
  // A reserve for prefetchable memory without such a window is memory.
  add(outer.memory, 'memory', inner.memory, reserve.memory + (high || low ? 0n : reserve.prefetchable));
  add(outer.low, 'prefetchable', inner.low, low ? reserve.prefetchable : 0n);
  add(outer.high, 'prefetchable', inner.high, high ? reserve.prefetchable : 0n);
}

/** The parts of the apertures that may be given to devices. */
export function freeSpans(host: HostRanges, space: Space): Span[] {
  const apertures = space === 'io' ? host.io : [...host.mem32, ...host.mem64];
  const limits =
    space === 'io' ? span(0n, 1n << 32n) : space === 'low' ? span(0n, FOUR_GIB) : span(FOUR_GIB, 1n << 64n);
  let free = merged(apertures.map(toSpan)).flatMap((one) => clip(one, limits));
  const holes = space === 'io' ? platformPorts(host) : [...host.ram, ...host.reserved, ...ecam(host)].map(toSpan);
  // Nothing lies at address 0: a BAR with that address counts as one that is not assigned.
  for (const hole of [span(0n, 1n), ...holes]) free = carve(free, hole);
  return free;
}

function span(start: bigint, end: bigint): Span {
  return { start, end };
}

function toSpan({ first, last }: AddressRange): Span {
  return { start: first, end: last + 1n };
}

function clip(one: Span, limits: Span): Span[] {
  const start = one.start > limits.start ? one.start : limits.start;
  const end = one.end < limits.end ? one.end : limits.end;
  return start < end ? [{ start, end }] : [];
}

/** Spans that touch as one. */
function merged(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const one of spans.toSorted((first, second) => compare(first.start, second.start))) {
    const last = result.at(-1);
    if (last === undefined || one.start > last.end) result.push({ ...one });
    else if (one.end > last.end) last.end = one.end;
  }
  return result;
}

function ecam({ ecam: windows }: HostRanges): AddressRange[] {
  return windows.map(({ base, firstBus, lastBus }) => {
    return { first: base, last: base + (BigInt(lastBus - firstBus + 1) << 20n) - 1n };
  });
}

/** Below 0x400 a PC has devices at fixed places, and at 0xcf8 its configuration ports. */
function platformPorts({ platformPorts: has }: HostRanges): Span[] {
  return has ? [span(0n, 0x400n), span(0x4d0n, 0x4d2n), span(0xcf8n, 0xd00n)] : [];
}
