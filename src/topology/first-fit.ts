/**
 * Gives addresses to the BARs and windows that have none: the simplest allocator that system software may be. Ranges
 * are taken from the bottom of the apertures, aligned to their size; windows are as large as what lies below.
 */

import { formatBdf } from '../access/bdf.ts';
import type { MachineDescription, Range } from '../access/machine.ts';
import type { ConfigurationPort } from './mechanism.ts';
import { ROM_INDEX } from './topology.ts';
import type { Bar, Bridge, FixedRange, TopologyFunction, Window } from './topology.ts';

type Kind = 'io' | 'memory' | 'prefetchable';
const KINDS = ['io', 'memory', 'prefetchable'] as const;

interface Extent {
  base: bigint;
  last: bigint;
}

/** Places where something can be put, from low to high; what is taken is cut out. */
class Space {
  private free: Extent[];

  constructor(free: readonly Extent[]) {
    this.free = [...free];
  }

  take({ base, last }: Extent): void {
    this.free = this.free.flatMap((one) => {
      if (last < one.base || one.last < base) return [one];
      const parts: Extent[] = [];
      if (one.base < base) parts.push({ base: one.base, last: base - 1n });
      if (last < one.last) parts.push({ base: last + 1n, last: one.last });
      return parts;
    });
  }

  place(size: bigint, alignment: bigint): bigint | undefined {
    for (const one of this.free) {
      const base = (one.base + alignment - 1n) & ~(alignment - 1n);
      // No BAR at address 0, which may mean that it is not there.
      if (base === 0n || base + size - 1n > one.last) continue;
      this.take({ base, last: base + size - 1n });
      return base;
    }
    return undefined;
  }
}

interface Need {
  size: bigint;
  alignment: bigint;
  put(base: bigint): void;
}

/** Spaces of one bus: what windows above, or the apertures, leave it. */
interface Spaces {
  io: Space;
  memory: Space;
  prefetchable: Space;
}

/** A register that wants an address: a BAR, or one that gives all virtual functions theirs. */
interface AddressRegister {
  bar: Bar;
  /** Offset in configuration space. */
  at: number;
  size: bigint;
  virtual: boolean;
}

/** The ROM is left out: it is placed when it is wanted. */
function rangesOf({ bars, sriov }: TopologyFunction): AddressRegister[] {
  const own = bars
    .filter(({ index }) => index !== ROM_INDEX)
    .map((bar) => ({ bar, at: 0x10 + 4 * bar.index, size: 1n << BigInt(bar.exponent), virtual: false }));
  if (sriov === undefined) return own;
  const virtual = sriov.bars.map((bar) => ({
    bar,
    at: sriov.offset + 0x24 + 4 * bar.index,
    size: BigInt(Math.max(sriov.virtualFunctions, 1)) << BigInt(bar.exponent),
    virtual: true,
  }));
  return [...own, ...virtual];
}

function rangeSpaces(spaces: Spaces, { io }: FixedRange): Space[] {
  return io ? [spaces.io] : [spaces.memory, spaces.prefetchable];
}

export class FirstFit {
  private readonly port: ConfigurationPort;
  private readonly machine: Partial<MachineDescription>;
  private readonly remarks: string[];
  private functions: readonly TopologyFunction[] = [];

  constructor(port: ConfigurationPort, machine: Partial<MachineDescription>, remarks: string[]) {
    this.port = port;
    this.machine = machine;
    this.remarks = remarks;
  }

  assign(functions: readonly TopologyFunction[]): void {
    this.functions = functions;
    const { machine } = this;
    const memory = extents(machine.mem32, [{ base: 0xe0000000n, last: 0xfebfffffn }]);
    const high = extents(machine.mem64, []);
    // One list for both kinds below 4 GiB, so that they never meet.
    const low = new Space(memory);
    const upper = new Space(high);
    const io = new Space(extents(machine.io, [{ base: 0xc000n, last: 0xffffn }]));
    for (const { base, last } of [...extents(machine.reserved, []), ...extents(machine.ram, []), ...ecam(machine)]) {
      low.take({ base, last });
      upper.take({ base, last });
    }
    const spaces = { io, memory: low, prefetchable: upper };
    this.bus(-1, spaces, low);
    for (const f of functions) this.enable(f);
  }

