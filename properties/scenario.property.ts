/** Programs over a correct machine: the model believes everything, whatever a guest does. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { generate, GENERATOR_CLASSES } from '../src/campaign/generate/generate.ts';
import { randomStream } from '../src/core/random.ts';
import { law } from './support/law.ts';
import { Lockstep, programs } from './support/program.ts';
import { plant } from './support/tree.ts';

test(
  'no rule is broken by a correct machine, whatever program runs on it',
  law(
    programs(40),
    (program) => {
      const lockstep = new Lockstep(plant().machine);
      expect(lockstep.run(program)).toEqual([]);
    },
    150,
  ),
);

test.each(GENERATOR_CLASSES)('no rule is broken by a correct machine under programs of the class %s', (name) =>
  law(
    fc.integer({ min: 0, max: 1_000_000 }),
    (seed) => {
      const lockstep = new Lockstep(plant().machine);
      const stream = randomStream(`${name}/${seed}`);
      const program = generate(stream, lockstep.topology, { steps: 60, classes: [name], caps: ['reset'] });
      expect(lockstep.run(program)).toEqual([]);
    },
    20,
  )({ task: { name } } as never),
);

test(
  'no rule is broken by a correct machine under swarms of all classes',
  law(
    fc.integer({ min: 0, max: 1_000_000 }),
    (seed) => {
      const lockstep = new Lockstep(plant().machine);
      const program = generate(randomStream(`swarm/${seed}`), lockstep.topology, { steps: 120, caps: ['reset'] });
      expect(lockstep.run(program)).toEqual([]);
    },
    60,
  ),
);
