/**
 * Recipes: what guests do, as scenarios. A recipe is drawn, its operands are filled with functions that fit, its vectors
 * and messages are others each time, and now and then something in it is done in another width, left out, or interrupted.
 */

import { parseScenario } from '../../scenario/grammar.ts';
import { NEEDS, RELATIVE_NEEDS, VIAS } from '../../scenario/names.ts';
import { needKind } from '../../scenario/needs.ts';
import { functionWords } from '../../scenario/cast.ts';
import { operationOf, STEP_WORDS, stepCount } from '../../scenario/steps.ts';
import type { OperationName, Program } from '../../scenario/steps.ts';
import type { TopologyFunction } from '../../topology/topology.ts';
import { word } from './draw.ts';
import type { Draw, Step } from './draw.ts';

interface Need {
  variable: number;
  name: (typeof NEEDS)[number];
  number: number;
}

/** Steps, with the optional commands that they make, in the words of the target protocol. */
interface Part {
  program: Program;
  caps: ReadonlySet<string>;
}

export interface Recipe {
  /** Operands from `fn` on. */
  variables: number;
  needs: readonly Need[];
  /** What comes first. */
  first: Part;
  /** Sentences of which some follow, each of which leaves things as it has found them. */
  sentences: readonly Part[];
}

type Can = (capability: string) => boolean;

const CAPS: Partial<Record<OperationName, string>> = {
  fire: 'fire',
  raise: 'intx',
  lower: 'intx',
  reset: 'reset',
  save: 'snapshot',
  restore: 'snapshot',
  plug: 'unplug',
  unplug: 'unplug',
};

/** Recipes of a text, with an empty line between them, and a line of one hyphen before each sentence. */
export function recipes(text: string): readonly Recipe[] {
  const blocks = text.trim().split(/\n\s*\n/);
  return blocks.map((block) => {
    const parsed = block.split(/^-$/m).map((part) => parseScenario(part).program);
    const needs = parsed
      .flatMap((program) => stepsOf(program, true))
      .map((step): Need => {
        const [, variable = 0, need = 0, number = 0] = step;
        return { variable, name: NEEDS[need]!, number };
      });
    const [first = part([]), ...sentences] = parsed.map((program) => part(stepsOf(program, false)));
    const named = [first, ...sentences].flatMap(({ program }) =>
      steps(program).flatMap((step) => functionWords(program, step).map((word) => program[step * STEP_WORDS + word]!)),
    );
    return { variables: 1 + Math.max(-1, ...named), needs, first, sentences };
  });
}

function steps(program: Program): number[] {
  return Array.from({ length: stepCount(program) }, (_, step) => step);
}

/** The needs of a program, or all but these. */
function stepsOf(program: Program, needs: boolean): Int32Array[] {
  return steps(program)
    .filter((step) => (operationOf(program, step) === 'need') === needs)
    .map((step) => program.slice(step * STEP_WORDS, (step + 1) * STEP_WORDS));
}

function part(list: readonly Int32Array[]): Part {
  const program = Int32Array.from(list.flatMap((one) => [...one]));
  return { program, caps: new Set(steps(program).flatMap((step) => CAPS[operationOf(program, step)] ?? [])) };
}

/** Sentences of one recipe that are done in a row. */
const SENTENCES_AT_MOST = 6;
/** So many sentences of a recipe make it as likely as another recipe of its own. */
const SENTENCES_A_RECIPE = 3;

/** Steps of one recipe that the target and one of its functions can follow; none: there is none. */
export function cook(draw: Draw, can: Can, book: readonly Recipe[]): Step[] {
  const able = ({ caps }: Part): boolean => [...caps].every((capability) => can(capability));
  const possible = book.filter(
    ({ first, sentences }) => able(first) && (sentences.length === 0 || sentences.some(able)),
  );
  // What suits the cast is mostly preferred, so that one program comes back to the same functions.
  const suited = draw.chance(12) ? possible.filter((one) => draw.cast.some((f) => suits(draw, one, f, []))) : [];
  // The more there is to do in a recipe, the more often it is drawn.
  const weighted = (suited.length > 0 ? suited : possible).flatMap((one) =>
    Array.from({ length: Math.ceil((1 + one.sentences.length) / SENTENCES_A_RECIPE) }, () => one),
  );
  for (let tries = 4; tries > 0 && weighted.length > 0; tries--) {
    const recipe = draw.stream.pick(weighted);
    const functions = fill(draw, recipe);
    if (functions === undefined) continue;
    const sentences = recipe.sentences.filter(able);
    const chosen = [recipe.first];
    const left = [...sentences];
    for (let count = 2 + draw.below(SENTENCES_AT_MOST - 1); count > 0 && left.length > 0; count--)
      chosen.push(...left.splice(draw.below(left.length), 1));
    return follow(draw, chosen, functions);
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

/** Whether a function may stand for the next operand, so that there are some for those after it, too. */
function suits(draw: Draw, recipe: Recipe, f: TopologyFunction, chosen: readonly TopologyFunction[]): boolean {
  if (chosen.includes(f) || !fits(recipe, chosen.length, f, chosen)) return false;
  const all = [...chosen, f];
  return all.length >= recipe.variables || draw.everyone.some((one) => suits(draw, recipe, one, all));
}

function fill(draw: Draw, recipe: Recipe): TopologyFunction[] | undefined {
  const chosen: TopologyFunction[] = [];
  for (let variable = 0; variable < recipe.variables; variable++) {
    const f = draw.function((one) => suits(draw, recipe, one, chosen));
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

/** Word of the mechanism: mostly the one that needs one access only. */
const MECHANISMS: Partial<Record<OperationName, number>> = {
  'config read': 5,
  'config write': 7,
  'config set': 6,
  'config clear': 6,
};
const ECAM = word(VIAS, 'ecam');

/** Word of the vector in a step, and whether 0 stands for all of them there. */
const VECTORS: Partial<Record<OperationName, boolean>> = { mask: true, unmask: true, program: false, fire: false };

function follow(draw: Draw, parts: readonly Part[], functions: readonly TopologyFunction[]): Step[] {
  const [first] = functions;
  const vectors = Math.max(first?.msix?.vectors ?? 1, first?.msi?.vectors ?? 1);
  const vector = draw.stream.pick([0, draw.below(Math.min(vectors, 4)), draw.below(vectors), vectors - 1]);
  const message = draw.below(64);
  const done: Step[] = [];
  for (const { program } of parts) {
    const exact = draw.chance(9);
    for (const step of steps(program)) {
      if (!exact && draw.chance(1)) continue;
      const words = program.slice(step * STEP_WORDS, (step + 1) * STEP_WORDS);
      const name = operationOf(program, step);
      for (const word of functionWords(program, step)) words[word] = functions[words[word]!]!.index;
      const all = VECTORS[name];
      if (all === false || (all === true && words[3]! > 0)) words[3]! += vector;
      if (name === 'program') words[4] = (words[4]! + message) & 63;
      const way = WAYS[name];
      if (way !== undefined && !exact && draw.chance(6)) words[way[0]] = draw.below(way[1]);
      const via = MECHANISMS[name];
      if (via !== undefined && words[via] === 0 && draw.chance(12)) words[via] = ECAM;
      done.push([...words]);
    }
  }
  return done;
}
