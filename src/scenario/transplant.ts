/** The same steps on the same devices of another machine, where these have other numbers. */

import type { Topology, TopologyFunction } from '../topology/topology.ts';
import { functionWords } from './cast.ts';
import { operationOf, STEP_WORDS, stepCount } from './steps.ts';
import type { Program } from './steps.ts';

/**
 * A program that names functions of `from` by their numbers, with the numbers that functions of the same kind have in
 * `to`: of several the one at the same place among them, else the first. Undefined: there is no function of a kind that
 * it names. One with needs stays as it is, since binding looks for its functions.
 */
export function transplant(program: Program, from: Topology, to: Topology): Program | undefined {
  const steps = program.slice();
  for (let step = 0; step < stepCount(program); step++) {
    if (operationOf(program, step) === 'need') return program;
    for (const word of functionWords(program, step)) {
      const at = step * STEP_WORDS + word;
      const here = from.functions[program[at]! % from.functions.length];
      const there = here === undefined ? undefined : counterpart(here, from, to);
      if (there === undefined) return undefined;
      steps[at] = there.index;
    }
  }
  return steps;
}

function counterpart(f: TopologyFunction, from: Topology, to: Topology): TopologyFunction | undefined {
  const ofKind = ({ functions }: Topology): TopologyFunction[] =>
    functions.filter(
      ({ vendor, device, classCode }) => vendor === f.vendor && device === f.device && classCode === f.classCode,
    );
  const there = ofKind(to);
  return there[ofKind(from).indexOf(f)] ?? there[0];
}
