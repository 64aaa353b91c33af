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

const faultsOf = (name: string, catalogue?: FaultCatalogue): ReadonlySet<string> => {
  const parsed = parseTargetName(name, catalogue);
  return parsed.kind === 'emulated' ? parsed.faults : new Set();
};

test('the emulated target, with and without faults', () => {
  expect(parseTargetName('emulated')).toEqual({ kind: 'emulated', faults: new Set() });
  expect(faultsOf('emulated:bar-sizing-ignored', CATALOGUE)).toEqual(new Set(['bar-sizing-ignored']));
  expect([...faultsOf('emulated:msix-mask-lost,bar-sizing-ignored', CATALOGUE)]).toEqual([
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
  ['qemu', "something is expected after it, as in 'qemu:-machine q35"],
  ['unix', 'something is expected after it, as in unix:/tmp/socket'],
  ['exce:./adapter', 'Did you mean exec?'],
])('%j: %s', (name, sentence) => {
  const parse = (): unknown => parseTargetName(name, CATALOGUE);
  expect(parse).toThrow(TargetError);
  expect(parse).toThrow(sentence);
});

test.each([
  ['qemu:-machine q35 -device e1000e', 'qemu', '-machine q35 -device e1000e'],
  ['unix:/tmp/a:b', 'unix', '/tmp/a:b'],
  ['exec:./adapter --port 1:2', 'exec', './adapter --port 1:2'],
])('%s is behind a wire', (name, kind, rest) => {
  expect(parseTargetName(name)).toEqual({ kind, rest });
});

test('every fault of the catalogue can be named, once', () => {
  const ids = [...FAULT_CATALOGUE.faults, ...FAULT_CATALOGUE.waiting].map(({ id }) => id.toLowerCase());
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => !/^[a-z0-9][a-z0-9._-]*$/.test(id))).toEqual([]);
  for (const { id } of FAULT_CATALOGUE.faults) {
    expect(faultsOf(`emulated:${id}`)).toEqual(new Set([id]));
  }
});
