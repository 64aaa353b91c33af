/**
 * Whether software has left the machine in order: addresses of BARs and windows by the rules of address assignment, judged
 * once, at the end of a trace, and only if the machine is at rest then. The model says what is known; the checker of
 * `topology` judges it.
 */

import type { MachineDescription } from '../access/machine.ts';
import type { Conclusion, FinalVerdict } from '../model/reporter.ts';
import type { FunctionSnapshot, ModelSnapshot } from '../model/snapshot.ts';
import { IMPLEMENTED } from '../spec/implemented.ts';
import { ruleById } from '../spec/rules.ts';
import { checkAssignment } from '../topology/check-assignment.ts';
import { assignmentOf } from './topology-of.ts';

/**
 * Configuration accesses, all of them to functions that are there, after which nobody is placing anything any more. Whoever
 * places devices writes BARs, windows and enables close to each other, and looks for functions in between.
 */
const QUIET_AT_LEAST = 256;

export interface AtRestOptions {
  machine: MachineDescription;
  choices: Readonly<Record<string, string>>;
  /** Accesses that count as rest; the default is for traces of unknown origin. */
  quietAtLeast?: number;
}

/** Judges a machine by its snapshot. Where it is not at rest, only what never changes is judged. */
export function judgeAtRest(snapshot: ModelSnapshot, options: AtRestOptions): Conclusion {
  const atRest = snapshot.quiet >= (options.quietAtLeast ?? QUIET_AT_LEAST) && snapshot.searches === 0;
  const { tree, assignment, functions } = assignmentOf(snapshot, options.machine, atRest);
  const { violations, judged } = checkAssignment(tree, assignment, {
    advisoryWindows: options.choices['windows'] === 'advisory',
  });
  const verdicts = violations.map(({ function: name, ...words }): FinalVerdict => {
    const f = name === undefined ? undefined : functions.get(name);
    return {
      ...words,
      note: ruleById(words.rule)?.strength === 'GUEST-OBLIGATION',
      function: f === undefined ? undefined : identityOf(f),
    };
  });
  // What the registers force cannot be broken here, so nothing was judged.
  return { exercised: new Map([...judged].filter(([rule]) => IMPLEMENTED.has(rule))), verdicts };
}

function identityOf({ bdf, vendor, device, classCode }: FunctionSnapshot) {
  return { bdf, vendor, device, classCode };
}
