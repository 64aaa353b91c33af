/** Can a VMM whose deviations are known be gated? Faults that rest in a profile, and one that is new. */

import { availableParallelism } from 'node:os';
import { benchOptions } from '../support/options.ts';
import { print, printTable } from '../support/print.ts';
import { inWorkers } from '../support/workers.ts';
import type { Rested, RestJob } from './worker.ts';

const options = benchOptions({
  choices: 30,
  faults: 20,
  runs: 3,
  accesses: 100_000,
  seed: 'rest',
  threads: availableParallelism(),
});

const { seed, accesses, faults, runs } = options;
const jobs: RestJob[] = Array.from({ length: options.choices }, (_, choice) => ({
  choice,
  seed,
  accesses,
  faults,
  runs,
}));
const results = await inWorkers<RestJob, Rested>(import.meta.url, jobs, options.threads, {
  done: ({ job, last, named, strays }) =>
    void process.stderr.write(
      `choice ${job.choice}: ${last}: ${named.join(', ') || 'not found'}${strays.length > 0 ? `; strays ${strays.join(', ')}` : ''}\n`,
    ),
});
printTable(
  `${faults} faults at rest, and one more`,
  [
    ['choice', 'new by run', 'last', 'redrawn', 'named', 'strays'],
    ...results.map(({ job, fresh, last, redrawn, named, strays }) => [
      String(job.choice),
      fresh.join(', '),
      last,
      String(redrawn),
      named.join(', '),
      strays.join(', '),
    ]),
  ],
  [1, 2, 4, 5],
);
const alone = results.filter(
  ({ fresh, named, strays }) => fresh.at(-1) === 0 && named.length > 0 && strays.length === 0,
);
print(
  `\n${alone.length} of ${results.length} choices: the last run with the known faults was silent, and the last fault was found and reported alone`,
);
