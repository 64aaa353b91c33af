import { expect, test } from 'vitest';
import { RANDOM_ALGORITHM, randomStream } from './random.ts';

test('the numbers of a named stream are frozen: stored campaigns depend on them', () => {
  expect(RANDOM_ALGORITHM).toBe('alea/1');
  const stream = randomStream('barometer');
  expect(Array.from({ length: 10 }, () => stream.int32())).toMatchInlineSnapshot(`
    [
      384792871,
      -2129770322,
      -1724566403,
      971054896,
      -651710237,
      887668488,
      1963620627,
      -1532563766,
      2028023657,
      -1545781639,
    ]
  `);
});

test('streams of different names differ, streams of one name are equal', () => {
  const draw = (name: string): number[] => {
    const stream = randomStream(name);
    return Array.from({ length: 8 }, () => stream.int32());
  };
  expect(draw('a')).toEqual(draw('a'));
  expect(draw('a')).not.toEqual(draw('b'));
});

test('below stays below its limit and reaches both ends', () => {
  const stream = randomStream('below');
  const seen = new Set(Array.from({ length: 500 }, () => stream.below(5)));
  expect([...seen].toSorted()).toEqual([0, 1, 2, 3, 4]);
  expect(randomStream('x').below(1)).toBe(0);
  expect(() => stream.below(0)).toThrow(RangeError);
  expect(() => stream.below(1.5)).toThrow(RangeError);
  expect(() => stream.pick([])).toThrow('nothing to pick from');
  expect(['only']).toContain(stream.pick(['only']));
});
