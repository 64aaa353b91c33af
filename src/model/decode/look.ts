import { atMost } from '../../core/pair.ts';
import type { Region } from './region.ts';

/** Result of a look-up and the addresses below one high half for which it is the same. */
export class Look {
  found: readonly Region[] = [];
  private hi = 0;
  /** Unsigned low halves; empty while nothing is known. */
  private first = 1;
  private end = 0;

  holds(hi: number, lo: number): boolean {
    const at = lo >>> 0;
    return hi === this.hi && at >= this.first && at <= this.end;
  }

  forget(): void {
    this.first = 1;
    this.end = 0;
  }

  begin(hi: number): void {
    this.hi = hi;
    this.first = 0;
    this.end = 0xffffffff;
  }

  within(region: Region): void {
    if (region.baseHi === this.hi) this.first = Math.max(this.first, region.baseLo >>> 0);
    if (region.lastHi === this.hi) this.end = Math.min(this.end, region.lastLo >>> 0);
  }

  /** A region that does not hold the address bounds the stretch on one side. */
  beside(region: Region, hi: number, lo: number): void {
    if (atMost(hi, lo, region.baseHi, region.baseLo)) {
      if (region.baseHi === hi) this.end = Math.min(this.end, (region.baseLo >>> 0) - 1);
    } else if (region.lastHi === hi) this.first = Math.max(this.first, (region.lastLo >>> 0) + 1);
  }
}
