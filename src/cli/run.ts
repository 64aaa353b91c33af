/** `barometer run SCENARIO… --target T` */
import { readFile } from 'node:fs/promises';
import { compare } from '../check/comparison/comparison.ts';
import type { ScenarioRun } from '../check/comparison/comparison.ts';
import type { Objection } from '../check/gate.ts';
import { runProgram } from '../check/lockstep/run-program.ts';
import { Tally } from '../check/lockstep/tally.ts';
import type { TraceReport } from '../check/trace-report.ts';
import { hash8, sha256 } from '../core/hash.ts';
import { inertLine } from '../core/inert-text.ts';
import { describeSystemError } from '../core/system-error.ts';
import { findingText } from '../report/finding-text.ts';
import type { Recorded } from '../report/html/page-files.ts';
import { paintFor } from '../report/paint.ts';
import { fileWord, shellWord } from '../report/shell-word.ts';
import { formatScenario, parseScenario, ScenarioError } from '../scenario/grammar.ts';
import type { Program } from '../scenario/steps.ts';
import { UsageError } from './exit-status.ts';
import { finishRun, refuseForeignDirectory } from './finish-run.ts';
import { gateOptions } from './gate-options.ts';
import type { GateWords } from './gate-options.ts';
import { Progress } from './progress.ts';
import { traceFiles } from './record-traces.ts';
import { scenarioFiles } from './scenario-files.ts';
import { prepareAll, together } from './several-targets.ts';
import type { SeveralTargetOptions } from './several-targets.ts';
import { updateProfiles } from './update-profiles.ts';
import { print, say } from './say.ts';

export interface RunCommandOptions extends SeveralTargetOptions, GateWords {
  record?: string;
  out?: string;
  json?: boolean;
  quiet?: boolean;
}

export async function runScenarios(paths: readonly string[], options: RunCommandOptions): Promise<number> {
  const files = await scenarioFiles('run', paths);
  const scenarios = await Promise.all(files.map(async (file) => ({ file, ...(await readScenario('run', file)) })));
  const targets = await prepareAll('run', options);
  const gate = gateOptions('run', options, targets[0]!.trial.skip);
  if (options.out !== undefined) await refuseForeignDirectory(options.out);
  const style = options.json === true ? 'json' : options.quiet === true ? 'quiet' : 'text';
  const paint = paintFor(process.stdout);
  const sides = targets.map((target) => ({ ...target, reports: [] as TraceReport[] }));
  const runs: ScenarioRun[] = [];
  const recordings: Recorded[] = [];
  const unbound: Objection[] = [];
  const again = new Map<string, string>();
  const traces = traceFiles(options.record, targets.length);
  let sweepAccesses = 0;
  for (const { file, program, text } of scenarios) {
    for (const [index, { label, profile, trial, reports, ...side }] of sides.entries()) {
      const name = label === '' ? file : `${file} on ${label}`;
      again.set(
        name,
        commandFor(file, side.name, profile?.name, side.layout === undefined ? undefined : options.layout),
      );
      const tally = new Tally(profile);
      const { trace = '', ...ran } = runProgram(trial, program, tally, {
        record: true,
        onFinding: (finding) => {
          if (style !== 'json') print(findingText(finding, name, paint));
        },
      });
      runs.push({ scenario: file, target: index, steps: formatScenario(program).trimEnd().split('\n'), ...ran });
      if (ran.state === 'unbound') {
        unbound.push({ kind: 'unbound', where: name, what: `it cannot be bound: ${ran.reason}.` });
        continue;
      }
      traces[index]?.write(trace, reports.length + 1);
      sweepAccesses += ran.sweepAccesses;
      const report = tally.report(name, sha256(text));
      reports.push(report);
      if (report.findings.length > 0) recordings.push({ name, scenario: text, trace, choices: trial.choices });
      if (style === 'text' && report.findings.length === 0) print(`${inertLine(name)}: nothing found\n`);
    }
  }
  for (const { where, what } of unbound) say(`${where}: ${what}`);
  const reports = sides.flatMap((side) => side.reports);
  if (reports.length === 0) say('barometer run: no scenario could be bound, so nothing was run.');
  const { word, kind, identity, profiles } = together(targets);
  const inputs = JSON.stringify([identity, reports.map((report) => report.sha256)]);
  const status = await finishRun({
    command: 'run',
    reports,
    profiles,
    timing: {},
    gate,
    objections: unbound,
    out: options.out ?? `reports/run-${word}-${hash8(inputs)}`,
    style,
    paint,
    recordings,
    again: (input) => again.get(input) ?? 'barometer run',
    live: {
      target: kind,
      seed: null,
      sweepAccesses,
      failures: new Map(),
      ...(sides.length > 1 ? { comparison: compare(sides, runs) } : {}),
    },
  });
  if (options.updateProfile === true) {
    const updated = sides.flatMap((side) => side.reports.map((report) => ({ trace: report.name, place: side.place })));
    await updateProfiles(updated, reports, new Progress(process.stderr, options.quiet === true));
  }
  for (const files of traces) await files.end();
  return status;
}

/** One scenario on one target. */
function commandFor(file: string, target: string, profile: string | undefined, layout: string | undefined): string {
  const words = ['--target', target];
  if (profile !== undefined) words.push('--profile', profile);
  if (layout !== undefined) words.push('--layout', layout);
  return ['barometer run', fileWord(file), ...words.map(shellWord)].join(' ');
}

/** Throws a UsageError for a file that cannot be read or is no scenario. */
export async function readScenario(command: string, file: string): Promise<{ program: Program; text: string }> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`barometer ${command}: ${file}: ${describeSystemError(error)}`);
  }
  try {
    return { program: parseScenario(text, file).program, text };
  } catch (error) {
    if (error instanceof ScenarioError) throw new UsageError(error.message);
    throw error;
  }
}
