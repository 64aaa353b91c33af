/**
 * The reference allocator: places BARs, ROMs and the windows of bridges, and numbers buses. It answers with a plan, with the
 * constraint that cannot be met (see bounds.ts), or that it has not found out within its steps. Equal inputs give equal
 * answers.
 *
 * Memory that is not prefetchable goes to the memory window, below 4 GiB; prefetchable memory to the prefetchable window,
 * above 4 GiB where it can. Only when one side is short, functions change sides.
 */

import { randomStream } from '../core/random.ts';
import type { RandomStream } from '../core/random.ts';
import { findConflict, least } from './bounds.ts';
import type { Conflict } from './bounds.ts';
import { numberBuses } from './bus-numbers.ts';
import type { BusNumbers } from './bus-numbers.ts';
import { choicesOf, demandOf, entriesOf, FOUR_GIB, freeSpans } from './demand.ts';
import type { Choice, Demand, Merged, Space } from './demand.ts';
import type { Assignment, Bar, DeviceTree, Placement, TreeFunction, WindowKind, WindowState } from './device-tree.ts';
import { compare, Packer } from './packing.ts';
import type { Place, Span } from './packing.ts';

/** What a plan takes of one space on the root bus. */
export interface SpaceTotal {
  name: string;
  used: bigint;
  /** No plan takes less. */
  least: bigint;
  /** Free bytes of the apertures. */
  room: bigint;
}

export type Outcome =
  | { kind: 'plan'; assignment: Assignment; totals: readonly SpaceTotal[]; steps: number }
  | { kind: 'infeasible'; conflict: Conflict; steps: number }
  | { kind: 'undecided'; steps: number; text: string };

const NAMES: Readonly<Record<Space, string>> = {
  io: 'I/O',
  low: 'memory below 4 GiB',
  high: 'memory above 4 GiB',
};

/** Places tried before the search is given up. */
export const STEPS = 100_000;

/** Ways to part the BARs that are tried, however few steps they take. */
const TURNS = 1000;

/** Steps for the first packing of each space; later ones get more. */
const FIRST_TRY = 400;

export function allocate(tree: DeviceTree, steps = STEPS): Outcome {
  const buses = numberBuses(tree);
  if (!(buses instanceof Map)) return { kind: 'infeasible', conflict: buses as Conflict, steps: 0 };
  const entries = entriesOf(tree);
  const conflict = findConflict(tree, entries);
  if (conflict !== undefined) return { kind: 'infeasible', conflict, steps: 0 };
  const search = new Search(tree, choicesOf(entries), steps);
  const places = search.run();
  if (places === undefined) return { kind: 'undecided', steps: search.steps, text: search.stuck() };
  const all = [...places.io, ...places.low, ...places.high];
  const totals = (['io', 'low', 'high'] as const).map((space) => search.total(space, places[space]));
  return { kind: 'plan', assignment: assignmentOf(tree, all, buses), totals, steps: search.steps };
}

/** What goes above 4 GiB, and whether prefetchable memory below has windows of its own. */
interface Variant {
  chosen: ReadonlySet<Choice>;
  merged: Merged;
}

class Search {
  private readonly tree: DeviceTree;
  private readonly choices: readonly Choice[];
  private readonly packer: Packer;
  private readonly random: RandomStream;
  private readonly free: Readonly<Record<Space, readonly Span[]>>;
  private readonly room: Readonly<Record<Space, bigint>>;
  private readonly fixedHigh: readonly Bar[];
  private readonly prefetchable: readonly Bar[];
  /** How often each space could not be packed. */
  private readonly failed: Record<Space, number> = { io: 0, low: 0, high: 0 };

  constructor(tree: DeviceTree, choices: readonly Choice[], steps: number) {
    this.tree = tree;
    this.choices = choices;
    this.random = randomStream('allocator');
    this.packer = new Packer(steps, this.random);
    this.free = {
      io: freeSpans(tree.host, 'io'),
      low: freeSpans(tree.host, 'low'),
      high: freeSpans(tree.host, 'high'),
    };
    const total = (spans: readonly Span[]): bigint => spans.reduce((sum, { start, end }) => sum + end - start, 0n);
    this.room = { io: total(this.free.io), low: total(this.free.low), high: total(this.free.high) };
    const bars = entriesOf(tree).flatMap(({ f }) => f.bars);
    this.fixedHigh = bars.filter(({ kind, fixed }) => kind === 'mem64' && fixed !== undefined && fixed >= FOUR_GIB);
    this.prefetchable = bars.filter(({ prefetchable }) => prefetchable);
  }

  get steps(): number {
    return this.packer.steps;
  }

  /** Places of everything, or nothing if the steps did not suffice. */
  run(): Readonly<Record<Space, readonly Place[]>> | undefined {
    let io: Place[] | undefined;
    let turn = 0;
    for (; !this.packer.exhausted && turn < TURNS; turn++) {
      const limit = FIRST_TRY * (1 + (turn >> 2));
      if (turn > 0 && turn % 8 === 0) this.packer.tryHarder();
      const variant = this.fitted(this.variant(turn));
      const demand = variant === undefined ? undefined : this.demand(variant);
      io ??= this.pack('io', this.demand(this.variant(0)), limit);
      if (io === undefined || demand === undefined) continue;
      const high = this.pack('high', demand, limit);
      const low = high === undefined ? undefined : this.pack('low', demand, limit);
      if (high !== undefined && low !== undefined) return { io, low, high };
    }
    return undefined;
  }

  total(space: Space, places: readonly Place[]): SpaceTotal {
    const used = places.reduce((sum, { start, end }) => sum + end - start, 0n);
    return { name: NAMES[space], used, least: least(places.map(({ item }) => item)), room: this.room[space] };
  }

