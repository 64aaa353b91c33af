/** One program on a machine made anew: what it breaks, and the trace of it. */

import type { Target } from '../../access/target.ts';
import { TargetDied } from '../../access/target-died.ts';
import type { Divergence } from '../../model/verdict.ts';
import type { Unbound } from '../../scenario/bind.ts';
import { stepCount } from '../../scenario/steps.ts';
import type { Program } from '../../scenario/steps.ts';
import { deathDivergence } from './death.ts';
import { Lockstep } from './lockstep.ts';
import { Recording } from './recording.ts';
import { Session } from './session.ts';
import type { ProgramRun } from './session.ts';

/** Which target is tried, and how it is judged. */
export interface TrialOptions {
  /** Makes a fresh machine, as it is after power-on. May throw a TargetDied. */
  open(): Target;
  /** Choices and deviations in force, by name, as in the `choices` of a profile. */
  choices?: Readonly<Record<string, string>> | undefined;
  /** Ids of rules that are not judged. Default: none. */
  skip?: ReadonlySet<string> | undefined;
}

/** Whether a divergence is the one that is looked for. */
export type Wanted = (divergence: Divergence) => boolean;

export const ofRule =
  (rule: string | undefined): Wanted =>
  (divergence) =>
    divergence.rule === rule;

export interface Trial {
  divergences: Divergence[];
  /** Whether what was looked for is among them. */
  broken: boolean;
  /** Steps that were carried out when that came; all of them, if it did not. */
  steps: number;
  unbound?: Unbound;
  /** The whole trace in Barometer's own form, if it was asked for. */
  trace: string;
}

/** Undefined: the target did not start this time. */
function opened(options: TrialOptions): Target | undefined {
  try {
    return options.open();
  } catch (error) {
    if (error instanceof TargetDied) return undefined;
    throw error;
  }
}

/** Runs a program on a fresh machine to its end, or until what is looked for comes. */
export function trial(options: TrialOptions, program: Program, isWanted?: Wanted, record = false): Trial {
  const target = opened(options);
  // It shows nothing about a program that there was no machine to run it on.
  if (target === undefined) return { divergences: [], broken: false, steps: 0, trace: '' };
  return trialOn(target, options, program, isWanted, record);
}

/** The same on a machine that is there, and is closed in the end. */
export function trialOn(
  target: Target,
  options: Pick<TrialOptions, 'choices' | 'skip'>,
  program: Program,
  isWanted?: Wanted,
  record = false,
): Trial {
  const divergences: Divergence[] = [];
  const recording = record ? new Recording() : undefined;
  let broken = false;
  const lockstep = new Lockstep(target, {
    choices: options.choices,
    skip: options.skip,
    divergence: (divergence) => {
      divergences.push(divergence);
      broken ||= isWanted?.(divergence) === true;
    },
    ...(recording === undefined ? {} : { watch: (what) => recording.watch(what) }),
  });
  // Where the target dies, all steps count as carried out.
  let run: ProgramRun = { accesses: 0, steps: stepCount(program) };
  try {
    run = new Session(lockstep).run(program, () => broken);
    lockstep.finish();
  } catch (error) {
    if (!(error instanceof TargetDied)) throw error;
    const death = deathDivergence(error.death, lockstep.accesses);
    divergences.push(death);
    broken ||= isWanted?.(death) === true;
  } finally {
    target.close?.();
  }
  const trace = recording?.text(lockstep.machine) ?? '';
  return {
    divergences,
    broken,
    steps: run.steps,
    ...(run.unbound === undefined ? {} : { unbound: run.unbound }),
    trace,
  };
}
