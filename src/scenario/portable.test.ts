import { expect, test } from 'vitest';
import { MachineTarget } from '../../properties/support/target.ts';
import { plant } from '../../properties/support/tree.ts';
import { enumerate } from '../topology/enumerate.ts';
import { configurationOf } from '../topology/mechanism.ts';
import { bind } from './bind.ts';
import { formatScenario, parseScenario } from './grammar.ts';
import { portable } from './portable.ts';
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
