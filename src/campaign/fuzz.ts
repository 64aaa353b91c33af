/** A campaign of one lane: programs by chance on a target in lockstep, until the budget is spent. */

import { refuseUnknown } from '../check/refuse-unknown.ts';
import { Tally } from '../check/lockstep/tally.ts';
import type { TrialOptions, Wanted } from '../check/lockstep/trial.ts';
import type { JudgedFinding } from '../check/trace-report.ts';
import type { Profile } from '../check/profile.ts';
import { toItsEnd } from '../core/generators.ts';
import { newLane, playMachine } from './lane.ts';
import type { Found, LaneOptions } from './lane.ts';
import { reducing } from './reduce.ts';
import type { Failure } from './reduce.ts';
import type { Program } from '../scenario/steps.ts';
import { FULL } from './strategy.ts';
import type { Strategy } from './strategy.ts';

/** What a campaign is run on, how long, and who is told. */
export interface FuzzOptions extends TrialOptions {
  /** Any text; the same seed on the same target does the same. Default: `barometer`. */
  seed?: string;
  /** Accesses that programs ask for; what enumeration and sweeps need comes on top. Default: 100 000. */
  accesses?: number;
  /** Accesses of all kinds after which no further program begins; default: as many as it takes. */
  checked?: number;
  /** New findings after which the campaign ends. Default: 0, which means never. */
  stopAfterFindings?: number;
  /** Its choices are in force unless `choices` says otherwise; findings that it knows are no failures. Default: none. */
  profile?: Profile | undefined;
  /** Runs on fresh machines that shrinking one finding may take. Default: 300. */
  shrinkRuns?: number;
  /**
   * Whether each finding is made into lines of the target protocol as well, which takes as many runs again.
   * @internal
   */
  reproduce?: boolean;
  /**
   * Default: FULL.
   * @internal
   */
  strategy?: Strategy | undefined;
  /**
   * Scenarios that it begins with. Default: none.
   * @internal
   */
  seeds?: readonly Program[];
  /** Called at each new finding, before it is shrunk. */
  onFinding?(finding: JudgedFinding): void;
  /** Gets the trace of each machine when it is done with; `number` from 1 on. */
  onTrace?(trace: string, number: number): void;
  /** Called after each machine, with the accesses of programs so far. */
  onProgress?(accesses: number): void;
  /** Asked between programs; true ends the campaign with what it has. */
  stopped?(): boolean;
}

/** What a campaign has gone through. */
export interface Searched {
  /** Counts and findings of all machines; `tally.report(name)` gives them as plain data. */
  tally: Tally;
  /** Accesses that programs asked for. */
  accesses: number;
  /** Accesses of enumeration and of the looks at the target between the steps. */
  sweepAccesses: number;
}

/** What a campaign has gone through, and what it has found. */
export interface Fuzzed extends Searched {
  /** One for each new finding, in the order in which they were found. */
  failures: Failure[];
}

/** Options with all defaults in place. */
type Settled = FuzzOptions & LaneOptions & { shrinkRuns: number };

/**
 * Drives a target with programs by chance in lockstep with the reference model: each answer and each event of the target
 * is judged as it comes. What is found is shrunk to the shortest scenario that breaks the same rule. Throws what
 * `options.open` throws for the first machine; a target that dies later (TargetDied) is a finding.
 */
export function fuzz(options: FuzzOptions): Fuzzed {
  const settledOptions = settled(options);
  const failures: Failure[] = [];
  const searched = toItsEnd(
    searching(settledOptions, (found) => {
      for (const one of found) failures.push(toItsEnd(reducing(one, settledOptions)));
    }),
  );
  return { ...searched, failures };
}

/** The campaign without shrinking: `tell` gets the new findings of each machine after its last program. */
export function search(options: FuzzOptions, tell: (found: readonly Found[]) => void): Searched {
  return toItsEnd(searching(settled(options), tell));
}

/** The shortest program for something that `search` has found, as `fuzz` finds it; or that still shows what is wanted. */
export function shorten(found: Found, options: FuzzOptions, isWanted?: Wanted): Failure {
  return toItsEnd(reducing(found, settled(options), isWanted));
}

function settled(options: FuzzOptions): Settled {
  const { seed = 'barometer', accesses = 100_000, stopAfterFindings = 0, shrinkRuns = 300 } = options;
  const choices = options.choices ?? options.profile?.choices;
  for (const [name, value, least] of [
    ['accesses', accesses, 1],
    ['checked', options.checked ?? 1, 1],
    ['stopAfterFindings', stopAfterFindings, 0],
    ['shrinkRuns', shrinkRuns, 0],
  ] as const)
    if (!Number.isInteger(value) || value < least)
      throw new RangeError(`fuzz: ${name} must be a whole number from ${least} on, and is ${value}.`);
  refuseUnknown('fuzz', { ...options, choices });
  return {
    ...options,
    choices,
    seed,
    accesses,
    checked: options.checked ?? Number.POSITIVE_INFINITY,
    wanted: stopAfterFindings === 0 ? Number.POSITIVE_INFINITY : stopAfterFindings,
    strategy: options.strategy ?? FULL,
    hasStarted: false,
    shrinkRuns,
  };
}

function* searching(options: Settled, tell: (found: readonly Found[]) => void): Generator<void, Searched, void> {
  const tally = new Tally(options.profile);
  const lane = newLane(options.strategy.guided === true);
  while (!lane.ended && options.stopped?.() !== true) {
    tell(yield* playMachine(lane, 0, options, tally));
    lane.feedback?.trim();
    options.onProgress?.(lane.accesses);
  }
  return { tally, accesses: lane.accesses, sweepAccesses: lane.sweepAccesses };
}
