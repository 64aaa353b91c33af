/** Who plays the rounds of a campaign and makes its findings shorter: one lane at a time, in the thread that asks. */

import type { TrialOptions } from '../../check/lockstep/trial.ts';
import { Tally } from '../../check/lockstep/tally.ts';
import { newLane } from '../lane.ts';
import type { Found, LaneState } from '../lane.ts';
import { budgetOf, wantedBy } from '../plan.ts';
import type { Plan } from '../plan.ts';
import { itself, reducing } from '../reduce.ts';
import type { Failure } from '../reduce.ts';
import { parseScenario } from '../../scenario/grammar.ts';
import type { Program } from '../../scenario/steps.ts';
import { advance, playRound } from '../round.ts';
import type { Round } from '../round.ts';
import { readRounds } from '../state/journal.ts';
import { fullStrategy } from '../strategy.ts';
import type { Strategy } from '../strategy.ts';

/** How far somebody who waits has lost patience, in numbers from 0: a campaign ends after the machine, or at once. */
export const END_SOON = 1;
export const END_NOW = 2;

export interface PlayerOptions {
  plan: Plan;
  /** Makes a fresh machine. */
  open: TrialOptions['open'];
  /** Where the campaign is kept, for rounds that others have played; undefined: there are none. */
  directory: string | undefined;
  /** Whether findings are made into lines of the target protocol, too. */
  reproduce: boolean;
  /** 0, END_SOON or END_NOW; asked again and again. */
  patience: () => number;
  /** Gets the trace of each machine of a lane, from number 1 on. */
  onTrace?: ((trace: string, lane: number, machine: number) => void) | undefined;
}

export class Player {
  private readonly options: PlayerOptions;
  private readonly strategy: Strategy;
  private readonly lanes = new Map<number, { state: LaneState; rounds: number }>();

  constructor(options: PlayerOptions) {
    this.options = options;
    this.strategy = fullStrategy(options.plan.maxSteps, options.plan.guided);
  }

  /** Round `number` of a lane; it yields after each program. */
  *round(lane: number, number: number): Generator<void, Round, void> {
    const { plan, patience, onTrace } = this.options;
    const state = this.stateOf(lane, number);
    const round = yield* playRound(state, lane, number, {
      ...this.trial(),
      seed: plan.seed,
      accesses: budgetOf(plan, lane),
      checked: Number.POSITIVE_INFINITY,
      wanted: wantedBy(plan),
      strategy: this.strategy,
      seeds: this.seedsOf(lane, state.seeds),
      hasStarted: true,
      tally: () => new Tally(plan.profile ?? undefined),
      halted: () => patience() >= END_SOON,
      stopped: () => patience() >= END_NOW,
      ...(onTrace === undefined ? {} : { onTrace: (trace: string, machine: number) => onTrace(trace, lane, machine) }),
    });
    // What is cut is played again by whoever goes on.
    if (round.cut) this.lanes.delete(lane);
    else this.lanes.set(lane, { state, rounds: number + 1 });
    return round;
  }

  /** The shortest program for a finding; it yields after each run. */
  *reduce(found: Found): Generator<void, Failure, void> {
    const { plan, reproduce, patience } = this.options;
    return yield* reducing(
      found,
      {
        ...this.trial(),
        shrinkRuns: plan.shrinkRuns,
        reproduce,
        stopped: () => patience() >= END_SOON,
      },
      itself(found.finding),
    );
  }

  /** A lane's share of the corpus; empty when `played` of them are all. */
  private seedsOf(lane: number, played: number): Program[] {
    const { corpus, lanes } = this.options.plan;
    const share = (corpus ?? []).filter((_, entry) => entry % lanes === lane);
    return share.length <= played ? [] : share.map((text) => parseScenario(text).program);
  }

  private trial(): TrialOptions {
    const { open, plan } = this.options;
    return { open, choices: plan.profile?.choices ?? {}, skip: new Set(plan.skip) };
  }

  /** Where a lane stands before a round: as this player has left it, or as the journal says. */
  private stateOf(lane: number, rounds: number): LaneState {
    const mine = this.lanes.get(lane);
    if (mine?.rounds === rounds) return mine.state;
    const state = newLane(true);
    const { directory } = this.options;
    const played = directory === undefined ? [] : readRounds(directory, lane).slice(0, rounds);
    if (played.length < rounds) throw new Error(`lane ${lane} has lost rounds: ${rounds} were played`);
    for (const round of played) advance(state, round);
    return state;
  }
}
