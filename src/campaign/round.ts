/**
 * A round: some machines of a lane, and all that they came to as plain data. A campaign is what its rounds add up to in the
 * order of round and lane, so it does not matter who plays them, when and where; what has been played need not be
 * played again.
 */

import type { Tally, TallyData } from '../check/lockstep/tally.ts';
import type { Finding } from '../check/finding.ts';
import { formatScenario, parseScenario } from '../scenario/grammar.ts';
import type { Program } from '../scenario/steps.ts';
import { STEP_WORDS, stepCount } from '../scenario/steps.ts';
import type { Kept, Learned, Yield } from './feedback/feedback.ts';
import { playMachine } from './lane.ts';
import type { Found, LaneOptions, LaneState } from './lane.ts';

/** Something that was new to the lane and to the profile. */
export interface FoundInRound {
  id: string;
  /** Accesses of the lane's programs until then. */
  accesses: number;
  /** Which of `programs` came to it, and after how many of its steps. */
  program: number;
  steps: number;
}

/** What a round adds to its campaign: plain data. `accesses` are those of all kinds. */
export interface Round extends TallyData {
  lane: number;
  /** From 0. */
  round: number;
  machines: number;
  /** Accesses that programs asked for. */
  asked: number;
  /** Accesses of enumeration and of looks. */
  sweepAccesses: number;
  /** Seeds of the corpus that had their turn, and those of them that could not be bound. */
  seeds: number;
  unbound: number;
  /** The lane has spent its budget, or has nothing more to do. */
  ended: boolean;
  /** It was interrupted between two machines, and is no round of the sequence. */
  cut: boolean;
  /** Findings that the lane has not had before. */
  findings: readonly Finding[];
  /** How often the others came again, by identity. */
  again: Readonly<Record<string, number>>;
  found: readonly FoundInRound[];
  /** As text. */
  programs: readonly string[];
  /** What its machines taught; null: nobody wanted to know. */
  taught: Taught | null;
}

/** `Kept` as plain data. */
export interface KeptText extends Omit<Kept, 'program'> {
  scenario: string;
}

/** `Learned` as plain data. */
interface Taught {
  features: readonly number[];
  kept: readonly KeptText[];
  yields: Readonly<Record<string, Yield>>;
  judged: Readonly<Record<string, number>>;
}

/** After so many rounds their length doubles, up to a bound: a long campaign has few records, a short one ends soon. */
const DOUBLES_EVERY = 16;
const MACHINES_AT_MOST = 16;

const machinesOf = (round: number): number => Math.min(MACHINES_AT_MOST, 2 ** Math.floor(round / DOUBLES_EVERY));

/** How a round ends before its time. */
export interface RoundOptions extends LaneOptions {
  /** A tally for each round. */
  tally(): Tally;
  /** Asked between machines; true ends the round there, cut. */
  halted?(): boolean;
}

/** Plays the next round of a lane, and carries the lane's state on. It yields after each program. */
export function* playRound(
  lane: LaneState,
  number: number,
  round: number,
  options: RoundOptions,
): Generator<void, Round, void> {
  const tally = options.tally();
  const before = { ...lane, known: new Set(lane.known) };
  const found: FoundInRound[] = [];
  const programs: string[] = [];
  const most = machinesOf(round);
  const lessons: Learned[] = [];
  const onLearned = (learned: Learned): void => void lessons.push(learned);
  const isHalted = (): boolean => options.halted?.() === true || options.stopped?.() === true;
  while (lane.machines - before.machines < most && !lane.ended && !isHalted()) {
    const ofMachine = yield* playMachine(lane, number, { ...options, onLearned }, tally);
    if (ofMachine.length === 0) continue;
    for (const { finding, program, accesses } of ofMachine)
      found.push({ id: finding.id, accesses, program: programs.length, steps: stepCount(program) });
    // The programs of one machine begin alike.
    programs.push(formatScenario(ofMachine.at(-1)!.program));
  }
  const data = tally.data();
  const taught = lane.feedback === undefined ? null : taughtBy(lessons);
  lane.feedback?.trim();
  const machines = lane.machines - before.machines;
  return {
    lane: number,
    round,
    machines,
    asked: lane.accesses - before.accesses,
    ...data,
    sweepAccesses: lane.sweepAccesses - before.sweepAccesses,
    seeds: lane.seeds - before.seeds,
    unbound: lane.unbound - before.unbound,
    ended: lane.ended,
    cut: options.stopped?.() === true || (machines < most && !lane.ended),
    findings: data.findings.filter(({ id }) => !before.known.has(id)),
    again: Object.fromEntries(
      data.findings.filter(({ id }) => before.known.has(id)).map(({ id, count }) => [id, count]),
    ),
    found,
    programs,
    taught,
  };
}

function taughtBy(lessons: readonly Learned[]): Taught {
  const yields: Record<string, Yield> = {};
  const judged: Record<string, number> = {};
  for (const lesson of lessons) {
    for (const [name, { accesses, features }] of lesson.yields) {
      const sum = (yields[name] ??= { accesses: 0, features: 0 });
      sum.accesses += accesses;
      sum.features += features;
    }
    for (const [rule, steps] of lesson.judged) judged[rule] = (judged[rule] ?? 0) + steps;
  }
  return {
    features: [...new Set(lessons.flatMap(({ features }) => features))],
    kept: lessons.flatMap(({ kept }) =>
      kept.map(({ program, ...rest }) => ({ scenario: formatScenario(program), ...rest })),
    ),
    yields,
    judged,
  };
}

/** A lane learns from a round that somebody else has played what it would have learned by playing it. */
function learn({ feedback }: LaneState, taught: Taught | null): void {
  if (taught === null) return;
  const { features, kept, yields, judged } = taught;
  feedback?.add({
    features: [...features],
    kept: kept.map(({ scenario, ...rest }) => ({ program: parseScenario(scenario).program, ...rest })),
    yields: new Map(Object.entries(yields)) as Learned['yields'],
    judged: new Map(Object.entries(judged)),
  });
  feedback?.trim();
}

/** What was found, with the program that came to it. */
export function foundIn(
  round: Round,
  { id, accesses, program, steps }: FoundInRound,
): Omit<Found, 'finding'> & { id: string } {
  const whole: Program = parseScenario(round.programs[program] as string).program;
  return { id, accesses, program: whole.slice(0, steps * STEP_WORDS) };
}

/** Carries a lane's state on over a round that somebody else has played. */
export function advance(lane: LaneState, round: Round): void {
  lane.machines += round.machines;
  lane.accesses += round.asked;
  lane.sweepAccesses += round.sweepAccesses;
  lane.seeds += round.seeds;
  lane.unbound += round.unbound;
  for (const { id } of round.findings) lane.known.add(id);
  lane.findings += round.found.length;
  lane.ended = round.ended;
  learn(lane, round.taught);
}
