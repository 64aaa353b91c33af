/** What an access costs in machines of different sizes: a correct machine under a guest without a plan. */

import { Access } from '../../src/access/access.ts';
import type { MachineDescription } from '../../src/access/machine.ts';
import { isAccess, parseLine } from '../../src/access/text.ts';
import { randomStream } from '../../src/core/random.ts';
import { hierarchy, stroll } from '../../properties/support/hierarchy.ts';
import { machine } from '../../properties/support/judge.ts';
import { Recording } from '../support/recording.ts';

/** Accesses and events that are measured, after some that let the model learn what enumeration did not show. */
const WALK = 100_000;
const WARM_UP_A_FUNCTION = 500;

export interface Walk {
  recording: Recording;
  machine: MachineDescription;
  /** Row at which everything was found, placed, enabled and warm. */
  found: number;
}

/** The walk of a guest through a machine of `functions` functions. */
export function walkThrough(functions: number): Walk {
  const tree = hierarchy(functions);
  const recording = new Recording();
  const { guest } = tree;
  const random = randomStream(`walk ${functions}`);
  const take = (): void => {
    for (const text of guest.lines.splice(0)) {
      const parsed = parseLine(text, new Access());
      if (parsed === undefined) continue;
      if (isAccess(parsed)) recording.access(parsed);
      else recording.event({ ...parsed, line: 0 });
    }
  };
  take();
  const walk = (until: number): void => {
    while (recording.length < until) {
      stroll(tree, (below) => random.below(below));
      take();
    }
  };
  walk(recording.length + functions * WARM_UP_A_FUNCTION);
  const found = recording.length;
  walk(found + WALK);
  return { recording, machine: machine(), found };
}
