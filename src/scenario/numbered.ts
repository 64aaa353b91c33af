/** Makes a portable program fit between programs that were generated for one topology, which name functions by their places. */

import type { Binding } from './bind.ts';
import { functionWords } from './cast.ts';
import { canonicalProgram, operationOf, STEP_WORDS, stepCount } from './steps.ts';
import type { Program } from './steps.ts';

/**
 * The same steps without needs, and with the number that each function has in the order of the scan: the opposite of
 * `portable`. It means the same on this target alone.
 */
export function numbered(program: Program, binding: Binding): Program {
  const kept: number[] = [];
  for (let step = 0; step < stepCount(program); step++) {
    if (operationOf(program, step) === 'need') continue;
    const words = program.slice(step * STEP_WORDS, (step + 1) * STEP_WORDS);
    for (const word of functionWords(program, step)) words[word] = binding.functionOf(words[word]!).index;
    kept.push(...words);
  }
  return canonicalProgram(Int32Array.from(kept));
}