  /** Which apertures were hardest to fill, as a sentence. */
  stuck(): string {
    const worst = (['low', 'high', 'io'] as const).reduce((one, other) =>
      this.failed[other] > this.failed[one] ? other : one,
    );
    return `No plan was found in ${this.steps} steps, and no proof that there is none. What did not fit was ${NAMES[worst]}.`;
  }

  private pack(space: Space, demand: Demand, limit: number): Place[] | undefined {
    const places = this.packer.pack(demand[space], this.free[space], limit);
    if (places === undefined) this.failed[space]++;
    return places;
  }

  private demand({ chosen, merged }: Variant): Demand {
    const high = [...chosen].flatMap(({ bar, top }) => bar ?? top ?? []);
    return demandOf(this.tree, new Set([...this.fixedHigh, ...high]), merged);
  }

  /** Ways to part what has a choice between the sides, the usual one first. */
  private variant(turn: number): Variant {
    const { choices, random } = this;
    const prefetchable = choices.filter((choice) => choice.prefetchable);
    const none: readonly Choice[] = [];
    const first = [prefetchable, prefetchable, choices, none, none][turn];
    const chosen = first ?? choices.filter((choice) => random.below(4) > 0 === choice.prefetchable);
    const hasHigh = this.room.high > 0n;
    const how = first === undefined ? random.below(3) : turn % 2;
    return { chosen: new Set(hasHigh ? chosen : none), merged: this.merged(how) };
  }

  /** Nothing, everything, or a part of the prefetchable BARs. */
  private merged(how: number): Merged {
    if (how === 1) return 'all';
    return new Set(how === 0 ? [] : this.prefetchable.filter(() => this.random.below(4) === 0));
  }

  /** Changes sides until the sums fit; undefined: they never do. */
  private fitted(variant: Variant): Variant | undefined {
    let now = variant;
    for (let moves = 0; moves <= 2 * this.choices.length + 2; moves++) {
      const demand = this.demand(now);
      const tooHigh = least(demand.high) - this.room.high;
      const tooLow = least(demand.low) - this.room.low;
      if (tooHigh <= 0n && tooLow <= 0n) return now;
      const next = tooHigh > 0n ? this.lowered(now, tooHigh) : this.raised(now, tooLow, demand);
      if (next === undefined) return undefined;
      now = next;
    }
    return undefined;
  }

  private lowered(variant: Variant, over: bigint): Variant | undefined {
    const move = bestMove(movesOf([...variant.chosen]), over, this.random);
    if (move === undefined) return undefined;
    return { ...variant, chosen: new Set([...variant.chosen].filter((one) => !move.choices.includes(one))) };
  }

  private raised(variant: Variant, over: bigint, demand: Demand): Variant | undefined {
    const room = this.room.high - least(demand.high);
    const moves = movesOf(this.choices.filter((one) => !variant.chosen.has(one)));
    const move = bestMove(
      moves.filter(({ bytes }) => bytes <= room),
      over,
      this.random,
    );
    return move === undefined ? undefined : { ...variant, chosen: new Set([...variant.chosen, ...move.choices]) };
  }
}

/** What changes sides together. */
interface Move {
  choices: readonly Choice[];
  bytes: bigint;
}

/** Each choice alone, and all of those below one bridge of the root bus. */
function movesOf(choices: readonly Choice[]): Move[] {
  const tops = new Set(choices.map(({ top }) => top));
  tops.delete(undefined);
  const together = [...tops].map((top) => choices.filter((one) => one.top === top)).filter((group) => group.length > 1);
  return [...choices.map((one) => [one]), ...together].map((group) => {
    return { choices: group, bytes: group.reduce((sum, { bytes }) => sum + bytes, 0n) };
  });
}

/** The smallest move that is enough, else the largest; now and then any. */
function bestMove(moves: readonly Move[], over: bigint, random: RandomStream): Move | undefined {
  if (moves.length === 0) return undefined;
  if (random.below(3) === 0) return random.pick(moves);
  const sorted = moves.toSorted((one, other) => compare(one.bytes, other.bytes));
  return sorted.find(({ bytes }) => bytes >= over) ?? sorted.at(-1);
}

/** Places as what software writes into the registers. Everything counts as enabled, so that all of it is checked. */
function assignmentOf(
  tree: DeviceTree,
  places: readonly Place[],
  buses: ReadonlyMap<string, BusNumbers>,
): Map<string, Placement> {
  const bars = new Map<string, Map<number, bigint>>();
  const windows = new Map<string, Record<WindowKind, WindowState>>();
  for (const { f } of entriesOf(tree)) {
    bars.set(f.name, new Map());
    if (f.bridge !== undefined) windows.set(f.name, { io: 'closed', memory: 'closed', prefetchable: 'closed' });
  }
  const put = (list: readonly Place[], base: bigint): void => {
    for (const { item, start, end, inner } of list) {
      if (item.kind === 'leaf') bars.get(item.owner.name)?.set(item.bar.index, base + start);
      else {
        windows.get(item.owner.name)![item.window] = { first: base + start, last: base + end - 1n };
        put(inner, base + start);
      }
    }
  };
  put(places, 0n);
  const placement = (f: TreeFunction): Placement => {
    const numbers = buses.get(f.name);
    const own = windows.get(f.name);
    return {
      bars: bars.get(f.name)!,
      io: f.bridge !== undefined || f.bars.some(({ kind }) => kind === 'io'),
      memory: f.bridge !== undefined || f.bars.some(({ kind }) => kind !== 'io'),
      rom: f.bars.some(({ index }) => index === 6),
      ...(own === undefined ? {} : { windows: own }),
      ...(numbers === undefined ? {} : { buses: numbers }),
    };
  };
  return new Map(entriesOf(tree).map(({ f }) => [f.name, placement(f)]));
}
