/** `barometer check TRACE…` */
import { InterruptedError, replayTrace } from '../check/replay.ts';
import type { Profile } from '../check/profile.ts';
import type { TraceReport } from '../check/trace-report.ts';
import { startStopwatch } from '../core/clock.ts';
import { hash8 } from '../core/hash.ts';
import { findingText } from '../report/finding-text.ts';
import { paintFor } from '../report/paint.ts';
import { traceSummary } from '../report/summary-text.ts';
import { plural } from '../report/wrap.ts';
import { fileWord, shellWord } from '../report/shell-word.ts';
import { collectInputs, shortTraceName } from './check-inputs.ts';
import type { CheckInput } from './check-inputs.ts';
import { EXIT } from './exit-status.ts';
import { finishRun, refuseForeignDirectory } from './finish-run.ts';
import { gateOptions } from './gate-options.ts';
import type { GateWords } from './gate-options.ts';
import { Progress, progressText } from './progress.ts';
import { sayProblems } from './say-problems.ts';
import { skippedRules } from './select-rules.ts';
import { refuseUpdate, updateProfiles } from './update-profiles.ts';
import { print, say } from './say.ts';

/** The options as commander hands them over. */
export interface CheckOptions extends GateWords {
  profile?: string;
  updateProfile?: boolean;
  only: string[];
  skip: string[];
  out?: string;
  json?: boolean;
  quiet?: boolean;
}

/** Checks the traces and returns the exit status. Throws a UsageError when the words of the command line are wrong. */
export async function runCheck(traces: readonly string[], options: CheckOptions): Promise<number> {
  const skip = skippedRules(options.only, options.skip);
  const gate = gateOptions('check', options, skip);
  const inputs = await collectInputs(traces, options.profile);
  if (options.updateProfile === true) refuseUpdate(inputs);
  if (options.out !== undefined) await refuseForeignDirectory(options.out);

  const style = options.json === true ? 'json' : options.quiet === true ? 'quiet' : 'text';
  const progress = new Progress(process.stderr, options.quiet === true);
  const timing: Record<string, number> = {};
  const reports: TraceReport[] = [];
  const interrupt = new AbortController();
  const stop = (): void => interrupt.abort();
  process.once('SIGINT', stop);
  try {
    for (const input of inputs) {
      const elapsed = startStopwatch();
      reports.push(await checkOne(input, skip, style, progress, interrupt.signal));
      timing[input.trace] = Math.round(elapsed());
    }
  } catch (error) {
    progress.clear();
    if (!(error instanceof InterruptedError)) throw error;
    say(`interrupted after ${plural(reports.length, 'whole trace')}; no report was written`);
    return EXIT.interrupted;
  } finally {
    process.removeListener('SIGINT', stop);
  }

  const profiles = new Set(inputs.map((input) => input.profile).filter((profile) => profile !== undefined));
  const out = options.out ?? defaultOut(inputs, reports, options);
  const paint = paintFor(process.stdout);
  const again = (input: string): string => commandFor(input, options);
  const run = { command: 'check', reports, profiles: [...profiles], timing, gate, out, style, paint, again } as const;
  const status = await finishRun(run);
  if (options.updateProfile === true) await updateProfiles(inputs, reports, progress);
  progress.line(`report: ${out}`);
  return status;
}

async function checkOne(
  input: CheckInput,
  skip: ReadonlySet<string>,
  style: 'text' | 'json' | 'quiet',
  progress: Progress,
  signal: AbortSignal,
): Promise<TraceReport> {
  const paint = paintFor(process.stdout);
  const report = await replayTrace(input.trace, {
    name: input.trace,
    ...(input.profile === undefined ? {} : { profile: input.profile }),
    skip,
    timeline: true,
    signal,
    onFinding: (finding) => {
      // A known finding is old news: the summary counts it.
      if (style === 'json' || finding.known) return;
      progress.clear();
      print(findingText(finding, input.trace, paint));
    },
    onProgress: (accesses) => progress.update(progressText(input.trace, accesses)),
  });
  progress.clear();
  sayProblems(report);
  if (style === 'text') print(traceSummary(report, paint));
  return report;
}

/** The words that check one trace again as it was checked here. */
function commandFor(trace: string, { profile, only, skip }: CheckOptions): string {
  const named = (option: string, values: readonly string[]): string[] =>
    values.length === 0 ? [] : [option, values.join(',')];
  const words = [
    ...named('--profile', profile === undefined ? [] : [profile]),
    ...named('--only', only),
    ...named('--skip', skip),
  ];
  return ['barometer check', fileWord(trace), ...words.map(shellWord)].join(' ');
}

/** A name that says what was checked, and a hash of all that decides the verdict: equal runs share a directory. */
function defaultOut(inputs: readonly CheckInput[], reports: readonly TraceReport[], options: CheckOptions): string {
  const names = inputs.map((input) => shortTraceName(input.trace)).toSorted();
  const [first = 'trace', ...others] = names;
  const name = others.length === 0 ? first : `${first}-and-${others.length}-more`;
  const content = [
    reports.map((report) => report.sha256).toSorted(),
    [...new Set(inputs.map(({ profile }: { profile: Profile | undefined }) => profile?.sha256 ?? ''))].toSorted(),
    [options.only.toSorted(), options.skip.toSorted(), options.strict === true, options.today ?? ''],
  ];
  return `reports/check-${name}-${hash8(JSON.stringify(content))}`;
}
