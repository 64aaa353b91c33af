import { MEMORY, PORT } from '../../access/access.ts';
import type { MachineDescription, Range } from '../../access/machine.ts';
import { atMost } from '../../core/pair.ts';
import { barCount, ROM_INDEX } from '../layout/base-address.ts';
import type { PciFunction } from '../function.ts';
import type { Reporter } from '../reporter.ts';
import type { Watcher } from '../watcher.ts';
import { AddressIndex } from './address-index.ts';
import { enable, isAssumed, presence } from './conditions.ts';
import { fixedRanges, hasUnreadRanges } from './fixed-range.ts';
import type { FixedRange } from './fixed-range.ts';
import { both, MAYBE, OFF, ON, PAGE, Region, three } from './region.ts';
import type { Decode, OffReason } from './region.ts';
import { followPath, forwardedWindows, powered } from './path.ts';

/** Regions that change at once up to which each looks for those that it meets; beyond, all are looked at. */
const MEETINGS_AT_MOST = 64;
/** Regions in the page of a small one that are looked at: a trace may put all of them into one page. */
const PAGE_MATES_AT_MOST = 64;

/** First of the eight ports of the configuration mechanism. */
const CONFIGURATION_PORTS = 0xcf8;

/**
 * Who claims an address: a pure function of the registers on the path (MAP-011), kept per region and recomputed for
 * the functions whose registers changed.
 */
export class AddressMap {
  private readonly machine: MachineDescription;
  private readonly reporter: Reporter;
  private readonly watcher: Watcher | undefined;
  /** Regions that decode or may decode, by space. */
  private readonly active = [new AddressIndex(), new AddressIndex()] as const;
  /** Regions with a known place. */
  private readonly placed = [new AddressIndex(), new AddressIndex()] as const;
  private readonly loose = [new Set<Region>(), new Set<Region>()] as const;
  /** Functions with entries of Enhanced Allocation that were not read yet. */
  private readonly unread = new Set<PciFunction>();
  /** Functions with virtual ones, whose BARs are no regions here; `virtual-ranges.ts` compares what lies behind them. */
  private readonly physicals = new Set<PciFunction>();
  private regionsMade = 0;
  /** Regions that lie over the configuration ports and over ECAM, while nothing has changed, and where ECAM is. */
  private portShadow: readonly Region[] | undefined;
  private ecamShadow: readonly Region[] | undefined;
  private ecam: readonly Range[] = [];
  /** Step at which something on which decoding depends was last found changed or written. */
  updatedAt = -1;
  /** What was touched since decoding was last decided, and the first step at which each was. */
  private readonly changed = new Map<PciFunction, number>();

  constructor(machine: MachineDescription, reporter: Reporter, watcher?: Watcher) {
    this.machine = machine;
    this.reporter = reporter;
    this.watcher = watcher;
  }

  /** Says that something on which a function's decoding depends has changed; of a bridge, also what lies below. */
  touch(f: PciFunction): void {
    if (!this.changed.has(f)) this.changed.set(f, this.reporter.step);
    this.watcher?.touched(f);
  }

  /** Functions with virtual ones. */
  get singleRoots(): ReadonlySet<PciFunction> {
    return this.physicals;
  }

  /** Regions that claim or may claim the address; several when they overlap. */
  claims(space: typeof PORT | typeof MEMORY, hi: number, lo: number): readonly Region[] {
    if (this.changed.size > 0) this.update();
    return this.active[space].at(hi, lo);
  }

  /** The same as when somebody last looked. */
  lastClaims(space: typeof PORT | typeof MEMORY, hi: number, lo: number): readonly Region[] {
    return this.active[space].at(hi, lo);
  }

  /** All regions with a known place in a space, decoding or not. */
  located(space: typeof PORT | typeof MEMORY): readonly Region[] {
    this.update();
    return this.placed[space].regions();
  }

  /** Whether some region may lie anywhere in a space, so that no address is certainly a hole. */
  hasLoose(space: typeof PORT | typeof MEMORY): boolean {
    return this.hasStrangers(space) || this.hasVirtual(space);
  }

