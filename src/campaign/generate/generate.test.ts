import { describe, expect, test } from 'vitest';
import { MachineTarget } from '../../../properties/support/target.ts';
import { plant } from '../../../properties/support/tree.ts';
import { randomStream } from '../../core/random.ts';
import { formatScenario, parseScenario } from '../../scenario/grammar.ts';
import { bind } from '../../scenario/bind.ts';
import { portable } from '../../scenario/portable.ts';
import type { Program } from '../../scenario/steps.ts';
import { canonicalProgram, operationOf, OPERATIONS, stepCount } from '../../scenario/steps.ts';
import { enumerate } from '../../topology/enumerate.ts';
import { configurationOf } from '../../topology/mechanism.ts';
import type { Topology, TopologyFunction } from '../../topology/topology.ts';
import { generate, GENERATOR_CLASSES } from './generate.ts';

const target = new MachineTarget(plant().machine);
const { machine } = target.description;
const plain = enumerate(configurationOf(target, machine), machine);

/** The plain machine with every capability on its endpoints, so that every class has something to do. */
const rich: Topology = {
  ...plain,
  functions: plain.functions.map((f): TopologyFunction =>
    f.bridge === undefined
      ? {
          ...f,
          bars: [
            ...f.bars,
            { index: 6, kind: 'memory32', prefetchable: false, exponent: 16, address: 0n, assigned: false },
          ],
          capabilities: [
            { id: 1, offset: 0x40 },
            { id: 0x11, offset: 0x70 },
            { id: 0x10, offset: 0x80 },
            { id: 0x14, offset: 0xc0 },
          ],
          extended: [{ id: 0x15, offset: 0x300 }],
          fixed: [{ at: 0xc4, io: false, base: 0x1_0000_0000n, last: 0x1_0000_0fffn, equivalent: 0 }],
          msi: { offset: 0x50, vectors: 8, wide: true, masks: true },
          msix: { offset: 0x70, vectors: 65, table: { bar: 0, offset: 0 }, pending: { bar: 0, offset: 0x800 } },
          sriov: { offset: 0x200, virtualFunctions: 7, bars: [] },
          virtio: [1, 2, 3, 4].map((type) => ({
            type,
            bar: 0,
            offset: 0x100 * type,
            length: 0x100,
            multiplier: 4,
            at: 0x90,
          })),
        }
      : { ...f, express: { offset: 0x80, portType: 4, slot: true, hotPlug: true, functionReset: false } },
  ),
};

describe.each(GENERATOR_CLASSES)('%s', (name) => {
  test('is a function of its stream, gives canonical programs of the length asked for, and they can be printed', () => {
    for (let seed = 0; seed < 10; seed++) {
      const one = generate(randomStream(`${seed}`), rich, { steps: 50, classes: [name] });
      expect(generate(randomStream(`${seed}`), rich, { steps: 50, classes: [name] })).toEqual(one);
      expect(canonicalProgram(one)).toEqual(one);
      expect(stepCount(one)).toBe(50);
      expect(parseScenario(formatScenario(one)).program).toEqual(one);
    }
  });
});

test('all operations are generated but needs and writes to any address', () => {
  const seen = new Set<string>();
  for (let seed = 0; seed < 600; seed++) {
    const program = generate(randomStream(`all ${seed}`), rich, { steps: 100 });
    for (let step = 0; step < stepCount(program); step++) seen.add(operationOf(program, step));
  }
  // What has no name is for scenarios written by hand, or taken from records.
  expect(OPERATIONS.map(({ name }) => name).filter((name) => !seen.has(name))).toEqual(['memory write', 'need']);
});

test('commands that the target lacks are not generated', () => {
  const banned = new Set(['fire', 'raise', 'reset', 'save', 'restore', 'unplug', 'plug']);
  for (let seed = 0; seed < 60; seed++) {
    const program = generate(randomStream(`caps ${seed}`), rich, { steps: 60, caps: [] });
    for (let step = 0; step < stepCount(program); step++) expect(banned.has(operationOf(program, step))).toBe(false);
  }
});

test('host and ISA bridges are left alone; where nothing else is, there is no program', () => {
  const functions = plain.functions.map((f) => ({ ...f, classCode: 0x060000, bridge: undefined }));
  expect(generate(randomStream('x'), { functions, remarks: [] }, { steps: 10 })).toHaveLength(0);
  expect(
    generate(randomStream('x'), { functions, remarks: [] }, { steps: 10, everything: true }).length,
  ).toBeGreaterThan(0);
  expect(generate(randomStream('x'), { functions: [], remarks: [] }, { steps: 10 })).toHaveLength(0);
});

test('a program that was made portable can be bound to its target again, with the same steps in the same order', () => {
  const made = (program: Program): Program => {
    const result = bind(program, plain);
    if (!result.bound) throw new Error(`${result.operand}: ${result.reason}`);
    return portable(program, result.binding);
  };
  const names = (program: Program): string[] =>
    Array.from({ length: stepCount(program) }, (_, step) => operationOf(program, step)).filter(
      (name) => name !== 'need',
    );
  for (let seed = 0; seed < 60; seed++) {
    const program = generate(randomStream(`portable/${seed}`), plain, { steps: 40 });
    const once = made(program);
    expect(names(once)).toEqual(names(program));
    expect(names(made(once))).toEqual(names(program));
  }
});
