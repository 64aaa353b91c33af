import { describe, expect, test } from 'vitest';
import { Access } from '../access/access.ts';
import { emptyMachine } from '../access/machine.ts';
import { formatAccess, formatEvent } from '../access/text.ts';
import type { Topology, TopologyFunction } from '../topology/topology.ts';
import { bind } from './bind.ts';
import { Expansion } from './expand.ts';
import { parseScenario } from './grammar.ts';
import { AS_ENUMERATED } from './state-view.ts';
import type { StateView } from './state-view.ts';
import { stepCount } from './steps.ts';

const endpoint: TopologyFunction = {
  index: 0,
  path: [0, 0, 8],
  bdf: 0x108,
  parent: 1,
  vendor: 0x1af4,
  device: 0x1041,
  classCode: 0x020000,
  headerType: 0,
  multifunction: false,
  pin: 1,
  bars: [
    { index: 0, kind: 'io', prefetchable: false, exponent: 5, address: 0xc000n, assigned: true },
    { index: 2, kind: 'memory64', prefetchable: true, exponent: 14, address: 0x8_0000_0000n, assigned: true },
    { index: 6, kind: 'memory32', prefetchable: false, exponent: 16, address: 0n, assigned: false },
  ],
  capabilities: [
    { id: 1, offset: 0x40 },
    { id: 0x05, offset: 0x50 },
    { id: 0x11, offset: 0x70 },
    { id: 0x10, offset: 0x80 },
  ],
  extended: [{ id: 0x01, offset: 0x100 }],
  express: { offset: 0x80, portType: 0, slot: false, hotPlug: false, functionReset: true },
  msi: { offset: 0x50, vectors: 4, wide: true, masks: true },
  msix: { offset: 0x70, vectors: 3, table: { bar: 2, offset: 0x1000 }, pending: { bar: 2, offset: 0x2000 } },
  sriov: undefined,
  fixed: [],
  virtio: [
    { type: 1, bar: 2, offset: 0, length: 0x38, multiplier: 0, at: 0x90 },
    { type: 2, bar: 2, offset: 0x3000, length: 0x1000, multiplier: 4, at: 0xa0 },
  ],
  bridge: undefined,
};

const port: TopologyFunction = {
  ...endpoint,
  index: 1,
  path: [0, 0],
  bdf: 0,
  parent: -1,
  headerType: 1,
  classCode: 0x060400,
  pin: 0,
  bars: [],
  capabilities: [],
  extended: [],
  express: undefined,
  msi: undefined,
  msix: undefined,
  virtio: [],
  bridge: {
    secondary: 1,
    subordinate: 1,
    io: { base: 0xc000n, last: 0xcfffn },
    memory: undefined,
    prefetchable: { base: 0x8_0000_0000n, last: 0x8_00ff_ffffn },
  },
};

const topology: Topology = { functions: [endpoint, port], remarks: [] };
const ecam = { baseHi: 0, baseLo: 0xe0000000 | 0, firstBus: 0, lastBus: 255, segment: 0 };

/** The lines of a scenario's accesses without the writes of CAM's selector; reads are answered with `answers`. */
function expanded(text: string, answers: number[] = [], view: StateView = AS_ENUMERATED, machine = {}): string[] {
  const { program } = parseScenario(text);
  const result = bind(program, topology);
  if (!result.bound) throw new Error(result.reason);
  const expansion = new Expansion(result.binding.topology, view, { ...emptyMachine(), ecam: [ecam], ...machine });
  const lines: string[] = [];
  for (let step = 0; step < stepCount(program); step++) {
    for (const action of expansion.expand(result.binding, program, step)) {
      if (!(action instanceof Access)) lines.push(formatEvent(action));
      else {
        if (!action.write) action.valueLo = answers.shift() ?? 0;
        if (!(action.write && action.addressLo === 0xcf8 && action.width === 4)) lines.push(formatAccess(action));
      }
    }
  }
  return lines;
}

