import { expect, test } from 'vitest';
import { checkAssignment } from './check-assignment.ts';
import type { Assignment, Bar, BridgePart, DeviceTree, HostRanges, Placement, TreeFunction } from './device-tree.ts';

const HOST: HostRanges = {
  io: [{ first: 0xc000n, last: 0xffffn }],
  mem32: [{ first: 0xc0000000n, last: 0xdfffffffn }],
  mem64: [{ first: 0x800000000n, last: 0xfffffffffn }],
  ram: [{ first: 0n, last: 0x7fffffffn }],
  reserved: [],
  ecam: [{ base: 0xe0000000n, segment: 0, firstBus: 0, lastBus: 255 }],
  platformPorts: true,
};

const PORT: BridgePart = {
  ioBits: 32,
  prefetchableBits: 64,
  hotPlug: false,
  subtractive: false,
  reserve: { io: 0n, memory: 0n, prefetchable: 0n, buses: 0 },
  children: [],
};

const WINDOWS = {
  io: 'closed',
  memory: { first: 0xc0000000n, last: 0xc0ffffffn },
  prefetchable: { first: 0x800000000n, last: 0x80fffffffn },
} as const;

const ON = { io: true, memory: true, rom: false } as const;

function device(bar: Partial<Bar>, express: boolean | undefined = true): TreeFunction {
  const whole = { index: 0, kind: 'mem64', prefetchable: false, size: 0x10000n, ...bar } as const;
  return { name: 'device', classCode: 0x020000, express, segment: 0, bars: [whole] };
}

/** Rules that are broken by a device below a port. */
function below(
  f: TreeFunction,
  address: bigint,
  port: Partial<Placement> = {},
  part: Partial<BridgePart> = {},
): string[] {
  const bridge = {
    ...device({}),
    name: 'port',
    classCode: 0x060400,
    bars: [],
    bridge: { ...PORT, ...part, children: [f] },
  };
  const tree: DeviceTree = { host: HOST, functions: [bridge] };
  const assignment: Assignment = new Map([
    ['port', { bars: new Map(), ...ON, windows: WINDOWS, ...port }],
    ['device', { bars: new Map([[0, address]]), ...ON }],
  ]);
  return checkAssignment(tree, assignment).violations.map(({ rule }) => rule);
}

test('64-bit memory that is not prefetchable: either window on PCI Express, one window on a conventional path', () => {
  expect(below(device({}), 0xc0000000n)).toEqual([]);
  expect(below(device({}), 0x800000000n)).toEqual([]);
  expect(below(device({}, undefined), 0x800000000n)).toEqual([]);
  expect(below(device({}, false), 0x800000000n)).toEqual(['ADDR-001']);
  expect(below(device({}), 0x900000000n)).toEqual(['ADDR-001']);
});

test('prefetchable memory: either window', () => {
  const bar = { prefetchable: true };
  expect(below(device(bar), 0x800000000n)).toEqual([]);
  expect(below(device(bar), 0xc0ff0000n)).toEqual([]);
  expect(below(device(bar), 0xc1000000n)).toEqual(['ADDR-002']);
  expect(below(device({ ...bar, kind: 'mem32' }), 0x800000000n)).toEqual(['ADDR-002']);
});

test('what the windows do not say for sure is accepted', () => {
  const device64 = device({});
  expect(below(device64, 0xd0000000n, { windows: { ...WINDOWS, memory: undefined } })).toEqual([]);
  expect(below(device64, 0xd0000000n, { windows: { ...WINDOWS, prefetchable: undefined } })).toEqual([]);
  expect(below(device64, 0xd0000000n, { memory: false })).toEqual([]);
  expect(below(device64, 0xd0000000n, {}, { subtractive: true })).toEqual([]);
  expect(below(device64, 0xd0000000n, {}, { hotPlug: true })).toEqual(['HP-005']);
});

test('formats: alignment of BARs and windows', () => {
  expect(below(device({}), 0xc0008000n)).toEqual(['ADDR-003']);
  const memory = { first: 0xc0080000n, last: 0xc0ffffffn };
  expect(below(device({}), 0xc0100000n, { windows: { ...WINDOWS, memory } })).toEqual(['ADDR-003']);
});

test('legacy ports: a card keeps clear of them, the legacy device itself does not', () => {
  const at = (classCode: number, address: bigint): string[] => {
    const f = { ...device({ kind: 'io', size: 8n }), classCode };
    const host = { ...HOST, io: [{ first: 0n, last: 0xffffn }] };
    const placement = { bars: new Map([[0, address]]), ...ON };
    return checkAssignment({ host, functions: [f] }, new Map([['device', placement]])).violations.map(
      ({ rule }) => rule,
    );
  };
  expect(at(0x020000, 0x3f8n)).toEqual(['ADDR-007']);
  expect(at(0x020000, 0xcf8n)).toEqual(['ADDR-007']);
  expect(at(0x070000, 0x3f8n)).toEqual([]);
  expect(at(0x010180, 0x3f0n)).toEqual([]);
  expect(at(0x020000, 0x400n)).toEqual([]);
});

test('ECAM: the base of the first bus or of bus 0 is aligned', () => {
  const rules = (base: bigint, firstBus: number, lastBus: number): string[] => {
    const host = { ...HOST, ecam: [{ base, segment: 0, firstBus, lastBus }] };
    return checkAssignment({ host, functions: [] }, new Map()).violations.map(({ rule }) => rule);
  };
  expect(rules(0xb0000000n, 0, 255)).toEqual([]);
  expect(rules(0xa1000000n, 0, 255)).toEqual(['ECAM-002']);
  // Buses 64 to 79 of a window for 128 at 0xb0000000; then a window of its own for 16.
  expect(rules(0xb4000000n, 64, 79)).toEqual([]);
  expect(rules(0xb1000000n, 1, 16)).toEqual([]);
  expect(rules(0xb0800000n, 1, 16)).toEqual(['ECAM-002']);
});
