import type { MEMORY, PORT } from '../../access/access.ts';

/** An address of one space. */
export interface Place {
  space: typeof PORT | typeof MEMORY;
  hi: number;
  lo: number;
}

/** A range of addresses of one space, both ends inclusive, halves as int32. */
export interface Extent {
  space: typeof PORT | typeof MEMORY;
  baseHi: number;
  baseLo: number;
  lastHi: number;
  lastLo: number;
}

/** Key of an access of `width` bytes at a place, for a map. */
export function keyOf(place: Place, width: number): number | string {
  // Exact in a double below 2^48; addresses above that are rare.
  if (place.hi >>> 16 === 0) return ((place.hi * 0x1_0000_0000 + (place.lo >>> 0)) * 16 + width) * 2 + place.space;
  return `${place.space}:${place.hi}:${place.lo}:${width}`;
}
