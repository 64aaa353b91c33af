/** Programs as properties draw them: integers, so that shrinking makes steps simpler and fewer. */

import fc from 'fast-check';
import { Access } from '../../src/access/access.ts';
import type { Event } from '../../src/access/event.ts';
import { formatAccess, formatEvent } from '../../src/access/text.ts';
import { Model } from '../../src/model/model.ts';
import { bind } from '../../src/scenario/bind.ts';
import { Expansion } from '../../src/scenario/expand.ts';
import { modelView } from '../../src/scenario/model-view.ts';
import { canonicalProgram, OPERATIONS, STEP_WORDS, stepCount } from '../../src/scenario/steps.ts';
import type { Program } from '../../src/scenario/steps.ts';
import { enumerate } from '../../src/topology/enumerate.ts';
import { configurationOf } from '../../src/topology/mechanism.ts';
import type { Topology } from '../../src/topology/topology.ts';
import { machine } from './judge.ts';
import { dword } from './law.ts';
import type { Machine } from './machine.ts';
import { MachineTarget } from './target.ts';

/** Any program of at most `most` steps: operations by their numbers, small operands, and values. */
export function programs(most: number): fc.Arbitrary<Program> {
  const operand = fc.oneof(
    fc.integer({ min: 0, max: 8 }),
    fc.integer({ min: 0, max: 0x100 }),
    dword().map((value) => value | 0),
  );
  const one = fc.tuple(
    fc.integer({ min: 0, max: OPERATIONS.length - 1 }),
    ...Array.from({ length: STEP_WORDS - 1 }, () => operand),
  );
  return fc
    .array(one, { maxLength: most, size: 'max' })
    .map((steps) => canonicalProgram(Int32Array.from(steps.flat())));
}

/** Lines of the trace that a failure shows. */
const SHOWN = 40;

/** A machine under a model that sees all of its accesses, from power-on. */
export class Lockstep {
  readonly trace: string[] = [];
  readonly topology: Topology;
  readonly model: Model;
  /** Accesses that steps asked for. */
  accesses = 0;
  private readonly target: MachineTarget;
  private readonly wrong: string[] = [];
  private wrongAt = 0;

  constructor(under: Machine) {
    this.target = new MachineTarget(under);
    this.model = new Model({
      machine: machine(),
      choices: {},
      skip: new Set(),
      divergence: ({ rule, register, expected, actual }) => {
        if (this.wrong.length === 0) this.wrongAt = this.trace.length;
        this.wrong.push(`${rule}: ${register}: ${expected}, not ${actual}`);
      },
      note: () => {},
    });
    this.event({ kind: 'power-on' });
    const { machine: description } = this.target.description;
    this.topology = enumerate(configurationOf({ access: (access) => this.access(access) }, description), description);
  }

  /** Runs a program; returns what the model does not believe, with the last lines of the trace. */
  run(program: Program): string[] {
    const bound = bind(program, this.topology);
    if (!bound.bound) return [];
    const expansion = new Expansion(bound.binding.topology, modelView(this.model), this.target.description.machine);
    for (let step = 0; step < stepCount(program) && this.wrong.length === 0; step++) {
      for (const action of expansion.expand(bound.binding, program, step)) {
        this.accesses++;
        if (action instanceof Access) this.access(action);
        else if (this.target.command(action).done) this.event(action);
      }
    }
    return this.wrong.length === 0
      ? []
      : [...this.trace.slice(Math.max(this.wrongAt - SHOWN, 0), this.wrongAt), ...this.wrong];
  }

  private access(access: Access): void {
    this.target.access(access);
    this.trace.push(formatAccess(access));
    this.model.access(access);
  }

  private event(event: Event): void {
    this.trace.push(formatEvent(event));
    this.model.event({ ...event, line: 0 });
  }
}
