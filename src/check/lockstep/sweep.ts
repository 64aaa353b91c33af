/**
 * After a step everything is looked at that it could have hurt: configuration space of all functions, where a byte
 * image shows which registers are worth a read, and what lies behind the BARs of the functions that took part.
 */

import { Access, MEMORY } from '../../access/access.ts';
import { configurationOf } from '../../topology/mechanism.ts';
import type { ConfigurationPort } from '../../topology/mechanism.ts';
import type { Bar, TopologyFunction } from '../../topology/topology.ts';
import { barRegister, capabilityAt, ROM_INDEX } from '../../topology/topology.ts';
import type { Lockstep } from './lockstep.ts';

/** In Command (PCIe 7.5.1.1.3). */
const IO_ENABLE = 1;
const MEMORY_ENABLE = 2;
const POWER_MANAGEMENT = 0x01;
const VENDOR_SPECIFIC = 0x09;
/** Bytes of the capabilities that are longer than two dwords: MSI, PCI Express, MSI-X, Enhanced Allocation (PCIe 7.5.3, 7.7, 7.8.5). */
const LONG: ReadonlyMap<number, number> = new Map([
  [0x05, 0x18],
  [0x10, 0x3c],
  [0x11, 0x0c],
  [0x14, 0x40],
]);
/** Reads that one sweep makes at most: a machine that has gone astray must not take all the time. */
const READS_AT_MOST = 256;
/** Reads after a restore of what it may have lost. */
const RESTORED_AT_MOST = 1024;
/** Such sweeps in a row before the first step, until nothing is open. */
const ROUNDS_AT_MOST = 16;

/** Dwords of a table that are read after a step beside those that tell most: what damaged one of them has not been seen yet. */
const IN_TURN = 2;

/** Dwords of a table that are read where it is looked through. */
const THROUGH_AT_MOST = 64;

/** Slices of virtual functions that are looked at. */
const SLICES_AT_MOST = 8;

export class Sweep {
  /** Reads so far. */
  accesses = 0;
  private readonly lockstep: Lockstep;
  private readonly port: ConfigurationPort;
  /** Reads that go out together. */
  private pending: Access[] = [];
  private readonly images = new Map<number, Uint8Array>();
  private readonly offsets: number[] = [];
  private turn = 0;
  /** Dword of its table that a function shows next. */
  private readonly entryTurn = new Map<TopologyFunction, number>();
  /** Where each BAR was at the last look, by function index * 8 + BAR index. */
  private readonly places = new Map<number, { hi: number; lo: number }>();
  /** What each function decoded when it was asked last if it has moved. */
  private readonly decoding = new Map<TopologyFunction, string>();

  constructor(lockstep: Lockstep) {
    this.lockstep = lockstep;
    // By ECAM, so that the index port keeps what a step has left in it.
    const aside = { access: (access: Access): void => void this.pending.push(new Access().assign(access)) };
    this.port = configurationOf(aside, lockstep.machine, 'ecam');
  }

  /** Carries out what has been put aside: no read depends on another one's answer. */
  private flush(): void {
    const { pending } = this;
    if (pending.length === 0) return;
    this.pending = [];
    this.lockstep.accessAll(pending);
  }

  /**
   * Configuration space of the functions that took part, and of those whose bytes have changed; `whole`: of all, for the
   * model may have moved where the target has not. Returns whether anything was read.
   */
  configuration(cast: readonly TopologyFunction[], whole: boolean): boolean {
    const { lockstep, offsets } = this;
    const own = new Set(cast.map((f) => lockstep.view.bdf(f)));
    let left = READS_AT_MOST;
    // Those that took part come first; the others in turn, so that none waits for ever behind what never gets known.
    const others = [...new Set([...lockstep.queries.present(), ...this.images.keys()])];
    const start = this.turn++ % Math.max(1, others.length);
    const all = [...new Set([...own, ...others.slice(start), ...others.slice(0, start)])];
    const images = lockstep.images(all);
    if (images.length === 0) return false;
    for (const [index, bdf] of all.entries()) {
      const image = images[index];
      const before = this.images.get(bdf);
      offsets.length = 0;
      if (image === undefined) {
        // Somebody has gone; where nobody is expected either, nothing is to be seen.
        if (this.images.delete(bdf)) offsets.push(0);
      } else {
        const same = before?.length === image.length && Buffer.compare(before, image) === 0;
        if (same && !whole && !own.has(bdf)) continue;
        if (before?.length === image.length) before.set(image);
        else this.images.set(bdf, image.slice());
        lockstep.queries.telling(bdf, image, offsets);
      }
      for (const offset of offsets) {
        if (left-- <= 0) {
          this.flush();
          return true;
        }
        this.read(bdf, offset);
      }
      this.flush();
    }
    return left < READS_AT_MOST;
  }

