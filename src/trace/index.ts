export { readTrace } from './read-trace.ts';
export type { ReadOptions } from './read-trace.ts';
export type { TraceInput } from './byte-source.ts';
export type { TraceResult } from './tally.ts';
export { formatProblem, TraceError } from './trace-error.ts';
export type { TraceProblem } from './trace-error.ts';
export { convertTrace, TraceWriter } from './write.ts';
