/** The emulated target without faults against the model, over random layouts: nothing may be found. */

import { availableParallelism } from 'node:os';
import { benchOptions } from '../support/options.ts';
import { print, printTable } from '../support/print.ts';
import { inWorkers } from '../support/workers.ts';
import type { Agreement, AgreementJob } from './worker.ts';

const options = benchOptions({ layouts: 200, accesses: 50_000, seed: 'agreement', threads: availableParallelism() });

const jobs = Array.from({ length: options.layouts }, (_, layout) => ({
  layout,
  seed: options.seed,
  accesses: options.accesses,
}));
let ended = 0;
const results = await inWorkers<AgreementJob, Agreement>(import.meta.url, jobs, options.threads, {
  done(result) {
    ended++;
    const rules = result.findings.map(({ rule }) => rule).join(', ');
    if (rules !== '' || ended % 20 === 0)
      process.stderr.write(
        `${ended} of ${jobs.length} layouts${rules === '' ? '' : `; layout ${result.layout}: ${rules}`}\n`,
      );
  },
});

const sum = (of: (one: Agreement) => number): number => results.reduce((all, one) => all + of(one), 0);
const findings = results.flatMap((one) => one.findings.map((finding) => ({ layout: one.layout, ...finding })));
if (findings.length > 0) {
  printTable(
    'Disagreements',
    [
      ['layout', 'rule', 'accesses', 'steps', 'what'],
      ...findings.map(({ layout, rule, accesses, steps, what }) => [
        String(layout),
        rule,
        String(accesses),
        String(steps),
        what,
      ]),
    ],
    [1, 4],
  );
  for (const { layout, scenario } of findings) print(`\nlayout ${layout}:\n${scenario}`);
}
print(
  `${results.length} layouts, ${sum((one) => one.accesses)} accesses of programs, ${sum((one) => one.sweepAccesses)} of sweeps and enumeration, ${findings.length} findings`,
);
process.exitCode = findings.length === 0 ? 0 : 1;
