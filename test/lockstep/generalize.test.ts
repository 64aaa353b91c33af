import { expect, test } from 'vitest';
import { formatScenario, parseScenario } from '../../src/scenario/grammar.ts';
import type { Program } from '../../src/scenario/steps.ts';
import { createEmulated, DEFAULT_LAYOUT, randomLayout } from '../../src/targets/emulated/index.ts';
import type { Layout } from '../../src/targets/emulated/index.ts';
import { generalize } from '../../src/check/generalize.ts';
import { Lockstep } from '../../src/check/lockstep/lockstep.ts';
import { ofRule, trial } from '../../src/check/lockstep/trial.ts';

const RULE = 'CMD-011';

function optionsFor(layout: Layout, faults: readonly string[]) {
  return { open: () => createEmulated({ layout, faults: new Set(faults) }), choices: {}, skip: new Set<string>() };
}

function breaks(layout: Layout, program: Program): boolean {
  const { divergences } = trial(optionsFor(layout, ['intx-disable-ignored']), program, ofRule(RULE));
  return divergences.some(({ rule }) => rule === RULE);
}

const program = (text: string): Program => parseScenario(text, 'test').program;
const { topology } = new Lockstep(createEmulated({ layout: DEFAULT_LAYOUT }), {
  ...optionsFor(DEFAULT_LAYOUT, []),
  divergence: () => undefined,
});
/** Number of the first function with an interrupt pin that enumeration finds. */
const PINNED = topology.functions.findIndex(({ bdf }) => bdf === 0x10);

test('a program gets the needs that it takes, binds elsewhere, and breaks the same rule there', () => {
  const own = program(`disable fn${PINNED}.intx\nraise fn${PINNED}\n`);
  expect(breaks(DEFAULT_LAYOUT, own)).toBe(true);
  const general = generalize(own, topology, (candidate) => breaks(DEFAULT_LAYOUT, candidate));
  expect(general).toBeDefined();
  const text = formatScenario(general!);
  expect(text).toMatch(/^(need fn \S+( \d+)?\n)+disable fn\.intx\nraise fn\n$/);
  const elsewhere = Array.from({ length: 8 }, (_, number) => randomLayout(`generalize ${number}`));
  expect(elsewhere.filter((layout) => breaks(layout, general!)).length).toBeGreaterThanOrEqual(4);
});

test('needs that the rule can be broken without are left out', () => {
  const asked: string[] = [];
  const own = program(`config read fn${PINNED}.cmd 2\n`);
  const general = generalize(own, topology, (candidate) => {
    const text = formatScenario(candidate);
    asked.push(text);
    return text.includes('need fn express') || text.includes('need fn msi ');
  });
  const needs = formatScenario(general!)
    .split('\n')
    .filter((line) => line.startsWith('need'));
  expect(needs).toHaveLength(1);
  expect(asked.length).toBeGreaterThan(needs.length);
});

test('a program that has needs already, or that no needs bind so that it breaks the rule, is left alone', () => {
  const always = (): boolean => true;
  expect(generalize(program('need fn msi 1\nconfig read fn.cmd 2\n'), topology, always)).toBeUndefined();
  expect(generalize(program('config read fn.cmd 2\n'), topology, () => false)).toBeUndefined();
  expect(generalize(program('reset\n'), topology, always)).toBeUndefined();
});
