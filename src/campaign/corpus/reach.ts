/** What one program reaches on a machine made anew: what it is worth in a corpus. */

import { TargetDied } from '../../access/target-died.ts';
import { Lockstep } from '../../check/lockstep/lockstep.ts';
import { Session } from '../../check/lockstep/session.ts';
import type { TrialOptions } from '../../check/lockstep/trial.ts';
import type { Unbound } from '../../scenario/bind.ts';
import { STEP_WORDS } from '../../scenario/steps.ts';
import type { Program } from '../../scenario/steps.ts';
import { Observer } from '../feedback/coverage.ts';

export interface Reach {
  /** As the Observer counts them. */
  features: Set<number>;
  /** Ids of the rules that its steps had judged; what the looks between them had judged is not theirs. */
  rules: Set<string>;
  /** Accesses and commands that its steps asked for. */
  accesses: number;
  /** Why it could not be bound, in which case it has reached nothing; undefined: it was run. */
  unbound?: Unbound;
  /** The target died on the way: this is what was reached until then. */
  died: boolean;
}

/**
 * Runs a program to its end in lockstep with the model, whatever diverges. Throws what `options.open` throws: of a program
 * for which there was no machine nothing is known.
 */
export function reachOf(options: TrialOptions, program: Program): Reach {
  const target = options.open();
  const { choices, skip } = options;
  const lockstep = new Lockstep(target, { choices, skip, divergence: () => undefined });
  const features = new Set<number>();
  const rules = new Set<string>();
  let session: Session | undefined;
  let unbound: Unbound | undefined;
  let died = false;
  try {
    session = new Session(lockstep);
    const observer = new Observer(lockstep);
    const next = (): boolean => {
      observer.before();
      return false;
    };
    const run = session.run(program, next, undefined, (step, own) => {
      const reached = observer.after(program[step * STEP_WORDS]!, own);
      for (const feature of reached.features) features.add(feature);
      for (const rule of reached.rules) rules.add(rule);
    });
    unbound = run.unbound;
  } catch (error) {
    if (!(error instanceof TargetDied)) throw error;
    died = true;
  } finally {
    target.close?.();
  }
  return { features, rules, accesses: session?.accesses ?? 0, ...(unbound === undefined ? {} : { unbound }), died };
}