  /** Assigns on the bus below `parent`. `fallback`: where 64-bit BARs go that find no room above 4 GiB. */
  private bus(parent: number, spaces: Spaces, fallback: Space | undefined): void {
    const here = this.functions.filter((f) => f.parent === parent);
    const inside: { f: TopologyFunction; bridge: Bridge; kept: Set<Kind> }[] = [];
    for (const f of here) {
      for (const one of rangesOf(f)) if (this.keeps(f, one)) this.occupy(spaces, one);
      for (const range of f.fixed) for (const space of rangeSpaces(spaces, range)) space.take(range);
      if (f.bridge !== undefined) inside.push({ f, bridge: f.bridge, kept: this.keepWindows(f, f.bridge, spaces) });
    }
    const needs: (Need & { space: Kind; what: string })[] = [];
    for (const f of here) for (const one of rangesOf(f)) if (!one.bar.assigned) needs.push(this.need(f, one));
    for (const { f, bridge, kept } of inside) {
      for (const kind of KINDS) {
        const need = kept.has(kind) ? undefined : this.windowNeed(f, kind, (window) => (bridge[kind] = window));
        if (need !== undefined) needs.push(need);
      }
    }
    for (const need of needs.toSorted((one, other) => compare(other.alignment, one.alignment))) {
      let base = spaces[need.space].place(need.size, need.alignment);
      if (base === undefined && need.space === 'prefetchable') base = fallback?.place(need.size, need.alignment);
      if (base === undefined) this.remarks.push(`${need.what}: no room for ${need.size} bytes`);
      else need.put(base);
    }
    for (const { f, bridge, kept } of inside) {
      for (const kind of KINDS) if (!kept.has(kind)) this.openWindow(f, kind, bridge[kind]);
      const space = (window: Window): Space => new Space(window === undefined ? [] : [window]);
      const below = { io: space(bridge.io), memory: space(bridge.memory), prefetchable: space(bridge.prefetchable) };
      this.bus(f.index, below, below.memory);
    }
  }

  /** Whether a BAR was found enabled at a sensible place, where it stays. */
  private keeps(f: TopologyFunction, { bar, virtual }: AddressRegister): boolean {
    const enable = bar.kind === 'io' ? 1 : 2;
    if (virtual || bar.address === 0n || (this.port.read(f.bdf, 4, 2) & enable) === 0) return false;
    bar.assigned = bar.address % (1n << BigInt(bar.exponent)) === 0n;
    return bar.assigned;
  }

  private occupy(spaces: Spaces, { bar }: AddressRegister): void {
    const range = { base: bar.address, last: bar.address + (1n << BigInt(bar.exponent)) - 1n };
    if (bar.kind === 'io') spaces.io.take(range);
    else for (const space of [spaces.memory, spaces.prefetchable]) space.take(range);
  }

  private need(f: TopologyFunction, { bar, at, size, virtual }: AddressRegister): Need & { space: Kind; what: string } {
    return {
      size,
      alignment: 1n << BigInt(bar.exponent),
      space: spaceOf(bar, f.parent >= 0),
      what: `${formatBdf(f.bdf)} ${virtual ? 'VF ' : ''}BAR ${bar.index}`,
      put: (base) => {
        this.port.write(f.bdf, at, 4, Number(base & 0xffffffffn));
        if (bar.kind === 'memory64') this.port.write(f.bdf, at + 4, 4, Number(base >> 32n));
        bar.address = base;
        bar.assigned = true;
      },
    };
  }

  /** Room that a window must have for all that lies below and is of its kind. */
  private windowNeed(
    f: TopologyFunction,
    kind: Kind,
    put: (window: Window) => void,
  ): (Need & { space: Kind; what: string }) | undefined {
    if (kind === 'prefetchable' && !this.hasWindow(f, 0x24)) return undefined;
    if (kind === 'io' && !this.hasWindow(f, 0x1c)) return undefined;
    const { size, alignment } = this.room(f, kind);
    if (size === 0n) return undefined;
    return {
      size,
      alignment,
      // A prefetchable window that cannot lie above 4 GiB takes its place from below.
      space: kind === 'prefetchable' && (this.port.read(f.bdf, 0x24, 2) & 15) !== 1 ? 'memory' : kind,
      what: `${formatBdf(f.bdf)} ${kind} window`,
      put: (base) => put({ base, last: base + size - 1n }),
    };
  }

  private room(f: TopologyFunction, kind: Kind): { size: bigint; alignment: bigint } {
    const unit = kind === 'io' ? 0x1000n : 0x100000n;
    const sizes: { size: bigint; alignment: bigint }[] = [];
    const wide = this.hasWindow(f, 0x24);
    for (const child of this.functions.filter(({ parent }) => parent === f.index)) {
      for (const { bar, size } of rangesOf(child)) {
        const alignment = 1n << BigInt(bar.exponent);
        const belongs = spaceOf(bar, true) === 'prefetchable' && !wide ? 'memory' : spaceOf(bar, true);
        if (belongs === kind) sizes.push({ size, alignment });
      }
      if (child.bridge !== undefined) sizes.push(this.room(child, kind));
    }
    const alignment = sizes.reduce((most, one) => (one.alignment > most ? one.alignment : most), unit);
    const sorted = sizes.filter(({ size }) => size > 0n).toSorted((one, other) => compare(other.size, one.size));
    let end = 0n;
    for (const one of sorted) end = ((end + one.alignment - 1n) & ~(one.alignment - 1n)) + one.size;
    return { size: (end + unit - 1n) & ~(unit - 1n), alignment };
  }

