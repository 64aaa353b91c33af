/** `barometer fuzz --target T` */
import { fuzzing } from '../campaign/fuzz.ts';
import type { Failure } from '../campaign/fuzz.ts';
import { startStopwatch } from '../core/clock.ts';
import { hash8, sha256 } from '../core/hash.ts';
import { findingText } from '../report/finding-text.ts';
import { paintFor } from '../report/paint.ts';
import { qtestScript } from '../report/qtest-script.ts';
import { traceSummary } from '../report/summary-text.ts';
import { groupDigits, plural } from '../report/wrap.ts';
import { qemuCommand } from '../targets/wire/qemu.ts';
import { EXIT, UsageError } from './exit-status.ts';
import { finishRun, refuseForeignDirectory } from './finish-run.ts';
import { fileWord, kindOf, prepare, wholeNumber } from './lockstep-options.ts';
import type { TargetOptions } from './lockstep-options.ts';
import { Progress } from './progress.ts';
import { TraceFiles } from './record-traces.ts';
import { updateProfiles } from './update-profiles.ts';

export interface FuzzCommandOptions extends TargetOptions {
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

export async function runFuzz(options: FuzzCommandOptions): Promise<number> {
  if (options.seed === '') throw new UsageError('barometer fuzz: --seed: a seed is any text that is not empty.');
  const accesses = wholeNumber('fuzz', '--accesses', options.accesses, 1);
  const stopAfterFindings = wholeNumber('fuzz', '--stop-after-findings', options.stopAfterFindings, 0);
  const shrinkRuns = wholeNumber('fuzz', '--shrink-runs', options.shrinkRuns, 0);
  const { place, profile, trial, identity } = await prepare(options);
  const name = options.target;
  if (options.out !== undefined) await refuseForeignDirectory(options.out);

  const style = options.json === true ? 'json' : options.quiet === true ? 'quiet' : 'text';
  const paint = paintFor(process.stdout);
  const progress = new Progress(process.stderr, options.quiet === true);
  progress.line(`seed ${options.seed}`);
  const traces = options.record === undefined ? undefined : new TraceFiles(options.record);
  let interrupted = false;
  const stop = (): void => void (interrupted = true);
  process.once('SIGINT', stop);
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
      onFinding: (finding) => {
        progress.clear();
        if (style !== 'json') process.stdout.write(findingText(finding, name, paint));
      },
      ...(traces === undefined ? {} : { onTrace: (trace, number) => traces.write(trace, number) }),
      onProgress: (done) => progress.update(`${name}: ${groupDigits(done)} accesses`),
      stopped: () => interrupted,
    }),
  );
  process.removeListener('SIGINT', stop);
  progress.clear();
  const inputs = JSON.stringify([identity, options.seed, accesses, stopAfterFindings, shrinkRuns]);
  const report = fuzzed.tally.report(name, sha256(inputs));
  if (style === 'text') {
    process.stdout.write(traceSummary(report, paint));
    for (const failure of fuzzed.failures) process.stdout.write(failureText(failure));
  }
  const out = options.out ?? `reports/fuzz-${fileWord(name)}-${hash8(inputs)}`;
  const status = await finishRun({
    command: 'fuzz',
    reports: [report],
    profiles: profile === undefined ? [] : [profile],
    timing: { [name]: Math.round(elapsed()) },
    gate: { strict: options.strict === true },
    out,
    style,
    paint,
    live: {
      target: kindOf(name),
      seed: options.seed,
      sweepAccesses: fuzzed.sweepAccesses,
      failures: new Map(
        fuzzed.failures.map(({ finding, program, reproduced }) => [
          finding.id,
          { failure: `failures/${finding.id}`, steps: program.length >>> 3, reproduced },
        ]),
      ),
    },
    files: failureFiles(fuzzed.failures, options),
  });
  if (options.updateProfile === true) await updateProfiles([{ trace: name, place }], [report], progress);
  if (traces !== undefined) progress.line(`recorded ${plural(await traces.end(), 'machine')}: ${options.record}`);
  progress.line(`seed ${options.seed}, report: ${out}`);
  return interrupted ? EXIT.interrupted : status;
}

/** Lets the event loop turn between the steps: a signal is heard then. */
async function inTurns<T>(steps: Generator<void, T, void>): Promise<T> {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function failureText({ finding, scenario, reproduced, executions }: Failure): string {
  const steps = scenario.trimEnd().split('\n');
  const head = reproduced
    ? `${finding.id}: ${plural(steps.length, 'step')}, after ${plural(executions, 'run')}`
    : `${finding.id}: it did not come back on a fresh machine`;
  return `${head}\n${steps
    .slice(0, 20)
    .map((step) => `  ${step}\n`)
    .join('')}\n`;
}

/** Scenario, trace and the command that runs it again, for each failure. */
function failureFiles(failures: readonly Failure[], { target, layout }: FuzzCommandOptions): Map<string, string> {
  const files = new Map<string, string>();
  for (const { finding, scenario, trace, reproducer } of failures) {
    const place = `failures/${finding.id}`;
    const layoutWords = layout === undefined ? '' : ` --layout ${layout}`;
    files.set(`${place}/scenario.txt`, `# breaks ${finding.rule}\n${scenario}`);
    files.set(`${place}/trace.txt`, trace);
    if (reproducer !== undefined)
      files.set(`${place}/reproduce.qtest`, qtestScript(reproducer, startCommand(target), 'reproduce.qtest'));
    files.set(`${place}/command.txt`, `barometer run scenario.txt --target ${shellWord(target)}${layoutWords}\n`);
  }
  return files;
}

/** How a target is started by hand, with the target protocol on its standard input. */
function startCommand(target: string): string {
  const rest = target.slice(target.indexOf(':') + 1);
  switch (kindOf(target)) {
    case 'qemu':
      return qemuCommand(rest, 'stdio').command;
    case 'exec':
      return `( ${rest} )`;
    default:
      return `socat -t 5 - UNIX-LISTEN:${rest}`;
  }
}

/** As a shell takes it for one word. */
function shellWord(text: string): string {
  return /^[\w:,./=-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
