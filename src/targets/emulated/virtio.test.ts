import { expect, test } from 'vitest';
import { Guest } from '../../../test/support/guest.ts';
import { createEmulated, DEFAULT_LAYOUT } from './index.ts';

/** 00:04.0: a modern device, all structures in BAR 4. */
const BASE = 0x8100000000;

function modern(): Guest {
  const g = new Guest(createEmulated({ layout: DEFAULT_LAYOUT }));
  g.cw('00:04.0', 0x20, 0);
  g.cw('00:04.0', 0x24, 0x81);
  g.cw('00:04.0', 4, 6, 2);
  return g;
}

test('VIO-001: five capabilities', () => {
  const g = modern();
  const types = [0, 1, 2, 3, 4].map((skip) => {
    const at = g.capability('00:04.0', 9, skip);
    return [g.cr('00:04.0', at + 2), g.cr('00:04.0', at + 4, 1), g.cr('00:04.0', at + 8), g.cr('00:04.0', at + 12)];
  });
  expect(types.map(([header]) => ((header as number) >>> 8) & 0xff)).toEqual([1, 2, 3, 4, 5]);
  expect(types[0]?.slice(1)).toEqual([4, 0, 0x38]);
  expect(types[1]?.slice(1)).toEqual([4, 0x3000, 10]);
  expect(types[2]?.slice(1)).toEqual([4, 0x1000, 1]);
  expect(types[3]?.slice(1)).toEqual([4, 0x2000, 24]);
});

test('VIO-008, VIO-009, VIO-012: queues, vectors, halves', () => {
  const g = modern();
  expect(g.mr(BASE + 0x12, 2)).toBe(3);
  expect(g.mr(BASE + 0x18, 2)).toBe(256);
  expect(g.mr(BASE + 0x1a, 2)).toBe(0xffff);
  g.mw(BASE + 0x1a, 4, 2);
  expect(g.mr(BASE + 0x1a, 2)).toBe(4);
  g.mw(BASE + 0x1a, 5, 2);
  expect(g.mr(BASE + 0x1a, 2)).toBe(0xffff);
  g.mw(BASE + 0x24, 0x11223344);
  g.mw(BASE + 0x20, 0x55667788);
  expect([g.mr(BASE + 0x20), g.mr(BASE + 0x24)]).toEqual([0x55667788, 0x11223344]);
  g.mw(BASE + 0x16, 2, 2);
  expect([g.mr(BASE + 0x18, 2), g.mr(BASE + 0x1e, 2), g.mr(BASE + 0x20)]).toEqual([64, 2, 0]);
  g.mw(BASE + 0x16, 0xffff, 2);
  expect(g.mr(BASE + 0x18, 2)).toBe(0);
  g.mw(BASE + 0x20, 0x1234);
  expect(g.mr(BASE + 0x20)).toBe(0);
});

test('VIO-002 to VIO-004: doorbells follow the BAR', () => {
  const g = modern();
  const kicks = (base: number): number => g.mr(base + 0x2800);
  g.mw(BASE + 0x3000, 0, 2);
  g.mw(BASE + 0x3008, 2, 4);
  g.mw(BASE + 0x3002, 0, 2);
  expect(kicks(BASE)).toBe(2);
  g.cw('00:04.0', 0x24, 0x90);
  g.mw(BASE + 0x3000, 0, 2);
  g.mw(0x9000003004, 1, 2);
  expect(kicks(0x9000000000)).toBe(3);
  g.cw('00:04.0', 4, 0, 2);
  g.mw(0x9000003004, 1, 2);
  g.cw('00:04.0', 4, 2, 2);
  expect(kicks(0x9000000000)).toBe(3);
  expect(g.target.description.machine.kicks).toContainEqual({ bdf: 0x20, bar: 4, offset: 0x2800 });
});

test('VIO-005: the window reaches a BAR while nothing decodes', () => {
  const g = modern();
  const window = g.capability('00:04.0', 9, 4);
  g.mw(BASE + 0x2004, 0xa1b2c3d4);
  g.cw('00:04.0', 4, 0, 2);
  g.cw('00:04.0', window + 4, 4, 1);
  g.cw('00:04.0', window + 8, 0x2004);
  g.cw('00:04.0', window + 12, 4);
  expect(g.cr('00:04.0', window + 16)).toBe(0xa1b2c3d4);
  g.cw('00:04.0', window + 8, 0x16);
  g.cw('00:04.0', window + 12, 2);
  g.cw('00:04.0', window + 16, 1, 2);
  expect(g.cr('00:04.0', window + 16, 2)).toBe(1);
  g.cw('00:04.0', window + 4, 5, 1);
  g.cw('00:04.0', window + 16, 7, 2);
  g.cw('00:04.0', window + 4, 4, 1);
  expect(g.cr('00:04.0', window + 16, 2)).toBe(1);
});

test('VIO-007: reading the interrupt status clears it and drops the line', () => {
  const g = modern();
  g.condition('00:04.0', 1);
  expect(g.cr('00:04.0', 6, 2) & 8).toBe(8);
  expect(g.mr(BASE + 0x1000, 1)).toBe(1);
  expect(g.mr(BASE + 0x1000, 1)).toBe(0);
  expect(g.lines()).toEqual(['16 1', '16 0']);
  expect(g.cr('00:04.0', 6, 2) & 8).toBe(0);
});

test('VIO-011: status 0 resets virtio and leaves PCI', () => {
  const g = modern();
  g.cw('00:04.0', g.capability('00:04.0', 0x11) + 2, 0x8000, 2);
  g.mw(BASE + 0x14, 0x0f, 1);
  g.mw(BASE + 0x10, 3, 2);
  g.mw(BASE + 0x1c, 1, 2);
  g.mw(BASE + 0x20, 0x1000);
  expect(g.mr(BASE + 0x20)).toBe(0);
  g.mw(BASE + 0x14, 0, 1);
  expect([g.mr(BASE + 0x14, 1), g.mr(BASE + 0x10, 2), g.mr(BASE + 0x1c, 2)]).toEqual([0, 0xffff, 0]);
  expect(g.cr('00:04.0', g.capability('00:04.0', 0x11) + 2, 2)).toBe(0x8004);
  expect(g.cr('00:04.0', 4, 2)).toBe(6);
});

test('VIO-010: the legacy interface moves its device configuration with MSI-X', () => {
  const g = new Guest(createEmulated({ layout: DEFAULT_LAYOUT }));
  g.cw('00:05.0', 0x10, 0xd000);
  g.cw('00:05.0', 4, 1, 2);
  const first = g.pr(0xd014);
  expect(g.pr(0xd00c, 2)).toBe(128);
  g.cw('00:05.0', g.capability('00:05.0', 0x11) + 2, 0x8000, 2);
  expect(g.pr(0xd018)).toBe(first);
  expect(g.pr(0xd014, 2)).toBe(0xffff);
  g.pw(0xd016, 1, 2);
  expect(g.pr(0xd016, 2)).toBe(1);
  g.pw(0xd016, 2, 2);
  expect(g.pr(0xd016, 2)).toBe(0xffff);
  g.pw(0xd012, 7, 1);
  expect(g.pr(0xd012, 1)).toBe(7);
});
