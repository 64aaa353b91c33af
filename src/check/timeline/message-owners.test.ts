import { expect, test } from 'vitest';
import { Bus, PciFunction } from '../../model/function.ts';
import { Vectors } from '../../model/interrupts/vectors.ts';
import { MessageOwners } from './message-owners.ts';

test('contents are forgotten in the order in which they were programmed', () => {
  const owners = new MessageOwners();
  const f = new PciFunction(new Bus(undefined, 0), 0x18, (owner) => new Vectors(owner));
  const find = (data: number): number | undefined =>
    owners.find({ kind: 'message', addressHi: 0, addressLo: 0xfee00000 | (data & ~0xff), data, dataMask: -1 })?.index;
  const add = (index: number, data: number): void =>
    owners.add(f, index, { addressHi: 0, addressLo: 0xfee00000 | (data & ~0xff), data }, false);
  for (let data = 0; data < 20_000; data++) add(data, data);
  expect(find(19_999)).toBe(19_999);
  expect(find(20_000 - (1 << 14))).toBe(20_000 - (1 << 14));
  expect(find(20_000 - (1 << 14) - 1)).toBeUndefined();
  // The same content is the vector's that got it last, and of many that are alike the last ones are kept.
  add(7, 19_999);
  expect(find(19_999)).toBe(7);
  for (let high = 0; high < 100; high++)
    owners.add(f, 1000 + high, { addressHi: 0, addressLo: 4, data: (high << 8) | 1 }, false);
  const alike = (high: number): number | undefined =>
    owners.find({ kind: 'message', addressHi: 0, addressLo: 4, data: (high << 8) | 1, dataMask: -1 })?.index;
  expect([alike(35), alike(36), alike(99)]).toEqual([undefined, 1036, 1099]);
});
