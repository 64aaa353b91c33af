import type { EcamRange } from '../../access/machine.ts';
import { CAUSE_WRITE } from '../cells.ts';
import { Bus, BUS_NUMBERS, PRESENT } from '../function.ts';
import type { PciFunction } from '../function.ts';
import type { FunctionIdentity } from '../verdict.ts';
import { findPlaces } from './virtual-places.ts';
import type { Place } from './virtual-places.ts';
import { findContests, mayBeSecondary, mayClaim, openNumbers } from './contested.ts';
import type { Contest } from './contested.ts';

const NO_BUSES: ReadonlySet<Bus> = new Set();

/**
 * Which bus a bus number leads to. Functions belong to buses, buses to bridges; the numbers are what the bridges hold
 * at the moment (PCIe 7.3.3), so renumbering changes nothing else.
 */
export class Routing {
  readonly roots: Bus[] = [new Bus(undefined, 0)];
  /** Bus that had a number before, with the bus numbers that are in force now or were earlier. */
  readonly former = new Map<number, Bus>();
  private byNumber = new Map<number, Bus>();
  /** Functions with virtual ones, and where those lie. */
  private readonly physicals = new Set<PciFunction>();
  private places = new Map<number, Place>();
  private placesStale = false;
  private readonly contests = new Map<number, Contest>();
  /** By segment the last bus number of its ECAM: whether its host bridge serves higher ones is open (RTE-007). */
  private readonly lastServed = new Map<number, number>();
  private stale = true;
  private step = 0;
  private readonly listener: RoutingListener;

  constructor(listener: RoutingListener) {
    this.listener = listener;
  }

  /** A function may have virtual ones. */
  addPhysical(f: PciFunction): void {
    if (this.physicals.has(f)) return;
    this.physicals.add(f);
    this.placesStale = true;
  }

  /** The virtual functions may lie elsewhere. */
  forgetPlaces(): void {
    this.placesStale = this.physicals.size > 0;
  }

  /** The virtual function that a routing id belongs to, as far as that is certain. */
  placeAt(bdf: number): Place | undefined {
    if (this.stale || this.placesStale) this.rebuild();
    return this.places.size === 0 ? undefined : this.places.get(bdf);
  }

  invalidate(step: number): void {
    this.stale = true;
    this.step = step;
  }

  /** The bus that requests for this number reach; undefined when no bridge forwards them, or the number is contested. */
  bus(number: number): Bus | undefined {
    if (this.stale || this.placesStale) this.rebuild();
    return this.contests.size > 0 && this.contests.has(number) ? undefined : this.byNumber.get(number);
  }

  /** Whether the next look may find another bus than the last one did. */
  get isOpen(): boolean {
    return this.stale || this.placesStale;
  }

  /** The bus that requests for this number reached when somebody last looked. */
  last(number: number): Bus | undefined {
    return this.contests.has(number) ? undefined : this.byNumber.get(number);
  }

  /** What is known of a contested number: several bridges of one bus forward it (RTE-005), or one may that has an open number. */
  contest(number: number): Contest | undefined {
    if (this.stale) this.rebuild();
    return this.contests.size > 0 ? this.contests.get(number) : undefined;
  }

  /** All buses that a request with a contested number may reach, as far as they are known; undefined: it is not contested. */
  contested(number: number): readonly Bus[] | undefined {
    const contest = this.contest(number);
    return contest && [...contest.buses, ...contest.former];
  }

  /** The bus that a number surely means, in an event or a request, whether requests arrive there or not. */
  surely(number: number): Bus | undefined {
    const bus = this.bus(number);
    if (bus === undefined || !hasNumber(bus, number)) return undefined;
    // Where a bridge of open number may have it, the bus need not be another one.
    return bus.guessed && this.unplaced(number).length > 0 ? undefined : bus;
  }

  /** All buses that a number may mean, as in `contested` and `unplaced`; none where it surely means one. */
  perhaps(number: number): ReadonlySet<Bus> {
    if (this.surely(number) !== undefined) return NO_BUSES;
    const bus = this.bus(number);
    return new Set([...(bus === undefined ? [] : [bus]), ...(this.contested(number) ?? []), ...this.unplaced(number)]);
  }

  /** Buses below bridges of which it is not known what number they have, and that may have this one. */
  unplaced(number: number): Bus[] {
    return this.buses().filter(
      ({ owner, spillOf }) => owner !== undefined && spillOf === undefined && mayBeSecondary(owner, number),
    );
  }

  /** The functions that an event may mean by a number; none where its bus number surely means one bus. */
  perhapsNamed(bdf: number): readonly PciFunction[] {
    return [...this.perhaps(bdf >>> 8)].map((bus) => bus.functions[bdf & 0xff]).filter((f) => f !== undefined);
  }

  /** Each segment has a host bridge of its own, which owns the first bus of its window. */
  addSegments(ranges: readonly EcamRange[]): void {
    for (const { segment, firstBus, lastBus } of ranges) {
      this.lastServed.set(segment, Math.max(this.lastServed.get(segment) ?? 0, lastBus));
      const number = (segment << 8) | firstBus;
      if (segment > 0 && firstBus === 0 && this.roots.every((root) => root.number !== number))
        this.roots.push(new Bus(undefined, number));
    }
  }

