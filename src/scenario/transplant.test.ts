import { expect, test } from 'vitest';
import { MachineTarget } from '../../properties/support/target.ts';
import { plant } from '../../properties/support/tree.ts';
import { enumerate } from '../topology/enumerate.ts';
import { configurationOf } from '../topology/mechanism.ts';
import type { Topology } from '../topology/topology.ts';
import { formatScenario, parseScenario } from './grammar.ts';
import { transplant } from './transplant.ts';

const target = new MachineTarget(plant().machine);
const { machine } = target.description;
const here = enumerate(configurationOf(target, machine), machine);

/** The same functions in another order, with devices of their own for each index from 0. */
const withDevices = (order: readonly number[]): Topology => ({
  ...here,
  functions: order.map((device, index) => ({ ...here.functions[0]!, device, index })),
});

const moved = (text: string, from: Topology, to: Topology): string | undefined => {
  const program = transplant(parseScenario(text).program, from, to);
  return program === undefined ? undefined : formatScenario(program).trimEnd();
};

test('functions are found by their kind, and several of a kind by their order', () => {
  const from = withDevices([7, 8, 7]);
  const to = withDevices([8, 9, 7, 7]);
  expect(moved('swap fn.bar0 with fn1.bar1\nflr fn2\nreset', from, to)).toBe(
    'swap fn2.bar0 with fn.bar1\nflr fn3\nreset',
  );
  expect(moved('flr fn2', from, withDevices([8, 7]))).toBe('flr fn1');
});

test('a kind that is not there leaves nothing to run, and needs are left to binding', () => {
  const from = withDevices([7, 8]);
  expect(moved('flr fn1', from, withDevices([7]))).toBe(undefined);
  expect(moved('need fn1 flr\nflr fn1', from, withDevices([7]))).toBe('need fn1 flr\nflr fn1');
});
