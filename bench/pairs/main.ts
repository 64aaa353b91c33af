/** Two faults at a time: does one hide the other, or are both found, each as a finding of its own? */

import { availableParallelism } from 'node:os';
import { randomStream } from '../../src/core/random.ts';
import { FAULTS } from '../../src/targets/emulated/index.ts';
import { benchOptions } from '../support/options.ts';
import { median, percent, print, printTable } from '../support/print.ts';
import { inWorkers } from '../support/workers.ts';
import type { PairFound, PairJob } from './worker.ts';

const options = benchOptions({
  pairs: 200,
  seed: 'pairs',
  accesses: 100_000,
  'per-layout': 2_000,
  threads: availableParallelism(),
});

const stream = randomStream(options.seed);
const jobs: PairJob[] = [];
const drawn = new Set<string>();
while (jobs.length < options.pairs) {
  const [first, second] = [stream.pick(FAULTS).id, stream.pick(FAULTS).id].toSorted();
  if (first === undefined || second === undefined || first === second || drawn.has(`${first}+${second}`)) continue;
  drawn.add(`${first}+${second}`);
  jobs.push({
    pair: [first, second],
    seed: options.seed,
    accesses: options.accesses,
    perLayout: options['per-layout'],
  });
}
let ended = 0;
const results = await inWorkers<PairJob, PairFound>(import.meta.url, jobs, options.threads, {
  done({ job, named, rules }) {
    ended++;
    if (named === undefined || ended % 50 === 0)
      process.stderr.write(
        `${ended} of ${jobs.length} pairs${named === undefined ? `; not both: ${job.pair.join(' and ')}: ${rules.join(', ')}` : ''}\n`,
      );
  },
});
const both = results.filter(({ named }) => named !== undefined);
printTable(
  'Pairs of which only one was found under a rule of its list',
  [
    ['pair', 'rules of all findings'],
    ...results
      .filter(({ named }) => named === undefined)
      .map(({ job, rules }) => [job.pair.join(' + '), rules.join(', ')]),
  ],
  [0, 1],
);
print(
  `\n${both.length} of ${results.length} pairs found as two findings (${percent(both.length, results.length)} %), accesses: median ${median(both.map(({ accesses }) => accesses))}`,
);
