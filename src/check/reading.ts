import type { TraceSink } from '../access/source.ts';
import { formatProblem, readTrace, TraceError } from '../trace/index.ts';
import type { TraceInput } from '../trace/index.ts';
import type { Profile } from './profile.ts';
import type { TraceReport } from './trace-report.ts';

/** What the reader of traces has to say at the end. */
export type Reading = Pick<TraceReport, 'complete' | 'problems' | 'problemCount' | 'lines' | 'unknownLines'>;

/**
 * Reads a trace into a sink. What is wrong with the input becomes sentences, with what was good before already in the
 * sink; any error that is thrown is a bug of Barometer, or of the sink.
 */
export async function readAll(
  input: TraceInput,
  sink: TraceSink,
  name: string,
  profile: Profile | undefined,
): Promise<Reading> {
  try {
    const machine = profile === undefined ? {} : { machine: profile.machine };
    const result = await readTrace(input, { name, ...machine }, sink);
    const end = result.truncated === undefined ? [] : [result.truncated];
    return {
      complete: result.truncated === undefined,
      problems: [...result.problems.map((problem) => formatProblem(name, problem)), ...end],
      problemCount: result.problemCount + end.length,
      lines: result.lines,
      unknownLines: result.unknownLines,
    };
  } catch (error) {
    if (!(error instanceof TraceError)) throw error;
    return { complete: false, problems: [error.message], problemCount: 1, lines: 0, unknownLines: 0 };
  }
}
