/** The strategies that are compared, by name. */

import type { RandomStream } from '../../src/core/random.ts';
import { GENERATOR_CLASSES, generateWithOrigins } from '../../src/campaign/generate/generate.ts';
import { FULL, fullStrategy, PROGRAM_STEPS } from '../../src/campaign/strategy.ts';
import type { Strategy } from '../../src/campaign/strategy.ts';
import { AS_ENUMERATED } from '../../src/scenario/state-view.ts';
import { canonicalProgram, operationNumber, STEP_WORDS } from '../../src/scenario/steps.ts';
import type { OperationName } from '../../src/scenario/steps.ts';
import type { Topology } from '../../src/topology/topology.ts';

/** What a fuzzer does that knows nothing: any register of any function, any dword behind a BAR or elsewhere, any port, any event. */
const UNIFORM: Strategy = {
  program(stream, topology, caps) {
    const operations = BLIND.filter(({ cap }) => cap === undefined || caps.includes(cap));
    const words: number[] = [];
    while (words.length < PROGRAM_STEPS * STEP_WORDS) {
      const { name, operands } = stream.pick(operations);
      const step = [operationNumber(name), ...operands(stream, topology)];
      for (let word = 0; word < STEP_WORDS; word++) words.push(step[word] ?? 0);
    }
    return { program: canonicalProgram(Int32Array.from(words)), origins: [] };
  },
};

interface BlindOperation {
  name: OperationName;
  cap?: string;
  operands(this: void, stream: RandomStream, topology: Topology): number[];
}

const anyFunction = (stream: RandomStream, { functions }: Topology): number => stream.below(functions.length);

/** Any offset of a function; half of them below 0x100, where all functions have registers. */
const register = (stream: RandomStream, topology: Topology): number[] => [
  anyFunction(stream, topology),
  0,
  stream.below(stream.below(2) === 0 ? 0x100 : 0x1000),
];

/** Any address within 64 KiB of where a BAR was put by enumeration, for otherwise nothing would ever be hit. */
function address(stream: RandomStream, { functions }: Topology): number[] {
  const bars = functions.flatMap(({ bars: own }) => own.filter(({ kind }) => kind !== 'io'));
  if (bars.length === 0) return [stream.int32(), stream.int32()];
  const at = stream.pick(bars).address + BigInt(stream.below(0x10000));
  return [Number(BigInt.asIntN(32, at >> 32n)), Number(BigInt.asIntN(32, at))];
}

const BLIND: readonly BlindOperation[] = [
  { name: 'config read', operands: (stream, topology) => [...register(stream, topology), stream.below(3)] },
  {
    name: 'config write',
    operands: (stream, topology) => [...register(stream, topology), stream.below(3), stream.int32(), stream.int32()],
  },
  { name: 'memory read', operands: (stream, topology) => [...address(stream, topology), stream.below(4)] },
  {
    name: 'memory write',
    operands: (stream, topology) => [...address(stream, topology), stream.below(4), stream.int32(), stream.int32()],
  },
  { name: 'port read', operands: (stream) => [stream.below(0x10000), stream.below(3)] },
  { name: 'port write', operands: (stream) => [stream.below(0x10000), stream.below(3), stream.int32()] },
  {
    name: 'fire',
    cap: 'fire',
    operands: (stream, topology) => [anyFunction(stream, topology), stream.below(2), stream.below(64)],
  },
  { name: 'raise', cap: 'intx', operands: (stream, topology) => [anyFunction(stream, topology)] },
  { name: 'lower', cap: 'intx', operands: (stream, topology) => [anyFunction(stream, topology)] },
  { name: 'reset', cap: 'reset', operands: () => [] },
  { name: 'save', cap: 'snapshot', operands: () => [] },
  { name: 'restore', cap: 'snapshot', operands: () => [] },
  { name: 'unplug', cap: 'unplug', operands: (stream, topology) => [anyFunction(stream, topology)] },
  { name: 'plug', cap: 'unplug', operands: (stream, topology) => [anyFunction(stream, topology)] },
];

export const STRATEGIES: ReadonlyMap<string, Strategy> = new Map<string, Strategy>([
  ['uniform', UNIFORM],
  ['stateless', { ...FULL, view: AS_ENUMERATED }],
  ['full', FULL],
  ['guided', fullStrategy(PROGRAM_STEPS, true)],
  ...GENERATOR_CLASSES.map((left): [string, Strategy] => [
    `without ${left}`,
    {
      program: (stream, topology, caps) =>
        generateWithOrigins(stream, topology, {
          steps: PROGRAM_STEPS,
          caps,
          classes: GENERATOR_CLASSES.filter((name) => name !== left),
        }),
    },
  ]),
]);
