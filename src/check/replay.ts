import { Readable } from 'node:stream';
import { CONFIG, MEMORY, PORT } from '../access/access.ts';
import type { Access } from '../access/access.ts';
import type { Event, Located } from '../access/event.ts';
import { emptyMachine } from '../access/machine.ts';
import type { MachineDescription } from '../access/machine.ts';
import type { TraceInput } from '../trace/index.ts';
import type { TraceHeader, TraceSink } from '../access/source.ts';
import { Model } from '../model/model.ts';
import type { ModelStatistics } from '../model/options.ts';
import { judgeAtRest } from './at-rest.ts';
import { FindingTable } from './finding.ts';
import { KnownFindings } from './known-findings.ts';
import { hashedInput } from './hashed-input.ts';
import { NoteTable } from './note-table.ts';
import type { Profile } from './profile.ts';
import { readAll } from './reading.ts';
import { TimelineRecorder } from './timeline/recorder.ts';
import type { Reading } from './reading.ts';
import type { AccessCount, JudgedFinding, TraceReport } from './trace-report.ts';

/** How a trace is replayed. */
export interface ReplayOptions {
  /** How the report calls the trace. Default: its path. */
  name?: string | undefined;
  /** What is stated about the target. Default: nothing. */
  profile?: Profile;
  /** Ids of rules that are not judged. Default: none. */
  skip?: ReadonlySet<string> | undefined;
  /** Called at the first occurrence of each finding, while the trace is being read. */
  onFinding?(finding: JudgedFinding): void;
  /** Called now and then with the number of accesses so far. */
  onProgress?(accesses: number): void;
  /** Whether the report has a timeline. Default: no. */
  timeline?: boolean;
  /** Ends the replay early. */
  signal?: AbortSignal;
}

/** The run was asked to stop by the signal of its options. */
export class InterruptedError extends Error {
  constructor() {
    super('interrupted');
    this.name = 'InterruptedError';
  }
}

/** Accesses between two looks at the signal and two words of progress. */
const PROGRESS_INTERVAL = 1 << 14;

/** A trace that says more of itself than this is noise. */
const ORIGIN_AT_MOST = 64;

/**
 * Feeds one trace to a model of its own and reports. A trace that cannot be read to its end is no error here: what
 * was good before is in the report, and so are the `problems`. Throws an InterruptedError when the signal says so; any other
 * error is a bug of Barometer.
 */
export async function replayTrace(path: string, options: ReplayOptions = {}): Promise<TraceReport> {
  const { name = path } = options;
  const replay = new Replay({ ...options, name });
  const { input, sha256 } = await hashedInput(path, name);
  // An input that stands still (a pipe whose writer waits) must not hold up the user who wants to stop.
  const reading = await unlessInterrupted(readAll(input, replay, name, options.profile), options.signal);
  return replay.report(sha256(), reading);
}

/**
 * The same for a trace that is at hand. `choices`: what holds for the target, without a profile.
 * @internal
 */
export async function replayText(
  text: string,
  options: ReplayOptions & { name: string; choices?: Readonly<Record<string, string>> | undefined },
): Promise<TraceReport> {
  const input: TraceInput = { stream: Readable.from([Buffer.from(text)]), name: options.name };
  const replay = new Replay(options);
  return replay.report('', await readAll(input, replay, options.name, options.profile));
}

/**
 * What `work` gives, or an InterruptedError as soon as the signal says so. One signal serves many traces, so it does not keep a
 * listener.
 */
function unlessInterrupted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(new InterruptedError());
    signal?.addEventListener('abort', onAbort, { once: true });
    void work.then(resolve, reject).finally(() => signal?.removeEventListener('abort', onAbort));
  });
}

class Replay implements TraceSink {
  private readonly options: Parameters<typeof replayText>[1];
  private readonly findings = new FindingTable();
  private readonly notes = new NoteTable();
  private readonly known: KnownFindings;
  private readonly counts = new Int32Array(3 * 2 * 16);
  private model: Model | undefined;
  private recorder: TimelineRecorder | undefined;
  private machine: MachineDescription | undefined;
  private traceHeader: TraceHeader | undefined;
  private accesses = 0;
  private events = 0;

  constructor(options: Parameters<typeof replayText>[1]) {
    this.options = options;
    this.known = new KnownFindings(options.profile?.known);
  }