  /** Registers of all functions that a restore may have lost, whatever an image shows: a read may give something else. */
  restored(): void {
    const { lockstep, offsets } = this;
    let left = RESTORED_AT_MOST;
    const all = lockstep.queries.present();
    // In turn, so that none is left out for ever.
    const start = this.turn++ % Math.max(1, all.length);
    for (const bdf of [...all.slice(start), ...all.slice(0, start)]) {
      offsets.length = 0;
      lockstep.queries.restored(bdf, offsets);
      for (const offset of offsets) if (left-- > 0) this.read(bdf, offset);
    }
    this.flush();
  }

  /**
   * Where a target has no image: the header and the capabilities of some functions, register by register. Vendor-specific
   * capabilities are left alone, for virtio's has a register whose read goes behind a BAR (virtio 1.2 4.1.4.9).
   */
  registers(functions: readonly TopologyFunction[]): void {
    for (const f of functions) {
      const bdf = this.lockstep.view.bdf(f);
      for (let offset = 0; offset < 0x40; offset += 4) this.read(bdf, offset);
      const starts = f.capabilities.map(({ offset }) => offset);
      for (const { id, offset } of f.capabilities) {
        const end = Math.min(0x100, offset + (LONG.get(id) ?? 8), ...starts.filter((start) => start > offset));
        if (id !== VENDOR_SPECIFIC) for (let at = offset; at < end; at += 4) this.read(bdf, at);
      }
    }
    this.flush();
  }

  /**
   * What has to be known of a function before much can be said of it: its header as the enumeration has left it, its
   * power state, link and slot, for the interrupts of ports, what lies behind its BARs, pending bits and masks.
   */
  introduce(functions: readonly TopologyFunction[]): void {
    this.settle();
    this.moved(functions);
    for (const f of functions) {
      for (let offset = 4; offset < 0x40; offset += 4) this.read(f.bdf, offset);
      const power = capabilityAt(f.capabilities, POWER_MANAGEMENT);
      if (power !== 0) this.read(f.bdf, power + 4);
      if (f.bridge !== undefined && f.express !== undefined)
        for (const offset of [0x10, 0x14, 0x18]) this.read(f.bdf, f.express.offset + offset);
      if (f.express === undefined) this.read(f.bdf, 0x100);
    }
    this.flush();
    // Then what an enumeration does not look for.
    this.numbers(functions);
    this.settle();
    // One dword that is right tells a structure that is wrong from a region that reaches too far, or does not answer.
    for (const f of functions) if (f.msix !== undefined) this.within(f, f.msix.table.bar, f.msix.table.offset + 12);
    this.regions(functions);
    this.structures(functions);
  }

  private settle(): void {
    for (let round = 0; round < ROUNDS_AT_MOST && this.configuration([], true); round++);
  }

  /** The function numbers of each device that the enumeration has not found: nobody, or function 0 again. */
  private numbers(functions: readonly TopologyFunction[]): void {
    const known = new Set(functions.map(({ bdf }) => bdf));
    for (const { bdf } of functions)
      if ((bdf & 7) === 0) for (let at = bdf + 1; at < bdf + 8; at++) if (!known.has(at)) this.read(at, 0);
    this.flush();
  }

