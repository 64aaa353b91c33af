/** Steps about BARs and decoding: sizing, moving, exchanging, switching. */

import { barRegister, ROM_INDEX } from '../topology/topology.ts';
import type { Bar, TopologyFunction } from '../topology/topology.ts';
import { destinationOf } from './destinations.ts';
import { attributeMask, pairOf } from './driver.ts';
import type { Actions, Driver } from './driver.ts';
import type { StepContext, StepHandler } from './expand.ts';
import { DECODINGS, ORDERS, PATTERNS } from './names.ts';
import { selectBar } from './regions.ts';
import type { OperationName } from './steps.ts';

const COMMAND = 0x04;
/** I/O Space Enable and Memory Space Enable. */
const DECODE = 3;

type Decoding = (typeof DECODINGS)[number];

/** Switches decoding off before a change, if it is to be; returns the Command register as it was, or -1. */
function* before(driver: Driver, f: TopologyFunction, decoding: Decoding): Actions<number> {
  if (decoding === 'kept' || decoding === 'on') return -1;
  const command = yield* driver.read(f, COMMAND, 2);
  yield* driver.write(f, COMMAND, 2, command & ~DECODE);
  return command;
}

function* after(driver: Driver, f: TopologyFunction, decoding: Decoding, command: number): Actions {
  if (decoding === 'restored') yield* driver.write(f, COMMAND, 2, command);
  else if (decoding === 'on') yield* driver.change(f, COMMAND, 2, 0, DECODE);
}

function patternOf(name: (typeof PATTERNS)[number], bar: Bar): number {
  switch (name) {
    case 'ones':
      return -1;
    case 'address':
      return attributeMask(bar);
    case 'rom':
      return 0xfffff800 | 0;
    case 'zero':
      return 0;
    case 'top':
      return 0x80000000 | 0;
    case 'alternating':
      return 0xaaaaaaaa | 0;
  }
}

function* sizeBar({ driver, binding, words }: StepContext): Actions {
  const f = binding.functionOf(words[1]!);
  const bar = selectBar(f, words[2]!);
  if (bar === undefined) return;
  const pattern = patternOf(PATTERNS[words[3]!]!, bar);
  const order = ORDERS[words[4]!]!;
  const decoding = DECODINGS[words[5]!]!;
  const register = barRegister(f, bar.index);
  const wide = bar.kind === 'memory64';
  const command = yield* before(driver, f, decoding);
  const low = yield* driver.read(f, register, 4);
  const high = wide ? yield* driver.read(f, register + 4, 4) : 0;
  yield* driver.writeAddress(f, bar, pattern, pattern === 0 ? 0 : -1, order);
  yield* driver.read(f, register, 4);
  if (wide) yield* driver.read(f, register + 4, 4);
  yield* driver.writeAddress(f, bar, low, high, order);
  yield* driver.read(f, register, 4);
  yield* after(driver, f, decoding, command);
}

function* place(driver: Driver, f: TopologyFunction, bar: Bar, address: bigint, order: number): Actions {
  const { hi, lo } = pairOf(address);
  // Its enable shares the register with the ROM's address.
  const enable = bar.index === ROM_INDEX ? (driver.view.register(f, barRegister(f, ROM_INDEX), 1) ?? 0) & 1 : 0;
  yield* driver.writeAddress(f, bar, lo | enable, hi, ORDERS[order]!);
}

function* moveBar({ driver, binding, words }: StepContext): Actions {
  const f = binding.functionOf(words[1]!);
  const bar = selectBar(f, words[2]!);
  if (bar === undefined) return;
  const other = (variable: number): TopologyFunction => binding.functionOf(variable);
  const address = destinationOf(driver, f, bar, words.subarray(3, 6), other);
  if (address === undefined) return;
  driver.placeOf(f, bar);
  const decoding = DECODINGS[words[7]!]!;
  const command = yield* before(driver, f, decoding);
  yield* place(driver, f, bar, address, words[6]!);
  yield* after(driver, f, decoding, command);
}

function* swap({ driver, binding, words }: StepContext): Actions {
  const one = binding.functionOf(words[1]!);
  const other = binding.functionOf(words[3]!);
  const oneBar = selectBar(one, words[2]!);
  const otherBar = selectBar(other, words[4]!);
  if (oneBar === undefined || otherBar === undefined) return;
  const oneAddress = driver.addressOf(one, oneBar);
  const otherAddress = driver.addressOf(other, otherBar);
  const decoding = DECODINGS[words[6]!]!;
  const oneCommand = yield* before(driver, one, decoding);
  const otherCommand = yield* before(driver, other, decoding);
  yield* place(driver, one, oneBar, otherAddress, words[5]!);
  yield* place(driver, other, otherBar, oneAddress, words[5]!);
  // Of two BARs of one function the Command register was read twice, the second time with decoding off.
  yield* after(driver, other, decoding, one === other ? oneCommand : otherCommand);
  if (one !== other) yield* after(driver, one, decoding, oneCommand);
}

/** Sets or clears bits of the Command register by a write of the given width; the Status half gets zeros. */
export function* command(driver: Driver, f: TopologyFunction, clear: number, set: number, width: 1 | 2 | 4): Actions {
  if (width === 4) {
    const old = yield* driver.read(f, COMMAND, 4);
    yield* driver.write(f, COMMAND, 4, ((old & 0xffff & ~clear) | set) >>> 0);
  } else if (width === 2) yield* driver.change(f, COMMAND, 2, clear, set);
  else {
    if (((clear | set) & 0xff) !== 0) yield* driver.change(f, COMMAND, 1, clear & 0xff, set & 0xff);
    if ((clear | set) >>> 8 !== 0) yield* driver.change(f, COMMAND + 1, 1, clear >>> 8, set >>> 8);
  }
}

/** Widths of control registers' writes by their word. */
export const CONTROL_WIDTHS = [2, 1, 4] as const;

function decodeStep({ driver, binding, words }: StepContext, on: boolean): Actions {
  const bits = [DECODE, 2, 1][words[2]!]!;
  const f = binding.functionOf(words[1]!);
  return command(driver, f, on ? 0 : bits, on ? bits : 0, CONTROL_WIDTHS[words[3]!]!);
}

function* sweepRegions({ driver }: StepContext): Actions {
  for (const f of driver.topology.functions) {
    for (const bar of f.bars) {
      if (bar.index === ROM_INDEX) continue;
      const io = bar.kind === 'io';
      const { now, former } = driver.placeOf(f, bar);
      yield driver.at(io, false, now, 4);
      if (former.hi !== now.hi || former.lo !== now.lo) yield driver.at(io, false, former, 4);
    }
  }
}

export const BAR_STEPS = {
  'size bar': sizeBar,
  'move bar': moveBar,
  swap,
  'decode on': (context) => decodeStep(context, true),
  'decode off': (context) => decodeStep(context, false),
  'sweep regions': sweepRegions,
} satisfies Partial<Record<OperationName, StepHandler>>;
