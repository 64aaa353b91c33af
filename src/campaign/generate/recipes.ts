/**
 * Recipes: what guests do, as scenarios. A recipe is drawn, its operands are filled with functions that fit, its vectors
 * and messages are others each time, and now and then something in it is done in another width, left out, or interrupted.
 */

import { parseScenario } from '../../scenario/grammar.ts';
import { NEEDS, RELATIVE_NEEDS } from '../../scenario/names.ts';
import { needKind } from '../../scenario/needs.ts';
import { functionWords } from '../../scenario/cast.ts';
import { operationOf, STEP_WORDS, stepCount } from '../../scenario/steps.ts';
import type { OperationName, Program } from '../../scenario/steps.ts';
import type { TopologyFunction } from '../../topology/topology.ts';
import type { Draw, Step } from './draw.ts';

interface Need {
  variable: number;
  name: (typeof NEEDS)[number];
  number: number;
}

export interface Recipe {
  program: Program;
  /** Operands from `fn` on. */
  variables: number;
  needs: readonly Need[];
  /** Optional commands that it makes, in the words of the target protocol. */
  caps: ReadonlySet<string>;
}

type Can = (capability: string) => boolean;

const CAPS: Partial<Record<OperationName, string>> = {
  fire: 'fire',
  raise: 'intx',
  lower: 'intx',
  reset: 'reset',
  save: 'snapshot',
  restore: 'snapshot',
  plug: 'plug',
  unplug: 'unplug',
};

/** Recipes of a text, with an empty line between them. */
export function recipes(text: string): readonly Recipe[] {
  return text
    .split(/\n\s*\n/)
    .map((one) => parseScenario(one).program)
    .filter((program) => program.length > 0)
    .map((program) => {
      const steps = Array.from({ length: stepCount(program) }, (_, step) => step);
      const isNeed = (step: number): boolean => operationOf(program, step) === 'need';
      const needs = steps.filter(isNeed).map((step): Need => {
        const [, variable = 0, need = 0, number = 0] = program.subarray(step * STEP_WORDS);
        return { variable, name: NEEDS[need]!, number };
      });
      const done = steps.filter((step) => !isNeed(step));
      const named = done.flatMap((step) =>
        functionWords(program, step).map((word) => program[step * STEP_WORDS + word]!),
      );
      return {
        program: Int32Array.from(
          done.flatMap((step) => [...program.subarray(step * STEP_WORDS, (step + 1) * STEP_WORDS)]),
        ),
        variables: 1 + Math.max(-1, ...named),
        needs,
        caps: new Set(done.flatMap((step) => CAPS[operationOf(program, step)] ?? [])),
      };
    });
}

/** Steps of one recipe that the target and one of its functions can follow; none: there is none. */
export function cook(draw: Draw, can: Can, book: readonly Recipe[]): Step[] {
  const possible = book.filter(({ caps }) => [...caps].every((capability) => can(capability)));
  // What suits the cast is mostly preferred, so that one program comes back to the same functions.
  const suited = draw.chance(12) ? possible.filter((one) => draw.cast.some((f) => fits(one, 0, f, []))) : [];
  for (let tries = 4; tries > 0 && possible.length > 0; tries--) {
    const recipe = draw.stream.pick(suited.length > 0 ? suited : possible);
    const functions = fill(draw, recipe);
    if (functions !== undefined) return follow(draw, recipe, functions);
  }
  return [];
}

/** Whether a function may stand for an operand beside those that are chosen already. */
function fits({ needs }: Recipe, variable: number, f: TopologyFunction, chosen: readonly TopologyFunction[]): boolean {
  const all = [...chosen, f];
  return needs.every((need) => {
    const relative = RELATIVE_NEEDS.has(need.name);
    if (need.variable !== variable && !(relative && need.number === variable)) return true;
    const [one, other] = [all[need.variable], all[need.number]];
    if (one === undefined || (relative && other === undefined)) return true;
    return needKind(need.name).holds(one, need.number, other);
  });
}

function fill(draw: Draw, recipe: Recipe): TopologyFunction[] | undefined {
  const chosen: TopologyFunction[] = [];
  for (let variable = 0; variable < recipe.variables; variable++) {
    const f = draw.function((one) => !chosen.includes(one) && fits(recipe, variable, one, chosen));
    if (f === undefined) return undefined;
    chosen.push(f);
  }
  return chosen;
}

/** Words that say how something is done, and how many ways there are. */
const WAYS: Partial<Record<OperationName, readonly [word: number, ways: number]>> = {
  mask: [4, 4],
  unmask: [4, 4],
  enable: [3, 3],
  disable: [3, 3],
  program: [5, 7],
  'decode on': [3, 3],
  'decode off': [3, 3],
  ring: [3, 2],
  'move bar': [6, 10],
};

/** Word of the vector in a step, and whether 0 stands for all of them there. */
const VECTORS: Partial<Record<OperationName, boolean>> = { mask: true, unmask: true, program: false, fire: false };

function follow(draw: Draw, { program }: Recipe, functions: readonly TopologyFunction[]): Step[] {
  const exact = draw.chance(8);
  const first = functions[0];
  const vectors = Math.max(first?.msix?.vectors ?? 1, first?.msi?.vectors ?? 1);
  const vector = draw.stream.pick([0, draw.below(Math.min(vectors, 4)), draw.below(vectors), vectors - 1]);
  const message = draw.below(64);
  const steps: Step[] = [];
  for (let step = 0; step < stepCount(program); step++) {
    if (!exact && draw.chance(1)) continue;
    const words = program.slice(step * STEP_WORDS, (step + 1) * STEP_WORDS);
    const name = operationOf(program, step);
    for (const word of functionWords(program, step)) words[word] = functions[words[word]!]!.index;
    const all = VECTORS[name];
    if (all === false || words[3]! > 0) if (all !== undefined) words[3]! += vector;
    if (name === 'program') words[4] = (words[4]! + message) & 63;
    const way = WAYS[name];
    if (way !== undefined && !exact && draw.chance(6)) words[way[0]] = draw.below(way[1]);
    steps.push([...words]);
  }
  return steps;
}
