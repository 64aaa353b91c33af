/** Stretches that reached something, as phrases of new programs: as they are, or with a part of them changed. */

import { functionWords } from '../../scenario/cast.ts';
import { STEP_WORDS, stepCount } from '../../scenario/steps.ts';
import type { Program } from '../../scenario/steps.ts';
import type { Draw, Step } from '../generate/draw.ts';
import type { Feedback } from './feedback.ts';

/** Undefined: nothing is kept yet. */
export function keptPhrase(draw: Draw, feedback: Feedback): Step[] | undefined {
  const kept = feedback.pick(draw.stream);
  if (kept === undefined) return undefined;
  const steps = stepsOf(kept.program);
  switch (draw.below(8)) {
    case 0:
    case 1:
      return steps;
    case 2:
    case 3:
    case 4:
      return withOtherWords(draw, steps);
    case 5:
    case 6:
      return onOtherFunction(draw, kept.program);
    default:
      return [...steps.slice(0, 1 + draw.below(steps.length)), ...stepsOf(feedback.pick(draw.stream)!.program)];
  }
}

function stepsOf(program: Program): number[][] {
  return Array.from({ length: stepCount(program) }, (_, step) => [
    ...program.subarray(step * STEP_WORDS, (step + 1) * STEP_WORDS),
  ]);
}

/** Whatever stands in a word means something; those of the last steps are changed most, since these came to it. */
function withOtherWords(draw: Draw, steps: number[][]): Step[] {
  for (let changes = 1 + draw.below(2); changes > 0; changes--) {
    const step = steps[steps.length - 1 - draw.below(Math.min(steps.length, draw.chance(8) ? 2 : steps.length))]!;
    const word = 2 + draw.below(STEP_WORDS - 2);
    step[word] = draw.chance(8) ? draw.dword() : step[word]! + draw.stream.pick([-8, -4, -2, -1, 1, 2, 4, 8]);
  }
  return steps;
}

/** Another function in the place of one of those that it names. */
function onOtherFunction(draw: Draw, program: Program): Step[] {
  const steps = stepsOf(program);
  const places = steps.flatMap((_, step) => functionWords(program, step).map((word) => ({ step, word })));
  if (places.length === 0) return steps;
  const at = draw.stream.pick(places);
  const from = steps[at.step]![at.word]!;
  const to = draw.function()?.index ?? from;
  for (const { step, word } of places) if (steps[step]![word] === from) steps[step]![word] = to;
  return steps;
}
