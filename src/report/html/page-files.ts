/** `index.html` and `timeline.json` of a report. */

import { Readable } from 'node:stream';
import { replayInput } from '../../check/replay.ts';
import type { TraceReport } from '../../check/trace-report.ts';
import { chromeTrace } from '../chrome-trace.ts';
import { makePageData } from './make-page-data.ts';
import type { PageSources } from './make-page-data.ts';
import { pageText } from './page.ts';
import type { NamedTimeline } from './pictures.ts';

/** Failures of which the trace is replayed for a picture. */
const FAILURES_AT_MOST = 50;

export interface PageRun extends Pick<PageSources, 'results' | 'skip' | 'files' | 'curves' | 'again'> {
  reports: readonly TraceReport[];
  /** The report on the target of a failure, by the failure's directory. Without: the only one. */
  owners?: ReadonlyMap<string, TraceReport> | undefined;
}

/** The files by their names. */
export async function pageFiles(run: PageRun): Promise<Map<string, string>> {
  const { results, reports } = run;
  const failures = [...new Set(results.findings.flatMap(({ failure }) => failure ?? []))].toSorted();
  const timelines = [...ofReports(reports), ...(await ofFailures(failures.slice(0, FAILURES_AT_MOST), run))];
  const untold = Math.max(0, failures.length - FAILURES_AT_MOST);
  return new Map([
    ['index.html', pageText(makePageData({ ...run, timelines, untold }))],
    ['timeline.json', chromeTrace(timelines)],
  ]);
}

/** Of traces that were checked. */
function ofReports(reports: readonly TraceReport[]): NamedTimeline[] {
  return reports
    .flatMap((report) => {
      const { name, timeline } = report;
      return timeline === undefined ? [] : [{ name, timeline, divergences: divergencesOf(report) }];
    })
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

/** A campaign has thousands of machines: what is shown is the last run of each shrunk scenario. */
async function ofFailures(
  failures: readonly string[],
  { files, reports, owners, skip }: PageRun,
): Promise<NamedTimeline[]> {
  const found: NamedTimeline[] = [];
  for (const failure of failures) {
    const trace = files.get(`${failure}/trace.txt`);
    if (trace === undefined) continue;
    const input = { stream: Readable.from([Buffer.from(trace)]), name: failure };
    // As the campaign judged it: each target has choices of its own.
    const choices = { ...(owners?.get(failure) ?? reports[0])?.declared };
    const report = await replayInput(input, { name: failure, choices, skip, timeline: true });
    if (report.timeline !== undefined)
      found.push({ name: failure, timeline: report.timeline, divergences: divergencesOf(report) });
  }
  return found;
}

function divergencesOf({ findings }: TraceReport): [number, string][] {
  return findings.map(({ id, first }): [number, string] => [first.index, id]);
}
