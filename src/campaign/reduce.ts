/** The shortest program for something that a campaign has found. */

import { findingId, findingOf } from '../check/finding.ts';
import type { Finding } from '../check/finding.ts';
import { KnownFindings } from '../check/known-findings.ts';
import { trial } from '../check/lockstep/trial.ts';
import type { TrialOptions, Wanted } from '../check/lockstep/trial.ts';
import type { Profile } from '../check/profile.ts';
import { reproducing } from '../check/reproduce/reproduce.ts';
import type { Reproducer } from '../check/reproduce/reproduce.ts';
import { shrinking } from '../check/shrink.ts';
import type { JudgedFinding } from '../check/trace-report.ts';
import { formatScenario } from '../scenario/grammar.ts';
import type { Program } from '../scenario/steps.ts';
import type { Found } from './lane.ts';

/** The shortest scenario that was found to break a rule, with the trace of its run. */
export interface Failure {
  /** What broke, with its first occurrence. */
  finding: JudgedFinding;
  /** The scenario as integers. */
  program: Program;
  /** The scenario as text, one step a line; `runScenario` and `barometer run` take it. */
  scenario: string;
  /** All that happened when it was run last, in Barometer's own trace format. */
  trace: string;
  /** Accesses of programs until the finding. */
  accesses: number;
  /** Runs that shrinking took. */
  executions: number;
  /** Whether it came back on a fresh machine. */
  reproduced: boolean;
  /**
   * As lines of the target protocol, if they were asked for.
   * @internal
   */
  reproducer?: Reproducer | undefined;
}

/** How a finding is made shorter. */
export interface ReduceOptions extends TrialOptions {
  profile?: Profile | undefined;
  /** Runs on fresh machines that it may take. */
  shrinkRuns: number;
  /** Whether lines of the target protocol are made, too. */
  reproduce?: boolean;
  /** Whoever wants to stop has no use for a shorter one. */
  stopped?(): boolean;
}

/** Runs that shrinking a hang may take. */
const HANGS_AT_MOST = 10;

/** What a profile knows does not stand for what it does not know, though it breaks the same rule. */
export function newOfRule(rule: string, profile: Profile | undefined): Wanted {
  const known = new KnownFindings(profile?.known);
  return (one) => one.rule === rule && !known.judge(findingOf(one)).known;
}

/** The finding itself, and not one that is like it. */
export const itself =
  ({ id, rule }: Finding): Wanted =>
  (one) =>
    one.rule === rule && findingId(one) === id;

/**
 * The shortest program for a finding, out of all that its machine had been through; it yields after each run. Without
 * `isWanted` any finding of the rule will do that the profile does not know.
 */
export function* reducing(
  { finding, program, accesses }: Found,
  options: ReduceOptions,
  isWanted: Wanted = newOfRule(finding.rule, options.profile),
): Generator<void, Failure, void> {
  const { rule } = finding;
  // Each run of a target that hangs takes as long as an answer may.
  const runs = rule === 'TARGET-hang' ? Math.min(options.shrinkRuns, HANGS_AT_MOST) : options.shrinkRuns;
  const breaks = (candidate: Program): boolean => trial(options, candidate, isWanted).broken;
  const reproduced = breaks(program);
  const unlessStopped = (candidate: Program): boolean => options.stopped?.() !== true && breaks(candidate);
  const shrunk = reproduced ? yield* shrinking(program, unlessStopped, runs) : { program, executions: 0 };
  const { trace } = trial(options, shrunk.program, isWanted, true);
  const reproducer =
    reproduced && options.reproduce === true && options.stopped?.() !== true
      ? yield* reproducing({ ...options, isWanted, limit: runs }, shrunk.program)
      : undefined;
  return {
    finding,
    program: shrunk.program,
    scenario: formatScenario(shrunk.program),
    trace,
    accesses,
    executions: shrunk.executions,
    reproduced,
    reproducer,
  };
}
