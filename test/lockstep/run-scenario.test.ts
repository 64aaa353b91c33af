/** What the library adds around a trial: scenarios as text, profiles, errors, defaults. */
import { expect, test } from 'vitest';
import type { Target } from '../../src/access/target.ts';
import { TargetDied } from '../../src/access/target-died.ts';
import { fuzz } from '../../src/campaign/fuzz.ts';
import { runScenario, UnboundError } from '../../src/check/lockstep/run-scenario.ts';
import { parseProfile } from '../../src/check/profile.ts';
import { ScenarioError } from '../../src/scenario/grammar.ts';
import { createEmulated, parseLayout } from '../../src/targets/emulated/index.ts';
import { readText } from '../support/repository.ts';

const FAULT = 'command-guest-controls-host-bits';
const SCENARIO = readText(`corpora/scenarios/faults/${FAULT}.txt`);
const RULE = /^# Breaks: (\S+)$/m.exec(SCENARIO)?.[1] ?? '';

/** Small, so that campaigns are quick. */
const layout = await parseLayout(
  `
machine: { ecam: '0xb0000000,0,255', mem32: 0xc0000000-0xefffffff }
functions:
  - { at: '02.0', kind: integrated, id: '1234:5678', class: 0x020000, bars: [{ index: 0, kind: mem32, size: 16K }], capabilities: [express: { flr: true }] }
`,
  'small',
);

const open = (): Target => createEmulated({ layout, faults: new Set([FAULT]) });

function gone(): never {
  const how = { kind: 'crash', how: 'ended', detail: 'it is gone', stderr: '' } as const;
  throw new TargetDied({ target: 'dying', ...how, commands: [], unanswered: 0, answered: true });
}

/** The same machine, which dies after some accesses. */
function dying(last: number): Target {
  const target = open();
  let count = 0;
  return {
    description: target.description,
    takeEvents: () => target.takeEvents(),
    command: (command) => target.command(command),
    access: (access) => (++count > last ? gone() : target.access(access)),
  };
}

test('a scenario gives its findings, the steps that were carried out, and a trace', () => {
  const { findings, steps, trace } = runScenario(SCENARIO, { open });
  expect(findings.map(({ rule, known }) => ({ rule, known }))).toContainEqual({ rule: RULE, known: false });
  expect(steps).toBeGreaterThan(0);
  expect(trace).toMatch(/^barometer\.trace\/1\nmachine name=/);
});

test('rules are switched off and findings known by the options', async () => {
  const skip = new Set([RULE]);
  expect(runScenario(SCENARIO, { open, skip }).findings.map(({ rule }) => rule)).not.toContain(RULE);
  const profile = await parseProfile(`known:\n  - rule: ${RULE}\n    reason: it is meant\n`, 'mine.yaml');
  const judged = runScenario(SCENARIO, { open, profile }).findings.find(({ rule }) => rule === RULE);
  expect(judged).toMatchObject({ known: true, reason: 'it is meant' });
  const { failures, tally } = fuzz({ open, profile, accesses: 1000, shrinkRuns: 1 });
  expect(failures.map(({ finding }) => finding.rule)).not.toContain(RULE);
  expect(
    tally
      .report('mine')
      .findings.filter(({ known }) => known)
      .map(({ rule }) => rule),
  ).toContain(RULE);
});

test('the choices of a profile are in force unless others are given', async () => {
  const profile = await parseProfile('choices:\n  ext_empty: zero\n', 'mine.yaml');
  const declared = (choices?: Record<string, string>): Readonly<Record<string, string>> =>
    fuzz({
      open: () => createEmulated({ layout }),
      profile,
      choices,
      accesses: 1,
      shrinkRuns: 1,
    }).tally.report('mine').learned;
  // A choice that is stated is not learned.
  expect(declared()).not.toHaveProperty('ext_empty');
  expect(declared({})).toHaveProperty('ext_empty');
});

test('what cannot be run is an error', () => {
  expect(() => runScenario('jump fn', { open, name: 'mine.txt' })).toThrow(ScenarioError);
  expect(() => runScenario('need fn msix 2049', { open, name: 'mine.txt' })).toThrow(UnboundError);
  expect(() => runScenario(SCENARIO, { open: gone })).toThrow(TargetDied);
});

test('a target that dies on the way is a finding', () => {
  const { findings } = runScenario(SCENARIO, { open: () => dying(100) });
  expect(findings.map(({ rule }) => rule)).toContain('TARGET-crash');
});

test('what would find nothing in silence is an error', () => {
  const message = (options: object): string => {
    try {
      fuzz({ open, accesses: 1, ...options });
    } catch (error) {
      return String(error);
    }
    return '';
  };
  for (const accesses of [Number.NaN, 0, -1, 0.5])
    expect(message({ accesses })).toBe(
      `RangeError: fuzz: accesses must be a whole number from 1 on, and is ${accesses}.`,
    );
  expect(message({ choices: { bar_subwrit: 'ignore' } })).toContain("there is no choice 'bar_subwrit'");
  expect(message({ choices: { bar_subwrite: 'nonsense' } })).toContain('the values of bar_subwrite are');
  expect(message({ skip: new Set(['BAR-12']) })).toContain("skip: there is no rule 'BAR-12'");
  expect(() => runScenario(SCENARIO, { open, choices: { none: 'on' } })).toThrow(RangeError);
});
