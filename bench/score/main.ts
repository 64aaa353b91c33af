/** The mutation score: each fault of the emulated target is hunted by seeded campaigns; what finds it, and how soon. */

import { availableParallelism } from 'node:os';
import { writeFileAtomically } from '../../src/core/atomic-file.ts';
import { FAULTS } from '../../src/targets/emulated/index.ts';
import { faultsInScope } from '../scope/faults.ts';
import { benchOptions } from '../support/options.ts';
import { percent, print, printTable } from '../support/print.ts';
import { inWorkers } from '../support/workers.ts';
import type { Hunt } from './hunt.ts';
import { writeCorpus } from './corpus.ts';
import { scorePage } from './page.ts';
import { naming, scoresOf, summaryOf } from './summary.ts';

/** Of the findings, so many must have a rule of their fault's list. */
const NAMED_AT_LEAST = 0.95;

const options = benchOptions({
  seeds: 1,
  accesses: 100_000,
  'per-layout': 2_000,
  'shrink-runs': 300,
  'scope-length': 2,
  threads: availableParallelism(),
  only: '',
  /** File of the page; its date is given, so that the same run makes the same page. */
  write: '',
  date: '',
  /** Folder of the shortest scenario for each fault. */
  corpus: '',
});
if (options.write !== '' && !/^\d{4}-\d{2}-\d{2}$/.test(options.date))
  throw new Error('--write needs --date YYYY-MM-DD');
if (options.write !== '' && options.only !== '')
  throw new Error('--write: the page is about all faults, so without --only');

const only = new Set(options.only.split(',').filter((id) => id !== ''));
const faults = only.size === 0 ? FAULTS : FAULTS.filter(({ id }) => only.has(id));
if (faults.length < only.size) throw new Error('--only: some of these faults do not exist');
const jobs = faults.flatMap(({ id }) =>
  Array.from({ length: options.seeds }, (_, seed) => ({
    id,
    options: {
      seed: String(seed + 1),
      accesses: options.accesses,
      perLayout: options['per-layout'],
      shrinkRuns: options['shrink-runs'],
      portable: options.corpus !== '',
    },
  })),
);
let ended = 0;
const hunts = await inWorkers<(typeof jobs)[number], Hunt>(import.meta.url, jobs, options.threads, {
  done({ id, seed, found }) {
    ended++;
    if (found === undefined || ended % 50 === 0)
      process.stderr.write(
        `${ended} of ${jobs.length} hunts${found === undefined ? `; not found: ${id}, seed ${seed}` : ''}\n`,
      );
  },
});

const scores = scoresOf(faults, hunts, await faultsInScope(faults, options['scope-length'], options.threads));
const rows = scores.flatMap(({ fault, hunts: mine }) =>
  mine.map(({ seed, found }) =>
    found === undefined
      ? [fault.id, seed, 'not found']
      : [
          fault.id,
          seed,
          naming(fault, found),
          found.rule,
          String(found.accesses),
          String(found.layout),
          String(found.steps),
          String(found.executions),
          `${found.register}: ${found.shape}`,
        ],
  ),
);
const head = ['fault', 'seed', 'named', 'rule', 'accesses', 'layout', 'steps', 'runs', 'what'];
printTable('Faults', [head, ...rows], [0, 2, 3, 8]);
const summary = summaryOf(scores);
const { found, own, allowed, short, recorded, shortFindings, recordedFindings, inScope } = summary;
print(
  `\nfound: ${found} of ${hunts.length}; by their own rule ${own}, by another of their list ${allowed} (${percent(own + allowed, hunts.length)} %)`,
);
print(
  `accesses: median ${summary.median}, nine in ten at most ${summary.ninetieth}, largest ${summary.largest}; steps: median ${summary.steps}; runs of the shrinker: median ${summary.executions}`,
);
print(
  `scenarios at most one step longer than the record's sequence: in the median of ${short} of ${recorded} faults (${percent(short, recorded)} %), ${shortFindings} of ${recordedFindings} findings (${percent(shortFindings, recordedFindings)} %)`,
);
print(
  `shown by a sequence of up to ${options['scope-length']} steps of the small scope: ${inScope} of ${scores.length} (${percent(inScope, scores.length)} %)`,
);
if (options.write !== '') await writeFileAtomically(options.write, scorePage(scores, options));
if (options.corpus !== '') await writeCorpus(options.corpus, scores, options.only === '');
process.exitCode = found === hunts.length && own + allowed >= NAMED_AT_LEAST * found ? 0 : 1;
