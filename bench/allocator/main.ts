/** How often the allocator finds a plan for trees that have one, how tight its windows are, and whether it names what is too large. */

import { startStopwatch } from '../../src/core/clock.ts';
import { benchOptions } from '../support/options.ts';
import { print, printTable } from '../support/print.ts';
import { STEPS } from '../../src/topology/allocate.ts';
import { impossible } from './impossible.ts';
import { hiddenLayout } from './hidden-layout.ts';
import { tryFeasible, tryInfeasible } from './try.ts';
import type { Tried } from './try.ts';

const options = benchOptions({ trees: 10_000, seed: 'allocator', steps: STEPS });

const stopwatch = startStopwatch();
const tried: Tried[] = [];
for (let number = 0; number < options.trees; number++)
  tried.push(tryFeasible(hiddenLayout(`${options.seed}/${number}`), options.steps));
const seconds = stopwatch() / 1000;

const count = (kind: Tried['result']): number => tried.filter(({ result }) => result === kind).length;
const ratios = tried.flatMap((one) => one.ratios).toSorted((one, other) => one - other);
const steps = tried.map((one) => one.steps).toSorted((one, other) => one - other);
const at = (list: readonly number[], part: number): string =>
  (list[Math.floor(part * (list.length - 1))] ?? 0).toFixed(3);

printTable(`Feasible trees, seed ${options.seed}, ${options.steps} steps at most`, [
  ['', 'trees'],
  ['planned', String(count('planned'))],
  ['undecided', String(count('undecided'))],
  ['called infeasible', String(count('infeasible'))],
  ['plans that the checker rejects', String(count('rejected'))],
]);
print(`\nundecided: ${((100 * count('undecided')) / options.trees).toFixed(2)} %`);
print(
  `windows: ${ratios.length}; size to lower bound: median ${at(ratios, 0.5)}, 90th percentile ${at(ratios, 0.9)}, largest ${at(ratios, 1)}`,
);
print(`steps: median ${at(steps, 0.5)}, 99th percentile ${at(steps, 0.99)}; ${seconds.toFixed(1)} s`);

let named = 0;
for (let number = 0; number < options.trees; number++)
  if (tryInfeasible(impossible(`${options.seed}/${number}`))) named++;
print(`infeasible trees whose constraint is named: ${named} of ${options.trees}`);
for (const { result, why } of tried
  .filter((one) => one.result === 'infeasible' || one.result === 'rejected')
  .slice(0, 5))
  print(`${result}: ${why}`);