describe('single accesses', () => {
  test.each([
    ['config read fn.cmd 2', ['read port 0xcfc 2 -> 0x0']],
    ['config read fn.cmd 2 via ecam', ['read memory 0xe0108004 2 -> 0x0']],
    ['config read fn.aer+0x4 4', ['read memory 0xe0108104 4 -> 0x0']],
    ['config read fn.aer+0x4 4 via cam', ['read memory 0xe0108104 4 -> 0x0']],
    ['config read fn.sriov 4', []],
    ['config write fn.bar2 8 0x1122334455667788 via ecam', ['write memory 0xe0108018 8 <- 0x1122334455667788']],
    ['config write fn.bar2 8 0x1122334455667788 via cam', ['write port 0xcfc 4 <- 0x55667788']],
    ['config write fn.msix+0x3 1 0x80', ['write port 0xcff 1 <- 0x80']],
    ['read fn.bar2+0x10 4', ['read memory 0x800000010 4 -> 0x0']],
    ['read fn.bar2.end-0x4 4', ['read memory 0x800003ffc 4 -> 0x0']],
    ['read fn.wide.end 1', ['read memory 0x800004000 1 -> 0x0']],
    ['read fn.bar2-0x4 4', ['read memory 0x7fffffffc 4 -> 0x0']],
    // Far outside: modulo the size.
    ['read fn.bar2+0x100004 4', ['read memory 0x800000004 4 -> 0x0']],
    // An index that is none: modulo those there are.
    ['read fn.bar3 4', ['read memory 0x800000000 4 -> 0x0']],
    ['write fn.io+0x2 1 0xff', ['write port 0xc002 1 <- 0xff']],
    ['write fn.io 8 0x1', ['write port 0xc000 4 <- 0x1']],
    ['read fn.table+0x1c 4', ['read memory 0x80000101c 4 -> 0x0']],
    ['read fn.pba 8', ['read memory 0x800002000 8 -> 0x0']],
    ['read fn.isr 1', []],
    ['read fn1.io-window.end-0x1 1', ['read port 0xcfff 1 -> 0x0']],
    ['read fn1.memory-window 1', []],
    ['port write 0xcf9 1 6', ['write port 0xcf9 1 <- 0x6']],
    ['memory read 0xffffffffffffffff 1', ['read memory 0xffffffffffffffff 1 -> 0x0']],
    ['route read fn.peer[1f.7] 0 4 via ecam', ['read memory 0xe01ff000 4 -> 0x0']],
    ['route read fn1.below[00.1] 0 4 via ecam', ['read memory 0xe0101000 4 -> 0x0']],
    ['route read fn1.beyond[00.0] 0 4 via ecam', ['read memory 0xe0200000 4 -> 0x0']],
    [
      'select fn.cmd as byte-wise',
      [
        'write port 0xcf8 1 <- 0x4',
        'write port 0xcf9 1 <- 0x8',
        'write port 0xcfa 1 <- 0x1',
        'write port 0xcfb 1 <- 0x80',
      ],
    ],
  ])('%s', (text, lines) => {
    expect(expanded(text)).toEqual(lines);
  });

  test('without ECAM extended registers are out of reach, without both the source has its own accesses', () => {
    expect(expanded('config read fn.aer 4', [], AS_ENUMERATED, { ecam: [] })).toEqual([]);
    expect(expanded('config read fn.aer 4', [], AS_ENUMERATED, { ecam: [], cam: false })).toEqual([
      'read config 01:01.0 0x100 4 -> 0x0',
    ]);
  });
});

