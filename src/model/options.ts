import type { MachineDescription } from '../access/machine.ts';
import type { Divergence, FunctionIdentity, Note } from './verdict.ts';

export interface ModelOptions {
  machine: MachineDescription;
  /** Choices and deviations in force, by name (`preassigned: 'on'`); names and values as in the catalogue. */
  choices: Readonly<Record<string, string>>;
  /** Rules that are switched off: what only they forbid is accepted. */
  skip: ReadonlySet<string>;
  divergence(divergence: Divergence): void;
  note(note: Note): void;
}

/** What a run of the model amounts to. Read after `finish()`. */
export interface ModelStatistics {
  /** Accesses and events seen so far. */
  steps: number;
  configurationReads: number;
  configurationWrites: number;
  /** Configuration reads that no function answered. */
  absentReads: number;
  memoryAccesses: number;
  portAccesses: number;
  messages: number;
  events: number;
  /** Accesses that the model could not attribute, by reason. */
  undecoded: ReadonlyMap<string, number>;
  /** Functions present at the end, in order of bus, device, function. */
  functions: readonly FunctionIdentity[];
  /** How often each rule had something to judge. */
  exercised: ReadonlyMap<string, number>;
  /** Choices that this run learned (never deviations). */
  learned: ReadonlyMap<string, string>;
  /** Divergences that a deviation of the profile excused: by `name=value`, then by rule. */
  excused: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** Bits of configuration answers of present functions: known before the answer, and in all. */
  bitsKnown: number;
  bitsAnswered: number;
}
