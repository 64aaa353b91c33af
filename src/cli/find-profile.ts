import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Profile } from '../check/profile.ts';
import { didYouMean } from '../core/nearest.ts';
import { UsageError } from './exit-status.ts';
import { packagePath } from './package.ts';

/** Where a profile lies, and whether it is one that comes with Barometer (those are never rewritten). */
export interface ProfilePlace {
  path: string;
  name: string;
  shipped: boolean;
}

/** What `--profile` means: a file if one is there, else a shipped profile. Throws a UsageError if it is neither. */
export async function placeOfProfile(value: string): Promise<ProfilePlace> {
  if (/[./\\]/.test(value) || existsSync(value)) return { path: value, name: value, shipped: false };
  const path = packagePath(`profiles/${value}.yaml`);
  if (existsSync(path)) return { path, name: value, shipped: true };
  const names = await shippedProfiles();
  const list = names.length === 0 ? 'None come with Barometer.' : `There are ${names.join(', ')}.`;
  throw new UsageError(
    `barometer: --profile ${value}: there is no file and no shipped profile of this name.${didYouMean(value, names)} ${list}`,
  );
}

/** The profile that lies beside a trace, if one does. */
export function placeBesideTrace(trace: string): ProfilePlace | undefined {
  if (trace === '-') return undefined;
  const path = join(dirname(trace), 'profile.yaml');
  return existsSync(path) ? { path, name: path, shipped: false } : undefined;
}

/** Reads a profile; all that is wrong with it becomes one UsageError. */
export async function loadProfile(place: ProfilePlace): Promise<Profile> {
  // Imported here, since most runs over a trace need no YAML.
  const { ProfileError, readProfile } = await import('../check/profile.ts');
  try {
    return await readProfile(place.path, place.name);
  } catch (error) {
    if (error instanceof ProfileError) throw new UsageError(error.message);
    throw error;
  }
}

async function shippedProfiles(): Promise<string[]> {
  try {
    const names = await readdir(packagePath('profiles'));
    return names.filter((name) => name.endsWith('.yaml')).map((name) => name.slice(0, -'.yaml'.length));
  } catch {
    return [];
  }
}
