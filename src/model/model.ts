import { CONFIG, MEMORY, PORT } from '../access/access.ts';
import type { Access } from '../access/access.ts';
import type { Event, Located } from '../access/event.ts';
import { atMost, differenceHi, differenceLo, sumHi, sumLo } from '../core/pair.ts';
import { ConfigurationPorts } from './configuration/cam.ts';
import { leastWidth, readRegister, writeRegister, writeRest } from './configuration/configuration.ts';
import { EcamWindows } from './configuration/ecam.ts';
import { PortShadow } from './configuration/shadow.ts';
import { isOnes } from './decode/telling.ts';
import { Evidence } from './decode/evidence.ts';
import { Decoder } from './decoder/decoder.ts';
import { conditionChanged, judgeIntx } from './interrupts/intx.ts';
import { Ledger } from './interrupts/ledger.ts';
import { settleLines } from './interrupts/lines.ts';
import { settleOwed } from './interrupts/owed.ts';
import { eject, exchange } from './life-cycle/exchange.ts';
import { hotPlugCommand, loseTrack, resetMachine } from './life-cycle/life-cycle.ts';
import type { ModelOptions, ModelStatistics } from './options.ts';
import { ON } from './decode/region.ts';
import type { Region } from './decode/region.ts';
import { Quiet } from './interrupts/quiet.ts';
import { SavedMachine } from './life-cycle/saved-machine.ts';
import { perhapsRead, perhapsWritten, writtenSomewhere } from './perhaps-reached.ts';
import { ModelQueries } from './queries.ts';
import { takeSnapshot } from './snapshot.ts';
import type { Conclusion } from './reporter.ts';
import type { ModelSnapshot } from './snapshot.ts';
import { CONFIG_SOURCE, MachineState } from './state.ts';
import { locate, readPending, readTable, writeBeside, writePending, writeTable } from './interrupts/table-access.ts';
import { noteEvent, reachVirtio } from './virtio/accesses.ts';

/** Chipset register that resets the machine. */
const RESET_CONTROL = 0xcf9;

/** Events that tell of what devices do, or change nothing for the guest. */
const UNCAUSED: ReadonlySet<Event['kind']> = new Set(['message', 'line', 'intx', 'save', 'restore']);
const SNAPSHOTS: ReadonlySet<Event['kind']> = new Set(['save', 'restore']);
/** Events that others cause: they stand behind the access or event that did. */
const RESULTS: ReadonlySet<Event['kind']> = new Set(['message', 'line', 'intx']);

type AddressSpace = typeof PORT | typeof MEMORY;

/** The reference model of one machine: fed with accesses and events in order, it reports what no rule allows. */
export class Model {
  private readonly state: MachineState;
  private readonly ports: ConfigurationPorts;
  private readonly portShadow: PortShadow;
  private readonly ecam: EcamWindows;
  private readonly ledger: Ledger;
  private readonly evidence: Evidence;
  private memoryAccesses = 0;
  private portAccesses = 0;
  private events = 0;
  /** Whether nothing but results has come since an unplug. */
  private removing = false;
  private readonly quiet: Quiet;
  private readonly snapshots: SavedMachine;
  /** Configuration writes and reads of absent functions so far. */
  private disturbances = 0;

  constructor(options: ModelOptions) {
    this.state = new MachineState(options);
    this.ports = new ConfigurationPorts(this.state);
    this.portShadow = new PortShadow(this.state, this.ports);
    this.ecam = new EcamWindows(this.state);
    this.ledger = new Ledger(this.state);
    this.evidence = new Evidence(this.state);
    this.quiet = new Quiet(this.state);
    this.snapshots = new SavedMachine(this.state, this.evidence, this.quiet, [
      this.ports,
      this.portShadow,
      this.ecam,
      this.ledger,
    ]);
  }

  /** Judges an access: what a read was answered, and what follows from a write. The object may be used again. */
  access(access: Access): void {
    const { reporter, lines } = this.state;
    this.settle();
    this.removing = false;
    // A read may tell what a write has made of a register.
    if (lines.isWatched) lines.dirty = true;
    reporter.atAccess(access);
    this.quiet.end();
    this.snapshots.touch();
    switch (access.space) {
      case PORT:
        this.portAccesses++;
        this.port(access, access.addressLo);
        break;
      case MEMORY:
        this.memoryAccesses++;
        this.memory(access);
        break;
      case CONFIG:
        this.configuration(access);
        break;
    }
    if (access.write) this.followHost();
    const disturbances = this.state.configurationWrites + this.state.absentReads;
    if (disturbances !== this.disturbances) this.state.disturbedAt = reporter.step;
    this.disturbances = disturbances;
    reporter.step++;
  }

