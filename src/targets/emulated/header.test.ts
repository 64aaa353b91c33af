import { expect, test } from 'vitest';
import { Guest } from '../../../test/support/guest.ts';
import { createEmulated, DEFAULT_LAYOUT } from './index.ts';

const guest = (): Guest => new Guest(createEmulated({ layout: DEFAULT_LAYOUT }));

test('CMD-001: bits of Command by kind of function', () => {
  const g = guest();
  for (const [bdf, expected] of [
    ['00:01.0', 0x0557],
    ['00:02.0', 0x0547],
    ['00:10.0', 0x0547],
  ] as const) {
    g.cw(bdf, 4, 0xffff, 2);
    expect(g.cr(bdf, 4, 2)).toBe(expected);
    g.cw(bdf, 4, 0, 2);
    expect(g.cr(bdf, 4, 2)).toBe(0);
  }
});

test('CMD-009, STS-003: bytes of Command alone, and Status errors cannot be set', () => {
  const g = guest();
  g.cw('00:02.0', 4, 0x0400, 2);
  g.cw('00:02.0', 4, 6, 1);
  expect(g.cr('00:02.0', 4, 2)).toBe(0x0406);
  g.cw('00:02.0', 5, 0, 1);
  expect(g.cr('00:02.0', 4, 2)).toBe(0x0006);
  g.cw('00:02.0', 4, 0xffff0006);
  expect(g.cr('00:02.0', 4)).toBe(0x00100006);
});

test('HDR: identity is read-only, line is a scratch byte', () => {
  const g = guest();
  const dump = (): number[] => [0, 8, 0x2c, 0x34].map((register) => g.cr('00:01.0', register));
  const before = dump();
  for (const register of [0, 8, 0x2c, 0x34]) g.cw('00:01.0', register, 0x12345678);
  expect(dump()).toEqual(before);
  g.cw('00:01.0', 0x3c, 0xffffffab);
  expect(g.cr('00:01.0', 0x3c)).toBe(0x000001ab);
});

test('HDR-006: function 0 of several says so', () => {
  const g = guest();
  expect(g.cr('00:03.0', 0x0e, 1)).toBe(0x80);
  expect(g.cr('00:01.0', 0x0e, 1)).toBe(0);
  expect(g.cr('00:10.0', 0x0e, 1)).toBe(1);
});

test('BAR-002, BAR-003, BAR-012: address bits follow what is written, whatever the pattern and width', () => {
  const g = guest();
  for (const [written, expected] of [
    [0xffffffff, 0xfffff000],
    [0xfffffff0, 0xfffff000],
    [0x12345678, 0x12345000],
    [0, 0],
  ] as const) {
    g.cw('00:01.0', 0x14, written);
    expect(g.cr('00:01.0', 0x14)).toBe(expected);
  }
  g.cw('00:01.0', 0x17, 0xab, 1);
  g.cw('00:01.0', 0x15, 0xcd, 1);
  expect(g.cr('00:01.0', 0x14)).toBe(0xab00c000);
  g.cw('00:01.0', 0x10, 0xffffffff);
  expect(g.cr('00:01.0', 0x10)).toBe(0xffffff01);
  // The upper half of the ports is hardwired in BAR 4; BAR 5 has 16 bytes.
  g.cw('00:01.0', 0x20, 0xffffffff);
  expect(g.cr('00:01.0', 0x20)).toBe(0x0000fff1);
  g.cw('00:01.0', 0x24, 0xffffffff);
  expect(g.cr('00:01.0', 0x24)).toBe(0xfffffff0);
});

test('BAR-009: 8 GiB take the low half and one bit of the high half', () => {
  const g = guest();
  g.cw('00:0a.0', 0x14, 0xffffffff);
  g.cw('00:0a.0', 0x18, 0xffffffff);
  expect(g.cr('00:0a.0', 0x14)).toBe(0x0000000c);
  expect(g.cr('00:0a.0', 0x18)).toBe(0xfffffffe);
});

test('BAR-014, BAR-019, MAP-001, CMD-003: a region answers where its register says, and nowhere else', () => {
  const g = guest();
  g.cw('00:01.0', 0x14, 0xc0000000);
  expect(g.mr(0xc0000000)).toBe(0xffffffff);
  g.cw('00:01.0', 4, 2, 2);
  const marker = g.mr(0xc0000000);
  // Function 1 of the machine, BAR 1, offset 0.
  expect(marker).toBe(0x81b15aa5);
  g.mw(0xc0000010, 0xcafe);
  g.cw('00:01.0', 0x14, 0xd0000000);
  expect(g.mr(0xc0000000)).toBe(0xffffffff);
  expect(g.mr(0xd0000000)).toBe(marker);
  expect(g.mr(0xd0000010)).toBe(0xcafe);
  expect(g.mr(0xd0000fff, 1)).not.toBe(0xff);
  expect(g.mr(0xd0001000, 1)).toBe(0xff);
  expect(g.mr(0xcfffffff, 1)).toBe(0xff);
  g.cw('00:01.0', 4, 0, 1);
  expect(g.mr(0xd0000000)).toBe(0xffffffff);
});

