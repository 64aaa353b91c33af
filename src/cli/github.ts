/** What a run leaves in GitHub Actions: annotations in its log, a page of the job. */
import { appendFile, stat } from 'node:fs/promises';
import type { Results } from '../check/results-schema.ts';
import { describeSystemError } from '../core/system-error.ts';
import { annotations } from '../report/github-annotations.ts';
import { shellWord } from '../report/shell-word.ts';
import { stepSummary, SUMMARY_BYTES_AT_MOST } from '../report/step-summary.ts';
import { say } from './say.ts';

/** Does nothing elsewhere. What cannot be told here is in the report, so it is no error. */
export async function tellGithub(
  results: Results,
  gating: ReadonlySet<string>,
  run: { status: number; out: string; style: 'text' | 'json' | 'quiet' },
): Promise<void> {
  const { GITHUB_ACTIONS, GITHUB_STEP_SUMMARY: file = '' } = process.env;
  if (GITHUB_ACTIONS !== 'true') return;
  if (run.style === 'text') process.stdout.write(annotations(results, gating));
  if (file === '') return;
  const verdict = run.status === 0 ? 'conforms' : run.status === 1 ? 'diverges' : 'incomplete';
  const again = ['barometer', ...process.argv.slice(2)].map(shellWord).join(' ');
  const page = stepSummary(results, gating, { verdict, again, report: run.out });
  try {
    const before = await stat(file).catch(() => ({ size: 0 }));
    if (before.size + Buffer.byteLength(page) > SUMMARY_BYTES_AT_MOST)
      say('barometer: GITHUB_STEP_SUMMARY is full, so this run is not in it.');
    else await appendFile(file, page);
  } catch (error) {
    say(`barometer: GITHUB_STEP_SUMMARY cannot be written: ${describeSystemError(error)}`);
  }
}
