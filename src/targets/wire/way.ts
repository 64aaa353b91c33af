/** How the harness comes to its target. Plain data: it goes to the thread that talks to the target. */
export interface Way {
  /** As it stands on the command line. */
  name: string;
  /** What `/bin/sh -c` runs; undefined: somebody else starts the target. */
  command?: string;
  /**
   * The socket on which the harness listens: a path, or `temporary` for one that the command finds in its environment
   * as BAROMETER_SOCKET. Undefined: standard input and output.
   */
  listen?: string;
  /** What is known of the machine if it does not know `hello`, in the words of its answer. */
  machine: readonly string[];
  /** Milliseconds until an answer, or a connection, is taken for one that does not come. */
  timeout: number;
}

/** What the thread is asked for. `open`: a fresh machine. */
export type Request = { kind: 'open' | 'close' } | { kind: 'carry'; text: string; answers: number };

/** How it ended, as the thread saw it. */
export interface Ending {
  kind: 'crash' | 'hang' | 'protocol';
  how: string;
  detail: string;
  stderr: string;
}

/** Answers and events in the order in which they came; whole lines without their ends. */
export interface Reply {
  lines: string[];
  ending?: Ending;
  /** What went wrong on our side. */
  bug?: string;
}

/** Places in the memory that both threads share: replies given, and answers read, so far. */
export const REPLIES = 0;
export const PROGRESS = 1;
