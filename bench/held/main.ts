/** Stock QEMU, device by device, against the shipped profiles: nothing may be found that they do not know. */

import { availableParallelism } from 'node:os';
import { EXIT } from '../../src/cli/exit-status.ts';
import { missingQemu, qemuCommand } from '../../src/targets/wire/qemu.ts';
import { benchOptions } from '../support/options.ts';
import { print, printTable } from '../support/print.ts';
import { inWorkers } from '../support/workers.ts';
import { MACHINES } from './machines.ts';
import type { HeldMachine } from './machines.ts';
import type { Held, HeldJob } from './worker.ts';

const options = benchOptions({
  accesses: 20_000,
  seed: 'held',
  only: '',
  threads: availableParallelism(),
  /** Runs of each machine, which must be the same each time. */
  times: 1,
});

const missingFor = ({ words }: HeldMachine): string | undefined =>
  missingQemu(qemuCommand(words).binary, process.env['PATH'] ?? '');
const machines = MACHINES.filter((machine) => missingFor(machine) === undefined);
for (const missing of new Set(MACHINES.map((machine) => missingFor(machine))))
  if (missing !== undefined) process.stderr.write(`left out: ${missing}\n`);
if (machines.length === 0) process.exit(EXIT.target);
const { accesses, seed, times } = options;
const jobs: HeldJob[] = machines
  .filter(({ name }) => name.includes(options.only))
  .flatMap((machine) => Array.from({ length: times }, () => ({ ...machine, seed, accesses })));
if (jobs.length === 0) {
  process.stderr.write(`--only ${options.only}: none of ${machines.map(({ name }) => name).join(', ')}\n`);
  process.exit(EXIT.usage);
}
const all = await inWorkers<HeldJob, Held>(import.meta.url, jobs, options.threads, {
  done: ({ name, fresh }) =>
    void process.stderr.write(`${name}: ${fresh.length === 0 ? 'held' : fresh.map(({ id }) => id).join(', ')}\n`),
});
/** The runs of each machine. */
const runs = Array.from({ length: jobs.length / times }, (_, index) => all.slice(times * index, times * (index + 1)));
const results = runs.map(([first]) => first!);
printTable(
  'What the shipped profiles know of a stock QEMU',
  [
    ['device', 'accesses', 'of sweeps', 'messages', 'known', 'new'],
    ...results.map((one) => [
      one.name,
      String(one.accesses),
      String(one.sweepAccesses),
      String(one.messages),
      String(one.known.length),
      one.fresh.map(({ id }) => id).join(', '),
    ]),
  ],
  [0, 5],
);
/** Of all runs of a machine, each once. */
const freshOf = (mine: readonly Held[]): Held['fresh'] => [
  ...new Map(mine.flatMap(({ fresh }) => fresh.map((one) => [one.id, one]))).values(),
];
for (const mine of runs)
  for (const { id, what, scenario } of freshOf(mine)) print(`\n${mine[0]!.name}: ${id} ${what}\n${scenario}`);
const found = runs.reduce((sum, mine) => sum + freshOf(mine).length, 0);
print(`\nseed ${seed}: ${found} findings that the profiles do not know, on ${results.length} machines`);

let different = 0;
if (times > 1) {
  const rows = runs.map((mine) => {
    const { name, isPrompt, bytes, verdicts } = mine[0]!;
    const sameBytes = mine.filter((one) => one.bytes === bytes).length;
    const sameVerdicts = mine.filter((one) => one.verdicts === verdicts).length;
    if ((isPrompt ? sameBytes : sameVerdicts) < times) different++;
    return [name, isPrompt ? 'yes' : 'no', String(sameBytes), String(sameVerdicts)];
  });
  const head = ['device', 'synchronous', 'same results.json', 'same findings'];
  printTable(`As the first of ${times} runs`, [head, ...rows], [0, 1]);
  print(`\n${different} machines that were not the same each time`);
}
process.exitCode = found + different === 0 ? EXIT.conforms : EXIT.diverges;
