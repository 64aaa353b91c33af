/**
 * Makes a program that speaks of the functions of one target by their numbers into one that other targets can bind: it
 * says what its functions must have, and no more than it takes to break the same rule.
 */

import { functionWords } from '../scenario/cast.ts';
import { NEEDS, RELATIVE_NEEDS } from '../scenario/names.ts';
import type { NeedName } from '../scenario/needs.ts';
import { needKind } from '../scenario/needs.ts';
import { operationNumber, operationOf, STEP_WORDS, stepCount } from '../scenario/steps.ts';
import type { Program } from '../scenario/steps.ts';
import type { Topology, TopologyFunction } from '../topology/topology.ts';

interface Need {
  variable: number;
  name: NeedName;
  /** A count, or the variable of a relation. */
  number: number;
}

/**
 * `breaks`: whether a program breaks the rule on this target. Undefined: it names no function or has needs already, or no
 * needs bind it so that it still breaks it.
 */
export function generalize(
  program: Program,
  topology: Topology,
  breaks: (candidate: Program) => boolean,
): Program | undefined {
  for (let step = 0; step < stepCount(program); step++) if (operationOf(program, step) === 'need') return undefined;
  const { cast, steps } = renumbered(program, topology);
  const withNeeds = (needs: readonly Need[]): Program => Int32Array.from([...needs.flatMap(needWords), ...steps]);
  let needs = cast.flatMap((f, variable) => needsOf(f, variable, cast));
  if (cast.length === 0 || !breaks(withNeeds(needs))) return undefined;
  // What tells most about a function stands first, and goes last.
  for (const need of needs.toReversed()) {
    const fewer = needs.filter((one) => one !== need);
    // A function without any need would be the one of its number again.
    if (fewer.some(({ variable }) => variable === need.variable) && breaks(withNeeds(fewer))) needs = fewer;
  }
  for (const need of needs) {
    if (!COUNTS.has(need.name)) continue;
    const least = needs.map((one) => (one === need ? { ...need, number: 1 } : one));
    if (need.number > 1 && breaks(withNeeds(least))) needs = least;
  }
  return withNeeds(needs);
}

/** The functions in the order in which the steps name them, and the steps with these numbers. */
function renumbered(program: Program, { functions }: Topology): { cast: TopologyFunction[]; steps: Int32Array } {
  const cast: TopologyFunction[] = [];
  const steps = program.slice();
  for (let step = 0; step < stepCount(program); step++) {
    for (const word of functionWords(program, step)) {
      const at = step * STEP_WORDS + word;
      const f = functions[program[at]! % functions.length]!;
      if (!cast.includes(f)) cast.push(f);
      steps[at] = cast.indexOf(f);
    }
  }
  return { cast, steps };
}

function needsOf(f: TopologyFunction, variable: number, cast: readonly TopologyFunction[]): Need[] {
  return NEEDS.flatMap((name): Need[] => {
    const kind = needKind(name);
    if (RELATIVE_NEEDS.has(name))
      return cast.flatMap((other, number) =>
        other !== f && kind.holds(f, 0, other) ? [{ variable, name, number }] : [],
      );
    return numbersOf(f, name)
      .filter((number) => kind.holds(f, number, undefined))
      .map((number) => ({ variable, name, number }));
  });
}

/** Needs of at least so many. */
const COUNTS: ReadonlySet<NeedName> = new Set(['msix', 'msi', 'sriov']);

/** The numbers with which a need tells most about a function. */
function numbersOf(f: TopologyFunction, name: NeedName): number[] {
  switch (name) {
    case 'msix':
      return [f.msix?.vectors ?? 0];
    case 'msi':
      return [f.msi?.vectors ?? 0];
    case 'sriov':
      return [f.sriov?.virtualFunctions ?? 0];
    case 'bar':
      return f.bars.map(({ index }) => index);
    case 'large-bar':
      return [Math.max(...f.bars.map(({ exponent }) => exponent))];
    case 'small-bar':
      return [Math.min(...f.bars.map(({ exponent }) => exponent))];
    default:
      return [0];
  }
}

function needWords({ variable, name, number }: Need): number[] {
  const words = [operationNumber('need'), variable, NEEDS.indexOf(name), number];
  return [...words, ...Array.from({ length: STEP_WORDS - words.length }, () => 0)];
}
