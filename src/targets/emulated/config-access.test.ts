import { expect, test } from 'vitest';
import { Guest } from '../../../test/support/guest.ts';
import { createEmulated, DEFAULT_LAYOUT } from './index.ts';

const guest = (): Guest => new Guest(createEmulated({ layout: DEFAULT_LAYOUT }));

test('CAM-001: the index register keeps its fields and is loaded by an aligned dword only', () => {
  const g = guest();
  g.pw(0xcf8, 0x80000804);
  expect(g.pr(0xcf8)).toBe(0x80000804);
  g.pw(0xcf8, 0x12, 1);
  g.pw(0xcfa, 0x3456, 2);
  expect(g.pr(0xcf8)).toBe(0x80000804);
  g.pw(0xcf8, 0xffffffff);
  expect(g.pr(0xcf8)).toBe(0x80fffffc);
});

test('CAM-004: without the enable bit nothing is reached', () => {
  const g = guest();
  g.pw(0xcf8, 0x0000083c);
  expect(g.pr(0xcfc)).toBe(0xffffffff);
  g.pw(0xcfc, 0x55, 1);
  expect(g.cr('00:01.0', 0x3c, 1)).toBe(0);
});

test('CAM-005: byte lanes of the data window, and the two ways reach one register', () => {
  const g = guest();
  g.pw(0xcf8, 0x8000083c);
  g.pw(0xcfc, 0x5a, 1);
  expect(g.cr('00:01.0', 0x3c, 1)).toBe(0x5a);
  expect(g.pr(0xcfd, 2)).toBe((g.cr('00:01.0', 0x3c) >>> 8) & 0xffff);
  g.pw(0xcf8, 0x8000080c);
  g.pw(0xcfd, 0xffff, 2);
  // Latency Timer: its upper five bits; Header Type is read-only.
  expect(g.cr('00:01.0', 0x0c)).toBe(0x0000f800);
});

test('CAM-006: what runs past the window goes to the ports there', () => {
  const g = guest();
  g.pw(0xcf8, 0x80000800);
  const upper = g.cr('00:01.0', 2, 2);
  expect(g.pr(0xcfe, 4)).toBe((0xffff0000 | upper) >>> 0);
});

test('CAM-007, CAM-008: an absent function reads ones', () => {
  const g = guest();
  expect(g.cr('00:1d.0', 0)).toBe(0xffffffff);
  expect(g.cr('00:1d.0', 1, 1)).toBe(0xff);
  expect(g.cr('40:00.0', 0)).toBe(0xffffffff);
  g.cw('00:1d.0', 4, 7);
  expect(g.cr('00:1d.0', 4)).toBe(0xffffffff);
});

test('ECAM: conventional functions have no extended space, segments are apart', () => {
  const g = guest();
  expect(g.cr('00:01.0', 0x100)).toBe(0xffffffff);
  expect(g.cr('00:06.0', 0x100) & 0xffff).toBe(0x15);
  expect(g.cr('0001:00:00.0', 0)).toBe(0x0e001b36);
  expect(g.cr('00:00.0', 0)).toBe(0x29c08086);
});

test('ECAM-005, ECAM-006: pieces act on exactly their bytes', () => {
  const g = guest();
  const base = 0xb0000000 + (1 << 15);
  expect(g.mr(base + 2, 4)).toBe(((g.cr('00:01.0', 4, 2) << 16) | g.cr('00:01.0', 2, 2)) >>> 0);
  expect(g.mr(base, 8)).toBe(g.cr('00:01.0', 4) * 2 ** 32 + g.cr('00:01.0', 0));
  g.mw(base + 0x10, 0xffffffffffffffffn, 8);
  expect(g.cr('00:01.0', 0x10)).toBe(0xffffff01);
  expect(g.cr('00:01.0', 0x14)).toBe(0xfffff000);
});

test('RAM keeps what is written, also across its ends', () => {
  const g = guest();
  g.mw(0x1000, 0x1122334455667788n, 8);
  expect(g.mr(0x1003, 2)).toBe(0x4455);
  g.mw(0x7fffffe, 0xaabbccdd);
  expect(g.mr(0x7fffffe, 2)).toBe(0xccdd);
  expect(g.mr(0x8000000, 2)).toBe(0xffff);
  expect(g.mr(0x90000000, 8)).toBe(2 ** 64);
});

test('the last bytes of memory and ports: what lies beyond reads ones', () => {
  const g = guest();
  expect(g.pr(0xfffe, 4)).toBe(0xffffffff);
  // RAM begins at 4 GiB.
  expect(g.mr(2 ** 32 - 2, 4)).toBe(0x0000ffff);
});
