import type { Range } from '../../access/machine.ts';
import { contains } from './address.ts';
import type { Interval } from './address.ts';
import { SparseMemory } from './sparse-memory.ts';

/** Guest RAM: ranges of bytes that begin as 0. */
export class Ram {
  private readonly ranges: readonly Interval[];
  private readonly bytes = new SparseMemory(() => 0);

  constructor(ranges: readonly Range[]) {
    this.ranges = ranges.map(unsigned);
  }

  /** The range that an address lies in. */
  find(hi: number, lo: number): Interval | undefined {
    for (const range of this.ranges) if (contains(range, hi, lo)) return range;
    return undefined;
  }

  /** Up to four bytes. */
  read(hi: number, lo: number, width: number): number {
    return this.bytes.read(hi * 2 ** 32 + lo, width);
  }

  write(hi: number, lo: number, width: number, value: number): void {
    this.bytes.write(hi * 2 ** 32 + lo, width, value);
  }

  save(): unknown {
    return this.bytes.save();
  }

  restore(state: unknown): void {
    this.bytes.restore(state);
  }
}

export function unsigned(range: Range): Interval {
  return {
    firstHi: range.loHi >>> 0,
    firstLo: range.loLo >>> 0,
    lastHi: range.hiHi >>> 0,
    lastLo: range.hiLo >>> 0,
  };
}
