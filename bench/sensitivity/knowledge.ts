/** How much of what functions answered the model had known: by place, before and after enumeration. */

import type { Answer } from './answers.ts';
import type { Knowledge } from './inside.ts';

export type Sum = Knowledge;

function nothing(): Sum {
  return { known: 0, defined: 0, definedKnown: 0, status: 0, answered: 0 };
}

function addTo(sum: Sum, more: Knowledge): void {
  sum.known += more.known;
  sum.defined += more.defined;
  sum.definedKnown += more.definedKnown;
  sum.status += more.status;
  sum.answered += more.answered;
}

/** Sums by place (below 0x100 or above) and time (before enumeration or after). Plain data: it crosses threads. */
export class KnowledgeTable {
  readonly sums = { low: nothing(), lowAfter: nothing(), high: nothing(), highAfter: nothing() };

  add(answer: Answer, what: Knowledge): void {
    const { low, lowAfter, high, highAfter } = this.sums;
    const isLow = answer.offset < 0x100;
    addTo(isLow ? low : high, what);
    if (answer.after) addTo(isLow ? lowAfter : highAfter, what);
  }
}

/** Adds up the same sum of several scenarios. */
export function total(tables: readonly KnowledgeTable[], which: keyof KnowledgeTable['sums']): Sum {
  const sum = nothing();
  for (const { sums } of tables) addTo(sum, sums[which]);
  return sum;
}
