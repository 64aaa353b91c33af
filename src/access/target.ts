import type { Access } from './access.ts';
import type { Event } from './event.ts';
import type { MachineDescription } from './machine.ts';

/** What the harness can ask of a target beside accesses (the optional commands of the target protocol). */
export type Command = Extract<Event, { kind: 'fire' | 'condition' | 'reset' | 'plug' | 'unplug' | 'save' | 'restore' }>;

/** Whether a command was carried out. `bdf`: where a plugged function appeared, if not where it was asked for. */
export type CommandResult = { done: true; bdf?: number } | { done: false; reason: string };

/** What a target says of itself: the keys of `hello`. */
export interface TargetDescription {
  name: string;
  version?: string;
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

/** Something in this process that answers accesses at once. Targets behind a wire take windows of accesses instead. */
export interface Target {
  readonly description: TargetDescription;
  /** Carries an access out; the answer of a read goes into its value. */
  access(access: Access): void;
  command(command: Command): CommandResult;
  /** Messages, lines and other events since the last call, in order; what an access or a command causes comes at once. */
  takeEvents(): readonly Event[];
  /**
   * Configuration space of a function as it would be read now, without side effects, for sweeps: the target's own bytes,
   * not a copy; undefined: absent. Missing where a target has no such image.
   */
  image?(bdf: number): Uint8Array | undefined;
}