  /** The same, but for memory of virtual functions. */
  hasStrangers(space: typeof PORT | typeof MEMORY): boolean {
    this.update();
    return this.loose[space].size > 0 || this.unread.size > 0;
  }

  /** Whether virtual functions decode memory somewhere: VF Enable and VF Memory Space Enable may be set (PCIe 9.3.3.3). */
  private hasVirtual(space: typeof PORT | typeof MEMORY): boolean {
    if (space !== MEMORY) return false;
    for (const { config, singleRootAt: at } of this.physicals)
      if (config.bit(at + 8, 0) !== 0 && config.bit(at + 8, 3) !== 0) return true;
    return false;
  }

  /** Whether something whose place is not known may answer at an address that nobody claims. */
  hasIntruders(space: typeof PORT | typeof MEMORY): boolean {
    if (this.changed.size > 0) this.update();
    for (const one of this.loose[space]) if (this.intrudes(one, space)) return true;
    return this.hasVirtual(space);
  }

  /**
   * Regions of a known kind whose place is not known, of functions that software has switched on: beside the one that
   * claims an address they may. One whose Command is not known may be of a function that nobody has set up.
   */
  intruders(space: typeof PORT | typeof MEMORY): readonly Region[] {
    if (this.changed.size > 0) this.update();
    if (this.loose[space].size === 0) return NONE;
    return [...this.loose[space]].filter((region) => this.intrudes(region, space));
  }

  private intrudes({ function: f, index, entry }: Region, space: typeof PORT | typeof MEMORY): boolean {
    return (
      (entry !== undefined || f.barKinds[index] !== 'unknown' || this.mayHaveAddress(f, index)) &&
      this.isSwitchedOn(f, space)
    );
  }

  /** Whether a register of unknown kind holds some address, or may hold 0 where that is one. */
  private mayHaveAddress(f: PciFunction, index: number): boolean {
    const isUnread = index < ROM_INDEX && f.fresh !== undefined && f.config.seen[4 + index] === 0;
    return hasAddress(f, index) || (isUnread && this.reporter.choice('zero_bar') !== 'skip');
  }

  private isSwitchedOn(f: PciFunction, space: typeof PORT | typeof MEMORY): boolean {
    // A write of Command of which it is open if it arrived may have switched it on, and so it may be one that a reset
    // of which it is open if it happened has left switched on, or one that was read and is not known any more.
    const decode = enable(f, space);
    const { config } = f;
    const forgotten = config.confirmed[1]! & ~config.seen[1]!;
    const open = (config.unread[1]! & ~config.writtenMask[1]!) | config.otherMask[1]! | forgotten;
    const isOpen = (open & (space === PORT ? 1 : 2)) !== 0;
    const isOn = decode === ON || (decode === MAYBE && isOpen);
    return isOn && presence(f) !== OFF && powered(f, this.reporter) !== OFF;
  }

  /** Whether another region, whose place is not known, may answer where this one does. */
  mayIntrude(region: Region): boolean {
    const { space } = region;
    if (this.changed.size > 0) this.update();
    for (const one of this.loose[space]) if (one !== region && this.intrudes(one, space)) return true;
    for (const one of this.unread) if (this.isSwitchedOn(one, space)) return true;
    return this.hasVirtual(space);
  }

  /** The regions that may lie anywhere in a space and may decode. */
  looseIn(space: typeof PORT | typeof MEMORY): readonly Region[] {
    this.update();
    return [...this.loose[space]];
  }

  /** Regions that decode, or may decode, over the configuration ports. */
  overPorts(): readonly Region[] {
    if (this.changed.size > 0) this.update();
    this.portShadow ??= this.active[PORT].within(0, CONFIGURATION_PORTS, 0, CONFIGURATION_PORTS + 7);
    return this.portShadow;
  }

  /** Regions that decode over ECAM. */
  overEcam(): readonly Region[] {
    if (this.changed.size > 0) this.update();
    // Nothing may hide ECAM, so that what only may decode there changes nothing of what is expected.
    this.ecamShadow ??= this.ecam.flatMap(({ loHi, loLo, hiHi, hiLo }) =>
      this.active[MEMORY].within(loHi, loLo, hiHi, hiLo).filter(({ state }) => state === ON),
    );
    return this.ecamShadow;
  }

