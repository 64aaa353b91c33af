/** The end of a target that should have gone on answering. */

/** It ended, it did not answer in time, or it answered what no target may answer. */
export type DeathKind = 'crash' | 'hang' | 'protocol';

/** How a target came to its end. */
export interface Death {
  /** Its name, as it stands on the command line. */
  target: string;
  /** Which of the rules `TARGET-…` it breaks. */
  kind: DeathKind;
  /** How it ended, in words without addresses or numbers that differ from run to run: `killed by SIGSEGV`. */
  how: string;
  /** Details, a sentence. */
  detail: string;
  /** The last lines of its standard error. */
  stderr: string;
  /** The last commands that it was sent, the oldest first. */
  commands: readonly string[];
  /** Which of them it had not answered, from this index on. */
  unanswered: number;
  /** Whether it ever answered anything. */
  answered: boolean;
}

/** Thrown by whatever asks something of a target that has died, hangs, or does not speak the protocol. */
export class TargetDied extends Error {
  /** All that is known of it. */
  readonly death: Death;

  constructor(death: Death) {
    super(`${death.target}: ${death.detail}`);
    this.name = 'TargetDied';
    this.death = death;
  }
}
