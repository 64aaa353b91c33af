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
      if (this.mapped) table.unmap(this);
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

  /** Offset in the region of an address inside it. */
  offsetOf(hi: number, lo: number): number {
    return (hi - this.baseHi) * 2 ** 32 + (lo - this.baseLo);
  }
}
