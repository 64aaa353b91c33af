import type { MachineDescription } from '../access/machine.ts';
import { AddressMap } from './decode/address-map.ts';
import { PciFunction, PRESENT } from './function.ts';
import type { Bus } from './function.ts';
import { partsOf } from './parts.ts';
import { forgetFunction } from './life-cycle/forget.ts';
import { Journal } from './blame/journal.ts';
import type { ModelOptions } from './options.ts';
import { Reporter } from './reporter.ts';
import { Routing } from './configuration/routing.ts';
import { Lines } from './interrupts/lines.ts';
import { Owed } from './interrupts/owed.ts';
import { shownBy } from './interrupts/shown.ts';
import type { Shown } from './interrupts/shown.ts';
import { Vectors } from './interrupts/vectors.ts';
import type { Watcher } from './watcher.ts';

/** How an access reached configuration space; kept beside what it taught. */
export const CAM = 1;
export const ECAM = 2;
export const CONFIG_SOURCE = 3;
export const TABLE = 4;
export type Mechanism = typeof CAM | typeof ECAM | typeof CONFIG_SOURCE | typeof TABLE;

/** Marks in a shape beside width and mechanism. */
export const SHAPE_DECODING = 0x100;
export const SHAPE_CROSSING = 0x200;
export const SHAPE_ALIAS = 0x400;
export const SHAPE_UNSUPPORTED_STATE = 0x800;

/** Width (bytes) and mechanism as one number. */
export function shapeOf(width: number, mechanism: Mechanism): number {
  return width | (mechanism << 4);
}

/** Functions that are followed: a trace in which every number answers must not take all memory. */
const FUNCTIONS_AT_MOST = 4096;

/** Vectors of MSI-X tables that are followed: a table of 2048 vectors takes a megabyte. */
const VECTORS_AT_MOST = 0x10000;

/** Everything that the parts of the model share. */
export class MachineState {
  readonly machine: MachineDescription;
  readonly reporter: Reporter;
  readonly watcher: Watcher | undefined;
  readonly routing = new Routing(this);
  readonly journal = new Journal();
  readonly map: AddressMap;
  /** What the source shows of interrupts. */
  readonly shown: Shown;
  /** Messages that are due or allowed right now. */
  readonly owed = new Owed();
  /** Levels of interrupt lines, as far as the source tells them. */
  readonly lines = new Lines();
  /** By routing ID; see `firstOf`. */
  private readonly firsts = new Map<number, PciFunction>();
  /** Ports whose next message is waited for. */
  readonly slots = new Set<PciFunction>();
  /** Steps of the last access or event that causes something, and of the last such event. */
  causeAt = -1;
  eventAt = -1;
  /** The recording begins at power-on: registers that nobody touched hold their reset values. */
  powerOn: boolean;
  /** Whether the source shows resets and removals, so that none happens unseen. */
  showsResets = false;
  /** Whether a machine reset has happened since power-on. */
  wasReset = false;
  /** Step of the last event. */
  lastEventAt = -1;
  /** Whether any virtio device is followed. */
  hasVirtio = false;
  private functions = 0;
  private msixVectors = 0;
  /** Step at which the machine last went back to a snapshot; -1: never. */
  restoredAt = -1;
  /** Step of the last access or event that may change what a device does; reads of known registers change nothing. */
  disturbedAt = -1;
  /** The access that is made goes by a CAM index of which a part was written since it was loaded (CAM-003). */
  indexInPart = false;
  bitsKnown = 0;
  bitsAnswered = 0;
  absentReads = 0;
  configurationReads = 0;
  configurationWrites = 0;
  /** What the counts of configuration accesses and of unanswered reads were when decoding was last written to. */
  readonly lastPlacing = { accesses: 0, absent: 0 };
  /** Step and reason of the last one of these. */
  undecodedAt = -1;
  undecodedWhy = '';
  /** Accesses that nothing in the model explains, by reason. */
  private readonly undecodedBy = new Map<string, { reads: number; writes: number }>();

  constructor(options: ModelOptions) {
    this.machine = options.machine;
    this.reporter = new Reporter(options);
    this.watcher = options.watcher;
    this.map = new AddressMap(options.machine, this.reporter, options.watcher);
    this.powerOn = options.machine.powerOn;
    this.routing.addSegments(options.machine.ecam);
    this.shown = shownBy(options.machine);
  }

