/** Hunts pairs of faults that are switched on together, one pair after the other. */

import { parentPort } from 'node:worker_threads';
import { search } from '../../src/campaign/fuzz.ts';
import { findingId } from '../../src/check/finding.ts';
import { trial } from '../../src/check/lockstep/trial.ts';
import type { TrialOptions } from '../../src/check/lockstep/trial.ts';
import { shrink } from '../../src/check/shrink.ts';
import type { Program } from '../../src/scenario/steps.ts';
import { createEmulated } from '../../src/targets/emulated/index.ts';
import type { Layout } from '../../src/targets/emulated/index.ts';
import { inTurns } from '../support/turns.ts';

export interface PairJob {
  /** Ids of the two faults. */
  pair: readonly [string, string];
  seed: string;
  accesses: number;
  perLayout: number;
}

/** Who makes a finding by himself: the first, the second, each of them, or neither without the other. */
export type Owner = 'first' | 'second' | 'either' | 'neither';

export interface PairFound {
  job: PairJob;
  /** All findings, and whose each is. */
  findings: { id: string; owner: Owner; accesses: number }[];
  /** Whether there are two findings of which one is the first fault's and the other the second's. */
  both: boolean;
  accesses: number;
}

/** Runs that shrinking may take where the whole program tells not whose a finding is. */
const SHRINK_RUNS = 100;

parentPort?.on('message', (job: PairJob) => parentPort?.postMessage(hunt(job)));

function hunt(job: PairJob): PairFound {
  const { pair, seed, accesses, perLayout } = job;
  const findings: PairFound['findings'] = [];
  const known = new Set<string>();
  const both = (): boolean =>
    findings.some(({ id, owner }) =>
      findings.some((other) => id !== other.id && /first|either/.test(owner) && /second|either/.test(other.owner)),
    );
  const spent = inTurns(accesses, perLayout, ({ turn, layout, before, accesses: allowed }) => {
    const run = search(
      {
        ...machinesOf(layout, pair),
        seed: `${seed}/${pair.join('+')}/${turn}`,
        accesses: allowed,
        stopAfterFindings: 0,
        shrinkRuns: 0,
        // Only between machines: whose a finding is takes runs of its own.
        stopped: both,
      },
      ({ finding: { id }, program, accesses: at }) => {
        if (known.has(id) || both()) return;
        known.add(id);
        findings.push({ id, owner: ownerOf(id, program, layout, pair), accesses: before + at });
      },
    );
    return { spent: run.accesses, done: both() };
  });
  return { job, findings, both: both(), accesses: findings.at(-1)?.accesses ?? spent };
}

/** By running what led to a finding with one of the faults alone; then the shortest that leads to it with both. */
function ownerOf(id: string, program: Program, layout: Layout, pair: PairJob['pair']): Owner {
  const shows = (candidate: Program, ...faults: readonly string[]): boolean =>
    trial(machinesOf(layout, faults), candidate).divergences.some((one) => findingId(one) === id);
  const alone = (candidate: Program): Owner => {
    const first = shows(candidate, pair[0]);
    const second = shows(candidate, pair[1]);
    if (first) return second ? 'either' : 'first';
    return second ? 'second' : 'neither';
  };
  const whole = alone(program);
  if (whole !== 'neither' || !shows(program, ...pair)) return whole;
  return alone(shrink(program, (candidate) => shows(candidate, ...pair), SHRINK_RUNS).program);
}

function machinesOf(layout: Layout, faults: readonly string[]): TrialOptions {
  return { open: () => createEmulated({ layout, faults: new Set(faults) }), choices: {}, skip: new Set() };
}
