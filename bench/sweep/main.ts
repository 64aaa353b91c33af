/** Every PCI device that a stock QEMU can start, in each place that it has, against the model; it goes on where it ended. */

import { availableParallelism } from 'node:os';
import { EXIT } from '../../src/cli/exit-status.ts';
import { missingQemu } from '../../src/targets/wire/qemu.ts';
import { benchOptions } from '../support/options.ts';
import { print, printTable } from '../support/print.ts';
import { inWorkers } from '../support/workers.ts';
import { MACHINES } from './machines.ts';
import type { SweptMachine } from './machines.ts';
import { kindOf, Store } from './rows.ts';
import type { Kind, Row, SweptFinding } from './rows.ts';
import type { SweepJob, SweepResult } from './worker.ts';

const options = benchOptions({
  /** Accesses of all kinds on each machine. */
  checked: 100_000,
  'shrink-runs': 100,
  seed: 'sweep',
  /** Of the devices' names or places. */
  only: '',
  threads: availableParallelism(),
  /** Folder of what was found so far. */
  state: 'reports/sweep',
});

const missing = missingQemu('qemu-system-x86_64', process.env['PATH'] ?? '');
if (missing !== undefined) {
  process.stderr.write(`${missing}\n`);
  process.exit(EXIT.target);
}
const { seed, checked, 'shrink-runs': shrinkRuns } = options;
const store = new Store(`${options.state}/${seed}-${checked}`);
const nameOf = ({ device, place }: { device: string; place: string }): string => `${device} on ${place}`;
const machines = MACHINES.filter((machine) => nameOf(machine).includes(options.only));
if (machines.length === 0) {
  process.stderr.write(`--only ${options.only}: no device and place of this name\n`);
  process.exit(EXIT.usage);
}

/** Those that are not there yet are made; each is kept as soon as it is there. */
async function complete<T extends SweepResult>(
  kind: 'rows' | 'kinds',
  jobs: readonly (SweepJob & { name: string })[],
  nameOfResult: (result: T) => string,
): Promise<T[]> {
  const left = jobs.filter(({ name }) => store.read<T>(kind, name) === undefined);
  process.stderr.write(`${kind}: ${jobs.length - left.length} of ${jobs.length} were there\n`);
  let done = jobs.length - left.length;
  await inWorkers<SweepJob, T>(import.meta.url, left, options.threads, {
    done: (result) => {
      store.write(kind, nameOfResult(result), result);
      process.stderr.write(`${++done} of ${jobs.length}: ${nameOfResult(result)}\n`);
    },
  });
  return jobs.map(({ name }) => store.read<T>(kind, name)!);
}

const job = (machine: SweptMachine): SweepJob => ({ seed, checked, shrinkRuns, machine });
const rows = await complete<Row>(
  'rows',
  machines.map((machine) => ({ ...job(machine), name: nameOf(machine) })),
  nameOf,
);

/** Of each kind the finding with the shortest history, on the plainest machine. */
const examples = new Map<string, { machine: SweptMachine; finding: SweptFinding }>();
for (const [index, { findings }] of rows.entries())
  for (const finding of findings) {
    const known = examples.get(kindOf(finding));
    if (known === undefined || finding.program.length < known.finding.program.length)
      examples.set(kindOf(finding), { machine: machines[index]!, finding });
  }
const kinds = await complete<Kind>(
  'kinds',
  [...examples].map(([name, { machine, finding }]) => ({ ...job(machine), finding, name })),
  ({ key }) => key,
);

const started = rows.filter(({ refused }) => refused === undefined);
printTable('Kinds of findings', [
  ['kind', 'devices', 'steps', 'commands'],
  ...kinds
    .map(({ key, scenario, script }) => {
      const devices = new Set(
        rows.filter(({ findings }) => findings.some((one) => kindOf(one) === key)).map(({ device }) => device),
      );
      const steps = scenario.trimEnd().split('\n').length;
      return [
        key,
        String(devices.size),
        String(steps),
        String(script.split('\n').filter((line) => !line.startsWith('#')).length - 1),
      ];
    })
    .toSorted(([one], [other]) => (one! < other! ? -1 : 1)),
]);
print(
  `\n${started.length} machines with ${new Set(started.map(({ device }) => device)).size} devices, ${rows.length - started.length} that did not start; ${started.reduce((sum, row) => sum + row.checked, 0)} accesses checked; ${kinds.length} kinds of findings`,
);
