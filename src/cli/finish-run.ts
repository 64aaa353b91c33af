/** What every run over traces ends with: the report on disk, the words on the screen, the exit status. */
import type { GateOptions, Objection } from '../check/gate.ts';
import { judge } from '../check/gate.ts';
import type { Profile } from '../check/profile.ts';
import { makeResults, resultsText } from '../check/results.ts';
import type { LiveRun } from '../check/results.ts';
import type { TraceReport } from '../check/trace-report.ts';
import { decodedAnything, readInFull } from '../check/trace-report.ts';
import { describeSystemError } from '../core/system-error.ts';
import { checkoutAround } from '../report/checkout.ts';
import { comparisonText } from '../report/comparison-text.ts';
import type { PageCurve } from '../report/html/page-data.ts';
import { pageFiles } from '../report/html/page-files.ts';
import type { PageRun, Recorded } from '../report/html/page-files.ts';
import type { Paint } from '../report/paint.ts';
import { complaintLine, totalsTable, verdictLine } from '../report/summary-text.ts';
import { mayHoldReport, writeReport } from '../report/write-report.ts';
import type { Timing } from '../report/write-report.ts';
import { EXIT, UsageError } from './exit-status.ts';
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
  /** What `--strict` does not let pass, beside findings and profiles. Default: nothing. */
  objections?: readonly Objection[];
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
  const { reports, gate, paint } = run;
  const verdict = judge(reports, run.profiles, run.objections ?? [], gate);
  const { status, complaints } = verdict;
  const checkout = checkoutAround(process.cwd());
  const results = makeResults(run.command, toolName(), reports, verdict, run.live);

  if (run.style === 'json') print(resultsText(results));
  if (run.style === 'text') {
    if (reports.length > 1) print(`${totalsTable(reports, paint)}\n`);
    if (run.live?.comparison !== undefined) print(comparisonText(run.live.comparison, paint));
    print(complaints.map(complaintLine).join(''));
    print(verdictLine(reports, verdict, paint));
  }
  for (const report of reports) {
    if (readInFull(report) && !decodedAnything(report)) say(nothingDecoded(report));
  }
  try {
    await refuseForeignDirectory(run.out);
    const { curves = [], files = new Map<string, string>(), again = () => `barometer ${run.command}` } = run;
    const pages = await pagesOf({
      results,
      reports,
      skip: gate.skip ?? new Set(),
      curves,
      files,
      recordings: run.recordings ?? [],
      again,
    });
    await writeReport(run.out, results, { again, checkout }, run.timing, new Map([...files, ...pages]));
    run.written?.();
  } catch (error) {
    if (error instanceof UsageError) throw error;
    say(`barometer: --out ${run.out}: the report cannot be written: ${describeSystemError(error)}`);
    return status === EXIT.diverges ? status : EXIT.usage;
  }
  await tellGithub(results, checkout, run);
  return status;
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

function nothingDecoded(report: TraceReport): string {
  if (report.accesses === 0) return `${report.name}: no access was found in it, so nothing was checked.`;
  return (
    `${report.name}: none of its ${report.accesses} accesses could be decoded, so nothing was checked; ` +
    "state where the machine has its ECAM, RAM and apertures in a profile's machine section."
  );
}
