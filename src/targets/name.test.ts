import { expect, test } from 'vitest';
import { FAULT_CATALOGUE, parseTargetName } from './name.ts';
import type { FaultCatalogue } from './name.ts';
import { TargetError } from './target-error.ts';

const CATALOGUE: FaultCatalogue = {
  faults: ['bar-sizing-ignored', 'MSIX-mask-lost'].map((id) => ({
    id,
    title: 'Something goes wrong.',
    origin: 'synthetic',
    area: 'BAR',
    difficulty: 1,
    rules: ['BAR-003'],
  })),
  waiting: [{ id: 'vtd-remapping', why: 'There is no IOMMU.' }],
};

test('the emulated target, with and without faults', () => {
  expect(parseTargetName('emulated')).toEqual({ kind: 'emulated', faults: new Set() });
  expect(parseTargetName('emulated:bar-sizing-ignored', CATALOGUE).faults).toEqual(new Set(['bar-sizing-ignored']));
  expect([...parseTargetName('emulated:msix-mask-lost,bar-sizing-ignored', CATALOGUE).faults]).toEqual([
    'MSIX-mask-lost',
    'bar-sizing-ignored',
  ]);
});

test.each([
  ['emulated:', 'no fault is named after the colon'],
  ['emulated:bar-sizing-ignord', 'there is no fault of this name. Did you mean bar-sizing-ignored?'],
  ['emulated:bar-sizing-ignored,wrong', 'wrong: there is no fault of this name. Try: barometer faults'],
  ['emulated:vtd-remapping', 'cannot be switched on yet. There is no IOMMU.'],
  ['emulatd', 'Did you mean emulated?'],
  ['', 'there is no target of this name'],
  ['qemu:-M q35', 'live targets are not there yet'],
  ['unix:/tmp/socket', 'live targets are not there yet'],
  ['exec:./adapter', 'live targets are not there yet'],
])('%j: %s', (name, sentence) => {
  const parse = (): unknown => parseTargetName(name, CATALOGUE);
  expect(parse).toThrow(TargetError);
  expect(parse).toThrow(sentence);
});

test('every fault of the catalogue can be named, once', () => {
  const ids = [...FAULT_CATALOGUE.faults, ...FAULT_CATALOGUE.waiting].map(({ id }) => id.toLowerCase());
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => !/^[a-z0-9][a-z0-9._-]*$/.test(id))).toEqual([]);
  for (const { id } of FAULT_CATALOGUE.faults) {
    expect(parseTargetName(`emulated:${id}`).faults).toEqual(new Set([id]));
  }
});
