import { describe, expect, test } from 'vitest';
import type { Topology, TopologyFunction } from '../topology/topology.ts';
import { bind } from './bind.ts';
import { parseScenario } from './grammar.ts';

function made(index: number, parts: Partial<TopologyFunction> = {}): TopologyFunction {
  return {
    index,
    path: [0, index << 3],
    bdf: index << 3,
    parent: -1,
    vendor: 0x1234,
    device: index,
    classCode: 0x020000,
    headerType: 0,
    multifunction: false,
    pin: 0,
    bars: [],
    capabilities: [],
    extended: [],
    express: undefined,
    msi: undefined,
    msix: undefined,
    sriov: undefined,
    fixed: [],
    virtio: [],
    bridge: undefined,
    ...parts,
  };
}

const msix = (vectors: number) => ({
  msix: { offset: 0x70, vectors, table: { bar: 0, offset: 0 }, pending: { bar: 0, offset: 0x800 } },
});
const bridge = { bridge: { secondary: 1, subordinate: 1, io: undefined, memory: undefined, prefetchable: undefined } };
const wide = {
  bars: [{ index: 1, kind: 'memory64', prefetchable: true, exponent: 33, address: 0n, assigned: false }],
} as const;

const topology: Topology = {
  functions: [
    made(0, { classCode: 0x060000 }),
    made(1, { ...bridge, headerType: 1, classCode: 0x060400 }),
    made(2, { ...msix(2), parent: 1, path: [0, 8, 0], bdf: 0x100, multifunction: true }),
    made(3, { ...wide, parent: 1, path: [0, 8, 1], bdf: 0x101 }),
    made(4, { ...msix(8), pin: 1 }),
  ],
  remarks: [],
};

function bound(text: string): (variable: number) => number {
  const result = bind(parseScenario(text).program, topology);
  if (!result.bound) throw new Error(result.reason);
  return (variable) => result.binding.functionOf(variable).index;
}

describe('binding', () => {
  test('operands without needs are functions by number, modulo how many there are', () => {
    const at = bound('decode on fn7');
    expect([0, 3, 7, 4095].map((variable) => at(variable))).toEqual([0, 3, 2, 0]);
  });

  test.each([
    ['need fn msix 1', [2]],
    ['need fn msix 3', [4]],
    ['need fn msix 1\nneed fn1 msix 1', [2, 4]],
    // The first operand leaves the only function that fits to the second.
    ['need fn msix 1\nneed fn1 msix 1\nneed fn1 behind', [4, 2]],
    ['need fn1 below fn\nneed fn bridge', [1, 2]],
    ['need fn1 beside fn\nneed fn1 wide-bar', [2, 3]],
    ['need fn1 large-bar 33', [0, 3]],
    ['need fn endpoint\nneed fn root', [4]],
    ['need fn pin', [4]],
    ['need fn bar 1', [3]],
  ])('%j', (text, functions) => {
    const at = bound(text);
    expect(functions.map((_, variable) => at(variable))).toEqual(functions);
  });

  test.each([
    ['need fn msix 9', 'fn', 'no function with MSI-X and at least 9 vectors', 0],
    ['save\nneed fn2 io-bar', 'fn2', 'no function with an I/O BAR', 1],
    [
      'need fn msix 1\nneed fn wide-bar',
      'fn',
      'no function with MSI-X and at least 1 vectors and with a 64-bit BAR',
      1,
    ],
    [
      'need fn bridge\nneed fn1 bridge',
      'fn1',
      'no function that is a bridge is left beside those of the other operands',
      1,
    ],
    [
      'need fn1 below fn\nneed fn endpoint',
      'fn',
      'no function that is an endpoint is left beside those of the other operands',
      1,
    ],
    ['need fn large-bar 34', 'fn', 'no function with a memory BAR of at least 2^34 bytes', 0],
  ])('%j cannot be bound', (text, operand, reason, step) => {
    expect(bind(parseScenario(text).program, topology)).toEqual({ bound: false, operand, reason, step });
  });

  test('a target without functions', () => {
    const result = bind(parseScenario('reset').program, { functions: [], remarks: [] });
    expect(result).toEqual({ bound: false, operand: '', reason: 'the target has no functions', step: -1 });
  });
});