  header(header: TraceHeader): void {
    this.traceHeader = header;
    // The profile is written by people who know the machine: it has the last word.
    this.machine = { ...emptyMachine(), ...header.machine, ...this.options.profile?.machine };
    if (this.options.timeline === true) this.recorder = new TimelineRecorder(this.machine);
    this.model = new Model({
      watcher: this.recorder,
      machine: this.machine,
      choices: this.options.choices ?? this.options.profile?.choices ?? {},
      skip: this.options.skip,
      divergence: (divergence) => {
        const { finding, isNew } = this.findings.add(divergence);
        if (isNew) this.recorder?.found(finding.id);
        if (isNew) this.options.onFinding?.(this.known.judge(finding));
      },
      note: (note) => this.notes.add(note),
    });
    this.recorder?.follow(this.model.queries());
  }

  access(access: Access): void {
    const slot = (access.space << 5) | (access.write ? 16 : 0) | access.width;
    this.counts[slot] = (this.counts[slot] as number) + 1;
    if (++this.accesses % PROGRESS_INTERVAL === 0) this.tick();
    this.recorder?.access(access);
    this.started().access(access);
    this.recorder?.done();
  }

  event(event: Located<Event>): void {
    if (event.kind === 'remark') return;
    this.events++;
    this.recorder?.event(event);
    this.started().event(event);
    this.recorder?.happened(event);
  }

  report(sha256: string, reading: Reading): TraceReport {
    const statistics = this.finish(reading);
    return {
      name: this.options.name,
      sha256,
      format: this.traceHeader?.format ?? '',
      origin: Object.fromEntries([...(this.traceHeader?.origin ?? [])].slice(0, ORIGIN_AT_MOST)),
      ...(this.options.profile === undefined ? {} : { profile: this.options.profile.name }),
      ...reading,
      accesses: this.accesses,
      events: this.events,
      accessCounts: this.accessCounts(),
      configurationReads: statistics?.configurationReads ?? 0,
      configurationWrites: statistics?.configurationWrites ?? 0,
      absentReads: statistics?.absentReads ?? 0,
      memoryAccesses: statistics?.memoryAccesses ?? 0,
      portAccesses: statistics?.portAccesses ?? 0,
      messages: statistics?.messages ?? 0,
      undecoded: Object.fromEntries(statistics?.undecoded ?? []),
      functions: [...(statistics?.functions ?? [])],
      exercised: Object.fromEntries(statistics?.exercised ?? []),
      parts: [...(statistics?.parts ?? [])].toSorted(),
      declared: { ...this.options.profile?.choices },
      learned: Object.fromEntries(statistics?.learned ?? []),
      excused: Object.fromEntries(
        [...(statistics?.excused ?? [])].map(([choice, rules]) => [choice, Object.fromEntries(rules)]),
      ),
      bitsKnown: statistics?.bitsKnown ?? 0,
      bitsAnswered: statistics?.bitsAnswered ?? 0,
      findings: this.findings.list().map((finding) => this.known.judge(finding)),
      notes: this.notes.list(),
      notesOmitted: this.notes.omitted,
      ...(this.recorder === undefined ? {} : { timeline: this.recorder.finish() }),
    };
  }

  private finish(reading: Reading): ModelStatistics | undefined {
    this.model?.finish();
    // A trace that was cut or damaged does not show how the machine was left.
    if (this.model !== undefined && this.machine !== undefined && reading.complete && reading.problemCount === 0) {
      const { machine } = this;
      const choices = this.options.choices ?? this.options.profile?.choices ?? {};
      this.model.conclude(judgeAtRest(this.model.snapshot(), { machine, choices }));
    }
    return this.model?.statistics();
  }

  private started(): Model {
    if (this.model === undefined) throw new Error('a trace gave an access before its header');
    return this.model;
  }

  private tick(): void {
    if (this.options.signal?.aborted === true) throw new InterruptedError();
    this.options.onProgress?.(this.accesses);
  }

  private accessCounts(): AccessCount[] {
    const names = { [PORT]: 'port', [MEMORY]: 'memory', [CONFIG]: 'config' } as const;
    const list: AccessCount[] = [];
    for (const space of [CONFIG, MEMORY, PORT] as const) {
      for (const write of [false, true]) {
        for (let width = 0; width <= 8; width++) {
          const count = this.counts[(space << 5) | (write ? 16 : 0) | width] as number;
          if (count > 0) list.push({ space: names[space], write, width, count });
        }
      }
    }
    return list;
  }
}
