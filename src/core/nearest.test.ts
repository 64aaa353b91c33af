import { expect, test } from 'vitest';
import { didYouMean, nearest } from './nearest.ts';

test('a mistyped name finds the one that was meant', () => {
  expect(nearest('preasigned', ['hole', 'preassigned', 'pm'])).toBe('preassigned');
  expect(nearest('BAR-0003', ['BAR-003', 'CAM-003'])).toBe('BAR-003');
  expect(nearest('Hole', ['hole'])).toBe('hole');
  expect(nearest('ecma', ['ecam', 'cam'])).toBe('ecam');
  expect(nearest('', ['io'])).toBeUndefined();
});

test('a name that resembles nothing finds nothing', () => {
  expect(nearest('firmware', ['hole', 'pm'])).toBeUndefined();
  expect(didYouMean('firmware', ['hole', 'pm'])).toBe('');
  expect(didYouMean('hol', ['hole'])).toBe(' Did you mean hole?');
});
