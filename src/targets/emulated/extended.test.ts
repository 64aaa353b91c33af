import { expect, test } from 'vitest';
import { Guest } from '../../../test/support/guest.ts';
import { createEmulated, DEFAULT_LAYOUT } from './index.ts';

const guest = (): Guest => new Guest(createEmulated({ layout: DEFAULT_LAYOUT }));

test('RBAR-002: the size field makes address bits read-only at once', () => {
  const g = guest();
  const control = g.extended('00:06.0', 0x15) + 8;
  // Two BARs; the first is BAR 0 of 2 MiB.
  expect(g.cr('00:06.0', control)).toBe(0x00000140);
  expect(g.cr('00:06.0', control - 4)).toBe((1 << 4) | (1 << 5) | (1 << 10) | (1 << 17));
  g.cw('00:06.0', control, 6 << 8);
  g.cw('00:06.0', 0x10, 0xffffffff);
  expect(g.cr('00:06.0', 0x10)).toBe(0xfc00000c);
  g.cw('00:06.0', control, 5 << 8);
  expect((g.cr('00:06.0', control) >>> 8) & 0x3f).toBe(6);
  g.cw('00:06.0', control, 13 << 8);
  g.cw('00:06.0', 0x14, 0xffffffff);
  expect([g.cr('00:06.0', 0x10), g.cr('00:06.0', 0x14)]).toEqual([0xc, 0xfffffffe]);
  g.command('reset');
  g.cw('00:06.0', 0x10, 0xffffffff);
  expect(g.cr('00:06.0', 0x10)).toBe(0xffe0000c);
});

test('EA-001, EA-002: fixed ranges by Command and entry', () => {
  const g = guest();
  const entry = g.capability('00:07.0', 0x14) + 4;
  expect([0, 4, 8].map((register) => g.cr('00:07.0', entry + register))).toEqual([0x80ff0002, 0xf0000000, 0xfffc]);
  // The second: BAR 2, prefetchable, 64-bit base and size.
  expect([12, 16, 20, 24, 28].map((register) => g.cr('00:07.0', entry + register))).toEqual([
    0x80ff0124, 2, 0xfffffffe, 0x70, 1,
  ]);
  g.cw('00:07.0', 0x10, 0xffffffff);
  expect(g.cr('00:07.0', 0x10)).toBe(0);
  expect(g.mr(0xf0000000)).toBe(0xffffffff);
  g.cw('00:07.0', 4, 2, 2);
  expect(g.mr(0xf0000000)).not.toBe(0xffffffff);
  expect(g.mr(0x7000000000)).not.toBe(0xffffffff);
  g.cw('00:07.0', entry, 0);
  expect(g.cr('00:07.0', entry)).toBe(0x00ff0002);
  expect(g.mr(0xf0000000)).toBe(0xffffffff);
  g.cw('00:07.0', entry + 12, 0);
  expect(g.mr(0x7000000000)).not.toBe(0xffffffff);
});

function virtual(): { g: Guest; sriov: number } {
  const g = guest();
  const sriov = g.extended('00:08.0', 0x10);
  g.cw('00:08.0', sriov + 0x24, 0);
  g.cw('00:08.0', sriov + 0x28, 0x81);
  g.cw('00:08.0', sriov + 0x10, 3, 2);
  return { g, sriov };
}

test('SRIOV-001, SRIOV-004: virtual functions come and go', () => {
  const { g, sriov } = virtual();
  expect(g.cr('00:08.1', 8)).toBe(0xffffffff);
  g.cw('00:08.0', sriov + 8, 1, 2);
  expect(g.cr('00:08.1', 0)).toBe(0xffffffff);
  expect(g.cr('00:08.1', 8)).toBe(0x01080201);
  expect(g.cr('00:08.3', 0x2c)).toBe(0x11001af4);
  expect(g.cr('00:08.4', 8)).toBe(0xffffffff);
  g.cw('00:08.1', 4, 0xffff, 2);
  expect(g.cr('00:08.1', 4, 2)).toBe(4);
  expect(g.target.description.functions).toEqual([0x41, 0x42, 0x43]);
  g.cw('00:08.0', sriov + 8, 0, 2);
  expect(g.cr('00:08.1', 8)).toBe(0xffffffff);
});

test('SRIOV-002, SRIOV-003: slices of a BAR, and counts that are locked', () => {
  const { g, sriov } = virtual();
  expect(g.mr(0x8100004000)).toBe(0xffffffff);
  g.cw('00:08.0', sriov + 8, 9, 2);
  const markers = [1, 2, 3].map((number) => g.mr(0x8100000000 + (number - 1) * 0x4000));
  expect(new Set(markers).size).toBe(3);
  expect(g.mr(0x810000c000)).toBe(0xffffffff);
  g.cw('00:08.0', sriov + 0x10, 7, 2);
  expect(g.cr('00:08.0', sriov + 0x10, 2)).toBe(3);
  g.cw('00:08.0', sriov + 8, 0, 2);
  g.cw('00:08.0', sriov + 0x10, 99, 2);
  expect(g.cr('00:08.0', sriov + 0x10, 2)).toBe(7);
  // A system page of 64 KiB: so large is a slice then.
  g.cw('00:08.0', sriov + 0x20, 0x10);
  g.cw('00:08.0', sriov + 0x24, 0xffffffff);
  expect(g.cr('00:08.0', sriov + 0x24)).toBe(0xffff0004);
});

test('RST-004: FLR of the physical function ends the virtual ones, FLR of a virtual one does not', () => {
  const { g, sriov } = virtual();
  g.cw('00:08.0', sriov + 8, 9, 2);
  g.cw('00:08.2', 4, 4, 2);
  const express = g.capability('00:08.2', 0x10);
  g.cw('00:08.2', express + 8, 0x8000, 2);
  expect(g.cr('00:08.2', 4, 2)).toBe(0);
  expect(g.cr('00:08.0', sriov + 8, 2)).toBe(9);
  g.cw('00:08.0', g.capability('00:08.0', 0x10) + 8, 0x8000, 2);
  expect(g.cr('00:08.2', 8)).toBe(0xffffffff);
  expect(g.cr('00:08.0', sriov + 8, 2)).toBe(0);
});

test('RTE-010: functions above 7 need ARI forwarding', () => {
  const g = guest();
  g.cw('00:12.0', 0x18, 0x010100);
  const sriov = g.extended('01:00.0', 0x10);
  g.cw('01:00.0', sriov + 0x10, 12, 2);
  g.cw('01:00.0', sriov + 8, 1, 2);
  expect(g.cr('01:00.7', 8)).toBe(0x01080201);
  expect(g.cr('01:01.0', 8)).toBe(0xffffffff);
  g.cw('00:12.0', g.capability('00:12.0', 0x10) + 0x28, 0x20, 2);
  expect(g.cr('01:01.4', 8)).toBe(0x01080201);
  expect(g.cr('01:01.5', 8)).toBe(0xffffffff);
});
