/** `barometer start`: checks the traces that come with Barometer, on two threads, and says what to do next. */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import type { Profile } from '../check/profile.ts';
import { readProfile } from '../check/profile.ts';
import type { TraceReport } from '../check/trace-report.ts';
import { startStopwatch } from '../core/clock.ts';
import { inertLine } from '../core/inert-text.ts';
import { findingText } from '../report/finding-text.ts';
import { paintFor } from '../report/paint.ts';
import type { Paint } from '../report/paint.ts';
import { plural } from '../report/wrap.ts';
import { EXIT, UsageError } from './exit-status.ts';
import { finishRun, refuseForeignDirectory } from './finish-run.ts';
import { packagePath } from './package.ts';
import { Progress, progressText } from './progress.ts';
import type { StartJob, StartMessage } from './start-worker.ts';
import { print, say } from './say.ts';

/** More threads than this gain little: the largest trace alone takes half of the time. */
const THREADS = 2;

interface Checked {
  report: TraceReport;
  milliseconds: number;
}

/** Runs the bundled check and returns the exit status. */
export async function runStart(options: { out: string }): Promise<number> {
  await refuseForeignDirectory(options.out);
  const jobs = await bundledTraces();
  if (jobs.length === 0) throw new UsageError('barometer: this package holds no traces (corpora/traces is empty).');
  const paint = paintFor(process.stdout);
  const progress = new Progress(process.stderr, false);
  print(`Checking ${plural(jobs.length, 'recorded trace')} of real guests against the reference model.\n\n`);

  const interrupt = new AbortController();
  const stop = (): void => interrupt.abort();
  process.once('SIGINT', stop);
  const elapsed = startStopwatch();
  const checked = await checkAll(jobs, progress, interrupt.signal);
  process.removeListener('SIGINT', stop);
  progress.clear();
  if (interrupt.signal.aborted) {
    say(`interrupted after ${plural(checked.size, 'trace')}; no report was written`);
    return EXIT.interrupted;
  }

  const done = jobs.flatMap((job) => checked.get(job.name) ?? []);
  const reports = done.map(({ report }) => report);
  print(newFindings(reports, paint));
  const status = await finishRun({
    command: 'start',
    reports,
    profiles: await profilesOf(jobs),
    timing: Object.fromEntries(done.map(({ report, milliseconds }) => [report.name, milliseconds])),
    gate: { strict: false },
    directory: packagePath(''),
    out: options.out,
    style: 'text',
    paint,
  });
  progress.line(`took ${(elapsed() / 1000).toFixed(1)} s`);
  print(whatNext(options.out));
  return status;
}

/** The text of every new finding, each identity once, by its first trace. */
function newFindings(reports: readonly TraceReport[], paint: Paint): string {
  const told = new Set<string>();
  let text = '';
  for (const report of reports) {
    for (const finding of report.findings) {
      if (finding.known || told.has(finding.id)) continue;
      told.add(finding.id);
      text += findingText(finding, report.name, paint);
    }
  }
  return text;
}

/** The bundled traces in order of name, each with the profile beside it. */
async function bundledTraces(): Promise<StartJob[]> {
  const root = packagePath('corpora/traces');
  if (!existsSync(root)) return [];
  const folders = await readdir(root, { withFileTypes: true });
  const names = folders.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return names.toSorted().flatMap((name) => {
    const trace = `${root}/${name}/trace.txt.gz`;
    const profile = `${root}/${name}/profile.yaml`;
    if (!existsSync(trace)) return [];
    return [{ name, trace, profile: existsSync(profile) ? profile : null }];
  });
}

async function profilesOf(jobs: readonly StartJob[]): Promise<Profile[]> {
  const files = jobs.flatMap((job) => (job.profile === null ? [] : [[job.profile, profileName(job)] as const]));
  return Promise.all(files.map(([path, name]) => readProfile(path, name)));
}

/** How reports call the profile of a bundled trace: its place in the package, not on this machine. */
function profileName(job: StartJob): string {
  return `corpora/traces/${job.name}/profile.yaml`;
}

/** Gives the jobs to the threads as these become free. Rejects when a thread fails: that is a bug of Barometer. */
async function checkAll(
  jobs: readonly StartJob[],
  progress: Progress,
  signal: AbortSignal,
): Promise<Map<string, Checked>> {
  const waiting = [...jobs];
  const checked = new Map<string, Checked>();
  const running = new Map<string, number>();
  const repaint = (): void => {
    const words = [...running].map(([name, accesses]) => progressText(name, accesses));
    progress.update(`[${checked.size}/${jobs.length}] ${words.join('   ')}`);
  };
  const thread = async (): Promise<void> => {
    const worker = new Worker(new URL('./start-worker.js', import.meta.url));
    try {
      for (let job = waiting.shift(); job !== undefined && !signal.aborted; job = waiting.shift()) {
        running.set(job.name, 0);
        const { name } = job;
        const result = await runJob(worker, { ...job, profileName: profileName(job) }, signal, (accesses) => {
          running.set(name, accesses);
          repaint();
        });
        running.delete(name);
        if (result === undefined) return;
        checked.set(name, result);
        progress.line(doneLine(result, checked.size, jobs.length));
        repaint();
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(THREADS, jobs.length) }, thread));
  return checked;
}

/** Runs one job on a thread. Undefined: interrupted. */
function runJob(
  worker: Worker,
  job: StartJob & { profileName: string },
  signal: AbortSignal,
  onProgress: (accesses: number) => void,
): Promise<Checked | undefined> {
  const elapsed = startStopwatch();
  return new Promise((resolve, reject) => {
    const onMessage = (message: StartMessage): void => {
      if (message.kind === 'progress') onProgress(message.accesses);
      else settle(() => resolve({ report: message.report, milliseconds: Math.round(elapsed()) }));
    };
    const onError = (error: unknown): void => settle(() => reject(error as Error));
    const onExit = (): void => settle(() => reject(new Error(`the thread that checked ${job.name} ended`)));
    const onAbort = (): void => settle(() => resolve(undefined));
    const settle = (act: () => void): void => {
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      signal.removeEventListener('abort', onAbort);
      act();
    };
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
    signal.addEventListener('abort', onAbort);
    worker.postMessage(job);
  });
}

function doneLine({ report, milliseconds }: Checked, done: number, all: number): string {
  const fresh = report.findings.filter((finding) => !finding.known).length;
  const known = report.findings.length - fresh;
  const words = `${progressText(report.name, report.accesses)}, ${fresh} new and ${known} known findings`;
  return `[${String(done).padStart(String(all).length)}/${all}] ${words} (${(milliseconds / 1000).toFixed(1)} s)`;
}

function whatNext(out: string): string {
  return `
The report is in ${inertLine(out)}: index.html for
people, results.json for programs, junit.xml and results.sarif for a CI system.

To check your own VMM (README.md tells how to record a trace):
  npx barometer check YOUR-TRACE.log                       read it and judge every answer
  npx barometer check YOUR-TRACE.log --profile vmm.yaml    with what you state about your machine
  npx barometer rules BAR-003                              what a rule demands, and where it is written
`;
}