  /** First and last dword of the BARs of some functions, where a BAR was before, and of what other registers place. */
  regions(functions: readonly TopologyFunction[]): void {
    for (const f of functions) {
      for (const bar of f.bars) this.region(f, bar);
      this.slices(f);
      for (const { io, base, last } of f.fixed) for (const at of [base, last - 3n]) this.at(io, at);
    }
    this.flush();
  }

  /** First dwords behind the BARs of virtual functions, and behind the last one, wherever software has placed them. */
  private slices(f: TopologyFunction): void {
    const { sriov } = f;
    if (sriov === undefined) return;
    const { view } = this.lockstep;
    for (const { index, exponent, kind } of sriov.bars) {
      const register = sriov.offset + 0x24 + 4 * index;
      const low = view.register(f, register, 4);
      const hi = kind === 'memory64' ? view.register(f, register + 4, 4) : 0;
      if (low === undefined || hi === undefined || (low & ~15) + hi === 0) continue;
      const base = (low & ~15) >>> 0;
      for (let slice = 0; slice < Math.min(sriov.virtualFunctions, SLICES_AT_MOST); slice++) {
        const lo = base + slice * 2 ** exponent;
        if (lo < 2 ** 32) this.memory4(hi, lo);
      }
    }
  }

  private at(io: boolean, address: bigint): void {
    const hi = Number(BigInt.asIntN(32, address >> 32n));
    this.carry(hi, Number(BigInt.asUintN(32, address)), io);
  }

  /** Dwords of MSI-X tables that were seen, of functions that decode memory: elsewhere a read would disturb others. */
  tables(functions: readonly TopologyFunction[]): void {
    const { view, queries } = this.lockstep;
    for (const f of functions) {
      const { msix } = f;
      if (msix === undefined || ((view.register(f, 4, 2) ?? 0) & MEMORY_ENABLE) === 0) continue;
      for (const at of queries.knownEntries(f.path, THROUGH_AT_MOST))
        this.within(f, msix.table.bar, msix.table.offset + at);
    }
    this.flush();
  }

  /** Pending bits, masks of the first and the last vector, some of the rest in turn, legacy registers, and the counter of doorbell writes. */
  structures(functions: readonly TopologyFunction[]): void {
    for (const f of functions) {
      const { msix } = f;
      if (msix !== undefined) {
        const last = msix.vectors - 1;
        const { table, pending } = msix;
        const bits = last >= 32 ? [0, 4 * (last >>> 5)] : [0];
        const entries = last > 0 ? [0, 12, 16 * last + 12] : [0, 12];
        for (let times = 0; times < IN_TURN; times++) entries.push(4 * (this.nextEntry(f) % (4 * msix.vectors)));
        const places = [
          ...bits.map((at) => ({ bar: pending.bar, offset: pending.offset + at })),
          ...entries.map((at) => ({ bar: table.bar, offset: table.offset + at })),
        ];
        // The first dword of a BAR comes last: it may be that of a neighbour, which the others tell apart.
        for (const { bar, offset } of places) if (offset > 0) this.within(f, bar, offset);
        for (const { bar, offset } of places) if (offset === 0) this.within(f, bar, offset);
      }
      if (f.msi?.masks === true) this.read(this.lockstep.view.bdf(f), f.msi.offset + (f.msi.wide ? 0x14 : 0x10));
      // Twice as at the ends of a BAR: MSI-X moves what lies here (virtio 1.2 4.1.4.10).
      if (isLegacyVirtio(f)) for (const at of [0x14, 0x18, 0x14, 0x18]) this.portOf(f, 0, at);
      for (const { bdf, bar, offset } of this.lockstep.machine.kicks) if (bdf === f.bdf) this.within(f, bar, offset);
    }
    this.flush();
  }

  /** Those of some functions that decode other addresses than at the last call, by their Command and BARs. */
  moved(functions: readonly TopologyFunction[]): TopologyFunction[] {
    return functions.filter((f) => {
      const enables = (this.lockstep.view.register(f, 4, 2) ?? 0) & (MEMORY_ENABLE | IO_ENABLE);
      const places = f.bars.map((bar) => this.baseOf(f, bar)).map((place) => `${place?.hi}:${place?.lo}`);
      const now = [enables, ...places].join(' ');
      const before = this.decoding.get(f);
      this.decoding.set(f, now);
      return before !== undefined && before !== now;
    });
  }

