/** Answers to the same read of the same step on two targets: the model allows each, and yet they may differ. */

import type { Answer } from '../lockstep/run-program.ts';
import type { ScenarioRun } from './comparison.ts';

export interface AnswerComparison {
  /** The first target, and the one that is compared with it. */
  targets: [string, string];
  /** Reads that both made, on functions of the same kinds, in steps in which nothing diverged. */
  compared: number;
  differing: number;
  /** By the text of the step, which names register or place; those that differ most often first. */
  places: AnswerPlace[];
}

interface AnswerPlace {
  text: string;
  differing: number;
  /** The first that differs; `step` from 0. */
  scenario: string;
  step: number;
  values: [string, string];
}

/** Each target with the first one. Pairs that have no read in common are left out. */
export function compareAnswers(labels: readonly string[], runs: readonly ScenarioRun[]): AnswerComparison[] {
  return labels.slice(1).flatMap((label, index): AnswerComparison[] => {
    const places = new Map<string, AnswerPlace>();
    let compared = 0;
    for (const one of runs.filter(({ target }) => target === 0)) {
      const other = runs.find(({ scenario, target }) => scenario === one.scenario && target === index + 1);
      if (other !== undefined && one.kinds.join() === other.kinds.join()) compared += compareRuns(one, other, places);
    }
    if (compared === 0) return [];
    const sorted = [...places.values()].toSorted((one, other) => other.differing - one.differing);
    const differing = sorted.reduce((sum, place) => sum + place.differing, 0);
    return [{ targets: [labels[0]!, label], compared, differing, places: sorted }];
  });
}

/** Returns how many reads could be compared. */
function compareRuns(one: ScenarioRun, other: ScenarioRun, places: Map<string, AnswerPlace>): number {
  let compared = 0;
  for (const [step, text] of one.steps.entries()) {
    if (one.diverged.has(step) || other.diverged.has(step)) continue;
    const mine = one.answers.filter((answer) => answer.step === step);
    const theirs = other.answers.filter((answer) => answer.step === step);
    // By another mechanism a step may take other reads, of which none has its match.
    if (widths(mine) !== widths(theirs)) continue;
    compared += mine.length;
    for (const [index, { value }] of mine.entries()) {
      const values: [string, string] = [value, theirs[index]!.value];
      if (values[0] === values[1]) continue;
      const place = places.get(text) ?? { text, differing: 0, scenario: one.scenario, step, values };
      place.differing++;
      places.set(text, place);
    }
  }
  return compared;
}

function widths(answers: readonly Answer[]): string {
  return answers.map(({ width }) => width).join();
}
