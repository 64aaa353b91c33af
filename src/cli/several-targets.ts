/** `--target` and `--profile`, once or several times: what each target of `run` and `fuzz` is driven with. */
import type { Profile } from '../check/profile.ts';
import { UsageError } from './exit-status.ts';
import { fileWord, kindOf, prepare } from './lockstep-options.ts';
import type { Prepared, TargetOptions } from './lockstep-options.ts';

export interface SeveralTargetOptions extends Omit<TargetOptions, 'target' | 'profile'> {
  target: string[];
  /** None, one for all targets, or one for each. */
  profile?: string[];
}

export interface PreparedTarget extends Prepared {
  name: string;
  /** `#1`, its place on the command line; empty: it is the only one. */
  label: string;
  /** Label and name, for reports. */
  title: string;
}

/** With more the tables would not fit any screen. */
const TARGETS_AT_MOST = 9;
/** In place of a profile, where each target is given one. */
const NO_PROFILE = 'none';

/** Throws a UsageError for a target, layout, profile or rule that does not exist, and for a wrong number of profiles. */
export async function prepareAll(command: string, options: SeveralTargetOptions): Promise<PreparedTarget[]> {
  const { target: names, profile: profiles = [], layout, ...rest } = options;
  if (names.length > TARGETS_AT_MOST)
    throw new UsageError(`barometer ${command}: --target: ${names.length} are given, and ${TARGETS_AT_MOST} can be.`);
  if (profiles.length > 1 && profiles.length !== names.length)
    throw new UsageError(
      `barometer ${command}: --profile: ${profiles.length} profiles for ${names.length} targets; give one for all, or ` +
        `one for each in the order of the targets (${NO_PROFILE}: without).`,
    );
  // Where it fits none, the first says so.
  const fits = names.some((name) => kindOf(name) === 'emulated') ? ['emulated'] : names.map(kindOf);
  const prepared: PreparedTarget[] = [];
  for (const [index, name] of names.entries()) {
    const profile = profiles.length > 1 ? profiles[index] : profiles[0];
    const label = names.length === 1 ? '' : `#${index + 1}`;
    prepared.push({
      name,
      label,
      title: label === '' ? name : `${label} ${name}`,
      ...(await prepare({
        ...rest,
        target: name,
        ...(layout !== undefined && fits.includes(kindOf(name)) ? { layout } : {}),
        ...(profile === undefined || (profile === NO_PROFILE && names.length > 1) ? {} : { profile }),
      })),
    });
  }
  return prepared;
}

/** What several targets make of what one would be: the name of a report's directory, what decides the run, and so on. */
export function together(targets: readonly PreparedTarget[]): {
  word: string;
  kind: string;
  identity: unknown;
  profiles: Profile[];
} {
  const [only] = targets;
  const profiles = new Map(targets.flatMap(({ profile }) => (profile === undefined ? [] : [[profile.name, profile]])));
  return {
    word: fileWord(targets.map(({ name }) => name).join('-and-')),
    kind: [...new Set(targets.map(({ name }) => kindOf(name)))].join(', '),
    identity: targets.length === 1 ? only!.identity : targets.map(({ identity }) => identity),
    profiles: [...profiles.values()],
  };
}
