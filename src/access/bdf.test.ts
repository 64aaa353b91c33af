import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatBdf, parseBdf } from './bdf.ts';

test('every address of a function survives its text', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xffffff }), (bdf) => {
      expect(parseBdf(formatBdf(bdf))).toBe(bdf);
    }),
  );
});

test('the text is that of lspci', () => {
  expect(formatBdf(0xfa)).toBe('00:1f.2');
  expect(formatBdf(0x1_8000)).toBe('0001:80:00.0');
});

test.each(['', '00:20.0', '00:1f.8', '100:00.0', '00:00', '00.0', 'zz:00.0'])('%j is none', (text) => {
  expect(parseBdf(text)).toBeUndefined();
});
