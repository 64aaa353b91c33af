/** A campaign that ends by the accesses of all kinds, not by those of its programs. */

import { expect, test } from 'vitest';
import { search } from '../../src/campaign/fuzz.ts';
import { createEmulated, DEFAULT_LAYOUT } from '../../src/targets/emulated/index.ts';

const total = (checked?: number): number => {
  const { accesses, sweepAccesses } = search(
    {
      open: () => createEmulated({ layout: DEFAULT_LAYOUT, faults: new Set() }),
      choices: {},
      skip: new Set(),
      seed: 'checked',
      accesses: 1500,
      ...(checked === undefined ? {} : { checked }),
      stopAfterFindings: 0,
      shrinkRuns: 0,
    },
    () => undefined,
  );
  return accesses + sweepAccesses;
};

test('it ends behind the program that reaches the limit', () => {
  const whole = total();
  const limit = Math.round(whole / 2);
  expect(total(limit)).toBeGreaterThanOrEqual(limit);
  expect(total(limit)).toBeLessThan(whole);
});
