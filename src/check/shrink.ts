/** Makes a program that breaks a rule shorter, as long as it breaks the same rule on a fresh machine. */

import { toItsEnd } from '../core/generators.ts';
import { withoutStretches } from './without-stretches.ts';
import type { Holds } from './without-stretches.ts';
import { canonicalProgram, STEP_WORDS, stepCount } from '../scenario/steps.ts';
import type { Program } from '../scenario/steps.ts';

export interface Shrunk {
  program: Program;
  /** Runs that it took. */
  executions: number;
}

/** Steps of a program as lists of words. */
function stepsOf(program: Program): Int32Array[] {
  return Array.from({ length: stepCount(program) }, (_, step) =>
    program.slice(step * STEP_WORDS, (step + 1) * STEP_WORDS),
  );
}

function programOf(steps: readonly Int32Array[]): Program {
  const words = new Int32Array(steps.length * STEP_WORDS);
  for (const [index, step] of steps.entries()) words.set(step, index * STEP_WORDS);
  return canonicalProgram(words);
}

/**
 * Leaves out stretches of steps, long ones first, until no single step can go; then sets single words to 0, the
 * simplest operand. `breaks` runs a candidate and says whether it breaks the rule. At most `limit` runs.
 */
export function shrink(program: Program, breaks: (candidate: Program) => boolean, limit: number): Shrunk {
  return toItsEnd(shrinking(program, breaks, limit));
}

/** As `shrink`; it yields after each run, so that others get their turn. */
export function* shrinking(
  program: Program,
  breaks: (candidate: Program) => boolean,
  limit: number,
): Generator<void, Shrunk, void> {
  let executions = 0;
  const holds: Holds<Int32Array> = function* (candidate) {
    if (executions >= limit) return false;
    executions++;
    const broken = breaks(programOf(candidate));
    yield;
    return broken;
  };
  let steps = stepsOf(program);
  // What broke last is most often what broke it: try the tail alone, doubling.
  for (let keep = 1; keep < steps.length; keep *= 2) {
    const tail = steps.slice(-keep);
    if (!(yield* holds(tail))) continue;
    steps = tail;
    break;
  }
  steps = yield* withoutStretches(steps, holds);
  steps = yield* withSimplerWords(steps, holds);
  return { program: programOf(steps), executions };
}

function* withSimplerWords(all: Int32Array[], holds: Holds<Int32Array>): Generator<void, Int32Array[], void> {
  let steps = all;
  for (const [index, step] of all.entries()) {
    for (let word = 1; word < STEP_WORDS; word++) {
      const now = steps[index] ?? step;
      if (now[word] === 0) continue;
      const simpler = now.slice();
      simpler[word] = 0;
      const candidate = steps.map((one, other) => (other === index ? simpler : one));
      if (yield* holds(candidate)) steps = candidate;
    }
  }
  return steps;
}
