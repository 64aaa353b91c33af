/** Findings that only follow from one that a profile accepts. */

import { findingId } from '../check/finding.ts';
import { KnownFindings } from '../check/known-findings.ts';
import { trial } from '../check/lockstep/trial.ts';
import type { TrialOptions } from '../check/lockstep/trial.ts';
import type { Profile } from '../check/profile.ts';
import type { Divergence } from '../model/verdict.ts';
import { NO_STEPS } from '../scenario/steps.ts';

/**
 * A wrong answer has consequences: what the model takes over from it makes later answers look wrong. The shortest scenario
 * of a finding has only the steps that it needs, so where it shows a known one first, the known one is the cause.
 */
export class KnownCauses {
  private readonly options: TrialOptions;
  private readonly known: KnownFindings;
  /** Identities that each run shows before its first step: they are no consequence of any, and prove nothing. */
  private always: ReadonlySet<string> | undefined;

  constructor(options: TrialOptions, profile: Profile) {
    this.options = options;
    this.known = new KnownFindings(profile.known);
  }

  /** `shown`: all that the shortest scenario shows, in order. Identity of the cause, or undefined. */
  of(shown: readonly Divergence[]): string | undefined {
    this.always ??= new Set(trial(this.options, NO_STEPS).divergences.map(findingId));
    const { always, known } = this;
    const first = shown.find((one) => !always.has(findingId(one)));
    if (first === undefined) return undefined;
    const id = findingId(first);
    return known.judge({ id, rule: first.rule, count: 1, first }).known ? id : undefined;
  }
}
