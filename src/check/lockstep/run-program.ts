/** One program on a machine made anew, judged into a tally: what came of it, for a report and to be compared. */

import type { Access } from '../../access/access.ts';
import type { Event } from '../../access/event.ts';
import { TargetDied } from '../../access/target-died.ts';
import { formatHex } from '../../core/hex.ts';
import type { Divergence } from '../../model/verdict.ts';
import { bind } from '../../scenario/bind.ts';
import { castOf } from '../../scenario/cast.ts';
import { stepCount } from '../../scenario/steps.ts';
import type { Program } from '../../scenario/steps.ts';
import type { Topology } from '../../topology/topology.ts';
import { kindOfFunction } from '../finding.ts';
import type { JudgedFinding } from '../trace-report.ts';
import { deathDivergence } from './death.ts';
import { Lockstep } from './lockstep.ts';
import { Recording } from './recording.ts';
import { Session } from './session.ts';
import type { Tally } from './tally.ts';
import type { TrialOptions } from './trial.ts';

/** The answer to a read that a step asked for. */
export interface Answer {
  /** From 0. */
  step: number;
  /** Bytes. */
  width: number;
  /** In hexadecimal. */
  value: string;
}

export interface Ran {
  state: 'ran' | 'unbound' | 'died';
  /** Why it could not be bound, or how the target died: a sentence without its end; else empty. */
  reason: string;
  /** By identity: all that this run showed. */
  findings: ReadonlyMap<string, JudgedFinding>;
  /** Kinds of the functions that the steps name, in the order in which they do. */
  kinds: readonly string[];
  /** Kinds of all functions of the target. */
  present: readonly string[];
  answers: readonly Answer[];
  /** Steps during which something diverged, known or not: their answers may not be allowed; -1: before the first. */
  diverged: ReadonlySet<number>;
  /** Accesses that no step asked for. */
  sweepAccesses: number;
  /** In Barometer's own form, if it was asked for. */
  trace?: string;
}

interface RunOptions {
  record?: boolean;
  /** Gets the findings that are new to the tally. */
  onFinding?(finding: JudgedFinding): void;
}

/** Throws a TargetDied if the target does not start. A program that cannot be bound leaves nothing in the tally's sums. */
export function runProgram(trial: TrialOptions, program: Program, tally: Tally, options: RunOptions = {}): Ran {
  const findings = new Map<string, JudgedFinding>();
  const diverged = new Set<number>();
  const answers: Answer[] = [];
  let step = -1;
  const tell = (divergence: Divergence): void => {
    const { finding, isNew } = tally.divergence(divergence);
    findings.set(finding.id, finding);
    diverged.add(step);
    if (isNew && !finding.known) options.onFinding?.(finding);
  };
  const target = trial.open();
  const recording = options.record === true ? new Recording() : undefined;
  const watch = (what: Access | Event): void => {
    tally.watch(what);
    recording?.watch(what);
  };
  const lockstep = new Lockstep(target, { choices: trial.choices, skip: trial.skip, divergence: tell, watch });
  let asked = 0;
  let kinds: string[] = [];
  let present: string[] = [];
  let state: Ran['state'] = 'ran';
  let reason = '';
  try {
    const session = new Session(lockstep);
    present = lockstep.topology.functions.map(kindOfFunction);
    kinds = kindsNamed(program, lockstep.topology);
    const next = (): boolean => {
      step++;
      return false;
    };
    const run = session.run(program, next, ({ write, width, valueHi, valueLo }) => {
      if (!write) answers.push({ step, width, value: formatHex(width === 8 ? valueHi : 0, valueLo) });
    });
    lockstep.finish();
    asked = run.accesses;
    if (run.unbound !== undefined) {
      const { operand } = run.unbound;
      state = 'unbound';
      reason = `${operand === '' ? '' : `${operand}: `}${run.unbound.reason}`;
    }
  } catch (error) {
    if (!(error instanceof TargetDied)) throw error;
    tell(deathDivergence(error.death, lockstep.accesses));
    state = 'died';
    reason = error.death.detail.replace(/\.$/, '');
  } finally {
    target.close?.();
  }
  const common = { state, reason, findings, kinds, present, answers, diverged };
  if (state === 'unbound') return { ...common, sweepAccesses: 0 };
  tally.add(lockstep.model.statistics());
  return {
    ...common,
    sweepAccesses: lockstep.accesses - asked,
    ...(recording === undefined ? {} : { trace: recording.text(lockstep.machine) }),
  };
}

function kindsNamed(program: Program, topology: Topology): string[] {
  const bound = bind(program, topology);
  if (!bound.bound) return [];
  const steps = Array.from({ length: stepCount(program) }, (_, step) => castOf(program, step, bound.binding));
  return [...new Set(steps.flat())].map(kindOfFunction);
}
