/** Which functions a step is about. */

import type { TopologyFunction } from '../topology/topology.ts';
import type { Binding } from './bind.ts';
import { DESTINATIONS, RELATIONS } from './names.ts';
import { operationOf, STEP_WORDS } from './steps.ts';
import type { OperationName, Program } from './steps.ts';

/** Steps whose word 1 is no function. */
export const WITHOUT_FUNCTION: ReadonlySet<OperationName> = new Set([
  'need',
  'port read',
  'port write',
  'memory read',
  'memory write',
  'reset',
  'save',
  'restore',
  'sweep regions',
  'looks off',
  'looks on',
]);

/** Words of the step that hold functions, as variables. */
export function functionWords(program: Program, step: number): number[] {
  const name = operationOf(program, step);
  const at = step * STEP_WORDS;
  if (WITHOUT_FUNCTION.has(name)) return [];
  if (name.startsWith('route') && RELATIONS[program[at + 2]!] === 'at') return [];
  if (name === 'swap') return [1, 3];
  const to = DESTINATIONS[program[at + 3]!];
  return name === 'move bar' && (to === 'overlap' || to === 'before' || to === 'after') ? [1, 4] : [1];
}

/** The functions that one step names. */
export function castOf(program: Program, step: number, binding: Binding): TopologyFunction[] {
  return functionWords(program, step).map((word) => binding.functionOf(program[step * STEP_WORDS + word]!));
}
