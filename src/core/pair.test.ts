import fc from 'fast-check';
import { expect, test } from 'vitest';
import { atMost, differenceHi, differenceLo, sumHi, sumLo, widthMaskHi, widthMaskLo } from './pair.ts';

const any64 = fc.oneof(
  fc.bigInt(0n, 2n ** 64n - 1n),
  fc.constantFrom(0n, 1n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 64n - 1n),
);
const hi = (value: bigint): number => Number(value >> 32n) | 0;
const lo = (value: bigint): number => Number(value & 0xffffffffn) | 0;
const whole = (high: number, low: number): bigint => (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);

test('sums, differences and comparisons of pairs are those of 64-bit numbers', () => {
  fc.assert(
    fc.property(any64, any64, (a, b) => {
      expect(whole(sumHi(hi(a), lo(a), hi(b), lo(b)), sumLo(lo(a), lo(b)))).toBe(BigInt.asUintN(64, a + b));
      const difference = whole(differenceHi(hi(a), lo(a), hi(b), lo(b)), differenceLo(lo(a), lo(b)));
      expect(difference).toBe(BigInt.asUintN(64, a - b));
      expect(atMost(hi(a), lo(a), hi(b), lo(b))).toBe(a <= b);
    }),
  );
});

test.each([
  [1, 0xffn],
  [2, 0xffffn],
  [4, 0xffffffffn],
  [8, 0xffffffffffffffffn],
])('the mask of width %i', (width, mask) => {
  expect(whole(widthMaskHi(width), widthMaskLo(width))).toBe(mask);
});
