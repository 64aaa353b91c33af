import { expect, test } from 'vitest';
import type { FunctionSnapshot, RegionSnapshot } from '../../model/snapshot.ts';
import { GuestSteps } from './guest-steps.ts';

function bar(index: number, wide = false): RegionSnapshot {
  return { index, space: 'memory', wide, prefetchable: false, base: undefined, exponent: 12, decode: 'on', why: '' };
}

const EMPTY = new Int32Array(0);
/** Message Control of MSI: 64-bit addresses. */
const VALUE = new Int32Array(64);
VALUE[0x50 >>> 2] = 0x800005;
const CELLS = { value: VALUE, known: EMPTY, seen: EMPTY, hardwired: EMPTY };

function makeFunction(changes: Partial<FunctionSnapshot>): FunctionSnapshot {
  return {
    bdf: 0x18,
    vendor: 0x1af4,
    device: 0x1041,
    classCode: 0x020000,
    headerType: 0,
    express: true,
    portType: 0,
    doubt: 'none',
    placed: true,
    config: CELLS,
    regions: [bar(0), bar(2, true), bar(6)],
    capabilities: [
      { id: 0x05, offset: 0x50, length: 0x18 },
      { id: 0x09, offset: 0x70, length: 0x14 },
      { id: 0x09, offset: 0x84, length: 0x10 },
      { id: 0x11, offset: 0xa0, length: 12 },
    ],
    extended: [{ id: 1, offset: 0x100, length: 0x48 }],
    msix: undefined,
    below: [],
    ...changes,
  };
}

/** `r OFFSET WIDTH` and `w OFFSET WIDTH VALUE`, numbers in hexadecimal. */
function stepsOf(f: FunctionSnapshot, ...accesses: readonly string[]): string[] | undefined {
  const steps = new GuestSteps(f);
  for (const text of accesses) {
    const [what, ...numbers] = text.split(' ');
    const [offset = 0, width = 0, value = 0] = numbers.map((number) => Number.parseInt(number, 16));
    steps.add({ bdf: 0x18, offset, width, write: what === 'w', value });
  }
  return steps.text()?.trimEnd().split('\n');
}

test('a probe and what ends it are one step; an address is any free place, for it belongs to one machine', () => {
  const f = makeFunction({});
  expect(stepsOf(f, 'r 10 4', 'w 10 4 ffffffff', 'r 10 4', 'w 10 4 0', 'w 10 4 c0000000', 'w 10 4 c0000000')).toEqual([
    'need fn endpoint',
    'config read fn.config+0x10 4',
    'size bar fn.bar0 decode kept',
    'move bar fn.bar0 to free 0 decode kept',
    'move bar fn.bar0 to same decode kept',
  ]);
});

test('the halves of a 64-bit BAR are one BAR', () => {
  const halves = ['r 18 4', 'w 18 4 ffffffff', 'r 18 4', 'w 18 4 4', 'r 1c 4', 'w 1c 4 ffffffff', 'r 1c 4', 'w 1c 4 0'];
  expect(stepsOf(makeFunction({}), ...halves, 'w 18 4 1000', 'w 1c 4 80')).toEqual([
    'need fn endpoint',
    'config read fn.config+0x18 4',
    'size bar fn.bar2 decode kept',
    'move bar fn.bar2 to free 0 decode kept',
  ]);
});

test('registers are named by their capabilities, which the target must have then', () => {
  expect(stepsOf(makeFunction({}), 'w a2 2 8000', 'r 104 4', 'w 4 2 7')).toEqual([
    'need fn endpoint',
    'need fn aer',
    'need fn msix 1',
    'config write fn.msix+0x2 2 0x8000',
    'config read fn.aer+0x4 4',
    'config write fn.config+0x4 2 0x7',
  ]);
});

test('with 32-bit messages the mask stands behind the data', () => {
  const config = { ...CELLS, value: new Int32Array(64) };
  expect(stepsOf(makeFunction({ config }), 'w 58 2 4021', 'w 5c 4 1')).toEqual([
    'need fn endpoint',
    'need fn msi 1',
    'program fn.msi[0] 0',
    'config write fn.msi+0xc 4 0x1',
  ]);
});

test('an address right after a probe is one, too', () => {
  expect(stepsOf(makeFunction({}), 'r 10 4', 'w 10 4 ffffffff', 'r 10 4', 'w 10 4 d0000000')).toEqual([
    'need fn endpoint',
    'config read fn.config+0x10 4',
    'size bar fn.bar0 decode kept',
    'move bar fn.bar0 to free 0 decode kept',
  ]);
});

test('messages, bus numbers and windows are those of the target', () => {
  expect(stepsOf(makeFunction({}), 'w 54 4 fee00000', 'w 58 4 0', 'w 5c 2 4021', 'w 52 2 1')).toEqual([
    'need fn endpoint',
    'need fn msi 1',
    'program fn.msi[0] 0',
    'config write fn.msi+0x2 2 0x1',
  ]);
  const bridge = makeFunction({ headerType: 1, regions: [] });
  expect(
    stepsOf(bridge, 'w 18 4 ff0100', 'w 20 4 c010c000', 'w 24 4 1fff1', 'w 28 4 0', 'w 1c 2 f0', 'r 3e 2'),
  ).toEqual([
    'need fn bridge',
    'buses fn to natural',
    'window fn.memory-window to natural',
    'window fn.prefetchable-window to natural',
    'window fn.io-window to natural',
    'config read fn.config+0x3e 2',
  ]);
});

test('left out: what only this device has, the second of two capabilities, and waiting', () => {
  const accesses = ['r 74 4', 'r 88 4', 'w 48 1 2', 'r 200 4', 'r 6 2', 'r 6 2', 'r 6 2', 'r 6 2', 'w 4 2 0'];
  expect(
    stepsOf(
      makeFunction({
        capabilities: [
          { id: 9, offset: 0x70, length: 20 },
          { id: 9, offset: 0x84, length: 16 },
        ],
      }),
      ...accesses,
    ),
  ).toEqual([
    'need fn endpoint',
    'config read fn.config+0x6 2',
    'config read fn.config+0x6 2',
    'config write fn.config+0x4 2 0x0',
  ]);
});

test('who only reads has done nothing', () => {
  expect(stepsOf(makeFunction({}), 'r 0 4', 'r 10 4')).toBeUndefined();
});
