/** `barometer fuzz --target T` */
import { fuzzing } from '../campaign/fuzz.ts';
import type { Failure, Fuzzed } from '../campaign/fuzz.ts';
import { sideBySide } from '../campaign/side-by-side.ts';
import { compare } from '../check/comparison/comparison.ts';
import type { ScenarioRun } from '../check/comparison/comparison.ts';
import type { JudgedFinding } from '../check/trace-report.ts';
import { startStopwatch } from '../core/clock.ts';
import { hash8, sha256 } from '../core/hash.ts';
import { findingText } from '../report/finding-text.ts';
import { paintFor } from '../report/paint.ts';
import { traceSummary } from '../report/summary-text.ts';
import { groupDigits, plural } from '../report/wrap.ts';
import { UsageError, EXIT } from './exit-status.ts';
import { failureFiles, failureText } from './failure-files.ts';
import { finishRun, refuseForeignDirectory } from './finish-run.ts';
import { kindOf, wholeNumber } from './lockstep-options.ts';
import { Progress } from './progress.ts';
import { traceFiles } from './record-traces.ts';
import { prepareAll, together } from './several-targets.ts';
import type { PreparedTarget, SeveralTargetOptions } from './several-targets.ts';
import { updateProfiles } from './update-profiles.ts';

export interface FuzzCommandOptions extends SeveralTargetOptions {
  seed: string;
  accesses: string;
  stopAfterFindings: string;
  shrinkRuns: string;
  record?: string;
  out?: string;
  json?: boolean;
  quiet?: boolean;
  strict?: boolean;
}

/** A target with what its campaign has come to. */
interface Side extends PreparedTarget, Fuzzed {
  onFinding(finding: JudgedFinding): void;
  milliseconds: number;
}

export async function runFuzz(options: FuzzCommandOptions): Promise<number> {
  if (options.seed === '') throw new UsageError('barometer fuzz: --seed: a seed is any text that is not empty.');
  const accesses = wholeNumber('fuzz', '--accesses', options.accesses, 1);
  const stopAfterFindings = wholeNumber('fuzz', '--stop-after-findings', options.stopAfterFindings, 0);
  const shrinkRuns = wholeNumber('fuzz', '--shrink-runs', options.shrinkRuns, 0);
  const targets = await prepareAll('fuzz', options);
  if (options.out !== undefined) await refuseForeignDirectory(options.out);

  const style = options.json === true ? 'json' : options.quiet === true ? 'quiet' : 'text';
  const paint = paintFor(process.stdout);
  const progress = new Progress(process.stderr, options.quiet === true);
  progress.line(`seed ${options.seed}`);
  const traces = traceFiles(options.record, targets.length);
  let interrupted = false;
  const stop = (): void => void (interrupted = true);
  process.once('SIGINT', stop);
  const sides: Side[] = [];
  for (const [index, target] of targets.entries()) {
    const { name, title, trial, profile } = target;
    const onFinding = (finding: JudgedFinding): void => {
      progress.clear();
      if (style !== 'json') process.stdout.write(findingText(finding, title, paint));
    };
    const files = traces[index];
    const elapsed = startStopwatch();
    const fuzzed = await inTurns(
      fuzzing({
        ...trial,
        profile,
        seed: options.seed,
        accesses,
        stopAfterFindings,
        shrinkRuns,
        reproduce: kindOf(name) !== 'emulated',
        onFinding,
        ...(files === undefined ? {} : { onTrace: (trace, number) => files.write(trace, number) }),
        onProgress: (done) => progress.update(`${title}: ${groupDigits(done)} accesses`),
        stopped: () => interrupted,
      }),
    );
    sides.push({ ...target, ...fuzzed, onFinding, milliseconds: Math.round(elapsed()) });
  }
  let runs: readonly ScenarioRun[] = [];
  let sweepAccesses = sides.reduce((sum, side) => sum + side.sweepAccesses, 0);
  if (sides.length > 1) {
    progress.update('what was found, on all targets');
    const tried = await inTurns(sideBySide(sides, () => interrupted));
    runs = tried.runs;
    sweepAccesses += tried.sweepAccesses;
  }
  process.removeListener('SIGINT', stop);
  progress.clear();
  const { word, kind, identity, profiles } = together(targets);
  const inputs = JSON.stringify([identity, options.seed, accesses, stopAfterFindings, shrinkRuns]);
  const reports = sides.map(({ tally, title }) => tally.report(title, sha256(inputs)));
  const places = placesOf(sides);
  for (const [index, side] of sides.entries()) {
    if (style !== 'text') break;
    process.stdout.write(traceSummary(reports[index]!, paint));
    for (const failure of side.failures) process.stdout.write(failureText(failure));
  }
  const out = options.out ?? `reports/fuzz-${word}-${hash8(inputs)}`;
  const compared = sides.map(({ label, name }, index) => ({ label, name, reports: [reports[index]!] }));
  const status = await finishRun({
    command: 'fuzz',
    reports,
    profiles,
    timing: Object.fromEntries(sides.map(({ title, milliseconds }) => [title, milliseconds])),
    gate: { strict: options.strict === true },
    out,
    style,
    paint,
    live: {
      target: kind,
      seed: options.seed,
      sweepAccesses,
      failures: describeFailures(places),
      ...(sides.length > 1 ? { comparison: compare(compared, runs) } : {}),
    },
    files: new Map(sides.flatMap(({ name }, index) => [...failureFiles(places[index]!, name, options.layout)])),
  });
  if (options.updateProfile === true) {
    const updated = sides.map(({ title, place }) => ({ trace: title, place }));
    await updateProfiles(updated, reports, progress);
  }
  for (const files of traces) progress.line(`recorded ${plural(await files.end(), 'machine')}: ${files.file}`);
  progress.line(`seed ${options.seed}, report: ${out}`);
  return interrupted ? EXIT.interrupted : status;
}

/** Of each target the failures by their directories: of a finding that several have, the first has its name. */
function placesOf(sides: readonly Side[]): Map<string, Failure>[] {
  const taken = new Set<string>();
  return sides.map(({ failures, label }) => {
    const mine = failures.map((failure): [string, Failure] => {
      const place = `failures/${failure.finding.id}`;
      return [taken.has(place) ? `${place}-on-${label.slice(1)}` : place, failure];
    });
    for (const [place] of mine) taken.add(place);
    return new Map(mine);
  });
}

/** For the results document, which tells of one failure a finding. */
function describeFailures(
  places: readonly ReadonlyMap<string, Failure>[],
): Map<string, { failure: string; steps: number; reproduced: boolean }> {
  const all = places.flatMap((mine) => [...mine]);
  // Of several the first is kept, which has the plain name.
  return new Map(
    all.toReversed().map(([failure, { finding, program, reproduced }]) => {
      return [finding.id, { failure, steps: program.length >>> 3, reproduced }];
    }),
  );
}

/** Lets the event loop turn between the steps: a signal is heard then. */
async function inTurns<T>(steps: Generator<void, T, void>): Promise<T> {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
