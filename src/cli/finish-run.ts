/** What every run over traces ends with: the report on disk, the words on the screen, the exit status. */
import type { GateOptions, Objection, Verdict } from '../check/gate.ts';
import { judge } from '../check/gate.ts';
import type { Profile } from '../check/profile.ts';
import { makeResults, resultsText } from '../check/results.ts';
import type { Results } from '../check/results-schema.ts';
import type { LiveRun } from '../check/results.ts';
import type { TraceReport } from '../check/trace-report.ts';
import { describeSystemError } from '../core/system-error.ts';
import { checkoutAround } from '../report/checkout.ts';
import type { Checkout } from '../report/checkout.ts';
import { comparisonText } from '../report/comparison-text.ts';
import type { PageCurve } from '../report/html/page-data.ts';
import { pageFiles } from '../report/html/page-files.ts';
import type { PageRun, Recorded } from '../report/html/page-files.ts';
import type { Paint } from '../report/paint.ts';
import { complaintLine, totalsTable, verdictLine } from '../report/summary-text.ts';
import { mayHoldReport, writeReport } from '../report/write-report.ts';
import type { Timing } from '../report/write-report.ts';
import { UsageError } from './exit-status.ts';
import { tellGithub } from './github.ts';
import { toolName } from './package.ts';
import { print, say } from './say.ts';

export interface FinishedRun {
  command: string;
  reports: readonly TraceReport[];
  /** The profiles that were in force, each once. */
  profiles: readonly Profile[];
  timing: Timing;
  gate: GateOptions;
  /** What speaks against it, beside findings and profiles. Default: nothing. */
  objections?: readonly Objection[];
  /** What the names of files are relative to. Default: where the program was started. */
  directory?: string;
  out: string;
  style: 'text' | 'json' | 'quiet';
  paint: Paint;
  /** A run on a live target, and the files of its failures. */
  live?: LiveRun;
  files?: ReadonlyMap<string, string>;
  /** What scenarios did that show something, for pictures. Default: nothing. */
  recordings?: readonly Recorded[];
  /** The command that does an input again. Default: the command without its words. */
  again?: (input: string) => string;
  /** How a campaign went. */
  curves?: readonly PageCurve[];
  /** Called when the report is in its place. */
  written?(): void;
}

/** Writes the report, prints the totals (or the document) on standard output, and returns the exit status. */
export async function finishRun(run: FinishedRun): Promise<number> {
  const { reports, paint } = run;
  const checkout = checkoutAround(run.directory ?? process.cwd());
  let { verdict, results } = judged(run, []);
  try {
    await write(run, results, checkout);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const what = `the report cannot be written: ${describeSystemError(error)}`;
    say(`barometer: --out ${run.out}: ${what}`);
    ({ verdict, results } = judged(run, [{ kind: 'unsaved', where: `--out ${run.out}`, what }]));
  }
  // Standard output may be full, or nobody may read it: the report is there by then.
  if (run.style === 'json') print(resultsText(results));
  if (run.style === 'text') {
    if (reports.length > 1) print(`${totalsTable(reports, paint)}\n`);
    if (run.live?.comparison !== undefined) print(comparisonText(run.live.comparison, paint));
    print(verdict.complaints.map(complaintLine).join(''));
    print(verdictLine(reports, verdict, paint));
  }
  for (const { kind, where, what } of verdict.objections) if (kind === 'undecoded') say(`${where}: ${what}`);
  await tellGithub(results, checkout, run);
  return verdict.status;
}

/** What the run came to; `more` is what speaks against it since it ended. */
function judged(run: FinishedRun, more: readonly Objection[]): { verdict: Verdict; results: Results } {
  const { reports, profiles, gate, objections = [] } = run;
  const verdict = judge(reports, profiles, [...objections, ...more], gate);
  return { verdict, results: makeResults(run.command, toolName(), reports, verdict, run.live) };
}

async function write(run: FinishedRun, results: Results, checkout: Checkout): Promise<void> {
  await refuseForeignDirectory(run.out);
  const { reports, gate, recordings = [], curves = [], files = new Map<string, string>() } = run;
  const { again = () => `barometer ${run.command}` } = run;
  const skip = gate.skip ?? new Set<string>();
  const pages = await pagesOf({ results, reports, skip, curves, files, recordings, again });
  await writeReport(run.out, results, { again, checkout }, run.timing, new Map([...files, ...pages]));
  run.written?.();
}

/** Pictures of very many traces are longer than a text can be: they do not take the verdict away. */
async function pagesOf(run: PageRun): Promise<Map<string, string>> {
  try {
    return await pageFiles(run);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    say(`barometer: index.html and timeline.json are left out, as they would be too long: ${error.message}`);
    return new Map();
  }
}

/** Throws a UsageError if a report would replace somebody's own files. */
export async function refuseForeignDirectory(out: string): Promise<void> {
  if (await mayHoldReport(out)) return;
  throw new UsageError(
    `barometer: --out ${out}: this place holds something that is not a report of Barometer; name an empty or new directory.`,
  );
}
