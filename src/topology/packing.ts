/**
 * Packs boxes into free ranges: BARs, whose sizes are powers of two and which are aligned to their sizes, and windows, which
 * hold others of both kinds and begin and end at their granule. How much room a window takes depends on where it begins:
 * a BAR of 16 MiB and one of 1 MiB take 17 MiB if the window begins 1 MiB below a multiple of 16, else up to 32.
 *
 * Without windows largest-first is exact: a largest BAR may trade places with whatever lies in any free place of its
 * size. With windows this is bin packing, so a search with a bound on its steps follows.
 */

import type { RandomStream } from '../core/random.ts';
import type { Bar, TreeFunction, WindowKind } from './device-tree.ts';

/** A BAR or expansion ROM. */
export interface Leaf {
  kind: 'leaf';
  owner: TreeFunction;
  bar: Bar;
  size: bigint;
  align: bigint;
  fixed: bigint | undefined;
}

/** A window of a bridge. */
export interface Box {
  kind: 'box';
  owner: TreeFunction;
  window: WindowKind;
  items: readonly Item[];
  /** Least size of the window. */
  least: bigint;
  granule: bigint;
  /** Largest alignment inside; positions that differ by a multiple of it are alike. */
  align: bigint;
  /** No window for these contents is smaller. */
  lower: bigint;
  /** Range of the addresses that cannot be chosen. */
  pinned: Span | undefined;
}

export type Item = Leaf | Box;

/** Half-open range. */
export interface Span {
  start: bigint;
  end: bigint;
}

/** Where an item went; a window with its contents, relative to its begin. */
export interface Place extends Span {
  item: Item;
  inner: readonly Place[];
}

const FAR = 1n << 80n;

/** How often the begin of a window is moved towards its end in search of a shorter one. */
const HOPS = 3;

export function makeBox(
  owner: TreeFunction,
  window: WindowKind,
  items: readonly Item[],
  least: bigint,
  granule: bigint,
): Box {
  let align = granule;
  let lower = 0n;
  let pinned: Span | undefined;
  for (const item of items) {
    if (item.align > align) align = item.align;
    lower += item.kind === 'leaf' ? item.size : item.lower;
    const pin = pinOf(item);
    if (pin !== undefined) pinned = pinned === undefined ? pin : hull(pinned, pin);
  }
  lower = ceil(lower > least ? lower : least, granule);
  return { kind: 'box', owner, window, items, least, granule, align, lower, pinned };
}

/** The addresses that an item must hold. */
export function pinOf(item: Item): Span | undefined {
  if (item.kind === 'box') return item.pinned;
  return item.fixed === undefined ? undefined : { start: item.fixed, end: item.fixed + item.size };
}

export function hull(one: Span, other: Span): Span {
  return {
    start: one.start < other.start ? one.start : other.start,
    end: one.end > other.end ? one.end : other.end,
  };
}

export function ceil(value: bigint, unit: bigint): bigint {
  return ((value + unit - 1n) / unit) * unit;
}

export function floor(value: bigint, unit: bigint): bigint {
  return (value / unit) * unit;
}

export function lowerOf(item: Item): bigint {
  return item.kind === 'leaf' ? item.size : item.lower;
}

/** The free spans without one of their parts. */
export function carve(free: readonly Span[], taken: Span): Span[] {
  return free.flatMap((span) => {
    if (taken.end <= span.start || span.end <= taken.start) return [span];
    const parts: Span[] = [];
    if (span.start < taken.start) parts.push({ start: span.start, end: taken.start });
    if (taken.end < span.end) parts.push({ start: taken.end, end: span.end });
    return parts;
  });
}

/** How a window would be laid out from one address on. */
interface Layout {
  length: bigint;
  places: readonly Place[];
}

/** One packing problem after another with one account of steps. */
export class Packer {
  /** Places that were tried, and windows that were laid out. */
  private placed = 0;
  private laidOut = 0;
  private readonly budget: number;
  private effort = 0;
  private readonly layouts = new Map<Box, Map<bigint, Layout>>();
  private readonly random: RandomStream;

  constructor(budget: number, random: RandomStream) {
    this.budget = budget;
    this.random = random;
  }

  get steps(): number {
    return this.placed + this.laidOut;
  }

  get exhausted(): boolean {
    return this.steps >= this.budget;
  }

  /** Looks longer for short windows from now on. */
  tryHarder(): void {
    this.effort++;
    this.layouts.clear();
  }

