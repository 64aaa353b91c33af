/** Hunts pairs of faults that are switched on together, one pair after the other. */

import { parentPort } from 'node:worker_threads';
import { search } from '../../src/campaign/fuzz.ts';
import { createEmulated, FAULTS } from '../../src/targets/emulated/index.ts';
import { layoutOf } from '../score/hunt.ts';

export interface PairJob {
  /** Ids of the two faults. */
  pair: readonly [string, string];
  seed: string;
  accesses: number;
  perLayout: number;
}

export interface PairFound {
  job: PairJob;
  /** The rules of a finding for each of the two, each a finding of its own; undefined: there are no such two. */
  named: readonly [string, string] | undefined;
  /** Rules of all findings. */
  rules: string[];
  accesses: number;
}

parentPort?.on('message', (job: PairJob) => parentPort?.postMessage(hunt(job)));

function hunt(job: PairJob): PairFound {
  const { pair, seed, accesses, perLayout } = job;
  const lists = pair.map((id) => FAULTS.find((fault) => fault.id === id)?.rules ?? []);
  // A rule of both lists tells neither.
  const isOf = (one: 0 | 1, rule: string): boolean => lists[one]!.includes(rule) && !lists[1 - one]!.includes(rule);
  const found = new Map<string, string>();
  const named = (): [string, string] | undefined => {
    for (const [identity, first] of found)
      for (const [other, second] of found)
        if (identity !== other && isOf(0, first) && isOf(1, second)) return [first, second];
    return undefined;
  };
  let both: [string, string] | undefined;
  let spent = 0;
  for (let number = 0; spent < accesses && both === undefined; number++) {
    const layout = layoutOf(number);
    const run = search(
      {
        open: () => createEmulated({ layout, faults: new Set(pair) }),
        choices: {},
        skip: new Set(),
        seed: `${seed}/${pair.join('+')}/${number}`,
        accesses: Math.min(perLayout, accesses - spent),
        stopAfterFindings: 0,
        shrinkRuns: 0,
        onFinding: ({ id, rule }) => {
          found.set(id, rule);
          both = named();
        },
        stopped: () => both !== undefined,
      },
      () => undefined,
    );
    spent += Math.max(run.accesses, 1);
  }
  return { job, named: both, rules: [...new Set(found.values())], accesses: spent };
}
