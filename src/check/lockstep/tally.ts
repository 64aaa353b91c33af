/** What many lockstep runs on one target amount to, in the form of a report on one trace. */

import type { Access } from '../../access/access.ts';
import type { Event } from '../../access/event.ts';
import { CONFIG, MEMORY, PORT } from '../../access/access.ts';
import type { ModelStatistics } from '../../model/options.ts';
import type { Divergence } from '../../model/verdict.ts';
import { FindingTable } from '../finding.ts';
import { KnownFindings } from '../known-findings.ts';
import type { Profile } from '../profile.ts';
import type { AccessCount, JudgedFinding, TraceReport } from '../trace-report.ts';

const SPACES = { [PORT]: 'port', [MEMORY]: 'memory', [CONFIG]: 'config' } as const;

/** What all runs on one target came to. */
export class Tally {
  /** @internal */
  readonly findings = new FindingTable();
  /** @internal */
  events = 0;
  private accesses = 0;
  private readonly counts = new Map<string, AccessCount>();
  private readonly exercised = new Map<string, number>();
  private readonly learned = new Map<string, string>();
  private readonly excused = new Map<string, Map<string, number>>();
  private readonly undecoded = new Map<string, number>();
  private readonly known: KnownFindings;
  private last: ModelStatistics | undefined;
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
    const key = `${what.space} ${what.write} ${what.width}`;
    const seen = this.counts.get(key);
    if (seen !== undefined) seen.count++;
    else this.counts.set(key, { space: SPACES[what.space], write: what.write, width: what.width, count: 1 });
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
    this.last = statistics;
    const { sums } = this;
    for (const name of Object.keys(sums) as (keyof typeof sums)[]) sums[name] += statistics[name];
    for (const [rule, count] of statistics.exercised) this.exercised.set(rule, (this.exercised.get(rule) ?? 0) + count);
    for (const [name, value] of statistics.learned) this.learned.set(name, value);
    for (const [reason, count] of statistics.undecoded)
      this.undecoded.set(reason, (this.undecoded.get(reason) ?? 0) + count);
    for (const [choice, rules] of statistics.excused) {
      const mine = this.excused.get(choice) ?? new Map<string, number>();
      this.excused.set(choice, mine);
      for (const [rule, count] of rules) mine.set(rule, (mine.get(rule) ?? 0) + count);
    }
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
      accesses: this.accesses,
      events: this.events,
      accessCounts: [...this.counts.entries()]
        .toSorted(([one], [other]) => (one < other ? -1 : 1))
        .map(([, one]) => one),
      ...this.sums,
      undecoded: Object.fromEntries(this.undecoded),
      functions: [...(this.last?.functions ?? [])],
      exercised: Object.fromEntries(this.exercised),
      declared: { ...this.profile?.choices },
      learned: Object.fromEntries(this.learned),
      excused: Object.fromEntries([...this.excused].map(([choice, rules]) => [choice, Object.fromEntries(rules)])),
      findings: this.findings.list().map((finding) => this.known.judge(finding)),
      notes: [],
      notesOmitted: 0,
    };
  }
}
