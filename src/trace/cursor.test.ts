import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Cursor, word } from './cursor.ts';

function at(text: string): Cursor {
  const cursor = new Cursor();
  cursor.bytes = Buffer.from(`${text}\n`, 'latin1');
  return cursor;
}

const noise = fc.string({ unit: fc.constantFrom(...Array.from('0123456789abcdefABCDEFxg -@.:\r')) });

test('hex reads what a regular expression finds', () => {
  fc.assert(
    fc.property(noise, (text) => {
      const cursor = at(text);
      const digits = /^[0-9a-fA-F]*/.exec(text)?.[0] ?? '';
      expect(cursor.hex()).toBe(digits.length >= 1 && digits.length <= 16);
      expect(cursor.at).toBe(digits.length);
      if (digits.length < 1 || digits.length > 16) return;
      const value = BigInt(`0x${digits}`);
      expect([cursor.hi, cursor.lo]).toEqual([Number(value >> 32n) | 0, Number(value & 0xffffffffn) | 0]);
    }),
  );
});

test('decimal reads what a regular expression finds', () => {
  fc.assert(
    fc.property(noise, (text) => {
      const cursor = at(text);
      const digits = /^-?([0-9]+)/.exec(text);
      const good = digits !== null && (digits[1] as string).length <= 10 && Number(digits[1]) <= 0x7fffffff;
      expect(cursor.decimal()).toBe(good);
      // Minus zero is zero.
      expect(good ? cursor.number + 0 : 0).toBe(good ? Number(digits[0]) + 0 : 0);
    }),
  );
});

test('take passes over a word only when it stands there', () => {
  const cursor = at('memory_region_ops_read');
  expect(cursor.take(word('memory_region_sub'))).toBe(false);
  expect(cursor.at).toBe(0);
  expect(cursor.take(word('memory_region_'))).toBe(true);
  expect(cursor.at).toBe(14);
});

test('no scan passes the end of the line', () => {
  fc.assert(
    fc.property(noise, (text) => {
      const scans = ['hex', 'decimal', 'skipHex', 'skipBlanks', 'atLineEnd'] as const;
      for (const scan of scans) {
        const cursor = at(text);
        cursor[scan]();
        expect(cursor.at).toBeLessThanOrEqual(text.length);
      }
    }),
  );
});

test('the line ends behind blanks and a carriage return', () => {
  expect(at('  \r').atLineEnd()).toBe(true);
  expect(at('  x').atLineEnd()).toBe(false);
});
