/**
 * The areas that go wrong most, against a target that is not the model: programs of steps on the emulated target, in
 * lockstep. What once disagreed is kept in corpora/scenarios and tried first.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { trial } from '../src/check/lockstep/trial.ts';
import { generate } from '../src/campaign/generate/generate.ts';
import type { GeneratorClass } from '../src/campaign/generate/generate.ts';
import { randomStream } from '../src/core/random.ts';
import { formatScenario, parseScenario } from '../src/scenario/grammar.ts';
import type { Program } from '../src/scenario/steps.ts';
import { createEmulated, DEFAULT_LAYOUT, randomLayout } from '../src/targets/emulated/index.ts';
import { Lockstep } from '../src/check/lockstep/lockstep.ts';
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

const AREAS: Readonly<Record<string, readonly GeneratorClass[]>> = {
  'BAR-002, BAR-003, BAR-009, BAR-011: sizing': ['sizing-grammar', 'half-register-orders'],
  'BAR-014, BAR-019, CMD-006, MAP-001, MAP-006: reassignment': ['move-interleaving', 'decode-toggle'],
  'MSIX-006, MSIX-007, MSIX-008: the table': ['table-layout', 'width-alignment-sweep'],
  'MSIX-013, MSIX-014, MSIX-021: pending bits': ['irq-state-machine', 'table-layout'],
  'MSIX-013, MSIX-015, MSIX-017, MSI-009: masking': ['irq-state-machine'],
};

const { topology } = new Lockstep(createEmulated({ layout: DEFAULT_LAYOUT }), {
  choices: {},
  skip: new Set(),
  divergence: () => undefined,
});

/** Programs of some generator classes, by the text that seeds them. */
function generated(classes: readonly GeneratorClass[]): fc.Arbitrary<Program> {
  return fc
    .string({ minLength: 4, maxLength: 12 })
    .map((seed) => generate(randomStream(seed), topology, { steps: 40, classes }));
}

const examples: [Program, number][] = AGREED.map((program) => [program, 0]);

for (const [name, classes] of Object.entries(AREAS)) {
  // A template makes it plain to the linter that the title is text.
  test(
    `${name}`,
    law(
      fc.tuple(generated(classes), fc.nat(3)),
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
