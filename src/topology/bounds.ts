/**
 * Proofs that no assignment exists. Each looks at a weaker problem than the real one (windows without granules, BARs without
 * windows), so that what cannot be done there cannot be done at all; and each names what stands in the way.
 */

import { canBeHigh, demandOf, FOUR_GIB, freeSpans, GRANULE } from './demand.ts';
import type { Entry } from './demand.ts';
import { ROM } from './device-tree.ts';
import type { Bar, DeviceTree, TreeFunction, WindowKind } from './device-tree.ts';
import { carve, ceil, compare, floor, lowerOf, pinOf } from './packing.ts';
import type { Item, Span } from './packing.ts';

/** A constraint that cannot be met. */
export interface Conflict {
  /** What is too small or in the way: `the mem32 aperture`, `port2` … */
  constraint: string;
  /** What does not fit. */
  subject: string;
  /** Bytes that are missing; 0 where size is not the matter. */
  missing: bigint;
  /** A whole sentence. */
  text: string;
}

type Apertures = 'io' | 'low' | 'memory';

const APERTURES: Readonly<Record<Apertures, string>> = {
  io: 'the I/O apertures',
  low: 'the memory apertures below 4 GiB',
  memory: 'the memory apertures',
};

export function findConflict(tree: DeviceTree, entries: readonly Entry[]): Conflict | undefined {
  const free: Record<Apertures, readonly Span[]> = {
    io: freeSpans(tree.host, 'io'),
    low: freeSpans(tree.host, 'low'),
    memory: [...freeSpans(tree.host, 'low'), ...freeSpans(tree.host, 'high')],
  };
  return (
    missingWindow(entries) ??
    fixedConflict(entries, free) ??
    pinnedWindows(tree, free) ??
    tooMuch(tree, entries, free) ??
    noPlace(entries, free)
  );
}

export function barName(owner: TreeFunction, bar: Bar): string {
  return bar.index === ROM ? `the ROM of ${owner.name}` : `BAR ${bar.index} of ${owner.name}`;
}

/** Ports below a bridge that has no I/O window. */
function missingWindow(entries: readonly Entry[]): Conflict | undefined {
  for (const { f, path } of entries) {
    const bar = f.bars.find(({ kind }) => kind === 'io');
    if (bar === undefined || path.io) continue;
    const subject = barName(f, bar);
    return {
      constraint: 'an I/O window',
      subject,
      missing: bar.size,
      text: `${subject} needs ${bytes(bar.size)} of I/O space, but a bridge above it has no I/O window.`,
    };
  }
  return undefined;
}

interface Fixed extends Span {
  entry: Entry;
  bar: Bar;
}

/** A fixed address that is not aligned, in no aperture, over something else, or out of reach. */
function fixedConflict(entries: readonly Entry[], free: Record<Apertures, readonly Span[]>): Conflict | undefined {
  const seen: Fixed[] = [];
  for (const entry of entries) {
    for (const bar of entry.f.bars) {
      if (bar.fixed === undefined) continue;
      const { fixed: start, size } = bar;
      const one = { entry, bar, start, end: start + size };
      const subject = barName(entry.f, bar);
      const conflict = (constraint: string, why: string): Conflict => {
        return { constraint, subject, missing: 0n, text: `${subject} cannot be at ${hex(start)}: ${why}.` };
      };
      if (start % size !== 0n) return conflict('alignment', `a BAR of ${bytes(size)} is aligned to its size`);
      if (start >= FOUR_GIB && bar.kind !== 'io' && !canBeHigh(bar, entry))
        return conflict('4 GiB', 'it must lie below 4 GiB, by its width or by the windows above it');
      const where = bar.kind === 'io' ? 'io' : 'memory';
      if (!free[where].some((span) => span.start <= one.start && one.end <= span.end))
        return conflict(APERTURES[where], `${APERTURES[where]} have no free range there`);
      const other = seen.find((fixed) => isIo(fixed.bar) === isIo(bar) && touch(fixed, one));
      if (other !== undefined) return conflict('fixed address', `${barName(other.entry.f, other.bar)} is fixed there`);
      seen.push(one);
    }
  }
  return undefined;
}

