import type { Access } from './access.ts';
import type { Event } from './event.ts';
import type { MachineDescription } from './machine.ts';

/** What the harness can ask of a target beside accesses (the optional commands of the target protocol). */
export type Command = Extract<Event, { kind: 'fire' | 'condition' | 'reset' | 'plug' | 'unplug' | 'save' | 'restore' }>;

/** Whether a command was carried out. `bdf`: where a plugged function appeared, if not where it was asked for. */
export type CommandResult = { done: true; bdf?: number } | { done: false; reason: string };

/** What a target says of itself: the keys of `hello`. */
export interface TargetDescription {
  /** Of the implementation. */
  name: string;
  /** Of the implementation. */
  version?: string;
  /** What is known of the machine; keys that are missing are as in `emptyMachine()`. */
  machine: Partial<MachineDescription>;
  /** Functions that a scan by Vendor ID would not find. */
  functions: readonly number[];
  /** How the target was set up; kept with each finding. */
  configuration?: string;
  /** Inputs of the interrupt controller that INTx drives. */
  lines?: { first: number; last: number };
  /** `ram`: a byte behind a BAR that no rule describes keeps what is written, and starts with a marker. */
  bars?: 'ram';
}

/**
 * Something that answers accesses, in this process or behind a wire. What is behind a wire may die: then every method
 * throws a TargetDied.
 */
export interface Target {
  /** As it is now: numbers of functions change when buses are numbered. */
  readonly description: TargetDescription;
  /** Carries an access out; the answer of a read goes into its value. */
  access(access: Access): void;
  /**
   * Carries out accesses of which none depends on the answer of another, in order and in one go. `done` is called after
   * each, in order, when `takeEvents` gives what it caused. Missing where nothing is gained by it.
   */
  accessAll?(accesses: readonly Access[], done: (access: Access) => void): void;
  /**
   * Accesses that belong to a command of a target without one of its own: whoever gives the command carries them out
   * first, one by one; a read's answer is expected in the access before the next one is asked for. Missing where
   * commands need none.
   */
  recipe?(command: Command): Iterable<Access>;
  /** Carries a command out, or says why that cannot be. */
  command(command: Command): CommandResult;
  /** Messages, lines and other events since the last call, in order; what an access or a command causes comes at once. */
  takeEvents(): readonly Event[];
  /**
   * Configuration space of functions as it would be read now, without side effects, for sweeps; not to be changed, and
   * undefined where nobody answers. Empty: it cannot be seen at present. Missing where it costs more than reads of what is
   * looked for.
   */
  images?(bdfs: readonly number[]): readonly (Uint8Array | undefined)[];
  /**
   * Tells of each line that is sent to it, and of its answer, beginning with those that made the machine ready; undefined:
   * there is none, since it has died. Lines by which it is waited for are left out. Missing where there is no wire.
   */
  transcribe?(told: (line: string, answer: string | undefined) => void): void;
  /** Ends it. Nothing may be asked of it afterwards. */
  close?(): void;
}
