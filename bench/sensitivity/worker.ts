/** Tries the flips of the scenarios that the main thread names, one after the other. */

import { parentPort, workerData } from 'node:worker_threads';
import { loadScenario } from '../support/scenarios.ts';
import { flipScenario } from './flips.ts';
import type { FlipOptions } from './flips.ts';

const options = workerData as FlipOptions;

parentPort?.on('message', (name: string) => {
  void loadScenario(name).then((scenario) => {
    parentPort?.postMessage(flipScenario(scenario, options));
  });
});
