/** What a campaign has come to: its rounds, added up in the order of round and lane, whenever they come in. */

import { firstsOf } from '../check/alike.ts';
import { Tally } from '../check/lockstep/tally.ts';
import { KnownFindings } from '../check/known-findings.ts';
import type { Profile } from '../check/profile.ts';
import type { JudgedFinding } from '../check/trace-report.ts';
import { Curve } from './curve.ts';
import type { Found } from './lane.ts';
import { foundIn } from './round.ts';
import type { KeptText, Round } from './round.ts';

/** Something new in a campaign, and where: the first in the order of round and lane. */
export interface FoundInCampaign extends Found {
  lane: number;
  round: number;
}

export class Outcome {
  readonly tally: Tally;
  /** Accesses that programs asked for. */
  asked = 0;
  sweepAccesses = 0;
  rounds = 0;
  /** Seeds of the corpus that had their turn, and those of them that could not be bound. */
  seeds = 0;
  unbound = 0;
  /** What was reached, where it was looked at, and the stretches of steps that reached something first, as text. */
  readonly features = new Set<number>();
  readonly kept: KeptText[] = [];
  /** In order. */
  readonly found: FoundInCampaign[] = [];
  /** How it went. */
  readonly curve = new Curve();
  /** As many findings as were wanted: what comes later does not count. */
  complete = false;
  private readonly known: KnownFindings;
  private readonly wanted: number;
  private readonly onFinding: (finding: JudgedFinding) => void;
  private readonly lanes: readonly number[];
  /** Rounds that wait for those before them, by lane. */
  private readonly waiting = new Map<number, Round[]>();
  private readonly ended = new Set<number>();
  private readonly seen = new Set<string>();
  /** Place in `lanes` of the next round. */
  private turn = 0;

  /** `lanes`: their numbers, ascending. `wanted`: new findings after which it is complete. */
  constructor(
    lanes: readonly number[],
    profile: Profile | undefined,
    wanted: number,
    onFinding: (finding: JudgedFinding) => void = () => undefined,
  ) {
    this.lanes = lanes;
    this.tally = new Tally(profile);
    this.known = new KnownFindings(profile?.known);
    this.wanted = wanted;
    this.onFinding = onFinding;
    for (const lane of lanes) this.waiting.set(lane, []);
  }

  /** Of what was found, what is made shorter: the first of those that are alike. A part of a campaign has these, too. */
  get firsts(): FoundInCampaign[] {
    return firstsOf(this.found, ({ finding }) => finding.first);
  }

  /** Takes a round; of one lane they come in their order. */
  add(round: Round): void {
    this.waiting.get(round.lane)!.push(round);
    for (let next = this.next(); next !== undefined && !this.complete; next = this.next()) this.count(next);
  }

  /** Counts what waits, though rounds before it have not been played. */
  finish(): void {
    const rest = [...this.waiting.values()].flat();
    for (const round of rest.toSorted((one, other) => one.round - other.round || one.lane - other.lane))
      if (!this.complete) this.count(round);
    for (const queue of this.waiting.values()) queue.length = 0;
  }

  /** The next round in the order, if it is there. */
  private next(): Round | undefined {
    for (let skipped = 0; skipped < this.lanes.length; skipped++) {
      const lane = this.lanes[this.turn]!;
      const queue = this.waiting.get(lane)!;
      if (queue.length === 0 && !this.ended.has(lane)) return undefined;
      this.turn = (this.turn + 1) % this.lanes.length;
      if (queue.length > 0) return queue.shift();
    }
    return undefined;
  }

  private learn({ taught }: Round): void {
    if (taught === null) return;
    for (const one of taught.kept) {
      if (one.features.every((feature) => this.features.has(feature))) continue;
      if (!one.isSeed) this.kept.push(one);
      for (const feature of one.features) this.features.add(feature);
    }
    for (const feature of taught.features) this.features.add(feature);
  }

  private count(round: Round): void {
    if (round.ended) this.ended.add(round.lane);
    this.rounds++;
    this.asked += round.asked;
    this.sweepAccesses += round.sweepAccesses;
    this.seeds += round.seeds;
    this.unbound += round.unbound;
    this.learn(round);
    this.tally.merge(round);
    this.tally.mergeAgain(round.again);
    for (const one of round.found) {
      if (this.seen.has(one.id)) continue;
      this.seen.add(one.id);
      const { id, ...found } = foundIn(round, one);
      const finding = this.known.judge(round.findings.find((candidate) => candidate.id === id)!);
      this.found.push({ ...found, finding, lane: round.lane, round: round.round });
      this.onFinding(finding);
    }
    this.complete = this.found.length >= this.wanted;
    this.curve.add(this.asked, {
      'rules exercised': this.tally.rulesExercised,
      'features reached': this.features.size,
      'new findings': this.found.length,
    });
  }
}
