import { expect, test } from 'vitest';
import { shorten } from '../../src/campaign/fuzz.ts';
import { findingOf, kindOfFunction } from '../../src/check/finding.ts';
import { Lockstep } from '../../src/check/lockstep/lockstep.ts';
import { trial } from '../../src/check/lockstep/trial.ts';
import { parseProfile } from '../../src/check/profile.ts';
import { parseScenario } from '../../src/scenario/grammar.ts';
import { createEmulated, DEFAULT_LAYOUT } from '../../src/targets/emulated/index.ts';

const options = {
  open: () => createEmulated({ layout: DEFAULT_LAYOUT, faults: new Set(['intx-disable-ignored']) }),
  choices: {},
  skip: new Set<string>(),
};

test('what a profile knows does not take the place of what it does not know while a program is shortened', async () => {
  const { topology } = new Lockstep(options.open(), { ...options, divergence: () => undefined });
  const at = (bdf: number): number => topology.functions.findIndex((one) => one.bdf === bdf);
  const steps = (f: number): string => `disable fn${f}.intx\nraise fn${f}\n`;
  // The last steps of a program are tried first.
  const [fresh, known] = [at(0x10), at(0x1a)];
  const { program } = parseScenario(steps(fresh) + steps(known), 'test');
  const found = trial(options, program).divergences.map((one) => findingOf(one));
  expect(found.map(({ rule }) => rule)).toEqual(['CMD-011', 'CMD-011']);
  const [finding, other] = found;
  expect(finding!.id).not.toBe(other!.id);
  const profile = await parseProfile(
    `known: [{ rule: CMD-011, function: '${kindOfFunction(other!.first.function)}', reason: '', owner: '' }]`,
    'test',
  );
  const shortened = (add: object): string =>
    shorten(
      { finding: { ...finding!, known: false, reason: '' }, program, accesses: 0 },
      { ...options, ...add, seed: 'a', accesses: 1, stopAfterFindings: 0, shrinkRuns: 100 },
    ).scenario;
  expect(shortened({ profile })).toBe(steps(fresh));
  // Without the profile either will do.
  expect(shortened({})).toBe(steps(known));
});
