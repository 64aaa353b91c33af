/** A campaign of one lane: programs by chance on a target in lockstep, until the budget is spent. */

import type { Target } from '../access/target.ts';
import { TargetDied } from '../access/target-died.ts';
import { findingOf } from '../check/finding.ts';
import { KnownFindings } from '../check/known-findings.ts';
import { refuseUnknown } from '../check/refuse-unknown.ts';
import { deathDivergence } from '../check/lockstep/death.ts';
import { Lockstep } from '../check/lockstep/lockstep.ts';
import { Recording } from '../check/lockstep/recording.ts';
import { Session } from '../check/lockstep/session.ts';
import { Tally } from '../check/lockstep/tally.ts';
import { trial } from '../check/lockstep/trial.ts';
import type { TrialOptions, Wanted } from '../check/lockstep/trial.ts';
import { reproducing } from '../check/reproduce/reproduce.ts';
import type { Reproducer } from '../check/reproduce/reproduce.ts';
import { shrinking } from '../check/shrink.ts';
import type { JudgedFinding } from '../check/trace-report.ts';
import type { Profile } from '../check/profile.ts';
import type { Divergence } from '../model/verdict.ts';
import { randomStream } from '../core/random.ts';
import { formatScenario } from '../scenario/grammar.ts';
import type { Program } from '../scenario/steps.ts';
import { STEP_WORDS } from '../scenario/steps.ts';
import { FULL } from './strategy.ts';
import type { Strategy } from './strategy.ts';

/** What a campaign is run on, how long, and who is told. */
export interface FuzzOptions extends TrialOptions {
  /** Any text; the same seed on the same target does the same. Default: `barometer`. */
  seed?: string;
  /** Accesses that programs ask for; what enumeration and sweeps need comes on top. Default: 100 000. */
  accesses?: number;
  /** Accesses of all kinds after which no further program begins; default: as many as it takes. */
  checked?: number;
  /** New findings after which the campaign ends. Default: 0, which means never. */
  stopAfterFindings?: number;
  /** Its choices are in force unless `choices` says otherwise; findings that it knows are no failures. Default: none. */
  profile?: Profile | undefined;
  /** Runs on fresh machines that shrinking one finding may take. Default: 300. */
  shrinkRuns?: number;
  /**
   * Whether each finding is made into lines of the target protocol as well, which takes as many runs again.
   * @internal
   */
  reproduce?: boolean;
  /**
   * Default: FULL.
   * @internal
   */
  strategy?: Strategy | undefined;
  /** Called at each new finding, before it is shrunk. */
  onFinding?(finding: JudgedFinding): void;
  /** Gets the trace of each machine when it is done with; `number` from 1 on. */
  onTrace?(trace: string, number: number): void;
  /** Called after each machine, with the accesses of programs so far. */
  onProgress?(accesses: number): void;
  /** Asked between programs; true ends the campaign with what it has. */
  stopped?(): boolean;
}

/** The shortest scenario that was found to break a rule, with the trace of its run. */
export interface Failure {
  /** What broke, with its first occurrence. */
  finding: JudgedFinding;
  /** The scenario as integers. */
  program: Program;
  /** The scenario as text, one step a line; `runScenario` and `barometer run` take it. */
  scenario: string;
  /** All that happened when it was run last, in Barometer's own trace format. */
  trace: string;
  /** Accesses of programs until the finding. */
  accesses: number;
  /** Runs that shrinking took. */
  executions: number;
  /** Whether it came back on a fresh machine. */
  reproduced: boolean;
  /**
   * As lines of the target protocol, if they were asked for.
   * @internal
   */
  reproducer?: Reproducer | undefined;
}

/** What a campaign has gone through. */
export interface Searched {
  /** Counts and findings of all machines; `tally.report(name)` gives them as plain data. */
  tally: Tally;
  /** Accesses that programs asked for. */
  accesses: number;
  /** Accesses of enumeration and of the looks at the target between the steps. */
  sweepAccesses: number;
}

/** What a campaign has gone through, and what it has found. */
export interface Fuzzed extends Searched {
  /** One for each new finding, in the order in which they were found. */
  failures: Failure[];
}

/** Options with all defaults in place. */
type Settled = FuzzOptions & Required<Pick<FuzzOptions, 'seed' | 'accesses' | 'stopAfterFindings' | 'shrinkRuns'>>;

/** Programs that one machine gets before a new one takes its place. */
const PROGRAMS_A_MACHINE = 8;
/** Runs that shrinking a hang may take. */
const HANGS_AT_MOST = 10;

