/** Which functions of a target fill the operands of a scenario. */

import type { Topology, TopologyFunction } from '../topology/topology.ts';
import { NEEDS, RELATIVE_NEEDS } from './names.ts';
import { needKind } from './needs.ts';
import type { NeedName } from './needs.ts';
import { variableName } from './operand.ts';
import { operationOf, STEP_WORDS, stepCount } from './steps.ts';
import type { Program } from './steps.ts';

export interface Binding {
  readonly topology: Topology;
  /** The function behind an operand. One without needs stands for the function of its number, modulo their count. */
  functionOf(variable: number): TopologyFunction;
}

/** Why a scenario cannot be bound. */
export interface Unbound {
  /** The operand, as in the text; empty: the target has no functions at all. */
  operand: string;
  /** A sentence's end: `no function with MSI-X and at least 4 vectors`. */
  reason: string;
  /** Step of the need, from 0; -1: none. */
  step: number;
}

export type BindResult = { bound: true; binding: Binding } | ({ bound: false } & Unbound);

interface Need {
  name: NeedName;
  number: number;
  step: number;
}

/** Choices that are tried before a scenario with many related operands is given up. */
const TRIES_AT_MOST = 100_000;

/**
 * Binds a canonical program. Operands with needs get functions that fulfil them, each another one; of several that fit,
 * the first in the order of the scan that lets the others be filled too.
 */
export function bind(program: Program, topology: Topology): BindResult {
  const { functions } = topology;
  if (functions.length === 0) return { bound: false, operand: '', reason: 'the target has no functions', step: -1 };
  const needs = needsOf(program);
  const candidates = new Map<number, TopologyFunction[]>();
  for (const [variable, list] of needs) {
    let fitting = [...functions];
    const said: string[] = [];
    for (const { name, number, step } of list) {
      if (RELATIVE_NEEDS.has(name)) continue;
      const kind = needKind(name);
      said.push(kind.says(number));
      fitting = fitting.filter((f) => kind.holds(f, number, undefined));
      if (fitting.length === 0)
        return { bound: false, operand: variableName(variable), reason: `no function ${said.join(' and ')}`, step };
    }
    candidates.set(variable, fitting);
  }
  const chosen = choose(needs, candidates, functions);
  if ('bound' in chosen) return chosen;
  return {
    bound: true,
    binding: {
      topology,
      functionOf: (variable) => chosen.get(variable) ?? (functions[variable % functions.length] as TopologyFunction),
    },
  };
}

/** Needs of each operand, in the order of the operands' first ones. */
function needsOf(program: Program): Map<number, Need[]> {
  const needs = new Map<number, Need[]>();
  for (let step = 0; step < stepCount(program); step++) {
    if (operationOf(program, step) !== 'need') continue;
    const [, variable = 0, need = 0, number = 0] = program.subarray(step * STEP_WORDS);
    const name = NEEDS[need]!;
    needs.set(variable, [...(needs.get(variable) ?? []), { name, number, step }]);
    // An operand that is only named by another's need is one to be chosen as well.
    if (RELATIVE_NEEDS.has(name) && !needs.has(number)) needs.set(number, []);
  }
  return needs;
}

function choose(
  needs: ReadonlyMap<number, Need[]>,
  candidates: ReadonlyMap<number, TopologyFunction[]>,
  functions: readonly TopologyFunction[],
): Map<number, TopologyFunction> | ({ bound: false } & Unbound) {
  const variables = [...needs.keys()];
  const chosen = new Map<number, TopologyFunction>();
  let tries = 0;
  let deepest = 0;
  const related = (depth: number): boolean => {
    for (const variable of variables.slice(0, depth + 1)) {
      for (const { name, number } of needs.get(variable) ?? []) {
        if (!RELATIVE_NEEDS.has(name)) continue;
        const f = chosen.get(variable)!;
        // The other may be chosen later; then it is looked at again.
        const other = needs.has(number) ? chosen.get(number) : functions[number % functions.length];
        if (other !== undefined && !needKind(name).holds(f, 0, other)) return false;
      }
    }
    return true;
  };
  const descend = (depth: number): boolean => {
    const variable = variables[depth];
    if (variable === undefined) return true;
    deepest = Math.max(deepest, depth);
    const taken = new Set(chosen.values());
    for (const f of candidates.get(variable) ?? functions) {
      if (taken.has(f)) continue;
      if (++tries > TRIES_AT_MOST) return false;
      chosen.set(variable, f);
      if (related(depth) && descend(depth + 1)) return true;
      chosen.delete(variable);
    }
    return false;
  };
  if (descend(0)) return chosen;
  const variable = variables[deepest]!;
  const list = needs.get(variable)!;
  const says = list.map(({ name, number }) =>
    RELATIVE_NEEDS.has(name)
      ? needKind(name).says(0).replace('the other', variableName(number))
      : needKind(name).says(number),
  );
  return {
    bound: false,
    operand: variableName(variable),
    reason: `no function ${says.join(' and ')} is left beside those of the other operands`.replace('  ', ' '),
    step: list[0]?.step ?? -1,
  };
}