  /** Places all items in the free spans; undefined when no way was found within `limit` steps. */
  pack(items: readonly Item[], free: readonly Span[], limit: number): Place[] | undefined {
    const { pinned, others } = byPin(items);
    const end = this.placed + limit + 2 * items.length;
    for (let round = 0; this.placed < end && !this.exhausted; round++) {
      this.placed++;
      const order = [...pinned, ...this.order(others, round)];
      // Each try gets more than the one before, so that a bad beginning is left soon.
      const stop = Math.min(end, this.placed + items.length + 64 * (round + 2));
      const found = this.search(order, 0, free, sum(order), { stop });
      if (found !== undefined) return found;
      if (items.length <= 1 && round > 2) return undefined;
    }
    return undefined;
  }

  private order(items: readonly Item[], round: number): Item[] {
    const byAlign = (one: Item, other: Item): number =>
      compare(other.align, one.align) || compare(lowerOf(other), lowerOf(one));
    const bySize = (one: Item, other: Item): number =>
      compare(lowerOf(other), lowerOf(one)) || compare(other.align, one.align);
    if (round === 0) return items.toSorted(byAlign);
    if (round === 1) return items.toSorted(bySize);
    const isBox = (item: Item): number => (item.kind === 'box' ? 0 : 1);
    if (round === 2) return items.toSorted((one, other) => isBox(one) - isBox(other) || bySize(one, other));
    if (round === 3) return items.toSorted((one, other) => isBox(other) - isBox(one) || bySize(one, other));
    // Windows in any order; the BARs of the bus last, for which the order by size is exact.
    const keys = new Map(items.map((item) => [item, item.kind === 'box' ? this.random.below(1 << 20) : 1 << 21]));
    return items.toSorted((one, other) => keys.get(one)! - keys.get(other)! || bySize(one, other));
  }

  private search(
    items: readonly Item[],
    at: number,
    free: readonly Span[],
    need: bigint,
    account: { stop: number },
  ): Place[] | undefined {
    const item = items[at];
    if (item === undefined) return [];
    if (need > free.reduce((room, { start, end }) => room + end - start, 0n)) return undefined;
    for (const place of this.candidates(item, free)) {
      if (this.placed >= account.stop || this.exhausted) return undefined;
      this.placed++;
      const rest = this.search(items, at + 1, carve(free, place), need - lowerOf(item), account);
      if (rest !== undefined) return [place, ...rest];
    }
    return undefined;
  }

  /** Where an item may go, the most promising places first. */
  private candidates(item: Item, free: readonly Span[]): Place[] {
    const found: { place: Place; room: Span }[] = [];
    for (const room of free) {
      for (const place of item.kind === 'leaf' ? leafPlaces(item, room) : this.boxPlaces(item, room))
        found.push({ place, room });
    }
    const waste = ({ place }: { place: Place }): bigint => place.end - place.start - lowerOf(item);
    const touches = ({ place, room }: { place: Place; room: Span }): number =>
      (place.start === room.start ? 0 : 1) + (place.end === room.end ? 0 : 1);
    return found
      .toSorted(
        (one, other) =>
          compare(waste(one), waste(other)) ||
          compare(one.room.end - one.room.start, other.room.end - other.room.start) ||
          touches(one) - touches(other) ||
          compare(one.place.start, other.place.start),
      )
      .map(({ place }) => place);
  }

  private boxPlaces(box: Box, room: Span): Place[] {
    const starts = new Set<bigint>();
    if (box.pinned !== undefined) {
      if (box.pinned.start < room.start || box.pinned.end > room.end) return [];
      // As little as possible below the fixed addresses, then more and more.
      const first = floor(box.pinned.start, box.granule);
      for (let back = 0n; back <= box.align * 2n + box.lower; back += back < 64n * box.granule ? box.granule : back)
        starts.add(first - back);
      starts.add(ceil(box.pinned.end, box.granule) - box.lower);
      starts.add(ceil(room.start, box.granule));
    } else if (room.end === FAR) {
      for (const start of aligned(room.start, box)) starts.add(start);
    } else {
      if (room.end - room.start < box.lower) return [];
      for (const start of aligned(room.start, box)) starts.add(start);
      for (const start of this.endings(box, room)) starts.add(start);
    }
    const found = new Map<bigint, Place>();
    for (const first of starts) {
      // A window that ends there need not begin before the bytes that it must hold.
      let start = first;
      for (let hop = 0; hop < HOPS && start >= room.start && start + box.lower <= room.end; hop++) {
        if (found.has(start)) break;
        const layout = this.layout(box, start);
        if (layout === undefined) break;
        const end = start + layout.length;
        if (end <= room.end) found.set(start, { item: box, start, end, inner: layout.places });
        if (layout.length === box.lower) break;
        start = box.pinned === undefined ? end - box.lower : -1n;
      }
    }
    return [...found.values()];
  }

