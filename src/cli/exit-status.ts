/** Exit statuses, the same for every command. */
export const EXIT = {
  /** The target conforms, or only known findings occurred. */
  conforms: 0,
  /** A new finding that gates. */
  diverges: 1,
  /** Usage, configuration or input error; also: nothing ran. */
  usage: 2,
  /** The target could not be started or never answered. */
  target: 3,
  /** A bug of Barometer. */
  bug: 4,
  /** Interrupted by the user (128 + SIGINT). */
  interrupted: 130,
} as const;

/** What the user gave is wrong: one sentence or several lines, shown as they are, without a stack trace. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}
