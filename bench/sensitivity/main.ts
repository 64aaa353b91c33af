/** How many single-bit faults in recorded answers does the checker find, and does it name the right rule? */

import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { startStopwatch } from '../../src/core/clock.ts';
import { benchOptions } from '../support/options.ts';
import { print } from '../support/print.ts';
import { scenarioNames } from '../support/scenarios.ts';
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
const results = await runAll();
const seconds = elapsed() / 1000;
printReport(results, options.list);
print();
print(`${names.length} scenarios, ${perScenario} flips in each, seed ${options.seed}: ${seconds.toFixed(0)} s`);

/** Hands the scenarios to workers, one at a time. */
async function runAll(): Promise<ScenarioResult[]> {
  const waiting = [...names];
  const done: ScenarioResult[] = [];
  const threads = Array.from({ length: Math.min(options.threads, names.length) }, () => runWorker(waiting, done));
  await Promise.all(threads);
  return done.toSorted((one, other) => (one.scenario < other.scenario ? -1 : 1));
}

function runWorker(waiting: string[], done: ScenarioResult[]): Promise<void> {
  // The bench runs compiled, and so does its worker: the name ends as this file's does.
  const worker = new Worker(new URL(`./worker${extname(import.meta.url)}`, import.meta.url), {
    workerData: flipOptions,
  });
  return new Promise((resolve, reject) => {
    const next = (): void => {
      const name = waiting.shift();
      if (name !== undefined) worker.postMessage(name);
      else void worker.terminate().then(() => resolve());
    };
    worker.on('error', reject);
    worker.on('message', (result: ScenarioResult) => {
      done.push(result);
      next();
    });
    next();
  });
}
