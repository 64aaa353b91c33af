/** A wrong answer bit by bit, for reports: numbers and fields beside the text of a verdict. */

import type { PlacedField } from './function.ts';
import type { BitComparison } from './verdict.ts';

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
