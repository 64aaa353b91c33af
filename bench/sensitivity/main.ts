/** How many single-bit faults in recorded answers does the checker find, and does it name the right rule? */

import { availableParallelism } from 'node:os';
import { startStopwatch } from '../../src/core/clock.ts';
import { benchOptions } from '../support/options.ts';
import { print } from '../support/print.ts';
import { scenarioNames } from '../support/scenarios.ts';
import { inWorkers } from '../support/workers.ts';
import type { FlipOptions, ScenarioResult } from './flips.ts';
import { printReport } from './report.ts';

/** Flips in answers of absent functions, for each of those in answers of present ones. */
const ABSENT_SHARE = 0.1;

const options = benchOptions({
  flips: 5000,
  extra: 200,
  seed: 'barometer',
  verify: 0,
  threads: availableParallelism(),
  list: false,
});

const names = scenarioNames().filter((name) => !name.startsWith('full'));
const perScenario = Math.ceil(options.flips / names.length);
const flipOptions: FlipOptions = {
  seed: options.seed,
  flips: perScenario,
  absent: Math.ceil(perScenario * ABSENT_SHARE),
  extra: Math.ceil(options.extra / names.length),
  verify: options.verify,
};
const elapsed = startStopwatch();
const results = await inWorkers<string, ScenarioResult>(import.meta.url, names, options.threads, {
  data: () => flipOptions,
});
const seconds = elapsed() / 1000;
printReport(results, options.list);
print();
print(`${names.length} scenarios, ${perScenario} flips in each, seed ${options.seed}: ${seconds.toFixed(0)} s`);
