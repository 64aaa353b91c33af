/** All short sequences of a small alphabet, on the emulated target: without faults nothing may be found; with one, what is. */

import { availableParallelism } from 'node:os';
import { FAULTS } from '../../src/targets/emulated/index.ts';
import { benchOptions } from '../support/options.ts';
import { percent, print, printTable } from '../support/print.ts';
import { inWorkers } from '../support/workers.ts';
import { faultsInScope } from './faults.ts';
import { ALPHABET, sequences } from './scope.ts';
import type { ScopeJob, Tried } from './worker.ts';

/** `fault-length` 1: only what no more than one step shows, in every fault. */
const options = benchOptions({ length: 4, 'fault-length': 2, threads: availableParallelism() });

/** Sequences that one worker tries before it asks for more. */
const RANGE = 500;

const clean: ScopeJob[] = [];
for (let length = 0; length <= options.length; length++)
  for (let from = 0; from < sequences(length); from += RANGE)
    clean.push({ length, from, to: Math.min(from + RANGE, sequences(length)) });
const without = await inWorkers<ScopeJob, Tried>(import.meta.url, clean, options.threads);
const withOne = await faultsInScope(FAULTS, options['fault-length'], options.threads);

const found = withOne.filter(({ broken }) => broken.length > 0);
printTable(
  'Faults that a short sequence shows',
  [
    ['fault', 'rules', 'sequence'],
    ...found.map(({ job, broken: [first] }) => [
      job.fault ?? '',
      first?.rules.join(', ') ?? '',
      first?.letters.join('; ') ?? '',
    ]),
  ],
  [0, 1, 2],
);
print(
  `\nwith one fault: ${found.length} of ${withOne.length} found (${percent(found.length, withOne.length)} %) by sequences of up to ${options['fault-length']} steps`,
);
const broken = without.flatMap((one) => one.broken);
for (const { letters, rules } of broken) print(`\n${rules.join(', ')}:\n${letters.join('\n')}`);
const tried = without.reduce((sum, { count }) => sum + count, 0);
const all = Array.from({ length: options.length + 1 }, (_, length) => sequences(length)).reduce((a, b) => a + b, 0);
print(
  `without faults: ${tried} of ${all} sequences of up to ${options.length} of ${ALPHABET.length} steps tried, ${broken.length} findings`,
);
process.exitCode = broken.length === 0 && tried === all ? 0 : 1;
