/**
 * Behaviour that the specification allows and that the model once reported, as programs for the emulated target, which
 * certainly is a machine that can produce it. Each says in its first line what is allowed, and then where it shows:
 * `# Layout: random:SEED`, `# Faults: ID` and `# Choices: NAME=VALUE` where the host is one that a profile declares.
 */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { trial } from '../../src/check/lockstep/trial.ts';
import { parseScenario } from '../../src/scenario/grammar.ts';
import { createEmulated, DEFAULT_LAYOUT, randomLayout } from '../../src/targets/emulated/index.ts';
import { readText, TOP } from '../support/repository.ts';

const FOLDER = 'test/conforming/scenarios';

test.each(
  readdirSync(join(TOP, FOLDER))
    .toSorted()
    .map((file) => [file, readText(join(FOLDER, file))] as const),
)('%s', (file, text) => {
  const said = (what: string): string | undefined => new RegExp(`^# ${what}: (.*)$`, 'm').exec(text)?.[1];
  const seed = said('Layout')?.replace('random:', '');
  const layout = seed === undefined ? DEFAULT_LAYOUT : randomLayout(seed);
  const faults = new Set(said('Faults')?.split(' '));
  const choices: Record<string, string> = {};
  for (const [, name = '', value = ''] of said('Choices')?.matchAll(/(\S+)=(\S+)/g) ?? []) choices[name] = value;
  const { program } = parseScenario(text, file);
  const { divergences, unbound } = trial(
    { open: () => createEmulated({ layout, faults }), choices, skip: new Set() },
    program,
  );
  expect(unbound).toBeUndefined();
  expect(divergences).toEqual([]);
});