  /** Takes note of an event, and judges whether it may have come. */
  event(event: Located<Event>): void {
    const { state } = this;
    const { reporter } = state;
    if (event.kind === 'remark') return;
    this.events++;
    if (!RESULTS.has(event.kind)) {
      // The functions of a device, and what is below them, go together, each with an event of its own.
      // What was due may be in a gap.
      if (event.kind === 'gap') state.owed.clear();
      else if (event.kind !== 'unplug' || !this.removing) this.settle();
      this.removing = event.kind === 'unplug';
      this.state.eventAt = reporter.step;
      this.state.lines.dirty = true;
    }
    reporter.atEvent(event, event.line);
    if (!UNCAUSED.has(event.kind)) this.quiet.end();
    if (!SNAPSHOTS.has(event.kind)) this.snapshots.touch();
    if (!UNCAUSED.has(event.kind)) this.state.disturbedAt = reporter.step;
    noteEvent(this.state, event);
    this.happen(event);
    reporter.step++;
  }

  /** The next cause: what the last one has made due stands before it, or is lost. */
  private settle(): void {
    const { state } = this;
    if (state.owed.entries.length > 0) state.reporter.afterwards(() => settleOwed(state));
    if (state.lines.dirty && state.shown.conditions) state.reporter.afterwards(() => settleLines(state));
    state.causeAt = state.reporter.step;
  }

  /** Settles what is still open at the end of a trace. */
  finish(): void {
    this.state.map.update();
    for (const f of this.state.routing.functions()) this.state.countJudged(f);
  }

  /** Takes what was judged of the machine as it was left; it belongs to the last access or event. @internal */
  conclude({ exercised, verdicts }: Conclusion): void {
    const { reporter } = this.state;
    for (const [rule, times] of exercised) reporter.count(rule, times);
    reporter.step = Math.max(0, reporter.step - 1);
    for (const verdict of verdicts) reporter.conclude(verdict);
    reporter.step++;
  }

  /** What the model holds now; may be asked at any moment. */
  snapshot(): ModelSnapshot {
    return takeSnapshot(this.state, this.ecam.ranges(), this.ports.used);
  }

  /** Questions about the present state; they stay good while the model goes on. @internal */
  queries(): ModelQueries {
    return new ModelQueries(this.state);
  }

  /** What an access reaches, for who puts a trace into words. @internal */
  decoder(): Decoder {
    return new Decoder(this.state, this.ports, this.ecam, this.ledger.ioApic);
  }

  /** Counts so far. */
  statistics(): ModelStatistics {
    const { state } = this;
    const { reporter } = state;
    return {
      steps: reporter.step,
      configurationReads: state.configurationReads,
      configurationWrites: state.configurationWrites,
      absentReads: state.absentReads,
      memoryAccesses: this.memoryAccesses,
      portAccesses: this.portAccesses,
      messages: this.ledger.messages,
      events: this.events,
      undecoded: new Map([...state.undecoded].toSorted(([one], [other]) => (one < other ? -1 : 1))),
      functions: state.routing.present(),
      exercised: reporter.exercised,
      parts: reporter.parts,
      learned: reporter.learned,
      excused: reporter.excused,
      bitsKnown: state.bitsKnown,
      bitsAnswered: state.bitsAnswered,
    };
  }

  private port(access: Access, port: number): void {
    const { state } = this;
    if (port === RESET_CONTROL && access.width === 1) {
      // Where the source tells of resets by events, the event follows.
      if (access.write && (access.valueLo & 6) === 6 && !state.showsResets) this.reset();
      return;
    }
    const mechanism = state.machine.cam && this.ports.claims(port, access.width);
    if (mechanism && this.ports.isCrossed(port, access.width))
      this.beside(access, state.map.claims(PORT, 0, port), PORT, 0, port);
    if (!mechanism || this.portShadow.access(access, state.map.overPorts())) this.region(access, PORT, 0, port);
  }

