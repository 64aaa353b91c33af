import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatHex, parseNumber } from './hex.ts';

const halves = (value: bigint): [number, number] => [Number(value >> 32n) | 0, Number(value & 0xffffffffn) | 0];

test('formatHex prints what BigInt prints', () => {
  fc.assert(
    fc.property(fc.bigInt(0n, 2n ** 64n - 1n), (value) => {
      expect(formatHex(...halves(value))).toBe(`0x${value.toString(16)}`);
    }),
  );
});

test('parseNumber reads hexadecimal and decimal text of any 64-bit number', () => {
  fc.assert(
    fc.property(fc.bigInt(0n, 2n ** 64n - 1n), fc.boolean(), (value, hex) => {
      const [hi, lo] = halves(value);
      expect(parseNumber(hex ? `0x${value.toString(16)}` : value.toString())).toEqual({ hi, lo });
    }),
  );
});

test('parseNumber takes leading zeros and upper case', () => {
  expect(parseNumber('0x0000000000000000000FE')).toEqual({ hi: 0, lo: 0xfe });
});

test.each([
  '',
  '0x',
  'x',
  '-1',
  '1.5',
  '0x10000000000000000',
  '18446744073709551616',
  'ff',
  '0x1g',
  `0x1${'0'.repeat(200)}`,
])('parseNumber refuses %j', (text) => {
  expect(parseNumber(text)).toBeUndefined();
});
