import { expect, test } from 'vitest';
import { cover } from './cover.ts';

const candidate = (name: string, steps: number, ...features: number[]) => ({
  name,
  steps,
  features: Int32Array.from(features),
});

const names = (...some: readonly ReturnType<typeof candidate>[]): string[] => cover(some).map(({ name }) => name);

test('who has most that is missing comes first, and who has nothing more is left out', () => {
  const all = candidate('a', 9, 1, 2, 3, 4);
  const other = candidate('b', 9, 3, 4, 5);
  const within = candidate('c', 1, 2, 3);
  expect(names(within, other, all)).toEqual(['a', 'b']);
  expect(names(all, other, within, candidate('d', 1, 6, 7))).toEqual(['a', 'd', 'b']);
});

test('of several with as many the shorter is taken, then the first by name, whatever order they come in', () => {
  const candidates = [
    candidate('d', 3, 1, 2),
    candidate('c', 2, 1, 2),
    candidate('b', 2, 1, 2),
    candidate('B', 7, 3),
    candidate('a', 7, 3),
  ];
  expect(names(...candidates)).toEqual(['b', 'B']);
  expect(names(...candidates.toReversed())).toEqual(['b', 'B']);
});

test('what has been taken counts no more for the others', () => {
  // The long one has five, but only one when both short ones are there: it is taken first, and makes one of them needless.
  expect(names(candidate('x', 1, 1, 2, 3), candidate('y', 1, 4, 5, 6), candidate('z', 1, 1, 2, 3, 4, 5))).toEqual([
    'z',
    'y',
  ]);
});

test('without features nobody is taken', () => {
  expect(names()).toEqual([]);
  expect(names(candidate('a', 1), candidate('b', 2))).toEqual([]);
});

test('ten thousand candidates take no time', () => {
  const many = Array.from({ length: 10_000 }, (_, index) =>
    candidate(String(index), index % 7, ...Array.from({ length: 40 }, (_unused, at) => (index * 7 + at * at) % 4000)),
  );
  const chosen = cover(many);
  expect(new Set(chosen.flatMap(({ features }) => [...features])).size).toBe(4000);
  expect(chosen.length).toBeLessThan(1000);
});
