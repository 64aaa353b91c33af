/** `barometer shrink SCENARIO --target T` */
import { ofRule, trial } from '../check/lockstep/trial.ts';
import { shrink } from '../check/shrink.ts';
import { formatScenario } from '../scenario/grammar.ts';
import type { Program } from '../scenario/steps.ts';
import { EXIT, UsageError } from './exit-status.ts';
import { prepare, wholeNumber } from './lockstep-options.ts';
import type { TargetOptions } from './lockstep-options.ts';
import { readScenario } from './run.ts';
import { print, say } from './say.ts';

export interface ShrinkCommandOptions extends TargetOptions {
  rule?: string;
  runs: string;
}

/** Prints the shortest scenario that still breaks the rule: the one that is asked for, or the first that breaks. */
export async function runShrink(file: string, options: ShrinkCommandOptions): Promise<number> {
  const runs = wholeNumber('shrink', '--runs', options.runs, 1);
  const { program } = await readScenario('shrink', file);
  const prepared = await prepare(options);
  const whole = trial(prepared.trial, program, ofRule(options.rule));
  if (whole.unbound !== undefined)
    throw new UsageError(`barometer shrink: ${file}: it cannot be bound: ${whole.unbound.reason}.`);
  const rule = options.rule ?? whole.divergences[0]?.rule;
  if (rule === undefined || !whole.divergences.some((one) => one.rule === rule)) {
    say(`barometer shrink: ${file}: on this target it does not break ${options.rule ?? 'any rule'}.`);
    return EXIT.conforms;
  }
  const breaks = (candidate: Program): boolean => trial(prepared.trial, candidate, ofRule(rule)).broken;
  const { program: short, executions } = shrink(program, breaks, runs);
  print(`# breaks ${rule}\n${formatScenario(short)}`);
  say(`${program.length >>> 3} steps became ${short.length >>> 3}, after ${executions} runs`);
  return EXIT.diverges;
}
