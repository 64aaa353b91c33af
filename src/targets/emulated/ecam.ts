/** Configuration space in memory (PCIe 7.2.2). */
import type { EcamRange } from '../../access/machine.ts';
import { contains, spanning } from './address.ts';
import type { Interval } from './address.ts';
import type { Faulty } from './faults/ask.ts';

/** A window: where it lies, and which buses of which segment it shows. */
export class EcamWindow {
  readonly at: Interval;
  readonly segment: number;
  readonly faulty: Faulty;
  private readonly firstBus: number;

  constructor(range: EcamRange, faulty: Faulty) {
    this.faulty = faulty;
    const buses = range.lastBus - range.firstBus + 1;
    this.at = spanning(range.baseHi >>> 0, range.baseLo >>> 0, buses * 2 ** 20);
    this.segment = range.segment;
    this.firstBus = range.firstBus;
  }

  covers(hi: number, lo: number): boolean {
    return contains(this.at, hi, lo);
  }

  /** bus << 8 | device << 3 | function. */
  requester(hi: number, lo: number): number {
    const span = this.faulty('ecam-parsed-as-cam') ? 256 : 4096;
    return (this.firstBus << 8) + (Math.floor(this.distance(hi, lo) / span) & 0xffff);
  }

  register(lo: number): number {
    if (this.faulty('ecam-parsed-as-cam') || this.faulty('ecam-only-256-bytes')) return lo & 0xff;
    return lo & 0xfff;
  }

  private distance(hi: number, lo: number): number {
    return (hi - this.at.firstHi) * 2 ** 32 + (lo - this.at.firstLo);
  }
}
