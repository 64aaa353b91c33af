/** Addresses as pairs of unsigned 32-bit numbers, and ranges of them, both ends included. */

export interface Interval {
  firstHi: number;
  firstLo: number;
  lastHi: number;
  lastLo: number;
}

/** Everything that 64 bits can address. */
export const EVERYWHERE: Interval = { firstHi: 0, firstLo: 0, lastHi: 0xffffffff, lastLo: 0xffffffff };

/** Whether a <= b; all four are unsigned. */
export function notAbove(aHi: number, aLo: number, bHi: number, bLo: number): boolean {
  return aHi === bHi ? aLo <= bLo : aHi < bHi;
}

/** An interval below 4 GiB. */
export function low(first: number, last: number): Interval {
  return { firstHi: 0, firstLo: first, lastHi: 0, lastLo: last };
}

export function contains(range: Interval, hi: number, lo: number): boolean {
  return notAbove(range.firstHi, range.firstLo, hi, lo) && notAbove(hi, lo, range.lastHi, range.lastLo);
}

/** What both have; undefined when that is nothing. */
export function intersection(one: Interval, other: Interval): Interval | undefined {
  const later = notAbove(one.firstHi, one.firstLo, other.firstHi, other.firstLo) ? other : one;
  const sooner = notAbove(one.lastHi, one.lastLo, other.lastHi, other.lastLo) ? one : other;
  if (!notAbove(later.firstHi, later.firstLo, sooner.lastHi, sooner.lastLo)) return undefined;
  return { firstHi: later.firstHi, firstLo: later.firstLo, lastHi: sooner.lastHi, lastLo: sooner.lastLo };
}

/** The intersection of two unions of intervals. */
export function intersectAll(some: readonly Interval[], others: readonly Interval[]): Interval[] {
  return some.flatMap((one) =>
    others.map((other) => intersection(one, other)).filter((common) => common !== undefined),
  );
}

/** Bytes from `first` on; `size` is a whole number of bytes, at most 2^53 or a power of two, and nothing wraps. */
export function spanning(firstHi: number, firstLo: number, size: number): Interval {
  const sizeHi = Math.floor((size - 1) / 2 ** 32);
  const sizeLo = size <= 2 ** 53 ? (size - 1) % 2 ** 32 : 0xffffffff;
  const lo = firstLo + sizeLo;
  const carry = lo > 0xffffffff ? 1 : 0;
  const hi = firstHi + (size <= 2 ** 53 ? sizeHi : size / 2 ** 32 - 1) + carry;
  return { firstHi, firstLo, lastHi: hi >>> 0, lastLo: lo >>> 0 };
}
