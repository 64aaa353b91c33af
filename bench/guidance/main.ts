/** What feedback is worth: accesses until each fault of a difficulty is found with it, against those without. */

import { availableParallelism } from 'node:os';
import { FAULTS } from '../../src/targets/emulated/index.ts';
import { benchOptions } from '../support/options.ts';
import { median, print, printTable } from '../support/print.ts';
import { inWorkers } from '../support/workers.ts';
import type { GuidanceHunt, GuidanceJob } from './worker.ts';

const options = benchOptions({
  difficulty: 3,
  seeds: 5,
  accesses: 12_000,
  /** A directory of scenarios that hunts with feedback begin with. */
  corpus: '',
  only: '',
  threads: availableParallelism(),
});

const all = FAULTS.filter(({ difficulty }) => difficulty === options.difficulty).map(({ id }) => id);
const ids = options.only === '' ? all : options.only.split(',');
if (ids.some((id) => !all.includes(id)))
  throw new Error(`--only: not all of these are faults of difficulty ${options.difficulty}`);
const seeds = Array.from({ length: options.seeds }, (_, seed) => String(seed + 1));
const jobs: GuidanceJob[] = seeds.flatMap((seed) =>
  ids.flatMap((id) =>
    [false, true].map((guided) => ({ guided, id, seed, accesses: options.accesses, corpus: options.corpus })),
  ),
);
let ended = 0;
const hunts = await inWorkers<GuidanceJob, GuidanceHunt>(import.meta.url, jobs, options.threads, {
  done() {
    ended++;
    if (ended % 50 === 0) process.stderr.write(`${ended} of ${jobs.length} hunts\n`);
  },
});

const huntsOf = (id: string, guided: boolean): GuidanceHunt[] =>
  hunts.filter((hunt) => hunt.id === id && hunt.guided === guided);
// A layout that does not have what a fault needs says nothing of either.
const shown = ids.filter((id) => hunts.some((hunt) => hunt.id === id && hunt.found));
/** Logarithms of how many times the accesses feedback took, by fault and seed. */
const logarithms = (id: string): number[] => {
  const without = huntsOf(id, false);
  return huntsOf(id, true).map(({ accesses }, seed) =>
    Math.log(Math.max(1, accesses) / Math.max(1, without[seed]!.accesses)),
  );
};
const mean = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
const byFault = shown
  .map((id) => ({ id, ratio: Math.exp(mean(logarithms(id))) }))
  .toSorted((one, other) => other.ratio - one.ratio);
const pairs = shown.flatMap((id) => logarithms(id));
// Between faults, too, feedback may be worth more or less.
const ofFaults = byFault.map(({ ratio }) => Math.log(ratio));
const deviation = Math.sqrt(mean(ofFaults.map((one) => (one - mean(ofFaults)) ** 2)) / ofFaults.length);

printTable(
  `Accesses until a fault of difficulty ${options.difficulty} is found, at most ${options.accesses}; ${shown.length} faults, ${options.seeds} seeds`,
  [
    ['', 'found', 'of', 'median', 'mean'],
    ...[false, true].map((guided) => {
      const mine = shown.flatMap((id) => huntsOf(id, guided));
      const accesses = mine.map((hunt) => hunt.accesses);
      return [
        guided ? `with feedback${options.corpus === '' ? '' : ' and corpus'}` : 'without',
        String(mine.filter(({ found }) => found).length),
        String(mine.length),
        String(median(accesses)),
        mean(accesses).toFixed(0),
      ];
    }),
  ],
);
print(
  `\nwith against without: geometric mean ${Math.exp(mean(pairs)).toFixed(2)}x (${(100 * deviation).toFixed(0)} % standard error), ` +
    `median ${Math.exp(median(pairs)).toFixed(2)}x`,
);
const worse = byFault.filter(({ ratio }) => ratio > 1);
print(`worse for ${worse.length} of ${byFault.length} faults:`);
for (const { id, ratio } of worse) print(`  ${ratio.toFixed(2)}x  ${id}`);
if (shown.length < ids.length)
  print(`not shown on the default layout: ${ids.filter((id) => !shown.includes(id)).join(', ')}`);
