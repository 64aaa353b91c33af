/**
 * Address assignment is judged where a machine has come to rest. Wherever a recorded trace is cut, in the middle of firmware
 * or of an operating system that places devices, nothing may be found that the profile of the whole trace does not know.
 */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { emptyMachine } from '../../src/access/machine.ts';
import type { MachineDescription } from '../../src/access/machine.ts';
import type { TraceSink } from '../../src/access/source.ts';
import { judgeAtRest } from '../../src/check/at-rest.ts';
import { hashedInput } from '../../src/check/hashed-input.ts';
import { readProfile } from '../../src/check/profile.ts';
import { readAll } from '../../src/check/reading.ts';
import { Model } from '../../src/model/model.ts';
import { TOP } from '../support/repository.ts';

const FOLDER = 'corpora/traces';
/** Accesses from one cut to the next; a number without small factors, so that cuts fall everywhere. */
const STRIDE = 499;

/** Rules that the recorded machines break when they are at rest; see the profiles. */
const KNOWN: Readonly<Record<string, readonly string[]>> = { 'linux-hotplug-shpc': ['HP-005'] };

const SCENARIOS = readdirSync(join(TOP, FOLDER)).toSorted();

/** Rules that are broken at some cut, and how many cuts found the machine at rest. */
async function cut(name: string): Promise<{ rules: string[]; restful: number }> {
  const profile = await readProfile(join(TOP, FOLDER, name, 'profile.yaml'));
  const rules = new Set<string>();
  let restful = 0;
  let machine: MachineDescription = emptyMachine();
  let model: Model | undefined;
  let count = 0;
  const sink: TraceSink = {
    header: (header) => {
      machine = { ...emptyMachine(), ...header.machine, ...profile.machine };
      const ignore = (): void => {};
      model = new Model({ machine, choices: profile.choices, skip: new Set(), divergence: ignore, note: ignore });
    },
    access: (access) => {
      model?.access(access);
      if (++count % STRIDE !== 0 || model === undefined) return;
      const { exercised, verdicts } = judgeAtRest(model.snapshot(), { machine, choices: profile.choices });
      if (exercised.has('ADDR-004')) restful++;
      for (const { rule } of verdicts) rules.add(rule);
    },
    event: (event) => model?.event(event),
  };
  const { input } = await hashedInput(join(TOP, FOLDER, name, 'trace.txt.gz'), name);
  await readAll(input, sink, name, profile);
  return { rules: [...rules].toSorted(), restful };
}

test('wherever a trace is cut, no rule of address assignment is broken but what is known', async () => {
  let restful = 0;
  for (const name of SCENARIOS) {
    const found = await cut(name);
    restful += found.restful;
    expect({ name, rules: found.rules }).toEqual({ name, rules: KNOWN[name] ?? [] });
  }
  expect(restful).toBeGreaterThan(500);
});
