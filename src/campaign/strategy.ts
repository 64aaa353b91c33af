/** How a campaign comes to its programs. */

import type { RandomStream } from '../core/random.ts';
import type { StateView } from '../scenario/state-view.ts';
import type { Topology } from '../topology/topology.ts';
import type { Feedback } from './feedback/feedback.ts';
import { generateWithOrigins } from './generate/generate.ts';
import type { Generated } from './generate/generate.ts';

/** Steps of one program, unless somebody says otherwise. */
export const PROGRAM_STEPS = 100;

export interface Strategy {
  /** The same stream and feedback give the same program. `caps`: the optional commands of the target. */
  program(stream: RandomStream, topology: Topology, caps: readonly string[], feedback?: Feedback): Generated;
  /** What operands are resolved by; default: the model's view of the present state. */
  view?: StateView;
  /** Whether `program` has use for feedback. */
  guided?: boolean;
}

/** All generator classes, and operands as they are at present. */
export function fullStrategy(steps: number, guided = false): Strategy {
  return {
    guided,
    program: (stream, topology, caps, feedback) => generateWithOrigins(stream, topology, { steps, caps, feedback }),
  };
}

export const FULL = fullStrategy(PROGRAM_STEPS);
