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

  startAt(lo: number): void {
    this.first = Math.max(this.first, lo >>> 0);
  }

  startAfter(lo: number): void {
    this.first = Math.max(this.first, (lo >>> 0) + 1);
  }

  endAt(lo: number): void {
    this.end = Math.min(this.end, lo >>> 0);
  }

  endBefore(lo: number): void {
    this.end = Math.min(this.end, (lo >>> 0) - 1);
  }
}
