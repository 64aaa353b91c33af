/** Programs on a target in lockstep: bound, expanded, carried out, and swept after each step. */

import { Access } from '../../access/access.ts';
import { bind } from '../../scenario/bind.ts';
import type { Unbound } from '../../scenario/bind.ts';
import { Expansion } from '../../scenario/expand.ts';
import { castOf } from '../../scenario/cast.ts';
import type { Program } from '../../scenario/steps.ts';
import { operationOf, stepCount } from '../../scenario/steps.ts';
import type { OperationName } from '../../scenario/steps.ts';
import type { TopologyFunction } from '../../topology/topology.ts';
import type { Lockstep } from './lockstep.ts';
import { Sweep } from './sweep.ts';

/** Steps after which all functions are looked at, and the BARs of all that took part. */
const WHOLE_EVERY = 8;

/** Steps after which something inside a function waits to be served: a look behind its BARs might serve it. */
const AWAITED: ReadonlySet<OperationName> = new Set(['fire', 'raise', 'activate']);
/** Steps that cannot change where anything decodes. */
const ELSEWHERE: ReadonlySet<OperationName> = new Set([
  ...AWAITED,
  'lower',
  'mask',
  'unmask',
  'program',
  'ring',
  'config read',
  'save',
]);
/** Sweeps before programs begin, of which each reads some of what is open. */
const INTRODUCTIONS_AT_MOST = 8;
/** Steps for which a function is left alone after such a one. */
const ALONE_FOR = 8;

export interface ProgramRun {
  /** Why the program could not be bound; undefined: it was run. */
  unbound?: Unbound;
  /** Accesses and commands that the steps asked for. */
  accesses: number;
  /** Steps that were carried out. */
  steps: number;
}

export class Session {
  readonly lockstep: Lockstep;
  readonly sweep: Sweep;
  private introduced = false;

  constructor(lockstep: Lockstep) {
    this.lockstep = lockstep;
    this.sweep = new Sweep(lockstep);
  }

  /** Runs a program until its end, or until `enough` says so after a step. */
  run(program: Program, enough: () => boolean = () => false): ProgramRun {
    const { lockstep, sweep } = this;
    const bound = bind(program, lockstep.topology);
    if (!bound.bound) return { unbound: bound, accesses: 0, steps: 0 };
    const { binding } = bound;
    const cast = new Set<TopologyFunction>();
    const expansion = new Expansion(binding, lockstep.view, lockstep.machine);
    if (!this.introduced) this.introduce();
    const alone = new Map<TopologyFunction, number>();
    let accesses = 0;
    let step = 0;
    for (; step < stepCount(program) && !enough(); step++) {
      const before = accesses;
      for (const action of expansion.expand(program, step)) {
        accesses++;
        if (action instanceof Access) lockstep.access(action);
        else lockstep.command(action);
      }
      if (accesses === before) continue;
      const own = castOf(program, step, binding);
      for (const f of own) cast.add(f);
      // Now and then everything is looked at, since somebody else may have been busy; and when no function is named.
      const whole = own.length === 0 || step % WHOLE_EVERY === WHOLE_EVERY - 1;
      if (lockstep.hasImages) sweep.configuration(own, whole);
      sweep.structures(own);
      const name = operationOf(program, step);
      if (AWAITED.has(name)) for (const f of own) alone.set(f, step + ALONE_FOR);
      const looked = whole ? [...cast] : ELSEWHERE.has(name) ? [] : own;
      sweep.regions(looked.filter((f) => (alone.get(f) ?? -1) < step));
    }
    return { accesses, steps: step };
  }

  /** Reads what enumeration has written and not read, and what it has not looked at. */
  private introduce(): void {
    const { lockstep, sweep } = this;
    sweep.introduce(lockstep.topology.functions);
    for (let times = 0; lockstep.hasImages && times < INTRODUCTIONS_AT_MOST; times++) {
      const before = sweep.accesses;
      sweep.configuration([], true);
      if (sweep.accesses === before) break;
    }
    this.introduced = true;
  }
}
