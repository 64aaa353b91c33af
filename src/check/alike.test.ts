import { expect, test } from 'vitest';
import { firstsOf, representatives } from './alike.ts';

const finding = (id: string, rule: string, shape: string): { id: string; rule: string; shape: string } => {
  return { id, rule, shape };
};
const ALL = [
  finding('a', 'CMD-001', 'bits cleared'),
  finding('b', 'CMD-001', 'bits set'),
  finding('c', 'CMD-001', 'bits cleared'),
  finding('d', 'CMD-002', 'bits cleared'),
  finding('e', 'CMD-001', 'bits cleared'),
];

test('of findings of the same rule and shape the first is kept, in order', () => {
  expect(firstsOf(ALL, (one) => one).map(({ id }) => id)).toEqual(['a', 'b', 'd']);
  expect(firstsOf(ALL.toReversed(), (one) => one).map(({ id }) => id)).toEqual(['e', 'd', 'b']);
});

test('the first stands for the others, unless one of them has a scenario', () => {
  expect(Object.fromEntries(representatives(ALL, () => false))).toEqual({ a: null, b: null, c: 'a', d: null, e: 'a' });
  expect(Object.fromEntries(representatives(ALL, ({ id }) => id === 'c'))).toEqual({
    a: 'c',
    b: null,
    c: null,
    d: null,
    e: 'c',
  });
});

test('each with a scenario stands for itself', () => {
  expect(Object.fromEntries(representatives(ALL, ({ id }) => id === 'c' || id === 'e'))).toMatchObject({
    a: 'c',
    c: null,
    e: null,
  });
});