  /** Tells where ECAM is. */
  placeEcam(ranges: readonly Range[]): void {
    this.ecam = ranges;
    this.ecamShadow = undefined;
    this.watcher?.ecam(ranges);
  }

  /** Drops the regions of a function that is no longer there. */
  forget(f: PciFunction): void {
    const { regions } = f;
    f.regions = [];
    this.changed.delete(f);
    this.unread.delete(f);
    this.physicals.delete(f);
    this.arrange(regions, []);
    this.watcher?.gone(f);
  }

  /** The machine went back to a snapshot: what had changed before that was of the other one. Every function is to be touched. */
  restored(): void {
    this.changed.clear();
    this.watcher?.ecam(this.ecam);
  }

  /** Recomputes what changed. Called before each look, and before each further change, so that no state is skipped. */
  update(): void {
    if (this.changed.size === 0) return;
    this.updatedAt = this.reporter.step;
    const all = new Map<PciFunction, number>();
    for (const [f, since] of this.changed) addWithBelow(f, since, all);
    this.changed.clear();
    const gone: Region[] = [];
    const moved: Region[] = [];
    for (const f of all.keys()) this.recompute(f, gone, moved);
    if (gone.length > 0 || moved.length > 0) this.arrange(gone, moved);
    this.watcher?.decoding(all, (bridge) => forwardedWindows(bridge, this.reporter));
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

  /** Decides the regions of a function anew; adds those that are no more to `gone`, and those that changed to `moved`. */
  private recompute(f: PciFunction, gone: Region[], moved: Region[]): void {
    const count = barCount(f);
    const entries = fixedRanges(f);
    if (f.singleRootAt > 0) this.physicals.add(f);
    if (hasUnreadRanges(f)) this.unread.add(f);
    else this.unread.delete(f);
    if (f.regions.length !== (count === 0 ? 0 : count + 1) + entries.length || !sameEntries(f, entries)) {
      const before = f.regions;
      this.renew(f, count, entries);
      gone.push(...before.filter((region) => !f.regions.includes(region)));
    }
    const silent = presence(f) === OFF;
    for (const region of f.regions) {
      const { space, state, located, loose, baseLo, baseHi, lastLo, lastHi } = region;
      const kind = f.barKinds[region.index];
      // What does not answer keeps its place, to know it if it answers nevertheless: in reset until the BAR is written.
      const stays = silent || (f.doubt === 'held' && !region.isWritten);
      if (!stays || !region.located) region.place();
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
      const same =
        !elsewhere && state === region.state && loose === region.loose && (!loose || kind === region.kindSeen);
      if (!same) moved.push(region);
      region.kindSeen = kind;
    }
  }

  private renew(f: PciFunction, count: number, entries: readonly FixedRange[]): void {
    const indexes = count === 0 ? [] : [...Array.from({ length: count }, (_, index) => index), ROM_INDEX];
    const make = (index: number, entry?: FixedRange): Region => new Region(f, index, this.regionsMade++, entry);
    // Regions that stay keep what was read behind them.
    f.regions = [
      ...indexes.map((index) => f.regions.find((one) => one.entry === undefined && one.index === index) ?? make(index)),
      ...entries.map((entry) => f.regions.find((one) => isOf(one, entry)) ?? make(entry.index, entry)),
    ];
  }

  private decide(region: Region): void {
    region.why = '';
    if (!region.located && !region.loose) {
      region.state = OFF;
      region.why = 'no address';
      return;
    }
    let state: Decode = ON;
    let others: Decode = ON;
    const condition = (decode: Decode, why: OffReason): void => {
      if (why !== 'address zero' && why !== 'top of the address space') others = both(others, decode);
      if (decode === OFF && region.why === '') region.why = why;
      state = both(state, decode);
    };
    const { function: f } = region;
    condition(presence(f), f.doubt === 'unpowered' ? 'unpowered' : 'absent');
    condition(enable(f, region.space), region.entry === undefined ? 'enable' : 'entry space enable');
    if (region.entry !== undefined) condition(three(f.config.bit(region.entry.at + 3, 7)), 'entry enable');
    else if (region.isRom) condition(three(f.config.bit(f.headerType === 1 ? 0x38 : 0x30, 0)), 'rom enable');
    condition(powered(f, this.reporter), 'power state');
    if (region.located) this.special(region, condition);
    // Bridges above may know of the fixed range by an entry of their own.
    if (region.entry !== undefined && (region.isRom || f.bus.owner !== undefined)) condition(MAYBE, '');
    else followPath(f, region, region.located, this.reporter, condition);
    if (!region.located) state = both(state, MAYBE);
    region.otherwise = region.located ? others : both(others, MAYBE);
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

  private enter(region: Region, exists: boolean): void {
    const unknown = region.loose && region.function.barKinds[region.index] === 'unknown';
    for (const space of SPACES) {
      const here = exists && region.space === space;
      this.placed[space].set(region, here && region.located);
      this.active[space].set(region, here && region.located && region.state !== OFF);
      if (exists && region.loose && region.state !== OFF && (here || unknown)) this.loose[space].add(region);
      else this.loose[space].delete(region);
    }
  }

  /** Enters what has changed into the indexes, and finds out what overlaps since. */
  private arrange(gone: readonly Region[], moved: readonly Region[]): void {
    this.portShadow = undefined;
    this.ecamShadow = undefined;
    const touched = new Set(moved);
    const many = gone.length + moved.length > MEETINGS_AT_MOST;
    const meet = (region: Region): void => {
      if (many) return;
      this.active[PORT].meeting(region, touched);
      this.active[MEMORY].meeting(region, touched);
    };
    for (const region of gone) {
      meet(region);
      this.enter(region, false);
    }
    for (const region of moved) {
      meet(region);
      this.enter(region, true);
    }
    for (const region of moved) meet(region);
    if (many) for (const space of SPACES) for (const region of this.active[space].regions()) touched.add(region);
    for (const region of touched) {
      this.findPageMates(region);
      const was = region.overlapped;
      region.overlapped = this.isOverlapped(region);
      if (was && !region.overlapped) region.overlapEndedAt = this.reporter.step;
    }
  }

  private isOverlapped(region: Region): boolean {
    const { space, baseHi, baseLo, lastHi, lastLo } = region;
    if (!this.active[space].has(region)) return false;
    for (const other of this.active[space].among(baseHi, baseLo, lastHi, lastLo))
      if (other.function !== region.function) return true;
    return false;
  }

  /** Other regions that decode, or may decode, in the page of a region that is smaller than one. */
  private findPageMates(region: Region): void {
    const { pageMates: before, baseHi, baseLo } = region;
    const small = region.state !== OFF && region.isSmall;
    if (before.length === 0 && !small) return;
    const mates: Region[] = [];
    if (small) {
      const page = baseLo & ~(PAGE - 1);
      let looked = 0;
      for (const other of this.active[MEMORY].among(baseHi, page, baseHi, page | (PAGE - 1))) {
        if (++looked > PAGE_MATES_AT_MOST) break;
        if (other !== region && other.sharesPage(baseHi, baseLo)) mates.push(other);
      }
    }
    if (mates.length === before.length && mates.every((mate, index) => mate === before[index])) return;
    region.pageMates = mates;
    region.pageAt = this.reporter.step;
  }
}

const NONE: readonly Region[] = [];
const SPACES = [PORT, MEMORY] as const;

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

/** Adds a function and what lies below it: of that, decoding changes with the first change on its path. */
function addWithBelow(f: PciFunction, since: number, all: Map<PciFunction, number>): void {
  const known = all.get(f);
  if (known !== undefined && known <= since) return;
  all.set(f, since);
  for (const below of f.secondary?.functions ?? []) if (below !== undefined) addWithBelow(below, since, all);
}

/** Whether a register of unknown kind holds some address. */
function hasAddress({ config }: PciFunction, index: number): boolean {
  const d = 4 + index;
  return index < ROM_INDEX && (config.value[d]! & config.seen[d]! & ~15) !== 0;
}
