/** What generators draw: functions out of a small cast, values at the specification's own boundaries, operands. */

import type { RandomStream } from '../../core/random.ts';
import { BARS, NEEDS, REGIONS, RELATIVE_NEEDS } from '../../scenario/names.ts';
import { needKind } from '../../scenario/needs.ts';
import { selectBar, structure } from '../../scenario/regions.ts';
import { operationNumber } from '../../scenario/steps.ts';
import type { OperationName } from '../../scenario/steps.ts';
import { ROM_INDEX } from '../../topology/topology.ts';
import type { TopologyFunction } from '../../topology/topology.ts';

/** Words of one step; those that are left out are 0. */
export type Step = readonly number[];

export function step(name: OperationName, ...operands: number[]): Step {
  return [operationNumber(name), ...operands];
}

/** Place of a word in one of the lists of names. */
export function word<const T extends readonly string[]>(list: T, name: T[number]): number {
  return list.indexOf(name);
}

const DWORDS = [
  0, 0xffffffff, 0xfffffff0, 0xfffffffe, 0xfffff800, 0xfffffffc, 0x80000000, 1, 0xffff0000, 0xffff,
] as const;

/** Kinds of functions that scenarios ask for. */
const KINDS = NEEDS.filter((name) => !RELATIVE_NEEDS.has(name));

function holds(name: (typeof NEEDS)[number], f: TopologyFunction): boolean {
  return needKind(name).holds(f, 1, undefined);
}

export class Draw {
  readonly stream: RandomStream;
  /** Functions that this run plays with. */
  readonly cast: readonly TopologyFunction[];
  private readonly others: readonly TopologyFunction[];

  /** `eligible`: functions that steps may write to; at least one. */
  constructor(stream: RandomStream, eligible: readonly TopologyFunction[]) {
    this.stream = stream;
    const pool = [...eligible];
    const cast: TopologyFunction[] = [];
    const take = (fits: (f: TopologyFunction) => boolean): TopologyFunction | undefined => {
      const fitting = pool.filter((f) => fits(f));
      if (fitting.length === 0) return undefined;
      const chosen = stream.pick(fitting);
      pool.splice(pool.indexOf(chosen), 1);
      cast.push(chosen);
      return chosen;
    };
    for (let size = 1 + stream.below(4); size > 0 && pool.length > 0; size--) {
      // By what a function has: what few have is as often played with as what all have.
      const need = stream.below(2) === 0 ? stream.pick(KINDS) : undefined;
      const chosen = need === undefined ? take(() => true) : (take((f) => holds(need, f)) ?? take(() => true));
      // A bridge is little without what is below it, and what is below it depends on it.
      if (chosen?.bridge !== undefined) take(({ parent }) => parent === chosen.index);
      else if (chosen !== undefined && stream.below(2) === 0) take(({ index }) => index === chosen.parent);
    }
    this.cast = cast;
    this.others = pool;
  }

  /** The cast, and all others. */
  get everyone(): readonly TopologyFunction[] {
    return [...this.cast, ...this.others];
  }

  /** Whether something of this probability happens, in 1/16. */
  chance(sixteenths: number): boolean {
    return this.stream.below(16) < sixteenths;
  }

  below(limit: number): number {
    return this.stream.below(limit);
  }

  /** A number of a list of words. */
  of(list: readonly unknown[]): number {
    return this.stream.below(list.length);
  }

  /** The first of a list in half of the cases, else any: defaults are the right way to do something. */
  mostly(list: readonly unknown[]): number {
    return this.chance(8) ? 0 : this.of(list);
  }

  /** One of the named words of a list. */
  among<const T extends readonly string[]>(list: T, ...names: T[number][]): number {
    return word(list, this.stream.pick(names));
  }

  /** A function that fits: mostly of the cast, rarely another; undefined: none does. */
  function(fits: (f: TopologyFunction) => boolean = () => true): TopologyFunction | undefined {
    const cast = this.cast.filter((f) => fits(f));
    const others = cast.length > 0 && this.chance(15) ? [] : this.others.filter((f) => fits(f));
    const from = others.length > 0 ? others : cast;
    return from.length === 0 ? undefined : this.stream.pick(from);
  }

