import { expect, test } from 'vitest';
import { Guest } from '../../../test/support/guest.ts';
import { createEmulated, DEFAULT_LAYOUT } from './index.ts';

const guest = (): Guest => new Guest(createEmulated({ layout: DEFAULT_LAYOUT }));

/** The conventional bridge 00:1e.0 with its two functions on bus 5, and the nested one on bus 6. */
function conventional(): Guest {
  const g = guest();
  g.cw('00:1e.0', 0x18, 0x060500);
  g.cw('05:02.0', 0x18, 0x060605);
  return g;
}

test('RTE-001 to RTE-004: bus numbers route', () => {
  const g = guest();
  expect(g.cr('00:1e.0', 0x18)).toBe(0);
  expect(g.cr('05:01.0', 0)).toBe(0xffffffff);
  g.cw('00:1e.0', 0x18, 0x060500);
  expect(g.cr('05:01.0', 0)).toBe(0x0e001b36);
  expect(g.cr('06:05.0', 0)).toBe(0xffffffff);
  g.cw('05:02.0', 0x18, 0x060605);
  expect(g.cr('06:05.0', 0x3d, 1)).toBe(3);
  g.cw('00:1e.0', 0x19, 0x20, 1);
  g.cw('00:1e.0', 0x1a, 0x21, 1);
  expect(g.cr('05:01.0', 0)).toBe(0xffffffff);
  expect(g.cr('20:01.0', 0)).toBe(0x0e001b36);
  g.cw('00:1e.0', 0x1a, 0x10, 1);
  expect(g.cr('20:01.0', 0)).toBe(0xffffffff);
});

test('RTE-006: below a link there is device 0 only', () => {
  const g = guest();
  g.cw('00:10.0', 0x18, 0x010100);
  expect(g.cr('01:00.0', 0)).toBe(0x10411af4);
  expect(g.cr('01:01.0', 0)).toBe(0xffffffff);
});

test('BRG-001 to BRG-004: registers of a bridge', () => {
  const g = guest();
  const writeAndRead = (bdf: string, register: number): number => {
    g.cw(bdf, register, 0xffffffff);
    return g.cr(bdf, register);
  };
  expect(writeAndRead('00:10.0', 0x18)).toBe(0x00ffffff);
  expect(writeAndRead('00:1e.0', 0x18)).toBe(0xf8ffffff);
  expect(writeAndRead('00:10.0', 0x20)).toBe(0xfff0fff0);
  expect(writeAndRead('00:10.0', 0x24)).toBe(0xfff1fff1);
  expect(writeAndRead('00:10.0', 0x28)).toBe(0xffffffff);
  expect(writeAndRead('00:1e.0', 0x24)).toBe(0xfff0fff0);
  expect(writeAndRead('00:1e.0', 0x28)).toBe(0);
  expect(writeAndRead('00:10.0', 0x1c) & 0xffff).toBe(0xf1f1);
  expect(writeAndRead('00:1e.0', 0x1c)).toBe(0x0280f0f0);
  g.cw('00:10.0', 0x3e, 0xffbf, 2);
  expect(g.cr('00:10.0', 0x3e, 2)).toBe(0x001f);
});

test('BRG-002, BRG-005, BRG-007, BRG-012, CMD-012: memory goes through every window on the way', () => {
  const g = conventional();
  g.cw('06:05.0', 0x10, 0xc0200000);
  g.cw('06:05.0', 4, 2, 2);
  expect(g.mr(0xc0200000)).toBe(0xffffffff);
  g.cw('00:1e.0', 0x20, 0xc020c020);
  g.cw('05:02.0', 0x20, 0xc020c010);
  g.cw('00:1e.0', 4, 2, 2);
  expect(g.mr(0xc0200000)).toBe(0xffffffff);
  g.cw('05:02.0', 4, 2, 2);
  const marker = g.mr(0xc0200000);
  expect(marker).not.toBe(0xffffffff);
  g.cw('06:05.0', 0x10, 0xc01fffe0);
  expect(g.mr(0xc01fffe0)).toBe(0xffffffff);
  g.cw('00:1e.0', 0x20, 0xc010c010);
  expect(g.mr(0xc01fffe0)).toBe(marker);
  g.cw('00:1e.0', 0x20, 0xc000c010);
  expect(g.mr(0xc01fffe0)).toBe(0xffffffff);
  g.cw('00:1e.0', 0x20, 0xc010c010);
  g.cw('00:1e.0', 4, 0, 2);
  expect(g.mr(0xc01fffe0)).toBe(0xffffffff);
});