describe('steps that look first', () => {
  test('set and clear write what was read with bits changed', () => {
    expect(expanded('config set fn.cmd 2 0x6\nconfig clear fn.cmd 1 0x2', [0x401, 7])).toEqual([
      'read port 0xcfc 2 -> 0x401',
      'write port 0xcfc 2 <- 0x407',
      'read port 0xcfc 1 -> 0x7',
      'write port 0xcfc 1 <- 0x5',
    ]);
  });

  test('decoding by a dword leaves Status alone', () => {
    expect(expanded('decode off fn width 4', [0xf9100007 | 0])).toEqual([
      'read memory 0xe0108004 4 -> 0xf9100007',
      'write memory 0xe0108004 4 <- 0x4',
    ]);
  });

  test('sizing saves, probes and restores', () => {
    expect(expanded('size bar fn.rom pattern rom decode kept', [0x1, 0xffff0000 | 0, 1])).toEqual([
      'read memory 0xe0108030 4 -> 0x1',
      'write memory 0xe0108030 4 <- 0xfffff800',
      'read memory 0xe0108030 4 -> 0xffff0000',
      'write memory 0xe0108030 4 <- 0x1',
      'read memory 0xe0108030 4 -> 0x1',
    ]);
    const lines = expanded('size bar fn.bar2 order high-low', [7, 0xc, 8, 0xffffc00c | 0, -1]);
    expect(lines.filter((line) => line.startsWith('write'))).toEqual([
      'write memory 0xe0108004 2 <- 0x4',
      'write memory 0xe010801c 4 <- 0xffffffff',
      'write memory 0xe0108018 4 <- 0xffffffff',
      'write memory 0xe010801c 4 <- 0x8',
      'write memory 0xe0108018 4 <- 0xc',
      'write memory 0xe0108004 2 <- 0x7',
    ]);
  });

  test('a mask keeps the reserved bits of its dword', () => {
    expect(expanded('mask fn.msix[4]', [0x30])).toEqual([
      'read memory 0x80000101c 4 -> 0x30',
      'write memory 0x80000101c 4 <- 0x31',
    ]);
    expect(expanded('unmask fn.msi[6]', [0xf])).toEqual([
      'read memory 0xe0108060 4 -> 0xf',
      'write memory 0xe0108060 4 <- 0xb',
    ]);
    expect(expanded('mask fn.msix width 1', [0])).toEqual([
      'read memory 0xe0108073 1 -> 0x0',
      'write memory 0xe0108073 1 <- 0x40',
    ]);
  });

  test('messages of different numbers differ, in RAM where nothing tells of them', () => {
    const ram = [{ loHi: 0, loLo: 0, hiHi: 0, hiLo: 0x7fffffff }];
    expect(expanded('program fn.msix[0] 1', [], AS_ENUMERATED, { ram })).toEqual([
      'write memory 0x800001000 4 <- 0x200004',
      'write memory 0x800001004 4 <- 0x0',
      'write memory 0x800001008 4 <- 0x4020',
    ]);
    expect(expanded('program fn.msix[0] 2 order data')).toEqual(['write memory 0x800001008 4 <- 0x4040']);
  });

  test('a doorbell is found as a driver finds it', () => {
    expect(expanded('ring fn queue 1', [2, 8, 1])).toEqual([
      'read memory 0x800000012 2 -> 0x2',
      'write memory 0x800000016 2 <- 0x1',
      'read memory 0x800000018 2 -> 0x8',
      'read memory 0x80000001e 2 -> 0x1',
      'write memory 0x800003004 2 <- 0x1',
    ]);
  });
});

