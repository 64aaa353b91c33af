/**
 * Random device trees that are feasible by construction: a valid layout is made first, from the low addresses up and in any
 * order, and then forgotten; devices, apertures, holes and reserves are what it leaves behind. Apertures begin and end with
 * the layout, so there is no room but what alignment and chance left.
 */

import type { RandomStream } from '../../src/core/random.ts';
import { randomStream } from '../../src/core/random.ts';
import type {
  AddressRange,
  Assignment,
  Bar,
  BarKind,
  BridgePart,
  DeviceTree,
  Placement,
  TreeFunction,
  WindowKind,
  WindowState,
} from '../../src/topology/device-tree.ts';

export interface HiddenLayout {
  tree: DeviceTree;
  /** The layout that it was made from. */
  assignment: Assignment;
}

const MIB = 1n << 20n;
const FOUR_GIB = 1n << 32n;

/** A function while it is being made. */
interface Draft {
  name: string;
  express: boolean;
  bars: DraftBar[];
  bridge: DraftBridge | undefined;
}

interface DraftBar {
  index: number;
  kind: BarKind;
  prefetchable: boolean;
  size: bigint;
  side: Side;
  at: bigint;
}

interface DraftBridge {
  ioBits: 0 | 32;
  prefetchableBits: 0 | 32 | 64;
  hotPlug: boolean;
  /** Whether its prefetchable window lies above 4 GiB. */
  high: boolean;
  reserve: Record<WindowKind, bigint>;
  children: Draft[];
  windows: Record<WindowKind, WindowState>;
}

/** Where something is laid: I/O, a memory window, a prefetchable window below or above 4 GiB. */
type Side = 'io' | 'memory' | 'low' | 'high';

interface Path {
  io: boolean;
  prefetchable: boolean;
  wide: boolean;
  express: boolean;
  /** On the root bus; else whether prefetchable windows below this root port lie above 4 GiB. */
  high: boolean | 'root';
  depth: number;
}

/** Makes the layout of a seed. Layouts that do not fit below 4 GiB or into the ports are thrown away and made anew. */
export function hiddenLayout(seed: string): HiddenLayout {
  for (let attempt = 0; ; attempt++) {
    const layout = new Maker(randomStream(`${seed}/${attempt}`)).make();
    if (layout !== undefined) return layout;
  }
}

class Maker {
  private readonly random: RandomStream;
  private count = 0;

  constructor(random: RandomStream) {
    this.random = random;
  }

  make(): HiddenLayout | undefined {
    const { random } = this;
    const path = { io: true, prefetchable: true, wide: true, express: true, high: 'root', depth: 0 } as const;
    const drafts = this.functions(1 + random.below(7), path);
    const reserved: AddressRange[] = [];
    const io = this.root(drafts, 'io', 0x1000n + 0x100n * BigInt(random.below(0x40)), undefined);
    const low = this.root(drafts, 'memory', 0x80000000n + MIB * BigInt(random.below(0x400)), reserved);
    const high = this.root(
      drafts,
      'high',
      FOUR_GIB * BigInt(1 + random.below(64)) + MIB * BigInt(random.below(1 << 14)),
      reserved,
    );
    if (io.some(({ last }) => last > 0xffffn) || low.some(({ last }) => last >= FOUR_GIB)) return undefined;
    const host = {
      io,
      mem32: low,
      mem64: high,
      ram: [{ first: 0n, last: 0x7fffffffn }],
      reserved,
      ecam: [],
      platformPorts: true,
    };
    const fix = random.below(8) === 0;
    const assignment = new Map<string, Placement>();
    const finish = (draft: Draft): TreeFunction => {
      assignment.set(draft.name, placementOf(draft));
      const bars = draft.bars.map((bar) => barOf(bar, fix && random.below(6) === 0));
      const { name, express, bridge } = draft;
      const f = { name, classCode: bridge === undefined ? 0x020000 : 0x060400, express, segment: 0, bars };
      return bridge === undefined ? f : { ...f, bridge: this.bridgePart(bridge, bridge.children.map(finish)) };
    };
    return { tree: { host, functions: drafts.map(finish) }, assignment };
  }

