import { basename, dirname } from 'node:path';
import type { Profile } from '../check/profile.ts';
import { loadProfile, placeBesideTrace, placeOfProfile } from './find-profile.ts';
import type { ProfilePlace } from './find-profile.ts';

/** A trace to check and the profile that holds for it. */
export interface CheckInput {
  /** The path as the user typed it, or `-`. */
  trace: string;
  place: ProfilePlace | undefined;
  profile: Profile | undefined;
}

/**
 * Pairs each trace with its profile: the one that was asked for, else the one beside the trace. A trace that was named
 * twice is checked once. Throws a UsageError that names all that is wrong with any profile.
 */
export async function collectInputs(traces: readonly string[], profile: string | undefined): Promise<CheckInput[]> {
  const asked = profile === undefined ? undefined : await placeOfProfile(profile);
  const loaded = new Map<string, Profile>();
  const inputs: CheckInput[] = [];
  for (const trace of new Set(traces)) {
    const place = asked ?? placeBesideTrace(trace);
    if (place !== undefined && !loaded.has(place.path)) loaded.set(place.path, await loadProfile(place));
    inputs.push({ trace, place, profile: place === undefined ? undefined : loaded.get(place.path) });
  }
  return inputs;
}

/**
 * What a trace is called where a path would be too long: its file name without endings; for a file that is just
 * called `trace`, the folder's name.
 */
export function shortTraceName(trace: string): string {
  if (trace === '-') return 'stdin';
  const name = basename(trace)
    .replace(/\.gz$/, '')
    .replace(/\.(txt|log|trace)$/, '');
  const folder = basename(dirname(trace));
  const chosen = name === 'trace' && /\w/.test(folder) ? folder : name;
  return chosen.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 60) || 'trace';
}
