import { describe, expect, test } from 'vitest';
import { at } from '../../properties/support/guest.ts';
import { Device } from '../../properties/support/device.ts';
import { bridgePlan, plainPlan } from '../../properties/support/draw.ts';
import { Machine } from '../../properties/support/machine.ts';
import type { Slot } from '../../properties/support/machine.ts';
import { MachineTarget } from '../../properties/support/target.ts';
import { grown, plant } from '../../properties/support/tree.ts';
import { formatBdf } from '../access/bdf.ts';
import { emptyMachine } from '../access/machine.ts';
import { enumerate } from './enumerate.ts';
import { configurationOf, Mechanisms } from './mechanism.ts';
import type { ConfigurationPort } from './mechanism.ts';
import type { Topology } from './topology.ts';

function enumerated(machine: Machine): Topology {
  const target = new MachineTarget(machine);
  return enumerate(configurationOf(target, target.description.machine), target.description.machine);
}

describe('a machine that nobody has touched', () => {
  const { machine, port, outer, inner, below, near, far } = plant();
  const topology = enumerated(machine);
  const function_ = (bdf: string) => topology.functions.find((f) => formatBdf(f.bdf) === bdf)!;

  test('all functions are found through the bridges, each bridge before what is below it', () => {
    expect(topology.functions.map(({ bdf }) => formatBdf(bdf))).toEqual([
      '00:1c.0',
      '00:1d.0',
      '01:00.0',
      '02:01.0',
      '02:02.0',
      '03:03.0',
    ]);
    expect(topology.functions.map(({ parent }) => parent)).toEqual([-1, -1, 0, 1, 1, 4]);
    expect(function_('03:03.0').path).toEqual([0, at(0, 0x1d), at(0, 2), at(0, 3)]);
    expect(topology.remarks).toEqual([]);
  });

  test('what was found is what the devices are', () => {
    const f = function_('01:00.0');
    const { plan } = below.device;
    expect(((f.device << 16) | f.vendor) >>> 0).toBe(plan.id);
    expect(f.classCode).toBe(plan.classRevision >>> 8);
    for (const [slot, bdf] of [
      [below, '01:00.0'],
      [near, '02:01.0'],
      [far, '03:03.0'],
    ] as const) {
      const seen = function_(bdf).bars.map(({ index, kind, exponent }) => ({
        index,
        kind,
        size: 2n ** BigInt(exponent),
      }));
      expect(seen).toEqual(slot.device.plan.bars.map(({ index, kind, size }) => ({ index, kind, size })));
    }
    expect(f.express).toEqual({ offset: 0x80, portType: 0, slot: false, hotPlug: false, functionReset: true });
  });

  test('every BAR lies in the windows above it, is aligned, enabled, and meets no other', () => {
    const ranges: { io: boolean; base: bigint; last: bigint }[] = [];
    for (const slot of [below, near, far]) {
      for (const { index, kind, size } of slot.device.plan.bars) {
        const base = slot.device.base(index);
        const space = kind === 'io' ? 'port' : 'memory';
        expect(base).not.toBe(0n);
        expect(base % size).toBe(0n);
        for (const address of [base, base + size - 4n])
          expect(
            machine.claims(space, address).map(({ device, index: claimed }) => [device === slot.device, claimed]),
          ).toEqual([[true, index]]);
        for (const other of ranges)
          expect(other.io !== (kind === 'io') || other.last < base || base + size - 1n < other.base).toBe(true);
        ranges.push({ io: kind === 'io', base, last: base + size - 1n });
      }
    }
    for (const slot of [port, outer, inner]) expect(slot.device.registers.read(4, 2) & 7).toBe(7);
  });

  test('a second enumeration finds the same and moves nothing', () => {
    const again = enumerated(machine);
    expect(again).toEqual(topology);
  });
});

test('what firmware has placed and enabled stays', () => {
  const tree = grown();
  const homes = [tree.below, tree.near, tree.far].map(({ device }) => [device.base(0), device.base(2)]);
  const topology = enumerated(tree.machine);
  expect([tree.below, tree.near, tree.far].map(({ device }) => [device.base(0), device.base(2)])).toEqual(homes);
  expect(topology.functions.find(({ bdf }) => bdf === at(1, 0))?.bars.map(({ address }) => address)).toEqual(homes[0]);
});

test('all functions of a multi-function device are found, and none of a single-function one', () => {
  const make = (salt: number, devfn: number, multifunction: boolean): Slot => ({
    device: new Device(plainPlan([], { id: 0x10411af0 + salt, multifunction }), salt),
    devfn,
  });
  const machine = new Machine([
    make(1, at(0, 3, 0), true),
    make(2, at(0, 3, 5), true),
    make(3, at(0, 4, 0), false),
    make(4, at(0, 4, 2), false),
  ]);
  expect(enumerated(machine).functions.map(({ bdf }) => bdf)).toEqual([at(0, 3, 0), at(0, 3, 5), at(0, 4, 0)]);
});

