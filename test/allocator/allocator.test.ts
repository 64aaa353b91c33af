/** A slice of `npm run bench:allocator`: trees from hidden layouts, and trees that cannot be assigned. */

import { expect, test } from 'vitest';
import { hiddenLayout } from '../../bench/allocator/hidden-layout.ts';
import { impossible } from '../../bench/allocator/impossible.ts';
import { tryFeasible, tryInfeasible } from '../../bench/allocator/try.ts';
import { STEPS } from '../../src/topology/allocate.ts';
import { checkPlan } from '../../src/topology/check-plan.ts';

const TREES = 400;
const seeds = Array.from({ length: TREES }, (_, number) => `test/${number}`);

test('hidden layouts are valid by the checker, which knows nothing of how they were made', () => {
  const problems = seeds.flatMap((seed) => {
    const { tree, assignment } = hiddenLayout(seed);
    // The layouts have no bus numbers.
    return checkPlan(tree, assignment).filter((problem) => !/\bbus(es)?\b/.test(problem));
  });
  expect(problems).toEqual([]);
});

test('a tree that has a plan is planned, or in less than 1 of 100 undecided, and the checker accepts the plans', () => {
  const tried = seeds.map((seed) => ({ seed, ...tryFeasible(hiddenLayout(seed), STEPS) }));
  expect(tried.filter(({ result }) => result === 'infeasible' || result === 'rejected')).toEqual([]);
  expect(tried.filter(({ result }) => result === 'undecided').length).toBeLessThan(TREES / 100);
  const ratios = tried.flatMap((one) => one.ratios).toSorted((one, other) => one - other);
  expect(ratios.length).toBeGreaterThan(1000);
  expect(ratios[0]).toBeGreaterThanOrEqual(1);
  expect(ratios[Math.floor(ratios.length * 0.9)]).toBeLessThan(1.2);
});

test('a demand that is too large is named', () => {
  const unnamed = seeds.map((seed) => impossible(seed)).filter((one) => !tryInfeasible(one));
  expect(unnamed.map(({ what, constraint }) => `${what}: ${constraint}`)).toEqual([]);
});
