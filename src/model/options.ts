import type { MachineDescription } from '../access/machine.ts';
import type { Watcher } from './watcher.ts';
import type { Divergence, FunctionIdentity, Note } from './verdict.ts';

/** How a model is set up, and whom it tells. */
export interface ModelOptions {
  /** What is known of the machine beforehand; `emptyMachine()` where nothing is. */
  machine: MachineDescription;
  /** Choices and deviations in force, by name (`preassigned: 'on'`); names and values as in the catalogue. Default: none. */
  choices?: Readonly<Record<string, string>> | undefined;
  /** Rules that are switched off: what only they forbid is accepted. Default: none. */
  skip?: ReadonlySet<string> | undefined;
  /** Called at each answer or event that no rule allows, before the call that gave it to the model returns. */
  divergence(divergence: Divergence): void;
  /** Called for what is worth knowing and no verdict. Default: nobody is told. */
  note?(note: Note): void;
  /**
   * Follows decoding and interrupts over time. Default: nobody does.
   * @internal
   */
  watcher?: Watcher | undefined;
}

/** What a run of the model amounts to. Read after `finish()`. */
export interface ModelStatistics {
  /** Accesses and events seen so far. */
  steps: number;
  /** Reads of configuration space, by whichever mechanism. */
  configurationReads: number;
  /** Writes of it. */
  configurationWrites: number;
  /** Configuration reads that no function answered. */
  absentReads: number;
  /** Accesses to memory, ECAM included. */
  memoryAccesses: number;
  /** Accesses to ports, CAM included. */
  portAccesses: number;
  /** Messages that were seen. */
  messages: number;
  /** Events other than remarks. */
  events: number;
  /** Accesses that the model could not attribute, by reason. */
  undecoded: ReadonlyMap<string, number>;
  /** Functions present at the end, in order of bus, device, function. */
  functions: readonly FunctionIdentity[];
  /** How often each rule had something to judge. */
  exercised: ReadonlyMap<string, number>;
  /** What the functions that were looked at have or may have (`PARTS` of src/spec/needs.ts); empty: there was none. */
  parts: ReadonlySet<string>;
  /** Choices that this run learned (never deviations). */
  learned: ReadonlyMap<string, string>;
  /** Divergences that a deviation of the profile excused: by `name=value`, then by rule. */
  excused: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** Bits of configuration answers of present functions: known before the answer, and in all. */
  bitsKnown: number;
  /** The same bits, known or not. */
  bitsAnswered: number;
}
