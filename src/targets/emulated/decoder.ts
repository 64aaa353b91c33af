/** An address decoder of a function: a BAR, a ROM, a fixed range. It keeps its place in the region table up to date. */
import { MEMORY } from '../../access/access.ts';
import type { PORT } from '../../access/access.ts';
import { contains, intersectAll, intersection, spanning } from './address.ts';
import type { Interval } from './address.ts';
import type { BarMemory } from './bar-memory.ts';
import type { DeviceFunction } from './device-function.ts';
import { unsigned } from './ram.ts';
import type { Mappable } from './region-table.ts';

/** Where a decoder gets its address and its enable from. */
export interface AddressSource {
  readonly enabled: boolean;
  /** Unsigned halves. */
  readonly baseHi: number;
  readonly baseLo: number;
}

export class Decoder implements Mappable {
  readonly rank: number;
  readonly fn: DeviceFunction;
  readonly space: typeof PORT | typeof MEMORY;
  readonly memory: BarMemory;
  private readonly source: AddressSource;
  /** Where the region is mapped; stale while it is not. */
  baseHi = 0;
  baseLo = 0;
  lastHi = 0;
  lastLo = 0;
  private mapped = false;
  private dead = false;
  private size = 0;
  private ranges: readonly Interval[] | undefined;

  constructor(
    fn: DeviceFunction,
    index: number,
    space: typeof PORT | typeof MEMORY,
    memory: BarMemory,
    source: AddressSource,
  ) {
    this.fn = fn;
    this.rank = fn.index * 16 + index;
    this.space = space;
    this.memory = memory;
    this.source = source;
    fn.decoders.push(this);
  }

  /** Maps, moves or unmaps the region as the registers say now. A change that changes nothing does nothing. */
  update(): void {
    const table = this.space === MEMORY ? this.fn.machine.memory : this.fn.machine.ports;
    if (!this.fn.decoding || !this.source.enabled) {
      if (this.mapped) {
        table.unmap(this);
        this.left();
        if (this.fn.machine.faulty('bar-restore-when-disabled')) this.uncover();
      }
      this.mapped = false;
      return;
    }
    const { baseHi, baseLo } = this.source;
    const ranges = this.space === MEMORY ? this.fn.bus.memory : this.fn.bus.ports;
    const same =
      this.mapped &&
      (baseHi === this.baseHi || this.fn.machine.faulty('bar-upper-half-move-missed')) &&
      baseLo === this.baseLo &&
      this.size === this.memory.size &&
      ranges === this.ranges;
    if (same) return;
    const moved = baseHi !== this.baseHi || baseLo !== this.baseLo;
    if (this.mapped && !(moved && this.fn.machine.faulty('bar-move-double-config-write'))) table.unmap(this);
    if (this.mapped && this.fn.machine.faulty('bar-restore-when-disabled')) this.uncover();
    if (moved) this.moves();
    else this.comes();
    this.size = this.memory.size;
    const whole = spanning(baseHi, baseLo, this.size + (this.fn.machine.faulty('bar-end-inclusive') ? 4 : 0));
    this.baseHi = baseHi;
    this.baseLo = baseLo;
    this.lastHi = whole.lastHi;
    this.lastLo = whole.lastLo;
    this.ranges = ranges;
    if (!this.refused(whole)) for (const part of intersectAll([whole], ranges)) table.map(this, part);
    this.mapped = true;
  }

  get isMapped(): boolean {
    return this.mapped;
  }

  /** Faults that find a reason not to decode. */
  private refused(whole: Interval): boolean {
    const { faulty } = this.fn.machine;
    const memory = this.space === MEMORY;
    if (faulty('bar-ends-at-4g') && whole.lastLo === 0xffffffff && whole.lastHi === 0) return true;
    if (faulty('bar-length-off-by-one-range') && this.size === (memory ? 4096 : 4)) return true;
    if (faulty('non-page-aligned-bar-dead') && memory && (whole.firstLo & 0xfff) !== 0) return true;
    if (faulty('subpage-bar-direct-map') && memory && this.size % 4096 !== 0) return true;
    if (faulty('bar-info-while-decode-off') && this.blocked(whole)) return true;
    if (!faulty('overlap-with-ram-or-fixed')) return false;
    const { ram } = this.fn.machine.layout.machine;
    this.dead ||= memory && ram.some((range) => contains(unsigned(range), whole.firstHi, whole.firstLo));
    return this.dead;
  }

