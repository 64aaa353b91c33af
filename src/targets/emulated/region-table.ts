/**
 * The table of mapped regions of one address space, kept up to date by configuration writes and searched by accesses.
 * Regions may overlap; then the one of the lowest rank answers, so that what decodes depends on registers alone.
 */
import { notAbove } from './address.ts';
import type { Interval } from './address.ts';
import type { Faulty } from './faults/ask.ts';

/** What can be mapped: where it begins, and who wins where several lie on one another. */
export interface Mappable {
  readonly rank: number;
}

export class RegionTable<Region extends Mappable> {
  readonly faulty: Faulty;
  private count = 0;
  private firstHi = new Uint32Array(64);
  private firstLo = new Uint32Array(64);
  private lastHi = new Uint32Array(64);
  private lastLo = new Uint32Array(64);
  /** The highest last address of this entry and all before it. */
  private reachHi = new Uint32Array(64);
  private reachLo = new Uint32Array(64);
  private readonly regions: Region[] = [];
  private settled = true;
  private overlapping = false;
  private hit = 0;

  constructor(faulty: Faulty) {
    this.faulty = faulty;
  }

  /** Maps a region at an interval, beside the intervals it has already. */
  map(region: Region, at: Interval): void {
    const probed = at.lastHi === 0 && at.lastLo === 0xffffffff;
    if (this.faulty('bar-size-with-decode-on-maps-probe-value') && probed) this.displace(region, at);
    if (this.faulty('bar-move-overlap-other-device-lost')) this.displace(region, at);
    if (this.count === this.firstHi.length) this.grow();
    let index = this.count;
    while (index > 0 && !this.startsAtOrBelow(index - 1, at.firstHi, at.firstLo)) index--;
    for (const array of [this.firstHi, this.firstLo, this.lastHi, this.lastLo]) {
      array.copyWithin(index + 1, index, this.count);
    }
    this.firstHi[index] = at.firstHi;
    this.firstLo[index] = at.firstLo;
    this.lastHi[index] = at.lastHi;
    this.lastLo[index] = at.lastLo;
    this.regions.splice(index, 0, region);
    this.count++;
    this.settled = false;
  }

  /** Removes what lies where a region comes, and forgets to bring it back. */
  private displace(region: Region, at: Interval): void {
    const under = this.regions.filter(
      (other, index) =>
        other !== region &&
        notAbove(at.firstHi, at.firstLo, this.lastHi[index] as number, this.lastLo[index] as number) &&
        this.startsAtOrBelow(index, at.lastHi, at.lastLo),
    );
    for (const other of under) this.unmap(other);
  }

  /** Takes a region out of the table, wherever it is mapped. */
  unmap(region: Region): void {
    let kept = 0;
    for (let index = 0; index < this.count; index++) {
      if (this.regions[index] === region) continue;
      if (kept !== index) {
        this.regions[kept] = this.regions[index] as Region;
        for (const array of [this.firstHi, this.firstLo, this.lastHi, this.lastLo])
          array[kept] = array[index] as number;
      }
      kept++;
    }
    this.regions.length = kept;
    this.count = kept;
    this.settled = false;
  }

  /** The region that answers at an address; undefined: a hole. */
  find(hi: number, lo: number): Region | undefined {
    if (!this.settled) this.settle();
    if (!this.overlapping && this.hit < this.count && this.covers(this.hit, hi, lo)) return this.regions[this.hit];
    let below = 0;
    let above = this.count;
    while (below < above) {
      const middle = (below + above) >> 1;
      if (this.startsAtOrBelow(middle, hi, lo)) below = middle + 1;
      else above = middle;
    }
    let best: Region | undefined;
    for (let index = below - 1; index >= 0; index--) {
      if (!notAbove(hi, lo, this.reachHi[index] as number, this.reachLo[index] as number)) break;
      if (!notAbove(hi, lo, this.lastHi[index] as number, this.lastLo[index] as number)) continue;
      const region = this.regions[index] as Region;
      if (best === undefined || region.rank < best.rank) best = region;
      this.hit = index;
      if (!this.overlapping) break;
    }
    return best;
  }

  private startsAtOrBelow(index: number, hi: number, lo: number): boolean {
    return notAbove(this.firstHi[index] as number, this.firstLo[index] as number, hi, lo);
  }

  private covers(index: number, hi: number, lo: number): boolean {
    return (
      this.startsAtOrBelow(index, hi, lo) &&
      notAbove(hi, lo, this.lastHi[index] as number, this.lastLo[index] as number)
    );
  }

  /** Works out how far the entries up to each reach, and whether any two overlap. */
  private settle(): void {
    this.settled = true;
    this.overlapping = false;
    let reachHi = 0;
    let reachLo = 0;
    for (let index = 0; index < this.count; index++) {
      const hi = this.lastHi[index] as number;
      const lo = this.lastLo[index] as number;
      if (index > 0 && this.startsAtOrBelow(index, reachHi, reachLo)) this.overlapping = true;
      if (notAbove(reachHi, reachLo, hi, lo)) {
        reachHi = hi;
        reachLo = lo;
      }
      this.reachHi[index] = reachHi;
      this.reachLo[index] = reachLo;
    }
  }

  private grow(): void {
    const larger = (array: Uint32Array): Uint32Array<ArrayBuffer> => {
      const result = new Uint32Array(array.length * 2);
      result.set(array);
      return result;
    };
    this.firstHi = larger(this.firstHi);
    this.firstLo = larger(this.firstLo);
    this.lastHi = larger(this.lastHi);
    this.lastLo = larger(this.lastLo);
    this.reachHi = larger(this.reachHi);
    this.reachLo = larger(this.reachLo);
  }
}
