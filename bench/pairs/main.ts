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

/** Share of the pairs that must be found as two findings. */
const BOTH_AT_LEAST = 0.95;
/** Rules of findings that a line of the table names. */
const RULES_SHOWN = 4;

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
/** `STS-001, MSI-001, …: 412 by pcie-cap-missing`: the rules of the findings, and how many are whose. */
function told({ findings }: PairFound): string {
  const makers = [...new Set(findings.map(({ by }) => by.join(' and ')))];
  return makers
    .map((maker) => {
      const mine = findings.filter(({ by }) => by.join(' and ') === maker);
      const rules = [...new Set(mine.map(({ rule }) => rule))];
      const more = rules.length > RULES_SHOWN ? ', …' : '';
      return `${rules.slice(0, RULES_SHOWN).join(', ')}${more}: ${mine.length} by ${maker || 'none alone, or not asked'}`;
    })
    .join('; ');
}
const results = await inWorkers<PairJob, PairFound>(import.meta.url, jobs, options.threads, {
  done(result) {
    ended++;
    if (!result.both || ended % 50 === 0)
      process.stderr.write(
        `${ended} of ${jobs.length} pairs${result.both ? '' : `; not both: ${result.job.pair.join(' and ')}: ${told(result)}`}\n`,
      );
  },
});
const both = results.filter((result) => result.both);
printTable(
  'Pairs that were not found as two findings',
  [
    ['first', 'second', 'findings, and whose each is'],
    ...results.filter((result) => !result.both).map((result) => [...result.job.pair, told(result)]),
  ],
  [0, 1, 2],
);
const accesses = both.map((result) => result.accesses).toSorted((one, other) => one - other);
print(
  `\n${both.length} of ${results.length} pairs found as two findings (${percent(both.length, results.length)} %); accesses until the second: median ${median(accesses)}, largest ${accesses.at(-1) ?? '-'}`,
);
process.exitCode = both.length >= BOTH_AT_LEAST * results.length ? 0 : 1;
