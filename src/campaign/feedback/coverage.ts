/**
 * What a campaign has reached in the model, so that it works for any target: rules that were judged by a step, each with the
 * state that the step's functions were in, and changes of that state by an operation.
 */

import type { Lockstep } from '../../check/lockstep/lockstep.ts';
import type { AbstractState } from '../../model/abstract-state.ts';
import { RULES } from '../../spec/rules.ts';
import type { TopologyFunction } from '../../topology/topology.ts';

/** Part of the state that says most about the rules of an area; of areas that are not named it is `life`. */
const PART_OF_AREA: Readonly<Record<string, keyof AbstractState>> = {
  MSI: 'interrupts',
  MSIX: 'interrupts',
  INTX: 'interrupts',
  CMD: 'decode',
  BAR: 'decode',
  MAP: 'decode',
  ROM: 'decode',
  RBAR: 'decode',
  EA: 'decode',
  SRIOV: 'decode',
  VIO: 'decode',
  BRG: 'path',
  CAM: 'path',
  ECAM: 'path',
  RTE: 'path',
};

const PARTS = ['life', 'decode', 'interrupts', 'path'] as const;

const RULE_NUMBERS = new Map(
  RULES.map(({ id }, number) => [id, { number, part: PART_OF_AREA[id.slice(0, id.lastIndexOf('-'))] ?? 'life' }]),
);

/** A feature: a number of at most 29 bits. Changes of state stand above all rules. */
const STATE_BITS = 10;
const CHANGES = 1 << 28;

/** Looks at one machine, step by step. */
export class Observer {
  private readonly lockstep: Lockstep;
  private readonly states = new Map<TopologyFunction, AbstractState>();
  private readonly counts = new Map<string, number>();

  constructor(lockstep: Lockstep) {
    this.lockstep = lockstep;
  }

  /** Before a step: what the looks since the last one have judged is not the step's. */
  before(): void {
    for (const [rule, count] of this.lockstep.queries.exercised) this.counts.set(rule, count);
  }

  /** After a step: the rules that it had judged, and the features that it reached. */
  after(operation: number, own: readonly TopologyFunction[]): { rules: string[]; features: number[] } {
    const { queries } = this.lockstep;
    const rules: string[] = [];
    for (const [rule, count] of queries.exercised) if (this.counts.get(rule) !== count) rules.push(rule);
    const features: number[] = [];
    for (const f of own) {
      const was = this.states.get(f);
      const is = queries.state(f.path);
      this.states.set(f, is);
      for (const rule of rules) {
        const { number, part } = RULE_NUMBERS.get(rule)!;
        features.push((number << STATE_BITS) | (was ?? is)[part]);
      }
      if (was === undefined) continue;
      for (const [index, part] of PARTS.entries())
        if (was[part] !== is[part]) features.push(changeOf(operation, index, was[part] ^ is[part]));
    }
    return { rules, features };
  }
}

/** Which bits of a part changed, and by which operation. */
function changeOf(operation: number, part: number, bits: number): number {
  return CHANGES | (((operation << 2) | part) << STATE_BITS) | bits;
}
