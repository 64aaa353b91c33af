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
  done: ({ job, fresh, last, own, strays }) =>
    void process.stderr.write(
      `choice ${job.choice}: ${fresh.join(', ')} new; ${last}: ${own.join(', ') || 'not found'}${strays.length > 0 ? `; strays ${strays.join(', ')}` : ''}\n`,
    ),
});
printTable(
  `${faults} faults at rest, and one more`,
  [
    ['choice', 'new by run', 'entries', 'last', 'redrawn', 'own findings', 'strays'],
    ...results.map(({ job, fresh, entries, last, redrawn, own, strays }) => [
      String(job.choice),
      fresh.join(', '),
      String(entries),
      last,
      String(redrawn),
      own.join(', '),
      strays.join(', '),
    ]),
  ],
  [1, 3, 5, 6],
);
const alone = results.filter(({ own, strays }) => own.length > 0 && strays.length === 0);
const redrawn = results.reduce((sum, one) => sum + one.redrawn, 0);
print(
  `\n${alone.length} of ${results.length} choices: the last fault was found and reported alone; ${redrawn} were drawn again since their findings were known`,
);
