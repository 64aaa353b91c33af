/**
 * An axis for addresses of 64 bits of which few are used: each stretch between two borders is as high as the logarithm of its
 * length, and stretches that nothing uses are gaps of one small height. So everything can be seen, and order and overlap are true,
 * while lengths are not.
 */

import type { PageRegionLane } from '../page-data.ts';

export interface Band {
  first: bigint;
  last: bigint;
  /** Heights in units of the axis; the highest address is at 0. */
  top: number;
  bottom: number;
  /** Nothing uses it. */
  isGap: boolean;
}

const GAP = 5;

export class AddressAxis {
  /** From the highest address down. */
  readonly bands: Band[] = [];
  readonly extent: number;
  private readonly starts: { at: bigint; band: Band }[];

  constructor(lanes: readonly PageRegionLane[]) {
    const borders = new Map<bigint, number>();
    const note = (at: bigint, change: number): void => void borders.set(at, (borders.get(at) ?? 0) + change);
    const seen = new Set<string>();
    for (const { spans, inside } of lanes) {
      for (const [, , base, last] of spans) {
        const key = `${base} ${last}`;
        if (seen.has(key)) continue;
        seen.add(key);
        note(BigInt(base), 1);
        note(BigInt(last) + 1n, -1);
        for (const { offset, bytes } of inside) {
          const from = BigInt(base) + BigInt(offset);
          if (from + BigInt(bytes) - 1n > BigInt(last)) continue;
          note(from, 0);
          note(from + BigInt(bytes), 0);
        }
      }
    }
    const sorted = [...borders].toSorted(([one], [other]) => (one < other ? -1 : 1));
    let depth = 0;
    const upward: Band[] = [];
    for (const [index, [at, change]] of sorted.entries()) {
      depth += change;
      const next = sorted[index + 1]?.[0];
      if (next === undefined) break;
      upward.push({ first: at, last: next - 1n, top: 0, bottom: heightOf(next - at, depth === 0), isGap: depth === 0 });
    }
    let y = GAP;
    for (const band of upward.toReversed()) {
      const height = band.bottom;
      this.bands.push({ ...band, top: y, bottom: y + height });
      y += height;
    }
    this.extent = y + GAP;
    this.starts = this.bands.toReversed().map((band) => ({ at: band.first, band }));
  }

  /** Height of an address; of the byte behind it for `isEnd`, which is the upper border. */
  height(address: bigint, isEnd = false): number {
    const band = this.bandOf(address);
    if (band === undefined) return isEnd ? 0 : this.extent;
    const length = band.last - band.first + 1n;
    const share = Number(((address - band.first + (isEnd ? 1n : 0n)) * 10000n) / length) / 10000;
    return band.bottom - share * (band.bottom - band.top);
  }

  private bandOf(address: bigint): Band | undefined {
    let low = 0;
    let high = this.starts.length - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const { at, band } = this.starts[middle]!;
      if (address < at) high = middle - 1;
      else if (address > band.last) low = middle + 1;
      else return band;
    }
    return undefined;
  }
}

function heightOf(length: bigint, isGap: boolean): number {
  return isGap ? GAP : 6 + 2 * length.toString(2).length;
}
