import { inertLine } from '../core/inert-text.ts';
import { plural } from '../report/wrap.ts';
import type { TraceReport } from '../check/trace-report.ts';
import { say } from './say.ts';

/** More than these would push the summary off the screen; results.json has a hundred. */
export const PROBLEMS_SHOWN = 10;

/** The first problems of a trace on standard error, one line each, also when only JSON was asked for. */
export function sayProblems(trace: Pick<TraceReport, 'name' | 'problems' | 'problemCount'>): void {
  const shown = trace.problems.slice(0, PROBLEMS_SHOWN);
  for (const problem of shown) say(inertLine(problem));
  const rest = trace.problemCount - shown.length;
  if (rest > 0) say(`${inertLine(trace.name)}: and ${plural(rest, 'more problem')}`);
}
