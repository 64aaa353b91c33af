import type { Access } from '../access/access.ts';
import type { Event, Located } from '../access/event.ts';
import { emptyMachine } from '../access/machine.ts';
import type { TraceHeader, TraceSink } from '../access/source.ts';
import { Model } from '../model/model.ts';
import type { ModelSnapshot } from '../model/snapshot.ts';
import { hashedInput } from './hashed-input.ts';
import type { Profile } from './profile.ts';
import { readAll } from './reading.ts';

export interface StateOptions {
  /** How messages call the trace. */
  name: string;
  profile?: Profile;
  /** Accesses and events to take; the state is that before the one with this index. Default: all. */
  at?: number;
  /** Called now and then with the number of accesses and events so far. */
  onProgress?(steps: number): void;
}

/** What the model holds at one moment of a trace. Plain data but for the snapshot's typed arrays. */
export interface TraceState {
  name: string;
  /** Empty when reading ended before the format was known. */
  format: string;
  /** Name of the profile in force; absent: none. */
  profile?: string;
  /** Accesses and events (no remarks) that the state comes from, counted as `index` in results.json. */
  steps: number;
  /** Whether the trace goes on after the state. */
  more: boolean;
  /** Of `steps`, what could not be attributed to any function, structure or mechanism. */
  undecoded: number;
  /** Whether the trace could be read to its end. */
  complete: boolean;
  /** What is wrong with the input, one sentence each with file and line; the first ones only. */
  problems: readonly string[];
  /** All of them. */
  problemCount: number;
  snapshot: ModelSnapshot;
}

const PROGRESS_INTERVAL = 1 << 14;

/**
 * Replays a trace up to a moment and says what the model holds then. The rest is read too, since what is wrong with a
 * trace is known at its end. A trace that cannot be read to its end is no error: what was good before is in the state,
 * and so are the `problems`. Any error is a bug of Barometer.
 */
export async function traceState(path: string, options: StateOptions): Promise<TraceState> {
  const replay = new StateReplay(options);
  const { input } = await hashedInput(path, options.name);
  const { problems, problemCount, complete } = await readAll(input, replay, options.name, options.profile);
  return replay.state(problems, problemCount, complete);
}

class StateReplay implements TraceSink {
  private readonly options: StateOptions;
  private model: Model | undefined;
  private format = '';
  private steps = 0;
  private more = false;

  constructor(options: StateOptions) {
    this.options = options;
  }

  header(header: TraceHeader): void {
    const { profile } = this.options;
    this.format = header.format;
    this.model = new Model({
      machine: { ...emptyMachine(), ...header.machine, ...profile?.machine },
      choices: profile?.choices ?? {},
      skip: new Set(),
      // What breaks a rule is the business of check; the model goes on with what it was told.
      divergence: () => {},
      note: () => {},
    });
  }

  access(access: Access): void {
    if (this.takes()) this.model?.access(access);
  }

  event(event: Located<Event>): void {
    if (event.kind !== 'remark' && this.takes()) this.model?.event(event);
  }

  state(problems: readonly string[], problemCount: number, complete: boolean): TraceState {
    const { name, profile } = this.options;
    const undecoded = [...(this.model?.statistics().undecoded.values() ?? [])];
    return {
      name,
      format: this.format,
      ...(profile === undefined ? {} : { profile: profile.name }),
      steps: this.steps,
      more: this.more,
      undecoded: undecoded.reduce((sum, count) => sum + count, 0),
      complete,
      problems,
      problemCount,
      snapshot: this.model?.snapshot() ?? { functions: [], ecam: [], quiet: 0, searches: 0, ports: false },
    };
  }

  /** Counts a step, unless the moment has come. */
  private takes(): boolean {
    if (this.steps === this.options.at) {
      this.more = true;
      return false;
    }
    if (++this.steps % PROGRESS_INTERVAL === 0) this.options.onProgress?.(this.steps);
    return true;
  }
}