  private memory(access: Access): void {
    const { addressHi: hi, addressLo: lo } = access;
    if (this.ecam.access(access)) {
      // The end of the window is a border of a page.
      if ((lo & 0xfff) + access.width > 0x1000) this.beside(access, [], MEMORY, hi, lo);
      return;
    }
    const window = this.state.machine.ioWindow;
    if (window !== undefined && atMost(window.loHi, window.loLo, hi, lo) && atMost(hi, lo, window.hiHi, window.hiLo)) {
      this.region(access, PORT, 0, differenceLo(lo, window.loLo));
      const left = differenceHi(window.hiHi, window.hiLo, hi, lo) === 0 ? differenceLo(window.hiLo, lo) >>> 0 : 8;
      if (left < access.width - 1) this.beside(access, [], MEMORY, hi, lo);
      return;
    }
    if (this.ledger.ioApic.claims(hi, lo)) {
      // Where a BAR lies over the registers, it may be the one that answers, or has taken the write.
      this.beside(access, this.state.map.claims(MEMORY, hi, lo), MEMORY, hi, lo);
      if (access.write) this.ledger.ioApic.write(lo, access.valueLo);
      return;
    }
    // A window begins at a border of a page.
    if ((lo & 0xfff) + access.width > 0x1000) this.ecam.tail(access);
    this.region(access, MEMORY, hi, lo);
  }

  /** An access of a source that has neither ports nor ECAM. */
  private configuration(access: Access): void {
    const { state } = this;
    const { addressHi: bdf, addressLo: offset, valueLo } = access;
    const width = access.width === 0 ? leastWidth(offset, valueLo) : access.width;
    if ((offset & 3) + width > 4) {
      state.undecode('a configuration access beyond a dword', access.write);
    } else if (access.write) {
      writeRegister(state, bdf, offset, width, valueLo, CONFIG_SOURCE);
      if (access.width === 0) writeRest(state, bdf, offset + width);
    } else readRegister(state, bdf, offset, width, valueLo, CONFIG_SOURCE);
  }

  /** An access to an address that a BAR, a ROM or nobody claims. */
  private region(access: Access, space: AddressSpace, hi: number, lo: number): void {
    const { state } = this;
    const claims = state.map.claims(space, hi, lo);
    const place = { space, hi, lo };
    reachVirtio(state, access, claims, space, hi, lo);
    if (access.write) for (const { function: f } of claims) f.barWrittenAt = state.step;
    const [only] = claims;
    if (only !== undefined && claims.length === 1 && this.structure(access, only, hi, lo)) {
      if (access.write) this.evidence.overwritten(access, place);
      // A write may still be on its way when a message leaves.
      if (!access.write && only.state === ON) only.function.answeredAt = state.step;
      if (access.write) state.disturbedAt = state.step;
      return;
    }
    state.disturbedAt = state.step;
    for (const { function: f } of claims) f.vectors.touchedAt = state.step;
    this.beyond(access, claims, space, hi, lo);
    if (access.write) {
      const carried = { width: access.width, lo: access.valueLo, hi: access.valueHi };
      // A write that is not surely to a structure of one function may have reached tables all the same.
      if (space === MEMORY) for (const region of claims) writeBeside(state, region, hi, lo, carried);
      for (const { function: f } of claims) f.vectors.working = true;
      this.evidence.write(access, place, claims);
      if (claims.length === 0) {
        this.unclaimed(access, space);
        writtenSomewhere(state, state.map.looseIn(space));
        if (space === MEMORY) {
          this.ledger.writtenElsewhere(access.width, access.valueLo, access.valueHi);
          this.ecam.perhaps(access);
        }
      } else {
        const sure = claims.some((region) => region.state === ON);
        writtenSomewhere(state, sure ? state.map.intruders(space) : state.map.looseIn(space));
      }
      for (const { function: f, index } of claims) if (f.shpcAt > 0 && index === 0) hotPlugCommand(state, f);
    } else {
      if (!isOnes(access)) this.readSomewhere(claims, space);
      if (!this.evidence.read(access, place, claims)) this.unclaimed(access, space);
    }
    if (only !== undefined && claims.length === 1 && only.state === ON && !access.write)
      only.function.answeredAt = state.step;
  }

  /** A read may have been answered by a region whose place is not known, and have served its device. */
  private readSomewhere(claims: readonly Region[], space: AddressSpace): void {
    const { step, map } = this.state;
    if (!map.hasLoose(space)) return;
    for (const { function: f } of claims.length === 0 ? map.looseIn(space) : map.intruders(space)) {
      f.vectors.touchedAt = step;
      f.virtio?.isr.disturb();
    }
  }

  private unclaimed(access: Access, space: AddressSpace): void {
    this.state.undecode(
      space === PORT ? 'no function claims the port' : 'no function claims the address',
      access.write,
    );
  }

