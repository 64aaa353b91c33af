/** A trace that gives nothing to work with. The message is one sentence with the file, and the line where there is one. */
export class TraceError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TraceError';
  }
}

/** A problem with one place of a trace; what was good before and after it has gone to the sink. */
export interface TraceProblem {
  /** Line of the source, from 1. */
  line: number;
  /** Column in that line, from 1, where it is known. */
  column?: number;
  /** What is wrong, without the place. */
  text: string;
}

/** `file:line:column: text`. */
export function formatProblem(name: string, problem: TraceProblem): string {
  const column = problem.column === undefined ? '' : `:${problem.column}`;
  return `${name}:${problem.line}${column}: ${problem.text}`;
}

/** The sentence of a system error, for people: what could not be done with the file, and why. */
export function systemSentence(name: string, error: unknown): string {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  switch (code) {
    case 'ENOENT':
      return `${name}: there is no such file`;
    case 'EACCES':
    case 'EPERM':
      return `${name}: not allowed to read this file`;
    case 'EISDIR':
      return `${name}: this is a directory, not a trace`;
    default:
      return `${name}: cannot be read (${error instanceof Error ? error.message : String(error)})`;
  }
}
