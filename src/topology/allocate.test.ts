import { describe, expect, test } from 'vitest';
import { allocate } from './allocate.ts';
import { checkPlan } from './check-plan.ts';
import type { Assignment, DeviceTree } from './device-tree.ts';
import { parseDevices } from './read-devices.ts';

const MACHINE = `machine:
  ecam: 0xe0000000,0,255
  io: 0xc000-0xffff
  mem32: 0xc0000000-0xc0ffffff
  mem64: 0x800000000-0x80fffffff
  ram: 0x0-0x7fffffff
`;

const tree = (devices: string, machine = MACHINE): Promise<DeviceTree> => parseDevices(`${machine}${devices}`, 'test');

async function plan(devices: string, machine = MACHINE): Promise<Assignment> {
  const parsed = await tree(devices, machine);
  const outcome = allocate(parsed);
  if (outcome.kind !== 'plan') throw new Error(JSON.stringify(outcome, (_, value: unknown) => String(value)));
  expect(checkPlan(parsed, outcome.assignment)).toEqual([]);
  return outcome.assignment;
}

async function conflict(
  devices: string,
  machine = MACHINE,
): Promise<{ constraint: string; subject: string; missing: bigint }> {
  const outcome = allocate(await tree(devices, machine));
  if (outcome.kind !== 'infeasible') throw new Error(outcome.kind);
  const { constraint, subject, missing } = outcome.conflict;
  return { constraint, subject, missing };
}

describe('where things go', () => {
  test('prefetchable memory above 4 GiB only where the whole path leads there', async () => {
    const gpu = (name: string): string => `{name: ${name}, bars: {0: {kind: mem64, size: 1M, prefetchable: true}}}`;
    const found = await plan(`devices:
  - {name: wide, bridge: {devices: [${gpu('a')}]}}
  - {name: narrow, bridge: {prefetchable: 32, devices: [${gpu('b')}]}}
  - {name: outer, bridge: {prefetchable: 32, devices: [{name: inner, bridge: {devices: [${gpu('c')}]}}]}}
  - {name: bare, bridge: {prefetchable: none, devices: [${gpu('d')}]}}
`);
    const isHigh = (name: string): boolean => found.get(name)!.bars.get(0)! >> 32n > 0n;
    expect(['a', 'b', 'c', 'd'].map(isHigh)).toEqual([true, false, false, false]);
    expect(found.get('bare')?.windows?.prefetchable).toBe('closed');
    expect(found.get('narrow')?.windows?.prefetchable).not.toBe('closed');
  });

  test('32-bit prefetchable memory shares no window with what lies above 4 GiB', async () => {
    const found = await plan(`devices:
  - name: port
    bridge:
      devices:
        - {name: a, bars: {0: {kind: mem64, size: 1M, prefetchable: true}, 2: {kind: mem32, size: 64K, prefetchable: true}}}
`);
    expect(found.get('port')?.windows).toMatchObject({
      memory: { last: found.get('a')!.bars.get(2)! + 0xfffffn },
      prefetchable: { first: found.get('a')!.bars.get(0)! },
    });
  });

  test('a reserve makes the windows and the bus range larger; an empty bridge has closed windows', async () => {
    const found = await plan(`devices:
  - {name: hot, bridge: {hotplug: {io: 4K, memory: 2M, prefetchable: 32M, buses: 8}}}
  - {name: cold, bridge: {}}
`);
    expect(found.get('hot')).toMatchObject({
      windows: { io: { first: 0xc000n, last: 0xcfffn } },
      buses: { primary: 0, secondary: 1, subordinate: 8 },
    });
    expect(found.get('cold')).toMatchObject({
      windows: { io: 'closed', memory: 'closed', prefetchable: 'closed' },
      buses: { primary: 0, secondary: 9, subordinate: 9 },
    });
  });

  test('a window need not be aligned to its size: 16 MiB are filled with 8, 4 and 4 times 1 MiB to the last byte', async () => {
    const bars = (sizes: readonly string[]): string =>
      sizes.map((size, at) => `${at}: {kind: mem32, size: ${size}}`).join(', ');
    const found = await plan(`devices:
  - {name: port, bridge: {devices: [{name: a, bars: {${bars(['8M', '1M', '1M', '1M'])}}}]}}
  - {name: b, bars: {${bars(['1M', '4M'])}}}
`);
    expect(found.size).toBe(3);
  });

  test('holes and fixed addresses are kept', async () => {
    const machine = `${MACHINE}  reserved: 0xc0400000-0xc07fffff\n`;
    const found = await plan(
      'devices: [{name: a, bars: {0: {kind: mem32, size: 8M}, 1: {kind: mem32, size: 1M, address: 0xc0000000}, 2: {kind: mem32, size: 2M}}}]',
      machine,
    );
    expect(found.get('a')?.bars).toEqual(
      new Map([
        [0, 0xc0800000n],
        [1, 0xc0000000n],
        [2, 0xc0200000n],
      ]),
    );
  });
});

