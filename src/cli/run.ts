/** `barometer run SCENARIO… --target T` */
import { readFile } from 'node:fs/promises';
import type { Access } from '../access/access.ts';
import type { Event } from '../access/event.ts';
import { TargetDied } from '../access/target-died.ts';
import { deathDivergence } from '../check/lockstep/death.ts';
import { Lockstep } from '../check/lockstep/lockstep.ts';
import { Recording } from '../check/lockstep/recording.ts';
import { Session } from '../check/lockstep/session.ts';
import type { ProgramRun } from '../check/lockstep/session.ts';
import { Tally } from '../check/lockstep/tally.ts';
import { hash8, sha256 } from '../core/hash.ts';
import { describeSystemError } from '../core/system-error.ts';
import type { Divergence } from '../model/verdict.ts';
import { findingText } from '../report/finding-text.ts';
import { paintFor } from '../report/paint.ts';
import { parseScenario, ScenarioError } from '../scenario/grammar.ts';
import type { Program } from '../scenario/steps.ts';
import { EXIT, UsageError } from './exit-status.ts';
import { finishRun, refuseForeignDirectory } from './finish-run.ts';
import { fileWord, kindOf, prepare } from './lockstep-options.ts';
import type { TargetOptions } from './lockstep-options.ts';
import { Progress } from './progress.ts';
import { TraceFiles } from './record-traces.ts';
import { scenarioFiles } from './scenario-files.ts';
import { updateProfiles } from './update-profiles.ts';

export interface RunCommandOptions extends TargetOptions {
  record?: string;
  out?: string;
  json?: boolean;
  quiet?: boolean;
  strict?: boolean;
}

export async function runScenarios(paths: readonly string[], options: RunCommandOptions): Promise<number> {
  const files = await scenarioFiles('run', paths);
  const scenarios = await Promise.all(files.map(async (file) => ({ file, ...(await readScenario('run', file)) })));
  const { place, profile, trial, identity } = await prepare(options);
  if (options.out !== undefined) await refuseForeignDirectory(options.out);
  const style = options.json === true ? 'json' : options.quiet === true ? 'quiet' : 'text';
  const paint = paintFor(process.stdout);
  const reports = [];
  const unbound: string[] = [];
  const traces = options.record === undefined ? undefined : new TraceFiles(options.record);
  let sweepAccesses = 0;
  for (const { file, program, text } of scenarios) {
    const tally = new Tally(profile);
    const tell = (divergence: Divergence): void => {
      const { finding, isNew } = tally.divergence(divergence);
      if (isNew && !finding.known && style !== 'json') process.stdout.write(findingText(finding, file, paint));
    };
    const target = trial.open();
    const recording = traces === undefined ? undefined : new Recording();
    const watch = (what: Access | Event): void => {
      tally.watch(what);
      recording?.watch(what);
    };
    const lockstep = new Lockstep(target, { choices: trial.choices, skip: trial.skip, divergence: tell, watch });
    const run = carryOut(lockstep, program, tell);
    target.close?.();
    if (run.unbound !== undefined) {
      const { operand, reason } = run.unbound;
      unbound.push(`${file}: it cannot be bound: ${operand === '' ? '' : `${operand}: `}${reason}.`);
      continue;
    }
    if (recording !== undefined) traces?.write(recording.text(lockstep.machine), reports.length + 1);
    sweepAccesses += lockstep.accesses - run.accesses;
    tally.add(lockstep.model.statistics());
    reports.push(tally.report(file, sha256(text)));
    const { findings } = reports.at(-1)!;
    if (style === 'text' && findings.length === 0) process.stdout.write(`${file}: nothing found\n`);
  }
  for (const line of unbound) process.stderr.write(`${line}\n`);
  if (reports.length === 0) {
    process.stderr.write('barometer run: no scenario could be bound, so nothing was run.\n');
    return EXIT.usage;
  }
  const inputs = JSON.stringify([identity, reports.map((report) => report.sha256)]);
  const status = await finishRun({
    command: 'run',
    reports,
    profiles: profile === undefined ? [] : [profile],
    timing: {},
    gate: { strict: options.strict === true },
    out: options.out ?? `reports/run-${fileWord(options.target)}-${hash8(inputs)}`,
    style,
    paint,
    live: { target: kindOf(options.target), seed: null, sweepAccesses, failures: new Map() },
  });
  if (options.updateProfile === true) {
    const inputs = reports.map((report) => ({ trace: report.name, place }));
    await updateProfiles(inputs, reports, new Progress(process.stderr, options.quiet === true));
  }
  await traces?.end();
  return status === EXIT.conforms && unbound.length > 0 && options.strict === true ? EXIT.diverges : status;
}

/** Runs a scenario to its end, or to that of the target. */
function carryOut(lockstep: Lockstep, program: Program, tell: (divergence: Divergence) => void): ProgramRun {
  try {
    const run = new Session(lockstep).run(program);
    lockstep.finish();
    return run;
  } catch (error) {
    if (!(error instanceof TargetDied)) throw error;
    tell(deathDivergence(error.death, lockstep.accesses));
    return { accesses: 0, steps: 0 };
  }
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
