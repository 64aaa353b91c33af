/** What several campaigns have found, tried on the targets of all: the shortest steps of each finding, side by side. */

import { TargetDied } from '../access/target-died.ts';
import type { ScenarioRun } from '../check/comparison/comparison.ts';
import { generalize } from '../check/generalize.ts';
import { Lockstep } from '../check/lockstep/lockstep.ts';
import { runProgram } from '../check/lockstep/run-program.ts';
import type { Tally } from '../check/lockstep/tally.ts';
import { trial } from '../check/lockstep/trial.ts';
import type { TrialOptions } from '../check/lockstep/trial.ts';
import type { Profile } from '../check/profile.ts';
import type { JudgedFinding } from '../check/trace-report.ts';
import { formatScenario } from '../scenario/grammar.ts';
import type { Program } from '../scenario/steps.ts';
import { transplant } from '../scenario/transplant.ts';
import type { Topology } from '../topology/topology.ts';
import { newOfRule } from './reduce.ts';
import type { Failure } from './reduce.ts';

/** One target and what its campaign has found. */
export interface Side {
  trial: TrialOptions;
  profile?: Profile | undefined;
  /** Gets what the steps of the others show on it. */
  tally: Tally;
  failures: readonly Failure[];
  onFinding?(finding: JudgedFinding): void;
}

export interface SideBySide {
  runs: ScenarioRun[];
  /** Accesses that no step asked for, over all runs. */
  sweepAccesses: number;
}

/** Runs that it may take to say what the functions of one finding must have. */
const GENERALIZE_AT_MOST = 60;

/** Yields after each run. A finding of several campaigns is tried with the steps of the first. */
export function* sideBySide(sides: readonly Side[], stopped: () => boolean): Generator<void, SideBySide, void> {
  const topologies = sides.map((side) => topologyOf(side.trial));
  const runs: ScenarioRun[] = [];
  const tried = new Set<string>();
  let sweepAccesses = 0;
  for (const [origin, { trial: options, profile, failures }] of sides.entries()) {
    for (const failure of failures) {
      const { id } = failure.finding;
      if (!failure.reproduced || tried.has(id)) continue;
      tried.add(id);
      const from = topologies[origin];
      let general: Program | undefined;
      let asked = false;
      for (const [target, side] of sides.entries()) {
        if (stopped()) return { runs, sweepAccesses };
        const to = topologies[target];
        if (from === undefined || to === undefined) continue;
        let program = target === origin ? failure.program : transplant(failure.program, from, to);
        if (program === undefined) {
          if (!asked) general = generalized(failure, from, options, profile);
          asked = true;
          program = general;
        }
        const common = { scenario: id, target };
        if (program === undefined) runs.push({ ...common, ...NOTHING_LIKE_IT });
        else {
          const ran = started(() => runProgram(side.trial, program, side.tally, side));
          if (ran === undefined) continue;
          sweepAccesses += ran.sweepAccesses;
          runs.push({ ...common, ...ran, steps: formatScenario(program).trimEnd().split('\n') });
        }
        yield;
      }
    }
  }
  return { runs, sweepAccesses };
}

/** Steps on functions that the other target has not, and of which it cannot be said what they need. */
const NOTHING_LIKE_IT = {
  state: 'unbound',
  reason: 'no function of the kinds that the steps name',
  findings: new Map<string, JudgedFinding>(),
  kinds: [],
  present: [],
  answers: [],
  diverged: new Set<number>(),
  steps: [],
} as const;

/** The steps with what their functions must have in place of their numbers. */
function generalized(
  { program, finding }: Failure,
  topology: Topology,
  options: TrialOptions,
  profile: Profile | undefined,
): Program | undefined {
  const isNew = newOfRule(finding.rule, profile);
  let runs = 0;
  return generalize(
    program,
    topology,
    (candidate) => runs++ < GENERALIZE_AT_MOST && trial(options, candidate, isNew).broken,
  );
}

/** Undefined: there is no machine that lives long enough to be enumerated. */
function topologyOf(options: TrialOptions): Topology | undefined {
  const { choices, skip } = options;
  return started(() => {
    const target = options.open();
    try {
      return new Lockstep(target, { choices, skip, divergence: () => undefined }).topology;
    } finally {
      target.close?.();
    }
  });
}

/** Undefined: the target did not start this time, which says nothing about any steps. */
function started<T>(body: () => T): T | undefined {
  try {
    return body();
  } catch (error) {
    if (error instanceof TargetDied) return undefined;
    throw error;
  }
}
