import { expect, test } from 'vitest';
import { formatScenario, parseScenario } from '../scenario/grammar.ts';
import type { Program } from '../scenario/steps.ts';
import { shrink } from './shrink.ts';

const program = parseScenario(
  `${Array.from({ length: 40 }, (_, step) => `config read fn${step % 5}.cmd 2\n`).join('')}decode off fn3
config write fn2.cmd 2 0x7
decode on fn3
`,
  'test',
).program;

test('what is left are the steps that it takes, in their order', () => {
  const needs = ['decode off', 'decode on'];
  const breaks = (candidate: Program): boolean => {
    const text = formatScenario(candidate);
    return needs.every((step) => text.includes(step)) && text.indexOf('decode off') < text.indexOf('decode on');
  };
  const shrunk = shrink(program, breaks, 1000);
  expect(formatScenario(shrunk.program)).toBe('decode off fn\ndecode on fn\n');
  expect(shrunk.executions).toBeLessThan(100);
});

test('no more runs than allowed, and never a program that does not break the rule', () => {
  let runs = 0;
  const breaks = (candidate: Program): boolean => {
    runs++;
    return formatScenario(candidate).includes('config write');
  };
  const shrunk = shrink(program, breaks, 5);
  expect(runs).toBeLessThanOrEqual(5);
  expect(formatScenario(shrunk.program)).toContain('config write');
});