function isIo(bar: Bar): boolean {
  return bar.kind === 'io';
}

function touch(one: Span, other: Span): boolean {
  return one.start < other.end && other.start < one.end;
}

/**
 * Fixed addresses below one bridge make its window cover all that lies between them. Looked at for I/O windows and for
 * memory that must lie in the memory window, where no choice is left.
 */
function pinnedWindows(tree: DeviceTree, free: Record<Apertures, readonly Span[]>): Conflict | undefined {
  const demand = demandOf(onlyForced(tree), new Set(), 'all');
  for (const [items, where] of [
    [demand.io, 'io'],
    [demand.low, 'low'],
  ] as const) {
    const conflict = pinnedIn(items, free[where], APERTURES[where]);
    if (conflict !== undefined) return conflict;
  }
  return undefined;
}

/** `free` is undefined inside of windows: these go where their contents are. */
function pinnedIn(items: readonly Item[], free: readonly Span[] | undefined, where: string): Conflict | undefined {
  const pinned: { item: Item; span: Span }[] = [];
  for (const item of items) {
    const pin = pinOf(item);
    if (pin === undefined) continue;
    const span =
      item.kind === 'leaf' ? pin : { start: floor(pin.start, item.granule), end: ceil(pin.end, item.granule) };
    const subject = itemName(item);
    const conflict = (constraint: string, why: string): Conflict => {
      const range = `${hex(span.start)}-${hex(span.end - 1n)}`;
      return { constraint, subject, missing: 0n, text: `Fixed addresses make ${subject} cover ${range}: ${why}.` };
    };
    if (free?.some((one) => one.start <= span.start && span.end <= one.end) === false)
      return conflict(where, `that is no free range of ${where}`);
    const other = pinned.find((one) => touch(one.span, span));
    if (other !== undefined) return conflict('fixed address', `${itemName(other.item)} lies there too`);
    pinned.push({ item, span });
    const inner = item.kind === 'box' ? pinnedIn(item.items, undefined, where) : undefined;
    if (inner !== undefined) return inner;
  }
  return undefined;
}

function itemName(item: Item): string {
  return item.kind === 'leaf' ? barName(item.owner, item.bar) : `the window of ${item.owner.name}`;
}

/** The tree with only the BARs that must lie below 4 GiB in memory windows, and with its ports. */
function onlyForced(tree: DeviceTree): DeviceTree {
  const strip = (f: TreeFunction): TreeFunction => {
    const bars = f.bars.filter((bar) => isIo(bar) || (bar.kind === 'mem32' && !bar.prefetchable && bar.index !== ROM));
    const { bridge } = f;
    if (bridge === undefined) return { ...f, bars };
    return { ...f, bars, bridge: { ...bridge, children: bridge.children.map(strip) } };
  };
  return { ...tree, functions: tree.functions.map(strip) };
}

/** More bytes than the apertures have, with windows rounded up to their granules. */
function tooMuch(
  tree: DeviceTree,
  entries: readonly Entry[],
  free: Record<Apertures, readonly Span[]>,
): Conflict | undefined {
  const high = new Set(entries.flatMap((entry) => entry.f.bars.filter((bar) => mayBeHigh(bar, entry))));
  const needs: readonly (readonly [Apertures, bigint])[] = [
    ['io', windowsAtLeast(tree.functions, 'io', isIo)],
    ['low', windowsAtLeast(tree.functions, 'memory', (bar) => !isIo(bar) && !high.has(bar))],
    ['memory', windowsAtLeast(tree.functions, 'memory', (bar) => !isIo(bar))],
  ];
  for (const [where, need] of needs) {
    const room = free[where].reduce((total, { start, end }) => total + end - start, 0n);
    if (need <= room) continue;
    const subject = where === 'io' ? 'I/O BARs and windows' : 'memory BARs and windows';
    const text = `${APERTURES[where]} have ${bytes(room)} free, but ${subject} need ${bytes(need)} at least: ${bytes(need - room)} are missing.`;
    return { constraint: APERTURES[where], subject, missing: need - room, text: capital(text) };
  }
  return undefined;
}

