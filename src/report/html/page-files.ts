/** `index.html` and `timeline.json` of a report. */

import { replayText } from '../../check/replay.ts';
import type { TraceReport } from '../../check/trace-report.ts';
import { chromeTrace } from '../chrome-trace.ts';
import { makePageData } from './make-page-data.ts';
import type { PageSources } from './make-page-data.ts';
import { pageText } from './page.ts';
import type { NamedTimeline } from './pictures.ts';

/** Recordings that are replayed for a picture. */
const REPLAYED_AT_MOST = 50;

/** What a scenario did that shows something: the last run of a failure, or a scenario that was run. */
export interface Recorded {
  /** The failure's directory, or the name of the input. */
  name: string;
  scenario: string;
  trace: string;
  /** As its target was judged. */
  choices: Readonly<Record<string, string>> | undefined;
}

export interface PageRun extends Pick<PageSources, 'results' | 'skip' | 'files' | 'curves' | 'again'> {
  reports: readonly TraceReport[];
  recordings: readonly Recorded[];
}

/** The files by their names. */
export async function pageFiles(run: PageRun): Promise<Map<string, string>> {
  const recordings = run.recordings.toSorted((one, other) => (one.name < other.name ? -1 : 1));
  const timelines = [...ofReports(run.reports), ...(await replayed(recordings.slice(0, REPLAYED_AT_MOST), run.skip))];
  const untold = Math.max(0, recordings.length - REPLAYED_AT_MOST);
  const scenarios = new Map(recordings.map(({ name, scenario }) => [name, scenario]));
  return new Map([
    ['index.html', pageText(makePageData({ ...run, timelines, untold, scenarios }))],
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

async function replayed(recordings: readonly Recorded[], skip: ReadonlySet<string>): Promise<NamedTimeline[]> {
  const found: NamedTimeline[] = [];
  for (const { name, trace, choices } of recordings) {
    const report = await replayText(trace, { name, choices, skip, timeline: true });
    if (report.timeline !== undefined)
      found.push({ name, timeline: report.timeline, divergences: divergencesOf(report) });
  }
  return found;
}

function divergencesOf({ findings }: TraceReport): [number, string][] {
  return findings.map(({ id, first }): [number, string] => [first.index, id]);
}