  /** A dword behind a memory BAR. */
  private within(f: TopologyFunction, index: number, offset: number): void {
    const bar = f.bars.find((one) => one.index === index);
    const base = bar === undefined || bar.kind === 'io' ? undefined : this.baseOf(f, bar);
    if (base === undefined || base.lo + offset >= 2 ** 32) return;
    this.carry(base.hi, base.lo + offset, false);
  }

  /** Counts how often a function's table was read in turn. */
  private nextEntry(f: TopologyFunction): number {
    const turn = this.entryTurn.get(f) ?? 0;
    this.entryTurn.set(f, turn + 1);
    return turn;
  }

  /** A dword behind an I/O BAR. */
  private portOf(f: TopologyFunction, index: number, offset: number): void {
    const bar = f.bars.find((one) => one.index === index);
    const base = bar?.kind === 'io' ? this.baseOf(f, bar) : undefined;
    if (base !== undefined && base.lo > 0 && base.lo + offset < 0x10000) this.carry(0, base.lo + offset, true);
  }

  private baseOf(f: TopologyFunction, bar: Bar): { hi: number; lo: number } | undefined {
    const { view } = this.lockstep;
    const register = barRegister(f, bar.index);
    const low = view.register(f, register, 4);
    const hi = bar.kind === 'memory64' ? view.register(f, register + 4, 4) : 0;
    if (low === undefined || hi === undefined) return undefined;
    return { hi, lo: (low & (bar.index === ROM_INDEX ? ~0x7ff : bar.kind === 'io' ? ~3 : ~15)) >>> 0 };
  }

  private region(f: TopologyFunction, bar: Bar): void {
    const place = this.baseOf(f, bar);
    if (place === undefined) return;
    const { hi: high, lo: base } = place;
    const key = 8 * f.index + bar.index;
    const former = this.places.get(key);
    if (former === undefined) this.places.set(key, place);
    else if (former.hi !== high || former.lo !== base) {
      this.carry(former.hi, former.lo, bar.kind === 'io');
      this.places.set(key, place);
    }
    if (bar.index === ROM_INDEX && base === 0) return;
    if (bar.kind === 'io') {
      if (base === 0 || base + 2 ** bar.exponent > 0x10000) return;
      this.port4(base + 2 ** bar.exponent - 4);
      this.port4(base);
      if (base + 2 ** bar.exponent < 0x10000) this.carry(0, base + 2 ** bar.exponent, true);
      return;
    }
    if (bar.exponent >= 32 || base + 2 ** bar.exponent >= 2 ** 32) return;
    // The last dword is rarely a register with a meaning of its own, as the first one may be.
    this.memory4(high, base + 2 ** bar.exponent - 4);
    this.memory4(high, base);
    this.carry(high, base + 2 ** bar.exponent, false);
  }

  /** Twice: only what reads the same again can be recognized elsewhere. */
  private port4(port: number): void {
    this.carry(0, port, true);
    this.carry(0, port, true);
  }

  private memory4(hi: number, lo: number): void {
    this.carry(hi, lo, false);
    this.carry(hi, lo, false);
  }

  private carry(hi: number, lo: number, io: boolean): void {
    // An I/O BAR may be beyond the last port.
    if (io && lo > 0xffff) return;
    const access = new Access();
    access.space = io ? 0 : MEMORY;
    access.addressHi = hi | 0;
    access.addressLo = lo | 0;
    this.accesses++;
    this.pending.push(access);
  }

  private read(bdf: number, offset: number): void {
    this.accesses++;
    this.port.read(bdf, offset, 4);
  }
}

/** Whether BAR 0 holds the legacy interface of a transitional virtio device. */
function isLegacyVirtio({ vendor, device, bars }: TopologyFunction): boolean {
  return vendor === 0x1af4 && device >= 0x1000 && device < 0x1040 && bars[0]?.index === 0 && bars[0].kind === 'io';
}
