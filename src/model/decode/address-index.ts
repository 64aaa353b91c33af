import { atMost } from '../../core/pair.ts';
import { Look } from './look.ts';
import { PAGE } from './region.ts';
import type { Region } from './region.ts';

/** A region with the range under which it was entered: the region itself may have moved since. */
interface Entry {
  region: Region;
  baseHi: number;
  baseLo: number;
  lastHi: number;
  lastLo: number;
}

/**
 * Regions of one address space by their ranges, which may overlap: sorted by base, with the highest last address of
 * all entries up to each, so that a look-up need not go back further than some range reaches.
 */
export class AddressIndex {
  private readonly sorted: Entry[] = [];
  private readonly byRegion = new Map<Region, Entry>();
  /** Highest last address of the entries up to this one. */
  private reachHi = new Int32Array(64);
  private reachLo = new Int32Array(64);
  /** Answer of the last look-up, and the stretch of addresses for which it holds. */
  private readonly look = new Look();

  /** Enters a region at its present range, or takes it out. */
  set(region: Region, inside: boolean): void {
    const entry = this.byRegion.get(region);
    if (entry !== undefined) {
      if (inside && isSame(entry, region)) return;
      this.remove(region, entry);
    }
    if (inside) this.add(region);
  }

  private add(region: Region): void {
    const { baseHi, baseLo, lastHi, lastLo } = region;
    const entry = { region, baseHi, baseLo, lastHi, lastLo };
    const at = this.upTo(baseHi, baseLo);
    this.sorted.splice(at, 0, entry);
    this.byRegion.set(region, entry);
    this.extend(at);
  }

  private remove(region: Region, entry: Entry): void {
    this.byRegion.delete(region);
    let at = this.upTo(entry.baseHi, entry.baseLo) - 1;
    while (this.sorted[at] !== entry) at--;
    this.sorted.splice(at, 1);
    this.extend(at);
  }

  /** Regions that hold the address, in the order in which they were made. */
  at(hi: number, lo: number): readonly Region[] {
    const { look, sorted } = this;
    if (look.holds(hi, lo)) return look.found;
    look.begin(hi);
    const found: Region[] = [];
    const next = this.upTo(hi, lo);
    const above = sorted[next];
    if (above !== undefined && above.baseHi === hi) look.endBefore(above.baseLo);
    for (let index = next - 1; index >= 0; index--) {
      const reachHi = this.reachHi[index]!;
      const reachLo = this.reachLo[index]!;
      if (!atMost(hi, lo, reachHi, reachLo)) {
        if (reachHi === hi) look.startAfter(reachLo);
        break;
      }
      const entry = sorted[index]!;
      if (atMost(hi, lo, entry.lastHi, entry.lastLo)) {
        found.push(entry.region);
        if (entry.baseHi === hi) look.startAt(entry.baseLo);
        if (entry.lastHi === hi) look.endAt(entry.lastLo);
      } else if (entry.lastHi === hi) look.startAfter(entry.lastLo);
    }
    if (found.length > 1) found.sort((one, other) => one.sequence - other.sequence);
    look.found = found;
    return found;
  }

  has(region: Region): boolean {
    return this.byRegion.has(region);
  }

  /** Adds the regions that lie in the pages of the range under which `region` stands in the index; itself among them. */
  meeting(region: Region, into: Set<Region>): void {
    const entry = this.byRegion.get(region);
    if (entry === undefined) return;
    const { baseHi, baseLo, lastHi, lastLo } = entry;
    for (const other of this.among(baseHi, baseLo & -PAGE, lastHi, lastLo | (PAGE - 1))) into.add(other);
  }

  /** Regions that hold an address from one to another, in the order in which they were made. */
  within(fromHi: number, fromLo: number, toHi: number, toLo: number): Region[] {
    return [...this.among(fromHi, fromLo, toHi, toLo)].toSorted((one, other) => one.sequence - other.sequence);
  }

  /** The same from the highest base down, for who need not see them all. */
  *among(fromHi: number, fromLo: number, toHi: number, toLo: number): Generator<Region> {
    for (let index = this.upTo(toHi, toLo) - 1; index >= 0; index--) {
      if (!atMost(fromHi, fromLo, this.reachHi[index]!, this.reachLo[index]!)) return;
      const { region, lastHi, lastLo } = this.sorted[index]!;
      if (atMost(fromHi, fromLo, lastHi, lastLo)) yield region;
    }
  }

  /** All regions, by base. */
  regions(): Region[] {
    return this.sorted.map(({ region }) => region);
  }

  /** Number of entries whose base is at most the address. */
  private upTo(hi: number, lo: number): number {
    let low = 0;
    let high = this.sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const { baseHi, baseLo } = this.sorted[middle]!;
      if (atMost(baseHi, baseLo, hi, lo)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Computes the reaches from an entry on anew, as far as they change. */
  private extend(from: number): void {
    this.look.forget();
    const { sorted } = this;
    if (sorted.length > this.reachHi.length) {
      this.reachHi = enlarge(this.reachHi);
      this.reachLo = enlarge(this.reachLo);
    }
    for (let index = from; index < sorted.length; index++) {
      const { lastHi, lastLo } = sorted[index]!;
      const beforeHi = index === 0 ? 0 : this.reachHi[index - 1]!;
      const beforeLo = index === 0 ? 0 : this.reachLo[index - 1]!;
      const further = atMost(beforeHi, beforeLo, lastHi, lastLo);
      this.reachHi[index] = further ? lastHi : beforeHi;
      this.reachLo[index] = further ? lastLo : beforeLo;
    }
  }
}

function isSame(entry: Entry, region: Region): boolean {
  return (
    entry.baseLo === region.baseLo &&
    entry.baseHi === region.baseHi &&
    entry.lastLo === region.lastLo &&
    entry.lastHi === region.lastHi
  );
}

function enlarge(plane: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * plane.length);
  larger.set(plane);
  return larger;
}
