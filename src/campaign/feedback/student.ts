/** Learns from one program while it runs: what each of its steps reached, and which stretch came to it. */

import { functionWords } from '../../scenario/cast.ts';
import { operationOf, STEP_WORDS } from '../../scenario/steps.ts';
import type { Program } from '../../scenario/steps.ts';
import type { TopologyFunction } from '../../topology/topology.ts';
import type { Generated } from '../generate/generate.ts';
import type { Observer } from './coverage.ts';
import { nothingLearned } from './feedback.ts';
import type { Feedback, Learned } from './feedback.ts';

/** Steps of a stretch, and how far back it may reach. */
const STRETCH_AT_MOST = 12;
const BACK_AT_MOST = 40;
/** A rule that so many steps have had judged needs no stretch to reach it again. */
const RARE_AT_MOST = 100;

export class Student {
  private readonly observer: Observer;
  private readonly feedback: Feedback;
  readonly learned: Learned = nothingLearned();
  private readonly program: Program;
  private readonly origins: Generated['origins'];
  private readonly fresh = new Set<number>();

  constructor(observer: Observer, feedback: Feedback, program: Program, origins: Generated['origins']) {
    this.observer = observer;
    this.feedback = feedback;
    this.program = program;
    this.origins = origins;
  }

  before(): void {
    this.observer.before();
  }

  /** A step was carried out with so many accesses; `own` are the functions that it was about. */
  after(step: number, own: readonly TopologyFunction[], accesses: number): void {
    const { learned, feedback, program } = this;
    const { rules, features } = this.observer.after(program[step * STEP_WORDS]!, own);
    const first: number[] = [];
    for (const feature of features) {
      if (feedback.has(feature) || this.fresh.has(feature)) continue;
      this.fresh.add(feature);
      learned.features.push(feature);
      first.push(feature);
    }
    let rarest = '';
    for (const rule of rules) {
      if (rarest === '' || this.judgedBy(rule) < this.judgedBy(rarest)) rarest = rule;
      learned.judged.set(rule, (learned.judged.get(rule) ?? 0) + 1);
    }
    const origin = this.origins[step];
    if (origin !== undefined) {
      const mine = learned.yields.get(origin) ?? { accesses: 0, features: 0 };
      learned.yields.set(origin, { accesses: mine.accesses + accesses, features: mine.features + first.length });
    }
    if (first.length > 0 && rarest !== '' && this.judgedBy(rarest) <= RARE_AT_MOST)
      learned.kept.push({
        program: stretchTo(program, step),
        rule: rarest,
        features: first,
        isSeed: this.origins.length === 0,
      });
  }

  private judgedBy(rule: string): number {
    return this.feedback.judgedBy(rule) + (this.learned.judged.get(rule) ?? 0);
  }
}

/** The last steps up to this one that speak of the same functions, or of none. */
function stretchTo(program: Program, last: number): Program {
  const named = (step: number): number[] =>
    functionWords(program, step).map((word) => program[step * STEP_WORDS + word]!);
  const own = new Set(named(last));
  const steps = [last];
  for (let step = last - 1; step >= 0 && last - step <= BACK_AT_MOST && steps.length < STRETCH_AT_MOST; step--) {
    const functions = named(step);
    const isLook = operationOf(program, step).startsWith('looks');
    if (!isLook && (functions.length === 0 || functions.some((one) => own.has(one)))) steps.push(step);
  }
  const words = steps.toReversed().flatMap((step) => [...program.subarray(step * STEP_WORDS, (step + 1) * STEP_WORDS)]);
  return Int32Array.from(words);
}
