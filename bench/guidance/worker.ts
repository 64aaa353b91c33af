/** Hunts one fault on the default layout, in one lane: with feedback or without. */

import { parentPort } from 'node:worker_threads';
import { readCorpus } from '../../src/campaign/corpus/corpus-directory.ts';
import { search } from '../../src/campaign/fuzz.ts';
import { FULL, fullStrategy, PROGRAM_STEPS } from '../../src/campaign/strategy.ts';
import { createEmulated, DEFAULT_LAYOUT } from '../../src/targets/emulated/index.ts';

export interface GuidanceJob {
  guided: boolean;
  id: string;
  seed: string;
  accesses: number;
  /** Scenarios that the hunt with feedback begins with; empty: none. */
  corpus: string;
}

export interface GuidanceHunt extends Pick<GuidanceJob, 'guided' | 'id' | 'seed'> {
  /** Accesses of programs until the finding, or the whole budget. */
  accesses: number;
  found: boolean;
}

const GUIDED = fullStrategy(PROGRAM_STEPS, true);

parentPort?.on('message', ({ guided, id, seed, accesses, corpus }: GuidanceJob) => {
  let first: number | undefined;
  search(
    {
      open: () => createEmulated({ layout: DEFAULT_LAYOUT, faults: new Set([id]) }),
      seed: `${seed}/${id}`,
      accesses,
      stopAfterFindings: 1,
      strategy: guided ? GUIDED : FULL,
      seeds: guided && corpus !== '' ? readCorpus(corpus).entries.map(({ program }) => program) : [],
    },
    ([found]) => (first ??= found?.accesses),
  );
  const hunt: GuidanceHunt = { guided, id, seed, accesses: first ?? accesses, found: first !== undefined };
  parentPort?.postMessage(hunt);
});
