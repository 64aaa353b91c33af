import type { Access } from '../access/access.ts';
import type { Event, Located } from '../access/event.ts';
import { emptyMachine } from '../access/machine.ts';
import type { MachineDescription } from '../access/machine.ts';
import type { TraceHeader, TraceSink } from '../access/source.ts';
import type { Decoder, Reached } from '../model/decoder/decoder.ts';
import type { KnownFunction } from '../model/decoder/known-function.ts';
import { Model } from '../model/model.ts';
import type { Divergence } from '../model/verdict.ts';
import { judgeAtRest } from './at-rest.ts';
import { FindingTable } from './finding.ts';
import { hashedInput } from './hashed-input.ts';
import { KnownFindings } from './known-findings.ts';
import type { Profile } from './profile.ts';
import { readAll } from './reading.ts';
import type { Reading } from './reading.ts';
import type { JudgedFinding } from './trace-report.ts';

/** One answer or event that no rule allows, and the finding that it belongs to. */
export interface StepVerdict {
  divergence: Divergence;
  finding: JudgedFinding;
}

/** A dword of configuration space before an access: bits as they were last read or written, and which these are. */
export interface DwordBefore {
  value: number;
  known: number;
}

interface StepPlace {
  /** As `index` in results.json. */
  index: number;
  /** Line in the source, from 1; 0: none. */
  line: number;
  /** What came out while the model had it. */
  verdicts: readonly StepVerdict[];
  /** To be asked about the state behind the step, until the next one. */
  decoder: Decoder;
}

/** An access of a trace, with what it reaches. The access is used again for the next one. */
export interface AccessStep extends StepPlace {
  access: Access;
  reached: Reached;
  /** The dwords that a configuration access touches, before it; empty: nothing was known of the function. */
  before: readonly DwordBefore[];
  event?: undefined;
}

/** An event of a trace. */
export interface EventStep extends StepPlace {
  event: Located<Event>;
  access?: undefined;
}

export type Step = AccessStep | EventStep;

export interface StepsOptions {
  /** How messages call the trace. */
  name: string;
  profile?: Profile;
  onStep(step: Step): void;
  /** Called now and then with the number of accesses and events so far. */
  onProgress?(steps: number): void;
}

/** What is known when a trace has been read. */
export interface TraceSteps extends Reading {
  name: string;
  /** Empty when reading ended before the format was known. */
  format: string;
  /** Accesses and events. */
  steps: number;
  /** Verdicts about the machine as it was left. */
  last: readonly StepVerdict[];
  /** In the order of their first occurrence. */
  findings: readonly JudgedFinding[];
  /** Functions that the model takes to be there at the end, by their numbers. */
  functions: readonly number[];
}

const PROGRESS_INTERVAL = 1 << 14;
const NONE: readonly StepVerdict[] = [];
const UNKNOWN: readonly DwordBefore[] = [];

/**
 * Replays a trace as `check` does and hands over each access and event with what it reached. A trace that cannot be read to
 * its end is no error: what was good before has been handed over, and the `problems` say the rest.
 */
export async function traceSteps(path: string, options: StepsOptions): Promise<TraceSteps> {
  const replay = new StepReplay(options);
  const { input } = await hashedInput(path, options.name);
  return replay.end(await readAll(input, replay, options.name, options.profile));
}

class StepReplay implements TraceSink {
  private readonly options: StepsOptions;
  private readonly findings = new FindingTable();
  private readonly known: KnownFindings;
  private machine: MachineDescription = emptyMachine();
  private model: Model | undefined;
  private decoder: Decoder | undefined;
  private format = '';
  private steps = 0;
  private verdicts: StepVerdict[] = [];

  constructor(options: StepsOptions) {
    this.options = options;
    this.known = new KnownFindings(options.profile?.known);
  }

  header(header: TraceHeader): void {
    const { profile } = this.options;
    this.format = header.format;
    this.machine = { ...emptyMachine(), ...header.machine, ...profile?.machine };
    this.model = new Model({
      machine: this.machine,
      choices: profile?.choices ?? {},
      skip: new Set(),
      divergence: (divergence) => {
        const { finding } = this.findings.add(divergence);
        this.verdicts.push({ divergence, finding: this.known.judge(finding) });
      },
      note: () => {},
    });
    this.decoder = this.model.decoder();
  }

  access(access: Access): void {
    const { model, decoder } = this;
    if (model === undefined || decoder === undefined) throw new Error('a trace gave an access before its header');
    const reached = decoder.reached(access);
    const place = reached.kind === 'configuration' ? reached : undefined;
    const f = place === undefined ? undefined : decoder.find(place.bdf);
    const found = place === undefined || f === undefined ? UNKNOWN : dwordsBefore(f, place);
    model.access(access);
    // Only the access brings the model's routing up to date: the number may belong to another function by now.
    const before = place !== undefined && f?.isSame(decoder.find(place.bdf)) === true ? found : UNKNOWN;
    this.step({ index: this.steps, line: access.line, verdicts: this.came(), decoder, access, reached, before });
  }

  event(event: Located<Event>): void {
    const { model, decoder } = this;
    if (event.kind === 'remark') return;
    if (model === undefined || decoder === undefined) throw new Error('a trace gave an event before its header');
    model.event(event);
    this.step({ index: this.steps, line: event.line, verdicts: this.came(), decoder, event });
  }

  end(reading: Reading): TraceSteps {
    const { model, machine, options } = this;
    this.verdicts = [];
    model?.finish();
    // A trace that was cut or damaged does not show how the machine was left.
    if (model !== undefined && reading.complete && reading.problemCount === 0) {
      model.conclude(judgeAtRest(model.snapshot(), { machine, choices: options.profile?.choices ?? {} }));
    }
    return {
      ...reading,
      name: options.name,
      format: this.format,
      steps: this.steps,
      last: this.verdicts,
      findings: this.findings.list().map((finding) => this.known.judge(finding)),
      functions: model?.statistics().functions.map(({ bdf }) => bdf) ?? [],
    };
  }

  /** What came out since the last step. */
  private came(): readonly StepVerdict[] {
    return this.verdicts.length === 0 ? NONE : this.verdicts;
  }

  private step(step: Step): void {
    if (this.verdicts.length > 0) this.verdicts = [];
    this.options.onStep(step);
    if (++this.steps % PROGRESS_INTERVAL === 0) this.options.onProgress?.(this.steps);
  }
}

function dwordsBefore(f: KnownFunction, place: { offset: number; width: number }): readonly DwordBefore[] {
  const found: DwordBefore[] = [];
  const last = (place.offset + Math.max(place.width, 1) - 1) >>> 2;
  for (let d = place.offset >>> 2; d <= last; d++) found.push(f.dword(d));
  return found;
}
