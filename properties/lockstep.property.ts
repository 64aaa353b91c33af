/**
 * The areas that go wrong most, against a target that is not the model: programs of steps on the emulated target, in
 * lockstep. What once disagreed is kept in corpora/scenarios and tried first.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { trial } from '../src/check/lockstep/trial.ts';
import { formatScenario, parseScenario } from '../src/scenario/grammar.ts';
import type { Program } from '../src/scenario/steps.ts';
import { createEmulated, DEFAULT_LAYOUT, randomLayout } from '../src/targets/emulated/index.ts';
import { Lockstep } from '../src/check/lockstep/lockstep.ts';
import { AREAS, generated } from './support/areas.ts';
import { programs } from './support/program.ts';
import { law } from './support/law.ts';

const CORPUS = join(import.meta.dirname, '../corpora/scenarios/agreed');

/** Scenarios on which model and emulated target once disagreed, for no good reason of either. */
const AGREED: Program[] = existsSync(CORPUS)
  ? readdirSync(CORPUS)
      .toSorted()
      .map((name) => parseScenario(readFileSync(join(CORPUS, name), 'utf8'), name).program)
  : [];

/** What a program breaks on a fresh machine; `layout`: number of a random one, 0 for the default. */
function broken(program: Program, layout: number): string {
  const built = layout === 0 ? DEFAULT_LAYOUT : randomLayout(`lockstep ${layout}`);
  const { divergences } = trial(
    { open: () => createEmulated({ layout: built }), choices: {}, skip: new Set() },
    program,
  );
  const [first] = divergences;
  if (first === undefined) return '';
  return `layout ${layout}\n${formatScenario(program)}${first.rule}: ${first.register}: ${first.expected}, not ${first.actual}`;
}

const { topology } = new Lockstep(createEmulated({ layout: DEFAULT_LAYOUT }), {
  choices: {},
  skip: new Set(),
  divergence: () => undefined,
});

const examples: [Program, number][] = AGREED.map((program) => [program, 0]);

for (const [name, classes] of Object.entries(AREAS)) {
  // A template makes it plain to the linter that the title is text.
  test(
    `${name}`,
    law(
      fc.tuple(generated(classes, topology), fc.nat(3)),
      ([program, layout]) => {
        expect(broken(program, layout)).toBe('');
      },
      40,
      examples,
    ),
  );
}

test(
  'any program of steps',
  law(
    fc.tuple(programs(20), fc.nat(3)),
    ([program, layout]) => {
      expect(broken(program, layout)).toBe('');
    },
    40,
    examples,
  ),
);
