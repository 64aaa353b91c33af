/** What a user said about a target cannot be done; the message is for them, one sentence or several lines. */
export class TargetError extends Error {
  /** The lines begin with a file, line and column, as editors read them. */
  readonly placed: boolean;

  constructor(message: string, placed = false) {
    super(message);
    this.name = 'TargetError';
    this.placed = placed;
  }
}
