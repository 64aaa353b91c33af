/**
 * A campaign: lanes, played round by round by some players, then one finding of those that are alike made shorter. What comes of it
 * depends on the plan alone, not on how many play, in which order they end, or how often it was interrupted.
 */

import type { JudgedFinding } from '../check/trace-report.ts';
import { Outcome } from './outcome.ts';
import type { FoundInCampaign } from './outcome.ts';
import { budgetOf, lanesOf, wantedBy } from './plan.ts';
import type { Shard } from './plan.ts';
import { threadMember } from './players/member.ts';
import type { Member } from './players/member.ts';
import { END_NOW, END_SOON } from './players/player.ts';
import type { PlayerOptions } from './players/player.ts';
import type { Failure } from './reduce.ts';
import type { Round } from './round.ts';
import { failureKey } from './state/campaign-directory.ts';
import type { CampaignDirectory } from './state/campaign-directory.ts';

export interface CampaignOptions extends Omit<PlayerOptions, 'open' | 'patience' | 'directory'> {
  shard?: Shard | undefined;
  /** What is there counts as played. */
  directory: CampaignDirectory;
  /** Players, a thread each. */
  workers: number;
  /** Milliseconds after which no further round begins. */
  time?: number | undefined;
  /** Two numbers in shared memory: the first is the patience of whoever waits, the second is the campaign's own. */
  patience: Int32Array;
  onFinding: (finding: JudgedFinding) => void;
  /** Called after each round. */
  onStatus: (status: CampaignStatus) => void;
}

export interface CampaignStatus {
  /** Accesses of programs that count, and those of all players, by player, in this process. */
  asked: number;
  byPlayer: readonly number[];
  rounds: number;
  findings: number;
  /** Rules that had something to judge. */
  rules: number;
  /** What the model has seen so far: rules by state, and changes of state. */
  features: number;
  /** Stretches of steps that reached some of it first. */
  kept: number;
  /** What is done at present. */
  phase: 'search' | 'shrink';
}

/** Why it ended. */
export type CampaignEnd = 'accesses' | 'findings' | 'time' | 'interrupted' | 'nothing left';

export interface CampaignResult {
  outcome: Outcome;
  /** In order, one of those that are alike; of what was not made shorter there is none. */
  failures: Failure[];
  end: CampaignEnd;
}

/** One lane on its way. */
interface Track {
  lane: number;
  rounds: number;
  ended: boolean;
  isPlayed: boolean;
  /** Who has its state in memory. */
  holder: number | undefined;
}

/** Rounds that a player's own lanes may be ahead of others before it takes over one of those. */
const AHEAD_AT_MOST = 4;

function leastAdvanced([first, ...rest]: readonly Track[]): Track | undefined {
  return rest.reduce((best, track) => (track.rounds < best!.rounds ? track : best), first);
}

/** Rejects with the system's error where the directory cannot be written; what it holds is whole then. */
export async function runCampaign(options: CampaignOptions): Promise<CampaignResult> {
  return new Campaign(options).run();
}

class Campaign {
  private readonly options: CampaignOptions;
  private readonly outcome: Outcome;
  private readonly tracks: Track[];
  private readonly members: Member[];
  private readonly byPlayer: number[];
  private isOver = false;

  constructor(options: CampaignOptions) {
    const { plan, shard, workers } = options;
    this.options = options;
    const lanes = lanesOf(plan, shard);
    this.outcome = new Outcome(lanes, plan.profile ?? undefined, wantedBy(plan), (finding) =>
      options.onFinding(finding),
    );
    this.tracks = lanes.map((lane) => this.recovered(lane));
    this.members = Array.from({ length: Math.min(workers, lanes.length) }, () => this.member());
    this.byPlayer = this.members.map(() => 0);
  }

  async run(): Promise<CampaignResult> {
    const { time, patience } = this.options;
    const timer = time === undefined ? undefined : setTimeout(() => (this.isOver = true), time);
    try {
      await this.byAll((_, player) => this.play(player));
      const end = this.endOf();
      this.outcome.finish();
      Atomics.store(patience, 1, 0);
      const failures = await this.shorten();
      return { outcome: this.outcome, failures, end: this.isInterrupted() ? 'interrupted' : end };
    } finally {
      clearTimeout(timer);
      await Promise.all(this.members.map((member) => member.close()));
    }
  }

