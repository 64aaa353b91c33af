/** How a campaign comes to its programs. */

import type { RandomStream } from '../core/random.ts';
import type { StateView } from '../scenario/state-view.ts';
import type { Program } from '../scenario/steps.ts';
import type { Topology } from '../topology/topology.ts';
import { generate } from './generate/generate.ts';

/** Steps of one program, unless somebody says otherwise. */
export const PROGRAM_STEPS = 100;

export interface Strategy {
  /** The same stream gives the same program. `caps`: the optional commands of the target. */
  program(stream: RandomStream, topology: Topology, caps: readonly string[]): Program;
  /** What operands are resolved by; default: the model's view of the present state. */
  view?: StateView;
}

/** All generator classes, and operands as they are at present. */
export function fullStrategy(steps: number): Strategy {
  return { program: (stream, topology, caps) => generate(stream, topology, { steps, caps }) };
}

export const FULL = fullStrategy(PROGRAM_STEPS);
