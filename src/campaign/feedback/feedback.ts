/**
 * What a lane has learned about where new things are: stretches of steps that reached something, by how seldom their rule
 * is judged, and how much each generator class has brought.
 */

import type { RandomStream } from '../../core/random.ts';
import type { Program } from '../../scenario/steps.ts';
import type { GeneratorClass } from '../generate/generate.ts';

/** A stretch of steps whose last one reached something new. */
export interface Kept {
  program: Program;
  /** The rule, of those that were judged then, that had been judged least. */
  rule: string;
  /** What its last step reached first. */
  features: readonly number[];
  /** It is of the corpus already. */
  isSeed: boolean;
}

/** What steps of a generator class have cost and brought. */
export interface Yield {
  accesses: number;
  features: number;
}

/** What some machines add to a lane's feedback. */
export interface Learned {
  /** Features, each once. */
  features: number[];
  kept: Kept[];
  yields: Map<GeneratorClass, Yield>;
  /** Steps that had a rule judged. */
  judged: Map<string, number>;
}

/** Stretches that a lane keeps. */
const KEPT_AT_MOST = 512;

export function nothingLearned(): Learned {
  return { features: [], kept: [], yields: new Map(), judged: new Map() };
}

export class Feedback {
  private readonly reached = new Set<number>();
  private kept: Kept[] = [];
  private readonly yields = new Map<GeneratorClass, Yield>();
  private readonly judged = new Map<string, number>();

  get features(): number {
    return this.reached.size;
  }

  get stretches(): readonly Kept[] {
    return this.kept;
  }

  has(feature: number): boolean {
    return this.reached.has(feature);
  }

  /** Steps that had the rule judged. */
  judgedBy(rule: string): number {
    return this.judged.get(rule) ?? 0;
  }

  add({ features, kept, yields, judged }: Learned): void {
    for (const feature of features) this.reached.add(feature);
    for (const [rule, steps] of judged) this.judged.set(rule, this.judgedBy(rule) + steps);
    for (const [name, more] of yields) {
      const mine = this.yields.get(name) ?? { accesses: 0, features: 0 };
      this.yields.set(name, { accesses: mine.accesses + more.accesses, features: mine.features + more.features });
    }
    this.kept.push(...kept);
  }

  /** Keeps no more than is good: what is judged often needs no help. To be called where others can follow: behind a round. */
  trim(): void {
    if (this.kept.length > KEPT_AT_MOST)
      this.kept = this.kept.toSorted((one, other) => this.weight(other) - this.weight(one)).slice(0, KEPT_AT_MOST);
  }

  /** A stretch: the more seldom its rule is judged, the sooner it is taken. Undefined: there is none yet. */
  pick(stream: RandomStream): Kept | undefined {
    return weighted(stream, this.kept, (kept) => this.weight(kept));
  }

  /** What an access of a class is expected to bring, against others; one that has not been tried is thought well of. */
  expected(name: GeneratorClass): number {
    const { accesses, features } = this.yields.get(name) ?? { accesses: 0, features: 0 };
    return (features + 5) / (accesses + 50);
  }

  private weight({ rule }: Kept): number {
    return 1 / (1 + this.judgedBy(rule));
  }
}

/** One of some items, each as probable as it weighs. */
export function weighted<T>(stream: RandomStream, items: readonly T[], weight: (item: T) => number): T | undefined {
  const sum = items.reduce((total, item) => total + weight(item), 0);
  let left = (stream.below(2 ** 32) / 2 ** 32) * sum;
  for (const item of items) {
    left -= weight(item);
    if (left < 0) return item;
  }
  return items.at(-1);
}
