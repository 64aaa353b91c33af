/** Answers to the same read of the same step on two targets: the model allows each, and yet they may differ. */

import type { Answer } from '../lockstep/run-program.ts';
import type { ScenarioRun } from './comparison.ts';

/** Differences that are told one by one. */
const EXAMPLES_AT_MOST = 8;

export interface AnswerComparison {
  /** The first target that the scenarios ran on, and the other one. */
  targets: [string, string];
  /** Reads that both made, on functions of the same kinds, in steps in which nothing diverged. */
  compared: number;
  differing: number;
  /** The first that differ, one a step. */
  examples: { scenario: string; step: number; text: string; values: [string, string] }[];
}

/** Each target with the first one. Pairs that have no read in common are left out. */
export function compareAnswers(labels: readonly string[], runs: readonly ScenarioRun[]): AnswerComparison[] {
  return labels.slice(1).flatMap((label, index): AnswerComparison[] => {
    const result: AnswerComparison = { targets: [labels[0]!, label], compared: 0, differing: 0, examples: [] };
    for (const one of runs.filter(({ target }) => target === 0)) {
      const other = runs.find(({ scenario, target }) => scenario === one.scenario && target === index + 1);
      if (other !== undefined && one.kinds.join() === other.kinds.join()) compareRuns(one, other, result);
    }
    return result.compared === 0 ? [] : [result];
  });
}

function compareRuns(one: ScenarioRun, other: ScenarioRun, result: AnswerComparison): void {
  for (const [step, text] of one.steps.entries()) {
    if (one.diverged.has(step) || other.diverged.has(step)) continue;
    const mine = one.answers.filter((answer) => answer.step === step);
    const theirs = other.answers.filter((answer) => answer.step === step);
    // By another mechanism a step may take other reads, of which none has its match.
    if (widths(mine) !== widths(theirs)) continue;
    result.compared += mine.length;
    const differing = mine.flatMap((answer, index): [string, string][] => {
      const { value } = theirs[index]!;
      return value === answer.value ? [] : [[answer.value, value]];
    });
    result.differing += differing.length;
    const [values] = differing;
    if (values !== undefined && result.examples.length < EXAMPLES_AT_MOST)
      result.examples.push({ scenario: one.scenario, step, text, values });
  }
}

function widths(answers: readonly Answer[]): string {
  return answers.map(({ width }) => width).join();
}