  /** MSI-X table or pending bits. Returns whether the access is to one of them. */
  private structure(access: Access, region: Region, hi: number, lo: number): boolean {
    const f = region.function;
    const { msix } = f;
    if (msix === undefined || differenceHi(hi, lo, region.baseHi, region.baseLo) !== 0) return false;
    const found = locate(f, region.index, region.offset(hi, lo));
    const aligned = access.width >= 4 && (lo & (access.width - 1)) === 0;
    if (found === undefined) return false;
    const { state } = this;
    if (!aligned) {
      const last = state.map.claims(MEMORY, sumHi(hi, lo, 0, access.width - 1), sumLo(lo, access.width - 1));
      // Behind the border of another region that one may answer, too, or be written to: a read tells nothing then.
      if (last.length !== 1 || last[0] !== region) return !access.write;
    }
    const carried = { width: access.width, lo: access.valueLo, hi: access.valueHi };
    if (access.write && !aligned) {
      if (locate(f, region.index, region.offset(hi, lo) + access.width - 1) === undefined) return false;
      writeBeside(state, region, hi, lo, carried);
    } else if (state.map.mayIntrude(region)) {
      if (access.write) writeBeside(state, region, hi, lo, carried);
    } else if (found.what === 'table') {
      if (access.write) writeTable(state, region, msix, found.at, carried);
      else if (region.state === ON) readTable(state, region, msix, found.at, carried);
    } else if (access.write) writePending(f, msix, found.at, carried);
    else if (region.state === ON) readPending(state, region, msix, found.at, carried);
    return true;
  }

  /** An access to what is no region: those that `claims` claim, and those behind its border, may have taken it too. */
  private beside(access: Access, claims: readonly Region[], space: AddressSpace, hi: number, lo: number): void {
    reachVirtio(this.state, access, [], space, hi, lo);
    this.perhaps(access, claims, hi, lo);
    this.beyond(access, claims, space, hi, lo);
    if (access.write) writtenSomewhere(this.state, this.state.map.looseIn(space));
    else this.readSomewhere(claims, space);
  }

  /** The bytes behind a border of `claims` perhaps go to the region that begins there. */
  private beyond(access: Access, claims: readonly Region[], space: AddressSpace, hi: number, lo: number): void {
    const { width } = access;
    // Regions begin at a multiple of 4 at least.
    if (width < 8 && (lo & 3) + width <= 4) return;
    const last = this.state.map.claims(space, sumHi(hi, lo, 0, width - 1), sumLo(lo, width - 1));
    const others = last.filter((region) => !claims.includes(region));
    if (others.length > 0) this.perhaps(access, others, hi, lo);
  }

  private perhaps(access: Access, regions: readonly Region[], hi: number, lo: number): void {
    for (const region of regions) {
      if (access.write) perhapsWritten(this.state, region, access, hi, lo);
      else perhapsRead(this.state, region);
    }
  }

  /** The host bridge may have moved its ECAM window. */
  private followHost(): void {
    const host = this.state.routing.roots[0]?.functions[0];
    if (host === undefined) return;
    const { changedAt } = host.config;
    const { step } = this.state;
    if (changedAt[0x60 >>> 2] === step || changedAt[0x64 >>> 2] === step) this.ecam.follow(host);
  }

  private reset(): void {
    resetMachine(this.state);
    this.ports.reset();
    this.portShadow.reset();
    this.ecam.reset();
    this.ledger.ioApic.reset();
  }

  private loseTrack(): void {
    loseTrack(this.state);
    this.state.owed.clear();
    this.state.lines.forget();
    this.ports.forget();
    this.portShadow.reset();
  }

  private happen(event: Located<Event>): void {
    const { state } = this;
    switch (event.kind) {
      case 'message':
        this.ledger.message(event);
        this.quiet.message(event);
        return;
      case 'intx':
        this.quiet.intx(state.routing.surely(event.bdf >>> 8)?.functions[event.bdf & 0xff]);
        judgeIntx(state, event.bdf, event.level);
        return;
      case 'condition':
        conditionChanged(state, event.bdf, event.level);
        return;
      case 'line':
        this.quiet.input(event.input, event.level);
        state.lines.change(event.input, event.level);
        return;
      case 'fire':
        this.ledger.fire(event.bdf, event.vector);
        return;
      case 'power-on':
        state.powerOn = true;
        state.showsResets = true;
        return;
      case 'reset':
        state.showsResets = true;
        this.reset();
        return;
      case 'plug':
      case 'unplug':
        exchange(state, event.kind, event.bdf);
        return;
      case 'eject':
        eject(state, event.devices);
        return;
      case 'gap':
        this.snapshots.forget();
        this.loseTrack();
        return;
      case 'refused':
        state.undecode('the target refused the access, or nothing decodes it', event.write);
        return;
      case 'save':
        this.snapshots.save();
        return;
      case 'restore': {
        const levels = state.lines.present();
        if (this.snapshots.restore()) state.lines.restored(levels);
        else this.loseTrack();
        return;
      }
      case 'remark':
        return;
    }
  }
}
