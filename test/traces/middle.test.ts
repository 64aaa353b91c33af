import { describe, expect, test } from 'vitest';
import { Access } from '../../src/access/access.ts';
import { HALF_KNOWN, halfKnown } from './half-known.ts';
import { FILTERED, judge, readWhole } from './whole-trace.ts';
import type { Judged } from './whole-trace.ts';

/**
 * Begin in the middle: a recording may be switched on at any time. A model that has not seen what was before, and is not told
 * that it missed the power-on, may know little, but what it says must be true.
 */

/** Per cent of the entries that are left out at the beginning. */
const CUTS = [20, 40, 60, 80, 90];

interface Cut extends Pick<Judged, 'bitsKnown' | 'bitsAnswered'> {
  percent: number;
  /** What neither the profile nor the table of known deviations explains. */
  unexplained: object[];
}

/** Reasons that some cut needed. */
const occurred = new Set<string>();

const cuts = new Map<string, Promise<Cut[]>>();

/** Each trace is read once, for all cuts and tests. */
function cutsOf(name: string): Promise<Cut[]> {
  const made = cuts.get(name) ?? cutAll(name);
  cuts.set(name, made);
  return made;
}

async function cutAll(name: string): Promise<Cut[]> {
  const { entries, machine, accepted } = await readWhole(name);
  return CUTS.map((percent) => {
    const rest = entries.slice(Math.floor((entries.length * percent) / 100));
    const unseen = rest.filter((entry) => entry instanceof Access || entry.kind !== 'power-on');
    const { findings, bitsKnown, bitsAnswered } = judge(unseen, machine);
    const unexplained = findings
      .filter((finding) => {
        if (accepted.judge(finding).known) return false;
        const reason = halfKnown(finding);
        if (reason !== undefined) occurred.add(reason);
        return reason === undefined;
      })
      .map(({ id, count, first }) => ({ percent, id, count, first }));
    return { percent, bitsKnown, bitsAnswered, unexplained };
  });
}

describe('no false alarm in a trace that begins in the middle', () => {
  test.each(FILTERED)('%s', async (name) => {
    const found = await cutsOf(name);
    expect(found.flatMap(({ unexplained }) => unexplained)).toEqual([]);
  });
});

/**
 * Silence alone proves nothing: so many per cent of the bits that were answered after the cut must have been known. Near
 * the end most guests dump everything once more, and what is read once can be known by nobody.
 */
const FLOORS: Readonly<Record<number, number>> = { 20: 74, 40: 74, 60: 67, 80: 18, 90: 14 };

test.each(CUTS)('a model that begins after %i per cent comes to know much', async (percent) => {
  const all = (await Promise.all(FILTERED.map((name) => cutsOf(name)))).flat().filter((cut) => cut.percent === percent);
  const sum = (which: 'bitsKnown' | 'bitsAnswered'): number => all.reduce((bits, cut) => bits + cut[which], 0);
  expect((100 * sum('bitsKnown')) / sum('bitsAnswered')).toBeGreaterThanOrEqual(FLOORS[percent] ?? 100);
});

test('every half-known deviation occurs', async () => {
  await Promise.all(FILTERED.map((name) => cutsOf(name)));
  expect(HALF_KNOWN.filter((reason) => !occurred.has(reason))).toEqual([]);
});
