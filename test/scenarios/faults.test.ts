/** The scenarios of real bugs: silent on the emulated target without faults, and each exposes its own fault there. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { trial } from '../../src/check/lockstep/trial.ts';
import { parseScenario } from '../../src/scenario/grammar.ts';
import {
  createEmulated,
  DEFAULT_LAYOUT,
  FAULTS,
  randomLayout,
  recordedSteps,
} from '../../src/targets/emulated/index.ts';

const FOLDER = join(import.meta.dirname, '../../corpora/scenarios/faults');
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.txt'));

function rulesOn(faults: readonly string[], text: string, file: string): { rules: string[]; unbound: string } {
  const { program } = parseScenario(text, file);
  // The default machine has not everything that a bug may need.
  const seed = /^# Layout: random:(.*)$/m.exec(text)?.[1];
  const layout = seed === undefined ? DEFAULT_LAYOUT : randomLayout(seed);
  const target = { open: () => createEmulated({ layout, faults: new Set(faults) }) };
  const { divergences, unbound } = trial({ ...target, choices: {}, skip: new Set() }, program);
  return { rules: [...new Set(divergences.map(({ rule }) => rule))], unbound: unbound?.reason ?? '' };
}

describe.each(files)('%s', (file) => {
  const id = file.slice(0, -'.txt'.length);
  const text = readFileSync(join(FOLDER, file), 'utf8');
  const rule = /^# Breaks: (\S+)$/m.exec(text)?.[1];

  test('breaks its rule where its fault is switched on', () => {
    expect(rulesOn([id], text, file)).toMatchObject({ unbound: '', rules: expect.arrayContaining([rule]) as string[] });
    expect(FAULTS.find((fault) => fault.id === id)?.rules).toContain(rule);
  });

  test('breaks nothing without faults', () => {
    expect(rulesOn([], text, file)).toEqual({ unbound: '', rules: [] });
  });
});

test('there is a scenario for every fault', () => {
  const missing = FAULTS.filter(({ id }) => !files.includes(`${id}.txt`)).map(({ id }) => id);
  expect(missing).toEqual([]);
});

test('nine in ten scenarios have at most one step more than the sequence in the record of their bug', () => {
  const longer: string[] = [];
  let recorded = 0;
  for (const file of files) {
    const sequence = recordedSteps(file.slice(0, -'.txt'.length));
    if (sequence === undefined) continue;
    recorded++;
    const lines = readFileSync(join(FOLDER, file), 'utf8').split('\n');
    const steps = lines.filter((line) => line !== '' && !line.startsWith('#') && !line.startsWith('need ')).length;
    if (steps > sequence + 1) longer.push(`${file}: ${steps}, record ${sequence}`);
  }
  expect(recorded).toBeGreaterThan(100);
  expect(longer.length > recorded / 10 ? longer : []).toEqual([]);
});
