/** The mutation score: each fault of the emulated target is hunted by seeded campaigns; what finds it, and how soon. */

import { availableParallelism } from 'node:os';
import { FAULTS } from '../../src/targets/emulated/index.ts';
import { benchOptions } from '../support/options.ts';
import { median, percent, print, printTable } from '../support/print.ts';
import { inWorkers } from '../support/workers.ts';
import type { Hunt } from './hunt.ts';

const options = benchOptions({
  seeds: 1,
  accesses: 100_000,
  'per-layout': 5_000,
  'shrink-runs': 300,
  threads: availableParallelism(),
  only: '',
});

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
    },
  })),
);
const hunts = await inWorkers<(typeof jobs)[number], Hunt>(import.meta.url, jobs, options.threads);

const rulesOf = new Map(faults.map(({ id, rules }) => [id, rules]));
const rows: string[][] = [];
let own = 0;
let allowed = 0;
for (const { id, seed, found } of hunts) {
  const rules = rulesOf.get(id) ?? [];
  const name =
    found === undefined
      ? 'not found'
      : !found.reproduced
        ? 'GONE'
        : rules[0] === found.rule
          ? 'own'
          : rules.includes(found.rule)
            ? 'allowed'
            : 'OTHER';
  if (name === 'own') own++;
  if (name === 'allowed') allowed++;
  rows.push([
    id,
    seed,
    name,
    found?.rule ?? '',
    String(found?.accesses ?? ''),
    String(found?.steps ?? ''),
    String(found?.executions ?? ''),
    found?.reproduced === false ? 'did not come back' : `${found?.register ?? ''}: ${found?.shape ?? ''}`,
  ]);
}
printTable('Faults', [['fault', 'seed', 'named', 'rule', 'accesses', 'steps', 'runs', 'what'], ...rows], [0, 2, 3, 7]);
const found = hunts.flatMap((one) => (one.found === undefined ? [] : [one.found]));
print(
  `\nfound: ${found.length} of ${hunts.length}; by their own rule ${own}, by another of their list ${allowed} (${percent(own + allowed, hunts.length)} %)`,
);
print(
  `accesses: median ${median(found.map((one) => one.accesses))}, largest ${Math.max(...found.map((one) => one.accesses))}; steps: median ${median(found.map((one) => one.steps))}; runs of the shrinker: median ${median(found.map((one) => one.executions))}`,
);
process.exitCode = own + allowed === hunts.length ? 0 : 1;