  private bridgePart(
    { ioBits, prefetchableBits, hotPlug, reserve }: DraftBridge,
    children: TreeFunction[],
  ): BridgePart {
    return { ioBits, prefetchableBits, hotPlug, subtractive: false, reserve: { ...reserve, buses: 0 }, children };
  }

  private functions(count: number, path: Path): Draft[] {
    return Array.from({ length: count }, () => {
      const { random } = this;
      const bridge = path.depth < 4 && random.below(5) < (path.depth === 0 ? 3 : 2);
      return bridge ? this.bridge(path) : this.device(path);
    });
  }

  private device(path: Path): Draft {
    const { random } = this;
    const express = path.express && random.below(4) > 0;
    const fallsBack = random.below(8) === 0;
    const bars: DraftBar[] = [];
    for (let index = 0; index < 6; index++) {
      if (random.below(3) > 0) continue;
      const bar = this.bar(index, { ...path, express }, fallsBack);
      if (bar.kind === 'mem64' && index === 5) continue;
      bars.push(bar);
      if (bar.kind === 'mem64') index++;
    }
    if (random.below(6) === 0) {
      const size = 0x800n << BigInt(random.below(8));
      bars.push({ index: 6, kind: 'mem32', prefetchable: false, size, side: 'memory', at: 0n });
    }
    return { name: `f${this.count++}`, express, bars, bridge: undefined };
  }

  private bar(index: number, path: Path, fallsBack: boolean): DraftBar {
    const { random } = this;
    const kind = random.pick<BarKind>(path.io ? ['io', 'mem32', 'mem32', 'mem64', 'mem64'] : ['mem32', 'mem64']);
    if (kind === 'io') {
      return { index, kind, prefetchable: false, size: 4n << BigInt(random.below(7)), side: 'io', at: 0n };
    }
    const prefetchable = random.below(2) === 0;
    const large = kind === 'mem64' && prefetchable && random.below(3) === 0;
    const size = large
      ? MIB << BigInt(random.below(13))
      : 0x10n << BigInt(random.below(random.below(3) === 0 ? 22 : 15));
    return { index, kind, prefetchable, size, side: this.side(kind, prefetchable, size, path, fallsBack), at: 0n };
  }

  private side(kind: BarKind, prefetchable: boolean, size: bigint, path: Path, fallsBack: boolean): Side {
    const wide = kind === 'mem64' && path.wide;
    // What is large has no room below.
    if (size > 64n * MIB && path.high === 'root') return 'high';
    if (path.high === 'root')
      return kind === 'mem64' && this.random.below(5) < (prefetchable ? 4 : 1) ? 'high' : 'memory';
    if (!prefetchable) return wide && path.high && path.express && this.random.below(8) === 0 ? 'high' : 'memory';
    if (path.high) return wide && !fallsBack ? 'high' : 'memory';
    return path.prefetchable && !fallsBack ? 'low' : 'memory';
  }

  private bridge(path: Path): Draft {
    const { random } = this;
    const name = `b${this.count++}`;
    const express = path.express && random.below(5) > 0;
    const prefetchableBits = random.pick([0, 32, 64, 64, 64] as const);
    const ioBits = random.pick([0, 32, 32] as const);
    const wide = path.wide && prefetchableBits === 64;
    const inner: Path = {
      io: path.io && ioBits > 0,
      prefetchable: path.prefetchable && prefetchableBits > 0,
      wide,
      express,
      high: path.high === 'root' ? wide && random.below(5) > 0 : path.high,
      depth: path.depth + 1,
    };
    const hotPlug = random.below(4) === 0;
    const reserve = { io: 0n, memory: 0n, prefetchable: 0n };
    if (hotPlug) {
      if (inner.io && random.below(2) === 0) reserve.io = 0x1000n;
      reserve.memory = MIB << BigInt(random.below(4));
      // A prefetchable reserve above 4 GiB needs a path that leads there.
      if ((inner.high && wide) || (inner.high === false && inner.prefetchable))
        reserve.prefetchable = MIB << BigInt(random.below(5));
    }
    const bars = random.below(4) === 0 ? [this.bar(0, { ...path, express, io: false }, true)] : [];
    const windows: Record<WindowKind, WindowState> = { io: 'closed', memory: 'closed', prefetchable: 'closed' };
    const children = this.functions(random.below(5), inner);
    return {
      name,
      express,
      bars,
      bridge: { ioBits, prefetchableBits, hotPlug, high: inner.high === true, reserve, children, windows },
    };
  }

