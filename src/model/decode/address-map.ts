import { MEMORY, PORT } from '../../access/access.ts';
import type { MachineDescription, Range } from '../../access/machine.ts';
import { atMost } from '../../core/pair.ts';
import { barCount, ROM_INDEX } from '../layout/base-address.ts';
import { PRESENT } from '../function.ts';
import type { PciFunction } from '../function.ts';
import type { Reporter } from '../reporter.ts';
import { both, MAYBE, OFF, ON, Region } from './region.ts';
import type { Decode, OffReason } from './region.ts';
import { windowDecode } from './window.ts';

/**
 * Who claims an address: a pure function of the registers on the path (MAP-011), kept per region and recomputed for
 * the functions whose registers changed.
 */
export class AddressMap {
  private readonly machine: MachineDescription;
  private readonly reporter: Reporter;
  private readonly regions = new Set<Region>();
  /** Regions that decode or may decode, by space. */
  private active: [Region[], Region[]] = [[], []];
  /** Regions with a known place. */
  private placed: [Region[], Region[]] = [[], []];
  private loose: [Region[], Region[]] = [[], []];
  /** Answer of the last look by space, and the stretch of addresses for which it holds. */
  private readonly last: [Look, Look] = [new Look(), new Look()];
  private readonly changed = new Set<PciFunction>();

  constructor(machine: MachineDescription, reporter: Reporter) {
    this.machine = machine;
    this.reporter = reporter;
  }

  /** Says that something on which a function's decoding depends has changed; of a bridge, also what lies below. */
  touch(f: PciFunction): void {
    this.changed.add(f);
  }

  /** Regions that claim or may claim the address; several when they overlap. */
  claims(space: typeof PORT | typeof MEMORY, hi: number, lo: number): readonly Region[] {
    if (this.changed.size > 0) this.update();
    const last = this.last[space];
    if (last.holds(hi, lo)) return last.found;
    last.begin(hi);
    const found: Region[] = [];
    for (const region of this.active[space]) {
      if (region.contains(hi, lo)) {
        found.push(region);
        last.within(region);
      } else last.beside(region, hi, lo);
    }
    last.found = found;
    return found;
  }

  /** All regions with a known place in a space, decoding or not. */
  located(space: typeof PORT | typeof MEMORY): readonly Region[] {
    this.update();
    return this.placed[space];
  }

  /** Whether some region may lie anywhere in a space, so that no address is certainly a hole. */
  hasLoose(space: typeof PORT | typeof MEMORY): boolean {
    this.update();
    return this.loose[space].length > 0;
  }

  /** The regions that may lie anywhere in a space and may decode. */
  looseIn(space: typeof PORT | typeof MEMORY): readonly Region[] {
    this.update();
    return this.loose[space];
  }

  /** Drops the regions of a function that is no longer there. */
  forget(f: PciFunction): void {
    for (const region of f.regions) this.regions.delete(region);
    f.regions = [];
    this.changed.delete(f);
    this.collect();
  }

  /** Recomputes what changed. Called before each look, and before each further change, so that no state is skipped. */
  update(): void {
    if (this.changed.size === 0) return;
    const all = new Set<PciFunction>();
    for (const f of this.changed) addWithBelow(f, all);
    this.changed.clear();
    let moved = false;
    for (const f of all) if (this.recompute(f)) moved = true;
    if (moved) this.collect();
  }

  inRange(ranges: readonly Range[], hi: number, lo: number): boolean {
    return ranges.some((range) => atMost(range.loHi, range.loLo, hi, lo) && atMost(hi, lo, range.hiHi, range.hiLo));
  }

  /** Whether a range of the machine touches the region. */
  touches(ranges: readonly Range[], region: Region): boolean {
    if (region.space !== MEMORY) return false;
    return ranges.some(
      (range) =>
        atMost(range.loHi, range.loLo, region.lastHi, region.lastLo) &&
        atMost(region.baseHi, region.baseLo, range.hiHi, range.hiLo),
    );
  }

