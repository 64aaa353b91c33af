import { expect, test } from 'vitest';
import { MachineTarget } from '../../properties/support/target.ts';
import { plant } from '../../properties/support/tree.ts';
import { generate } from '../campaign/generate/generate.ts';
import { randomStream } from '../core/random.ts';
import { enumerate } from '../topology/enumerate.ts';
import { configurationOf } from '../topology/mechanism.ts';
import { bind } from './bind.ts';
import { formatScenario, parseScenario } from './grammar.ts';
import { portable } from './portable.ts';
import { operationOf, stepCount } from './steps.ts';
import type { Program } from './steps.ts';

const target = new MachineTarget(plant().machine);
const { machine } = target.description;
const topology = enumerate(configurationOf(target, machine), machine);

function made(program: Program): Program {
  const result = bind(program, topology);
  if (!result.bound) throw new Error(`${result.operand}: ${result.reason}`);
  return portable(program, result.binding);
}

test('operands are renumbered and say what they need', () => {
  const { program } = parseScenario(
    'move bar fn5.bar0 to overlap fn2.bar0\nread fn2.bar2+0x4 4\nbus reset fn4\nflr fn2\nport read 0xcfc 4\nunmask fn2.msix[3]',
  );
  expect(formatScenario(made(program)).split('\n')).toEqual([
    'need fn narrow-bar',
    'need fn below fn2',
    'need fn1 wide-bar',
    'need fn1 io-bar',
    'need fn1 flr',
    'need fn2 bridge',
    'move bar fn.narrow to overlap fn1.wide',
    'read fn1.io+0x4 4',
    'bus reset fn2',
    'flr fn1',
    'port read 0xcfc 4',
    'unmask fn1.msix[3]',
    '',
  ]);
});

test('what was generated for a target can be bound to it again, and has the same steps in the same order', () => {
  const names = (program: Program): string[] =>
    Array.from({ length: stepCount(program) }, (_, step) => operationOf(program, step)).filter(
      (name) => name !== 'need',
    );
  for (let seed = 0; seed < 60; seed++) {
    const program = generate(randomStream(`portable/${seed}`), topology, { steps: 40 });
    const once = made(program);
    expect(names(once)).toEqual(names(program));
    expect(names(made(once))).toEqual(names(program));
  }
});