  /** A host bridge answers on a number that no bridge forwards; without power-on it may as well be a bus below. */
  addRoot(number: number, guessed: boolean): Bus {
    const bus = new Bus(undefined, number);
    bus.guessed = guessed;
    bus.mayHoldVirtual = this.physicals.size > 0;
    this.roots.push(bus);
    this.byNumber.set(number, bus);
    this.former.set(number, bus);
    return bus;
  }

  /** All buses that were ever reached, roots first, in the order of the hierarchy. */
  buses(): Bus[] {
    const all = [...this.roots];
    // What is below joins the end while it goes on.
    for (const bus of all) {
      for (const f of bus.functions) if (f?.secondary !== undefined) all.push(f.secondary);
      for (const spill of bus.spills) if (spill !== undefined) all.push(spill);
    }
    return all;
  }

  functions(): PciFunction[] {
    const all: PciFunction[] = [];
    for (const bus of this.buses()) for (const f of bus.functions) if (f !== undefined) all.push(f);
    return all;
  }

  /** Who is certainly there, by number. */
  present(): FunctionIdentity[] {
    return this.functions()
      .filter((f) => f.presence === PRESENT)
      .map((f) => f.identity())
      .toSorted((one, other) => one.bdf - other.bdf);
  }

  private rebuild(): void {
    this.stale = false;
    this.byNumber = new Map();
    this.contests.clear();
    const queue: Reach[] = [];
    for (const bus of this.roots) {
      this.byNumber.set(bus.number, bus);
      queue.push({ bus, first: (bus.number & 0xff) + 1, last: 0xff, uncertain: false });
    }
    for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
      const segment = at.bus.number & ~0xff;
      const bridges = at.bus.functions.filter(leadsOn);
      const claimants = at.bus.functions.filter(mayClaim);
      if (claimants.length > 1) findContests(claimants, segment, { from: at.first, to: at.last }, this.contests);
      // A number that a bridge is known to have goes before one that another had last.
      const knows = ({ config }: PciFunction): boolean => config.peek(0x19, 1) !== undefined;
      for (const bridge of [...bridges.filter(knows), ...bridges.filter((one) => !knows(one))]) {
        const below = this.below(bridge, segment, at);
        if (below !== undefined) queue.push(below);
      }
    }
    for (const [number, { buses, former }] of this.contests) {
      const bus = this.byNumber.get(number);
      if (bus !== undefined && !buses.includes(bus) && !former.includes(bus)) former.push(bus);
    }
    this.placesStale = false;
    if (this.physicals.size > 0) this.enterSpills();
    for (const [number, bus] of this.byNumber) this.former.set(number, bus);
  }

  /** Enters the bus numbers behind a bus on which its virtual functions lie, where no bridge has them. */
  private enterSpills(): void {
    this.places = findPlaces(this.physicals);
    for (const { bus } of this.physicals) {
      const last = bus.owner === undefined ? 0xff : (bus.owner.config.peek(0x1a, 1) ?? 0);
      for (const [distance, spill] of bus.spills.entries()) {
        if (spill === undefined) continue;
        if (spill.number !== bus.number + distance) {
          spill.number = bus.number + distance;
          this.listener.renumbered(spill);
        }
        const taken = this.byNumber.get(spill.number);
        if ((spill.number & 0xff) > last) continue;
        if (taken === undefined) this.byNumber.set(spill.number, spill);
        else if (taken.mayHoldVirtual && spill.functions.length === 0) this.adopt(taken, bus, distance);
      }
    }
  }

  /** What answered on a number that no bridge forwards was virtual functions. */
  private adopt(found: Bus, bus: Bus, distance: number): void {
    const at = this.roots.indexOf(found);
    if (at < 0) return;
    this.roots.splice(at, 1);
    found.owner = bus.owner;
    found.guessed = false;
    found.mayHoldVirtual = false;
    found.spillOf = bus;
    bus.spills[distance] = found;
  }

  /** Enters the bus below a bridge. Returns what may lie further below, or undefined: nothing is reachable. */
  private below(bridge: PciFunction, segment: number, above: Reach): Reach | undefined {
    const secondary = bridge.config.peek(0x19, 1);
    const subordinate = bridge.config.peek(0x1a, 1);
    const { uncertain } = above;
    if (secondary === undefined || (secondary === 0 && bridge.assumption !== undefined)) {
      // The numbers are not known at the moment: the last ones may still hold.
      const bus = bridge.secondary;
      if (bus === undefined) return undefined;
      const isOpen = this.enterOpen(bridge, bus, segment, above);
      const contest = this.contests.get(bus.number);
      if (contest?.former.includes(bus) === false) contest.former.push(bus);
      if (this.byNumber.has(bus.number) && !isOpen) return undefined;
      bus.uncertain = true;
      bus.inverted = false;
      if (!this.byNumber.has(bus.number)) this.byNumber.set(bus.number, bus);
      return { ...above, bus, uncertain: true };
    }
    const last = Math.min(above.last, subordinate ?? above.last);
    const first = Math.max(above.first, secondary + 1);
    // A subordinate number that is open may be below the secondary one.
    const isUncertain = uncertain || subordinate === undefined;
    if (secondary === 0) {
      // No number leads to its bus. What lies below that is inside the interval, unless 0 means that there is none.
      const bus = bridge.secondary;
      return bus === undefined || last < first ? undefined : { bus, first, last, uncertain: true };
    }
    if (secondary < above.first || secondary > above.last) {
      const bus = bridge.secondary;
      if (bus === undefined) return undefined;
      bus.inverted = false;
      return last < first ? undefined : { bus, first, last, uncertain: isUncertain };
    }
    const number = segment | secondary;
    const taken = this.byNumber.get(number);
    const free = taken === undefined || (taken.guessed && taken.owner === undefined);
    // A bus that had the number last may have another one now.
    const former = taken?.owner;
    const isFormer = former !== undefined && taken !== undefined && !hasNumber(taken, number);
    if (isFormer && openNumbers(former).length > 0 && !this.contests.has(number))
      this.contests.set(number, { buses: [], former: [taken], claims: 0, open: true });
    const contest = this.contests.get(number);
    if (!free && !isFormer && contest === undefined) return undefined;
    const bus = this.attach(bridge, number, free ? taken : undefined);
    if (bus.number !== number) {
      bus.number = number;
      bus.renumberedAt = this.step;
      this.listener.renumbered(bus);
      // What was seen under a number that was not surely its own may lie elsewhere.
      if (bus.mixed) this.listener.doubtFunctions(bus);
    }
    bus.inverted = subordinate !== undefined && secondary > subordinate;
    const served = this.lastServed.get(segment >>> 8) ?? 0xff;
    bus.uncertain = bus.inverted || isUncertain || secondary > served;
    if (bus.mixed && !bus.uncertain) {
      bus.mixed = false;
      this.listener.doubtFunctions(bus);
    }
    if (free || isFormer) this.byNumber.set(number, bus);
    contest?.buses.push(bus);
    return bus.inverted ? undefined : { bus, first, last, uncertain: isUncertain };
  }

  /** Enters the numbers that a bus may have beside its last one. Returns whether a write or a reset has left them open. */
  private enterOpen(bridge: PciFunction, bus: Bus, segment: number, { first, last }: Reach): boolean {
    const numbers = openNumbers(bridge);
    for (const one of numbers) {
      const number = segment | one;
      if (number === bus.number || one < first || one > last) continue;
      const contest = this.contests.get(number);
      if (contest === undefined) this.contests.set(number, { buses: [], former: [bus], claims: 0, open: true });
      else contest.former.push(bus);
    }
    return numbers.length > 0;
  }

  /** The bus below a bridge; one that was only guessed so far finds its place. */
  private attach(bridge: PciFunction, number: number, guessed: Bus | undefined): Bus {
    if (guessed !== undefined && bridge.secondary === undefined && guessed.functions.every((f) => f !== bridge)) {
      this.roots.splice(this.roots.indexOf(guessed), 1);
      guessed.owner = bridge;
      guessed.guessed = false;
      // What was seen before the bridge was given the number may lie behind another one, which had it then.
      const { cause, changedAt } = bridge.config;
      const before = (f?: PciFunction): boolean => f !== undefined && f.answeredAt < changedAt[BUS_NUMBERS]!;
      if (cause[BUS_NUMBERS] === CAUSE_WRITE && guessed.functions.some(before)) guessed.mixed = true;
      bridge.secondary = guessed;
    } else if (guessed !== undefined && bridge.secondary !== undefined && guessed !== bridge.secondary) {
      // What was done under the number while nobody knew whose it was, was done to the functions here.
      this.roots.splice(this.roots.indexOf(guessed), 1);
      this.listener.loseTrackOf(bridge.secondary);
    }
    bridge.secondary ??= new Bus(bridge, number);
    return bridge.secondary;
  }
}

export interface RoutingListener {
  /** Functions that were found on the bus, or missed, may be those of another one. */
  doubtFunctions(bus: Bus): void;
  /** The functions of the bus may have been written to and reset as those of another one. */
  loseTrackOf(bus: Bus): void;
  /** The bus has got another number. */
  renumbered(bus: Bus): void;
}

/** A bus, and the numbers of buses below it that requests can have when they arrive there. */
interface Reach {
  bus: Bus;
  first: number;
  last: number;
  /** Whether they may not arrive at all. */
  uncertain: boolean;
}

/** Whether the number is surely that of the bus. */
function hasNumber({ owner, spillOf }: Bus, number: number): boolean {
  if (spillOf !== undefined) return hasNumber(spillOf, spillOf.number);
  return owner === undefined || owner.config.peek(0x19, 1) === (number & 0xff);
}

function leadsOn(bridge: PciFunction | undefined): bridge is PciFunction {
  return bridge !== undefined && bridge.isBridge && bridge.presence === PRESENT;
}
