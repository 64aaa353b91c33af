import { expect, test } from 'vitest';
import { Curve } from './curve.ts';

const counts = (found: number) => ({ 'rules exercised': 1, 'features reached': 2, 'new findings': found });

test('a short campaign has each of its points', () => {
  const curve = new Curve();
  for (let round = 0; round < 5; round++) curve.add(10 * round, counts(round));
  expect(curve.points().map(({ accesses }) => accesses)).toEqual([0, 10, 20, 30, 40]);
});

test('a long one has some hundreds at equal distances, the first and the last among them', () => {
  const curve = new Curve();
  for (let round = 0; round < 100_000; round++) curve.add(round, counts(0));
  const at = curve.points().map(({ accesses }) => accesses);
  expect(at.length).toBeLessThanOrEqual(514);
  expect(at.length).toBeGreaterThan(250);
  expect([at[0], at.at(-1)]).toEqual([0, 99_999]);
  expect(new Set(at.slice(1, -1).map((one, index) => one - at[index]!)).size).toBe(1);
});