  /** A lane as the directory has it. */
  private recovered(lane: number): Track {
    const rounds = this.options.directory.recoverRounds(lane);
    for (const round of rounds) this.outcome.add(round);
    return {
      lane,
      rounds: rounds.length,
      ended: rounds.at(-1)?.ended ?? false,
      isPlayed: false,
      holder: undefined,
    };
  }

  private member(): Member {
    const { plan, reproduce, directory, patience, onTrace } = this.options;
    const data = { plan, reproduce, directory: directory.path, patience, record: onTrace !== undefined };
    return threadMember(data, onTrace);
  }

  /** All members at work; the first who fails makes the others end. */
  private async byAll(work: (member: Member, player: number) => Promise<void>): Promise<void> {
    const { patience } = this.options;
    const all = this.members.map(async (member, player) => {
      try {
        await work(member, player);
      } catch (error) {
        this.isOver = true;
        Atomics.store(patience, 1, END_NOW);
        throw error;
      }
    });
    const failed = (await Promise.allSettled(all)).find((one) => one.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  private async play(player: number): Promise<void> {
    for (let track = this.nextFor(player); track !== undefined; track = this.nextFor(player)) {
      track.isPlayed = true;
      track.holder = player;
      const round = await this.members[player]!.round(track.lane, track.rounds);
      track.isPlayed = false;
      this.byPlayer[player]! += round.asked;
      this.take(round, track);
    }
  }

  private take(round: Round, track: Track): void {
    if (!round.cut) {
      this.options.directory.appendRound(round);
      track.rounds++;
      track.ended = round.ended;
    }
    this.outcome.add(round);
    this.tell('search');
    // What the others are at does not count any more.
    if (this.outcome.complete) Atomics.store(this.options.patience, 1, END_NOW);
  }

  /** The lane that is least advanced, as a rule of those that nobody else has in memory. */
  private nextFor(player: number): Track | undefined {
    if (this.isOver || this.outcome.complete || this.isInterrupted()) return undefined;
    const open = this.tracks.filter(({ ended, isPlayed }) => !ended && !isPlayed);
    const near = open.filter(({ holder }) => holder === undefined || holder === player);
    const mine = leastAdvanced(near);
    const all = leastAdvanced(open);
    // Rounds wait for those before them: nobody runs far ahead.
    const isAhead = mine !== undefined && all !== undefined && mine.rounds - all.rounds > AHEAD_AT_MOST;
    return mine === undefined || isAhead ? all : mine;
  }

  private isInterrupted(): boolean {
    return Atomics.load(this.options.patience, 0) >= END_SOON;
  }

  private endOf(): CampaignEnd {
    if (this.outcome.complete) return 'findings';
    // Neither the clock nor a signal has ended what was over.
    if (this.tracks.some(({ ended }) => !ended)) return this.isInterrupted() ? 'interrupted' : 'time';
    const { plan } = this.options;
    const budget = this.tracks.reduce((sum, { lane }) => sum + budgetOf(plan, lane), 0);
    return this.outcome.asked >= budget ? 'accesses' : 'nothing left';
  }

  private async shorten(): Promise<Failure[]> {
    const { directory } = this.options;
    const done = directory.recoverFailures();
    const { firsts } = this.outcome;
    const left = firsts.filter((found) => !done.has(failureKey(found, found.finding.id)));
    await this.byAll(async (member) => {
      for (let found = this.nextOf(left); found !== undefined; found = this.nextOf(left)) {
        const failure = await member.reduce(found);
        done.set(failureKey(found, found.finding.id), failure);
        // Nobody had the patience to make it shorter: whoever goes on will.
        if (this.patience() === 0) directory.appendFailure(found, failure);
        this.tell('shrink');
      }
    });
    return firsts.flatMap((found) => done.get(failureKey(found, found.finding.id)) ?? []);
  }

  private nextOf(left: FoundInCampaign[]): FoundInCampaign | undefined {
    return this.patience() >= END_NOW ? undefined : left.shift();
  }

  /** How much of it is lost: of whoever waits, or of the campaign itself. */
  private patience(): number {
    const { patience } = this.options;
    return Math.max(Atomics.load(patience, 0), Atomics.load(patience, 1));
  }

  private tell(phase: CampaignStatus['phase']): void {
    const { asked, rounds, found, tally, features, kept } = this.outcome;
    const { onStatus } = this.options;
    onStatus({
      asked,
      byPlayer: this.byPlayer,
      rounds,
      findings: found.length,
      rules: tally.rulesExercised,
      features: features.size,
      kept: kept.length,
      phase,
    });
  }
}