test('BRG-004, BRG-008, BRG-009: ports, the ISA bit and the VGA bit', () => {
  const g = conventional();
  g.cw('00:1e.0', 0x1c, 0xd0d0, 2);
  g.cw('00:1e.0', 4, 3, 2);
  g.cw('05:01.0', 0x10, 0xd100);
  g.cw('05:01.0', 4, 1, 2);
  expect(g.pr(0xd100)).not.toBe(0xffffffff);
  g.cw('00:1e.0', 0x3e, 4, 2);
  expect(g.pr(0xd100)).toBe(0xffffffff);
  g.cw('05:01.0', 0x10, 0xd400);
  expect(g.pr(0xd400)).not.toBe(0xffffffff);
  expect(g.pr(0xd4fc)).not.toBe(0xffffffff);
  g.cw('05:01.0', 0x10, 0x300);
  g.cw('00:1e.0', 0x3e, 8, 2);
  expect(g.pr(0x3c0)).not.toBe(0xffffffff);
  expect(g.pr(0x3a0)).toBe(0xffffffff);
  g.cw('05:01.0', 0x10, 0xff00);
  expect(g.pr(0xffc0)).not.toBe(0xffffffff);
  g.cw('00:1e.0', 0x3e, 0x18, 2);
  expect(g.pr(0xffc0)).toBe(0xffffffff);
});

test('BRG-003: the prefetchable window reaches above 4 GiB', () => {
  const g = guest();
  g.cw('00:10.0', 0x18, 0x010100);
  g.cw('01:00.0', 0x20, 0);
  g.cw('01:00.0', 0x24, 0x81);
  g.cw('01:00.0', 4, 2, 2);
  g.cw('00:10.0', 4, 2, 2);
  expect(g.mr(0x8100002c00)).toBe(0xffffffff);
  g.cw('00:10.0', 0x24, 0x00010001);
  g.cw('00:10.0', 0x28, 0x81);
  g.cw('00:10.0', 0x2c, 0x81);
  expect(g.mr(0x8100002c00)).not.toBe(0xffffffff);
  expect(g.mr(0x2c00)).toBe(0);
});

test('RST-006: what is below a bridge is reset and out of reach while the bit is set', () => {
  const g = conventional();
  g.cw('05:01.0', 4, 7, 2);
  g.cw('05:01.0', 0x14, 0xc0000000);
  g.cw('00:1e.0', 0x3e, 0x40, 2);
  expect(g.cr('05:01.0', 4)).toBe(0xffffffff);
  expect(g.fire('05:01.0', 0).done).toBe(false);
  g.cw('00:1e.0', 0x3e, 0, 2);
  expect(g.cr('00:1e.0', 0x18) & 0xffffff).toBe(0x060500);
  expect(g.cr('05:01.0', 4, 2)).toBe(0);
  expect(g.cr('05:01.0', 0x14)).toBe(8);
  expect(g.cr('05:02.0', 0x18)).toBe(0);
});

test('RTE-009: a port in D3hot forwards nothing', () => {
  const g = guest();
  g.cw('00:10.0', 0x18, 0x010100);
  const power = g.capability('00:10.0', 1);
  g.cw('00:10.0', power + 4, 3, 2);
  expect(g.cr('01:00.0', 0)).toBe(0xffffffff);
  expect(g.cr('00:10.0', 0x18)).toBe(0x010100);
  g.cw('00:10.0', power + 4, 0, 2);
  expect(g.cr('01:00.0', 0)).toBe(0x10411af4);
});

test('BRG-013, INTX-003, INTX-005: what goes up', () => {
  const g = conventional();
  const msi = g.capability('05:01.0', 5);
  g.cw('05:01.0', msi + 4, 0xfee00000);
  g.cw('05:01.0', msi + 8, 0x20, 2);
  g.cw('05:01.0', msi + 2, 1, 2);
  g.cw('05:01.0', 4, 4, 2);
  g.fire('05:01.0', 0);
  expect(g.messages()).toEqual([]);
  // Kept pending while the bridge was in the way.
  g.cw('00:1e.0', 4, 4, 2);
  expect(g.messages()).toEqual(['fee00000 20']);
  g.cw('00:1e.0', 0x20, 0xfee0fee0);
  g.fire('05:01.0', 0);
  expect(g.messages()).toEqual([]);
  g.cw('00:1e.0', 4, 0x400, 2);
  // INTC of device 5 below device 2 below device 30: 2 + 5 + 2 + 30 = 39, the fourth input.
  g.condition('06:05.0', 1);
  expect(g.lines()).toEqual(['19 1']);
});
