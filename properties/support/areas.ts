/** The areas that go wrong most, each with the rules and the generator classes that its programs come from. */

import fc from 'fast-check';
import type { GeneratorClass } from '../../src/campaign/generate/generate.ts';
import { generate } from '../../src/campaign/generate/generate.ts';
import { randomStream } from '../../src/core/random.ts';
import type { Program } from '../../src/scenario/steps.ts';
import type { Topology } from '../../src/topology/topology.ts';

export const AREAS: Readonly<Record<string, readonly GeneratorClass[]>> = {
  'BAR-002, BAR-003, BAR-009, BAR-011: sizing': ['sizing-grammar', 'half-register-orders'],
  'BAR-014, BAR-019, CMD-006, MAP-001, MAP-006: reassignment': ['move-interleaving', 'decode-toggle'],
  'MSIX-006, MSIX-007, MSIX-008: the table': ['table-layout', 'width-alignment-sweep'],
  'MSIX-013, MSIX-014, MSIX-021: pending bits': ['irq-state-machine', 'table-layout'],
  'MSIX-013, MSIX-015, MSIX-017, MSI-009: masking': ['irq-state-machine'],
};

/** Programs of some generator classes for what a target has, by the text that seeds them. `caps`: what it can do. */
export function generated(
  classes: readonly GeneratorClass[],
  topology: Topology,
  caps?: readonly string[],
): fc.Arbitrary<Program> {
  return fc
    .string({ minLength: 4, maxLength: 12 })
    .map((seed) =>
      generate(randomStream(seed), topology, { steps: 40, classes, ...(caps === undefined ? {} : { caps }) }),
    );
}
