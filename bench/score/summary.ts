/** What the hunts of one fault say together. */

import { recordedSteps } from '../../src/targets/emulated/index.ts';
import type { Fault } from '../../src/targets/emulated/index.ts';
import { median } from '../support/print.ts';
import type { Tried } from '../scope/worker.ts';
import type { Found, Hunt } from './hunt.ts';

/** How good the name is that a finding gave a fault. `gone`: the finding did not come back on a fresh machine. */
export type Naming = 'own' | 'allowed' | 'other' | 'gone';

export interface Score {
  fault: Fault;
  hunts: readonly Hunt[];
  found: readonly Found[];
  /** Steps of the first sequence of the small scope that shows it; undefined: none does. */
  inScope: number | undefined;
}

export function naming({ rules }: Fault, { rule, reproduced }: Found): Naming {
  if (!reproduced) return 'gone';
  if (rules[0] === rule) return 'own';
  return rules.includes(rule) ? 'allowed' : 'other';
}

export function isNamed(fault: Fault, found: Found): boolean {
  const name = naming(fault, found);
  return name === 'own' || name === 'allowed';
}

export function scoresOf(faults: readonly Fault[], hunts: readonly Hunt[], scope: readonly Tried[]): Score[] {
  return faults.map((fault, number) => {
    const mine = hunts.filter(({ id }) => id === fault.id);
    const found = mine.flatMap((one) => one.found ?? []);
    return { fault, hunts: mine, found, inScope: scope[number]?.broken[0]?.letters.length };
  });
}

export interface Summary {
  hunts: number;
  found: number;
  own: number;
  allowed: number;
  /** Of accesses until the finding. */
  median: number;
  ninetieth: number;
  largest: number;
  /** Medians of the shortest scenarios' steps, and of the runs that shrinking took. */
  steps: number;
  executions: number;
  /** Faults whose record gives a sequence, and those whose scenarios have in the median at most one step more than that. */
  recorded: number;
  short: number;
  /** The same of their findings. */
  recordedFindings: number;
  shortFindings: number;
  /** Faults that a sequence of the small scope shows. */
  inScope: number;
}

export function summaryOf(scores: readonly Score[]): Summary {
  const all = scores.flatMap(({ fault, found }) => found.map((one) => ({ ...one, name: naming(fault, one) })));
  const accesses = all.map((one) => one.accesses);
  // Steps beyond the record's, for each fault that is recorded and found.
  const beyond = scores.flatMap(({ fault, found }) => {
    const recorded = recordedSteps(fault.id);
    return recorded === undefined || found.length === 0 ? [] : [found.map(({ steps }) => steps - recorded)];
  });
  const isShort = (more: number): boolean => more <= 1;
  return {
    hunts: scores.reduce((sum, { hunts }) => sum + hunts.length, 0),
    found: all.length,
    own: all.filter(({ name }) => name === 'own').length,
    allowed: all.filter(({ name }) => name === 'allowed').length,
    median: median(accesses),
    ninetieth: ninetieth(accesses),
    largest: accesses.length === 0 ? Number.NaN : Math.max(...accesses),
    steps: median(all.map(({ steps }) => steps)),
    executions: median(all.map(({ executions }) => executions)),
    recorded: beyond.length,
    short: beyond.filter((mine) => isShort(median(mine))).length,
    recordedFindings: beyond.flat().length,
    shortFindings: beyond.flat().filter(isShort).length,
    inScope: scores.filter(({ inScope }) => inScope !== undefined).length,
  };
}

/** The smallest value that nine in ten do not exceed. */
export function ninetieth(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.ceil(0.9 * sorted.length) - 1] ?? Number.NaN;
}