  /** Returns whether anything that `collect` looks at is not what it was. */
  private recompute(f: PciFunction): boolean {
    let moved = false;
    const wanted = barCount(f) === 0 ? 0 : barCount(f) + 1;
    if (f.regions.length !== wanted) {
      for (const region of f.regions) this.regions.delete(region);
      const indexes = wanted === 0 ? [] : [...Array.from({ length: wanted - 1 }, (_, index) => index), ROM_INDEX];
      f.regions = indexes.map((index) => new Region(f, index));
      moved = true;
      for (const region of f.regions) this.regions.add(region);
    }
    // What does not answer keeps its place, to know it if it answers nevertheless.
    const silent = presence(f) === OFF || f.doubt === 'held';
    for (const region of f.regions) {
      const { space, state, located, loose, baseLo, baseHi, lastLo, lastHi } = region;
      const kind = f.barKinds[region.index];
      if (!silent || !region.located) region.place();
      this.decide(region);
      moved ||=
        space !== region.space ||
        state !== region.state ||
        located !== region.located ||
        loose !== region.loose ||
        (loose && kind !== region.kindSeen) ||
        baseLo !== region.baseLo ||
        baseHi !== region.baseHi ||
        lastLo !== region.lastLo ||
        lastHi !== region.lastHi;
      region.kindSeen = kind;
    }
    return moved;
  }

  private decide(region: Region): void {
    region.why = '';
    if (!region.located && !region.loose) {
      region.state = OFF;
      region.why = 'no address';
      return;
    }
    let state: Decode = ON;
    const condition = (decode: Decode, why: OffReason): void => {
      if (decode === OFF && region.why === '') region.why = why;
      state = both(state, decode);
    };
    const { function: f } = region;
    condition(presence(f), f.doubt === 'unpowered' ? 'unpowered' : 'absent');
    condition(enable(f, region.space), 'enable');
    if (region.isRom) condition(three(f.config.bit(f.headerType === 1 ? 0x38 : 0x30, 0)), 'rom enable');
    condition(this.powered(f), 'power state');
    if (region.located) this.special(region, condition);
    this.path(region, condition);
    if (!region.located) state = both(state, MAYBE);
    // A reset that is only assumed switches nothing off for sure.
    if (state === OFF && isAssumed(f) && presence(f) !== OFF) {
      state = MAYBE;
      region.why = '';
    }
    region.state = state;
  }

  /** Places that a host may leave out: address zero, the top of the space, RAM. */
  private special(region: Region, condition: (decode: Decode, why: OffReason) => void): void {
    const edge = region.edge();
    if (edge !== undefined) {
      const value = this.reporter.choice(edge);
      const decode = value === 'decode' ? ON : value === 'skip' ? OFF : MAYBE;
      condition(decode, edge === 'zero_bar' ? 'address zero' : 'top of the address space');
    }
    if (region.space === PORT && region.lastLo >>> 0 > 0xffff) condition(MAYBE, '');
    if (region.space !== MEMORY) return;
    if (this.touches(this.machine.ram, region) || this.touches(this.machine.reserved, region)) condition(MAYBE, '');
  }

  private powered(f: PciFunction): Decode {
    if (f.powerAt === 0 || this.reporter.choice('pm') === 'cosmetic') return ON;
    const low = f.config.bit(f.powerAt + 4, 0);
    const high = f.config.bit(f.powerAt + 4, 1);
    if (low < 0 || high < 0) return f.fresh === undefined && f.config.seen[(f.powerAt + 4) >>> 2] === 0 ? ON : MAYBE;
    return low === 0 && high === 0 ? ON : OFF;
  }