  /** Begins of a window that ends where the room ends. */
  private endings(box: Box, room: Span): bigint[] {
    const end = floor(room.end, box.granule);
    let start = end - box.lower;
    for (let tries = 0; tries < 8 && start >= room.start; tries++) {
      const layout = this.layout(box, start);
      if (layout === undefined) return [];
      const over = start + layout.length - end;
      if (over <= 0n) return [start, floor(start, box.align)];
      start -= ceil(over, box.granule);
    }
    return [];
  }

  /** The shortest window that was found for a begin; undefined when fixed addresses are in the way. */
  private layout(box: Box, start: bigint): Layout | undefined {
    const key = box.pinned === undefined ? start % box.align : start;
    let known = this.layouts.get(box);
    if (known === undefined) this.layouts.set(box, (known = new Map()));
    const old = known.get(key);
    if (old !== undefined) return old;
    let best: Layout | undefined;
    for (let round = 0; round < 4 + Math.min(3 * this.effort, 12) && !this.exhausted; round++) {
      const layout = this.fill(box, start, round);
      this.laidOut++;
      if (layout !== undefined && (best === undefined || layout.length < best.length)) best = layout;
      if (best?.length === box.lower) break;
    }
    if (best !== undefined) known.set(key, best);
    return best;
  }

  private fill(box: Box, start: bigint, round: number): Layout | undefined {
    let free: Span[] = [{ start, end: FAR }];
    let end = start + box.least;
    const places: Place[] = [];
    const { pinned, others } = byPin(box.items);
    for (const item of [...pinned, ...this.order(others, round)]) {
      const place = this.lowest(item, free);
      if (place === undefined) return undefined;
      if (place.end > end) end = place.end;
      free = carve(free, place);
      places.push({ ...place, start: place.start - start, end: place.end - start });
    }
    return { length: ceil(end - start, box.granule), places };
  }

  /** The place for an item in the first span that has one, ending as low as possible. */
  private lowest(item: Item, free: readonly Span[]): Place | undefined {
    for (const room of free) {
      const found = item.kind === 'leaf' ? leafPlaces(item, room).slice(0, 1) : this.boxPlaces(item, room);
      const [first, ...others] = found;
      if (first === undefined) continue;
      return others.reduce(
        (best, other) => (other.end < best.end || (other.end === best.end && other.start > best.start) ? other : best),
        first,
      );
    }
    return undefined;
  }
}

/** What has fixed addresses goes first, and BARs before windows that must keep clear of them. */
function byPin(items: readonly Item[]): { pinned: Item[]; others: Item[] } {
  const pinned = items.filter((item) => pinOf(item) !== undefined);
  return {
    pinned: pinned.toSorted((one, other) => Number(one.kind === 'box') - Number(other.kind === 'box')),
    others: items.filter((item) => pinOf(item) === undefined),
  };
}

/** Lowest and highest place of a BAR in a span. */
function leafPlaces(leaf: Leaf, room: Span): Place[] {
  const { size, fixed } = leaf;
  const at = (start: bigint): Place[] =>
    start >= room.start && start + size <= room.end ? [{ item: leaf, start, end: start + size, inner: [] }] : [];
  if (fixed !== undefined) return at(fixed);
  const low = ceil(room.start, size);
  const places = at(low);
  const high = floor(room.end - size, size);
  return room.end === FAR || high <= low ? places : [...places, ...at(high)];
}

/** The begin of a span, at every alignment that makes a difference for the box. */
function aligned(start: bigint, box: Box): bigint[] {
  const starts: bigint[] = [];
  for (let unit = box.granule; unit <= box.align; unit *= 2n) {
    const next = ceil(start, unit);
    if (starts.at(-1) !== next) starts.push(next);
  }
  return starts;
}

function sum(items: readonly Item[]): bigint {
  return items.reduce((total, item) => total + lowerOf(item), 0n);
}

export function compare(one: bigint, other: bigint): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