  get step(): number {
    return this.reporter.step;
  }

  /** Whether the VMM may have assigned addresses before the guest looked. */
  get firmware(): boolean {
    return this.reporter.choice('preassigned') !== 'off';
  }

  /** A write just now may decide who decodes which addresses. */
  placing(): void {
    this.lastPlacing.accesses = this.configurationReads + this.configurationWrites;
    this.lastPlacing.absent = this.absentReads;
  }

  /** The functions of a bus may not be the ones that were seen there. */
  doubtFunctions(bus: Bus): void {
    bus.absentAt.fill(-1);
    for (const f of bus.functions) {
      if (f?.presence !== PRESENT || !['none', 'reset', 'power'].includes(f.doubt)) continue;
      f.mayBeReplaced(this.step);
      f.virtio?.forget();
      this.map.touch(f);
    }
  }

  /** A bus has got another number, and so have its functions. */
  renumbered(bus: Bus): void {
    if (this.watcher === undefined) return;
    for (const f of bus.functions) if (f !== undefined) this.watcher.renumbered(f);
  }

  /** Anything may have been done to the functions of a bus. */
  loseTrackOf(bus: Bus): void {
    for (const f of bus.functions) {
      if (f === undefined) continue;
      forgetFunction(this, f);
      f.tainted = true;
    }
    this.doubtFunctions(bus);
  }

  /** Counts an access that cannot be attributed. */
  undecode(reason: string, write: boolean): void {
    this.undecodedAt = this.step;
    this.undecodedWhy = reason;
    let count = this.undecodedBy.get(reason);
    if (count === undefined) this.undecodedBy.set(reason, (count = { reads: 0, writes: 0 }));
    if (write) count.writes++;
    else count.reads++;
  }

  get undecoded(): Map<string, number> {
    const all = new Map<string, number>();
    for (const [reason, { reads, writes }] of this.undecodedBy) {
      if (reads > 0) all.set(`read: ${reason}`, reads);
      if (writes > 0) all.set(`write: ${reason}`, writes);
    }
    return all;
  }

  /** A function is no longer there: what was counted of it is kept, its regions go. */
  retire(f: PciFunction): void {
    this.functions--;
    this.msixVectors -= f.msix?.size ?? 0;
    this.countJudged(f);
    this.map.forget(f);
  }

  /** Adds the reads of a function that had something to judge to the counts of the rules, and what it has. */
  countJudged(f: PciFunction): void {
    for (const part of partsOf(f)) this.reporter.parts.add(part);
    // Where nobody has answered, nothing is said of the machine either.
    if (this.reporter.parts.size > 0 && this.machine.cam) this.reporter.parts.add('CAM');
    for (let d = 0; d < f.config.length; d++) {
      const times = f.config.judged[d]!;
      if (times === 0) continue;
      for (const { rule } of f.fields[d] ?? []) this.reporter.count(rule, times);
    }
  }

  /**
   * The function that first had a number, which is the one that the machine's description means: behind a bridge it may
   * go to another one. `f`: has it now.
   */
  firstOf(bdf: number, f?: PciFunction): PciFunction | undefined {
    const first = this.firsts.get(bdf) ?? f;
    if (first !== undefined) this.firsts.set(bdf, first);
    return first;
  }

  /** Whether there is room for one more function. */
  hasRoom(): boolean {
    return this.functions < FUNCTIONS_AT_MOST;
  }

  /** Whether there is room for one more MSI-X table, which then counts. */
  takeTable(size: number): boolean {
    if (this.msixVectors + size > VECTORS_AT_MOST) return false;
    this.msixVectors += size;
    return true;
  }

  newFunction(bus: Bus, deviceFunction: number): PciFunction {
    this.functions++;
    const f = new PciFunction(bus, deviceFunction, (owner) => new Vectors(owner));
    f.again = bus.functions[deviceFunction] !== undefined;
    bus.functions[deviceFunction] = f;
    if (bus.uncertain && !bus.inverted) bus.mixed = true;
    return f;
  }
}
