import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { resultsText } from '../check/results.ts';
import type { Results } from '../check/results-schema.ts';
import { replaceDirectory } from '../core/atomic-file.ts';
import { inertJson } from '../core/inert-text.ts';
import { bugReports } from './bug-report.ts';
import type { Checkout } from './checkout.ts';
import { junitXml } from './junit.ts';
import { sarifText } from './sarif.ts';

/** How long each input took, in milliseconds. Kept apart from all that is compared byte for byte. */
export type Timing = Readonly<Record<string, number>>;

/**
 * Writes `results.json`, `junit.xml`, `results.sarif`, `timing.json` and further files (by their names) into a directory,
 * all at once, with a bug report for each new finding: an older report there is replaced whole. `again`: the command that
 * does an input again; `checkout`: where the run was carried out. Rejects with the system's error.
 */
export async function writeReport(
  directory: string,
  results: Results,
  { again, checkout }: { again: (input: string) => string; checkout: Checkout },
  timing: Timing,
  files: ReadonlyMap<string, string> = new Map(),
): Promise<void> {
  await replaceDirectory(directory, async (temporary) => {
    await writeFile(join(temporary, 'results.json'), resultsText(results));
    await writeFile(join(temporary, 'junit.xml'), junitXml(results));
    await writeFile(join(temporary, 'results.sarif'), sarifText(results, checkout));
    for (const [name, text] of [...files, ...bugReports(results, files, again)]) {
      await mkdir(dirname(join(temporary, name)), { recursive: true });
      await writeFile(join(temporary, name), text);
    }
    await writeFile(join(temporary, 'timing.json'), inertJson({ milliseconds: timing }));
  });
}

/**
 * Whether a report may be written to this place: nothing is there, or an empty directory, or an older report. Anything
 * else is somebody's own files, which a report must not replace.
 */
export async function mayHoldReport(directory: string): Promise<boolean> {
  let names: string[];
  try {
    names = await readdir(directory);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
  if (names.length === 0) return true;
  try {
    const head = (await readFile(join(directory, 'results.json'), 'utf8')).slice(0, 200);
    return head.includes('"schema": "barometer.results/');
  } catch {
    return false;
  }
}
