/** Steps about interrupts: enables, masks, messages, and what makes a device send them. */

import { barRegister, ROM_INDEX } from '../topology/topology.ts';
import type { TopologyFunction } from '../topology/topology.ts';
import type { Pair } from '../core/hex.ts';
import type { Actions, Driver } from './driver.ts';
import { command, CONTROL_WIDTHS } from './expand-bars.ts';
import type { StepContext, StepHandler } from './expand.ts';
import { ENTRY_ORDERS, FACILITIES, REGIONS, VECTOR_KINDS } from './names.ts';
import { resolve } from './regions.ts';
import type { OperationName } from './steps.ts';

type ControlWidth = (typeof CONTROL_WIDTHS)[number];

const TABLE = REGIONS.indexOf('table');
/** Bytes in an MSI-X table entry. */
const DATA = 8;
const CONTROL = 12;

/** Changes a 16-bit control register in the upper half of a capability's first dword. */
function* control(
  driver: Driver,
  f: TopologyFunction,
  capability: number,
  clear: number,
  set: number,
  width: ControlWidth,
): Actions {
  if (width === 4) yield* driver.change(f, capability, 4, clear << 16, set << 16);
  else if (width === 2) yield* driver.change(f, capability + 2, 2, clear, set);
  else {
    if (((clear | set) & 0xff) !== 0) yield* driver.change(f, capability + 2, 1, clear & 0xff, set & 0xff);
    if ((clear | set) >>> 8 !== 0) yield* driver.change(f, capability + 3, 1, clear >>> 8, set >>> 8);
  }
}

function* facility({ driver, binding, words }: StepContext, on: boolean): Actions {
  const f = binding.functionOf(words[1]!);
  const width = CONTROL_WIDTHS[words[3]!]!;
  const count = on ? words[4]! : 0;
  const both = (bits: number): [clear: number, set: number] => (on ? [0, bits] : [bits, 0]);
  switch (FACILITIES[words[2]!]!) {
    case 'all':
      yield* command(driver, f, ...both(7), width);
      return;
    case 'memory':
      yield* command(driver, f, ...both(2), width);
      return;
    case 'io':
      yield* command(driver, f, ...both(1), width);
      return;
    case 'master':
      yield* command(driver, f, ...both(4), width);
      return;
    case 'intx':
      // The register's bit is Interrupt Disable.
      yield* command(driver, f, on ? 0x400 : 0, on ? 0 : 0x400, width);
      return;
    case 'msix':
      if (f.msix !== undefined) yield* control(driver, f, f.msix.offset, ...both(0x8000), width);
      return;
    case 'msi': {
      if (f.msi === undefined) return;
      const exponent = count === 0 ? 0 : Math.min(31 - Math.clz32(Math.min(count, f.msi.vectors)), 5);
      const clear = on ? 0x70 : 1;
      yield* control(driver, f, f.msi.offset, clear, on ? 1 | (exponent << 4) : 0, width);
      return;
    }
    case 'rom':
      if (f.bars.some(({ index }) => index === ROM_INDEX))
        yield* driver.change(f, barRegister(f, ROM_INDEX), 4, ...both(1));
      return;
    case 'vf': {
      if (f.sriov === undefined) return;
      if (count > 0) yield* driver.write(f, f.sriov.offset + 0x10, 2, count);
      // VF Enable and VF MSE.
      yield* driver.change(f, f.sriov.offset + 8, 2, ...both(9));
      return;
    }
  }
}

/** Address of a byte of an MSI-X table entry; undefined: the function has no table. */
function entryPlace(driver: Driver, f: TopologyFunction, vector: number, byte: number) {
  const number = vector % Math.max(f.msix?.vectors ?? 1, 1);
  return resolve(driver, f, TABLE, 0, 16 * number + byte);
}

function* entryRead(driver: Driver, f: TopologyFunction, vector: number, byte: number): Actions<number> {
  const place = entryPlace(driver, f, vector, byte);
  if (place === undefined) return 0;
  const access = driver.at(place.io, false, place, 4);
  yield access;
  return access.valueLo;
}

function* entryWrite(
  driver: Driver,
  f: TopologyFunction,
  vector: number,
  byte: number,
  width: number,
  lo: number,
  hi = 0,
): Actions {
  const place = entryPlace(driver, f, vector, byte);
  if (place !== undefined) yield driver.at(place.io, true, place, width, lo, hi);
}

/** Widths of mask writes by their word. */
const MASK_WIDTHS = [4, 1, 8, 2] as const;

