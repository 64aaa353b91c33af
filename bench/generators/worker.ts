/** Hunts one fault by one strategy. */

import { parentPort } from 'node:worker_threads';
import { hunt } from '../score/hunt.ts';
import { STRATEGIES } from './strategies.ts';

export interface StrategyJob {
  strategy: string;
  id: string;
  seed: string;
  accesses: number;
  perLayout: number;
}

export interface StrategyHunt {
  strategy: string;
  id: string;
  seed: string;
  /** Accesses of programs until the finding; undefined: none within the budget. */
  accesses: number | undefined;
}

parentPort?.on('message', ({ strategy, id, seed, accesses, perLayout }: StrategyJob) => {
  const options = { seed, accesses, perLayout, shrinkRuns: 0, portable: false };
  const { found } = hunt(id, options, STRATEGIES.get(strategy));
  parentPort?.postMessage({ strategy, id, seed, accesses: found?.accesses } satisfies StrategyHunt);
});
