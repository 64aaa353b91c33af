/** An address decoder of a function: a BAR, a ROM, a fixed range. It keeps its place in the region table up to date. */
import { MEMORY } from '../../access/access.ts';
import type { PORT } from '../../access/access.ts';
import { intersectAll, spanning } from './address.ts';
import type { Interval } from './address.ts';
import type { BarMemory } from './bar-memory.ts';
import type { DeviceFunction } from './device-function.ts';
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
      }
      this.mapped = false;
      return;
    }
    const { baseHi, baseLo } = this.source;
    const ranges = this.space === MEMORY ? this.fn.bus.memory : this.fn.bus.ports;
    const same =
      this.mapped &&
      baseHi === this.baseHi &&
      baseLo === this.baseLo &&
      this.size === this.memory.size &&
      ranges === this.ranges;
    if (same) return;
    if (this.mapped) table.unmap(this);
    if (baseHi !== this.baseHi || baseLo !== this.baseLo) this.moves();
    else this.comes();
    this.size = this.memory.size;
    const whole = spanning(baseHi, baseLo, this.size);
    this.baseHi = baseHi;
    this.baseLo = baseLo;
    this.lastHi = whole.lastHi;
    this.lastLo = whole.lastLo;
    this.ranges = ranges;
    for (const part of intersectAll([whole], ranges)) table.map(this, part);
    this.mapped = true;
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
    return (hi - this.baseHi) * 2 ** 32 + (lo - this.baseLo);
  }
}
