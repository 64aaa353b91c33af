/**
 * Programs on a target in lockstep: bound, expanded, carried out, and swept after each step. Several programs are to a
 * session what one is that has all their steps, so that a finding in the last comes back from the steps alone.
 */

import { Access } from '../../access/access.ts';
import { bind } from '../../scenario/bind.ts';
import type { Unbound } from '../../scenario/bind.ts';
import { Expansion } from '../../scenario/expand.ts';
import { castOf } from '../../scenario/cast.ts';
import type { StateView } from '../../scenario/state-view.ts';
import type { Program } from '../../scenario/steps.ts';
import { operationOf, stepCount } from '../../scenario/steps.ts';
import type { OperationName } from '../../scenario/steps.ts';
import type { TopologyFunction } from '../../topology/topology.ts';
import type { Lockstep } from './lockstep.ts';
import { Sweep } from './sweep.ts';

/** Steps after which all functions are looked at, and the BARs of all that took part. */
const WHOLE_EVERY = 8;
/** Steps for which one that took part is among them. */
const CAST_FOR = 64;

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
  private readonly expansion: Expansion;
  /** The step in which each function took part last, and until which it is left alone. */
  private readonly cast = new Map<TopologyFunction, number>();
  private readonly alone = new Map<TopologyFunction, number>();
  private steps = 0;
  private introduced = false;
  /** Whether the target is looked at after each step. A look settles what is open, so some bugs show only without. */
  private looks = true;
  /** Accesses and commands that the steps of all programs asked for. */
  accesses = 0;

  /** `view`: what operands are resolved by; default: what the model knows of the present state. */
  constructor(lockstep: Lockstep, view: StateView = lockstep.view) {
    this.lockstep = lockstep;
    this.sweep = new Sweep(lockstep);
    // By ECAM a register takes one access, by CAM two.
    this.expansion = new Expansion(lockstep.topology, view, lockstep.machine, undefined, 'ecam');
  }

  /**
   * Runs a program until its end, or until `enough` says so before a step. `asked` gets each access that a step asked for,
   * a read with its answer; the access is reused. `acted` is called after each step, before the target is looked at.
   */
  run(
    program: Program,
    enough: () => boolean = () => false,
    asked: (access: Access) => void = () => undefined,
    acted: (step: number, own: readonly TopologyFunction[]) => void = () => undefined,
  ): ProgramRun {
    const { lockstep, sweep, expansion } = this;
    const bound = bind(program, lockstep.topology);
    if (!bound.bound) return { unbound: bound, accesses: 0, steps: 0 };
    const { binding } = bound;
    if (!this.introduced) sweep.introduce(lockstep.topology.functions);
    this.introduced = true;
    const first = this.accesses;
    let step = 0;
    for (; step < stepCount(program) && !enough(); step++, this.steps++) {
      const before = this.accesses;
      for (const action of expansion.expand(binding, program, step)) {
        this.accesses++;
        if (action instanceof Access) {
          lockstep.access(action);
          asked(action);
        } else lockstep.command(action);
      }
      const name = operationOf(program, step);
      const own = castOf(program, step, binding);
      acted(step, own);
      if (name === 'looks off' || name === 'looks on') this.looks = name === 'looks on';
      if (this.accesses > before || name === 'looks on') this.look(name, own);
    }
    return { accesses: this.accesses - first, steps: step };
  }

  /** After a step: `own` are the functions that it was about. */
  private look(name: OperationName, own: readonly TopologyFunction[]): void {
    const { lockstep, sweep, cast, alone, steps } = this;
    for (const f of own) cast.set(f, steps);
    if (AWAITED.has(name)) for (const f of own) alone.set(f, steps + ALONE_FOR);
    if (!this.looks) return;
    // Now and then everything is looked at, since somebody else may have been busy; and when no function is named.
    const whole = own.length === 0 || steps % WHOLE_EVERY === WHOLE_EVERY - 1;
    const all = lockstep.topology.functions;
    const touched = withBelow(own, all);
    if (lockstep.hasImages) sweep.configuration(touched, whole);
    else sweep.registers(whole ? all : own);
    const waits = (f: TopologyFunction): boolean => (alone.get(f) ?? -1) >= steps;
    const moved = sweep.moved(own.length === 0 ? all : touched);
    // A function that waits is looked at only where it has moved; then its structures come first, since a look at its
    // regions may serve what is pending.
    const late = ELSEWHERE.has(name) ? [] : moved.filter(waits);
    sweep.structures(late);
    const recent = whole ? [...cast].filter(([, last]) => last > steps - CAST_FOR).map(([f]) => f) : [];
    const looked = name === 'restore' ? all : [...(ELSEWHERE.has(name) ? [] : touched), ...recent];
    // What a snapshot has damaged or lost is seen at once, before another step is blamed for it: interrupts first, since
    // a look at regions may change what is pending.
    if (name === 'restore') {
      sweep.structures(recent);
      if (lockstep.hasImages) sweep.restored();
    }
    // Where something decodes comes before what is there: the contents of what does not answer look wrong, too.
    sweep.regions([...late, ...[...new Set(looked)].filter((f) => !waits(f))]);
    sweep.tables((name === 'save' || name === 'restore' ? all : moved).filter((f) => !waits(f)));
    sweep.structures(own);
  }
}

/** What lies below the bridges among some functions changes with them. */
function withBelow(own: readonly TopologyFunction[], all: readonly TopologyFunction[]): readonly TopologyFunction[] {
  if (own.every(({ bridge }) => bridge === undefined)) return own;
  const found = new Set(own);
  // A bridge stands before what is below it.
  for (const f of all) if (f.parent >= 0 && found.has(all[f.parent]!)) found.add(f);
  return [...found];
}