  private hasWindow(f: TopologyFunction, register: number): boolean {
    const old = this.port.read(f.bdf, register, 2);
    this.port.write(f.bdf, register, 2, register === 0x1c ? 0xf0f0 : 0xfff0);
    const there = (this.port.read(f.bdf, register, 2) & 0xf0) !== 0;
    this.port.write(f.bdf, register, 2, old);
    return there;
  }

  /** Windows that firmware has opened stay. */
  private keepWindows(f: TopologyFunction, bridge: Bridge, spaces: Spaces): Set<Kind> {
    const kept = new Set<Kind>();
    if ((this.port.read(f.bdf, 4, 2) & 3) === 0) return kept;
    for (const kind of KINDS) {
      const window = this.window(f, kind);
      // All zeros may be registers that nobody has touched.
      if (window === undefined || window.base === 0n) continue;
      bridge[kind] = window;
      kept.add(kind);
      for (const space of kind === 'io' ? [spaces.io] : [spaces.memory, spaces.prefetchable]) space.take(window);
    }
    return kept;
  }

  private window(f: TopologyFunction, kind: Kind): Window {
    const read = (offset: number, width: number): bigint => BigInt(this.port.read(f.bdf, offset, width));
    let base: bigint;
    let last: bigint;
    if (kind === 'io') {
      base = ((read(0x1c, 1) & 0xf0n) << 8n) | (read(0x30, 2) << 16n);
      last = ((read(0x1d, 1) & 0xf0n) << 8n) | (read(0x32, 2) << 16n) | 0xfffn;
    } else {
      const at = kind === 'memory' ? 0x20 : 0x24;
      const high = (offset: number): bigint => (kind === 'memory' ? 0n : read(offset, 4) << 32n);
      base = ((read(at, 2) & 0xfff0n) << 16n) | high(0x28);
      last = ((read(at + 2, 2) & 0xfff0n) << 16n) | high(0x2c) | 0xfffffn;
    }
    return base <= last ? { base, last } : undefined;
  }

  private openWindow(f: TopologyFunction, kind: Kind, window: Window): void {
    // Closed: base above limit.
    const { base, last } = window ?? { base: kind === 'io' ? 0xf000n : 0xfff00000n, last: 0n };
    const write = (offset: number, width: number, value: bigint): void =>
      this.port.write(f.bdf, offset, width, Number(value));
    if (kind === 'io') {
      write(0x1c, 2, ((base >> 8n) & 0xf0n) | (last & 0xf000n));
      write(0x30, 4, (base >> 16n) | ((last >> 16n) << 16n));
      return;
    }
    write(kind === 'memory' ? 0x20 : 0x24, 4, ((base >> 16n) & 0xfff0n) | (last & 0xfff00000n));
    if (kind === 'memory') return;
    write(0x28, 4, base >> 32n);
    write(0x2c, 4, last >> 32n);
  }

  /** Decoding of what has a place, and bus mastering; host bridges are left as they are. */
  private enable(f: TopologyFunction): void {
    if (f.classCode >>> 8 === 0x0600) return;
    const bars = f.bars.filter(({ index }) => index !== ROM_INDEX);
    const spaces = new Set(bars.map(({ kind }) => (kind === 'io' ? 'io' : 'memory')));
    const placed = (space: string): boolean =>
      bars.every(({ kind, assigned }) => (kind === 'io') !== (space === 'io') || assigned);
    let enable = 4;
    if (f.bridge !== undefined || (spaces.has('io') && placed('io'))) enable |= 1;
    if (f.bridge !== undefined || (spaces.has('memory') && placed('memory'))) enable |= 2;
    const command = this.port.read(f.bdf, 4, 2);
    if ((command & enable) !== enable) this.port.write(f.bdf, 4, 2, command | enable);
  }
}

/** Which space a BAR takes its place from. Behind a bridge only prefetchable ranges reach above 4 GiB. */
function spaceOf(bar: Bar, behind: boolean): Kind {
  if (bar.kind === 'io') return 'io';
  return bar.kind === 'memory64' && (bar.prefetchable || !behind) ? 'prefetchable' : 'memory';
}

function extents(ranges: readonly Range[] | undefined, otherwise: Extent[]): Extent[] {
  if (ranges === undefined || ranges.length === 0) return otherwise;
  return ranges.map((range) => ({ base: joined(range.loHi, range.loLo), last: joined(range.hiHi, range.hiLo) }));
}

function ecam(machine: Partial<MachineDescription>): Extent[] {
  return (machine.ecam ?? []).map(({ baseHi, baseLo, firstBus, lastBus }) => {
    const base = joined(baseHi, baseLo);
    return { base, last: base + BigInt(lastBus - firstBus + 1) * 0x100000n - 1n };
  });
}

function joined(hi: number, lo: number): bigint {
  return (BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0);
}

function compare(one: bigint, other: bigint): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
