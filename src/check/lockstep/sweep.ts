/**
 * After a step everything is looked at that it could have hurt: configuration space of all functions, where a byte
 * image shows which registers are worth a read, and what lies behind the BARs of the functions that took part.
 */

import { Access, MEMORY } from '../../access/access.ts';
import { configurationOf } from '../../topology/mechanism.ts';
import type { ConfigurationPort } from '../../topology/mechanism.ts';
import type { Bar, TopologyFunction } from '../../topology/topology.ts';
import { barRegister, capabilityAt } from '../../topology/topology.ts';
import type { Lockstep } from './lockstep.ts';

const POWER_MANAGEMENT = 0x01;
const ENHANCED_ALLOCATION = 0x14;
/** Reads that one sweep makes at most: a machine that has gone astray must not take all the time. */
const READS_AT_MOST = 256;

export class Sweep {
  /** Reads so far. */
  accesses = 0;
  private readonly lockstep: Lockstep;
  private readonly port: ConfigurationPort;
  private readonly images = new Map<number, Uint8Array>();
  private readonly offsets: number[] = [];

  constructor(lockstep: Lockstep) {
    this.lockstep = lockstep;
    this.port = configurationOf(lockstep, lockstep.machine);
  }

  /**
   * Configuration space of the functions that took part, and of those whose bytes have changed; `whole`: of all, for the
   * model may have moved where the target has not.
   */
  configuration(cast: readonly TopologyFunction[], whole: boolean): void {
    const { lockstep, offsets } = this;
    const own = new Set(cast.map((f) => lockstep.view.bdf(f)));
    let left = READS_AT_MOST;
    for (const bdf of new Set([...lockstep.queries.present(), ...this.images.keys()])) {
      const image = lockstep.image(bdf);
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
        if (left-- <= 0) return;
        this.read(bdf, offset);
      }
    }
  }

  /**
   * What little can be said without, and enumeration has not read: power states, for what functions send; links and
   * slots, for the interrupts of ports; fixed ranges, for an address that may be in one is nobody's for sure.
   */
  introduce(functions: readonly TopologyFunction[]): void {
    for (const f of functions) {
      const power = capabilityAt(f.capabilities, POWER_MANAGEMENT);
      if (power !== 0) this.read(f.bdf, power + 4);
      // What a port asks for interrupts by: its link, its slot.
      if (f.bridge !== undefined && f.express !== undefined)
        for (const offset of [0x10, 0x14, 0x18]) this.read(f.bdf, f.express.offset + offset);
      const fixed = capabilityAt(f.capabilities, ENHANCED_ALLOCATION);
      if (fixed !== 0) this.fixedRanges(f, fixed);
    }
  }

  /** All entries of Enhanced Allocation (PCIe 7.8.5). */
  private fixedRanges(f: TopologyFunction, capability: number): void {
    let at = capability + (f.bridge === undefined ? 4 : 8);
    for (let left = (this.read(f.bdf, capability) >>> 16) & 0x3f; left > 0; left--) {
      const end = at + 4 + 4 * (this.read(f.bdf, at) & 7);
      for (at += 4; at < end && at < 0x100; at += 4) this.read(f.bdf, at);
    }
  }

  /** First and last dword of the BARs of some functions, and what lies just beside them. */
  regions(functions: readonly TopologyFunction[]): void {
    for (const f of functions) {
      for (const bar of f.bars) if (bar.index < 6) this.region(f, bar);
    }
  }

  /** Pending bits, masks of the first and the last vector, and the counter of doorbell writes. */
  structures(functions: readonly TopologyFunction[]): void {
    for (const f of functions) {
      const { msix } = f;
      if (msix !== undefined) {
        const last = msix.vectors - 1;
        this.within(f, msix.pending.bar, msix.pending.offset);
        if (last >= 32) this.within(f, msix.pending.bar, msix.pending.offset + 4 * (last >>> 5));
        this.within(f, msix.table.bar, msix.table.offset + 12);
        if (last > 0) this.within(f, msix.table.bar, msix.table.offset + 16 * last + 12);
      }
      if (f.msi?.masks === true) this.read(this.lockstep.view.bdf(f), f.msi.offset + (f.msi.wide ? 0x14 : 0x10));
      for (const { bdf, bar, offset } of this.lockstep.machine.kicks) if (bdf === f.bdf) this.within(f, bar, offset);
    }
  }

  /** A dword behind a memory BAR. */
  private within(f: TopologyFunction, index: number, offset: number): void {
    const bar = f.bars.find((one) => one.index === index);
    const base = bar === undefined || bar.kind === 'io' ? undefined : this.baseOf(f, bar);
    if (base === undefined || base.lo + offset >= 2 ** 32) return;
    this.memory4(base.hi, base.lo + offset);
  }

  private baseOf(f: TopologyFunction, bar: Bar): { hi: number; lo: number } | undefined {
    const { view } = this.lockstep;
    const register = barRegister(f, bar.index);
    const low = view.register(f, register, 4);
    const hi = bar.kind === 'memory64' ? view.register(f, register + 4, 4) : 0;
    return low === undefined || hi === undefined ? undefined : { hi, lo: (low & (bar.kind === 'io' ? ~3 : ~15)) >>> 0 };
  }

  private region(f: TopologyFunction, bar: Bar): void {
    const place = this.baseOf(f, bar);
    if (place === undefined) return;
    const { hi: high, lo: base } = place;
    if (bar.kind === 'io') {
      if (base === 0 || base + 2 ** bar.exponent > 0x10000) return;
      this.port4(base);
      this.port4(base + 2 ** bar.exponent - 4);
      return;
    }
    if (bar.exponent >= 32 || base + 2 ** bar.exponent >= 2 ** 32) return;
    this.memory4(high, base);
    this.memory4(high, base + 2 ** bar.exponent - 4);
  }

  private port4(port: number): void {
    this.carry(0, port, true);
  }

  private memory4(hi: number, lo: number): void {
    this.carry(hi, lo, false);
  }

  private carry(hi: number, lo: number, io: boolean): void {
    const access = new Access();
    access.space = io ? 0 : MEMORY;
    access.addressHi = hi | 0;
    access.addressLo = lo | 0;
    this.accesses++;
    this.lockstep.access(access);
  }

  private read(bdf: number, offset: number): number {
    this.accesses++;
    return this.port.read(bdf, offset, 4);
  }
}
