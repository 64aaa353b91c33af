/** How every property of this folder is run: always with the same draws. */

import fc from 'fast-check';
import type { TestContext } from 'vitest';
import { randomStream } from '../../src/core/random.ts';
import type { Via } from './guest.ts';

/** A mutation run, which repeats the properties for every broken model, draws less often. */
const SHARE = Number(process.env['BAROMETER_PROPERTY_SHARE'] ?? 1);

/**
 * Body of a test that draws `runs` times; the name of the test is the seed, so that every run draws the same.
 * `examples` are tried first.
 */
export function law<T>(
  drawn: fc.Arbitrary<T>,
  holds: (value: T) => void,
  runs = 80,
  examples: readonly T[] = [],
): (context: TestContext) => void {
  return ({ task }) => {
    fc.assert(fc.property(drawn, holds), {
      seed: randomStream(task.name).int32(),
      numRuns: Math.ceil(runs * SHARE) + examples.length,
      examples: examples.map((one) => [one] as [T]),
    });
  };
}

/** A list that is often long: fast-check's own draws have half a dozen items, which is no walk. */
export function many<T>(item: fc.Arbitrary<T>, most: number): fc.Arbitrary<T[]> {
  return fc.array(item, { maxLength: most, size: 'max' });
}

/** Whole dword, with the patterns that implementations treat specially drawn more often than chance would. */
export function dword(): fc.Arbitrary<number> {
  return fc.oneof(
    fc.integer({ min: 0, max: 0xffffffff }),
    fc.constantFrom(0, 0xffffffff, 0xfffffff0, 0xfffffffe, 0xfffff800, 0x80000000, 1, 0xffff0000, 0x0000ffff),
    fc.integer({ min: 0, max: 31 }).map((bit) => (1 << bit) >>> 0),
  );
}

/** A bit of `mask` by a drawn number; undefined when the mask is empty. */
export function bitOf(mask: number, drawn: number): number | undefined {
  const bits = Array.from({ length: 32 }, (_, bit) => (1 << bit) >>> 0).filter((bit) => (mask & bit) !== 0);
  return bits.length === 0 ? undefined : bits[drawn % bits.length];
}

/** A write to a part of a dword, or to all of it. */
export interface Part {
  offset: number;
  width: number;
  data: number;
  via: Via;
}

export function part(): fc.Arbitrary<Part> {
  const places = fc.constantFrom([0, 1], [1, 1], [2, 1], [3, 1], [0, 2], [2, 2], [0, 4]);
  return fc
    .record({ place: places, data: dword(), via: fc.constantFrom<Via>('cam', 'ecam') })
    .map(({ place, data, via }) => {
      const [offset = 0, width = 1] = place;
      return { offset, width, data: data % 2 ** (8 * width), via };
    });
}

/** Number of bits that are set; not the model's own, which a mutation run breaks. */
export function bitCount(bits: number): number {
  return (bits >>> 0).toString(2).replaceAll('0', '').length;
}
