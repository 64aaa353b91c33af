/** Every PCI device that a stock QEMU can start, in each place that it has, against the model; it goes on where it ended. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { EXIT } from '../../src/cli/exit-status.ts';
import { missingQemu, qemuCommand } from '../../src/targets/wire/qemu.ts';
import { benchOptions } from '../support/options.ts';
import { print, printTable } from '../support/print.ts';
import { inWorkers } from '../support/workers.ts';
import { explanationOf, isFirst, readExplanations } from './explained.ts';
import { inputsOf, versionOf } from './inputs.ts';
import { MACHINES } from './machines.ts';
import type { SweptMachine } from './machines.ts';
import { crashPage, isCrash, makePages } from './pages.ts';
import { kindOf, Store } from './rows.ts';
import type { Causes, Example, Kept, Row, SweptFinding } from './rows.ts';
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
  /** Folder that the pages are written to, and the date that they bear. */
  write: '',
  date: '',
});

const path = process.env['PATH'] ?? '';
const missing = missingQemu('qemu-system-x86_64', path);
if (missing !== undefined) {
  process.stderr.write(`${missing}\n`);
  process.exit(EXIT.target);
}
const version = versionOf('qemu-system-x86_64');
const { seed, checked, 'shrink-runs': shrinkRuns } = options;
const store = new Store(options.state);
const nameOf = ({ device, place }: { device: string; place: string }): string => `${device} on ${place}`;
const wanted = MACHINES.filter((machine) => nameOf(machine).includes(options.only));
const machines = wanted.filter(({ words }) => missingQemu(qemuCommand(words).binary, path) === undefined);
for (const { words } of wanted.filter((machine) => !machines.includes(machine)))
  process.stderr.write(`left out: ${missingQemu(qemuCommand(words).binary, path)}\n`);
if (machines.length === 0) {
  process.stderr.write(`--only ${options.only}: no device and place of this name\n`);
  process.exit(EXIT.usage);
}

/** Those that were not made of the same inputs before are made; each is kept as soon as it is there. */
async function complete<T extends SweepResult>(
  kind: Kept,
  jobs: ReadonlyMap<string, SweepJob>,
  nameOfResult: (result: T) => string,
): Promise<T[]> {
  const inputs = (name: string): string => inputsOf(jobs.get(name)!);
  const left = [...jobs.keys()].filter((name) => store.read<T>(kind, name, inputs(name)) === undefined);
  process.stderr.write(`${kind}: ${jobs.size - left.length} of ${jobs.size} were there\n`);
  const made = new Map<string, T>();
  await inWorkers<SweepJob, T>(
    import.meta.url,
    left.map((name) => jobs.get(name)!),
    options.threads,
    {
      done: (result) => {
        const name = nameOfResult(result);
        made.set(name, result);
        // A machine that did not start may have had no time.
        if (!('refused' in result)) store.write(kind, name, inputs(name), result);
        process.stderr.write(`${jobs.size - left.length + made.size} of ${jobs.size}: ${name}\n`);
      },
    },
  );
  return [...jobs.keys()].map((name) => made.get(name) ?? store.read<T>(kind, name, inputs(name))!);
}

const job = (machine: SweptMachine): SweepJob => ({ seed, checked, shrinkRuns, machine });
const rows = await complete<Row>('rows', new Map(machines.map((machine) => [nameOf(machine), job(machine)])), nameOf);

/** Of each name the finding with the shortest history. */
function shortestBy(
  nameOfFinding: (finding: SweptFinding, device: string) => string | undefined,
  asked: (name: string) => object,
): Map<string, SweepJob> {
  const found = new Map<string, SweepJob & { finding: SweptFinding }>();
  for (const [index, { findings }] of rows.entries())
    for (const finding of findings) {
      const name = nameOfFinding(finding, machines[index]!.device);
      if (name === undefined) continue;
      const known = found.get(name);
      if (known === undefined || finding.program.length < known.finding.program.length)
        found.set(name, { ...job(machines[index]!), finding, ...asked(name) });
    }
  return found;
}

const explanations = readExplanations('bench/sweep/explained.yaml');
const examples = await complete<Example>(
  'examples',
  shortestBy(
    (finding, device) =>
      isCrash(finding) ? crashPage(device) : explanations.find((one) => isFirst(one, finding))?.page,
    (page) => ({ page }),
  ),
  ({ page }) => page,
);
// What no explanation names may follow from a mistake that a deviation of the profile declares.
const causes = await complete<Causes>(
  'causes',
  shortestBy(
    (finding) => (isCrash(finding) || explanationOf(explanations, finding) !== undefined ? undefined : kindOf(finding)),
    () => ({}),
  ),
  ({ kind }) => kind,
);

const pages = makePages(rows, examples, causes, explanations, { version, date: options.date, seed, checked });
for (const [name, text] of options.write === '' ? [] : pages.files) {
  const file = join(options.write, name);
  mkdirSync(dirname(file), { recursive: true });
  const style = { ...(await resolveConfig('docs/score.md')), parser: 'markdown' };
  writeFileSync(file, name.endsWith('.md') ? await format(text, style) : text);
}
printTable('Examples', [
  ['page', 'steps', 'commands'],
  ...examples.map(({ page, scenario, script }) => {
    const commands = script.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
    return [page, String(scenario.trimEnd().split('\n').length), commands === 0 ? 'none' : String(commands)];
  }),
]);
for (const { kind, devices } of pages.unexplained) print(`not explained: ${kind}: ${devices}`);
const started = rows.filter(({ refused }) => refused === undefined);
print(
  `\n${started.length} machines with ${new Set(started.map(({ device }) => device)).size} devices, ${rows.length - started.length} that did not start; ${started.reduce((sum, row) => sum + row.checked, 0)} accesses checked; ${pages.unexplained.length} kinds of findings not explained`,
);
process.exitCode = pages.unexplained.length === 0 ? EXIT.conforms : EXIT.diverges;
