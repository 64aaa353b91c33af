/** A program that was made portable, and numbered again: on one binding all three mean the same. */

import { expect, test } from 'vitest';
import { Access } from '../../src/access/access.ts';
import { formatAccess, formatEvent } from '../../src/access/text.ts';
import { generate } from '../../src/campaign/generate/generate.ts';
import { Lockstep } from '../../src/check/lockstep/lockstep.ts';
import { randomStream } from '../../src/core/random.ts';
import { bind } from '../../src/scenario/bind.ts';
import type { Binding } from '../../src/scenario/bind.ts';
import { Expansion } from '../../src/scenario/expand.ts';
import { numbered } from '../../src/scenario/numbered.ts';
import { portable } from '../../src/scenario/portable.ts';
import { operationOf, stepCount } from '../../src/scenario/steps.ts';
import type { Program } from '../../src/scenario/steps.ts';
import { createEmulated, DEFAULT_LAYOUT, randomLayout } from '../../src/targets/emulated/index.ts';
import type { Layout } from '../../src/targets/emulated/index.ts';

const started = (layout: Layout): Lockstep => new Lockstep(createEmulated({ layout }), { divergence: () => undefined });

function bindingOf(program: Program, { topology }: Lockstep): Binding {
  const bound = bind(program, topology);
  if (!bound.bound) throw new Error(`${bound.operand}: ${bound.reason}`);
  return bound.binding;
}

/** All that the steps ask of a fresh machine, with its answers; nobody looks at it in between. */
function asked(program: Program, layout: Layout): string[] {
  const lockstep = started(layout);
  const binding = bindingOf(program, lockstep);
  const expansion = new Expansion(lockstep.topology, lockstep.view, lockstep.machine, undefined, 'ecam');
  const lines: string[] = [];
  for (let step = 0; step < stepCount(program); step++) {
    for (const action of expansion.expand(binding, program, step)) {
      if (action instanceof Access) lockstep.access(action);
      else lockstep.command(action);
      lines.push(action instanceof Access ? formatAccess(action) : formatEvent(action));
    }
  }
  return lines;
}

const LAYOUTS: Layout[] = [DEFAULT_LAYOUT, randomLayout('numbered')];

test.each(LAYOUTS.map((layout, number) => ({ number, layout })))(
  'a portable program does the same when it is numbered, on layout $number',
  ({ layout }) => {
    const lockstep = started(layout);
    let lines = 0;
    for (let seed = 0; seed < 8; seed++) {
      const program = generate(randomStream(`numbered/${seed}`), lockstep.topology, { steps: 40 });
      const carried = portable(program, bindingOf(program, lockstep));
      const again = numbered(carried, bindingOf(carried, lockstep));
      const steps = Array.from({ length: stepCount(again) }, (_, step) => operationOf(again, step));
      expect(steps).not.toContain('need');
      expect(steps.length).toBe(stepCount(program));
      const wanted = asked(carried, layout);
      expect(asked(again, layout)).toEqual(wanted);
      lines += wanted.length;
    }
    expect(lines).toBeGreaterThan(200);
  },
);
