/** What many lockstep runs on one target amount to, in the form of a report on one trace. */

import type { Access } from '../../access/access.ts';
import type { Event } from '../../access/event.ts';
import { CONFIG, MEMORY, PORT } from '../../access/access.ts';
import type { Space } from '../../access/access.ts';
import type { ModelStatistics } from '../../model/options.ts';
import type { Divergence, FunctionIdentity } from '../../model/verdict.ts';
import { FindingTable } from '../finding.ts';
import type { Finding } from '../finding.ts';
import { KnownFindings } from '../known-findings.ts';
import type { Profile } from '../profile.ts';
import type { AccessCount, JudgedFinding, TraceReport } from '../trace-report.ts';

const SPACE_NUMBERS = { port: PORT, memory: MEMORY, config: CONFIG } as const;
const SPACES = { [PORT]: 'port', [MEMORY]: 'memory', [CONFIG]: 'config' } as const;

/** What runs add to a report: counts, choices and findings, as plain data. */
export type TallyData = Pick<
  TraceReport,
  | 'accesses'
  | 'events'
  | 'accessCounts'
  | 'configurationReads'
  | 'configurationWrites'
  | 'absentReads'
  | 'memoryAccesses'
  | 'portAccesses'
  | 'messages'
  | 'bitsKnown'
  | 'bitsAnswered'
  | 'undecoded'
  | 'functions'
  | 'exercised'
  | 'parts'
  | 'learned'
  | 'excused'
> & { findings: readonly Finding[] };

/** What all runs on one target came to. */
export class Tally {
  /** @internal */
  readonly findings = new FindingTable();
  /** @internal */
  events = 0;
  private accesses = 0;
  private readonly counts = new Map<string, AccessCount>();
  private readonly exercised = new Map<string, number>();
  private readonly parts = new Set<string>();
  private readonly learned = new Map<string, string>();
  private readonly excused = new Map<string, Map<string, number>>();
  private readonly undecoded = new Map<string, number>();
  private readonly known: KnownFindings;
  private functions: readonly FunctionIdentity[] = [];
  private readonly sums = {
    configurationReads: 0,
    configurationWrites: 0,
    absentReads: 0,
    memoryAccesses: 0,
    portAccesses: 0,
    messages: 0,
    bitsKnown: 0,
    bitsAnswered: 0,
  };
  private readonly profile: Profile | undefined;

  /**
   * Rules that had something to judge.
   * @internal
   */
  get rulesExercised(): number {
    return this.exercised.size;
  }

  /** @internal */
  constructor(profile: Profile | undefined) {
    this.profile = profile;
    this.known = new KnownFindings(profile?.known);
  }

  /**
   * Sees each access and event of each run.
   * @internal
   */
  watch(what: Access | Event): void {
    if (!('space' in what)) {
      this.events++;
      return;
    }
    this.accesses++;
    this.countAccesses(what.space, what.write, what.width, 1);
  }

  private countAccesses(space: Space, write: boolean, width: number, count: number): void {
    const key = `${space} ${write} ${width}`;
    const seen = this.counts.get(key);
    if (seen !== undefined) seen.count += count;
    else this.counts.set(key, { space: SPACES[space], write, width, count });
  }

  /** @internal */
  divergence(divergence: Divergence): { finding: JudgedFinding; isNew: boolean } {
    const { finding, isNew } = this.findings.add(divergence);
    return { finding: this.known.judge(finding), isNew };
  }

  /**
   * Adds what one run's model says of itself.
   * @internal
   */
  add(statistics: ModelStatistics): void {
    this.functions = statistics.functions;
    this.addSums(statistics);
    addCounts(this.exercised, statistics.exercised);
    for (const part of statistics.parts) this.parts.add(part);
    addCounts(this.undecoded, statistics.undecoded);
    for (const [name, value] of statistics.learned) this.learned.set(name, value);
    for (const [choice, rules] of statistics.excused) addCounts(this.excusedBy(choice), rules);
  }

  /**
   * Adds what another tally came to.
   * @internal
   */
  merge(data: TallyData): void {
    this.accesses += data.accesses;
    this.events += data.events;
    for (const { space, write, width, count } of data.accessCounts)
      this.countAccesses(SPACE_NUMBERS[space], write, width, count);
    if (data.functions.length > 0) this.functions = data.functions;
    this.addSums(data);
    addCounts(this.exercised, Object.entries(data.exercised));
    for (const part of data.parts) this.parts.add(part);
    addCounts(this.undecoded, Object.entries(data.undecoded));
    for (const [name, value] of Object.entries(data.learned)) this.learned.set(name, value);
    for (const [choice, rules] of Object.entries(data.excused))
      addCounts(this.excusedBy(choice), Object.entries(rules));
    for (const finding of data.findings) this.findings.merge(finding);
  }

  /**
   * Adds findings that it has, by identity: how often they came again.
   * @internal
   */
  mergeAgain(again: Readonly<Record<string, number>>): void {
    for (const [id, count] of Object.entries(again)) this.findings.countAgain(id, count);
  }

  private addSums(more: Readonly<Record<keyof typeof this.sums, number>>): void {
    for (const name of Object.keys(this.sums) as (keyof typeof this.sums)[]) this.sums[name] += more[name];
  }

  private excusedBy(choice: string): Map<string, number> {
    const rules = this.excused.get(choice) ?? new Map<string, number>();
    this.excused.set(choice, rules);
    return rules;
  }

  /**
   * What the runs came to, as plain data.
   * @internal
   */
  data(): TallyData {
    return {
      accesses: this.accesses,
      events: this.events,
      accessCounts: [...this.counts.entries()]
        .toSorted(([one], [other]) => (one < other ? -1 : 1))
        .map(([, one]) => one),
      ...this.sums,
      undecoded: Object.fromEntries(this.undecoded),
      functions: [...this.functions],
      exercised: Object.fromEntries(this.exercised),
      parts: [...this.parts].toSorted(),
      learned: Object.fromEntries(this.learned),
      excused: Object.fromEntries([...this.excused].map(([choice, rules]) => [choice, Object.fromEntries(rules)])),
      findings: this.findings.list(),
    };
  }

  /** Plain data, as for a recorded trace. `name`: how it calls the target; `sha256`: of all that decides the runs. */
  report(name: string, sha256 = ''): TraceReport {
    return {
      name,
      sha256,
      format: 'lockstep',
      origin: {},
      ...(this.profile === undefined ? {} : { profile: this.profile.name }),
      complete: true,
      problems: [],
      problemCount: 0,
      lines: 0,
      unknownLines: 0,
      ...this.data(),
      declared: { ...this.profile?.choices },
      findings: this.findings.list().map((finding) => this.known.judge(finding)),
      notes: [],
      notesOmitted: 0,
    };
  }
}

function addCounts(sums: Map<string, number>, more: Iterable<readonly [string, number]>): void {
  for (const [name, count] of more) sums.set(name, (sums.get(name) ?? 0) + count);
}
