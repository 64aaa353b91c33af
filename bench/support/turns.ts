/** The layouts of the emulated target that a hunt goes over. */

import { DEFAULT_LAYOUT, randomLayout } from '../../src/targets/emulated/index.ts';
import type { Layout } from '../../src/targets/emulated/index.ts';

export interface Turn {
  /** From 0 on; a part of the seed of what is done in it. */
  turn: number;
  /** Number of the layout, 0 for the default one. */
  number: number;
  layout: Layout;
  /** Accesses spent in the turns before. */
  before: number;
  /** Accesses that this one may take. */
  accesses: number;
}

const layouts: Layout[] = [DEFAULT_LAYOUT];

/** Layout 0 is the default one; the others are random, the same for all faults. */
export function layoutOf(number: number): Layout {
  return (layouts[number] ??= randomLayout(layoutSeed(number)));
}

/** Seed of a random layout. */
export function layoutSeed(number: number): string {
  return `score ${number}`;
}

/**
 * Gives `play` one layout after the other until `budget` accesses are spent or it says that it is done. Every other
 * turn is the default layout's, which has something of everything; one seed does not exhaust it.
 */
export function inTurns(
  budget: number,
  perLayout: number,
  play: (turn: Turn) => { spent: number; done: boolean },
): number {
  let before = 0;
  for (let turn = 0; before < budget; turn++) {
    const number = turn % 2 === 0 ? 0 : (turn + 1) / 2;
    const accesses = Math.min(perLayout, budget - before);
    const { spent, done } = play({ turn, number, layout: layoutOf(number), before, accesses });
    // In a layout without functions nothing can be done; the next one has them.
    before += Math.max(spent, 1);
    if (done) break;
  }
  return before;
}
