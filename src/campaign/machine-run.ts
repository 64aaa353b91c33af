/** One machine of a lane and what it is put through. */

import type { Target } from '../access/target.ts';
import { TargetDied } from '../access/target-died.ts';
import { deathDivergence } from '../check/lockstep/death.ts';
import { Lockstep } from '../check/lockstep/lockstep.ts';
import { Recording } from '../check/lockstep/recording.ts';
import { Session } from '../check/lockstep/session.ts';
import type { Tally } from '../check/lockstep/tally.ts';
import type { JudgedFinding } from '../check/trace-report.ts';
import type { Divergence } from '../model/verdict.ts';
import { randomStream } from '../core/random.ts';
import { bind } from '../scenario/bind.ts';
import { numbered } from '../scenario/numbered.ts';
import type { Program } from '../scenario/steps.ts';
import { STEP_WORDS } from '../scenario/steps.ts';
import { Observer } from './feedback/coverage.ts';
import { Student } from './feedback/student.ts';
import type { Generated } from './generate/generate.ts';
import type { Found, LaneOptions, LaneState } from './lane.ts';

/** Programs that one machine gets before a new one takes its place. */
const PROGRAMS_A_MACHINE = 8;
/** Seeds that are short follow each other in one program until it has so many steps. */
const SEED_STEPS = 60;

export class MachineRun {
  readonly lockstep: Lockstep;
  readonly found: Found[] = [];
  /** Of the lane's seeds, those that were played here or passed over, and the latter. */
  readonly seeds = { taken: 0, unbound: 0 };
  readonly recording: Recording | undefined;
  private observer: Observer | undefined;
  private readonly lane: Readonly<LaneState>;
  private readonly options: LaneOptions;
  private readonly divergence: (divergence: Divergence) => void;
  private session: Session | undefined;
  private history: number[] = [];
  /** Findings of the step that is being carried out. */
  private fresh: JudgedFinding[] = [];

  constructor(target: Target, lane: LaneState, options: LaneOptions, tally: Tally) {
    this.lane = lane;
    this.options = options;
    this.divergence = (divergence) => {
      const { finding, isNew } = tally.divergence(divergence);
      if (!isNew || lane.known.has(finding.id)) return;
      lane.known.add(finding.id);
      if (finding.known) return;
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

  /** Puts it through its programs; `stream` names the numbers that they are drawn from. */
  *play(stream: string): Generator<void, void, void> {
    const { options } = this;
    const { strategy, wanted } = options;
    const enough = (): boolean => this.lane.findings + this.found.length >= wanted || options.stopped?.() === true;
    let program: Program = new Int32Array(0);
    let steps = 0;
    try {
      const session = (this.session = new Session(this.lockstep, strategy.view));
      const { topology, machine } = this.lockstep;
      const feedback = strategy.guided === true ? this.lane.feedback : undefined;
      this.collect();
      for (let index = 0; index < PROGRAMS_A_MACHINE && !this.isSpent() && !enough(); index++) {
        const random = randomStream(`${stream}/program ${index}`);
        const { program: mine, origins } =
          (index % 2 === 0 ? this.nextSeeds() : undefined) ??
          strategy.program(random, topology, machine.caps, feedback);
        program = mine;
        steps = 0;
        const student = this.student(mine, origins);
        let before = 0;
        const next = (): boolean => {
          before = session.accesses;
          if (this.fresh.length > 0) this.collect(mine.subarray(0, steps * STEP_WORDS));
          steps++;
          student?.before();
          return enough();
        };
        let done = 0;
        try {
          ({ steps: done } = session.run(mine, next, undefined, (step, own) =>
            student?.after(step, own, session.accesses - before),
          ));
        } finally {
          this.learn(student);
        }
        const played = mine.subarray(0, done * STEP_WORDS);
        if (this.fresh.length > 0) this.collect(played);
        for (const word of played) this.history.push(word);
        program = new Int32Array(0);
        yield;
      }
      this.lockstep.finish();
      this.collect();
    } catch (error) {
      if (!(error instanceof TargetDied)) throw error;
      this.divergence(deathDivergence(error.death, this.lockstep.accesses));
      this.collect(program.subarray(0, steps * STEP_WORDS));
    }
  }

  /** The next of the lane's seeds that can be played here, as one program; undefined: none is left. */
  private nextSeeds(): Generated | undefined {
    const { seeds, lane } = this;
    const all = this.options.seeds ?? [];
    const words: number[] = [];
    for (let at = lane.seeds + seeds.taken; at < all.length && words.length < SEED_STEPS * STEP_WORDS; at++) {
      seeds.taken++;
      const bound = bind(all[at]!, this.lockstep.topology);
      // What follows on the same machine names functions by their numbers.
      if (bound.bound) for (const word of numbered(all[at]!, bound.binding)) words.push(word);
      else seeds.unbound++;
    }
    return words.length === 0 ? undefined : { program: Int32Array.from(words), origins: [] };
  }

  /** Who learns from a program; undefined: nobody has use for it. */
  private student(program: Program, origins: Generated['origins']): Student | undefined {
    const { feedback } = this.lane;
    if (feedback === undefined) return undefined;
    this.observer ??= new Observer(this.lockstep);
    return new Student(this.observer, feedback, program, origins);
  }

  /** What a program has taught decides what the next one is. */
  private learn(student: Student | undefined): void {
    if (student === undefined) return;
    this.lane.feedback?.add(student.learned);
    this.options.onLearned?.(student.learned);
  }

  private isSpent(): boolean {
    const { lane, options } = this;
    const all = lane.accesses + lane.sweepAccesses + this.lockstep.accesses;
    return lane.accesses + this.accesses >= options.accesses || all >= options.checked;
  }

  private collect(program: Program = new Int32Array(0)): void {
    for (const finding of this.fresh)
      this.found.push({
        finding,
        program: Int32Array.from([...this.history, ...program]),
        accesses: this.lane.accesses + this.accesses,
      });
    this.fresh = [];
  }
}
