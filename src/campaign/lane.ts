/**
 * A lane: machines one after the other, each put through programs by chance, from a stream of its own and with a budget
 * of its own. A campaign is some lanes, of which none looks at another.
 */

import type { Target } from '../access/target.ts';
import { TargetDied } from '../access/target-died.ts';
import { deathDivergence } from '../check/lockstep/death.ts';
import type { Tally } from '../check/lockstep/tally.ts';
import type { TrialOptions } from '../check/lockstep/trial.ts';
import type { JudgedFinding } from '../check/trace-report.ts';
import type { Program } from '../scenario/steps.ts';
import { Feedback } from './feedback/feedback.ts';
import type { Learned } from './feedback/feedback.ts';
import { MachineRun } from './machine-run.ts';
import type { Strategy } from './strategy.ts';

/** What a lane plays on, how long, and who is told. */
export interface LaneOptions extends TrialOptions {
  seed: string;
  /** Accesses that its programs ask for. */
  accesses: number;
  /** Accesses of all kinds after which no further program begins. */
  checked: number;
  /** New findings after which it ends. */
  wanted: number;
  strategy: Strategy;
  /** Scenarios that it begins with, as far as the target has what they need. */
  seeds?: readonly Program[];
  /** The target has started before, so that it is a finding when it does not. */
  hasStarted: boolean;
  onFinding?(finding: JudgedFinding): void;
  /** Gets what each program has taught, which the lane knows already. */
  onLearned?(learned: Learned): void;
  /** Gets the trace of each machine when it is done with; `number` from 1 on. */
  onTrace?(trace: string, number: number): void;
  /** Asked between steps; true ends the machine with what it has. */
  stopped?(): boolean;
}

/** Something new, and how it came about. */
export interface Found {
  finding: JudgedFinding;
  /** All that its machine had been through. */
  program: Program;
  /** Accesses of the lane's programs until then. */
  accesses: number;
}

/** Where a lane stands between two machines: all that its next one depends on. */
export interface LaneState {
  machines: number;
  accesses: number;
  sweepAccesses: number;
  /** Its seeds that have had their turn, and those of them that could not be bound. */
  seeds: number;
  unbound: number;
  /** Identities of what it has found. */
  known: Set<string>;
  /** How many of them were new to the profile. */
  findings: number;
  /** Nothing follows. */
  ended: boolean;
  /** What it has learned; undefined: nobody wants to know. */
  feedback: Feedback | undefined;
}

/** `observed`: what it reaches is looked at, which takes some more time. */
export function newLane(observed: boolean): LaneState {
  return {
    machines: 0,
    accesses: 0,
    sweepAccesses: 0,
    seeds: 0,
    unbound: 0,
    known: new Set(),
    findings: 0,
    ended: false,
    feedback: observed ? new Feedback() : undefined,
  };
}

/**
 * The next machine of a lane, counted into `tally`. It yields after each program. Returns what was found. Throws what
 * `options.open` throws where the target has not started before; a target that dies later is a finding.
 */
export function* playMachine(
  lane: LaneState,
  number: number,
  options: LaneOptions,
  tally: Tally,
): Generator<void, readonly Found[], void> {
  const { checked, wanted, accesses: budget } = options;
  const machine = lane.machines++;
  let target: Target;
  try {
    target = options.open();
  } catch (error) {
    if (!(error instanceof TargetDied) || (machine === 0 && !options.hasStarted)) throw error;
    // It has started before, so this is a finding; without a machine there is nothing more to do.
    lane.ended = true;
    const { finding } = tally.divergence(deathDivergence(error.death, 0));
    if (lane.known.has(finding.id) || finding.known) return [];
    lane.known.add(finding.id);
    lane.findings++;
    options.onFinding?.(finding);
    return [{ finding, program: new Int32Array(0), accesses: lane.accesses }];
  }
  const run = new MachineRun(target, lane, options, tally);
  try {
    yield* run.play(`${options.seed}/lane ${number}/machine ${machine}`);
  } finally {
    target.close?.();
  }
  if (run.recording !== undefined) options.onTrace?.(run.recording.text(run.lockstep.machine), machine + 1);
  const { accesses, found, seeds } = run;
  lane.accesses += accesses;
  lane.sweepAccesses += run.lockstep.accesses - accesses;
  lane.seeds += seeds.taken;
  lane.unbound += seeds.unbound;
  tally.add(run.lockstep.model.statistics());
  lane.findings += found.length;
  lane.ended =
    // A target in which nothing can be done, or that dies at once, would never spend the budget.
    accesses === 0 ||
    lane.accesses >= budget ||
    lane.findings >= wanted ||
    lane.accesses + lane.sweepAccesses >= checked;
  return found;
}