/** Whether a BAR may lie above 4 GiB in some assignment. */
function mayBeHigh(bar: Bar, entry: Entry): boolean {
  return canBeHigh(bar, entry) && (bar.fixed === undefined || bar.fixed >= FOUR_GIB);
}

/**
 * Bytes that some BARs take together: below each bridge at least their sum, rounded up to one granule and to the
 * reserve of the memory or I/O window.
 */
function windowsAtLeast(functions: readonly TreeFunction[], window: WindowKind, takes: (bar: Bar) => boolean): bigint {
  return functions.reduce((total, { bars, bridge }) => {
    const own = bars.filter((bar) => takes(bar)).reduce((size, bar) => size + bar.size, 0n);
    if (bridge === undefined) return total + own;
    const inner = windowsAtLeast(bridge.children, window, takes);
    const reserve = window === 'io' && bridge.ioBits === 0 ? 0n : bridge.reserve[window];
    return total + own + ceil(inner > reserve ? inner : reserve, GRANULE[window]);
  }, 0n);
}

/** BARs alone, largest first, without any window: exact for sizes that are powers of two. */
function noPlace(entries: readonly Entry[], free: Record<Apertures, readonly Span[]>): Conflict | undefined {
  const all = entries.flatMap((entry) => entry.f.bars.map((bar) => ({ entry, bar })));
  const groups: readonly (readonly [Apertures, typeof all])[] = [
    ['io', all.filter(({ bar }) => isIo(bar))],
    ['low', all.filter(({ bar, entry }) => !isIo(bar) && !mayBeHigh(bar, entry))],
    ['memory', all.filter(({ bar }) => !isIo(bar))],
  ];
  for (const [where, group] of groups) {
    let rest = free[where];
    for (const { bar } of group) if (bar.fixed !== undefined) rest = carve(rest, at(bar.fixed, bar.size));
    const moving = group.filter(({ bar }) => bar.fixed === undefined);
    for (const { bar, entry } of moving.toSorted((one, other) => compare(other.bar.size, one.bar.size))) {
      const place = rest.map(({ start, end }) => ({ start: ceil(start, bar.size), end }));
      const found = place.find(({ start, end }) => start + bar.size <= end);
      if (found !== undefined) {
        rest = carve(rest, at(found.start, bar.size));
        continue;
      }
      const largest = largestAligned(rest, bar.size);
      const subject = barName(entry.f, bar);
      const left = largest === 0n ? 'nothing is left' : `the largest aligned block that is left has ${bytes(largest)}`;
      const text = `${subject} needs ${bytes(bar.size)} in ${APERTURES[where]}, but beside the larger ones ${left}.`;
      return { constraint: APERTURES[where], subject, missing: bar.size - largest, text: capital(text) };
    }
  }
  return undefined;
}

function at(start: bigint, size: bigint): Span {
  return { start, end: start + size };
}

/** Largest power of two below `size` that has an aligned place. */
function largestAligned(free: readonly Span[], size: bigint): bigint {
  for (let one = size / 2n; one > 0n; one /= 2n)
    if (free.some(({ start, end }) => ceil(start, one) + one <= end)) return one;
  return 0n;
}

export function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}

const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];

/** A size in the largest unit that divides it. */
export function bytes(size: bigint): string {
  let count = size;
  let unit = 0;
  while (count >= 1024n && count % 1024n === 0n && unit < UNITS.length - 1) {
    count /= 1024n;
    unit++;
  }
  return `${count} ${UNITS[unit]}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What a packing problem needs at least. */
export function least(items: readonly Item[]): bigint {
  return items.reduce((total, item) => total + lowerOf(item), 0n);
}