  private path(region: Region, condition: (decode: Decode, why: OffReason) => void): void {
    if (region.function.bus.guessed) condition(MAYBE, '');
    const advisory = this.reporter.choice('windows') === 'advisory';
    let inner = true;
    for (let bridge = region.function.bus.owner; bridge !== undefined; bridge = bridge.bus.owner) {
      condition(presence(bridge), 'absent');
      if (this.reporter.choice('bridge_pm') !== 'ignored') condition(this.powered(bridge), 'bridge power state');
      if (bridge.bus.guessed) condition(MAYBE, '');
      if (!advisory) {
        condition(enable(bridge, region.space), 'bridge enable');
        if (region.located) {
          const { decode, closed } = windowDecode(bridge, region);
          condition(decode, closed ? 'window closed' : inner ? 'window' : 'outer window');
        }
      }
      inner = false;
    }
  }

  private collect(): void {
    const active: [Region[], Region[]] = [[], []];
    const placed: [Region[], Region[]] = [[], []];
    this.loose = [[], []];
    for (const region of this.regions) {
      if (region.located) placed[region.space].push(region);
      if (region.state === OFF) continue;
      if (region.located) active[region.space].push(region);
      if (region.loose) {
        const unknown = region.function.barKinds[region.index] === 'unknown';
        if (unknown || region.space === PORT) this.loose[PORT].push(region);
        if (unknown || region.space === MEMORY) this.loose[MEMORY].push(region);
      }
    }
    this.active = active;
    this.placed = placed;
    this.last[PORT].forget();
    this.last[MEMORY].forget();
    for (const region of this.regions) {
      const was = region.overlapped;
      region.overlapped =
        region.state !== OFF &&
        active[region.space].some(
          (other) => other !== region && other.function !== region.function && other.intersects(region),
        );
      if (was && !region.overlapped) region.overlapEndedAt = this.reporter.step;
    }
  }
}

/** Result of a look-up and the addresses below one high half for which it is the same. */
class Look {
  found: readonly Region[] = [];
  private hi = 0;
  /** Unsigned low halves; empty while nothing is known. */
  private first = 1;
  private end = 0;

  holds(hi: number, lo: number): boolean {
    const at = lo >>> 0;
    return hi === this.hi && at >= this.first && at <= this.end;
  }

  forget(): void {
    this.first = 1;
    this.end = 0;
  }

  begin(hi: number): void {
    this.hi = hi;
    this.first = 0;
    this.end = 0xffffffff;
  }

  within(region: Region): void {
    if (region.baseHi === this.hi) this.first = Math.max(this.first, region.baseLo >>> 0);
    if (region.lastHi === this.hi) this.end = Math.min(this.end, region.lastLo >>> 0);
  }

  /** A region that does not hold the address bounds the stretch on one side. */
  beside(region: Region, hi: number, lo: number): void {
    if (atMost(hi, lo, region.baseHi, region.baseLo)) {
      if (region.baseHi === hi) this.end = Math.min(this.end, (region.baseLo >>> 0) - 1);
    } else if (region.lastHi === hi) this.first = Math.max(this.first, (region.lastLo >>> 0) + 1);
  }
}

function addWithBelow(f: PciFunction, all: Set<PciFunction>): void {
  if (all.has(f)) return;
  all.add(f);
  for (const below of f.secondary?.functions ?? []) if (below !== undefined) addWithBelow(below, all);
}

function presence(f: PciFunction): Decode {
  if (f.presence !== PRESENT) return OFF;
  if (f.doubt === 'none') return ON;
  return f.doubt === 'unpowered' ? OFF : MAYBE;
}

/** Whether the function or a bridge above is only assumed to have been reset. */
function isAssumed(f: PciFunction): boolean {
  for (let one: PciFunction | undefined = f; one !== undefined; one = one.bus.owner)
    if (one.assumption !== undefined) return true;
  return false;
}

function three(bit: 0 | 1 | -1): Decode {
  return bit < 0 ? MAYBE : bit === 1 ? ON : OFF;
}

function enable(f: PciFunction, space: typeof PORT | typeof MEMORY): Decode {
  return three(f.config.bit(4, space === PORT ? 0 : 1));
}
