/** What structure, state and each generator class are worth: accesses until each fault is found, by strategy. */

import { availableParallelism } from 'node:os';
import { FAULTS } from '../../src/targets/emulated/index.ts';
import { benchOptions } from '../support/options.ts';
import { median, print, printTable } from '../support/print.ts';
import { inWorkers } from '../support/workers.ts';
import { STRATEGIES } from './strategies.ts';
import type { StrategyHunt, StrategyJob } from './worker.ts';

const options = benchOptions({
  /** By name, with commas between; `each`: full, and full without one class at a time. */
  strategies: 'uniform,stateless,full',
  seeds: 1,
  accesses: 20_000,
  'per-layout': 2_000,
  only: '',
  threads: availableParallelism(),
});

const names =
  options.strategies === 'each'
    ? [...STRATEGIES.keys()].filter((name) => name === 'full' || name.startsWith('without '))
    : options.strategies.split(',');
for (const name of names)
  if (!STRATEGIES.has(name)) throw new Error(`--strategies: ${name} is none of ${[...STRATEGIES.keys()].join(', ')}`);
const known = FAULTS.map(({ id }) => id);
const ids = options.only === '' ? known : options.only.split(',');
if (ids.some((id) => !known.includes(id))) throw new Error('--only: some of these faults do not exist');

const jobs: StrategyJob[] = names.flatMap((strategy) =>
  ids.flatMap((id) =>
    Array.from({ length: options.seeds }, (_, seed) => ({
      strategy,
      id,
      seed: String(seed + 1),
      accesses: options.accesses,
      perLayout: options['per-layout'],
    })),
  ),
);
let ended = 0;
const hunts = await inWorkers<StrategyJob, StrategyHunt>(import.meta.url, jobs, options.threads, {
  done() {
    ended++;
    if (ended % 50 === 0) process.stderr.write(`${ended} of ${jobs.length} hunts\n`);
  },
});

/** A hunt without a finding has taken its whole budget, at least. */
const spent = ({ accesses }: StrategyHunt): number => accesses ?? options.accesses;
const of = (strategy: string): StrategyHunt[] => hunts.filter((hunt) => hunt.strategy === strategy);
const reference = names.includes('full') ? of('full') : [];

/** The three hunts that took most against the full strategy's: how many times its accesses. */
function worst(mine: readonly StrategyHunt[]): string {
  const slower = mine
    .map((hunt, index) => ({ id: hunt.id, ratio: spent(hunt) / Math.max(1, spent(reference[index]!)) }))
    .toSorted((one, other) => other.ratio - one.ratio);
  return slower
    .slice(0, 3)
    .map(({ id, ratio }) => `${id} ${ratio.toFixed(1)}x`)
    .join(', ');
}

printTable(
  `Accesses until the finding, at most ${options.accesses}`,
  [
    ['strategy', 'found', 'of', 'median', 'mean', 'times full, median', 'slowest against full'],
    ...names.map((name) => {
      const mine = of(name);
      const all = mine.map(spent);
      return [
        name,
        String(mine.filter(({ accesses }) => accesses !== undefined).length),
        String(mine.length),
        String(median(all)),
        (all.reduce((sum, one) => sum + one, 0) / all.length).toFixed(0),
        reference.length === 0 ? '' : (median(all) / Math.max(1, median(reference.map(spent)))).toFixed(2),
        reference.length === 0 || name === 'full' ? '' : worst(mine),
      ];
    }),
  ],
  [0, 6],
);
print(`\n${hunts.length} hunts; one without a finding counts as ${options.accesses} accesses`);