/**
 * Drives a target with programs by chance in lockstep with the reference model: each answer and each event of the target
 * is judged as it comes. What is found is shrunk to the shortest scenario that breaks the same rule. Throws what
 * `options.open` throws for the first machine; a target that dies later (TargetDied) is a finding.
 */
export function fuzz(options: FuzzOptions): Fuzzed {
  return toItsEnd(fuzzing(options));
}

/** As `fuzz`; it yields after each program and each run of the shrinker, so that a signal can be heard. */
export function* fuzzing(given: FuzzOptions): Generator<void, Fuzzed, void> {
  const options = settled(given);
  const failures: Failure[] = [];
  const found: Found[] = [];
  const searched = searching(options, (ofMachine) => found.push(...ofMachine));
  for (;;) {
    const step = searched.next();
    for (const one of found.splice(0)) failures.push(yield* reduce(one, options));
    if (step.done === true) return { ...step.value, failures };
    yield;
  }
}

/** The campaign without shrinking: `tell` gets the new findings of each machine after its last program. */
export function search(options: FuzzOptions, tell: (found: readonly Found[]) => void): Searched {
  return toItsEnd(searching(settled(options), tell));
}

/** The shortest program for something that `search` has found, as `fuzz` finds it; or that still shows what is wanted. */
export function shorten(found: Found, options: FuzzOptions, isWanted?: Wanted): Failure {
  return toItsEnd(reduce(found, settled(options), isWanted));
}

function settled(options: FuzzOptions): Settled {
  const { seed = 'barometer', accesses = 100_000, stopAfterFindings = 0, shrinkRuns = 300 } = options;
  const choices = options.choices ?? options.profile?.choices;
  for (const [name, value, least] of [
    ['accesses', accesses, 1],
    ['checked', options.checked ?? 1, 1],
    ['stopAfterFindings', stopAfterFindings, 0],
    ['shrinkRuns', shrinkRuns, 0],
  ] as const)
    if (!Number.isInteger(value) || value < least)
      throw new RangeError(`fuzz: ${name} must be a whole number from ${least} on, and is ${value}.`);
  refuseUnknown('fuzz', { ...options, choices });
  return { ...options, choices, seed, accesses, stopAfterFindings, shrinkRuns };
}