describe('moves', () => {
  const lines = (text: string): string[] => expanded(text).filter((line) => line.startsWith('write'));

  test.each([
    ['move bar fn.bar2 to 0x1234500000 decode kept', ['0x34500000', '0x12']],
    ['move bar fn.bar2 to 0x1234500000 decode kept order high-low', ['0x12', '0x34500000']],
    ['move bar fn.bar2 to free 0 decode kept', ['0x4000', '0x8']],
    ['move bar fn.bar2 to free 1 decode kept', ['0x8000', '0x8']],
    ['move bar fn.bar2 to top decode kept', ['0xffc000', '0x8']],
    ['move bar fn.bar2 to top32 decode kept', ['0xffffc000', '0x0']],
    ['move bar fn.bar2 to top64 decode kept', ['0xffffc000', '0xffffffff']],
    ['move bar fn.bar2 to overlap fn.rom decode kept', ['0x0', '0x0']],
    ['move bar fn.io to bottom decode kept', ['0xc000']],
    ['move bar fn.io to overlap fn.io decode on', ['0xc000', '0x3']],
    ['move bar fn.io to 0xd000 order bytes decode kept', ['0x0', '0xd0', '0x0', '0x0']],
    ['move bar fn.io to 0xd000 order words-down decode left-off', ['0x0', '0x0', '0xd000']],
  ])('%s', (text, values) => {
    expect(lines(text).map((line) => line.split(' ').at(-1))).toEqual(values);
  });

  test('the former address is where the BAR was before, as the view tells', () => {
    let base = 0x8_0000_0000n;
    const view: StateView = {
      bdf: (f) => f.bdf,
      register: (_, offset) =>
        offset === 0x18 ? Number(base & 0xffffffffn) | 0xc : offset === 0x1c ? Number(base >> 32n) : undefined,
    };
    const { program } = parseScenario('read fn.bar2 4\nread fn.bar2.former 4\nmove bar fn.bar2 to former decode kept');
    const result = bind(program, topology);
    if (!result.bound) throw new Error(result.reason);
    const expansion = new Expansion(result.binding.topology, view, emptyMachine());
    const at = (step: number): string[] =>
      [...expansion.expand(result.binding, program, step)].map((action) => formatAccess(action as Access));
    expect(at(0)).toEqual(['read memory 0x800000000 4 -> 0x0']);
    base = 0x9_0000_0000n;
    expect(at(0)).toEqual(['read memory 0x900000000 4 -> 0x0']);
    expect(at(1)).toEqual(['read memory 0x800000000 4 -> 0x0']);
    expect([...expansion.expand(result.binding, program, 2)]).toHaveLength(4);
  });
});

test('commands name functions by the numbers of the moment', () => {
  const moved: StateView = { bdf: (f) => f.bdf + 0x100, register: () => undefined };
  expect(
    expanded('fire fn.msix[4]\nraise fn\nlower fn\nraise fn1\nunplug fn\nplug fn\nsave\nrestore\nreset', [], moved),
  ).toEqual([
    'fire 02:01.0 1',
    'condition 02:01.0 1',
    'condition 02:01.0 0',
    'unplug 02:01.0',
    'plug 02:01.0',
    'save',
    'restore',
    'reset',
  ]);
});

test('resets and bridges', () => {
  expect(expanded('flr fn', [0x2810]).at(-1)).toBe('write memory 0xe0108088 2 <- 0xa810');
  expect(expanded('flr fn by af')).toEqual([]);
  expect(expanded('bus reset fn1', [2, 0x42]).filter((line) => line.startsWith('write'))).toEqual([
    'write memory 0xe000003e 2 <- 0x42',
    'write memory 0xe000003e 2 <- 0x2',
  ]);
  expect(expanded('bus reset fn')).toEqual([]);
  expect(expanded('buses fn1 to shifted width 1').map((line) => line.split(' ').at(-1))).toEqual(['0x0', '0x2', '0x2']);
  expect(expanded('window fn1.io-window to closed')).toEqual([
    'write memory 0xe000001c 1 <- 0xf0',
    'write memory 0xe000001d 1 <- 0x0',
    'write memory 0xe0000030 2 <- 0x0',
    'write memory 0xe0000032 2 <- 0x0',
  ]);
  expect(expanded('window fn1.prefetchable-window to natural').map((line) => line.split(' ').at(-1))).toEqual([
    '0x0',
    '0xf0',
    '0x8',
    '0x8',
  ]);
});
