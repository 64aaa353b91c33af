/** What a user said about a target cannot be done; the message is for them, one sentence or several lines. */
export class TargetError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TargetError';
  }
}
