import { expect, test } from 'vitest';
import { MachineTarget } from '../../properties/support/target.ts';
import { plant } from '../../properties/support/tree.ts';
import { enumerate } from '../topology/enumerate.ts';
import { configurationOf } from '../topology/mechanism.ts';
import { bind } from './bind.ts';
import { formatScenario, parseScenario } from './grammar.ts';
import { numbered } from './numbered.ts';

const target = new MachineTarget(plant().machine);
const { machine } = target.description;
const topology = enumerate(configurationOf(target, machine), machine);

function made(text: string): string[] {
  const { program } = parseScenario(text);
  const result = bind(program, topology);
  if (!result.bound) throw new Error(`${result.operand}: ${result.reason}`);
  return formatScenario(numbered(program, result.binding)).trimEnd().split('\n');
}

test('operands are the numbers of the functions that fill them, and needs go', () => {
  expect(
    made(
      'need fn narrow-bar\nneed fn below fn2\nmove bar fn.narrow to overlap fn1.wide\nneed fn1 wide-bar\nneed fn1 flr\n' +
        'need fn2 bridge\nread fn1.io+0x4 4\nbus reset fn2\nport read 0xcfc 4\nswap fn.bar0 with fn1.bar0\n' +
        'move bar fn.narrow to free 3\nroute read fn2.below[00.1] 0x0 4\nroute read @00:01.0 0x0 4\nunmask fn1.msix[3]',
    ),
  ).toEqual([
    'move bar fn3.narrow to overlap fn2.wide',
    'read fn2.io+0x4 4',
    'bus reset fn1',
    'port read 0xcfc 4',
    'swap fn3.bar0 with fn2.bar0',
    'move bar fn3.narrow to free 3',
    'route read fn1.below[00.1] 0x0 4',
    'route read @00:01.0 0x0 4',
    'unmask fn2.msix[3]',
  ]);
});

test('an operand without needs is the function that it stands for', () => {
  const many = topology.functions.length;
  expect(made(`flr fn1\nflr fn${many + 2}`)).toEqual(['flr fn1', 'flr fn2']);
});