test('below a port there is device 0 only, even if the device answers for others, and that is said', () => {
  const target = new MachineTarget(plant().machine);
  const inner = configurationOf(target, target.description.machine);
  // The bus behind the port is the first that the scan numbers.
  const aliased = (bdf: number): number => (bdf >>> 8 === 1 ? bdf & ~0xf8 : bdf);
  const port: ConfigurationPort = {
    read: (bdf, offset, width) => inner.read(aliased(bdf), offset, width),
    write: (bdf, offset, width, value) => inner.write(aliased(bdf), offset, width, value),
  };
  const { functions, remarks } = enumerate(port, target.description.machine);
  expect(functions.map(({ bdf }) => bdf)).toEqual(enumerated(plant().machine).functions.map(({ bdf }) => bdf));
  expect(remarks).toHaveLength(31);
  expect(remarks[0]).toBe('01:01.0: answers, but a port leads to device 0 only');
});

test('bridges without end use up the bus numbers, and that is said', () => {
  const slots: Slot[] = [];
  for (let depth = 0; depth < 300; depth++) {
    const above = slots.at(-1);
    const slot = { device: new Device(bridgePlan(true), depth), devfn: at(0, 0) };
    slots.push(above === undefined ? slot : { ...slot, parent: above });
  }
  const target = new MachineTarget(new Machine(slots.slice(0, 40)));
  const { machine } = target.description;
  // Everything answers as a bridge: the scan must come to an end all the same.
  const mirror: ConfigurationPort = {
    read: (_, offset, width) =>
      (offset === 0 ? 0x1b36 : offset === 0x0e ? 1 : offset === 8 ? 0x06040000 : 0) % 2 ** (8 * width),
    write: () => {},
  };
  expect(enumerated(new Machine(slots.slice(0, 40))).functions).toHaveLength(40);
  const { functions, remarks } = enumerate(mirror, machine);
  expect(functions.length).toBeLessThanOrEqual(4096);
  expect(remarks.length).toBeGreaterThan(0);
});

test('nothing there: no functions', () => {
  expect(enumerated(new Machine([]))).toEqual({ functions: [], remarks: [] });
});

test('random answers do not keep the scan from its end', () => {
  let state = 1;
  const noise: ConfigurationPort = {
    read: (_, __, width) => {
      state = (Math.imul(state, 1103515245) + 12345) | 0;
      return (state >>> 8) % 2 ** (8 * width);
    },
    write: () => {},
  };
  expect(enumerate(noise, {}).functions.length).toBeLessThanOrEqual(4096);
});

describe('mechanisms', () => {
  const ecam = { baseHi: 0, baseLo: 0xb0000000 | 0, firstBus: 0x10, lastBus: 0x1f, segment: 0 };

  test.each([
    [{}, 0x100, 0x40, 'any', 'cam'],
    [{}, 0x100, 0x100, 'any', undefined],
    [{}, 0x10000, 0x40, 'any', undefined],
    [{ ecam: [ecam] }, 0x1000, 0x40, 'any', 'cam'],
    [{ ecam: [ecam] }, 0x1000, 0x40, 'ecam', 'ecam'],
    [{ ecam: [ecam] }, 0x1000, 0x100, 'cam', 'ecam'],
    [{ ecam: [ecam] }, 0x0f00, 0x40, 'ecam', 'cam'],
    [{ ecam: [ecam] }, 0x2000, 0x100, 'ecam', undefined],
    [{ cam: false, ecam: [ecam] }, 0x1000, 0x40, 'cam', 'ecam'],
    [{ cam: false }, 0x1000, 0x140, 'any', 'config'],
  ] as const)('%j %i %i %s: %s', (machine, bdf, offset, via, mechanism) => {
    expect(
      new Mechanisms({ ...machine, ecam: [...('ecam' in machine ? machine.ecam : [])] }).choose(bdf, offset, via),
    ).toBe(mechanism);
  });

  test('accesses of both mechanisms are what the specification says', () => {
    const seen: string[] = [];
    const target = {
      access: (a: { write: boolean; space: number; addressLo: number; width: number; valueLo: number }) => {
        seen.push(`${a.write ? 'w' : 'r'}${a.space} ${(a.addressLo >>> 0).toString(16)} ${a.width}`);
        if (!a.write) a.valueLo = 0x12345678;
      },
    };
    const port = configurationOf(target, { ...emptyMachine(), ecam: [ecam] });
    expect(port.read(0x1009, 0x06, 2)).toBe(0x5678);
    expect(port.read(0x1009, 0x106, 1)).toBe(0x78);
    expect(port.read(0x0009, 0x106, 1)).toBe(0xff);
    expect(seen).toEqual(['w0 cf8 4', 'r0 cfe 2', 'r1 b0009106 1']);
  });
});