  /** Lays out the root bus from `base` on; returns the apertures. Holes go to `reserved` or part the apertures. */
  private root(drafts: Draft[], side: Side, base: bigint, reserved: AddressRange[] | undefined): AddressRange[] {
    const { random } = this;
    const unit = side === 'io' ? 0x100n : 0x1000n;
    const apertures: AddressRange[] = [];
    let begin: bigint | undefined;
    let next = base;
    for (const lay of this.shuffled(this.pieces(drafts, side === 'memory' ? ['memory', 'low'] : [side]))) {
      if (begin !== undefined && random.below(6) === 0) {
        const hole = {
          first: ceil(next, unit),
          last: ceil(next, unit) + unit * BigInt(1 + random.below(side === 'io' ? 8 : 2048)) - 1n,
        };
        if (reserved !== undefined && random.below(2) === 0) reserved.push(hole);
        else {
          apertures.push({ first: begin, last: hole.first - 1n });
          begin = undefined;
        }
        next = hole.last + 1n;
      }
      const { start, end } = lay(next);
      begin ??= floor(start, unit);
      next = end;
    }
    if (begin !== undefined) apertures.push({ first: begin, last: ceil(next, unit) - 1n });
    return apertures;
  }

  /** What lies on one bus, as functions that lay it at the first place from an address on. */
  private pieces(drafts: Draft[], sides: readonly Side[]): ((next: bigint) => { start: bigint; end: bigint })[] {
    const pieces: ((next: bigint) => { start: bigint; end: bigint })[] = [];
    for (const draft of drafts) {
      for (const bar of draft.bars) {
        if (!sides.includes(bar.side)) continue;
        pieces.push((next) => {
          bar.at = ceil(next, bar.size);
          return { start: bar.at, end: bar.at + bar.size };
        });
      }
      const { bridge } = draft;
      if (bridge === undefined) continue;
      for (const side of sides) {
        const window = side === 'io' ? 'io' : side === 'memory' ? 'memory' : 'prefetchable';
        const inner = this.pieces(bridge.children, [side]);
        const isOwn = this.reserves(bridge, side);
        if (inner.length > 0 || isOwn) pieces.push((next) => this.window(bridge, window, inner, isOwn, next));
      }
    }
    return pieces;
  }

  private reserves({ reserve, high }: DraftBridge, side: Side): boolean {
    if (side === 'io' || side === 'memory') return reserve[side] > 0n;
    return reserve.prefetchable > 0n && side === (high ? 'high' : 'low');
  }

  private window(
    bridge: DraftBridge,
    window: WindowKind,
    inner: ((next: bigint) => { start: bigint; end: bigint })[],
    reserves: boolean,
    next: bigint,
  ): { start: bigint; end: bigint } {
    const granule = window === 'io' ? 0x1000n : MIB;
    const start = ceil(next, granule);
    let end = start;
    for (const lay of this.shuffled(inner)) end = lay(end).end;
    const least = start + (reserves ? bridge.reserve[window] : 0n);
    end = ceil(end > least ? end : least, granule);
    // A reserve that asks for exactly what is there.
    if (reserves && this.random.below(3) === 0) bridge.reserve[window] = end - start;
    bridge.windows[window] = { first: start, last: end - 1n };
    return { start, end };
  }

  private shuffled<T>(list: readonly T[]): T[] {
    const result = [...list];
    for (let at = result.length - 1; at > 0; at--) {
      const other = this.random.below(at + 1);
      [result[at], result[other]] = [result[other]!, result[at]!];
    }
    return result;
  }
}

function barOf({ index, kind, prefetchable, size, at }: DraftBar, fixed: boolean): Bar {
  return { index, kind, prefetchable, size, ...(fixed ? { fixed: at } : {}) };
}

function placementOf({ bars, bridge }: Draft): Placement {
  const placement = { bars: new Map(bars.map(({ index, at }) => [index, at])), io: true, memory: true, rom: true };
  return bridge === undefined ? placement : { ...placement, windows: bridge.windows };
}

function ceil(value: bigint, unit: bigint): bigint {
  return ((value + unit - 1n) / unit) * unit;
}

function floor(value: bigint, unit: bigint): bigint {
  return (value / unit) * unit;
}
