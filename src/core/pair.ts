/**
 * 64-bit numbers as two int32 halves. These functions and `hex.ts` are the only places that look at a half as an
 * unsigned number; everybody else passes halves around.
 */

/** Whether a <= b as unsigned 64-bit numbers. */
export function atMost(aHi: number, aLo: number, bHi: number, bLo: number): boolean {
  return aHi === bHi ? aLo >>> 0 <= bLo >>> 0 : aHi >>> 0 < bHi >>> 0;
}

/** Low half of a sum; the low half of the result needs no carry. */
export function sumLo(aLo: number, bLo: number): number {
  return (aLo + bLo) | 0;
}

/** High half of a sum of two 64-bit numbers, modulo 2^64. */
export function sumHi(aHi: number, aLo: number, bHi: number, bLo: number): number {
  return (aHi + bHi + ((aLo >>> 0) + (bLo >>> 0) > 0xffffffff ? 1 : 0)) | 0;
}

/** Low half of a difference. */
export function differenceLo(aLo: number, bLo: number): number {
  return (aLo - bLo) | 0;
}

/** High half of a - b, modulo 2^64. */
export function differenceHi(aHi: number, aLo: number, bHi: number, bLo: number): number {
  return (aHi - bHi - (aLo >>> 0 < bLo >>> 0 ? 1 : 0)) | 0;
}

/** Bits of the low half that an access of `width` bytes carries; width 0 (not told) and 8 carry all. */
export function widthMaskLo(width: number): number {
  return width === 1 ? 0xff : width === 2 ? 0xffff : -1;
}

/** Bits of the high half that an access of `width` bytes carries. Width 0: 4 bytes at most are known to be meant. */
export function widthMaskHi(width: number): number {
  return width === 8 ? -1 : 0;
}
