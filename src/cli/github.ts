/** What a run leaves in GitHub Actions: annotations in its log, a page of the job. */
import { appendFile, stat } from 'node:fs/promises';
import type { Results } from '../check/results-schema.ts';
import { describeSystemError } from '../core/system-error.ts';
import { withoutSecret } from '../core/without-secret.ts';
import type { Checkout } from '../report/checkout.ts';
import { annotations } from '../report/github-annotations.ts';
import { shellWord } from '../report/shell-word.ts';
import { stepSummary, SUMMARY_BYTES_AT_MOST } from '../report/step-summary.ts';
import { say } from './say.ts';

/** Does nothing elsewhere. What cannot be told here is in the report, so it is no error. */
export async function tellGithub(
  results: Results,
  checkout: Checkout,
  run: { out: string; style: 'text' | 'json' | 'quiet' },
): Promise<void> {
  const { GITHUB_ACTIONS, GITHUB_STEP_SUMMARY: file = '' } = process.env;
  if (GITHUB_ACTIONS !== 'true') return;
  if (run.style === 'text') process.stdout.write(annotations(results, checkout));
  if (file === '') return;
  const again = ['barometer', ...process.argv.slice(2).map(withoutSecret)].map(shellWord).join(' ');
  try {
    const { size } = await stat(file).catch(() => ({ size: 0 }));
    const room = SUMMARY_BYTES_AT_MOST - size;
    const page = stepSummary(results, { again, report: run.out, room });
    if (Buffer.byteLength(page) > room) say('barometer: GITHUB_STEP_SUMMARY is full, so this run is not in it.');
    else await appendFile(file, page);
  } catch (error) {
    say(`barometer: GITHUB_STEP_SUMMARY cannot be written: ${describeSystemError(error)}`);
  }
}