  /** Whether a region that is switched off lies here: it was asked for its address, not for its enable. */
  private blocked(whole: Interval): boolean {
    return this.others().some((other) => !other.mapped && intersection(whole, other.programmed) !== undefined);
  }

  /** Whether the register stands on a region of another function that decodes. */
  liesOnAnother(): boolean {
    return this.others().some((other) => other.mapped && intersection(this.programmed, other.programmed) !== undefined);
  }

  private others(): Decoder[] {
    return this.fn.machine.functions.flatMap((other) =>
      other === this.fn ? [] : other.decoders.filter(({ space }) => space === this.space),
    );
  }

  private get programmed(): Interval {
    return spanning(this.source.baseHi, this.source.baseLo, this.memory.size);
  }

  /** Maps what this region covered, whether it is switched on or not. */
  private uncover(): void {
    const here = { firstHi: this.baseHi, firstLo: this.baseLo, lastHi: this.lastHi, lastLo: this.lastLo };
    const table = this.space === MEMORY ? this.fn.machine.memory : this.fn.machine.ports;
    for (const other of this.others()) {
      if (other.mapped || intersection(here, other.programmed) === undefined) continue;
      ({ firstHi: other.baseHi, firstLo: other.baseLo, lastHi: other.lastHi, lastLo: other.lastLo } = other.programmed);
      table.map(other, other.programmed);
    }
  }

  /** What a faulty machine keeps of a region that has just been unmapped. */
  private left(): void {
    const { fn } = this;
    const { faulty } = fn.machine;
    if (faulty('doorbell-with-decode-off') || (!fn.there && faulty('hotplug-ioeventfd-leak'))) this.leaveDoorbells();
  }

  /** What a faulty machine does when a region is mapped where it was. */
  private comes(): void {
    if (this.fn.machine.faulty('doorbell-with-decode-off')) this.fn.machine.doorbells.clear();
  }

  /** What a faulty machine does when a region is about to be mapped elsewhere than the last time. */
  private moves(): void {
    const { fn, memory } = this;
    const { faulty } = fn.machine;
    this.comes();
    if (faulty('ioeventfd-old-not-removed')) this.leaveDoorbells();
    if (fn.virtio !== undefined) {
      const own = fn.barMemory[fn.virtio.layout.notify.bar] === memory;
      if (own) fn.virtio.astray = false;
      else if (faulty('ioeventfd-any-bar-move')) fn.virtio.astray = true;
    }
    const { msix } = fn.interrupts;
    if (msix?.tableIn(memory) === true && faulty('msix-table-lost-on-move')) msix.reset('soft');
  }

  private leaveDoorbells(): void {
    const { fn } = this;
    if (fn.virtio === undefined || fn.barMemory[fn.virtio.layout.notify.bar] !== this.memory) return;
    fn.virtio.leaveDoorbells(this.baseHi, this.baseLo);
  }

  /** Offset in the region of an address inside it. */
  offsetOf(hi: number, lo: number): number {
    const { faulty } = this.fn.machine;
    const offset = (hi - this.baseHi) * 2 ** 32 + (lo - this.baseLo);
    // A region that stayed at a former address.
    if (faulty('bar-move-double-config-write')) return ((offset % this.size) + this.size) % this.size;
    // The page is mapped as a whole, and the device's registers are at 0x400 in it.
    if (faulty('page-offset-mismatch') && this.space === MEMORY && this.size < 0x400) return lo & 0xbff;
    if (faulty('bar-offset-vs-address-in-callback') && this.baseLo !== 0) return Math.max(0, offset - this.baseLo);
    return offset;
  }
}