test('MAP-006: what was covered comes back when the other one leaves', () => {
  const g = guest();
  g.cw('00:01.0', 0x14, 0xc0000000);
  g.cw('00:02.0', 0x10, 0xc0000000);
  g.cw('00:02.0', 4, 2, 2);
  const own = g.mr(0xc0000000);
  g.cw('00:01.0', 4, 2, 2);
  expect(g.mr(0xc0000000)).not.toBe(own);
  expect(g.mr(0xc0002000)).not.toBe(0xffffffff);
  g.cw('00:01.0', 4, 0, 2);
  expect(g.mr(0xc0000000)).toBe(own);
});

test('MAP-009: an access over the end of a BAR has the right bytes inside', () => {
  const g = guest();
  g.cw('00:01.0', 0x24, 0xc0000000);
  g.cw('00:01.0', 0x14, 0xd0000000);
  g.cw('00:01.0', 4, 2, 2);
  g.mw(0xc000000e, 0x1234, 2);
  expect(g.mr(0xc000000e)).toBe(0xffff1234);
  g.mw(0xc000000e, 0xaabbccdd);
  expect(g.mr(0xc000000e, 2)).toBe(0xccdd);
});

test('BAR-029, CMD-004: ports are a space of their own', () => {
  const g = guest();
  g.cw('00:01.0', 0x10, 0xc000);
  g.cw('00:01.0', 4, 1, 2);
  expect(g.pr(0xc000)).toBe(0x81b05aa5);
  expect(g.pr(0xc0fe, 4) >>> 16).toBe(0xffff);
  expect(g.mr(0xc000)).toBe(0);
  g.cw('00:01.0', 4, 2, 2);
  expect(g.pr(0xc000)).toBe(0xffffffff);
});

test('ROM-001, ROM-002, ROM-004: two enables, and contents that stay', () => {
  const g = guest();
  g.cw('00:01.0', 0x30, 0xffffffff);
  expect(g.cr('00:01.0', 0x30)).toBe(0xffff8001);
  g.cw('00:01.0', 0x30, 0xc0000001);
  expect(g.mr(0xc0000000, 2)).toBe(0xffff);
  g.cw('00:01.0', 4, 2, 2);
  expect(g.mr(0xc0000000, 2)).toBe(0xaa55);
  g.mw(0xc0000000, 0);
  expect(g.mr(0xc0000000, 2)).toBe(0xaa55);
  g.cw('00:01.0', 0x30, 0xc0000000);
  expect(g.mr(0xc0000000, 2)).toBe(0xffff);
  g.cw('00:03.0', 0x30, 0xffffffff);
  expect(g.cr('00:03.0', 0x30)).toBe(0);
});

test('CAP-001, CAP-002: the list of a function with every capability of virtio', () => {
  const g = guest();
  const ids: number[] = [];
  for (let at = g.cr('00:04.0', 0x34, 1); at !== 0; at = g.cr('00:04.0', at + 1, 1)) ids.push(g.cr('00:04.0', at, 1));
  expect(ids).toEqual([0x11, 0x10, 0x01, 9, 9, 9, 9, 9]);
  expect(g.extended('00:04.0', 1)).toBe(0x100);
  expect(g.extended('00:02.0', 0x0b)).toBe(0x12c);
});

test('AER-002, AER-003: defaults, and masks that an FLR leaves', () => {
  const g = guest();
  const aer = g.extended('00:02.0', 1);
  expect([4, 8, 12, 16, 20].map((register) => g.cr('00:02.0', aer + register))).toEqual([
    0, 0x00400000, 0x00462010, 0, 0xe000,
  ]);
  g.cw('00:02.0', aer + 8, 0xffffffff);
  expect(g.cr('00:02.0', aer + 8)).toBe(0x0057f010);
  const express = g.capability('00:02.0', 0x10);
  g.cw('00:02.0', express + 8, 0x8000, 2);
  expect(g.cr('00:02.0', aer + 8)).toBe(0x0057f010);
});
