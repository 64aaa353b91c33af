/** A wrong answer bit by bit, for reports: numbers and fields beside the text of a verdict. */

import type { Cells } from './cells.ts';
import type { PlacedField } from './function.ts';
import { formatBits } from './text.ts';
import type { BitComparison } from './verdict.ts';

/** The bytes of a dword. */
const BYTES = [0xff, 0xff00, 0xff0000, 0xff000000];

/**
 * Compares the bits of `mask` in the dword at byte `offset`. `known`: bits of which one value was expected. Numbers may be int32;
 * those of the result are not negative.
 */
export function compareBits(
  offset: number,
  mask: number,
  known: number,
  expected: number,
  actual: number,
  fields: readonly PlacedField[] = [],
): BitComparison {
  return {
    offset,
    mask: mask >>> 0,
    known: (known & mask) >>> 0,
    expected: (expected & known & mask) >>> 0,
    actual: (actual & mask) >>> 0,
    fields: fields.map(({ register, field, mask: bits, attribute, rule }) => {
      return { register, name: field, mask: bits >>> 0, attribute, rule };
    }),
  };
}

/**
 * Compares a wrong answer with cells as they are believed to be. `wrong`: bits that no rule allows. Those that might hold one of
 * two values have no expected one and are left out; undefined: nothing but such bits is wrong.
 */
export function compareCells(
  cells: Cells,
  d: number,
  mask: number,
  wrong: number,
  actual: number,
  fields: readonly PlacedField[] = [],
): BitComparison | undefined {
  const single = wrong & ~cells.otherMask[d]!;
  if (single === 0) return undefined;
  return compareBits(4 * d, mask, cells.known(d) | single, cells.knownValue(d), actual, fields);
}

/** What a wrong answer should have been, in words; both values where two were allowed. */
export function expectedText(cells: Cells, d: number, mask: number, wrong: number): string {
  const bytes = BYTES.filter((byte) => (byte & wrong & cells.otherMask[d]!) !== 0);
  // Of a byte that fits neither value, all bits in which the two differ: each alone may be as in one of them.
  const two = bytes.reduce((all, byte) => all | (byte & cells.otherMask[d]! & mask), 0);
  const known = (cells.known(d) & mask) | wrong | two;
  const value = cells.knownValue(d);
  const one = formatBits(value, known, mask);
  if (two === 0) return one;
  const other = formatBits((value & ~two) | (cells.other[d]! & two), known, mask);
  return `${one} or ${other}${bytes.length > 1 ? ', each byte by itself' : ''}`;
}