function* masked({ driver, binding, words }: StepContext, mask: boolean): Actions {
  const f = binding.functionOf(words[1]!);
  const kind = VECTOR_KINDS[words[2]!]!;
  const vector = words[3]! - 1;
  const width = MASK_WIDTHS[words[4]!]!;
  const bits = (bit: number): [clear: number, set: number] => (mask ? [0, bit] : [bit, 0]);
  if (kind === 'msi') {
    if (f.msi?.masks !== true) return;
    const register = f.msi.offset + (f.msi.wide ? 0x10 : 0x0c);
    const all = f.msi.vectors === 32 ? -1 : (1 << f.msi.vectors) - 1;
    yield* driver.change(f, register, 4, ...bits(vector < 0 ? all : 1 << (vector % f.msi.vectors)));
    return;
  }
  if (f.msix === undefined) return;
  if (vector < 0) {
    // Function Mask.
    yield* control(driver, f, f.msix.offset, ...bits(0x4000), width === 8 ? 4 : width === 4 ? 2 : (width as 1 | 2));
    return;
  }
  const bit = mask ? 1 : 0;
  if (width === 8) {
    const data = yield* entryRead(driver, f, vector, DATA);
    const old = yield* entryRead(driver, f, vector, CONTROL);
    yield* entryWrite(driver, f, vector, DATA, 8, data, (old & ~1) | bit);
    return;
  }
  const old = width === 4 ? yield* entryRead(driver, f, vector, CONTROL) : 0;
  yield* entryWrite(driver, f, vector, CONTROL, width, (old & ~1) | bit);
}

function* program({ driver, binding, messages, words }: StepContext): Actions {
  const f = binding.functionOf(words[1]!);
  const vector = words[3]!;
  const { address, data } = messages(words[4]!);
  const order = ENTRY_ORDERS[words[5]!]!;
  if (VECTOR_KINDS[words[2]!] === 'msi') {
    if (f.msi !== undefined) yield* programMsi(driver, f, f.msi, address, data, order);
    return;
  }
  if (f.msix === undefined) return;
  const write = (byte: number, width: number, lo: number, hi = 0): Actions =>
    entryWrite(driver, f, vector, byte, width, lo, hi);
  switch (order) {
    case 'up':
      yield* write(0, 4, address.lo);
      yield* write(4, 4, address.hi);
      yield* write(DATA, 4, data);
      return;
    case 'down':
      yield* write(DATA, 4, data);
      yield* write(4, 4, address.hi);
      yield* write(0, 4, address.lo);
      return;
    case 'qwords': {
      const old = yield* entryRead(driver, f, vector, CONTROL);
      yield* write(0, 8, address.lo, address.hi);
      yield* write(DATA, 8, data, old);
      return;
    }
    case 'data':
      yield* write(DATA, 4, data);
      return;
    case 'address':
      yield* write(0, 4, address.lo);
      yield* write(4, 4, address.hi);
      return;
    case 'masked': {
      const old = yield* entryRead(driver, f, vector, CONTROL);
      yield* write(CONTROL, 4, old | 1);
      yield* write(0, 4, address.lo);
      yield* write(4, 4, address.hi);
      yield* write(DATA, 4, data);
      yield* write(CONTROL, 4, old & ~1);
      return;
    }
    case 'bytes':
      for (let byte = 0; byte < 4; byte++) yield* write(byte, 1, address.lo >>> (8 * byte));
      for (let byte = 0; byte < 4; byte++) yield* write(DATA + byte, 1, data >>> (8 * byte));
      return;
  }
}

function* programMsi(
  driver: Driver,
  f: TopologyFunction,
  msi: NonNullable<TopologyFunction['msi']>,
  address: Pair,
  data: number,
  order: (typeof ENTRY_ORDERS)[number],
): Actions {
  const at = msi.offset;
  const dataAt = at + (msi.wide ? 0x0c : 0x08);
  const writeAddress = function* (): Actions {
    yield* driver.write(f, at + 4, 4, address.lo);
    if (msi.wide) yield* driver.write(f, at + 8, 4, address.hi);
  };
  if (order === 'masked') yield* control(driver, f, at, 1, 0, 2);
  if (order === 'down') yield* driver.write(f, dataAt, 2, data);
  if (order !== 'data') yield* writeAddress();
  if (order === 'bytes') {
    yield* driver.write(f, dataAt, 1, data);
    yield* driver.write(f, dataAt + 1, 1, data >>> 8);
  } else if (order !== 'address' && order !== 'down') yield* driver.write(f, dataAt, 2, data);
  if (order === 'masked') yield* control(driver, f, at, 0, 1, 2);
}

function* fire({ driver, binding, words }: StepContext): Actions {
  const f = binding.functionOf(words[1]!);
  const vectors = (VECTOR_KINDS[words[2]!] === 'msix' ? f.msix : f.msi)?.vectors;
  if (vectors !== undefined) yield { kind: 'fire', bdf: driver.view.bdf(f), vector: words[3]! % vectors };
}

function* condition({ driver, binding, words }: StepContext, level: 0 | 1): Actions {
  const f = binding.functionOf(words[1]!);
  if (f.pin !== 0) yield { kind: 'condition', bdf: driver.view.bdf(f), level };
}

export const INTERRUPT_STEPS = {
  enable: (context) => facility(context, true),
  disable: (context) => facility(context, false),
  mask: (context) => masked(context, true),
  unmask: (context) => masked(context, false),
  program,
  fire,
  raise: (context) => condition(context, 1),
  lower: (context) => condition(context, 0),
} satisfies Partial<Record<OperationName, StepHandler>>;
