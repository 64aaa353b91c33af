import { expect, test } from 'vitest';
import { Access, MEMORY, PORT } from '../../access/access.ts';
import { formatBdf } from '../../access/bdf.ts';
import { sha256 } from '../../core/hash.ts';
import { randomStream } from '../../core/random.ts';
import { assign, enumerate } from '../../../test/support/enumerate.ts';
import { Guest } from '../../../test/support/guest.ts';
import { createEmulated, DEFAULT_LAYOUT, randomLayout } from './index.ts';
import { checkLayout } from './layout-check.ts';

const SEEDS = Array.from({ length: 200 }, (_, index) => String(index));

test('the default layout is legal', () => {
  expect(checkLayout(DEFAULT_LAYOUT)).toEqual([]);
});

test('random layouts are legal, and the same seed gives the same one', () => {
  for (const seed of SEEDS) {
    const layout = randomLayout(seed);
    expect(checkLayout(layout)).toEqual([]);
    expect(randomLayout(seed)).toEqual(layout);
  }
});

test('random layouts have every kind of function, of BAR and of capability', () => {
  const text = SEEDS.map((seed) => JSON.stringify(randomLayout(seed))).join('\n');
  const kinds = new Set([...text.matchAll(/"kind":"([a-z0-9-]+)"/g)].map((match) => match[1]));
  expect([...kinds].toSorted()).toEqual(
    [
      'advanced-features',
      'aer',
      'ari',
      'bridge',
      'conventional',
      'downstream-port',
      'endpoint',
      'enhanced-allocation',
      'express',
      'express-to-pci',
      'host-bridge',
      'integrated',
      'io',
      'io16',
      'legacy-endpoint',
      'mem32',
      'mem64',
      'msi',
      'msix',
      'power',
      'resizable-bar',
      'root-port',
      'serial-number',
      'slot',
      'sriov',
      'subsystem',
      'upstream-port',
      'vendor',
      'vendor-extended',
      'virtio',
    ].toSorted(),
  );
});

/** Every access, command and answer of a guest that enumerates, assigns and then pokes about, in one hash. */
function run(seed: string): { hash: string; functions: number; reached: number; regions: number } {
  const target = createEmulated({ layout: randomLayout(seed) });
  const guest = new Guest(target);
  const found = enumerate(guest);
  const placed = assign(guest, found);
  let reached = 0;
  for (const region of placed) {
    const first = region.ports ? guest.pr(region.address, 1) : guest.mr(region.address, 1);
    const last = region.address + region.size - 1;
    const end = region.ports ? guest.pr(last, 1) : guest.mr(last, 1);
    if (first !== 0xff && end !== 0xff) reached++;
  }
  const stream = randomStream(`${seed}/accesses`);
  const access = new Access();
  const seen: number[] = [];
  for (let step = 0; step < 3000; step++) {
    access.write = stream.below(2) === 0;
    const kind = stream.below(4);
    const region = placed.length > 0 ? stream.pick(placed) : undefined;
    access.width = stream.pick([1, 2, 4, 8]);
    access.valueLo = stream.pick([0, -1, stream.int32()]);
    access.valueHi = 0;
    access.space = MEMORY;
    if (kind === 0) {
      access.space = PORT;
      access.width = stream.pick([1, 2, 4]);
      access.addressHi = 0;
      access.addressLo = stream.pick([0xcf8, 0xcfc, 0xcfe, stream.below(0x10000)]);
    } else if (kind === 1 || region === undefined) {
      const bdf = found.length > 0 ? stream.pick(found).bdf : 0;
      const address = guest.ecam(formatBdf(bdf)) + stream.below(0x180);
      access.addressHi = Math.floor(address / 2 ** 32);
      access.addressLo = (address % 2 ** 32) | 0;
    } else {
      const address = region.address + stream.below(Math.min(region.size, 0x10000));
      access.addressHi = Math.floor(address / 2 ** 32);
      access.addressLo = (address % 2 ** 32) | 0;
    }
    target.access(access);
    if (!access.write) seen.push(access.valueLo, access.valueHi);
    if (stream.below(16) === 0 && found.length > 0) {
      const { bdf } = stream.pick(found);
      seen.push(target.command({ kind: 'fire', bdf, vector: stream.below(40) }).done ? 1 : 0);
      seen.push(target.command({ kind: 'condition', bdf, level: stream.pick([0, 1]) }).done ? 1 : 0);
      seen.push(target.command({ kind: stream.pick(['plug', 'unplug']), bdf }).done ? 1 : 0);
    }
    if (stream.below(200) === 0) target.command({ kind: stream.pick(['save', 'restore', 'reset']) });
    seen.push(...target.takeEvents().map((event) => JSON.stringify(event).length));
  }
  return { hash: sha256(JSON.stringify(seen)), functions: found.length, reached, regions: placed.length };
}

test('two hundred random layouts: enumerated, sized, assigned, accessed', () => {
  const results = SEEDS.map((seed) => run(seed));
  const total = (key: 'functions' | 'reached' | 'regions'): number =>
    results.reduce((sum, result) => sum + result[key], 0);
  expect(total('functions')).toBeGreaterThan(1500);
  expect(total('regions')).toBeGreaterThan(1500);
  expect(total('reached') / total('regions')).toBe(1);
});

test('the same seed gives the same bytes', () => {
  for (const seed of SEEDS.slice(0, 20)) expect(run(seed).hash).toBe(run(seed).hash);
});
