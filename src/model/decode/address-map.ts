import { MEMORY, PORT } from '../../access/access.ts';
import type { MachineDescription, Range } from '../../access/machine.ts';
import { atMost } from '../../core/pair.ts';
import { barCount, ROM_INDEX } from '../layout/base-address.ts';
import { PRESENT } from '../function.ts';
import type { PciFunction } from '../function.ts';
import type { Reporter } from '../reporter.ts';
import { fixedRanges } from './fixed-range.ts';
import type { FixedRange } from './fixed-range.ts';
import { Look } from './look.ts';
import { both, MAYBE, OFF, ON, Region } from './region.ts';
import type { Decode, OffReason } from './region.ts';
import { windowDecode } from './window.ts';

/** First of the eight ports of the configuration mechanism. */
const CONFIGURATION_PORTS = 0xcf8;

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
  /** Regions that lie over the configuration ports and over ECAM, and where that is. */
  private portShadow: readonly Region[] = [];
  private ecamShadow: readonly Region[] = [];
  private ecam: readonly Range[] = [];
  /** Step at which something on which decoding depends was last found changed or written. */
  updatedAt = -1;
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

  /** Regions that decode, or may decode, over the configuration ports. */
  overPorts(): readonly Region[] {
    if (this.changed.size > 0) this.update();
    return this.portShadow;
  }

  /** Regions that decode over ECAM. */
  overEcam(): readonly Region[] {
    if (this.changed.size > 0) this.update();
    return this.ecamShadow;
  }

  /** Tells where ECAM is. */
  placeEcam(ranges: readonly Range[]): void {
    this.ecam = ranges;
    this.collect();
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
    this.updatedAt = this.reporter.step;
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
    const count = barCount(f);
    const entries = fixedRanges(f);
    if (f.regions.length !== (count === 0 ? 0 : count + 1) + entries.length || !sameEntries(f, entries)) {
      this.renew(f, count, entries);
      moved = true;
    }
    // What does not answer keeps its place, to know it if it answers nevertheless.
    const silent = presence(f) === OFF || f.doubt === 'held';
    for (const region of f.regions) {
      const { space, state, located, loose, baseLo, baseHi, lastLo, lastHi } = region;
      const kind = f.barKinds[region.index];
      if (!silent || !region.located) region.place();
      this.decide(region);
      const elsewhere =
        space !== region.space ||
        located !== region.located ||
        baseLo !== region.baseLo ||
        baseHi !== region.baseHi ||
        lastLo !== region.lastLo ||
        lastHi !== region.lastHi;
      if (elsewhere) region.movedAt = this.reporter.step;
      if (state !== OFF && region.state === OFF) region.endedAt = this.reporter.step;
      moved ||= elsewhere || state !== region.state || loose !== region.loose || (loose && kind !== region.kindSeen);
      region.kindSeen = kind;
    }
    return moved;
  }

  private renew(f: PciFunction, count: number, entries: readonly FixedRange[]): void {
    for (const region of f.regions) this.regions.delete(region);
    const indexes = count === 0 ? [] : [...Array.from({ length: count }, (_, index) => index), ROM_INDEX];
    // Regions that stay keep what was read behind them.
    f.regions = [
      ...indexes.map(
        (index) => f.regions.find((one) => one.entry === undefined && one.index === index) ?? new Region(f, index),
      ),
      ...entries.map((entry) => f.regions.find((one) => isOf(one, entry)) ?? new Region(f, entry.index, entry)),
    ];
    for (const region of f.regions) this.regions.add(region);
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
    condition(enable(f, region.space), region.entry === undefined ? 'enable' : 'entry space enable');
    if (region.entry !== undefined) condition(three(f.config.bit(region.entry.at + 3, 7)), 'entry enable');
    else if (region.isRom) condition(three(f.config.bit(f.headerType === 1 ? 0x38 : 0x30, 0)), 'rom enable');
    condition(this.powered(f), 'power state');
    if (region.located) this.special(region, condition);
    // Bridges above may know of the fixed range by an entry of their own.
    if (region.entry !== undefined && (region.isRom || f.bus.owner !== undefined)) condition(MAYBE, '');
    else this.path(region, condition);
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
          const { decode, why } = windowDecode(bridge, region);
          condition(decode, why === 'window' && !inner ? 'outer window' : why);
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
    this.portShadow = active[PORT].filter((region) => region.reaches(CONFIGURATION_PORTS, CONFIGURATION_PORTS + 7));
    // Nothing may hide ECAM, so that what only may decode there changes nothing of what is expected.
    this.ecamShadow = active[MEMORY].filter((region) => region.state === ON && this.touches(this.ecam, region));
    this.last[PORT].forget();
    this.last[MEMORY].forget();
    const { step } = this.reporter;
    for (const region of this.regions) {
      this.findPageMates(region, active[MEMORY]);
      const was = region.overlapped;
      region.overlapped =
        region.state !== OFF &&
        active[region.space].some(
          (other) => other !== region && other.function !== region.function && other.intersects(region),
        );
      if (was && !region.overlapped) region.overlapEndedAt = step;
    }
  }

  /** Other regions that decode, or may decode, in the page of a region that is smaller than one. */
  private findPageMates(region: Region, active: readonly Region[]): void {
    const { pageMates: before } = region;
    if (before.length === 0 && (region.state === OFF || !region.isSmall)) return;
    const mates =
      region.state === OFF || !region.isSmall
        ? []
        : active.filter((other) => other !== region && other.sharesPage(region.baseHi, region.baseLo));
    if (mates.length === before.length && mates.every((mate, index) => mate === before[index])) return;
    region.pageMates = mates;
    region.pageAt = this.reporter.step;
  }
}

function isOf({ entry }: Region, { number, at, index, io }: FixedRange): boolean {
  return entry?.number === number && entry.at === at && entry.index === index && entry.io === io;
}

function sameEntries(f: PciFunction, entries: readonly FixedRange[]): boolean {
  const first = f.regions.length - entries.length;
  return entries.every((entry, index) => {
    const region = f.regions[first + index];
    return region !== undefined && isOf(region, entry);
  });
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