  /** Some functions that fit, each once, in any order. */
  several(most: number, fits: (f: TopologyFunction) => boolean): TopologyFunction[] {
    const pool = this.everyone.filter((f) => fits(f));
    const chosen: TopologyFunction[] = [];
    while (chosen.length < most && pool.length > 0) chosen.push(...pool.splice(this.below(pool.length), 1));
    return chosen;
  }

  /** The bridges above a function, from the nearest on. */
  above(f: TopologyFunction): TopologyFunction[] {
    const all = this.everyone;
    const bridges: TopologyFunction[] = [];
    for (let at = f.parent; at >= 0 && bridges.length < 8;) {
      const bridge = all.find(({ index }) => index === at);
      if (bridge === undefined) break;
      bridges.push(bridge);
      at = bridge.parent;
    }
    return bridges;
  }

  /** Selector of a BAR that a function has: by index, or now and then by what it is. */
  bar(f: TopologyFunction): number {
    if (this.chance(2)) return this.of(BARS);
    const own = f.bars.filter(({ index }) => index !== ROM_INDEX || this.chance(4));
    return own.length === 0 ? this.of(BARS) : this.stream.pick(own).index;
  }

  /** A region that a function has. */
  region(f: TopologyFunction): number {
    const own = REGIONS.map((_, region) => region).filter((region) =>
      region <= ROM_INDEX ? f.bars.some(({ index }) => index === region) : structure(f, region) !== undefined,
    );
    return own.length === 0 ? 0 : this.stream.pick(own);
  }

  /** Anchor and offset of a place in a region: its first and last bytes, bounds of pages and halves, anywhere. */
  place(f: TopologyFunction, region: number, former = false): [anchor: number, offset: number] {
    const length = structure(f, region)?.length ?? 4096;
    const start = former ? 2 : 0;
    switch (this.below(8)) {
      case 0:
      case 1:
      case 2:
        return [start, 4 * this.below(8)];
      case 3:
        return [start + 1, -4 * (1 + this.below(2))];
      case 4:
        return [start + 1, this.stream.pick([-8, -2, -1, 0, 4])];
      case 5:
        return [start, Math.min(length, 2 ** 31) / 2];
      case 6:
        return [start, this.stream.pick([0x1000, 0xffc, 0x10000, -4])];
      default:
        return [start, this.below(Math.min(length, 2 ** 31)) & ~3];
    }
  }

  /** A dword with the patterns that implementations treat specially. */
  dword(): number {
    switch (this.below(6)) {
      case 0:
      case 1:
        return this.stream.pick(DWORDS) | 0;
      case 2:
        return 1 << this.below(32);
      case 3:
        return ~(1 << this.below(32));
      case 4:
        return this.below(256);
      default:
        return this.stream.int32();
    }
  }

  /** Exponent of a width of at most `most` bytes. */
  width(most: 1 | 2 | 4 | 8 = 4): number {
    return this.below({ 1: 1, 2: 2, 4: 3, 8: 4 }[most]);
  }

  /** Mechanism: either. */
  via(): number {
    return this.below(3);
  }

  /** A function's BAR that a region lies in, to move it. */
  barOfRegion(f: TopologyFunction, region: number): number {
    return structure(f, region)?.bar.index ?? this.bar(f);
  }

  /** A function with a memory BAR of 64 bits, and the selector of that. */
  wide(): [TopologyFunction, number] | undefined {
    const f = this.function(({ bars }) => bars.some(({ kind }) => kind === 'memory64'));
    const bar = f && selectBar(f, word(BARS, 'wide'));
    return f === undefined || bar === undefined ? undefined : [f, bar.index];
  }
}

/** Mixes two lists of steps, each in its order. */
export function interleave(draw: Draw, one: readonly Step[], other: readonly Step[]): Step[] {
  const mixed: Step[] = [];
  let left = 0;
  let right = 0;
  while (left < one.length || right < other.length) {
    const remaining = one.length - left + other.length - right;
    if (draw.below(remaining) < one.length - left) mixed.push(one[left++]!);
    else mixed.push(other[right++]!);
  }
  return mixed;
}