function toItsEnd<T>(steps: Generator<void, T, void>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

function* searching(options: Settled, tell: (found: readonly Found[]) => void): Generator<void, Searched, void> {
  const tally = new Tally(options.profile);
  let accesses = 0;
  let sweepAccesses = 0;
  let findings = 0;
  const wanted = options.stopAfterFindings === 0 ? Number.POSITIVE_INFINITY : options.stopAfterFindings;
  const { checked = Number.POSITIVE_INFINITY } = options;
  for (let machine = 0; accesses < options.accesses && findings < wanted; machine++) {
    if (accesses + sweepAccesses >= checked) break;
    if (options.stopped?.() === true) break;
    let target: Target;
    try {
      target = options.open();
    } catch (error) {
      if (!(error instanceof TargetDied) || machine === 0) throw error;
      // It has started before, so this is a finding; without a machine there is nothing more to do.
      const { finding, isNew } = tally.divergence(deathDivergence(error.death, 0));
      if (isNew && !finding.known) {
        options.onFinding?.(finding);
        tell([{ finding, program: new Int32Array(0), accesses }]);
      }
      break;
    }
    const run = new Machine(target, options, tally);
    const left = checked - accesses - sweepAccesses;
    const asked = yield* run.play(machine, options, accesses, left, wanted - findings);
    run.close();
    if (run.recording !== undefined) options.onTrace?.(run.recording.text(run.lockstep.machine), machine + 1);
    accesses += asked;
    sweepAccesses += run.lockstep.accesses - run.accesses;
    tally.add(run.lockstep.model.statistics());
    findings += run.found.length;
    tell(run.found);
    options.onProgress?.(accesses);
    // A target in which nothing can be done, or that dies at once, would never spend the budget.
    if (asked === 0) break;
    yield;
  }
  return { tally, accesses, sweepAccesses };
}

export interface Found {
  finding: JudgedFinding;
  /** All that its machine had been through. */
  program: Program;
  accesses: number;
}

/** One machine and what it is put through. */
class Machine {
  readonly lockstep: Lockstep;
  readonly found: Found[] = [];
  readonly recording: Recording | undefined;
  private readonly target: Target;
  private readonly divergence: (divergence: Divergence) => void;
  private session: Session | undefined;
  private history: number[] = [];
  /** Findings of the step that is being carried out. */
  private fresh: JudgedFinding[] = [];

  constructor(target: Target, options: Settled, tally: Tally) {
    this.target = target;
    this.divergence = (divergence) => {
      const { finding, isNew } = tally.divergence(divergence);
      if (!isNew || finding.known) return;
      options.onFinding?.(finding);
      this.fresh.push(finding);
    };
    const recording = options.onTrace === undefined ? undefined : new Recording();
    this.recording = recording;
    this.lockstep = new Lockstep(target, {
      choices: options.choices,
      skip: options.skip,
      divergence: this.divergence,
      watch: (what) => {
        tally.watch(what);
        recording?.watch(what);
      },
    });
  }

  /** Accesses that its programs asked for. */
  get accesses(): number {
    return this.session?.accesses ?? 0;
  }

  /**
   * Returns the accesses that its programs asked for. `before`: those of earlier machines; `checked`: what is left for
   * accesses of all kinds.
   */
  *play(
    number: number,
    options: Settled,
    before: number,
    checked: number,
    wanted: number,
  ): Generator<void, number, void> {
    let program: Program = new Int32Array(0);
    let steps = 0;
    try {
      const strategy = options.strategy ?? FULL;
      const session = (this.session = new Session(this.lockstep, strategy.view));
      const { topology, machine } = this.lockstep;
      this.collect(before);
      for (let index = 0; index < PROGRAMS_A_MACHINE; index++) {
        const spent = before + this.accesses >= options.accesses || this.lockstep.accesses >= checked;
        if (spent || this.found.length >= wanted || options.stopped?.() === true) break;
        const stream = randomStream(`${options.seed}/lane 0/machine ${number}/program ${index}`);
        const mine = (program = strategy.program(stream, topology, machine.caps));
        steps = 0;
        const { steps: done } = session.run(mine, () => {
          if (this.fresh.length > 0) this.collect(before, mine.subarray(0, steps * STEP_WORDS));
          steps++;
          return this.found.length >= wanted || options.stopped?.() === true;
        });
        const played = mine.subarray(0, done * STEP_WORDS);
        if (this.fresh.length > 0) this.collect(before, played);
        this.history.push(...played);
        program = new Int32Array(0);
        yield;
      }
      this.lockstep.finish();
      this.collect(before);
    } catch (error) {
      if (!(error instanceof TargetDied)) throw error;
      this.divergence(deathDivergence(error.death, this.lockstep.accesses));
      this.collect(before, program.subarray(0, steps * STEP_WORDS));
    }
    return this.accesses;
  }

  close(): void {
    this.target.close?.();
  }

  private collect(before: number, program: Program = new Int32Array(0)): void {
    for (const finding of this.fresh)
      this.found.push({
        finding,
        program: Int32Array.from([...this.history, ...program]),
        accesses: before + this.accesses,
      });
    this.fresh = [];
  }
}

/** What a profile knows does not stand for what it does not know, though it breaks the same rule. */
export function newOfRule(rule: string, profile: Profile | undefined): Wanted {
  const known = new KnownFindings(profile?.known);
  return (one) => one.rule === rule && !known.judge(findingOf(one)).known;
}

/**
 * The shortest program for a finding, out of all that its machine had been through. Without `isWanted` any finding of the
 * rule will do that the profile does not know.
 */
function* reduce(
  { finding, program, accesses }: Found,
  options: Settled,
  isWanted: Wanted = newOfRule(finding.rule, options.profile),
): Generator<void, Failure, void> {
  const { rule } = finding;
  // Each run of a target that hangs takes as long as an answer may.
  const runs = rule === 'TARGET-hang' ? Math.min(options.shrinkRuns, HANGS_AT_MOST) : options.shrinkRuns;
  const breaks = (candidate: Program): boolean => trial(options, candidate, isWanted).broken;
  const reproduced = breaks(program);
  // Whoever wants to stop has no use for a shorter one.
  const unlessStopped = (candidate: Program): boolean => options.stopped?.() !== true && breaks(candidate);
  const shrunk = reproduced ? yield* shrinking(program, unlessStopped, runs) : { program, executions: 0 };
  const { trace } = trial(options, shrunk.program, isWanted, true);
  const reproducer =
    reproduced && options.reproduce === true && options.stopped?.() !== true
      ? yield* reproducing({ ...options, isWanted, limit: runs }, shrunk.program)
      : undefined;
  return {
    finding,
    program: shrunk.program,
    scenario: formatScenario(shrunk.program),
    trace,
    accesses,
    executions: shrunk.executions,
    reproduced,
    reproducer,
  };
}
