/** What the commands on live targets share: which target, which rules are judged, what the profile says. */

import type { Target, TargetDescription } from '../access/target.ts';
import type { TrialOptions } from '../check/lockstep/trial.ts';
import type { Profile } from '../check/profile.ts';
import { sha256 } from '../core/hash.ts';
import type { LayoutSource } from '../targets/open.ts';
import { UsageError } from './exit-status.ts';
import { loadProfile, placeOfProfile } from './find-profile.ts';
import type { ProfilePlace } from './find-profile.ts';
import { skippedRules } from './select-rules.ts';
import { layoutOf, targetOf } from './target-of.ts';
import { refuseUpdate } from './update-profiles.ts';

export interface TargetOptions {
  target: string;
  layout?: string;
  profile?: string;
  updateProfile?: boolean;
  only: string[];
  skip: string[];
  /** Seconds. */
  timeout: string;
}

export interface Prepared {
  open: () => Target;
  place: ProfilePlace | undefined;
  profile: Profile | undefined;
  trial: TrialOptions;
  layout: LayoutSource | undefined;
  /** Milliseconds for one answer. */
  timeout: number;
  /** Hash of what the target says of itself. */
  description: string;
  /** All that decides a run beside its own inputs, for the name of its report. */
  identity: readonly unknown[];
}

/** Throws a UsageError for a target, layout, profile or rule that does not exist. */
export async function prepare(options: TargetOptions): Promise<Prepared> {
  const skip = skippedRules(options.only, options.skip);
  const place = options.profile === undefined ? undefined : await placeOfProfile(options.profile);
  if (options.updateProfile === true) refuseUpdate([{ trace: options.target, place }]);
  const profile = place === undefined ? undefined : await loadProfile(place);
  const timeout = milliseconds(options.timeout);
  const layout = options.layout === undefined ? undefined : await layoutOf(options.layout);
  const open = await targetOf(options.target, layout, timeout);
  // Who cannot be started, or does not answer the first question, is not looked at any further.
  const first = open();
  const { configuration, machine, functions } = first.description;
  first.close?.();
  return {
    open,
    place,
    profile,
    trial: { open, choices: profile?.choices ?? {}, skip },
    layout,
    timeout,
    description: describe(first.description),
    identity: [
      options.target,
      options.layout ?? '',
      configuration,
      machine,
      functions,
      profile?.sha256 ?? '',
      [...skip],
    ],
  };
}

/** Hash of what a target says of itself. */
export function describe({ configuration, machine, functions }: TargetDescription): string {
  return sha256(JSON.stringify([configuration, machine, functions]));
}

function milliseconds(seconds: string): number {
  const number = /^\d+(\.\d+)?$/.test(seconds) ? Number(seconds) * 1000 : Number.NaN;
  if (number >= 1 && number <= 86_400_000) return Math.round(number);
  throw new UsageError(`barometer: --timeout ${seconds}: seconds are expected, from 0.001 to 86400.`);
}

/** The kind of a target, for the report: what stands before the colon. */
export function kindOf(target: string): string {
  return target.split(':')[0] as string;
}

/** A whole number of an option, from `least` on. Throws a UsageError. */
export function wholeNumber(command: string, name: string, text: string, least: number): number {
  const number = /^[0-9][0-9_]*$/.test(text) ? Number(text.replaceAll('_', '')) : Number.NaN;
  if (Number.isSafeInteger(number) && number >= least) return number;
  throw new UsageError(`barometer ${command}: ${name} ${text}: a whole number from ${least} on is expected.`);
}

/** A part of the name of a report's directory. */
export function fileWord(text: string): string {
  return text.replaceAll(/[^\w.-]+/g, '-').slice(0, 60);
}
