/** Steps about resets, power, plugs, snapshots, and what bridges forward. */

import { capabilityAt } from '../topology/topology.ts';
import type { TopologyFunction, Window } from '../topology/topology.ts';
import type { Actions, Driver } from './driver.ts';
import { CONTROL_WIDTHS } from './expand-bars.ts';
import type { StepContext, StepHandler } from './expand.ts';
import { BUS_PLACES, POWER_STATES, RESETS, WINDOW_PLACES, WINDOWS } from './names.ts';
import type { OperationName } from './steps.ts';

const POWER_MANAGEMENT = 0x01;
const ADVANCED_FEATURES = 0x13;
const BRIDGE_CONTROL = 0x3e;

function* functionReset({ driver, binding, words }: StepContext): Actions {
  const f = binding.functionOf(words[1]!);
  const by = RESETS[words[2]!]!;
  const features = capabilityAt(f.capabilities, ADVANCED_FEATURES);
  if (by !== 'af' && f.express?.functionReset === true) {
    yield* driver.change(f, f.express.offset + 8, 2, 0, 0x8000);
  } else if (by !== 'pcie' && features !== 0) yield* driver.write(f, features + 4, 1, 1);
}

function* busReset({ driver, binding, words }: StepContext): Actions {
  const f = binding.functionOf(words[1]!);
  if (f.bridge === undefined) return;
  yield* driver.change(f, BRIDGE_CONTROL, 2, 0, 0x40);
  yield* driver.change(f, BRIDGE_CONTROL, 2, 0x40, 0);
}

function* power({ driver, binding, words }: StepContext): Actions {
  const f = binding.functionOf(words[1]!);
  const at = capabilityAt(f.capabilities, POWER_MANAGEMENT);
  const state = { d0: 0, d1: 1, d2: 2, d3: 3 }[POWER_STATES[words[2]!]!];
  if (at !== 0) yield* driver.change(f, at + 4, 2, 3, state);
}

/** Base and last of a window at a place; base above last: closed. `unit`: its granularity. */
function windowAt(place: (typeof WINDOW_PLACES)[number], natural: Window, unit: bigint): [base: bigint, last: bigint] {
  // The most that the registers of the low half can say.
  const most = unit === 0x1000n ? 0xffffn : 0xffffffffn;
  const { base, last } = natural ?? { base: 0n, last: unit - 1n };
  const half = base + (((last + 1n - base) / 2n) & ~(unit - 1n));
  switch (place) {
    case 'natural':
      return natural === undefined ? [most & ~(unit - 1n), 0n] : [base, last];
    case 'closed':
      return [most & ~(unit - 1n), 0n];
    case 'zeros':
      return [0n, 0n];
    case 'all':
      return [0n, most];
    case 'first':
      return [base, base + unit - 1n];
    case 'last':
      return [last + 1n - unit, last];
    case 'lower':
      return [base, half === base ? last : half - 1n];
    case 'upper':
      return [half, last];
    case 'swapped':
      return [last & ~(unit - 1n), base];
    case 'wide':
      return [0n, unit === 0x1000n ? 0xffffffffn : (1n << 64n) - 1n];
    case 'beyond':
      return [base + most + 1n, last + most + 1n];
  }
}

function* writeWindow(driver: Driver, f: TopologyFunction, which: number, place: number): Actions {
  if (f.bridge === undefined) return;
  const name = WINDOWS[which]!;
  const natural = { 'io-window': f.bridge.io, 'memory-window': f.bridge.memory }[name as 'io-window'];
  const chosen = name === 'prefetchable-window' ? f.bridge.prefetchable : natural;
  const [base, last] = windowAt(WINDOW_PLACES[place]!, chosen, name === 'io-window' ? 0x1000n : 0x100000n);
  const write = (offset: number, width: number, value: bigint): Actions =>
    driver.write(f, offset, width, Number(BigInt.asUintN(32, value)));
  if (name === 'io-window') {
    yield* write(0x1c, 1, (base >> 8n) & 0xf0n);
    yield* write(0x1d, 1, (last >> 8n) & 0xf0n);
    yield* write(0x30, 2, base >> 16n);
    yield* write(0x32, 2, last >> 16n);
    return;
  }
  const at = name === 'memory-window' ? 0x20 : 0x24;
  yield* write(at, 2, (base >> 16n) & 0xfff0n);
  yield* write(at + 2, 2, (last >> 16n) & 0xfff0n);
  if (name === 'memory-window') return;
  yield* write(0x28, 4, base >> 32n);
  yield* write(0x2c, 4, last >> 32n);
}

/** Puts a window where enumeration had it. */
export function writeNaturalWindow(driver: Driver, f: TopologyFunction, which: number): Actions {
  return writeWindow(driver, f, which, WINDOW_PLACES.indexOf('natural'));
}

function window({ driver, binding, words }: StepContext): Actions {
  return writeWindow(driver, binding.functionOf(words[1]!), words[2]!, words[3]!);
}

function* buses({ driver, binding, words }: StepContext): Actions {
  const f = binding.functionOf(words[1]!);
  if (f.bridge === undefined) return;
  const { secondary, subordinate } = f.bridge;
  const primary = (f.bdf >>> 8) & 0xff;
  const numbers: Record<(typeof BUS_PLACES)[number], [primary: number, secondary: number, subordinate: number]> = {
    natural: [primary, secondary, subordinate],
    closed: [0, 0, 0],
    all: [primary, secondary, 0xff],
    shifted: [primary, (secondary + 1) & 0xff, (subordinate + 1) & 0xff],
    same: [primary, primary, primary],
    swapped: [primary, subordinate, secondary],
  };
  const [one, two, three] = numbers[BUS_PLACES[words[2]!]!];
  const width = CONTROL_WIDTHS[words[3]!]!;
  if (width === 4) {
    const latency = yield* driver.read(f, 0x1b, 1);
    yield* driver.write(f, 0x18, 4, ((latency << 24) | (three << 16) | (two << 8) | one) >>> 0);
  } else if (width === 2) {
    yield* driver.write(f, 0x18, 2, (two << 8) | one);
    yield* driver.write(f, 0x1a, 1, three);
  } else {
    yield* driver.write(f, 0x18, 1, one);
    yield* driver.write(f, 0x19, 1, two);
    yield* driver.write(f, 0x1a, 1, three);
  }
}

export const MACHINE_STEPS = {
  *reset() {
    yield { kind: 'reset' };
  },
  flr: functionReset,
  'bus reset': busReset,
  power,
  *save() {
    yield { kind: 'save' };
  },
  *restore() {
    yield { kind: 'restore' };
  },
  // These are for whoever runs the program in lockstep; the target has nothing to do.
  *'looks off'() {},
  *'looks on'() {},
  *unplug({ driver, binding, words }) {
    yield { kind: 'unplug', bdf: driver.view.bdf(binding.functionOf(words[1]!)) };
  },
  *plug({ driver, binding, words }) {
    yield { kind: 'plug', bdf: driver.view.bdf(binding.functionOf(words[1]!)) };
  },
  window,
  buses,
} satisfies Partial<Record<OperationName, StepHandler>>;
