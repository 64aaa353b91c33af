import { readFile } from 'node:fs/promises';
import type { TraceReport } from '../check/trace-report.ts';
import { writeFileAtomically } from '../core/atomic-file.ts';
import { plural } from '../report/wrap.ts';
import type { CheckInput } from './check-inputs.ts';
import { UsageError } from './exit-status.ts';
import type { Progress } from './progress.ts';

/** A trace or a target by its name, and where its profile is. */
type UpdateInput = Pick<CheckInput, 'trace' | 'place'>;

/** Throws a UsageError when `--update-profile` has no file to write to. */
export function refuseUpdate(inputs: readonly UpdateInput[]): void {
  for (const { place, trace } of inputs) {
    if (place === undefined) {
      throw new UsageError(
        `barometer: --update-profile: ${trace} has no profile to update; name one with --profile FILE (an empty file will do).`,
      );
    }
    if (place.shipped) {
      throw new UsageError(
        `barometer: --update-profile: ${place.name} comes with Barometer; copy it and name the copy with --profile FILE.`,
      );
    }
  }
}

/** Adds to each profile what the traces that were checked with it taught, and says so on standard error. */
export async function updateProfiles(
  inputs: readonly UpdateInput[],
  reports: readonly TraceReport[],
  progress: Progress,
): Promise<void> {
  const { updateProfileText } = await import('../check/profile-update.ts');
  for (const path of new Set(inputs.map((input) => input.place?.path))) {
    if (path === undefined) continue;
    const traces = new Set(inputs.filter((input) => input.place?.path === path).map((input) => input.trace));
    const mine = reports.filter((report) => traces.has(report.name));
    const update = updateProfileText(await readFile(path, 'utf8'), mine);
    const { choices, findings } = update;
    if (choices.length + findings.length > 0) await writeFileAtomically(path, update.text);
    progress.line(`${path}: added ${plural(choices.length, 'choice')} and ${plural(findings.length, 'finding')}`);
  }
}
