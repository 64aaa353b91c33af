/** Hunts pairs of faults that are switched on together, one pair after the other. */

import { parentPort } from 'node:worker_threads';
import { search } from '../../src/campaign/fuzz.ts';
import { findingId } from '../../src/check/finding.ts';
import { trial } from '../../src/check/lockstep/trial.ts';
import type { TrialOptions } from '../../src/check/lockstep/trial.ts';
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

export interface PairFound {
  job: PairJob;
  /** All findings, and which of the two faults make it without the other, as far as it was asked. */
  findings: { id: string; rule: string; by: readonly string[]; accesses: number }[];
  /** Whether there are two findings of which one is the first fault's and the other the second's. */
  both: boolean;
  /** Until then, or in all. */
  accesses: number;
}

/** Findings of a fault from which on it is not asked for more: one of them is certainly not the other fault's only one. */
const ENOUGH = 2;

parentPort?.on('message', (job: PairJob) => parentPort?.postMessage(hunt(job)));

function hunt(job: PairJob): PairFound {
  const { pair, seed, accesses, perLayout } = job;
  const findings: PairFound['findings'] = [];
  const of = (fault: string): PairFound['findings'] => findings.filter(({ by }) => by.includes(fault));
  const both = (): boolean => of(pair[0]).some((one) => of(pair[1]).some((other) => one !== other));
  let until: number | undefined;
  const spent = inTurns(accesses, perLayout, ({ turn, layout, before, accesses: allowed }) => {
    const run = search(
      {
        ...machinesOf(layout, pair),
        seed: `${seed}/${pair.join('+')}/${turn}`,
        accesses: allowed,
        stopAfterFindings: 0,
        shrinkRuns: 0,
        stopped: both,
      },
      (ofMachine) => {
        const fresh = ofMachine.filter(({ finding }) => findings.every(({ id }) => id !== finding.id));
        const last = fresh.at(-1);
        if (last === undefined) return;
        const asked = pair.filter((fault) => of(fault).length < ENOUGH);
        const shown = asked.map((fault) => shownBy(fault, last.program, layout));
        for (const { finding, accesses: at } of fresh) {
          const { id, rule } = finding;
          const by = asked.filter((_, index) => shown[index]?.has(id));
          findings.push({ id, rule, by, accesses: before + at });
          if (until === undefined && both()) until = before + at;
        }
      },
    );
    return { spent: run.accesses, done: both() };
  });
  return { job, findings, both: until !== undefined, accesses: until ?? spent };
}

/** What one of the faults makes of all that a machine had been through. */
function shownBy(fault: string, program: Program, layout: Layout): Set<string> {
  return new Set(trial(machinesOf(layout, [fault]), program).divergences.map(findingId));
}

function machinesOf(layout: Layout, faults: readonly string[]): TrialOptions {
  return { open: () => createEmulated({ layout, faults: new Set(faults) }), choices: {}, skip: new Set() };
}