describe('what cannot be', () => {
  test('too many bytes', async () => {
    const bar = '{kind: mem32, size: 8M}';
    expect(await conflict(`devices: [{name: a, bars: {0: ${bar}, 1: ${bar}, 2: {kind: mem32, size: 4M}}}]`)).toEqual({
      constraint: 'the memory apertures below 4 GiB',
      subject: 'memory BARs and windows',
      missing: 4n << 20n,
    });
  });

  test('enough bytes, but no aligned place', async () => {
    const machine = 'machine:\n  mem32: 0xc0100000-0xc10fffff\n';
    expect(await conflict('devices: [{name: a, bars: {0: {kind: mem32, size: 16M}}}]', machine)).toEqual({
      constraint: 'the memory apertures below 4 GiB',
      subject: 'BAR 0 of a',
      missing: 8n << 20n,
    });
  });

  test.each([
    ['in a hole', 'a: {kind: mem32, size: 4K, address: 0xd0000000}', 'the memory apertures'],
    ['not aligned', 'a: {kind: mem32, size: 4K, address: 0xc0000800}', 'alignment'],
    ['above 4 GiB with 32 bits', 'a: {kind: mem32, size: 4K, address: 0x800000000}', '4 GiB'],
  ])('a fixed address: %s', async (_, bar, constraint) => {
    const found = await conflict(`devices: [{name: a, bars: {0: ${bar.slice(3)}}}]`);
    expect(found).toMatchObject({ constraint, subject: 'BAR 0 of a' });
  });

  test('fixed addresses of two bridges that lie in each other', async () => {
    const bar = (name: string, address: string): string =>
      `{name: ${name}, bars: {0: {kind: mem32, size: 1M, address: ${address}}}}`;
    expect(
      await conflict(`devices:
  - {name: p, bridge: {devices: [${bar('a', '0xc0000000')}, ${bar('b', '0xc0400000')}]}}
  - {name: q, bridge: {devices: [${bar('c', '0xc0200000')}]}}
`),
    ).toMatchObject({ constraint: 'fixed address', subject: 'the window of q' });
  });

  test('ports below a bridge without I/O window, and more buses than there are', async () => {
    const ports = '[{name: a, bars: {0: {kind: io, size: 16}}}]';
    expect(await conflict(`devices: [{name: p, bridge: {io: none, devices: ${ports}}}]`)).toMatchObject({
      constraint: 'an I/O window',
      subject: 'BAR 0 of a',
    });
    const buses = 'bridge: {hotplug: {buses: 200}}';
    expect(await conflict(`devices: [{name: p, ${buses}}, {name: q, ${buses}}]`)).toMatchObject({
      constraint: 'bus numbers',
    });
  });
});

test('too few steps leave it undecided', async () => {
  const outcome = allocate(
    await tree('devices: [{name: p, bridge: {devices: [{name: a, bars: {0: {kind: mem32, size: 1M}}}]}}]'),
    1,
  );
  expect(outcome.kind).toBe('undecided');
});
