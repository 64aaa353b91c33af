import { expect, test } from 'vitest';
import { Guest } from '../../../test/support/guest.ts';
import { createEmulated, DEFAULT_LAYOUT } from './index.ts';
import { functionLayout } from './layout.ts';

const guest = (): Guest => new Guest(createEmulated({ layout: DEFAULT_LAYOUT }));

test('PM-001 to PM-004: D3hot with its context kept', () => {
  const g = guest();
  const power = g.capability('00:02.0', 1);
  g.cw('00:02.0', 0x10, 0xc0000000);
  g.cw('00:02.0', 4, 6, 2);
  const marker = g.mr(0xc0000000);
  g.cw('00:02.0', power + 4, 1, 2);
  expect(g.cr('00:02.0', power + 4, 2)).toBe(8);
  g.cw('00:02.0', power + 4, 0xffff, 2);
  expect(g.cr('00:02.0', power + 4, 2)).toBe(0x000b);
  expect(g.mr(0xc0000000)).toBe(0xffffffff);
  expect(g.cr('00:02.0', 4, 2)).toBe(6);
  g.cw('00:02.0', power + 4, 0, 2);
  expect(g.mr(0xc0000000)).toBe(marker);
});

test('PM-005: without No_Soft_Reset the way back is a reset', () => {
  const g = guest();
  const power = g.capability('00:01.0', 1);
  g.cw('00:01.0', 4, 7, 2);
  g.cw('00:01.0', power + 4, 1, 2);
  expect(g.cr('00:01.0', power + 4, 2)).toBe(1);
  g.cw('00:01.0', power + 4, 3, 2);
  expect(g.cr('00:01.0', 4, 2)).toBe(7);
  g.cw('00:01.0', power + 4, 0, 2);
  expect(g.cr('00:01.0', 4, 2)).toBe(0);
});

test('RST-002 to RST-004: a function level reset, by either capability', () => {
  const g = guest();
  const express = g.capability('00:02.0', 0x10);
  g.cw('00:02.0', 4, 0x0147, 2);
  g.cw('00:02.0', 0x10, 0xc0000000);
  g.cw('00:02.0', express + 8, 0x00bf, 2);
  g.cw('00:02.0', express + 8, 0x80bf, 2);
  expect(g.cr('00:02.0', 4, 2)).toBe(0);
  expect(g.cr('00:02.0', 0x10)).toBe(0);
  // Max Payload Size stays, the rest is back.
  expect(g.cr('00:02.0', express + 8, 2)).toBe(0x28b0);
  const features = g.capability('00:01.0', 0x13);
  g.cw('00:01.0', 0x3c, 0x44, 1);
  g.cw('00:01.0', features + 4, 1, 1);
  expect(g.cr('00:01.0', features + 4, 1)).toBe(0);
  expect(g.cr('00:01.0', 0x3c, 1)).toBe(0);
});

test('RST-001: a reset of the machine', () => {
  const g = guest();
  g.mw(0x1000, 0x1234);
  g.cw('00:10.0', 0x18, 0x010100);
  g.cw('00:10.0', 4, 7, 2);
  g.condition('00:02.0', 1);
  g.pw(0xcf8, 0x80000800);
  expect(g.command('reset')).toEqual({ done: true });
  expect(g.lines()).toEqual(['18 1', '18 0']);
  expect(g.cr('00:10.0', 0x18)).toBe(0);
  expect(g.cr('00:10.0', 4, 2)).toBe(0);
  expect(g.mr(0x1000)).toBe(0x1234);
  expect(g.pr(0xcf8)).toBe(0);
});

/** The port 00:11.0, whose slot is empty, with hot-plug interrupts by INTx (device 17: the second input). */
function slot(): { g: Guest; control: number; status: number } {
  const g = guest();
  g.cw('00:11.0', 0x18, 0x020200);
  const express = g.capability('00:11.0', 0x10);
  return { g, control: express + 0x18, status: express + 0x1a };
}

test('HP-001, HP-003, HP-004, HP-006: a device comes and goes', () => {
  const { g, control, status } = slot();
  expect(g.cr('00:11.0', status, 2)).toBe(0);
  expect(g.cr('02:00.0', 0)).toBe(0xffffffff);
  g.cw('00:11.0', control, 0x1028, 2);
  // Every write to Slot Control completes a command, which has no notification here.
  expect(g.cr('00:11.0', status, 2)).toBe(0x0010);
  expect(g.slot('plug', '02:00.0')).toEqual({ done: true });
  expect(g.lines()).toEqual(['17 1']);
  expect(g.cr('00:11.0', status, 2)).toBe(0x0158);
  expect(g.cr('00:11.0', status - 8, 2) & 0x2000).toBe(0x2000);
  expect(g.cr('02:00.0', 0)).toBe(0x10411af4);
  expect(g.slot('plug', '02:00.0').done).toBe(false);
  g.cw('00:11.0', status, 0x0008, 2);
  expect(g.lines()).toEqual([]);
  g.cw('00:11.0', status, 0x0110, 2);
  expect(g.lines()).toEqual(['17 0']);
  expect(g.cr('00:11.0', status, 2)).toBe(0x0040);
  g.cw('02:00.0', 4, 7, 2);
  g.slot('unplug', '02:00.0');
  expect(g.cr('02:00.0', 0)).toBe(0xffffffff);
  expect(g.slot('unplug', '02:00.0').done).toBe(false);
  g.slot('plug', '02:00.0');
  expect(g.cr('02:00.0', 4, 2)).toBe(0);
  expect(g.slot('plug', '00:02.0').done).toBe(false);
});

test('HP-006: one message each time the condition comes true', () => {
  const g = guest();
  g.cw('00:10.0', 0x18, 0x010100);
  const express = g.capability('00:10.0', 0x10);
  const msi = g.capability('00:10.0', 5);
  g.cw('00:10.0', msi + 4, 0xfee00000);
  g.cw('00:10.0', msi + 12, 0x30, 2);
  g.cw('00:10.0', msi + 2, 1, 2);
  g.cw('00:10.0', 4, 4, 2);
  g.cw('00:10.0', express + 0x18, 0x0030, 2);
  expect(g.messages()).toEqual(['fee00000 30']);
  g.cw('00:10.0', express + 0x18, 0x0038, 2);
  expect(g.messages()).toEqual([]);
  g.cw('00:10.0', express + 0x1a, 0x0010, 2);
  g.cw('00:10.0', msi + 16, 1);
  g.slot('unplug', '01:00.0');
  expect(g.cr('00:10.0', msi + 20)).toBe(1);
  // MSIX-026: pending follows its cause.
  g.cw('00:10.0', express + 0x1a, 0x0108, 2);
  expect(g.cr('00:10.0', msi + 20)).toBe(0);
  g.cw('00:10.0', msi + 16, 0);
  expect(g.messages()).toEqual([]);
});

test('plug and unplug: all functions of a device, and events tell of those that were not named', () => {
  const express = { kind: 'express', flr: false, ari: false } as const;
  const slotLayout = { kind: 'slot', number: 1, power: false, indicators: false, noCommandCompleted: true } as const;
  const below = [0, 3].map((number) =>
    functionLayout({ device: 0, function: number, kind: 'endpoint', capabilities: [express] }),
  );
  const port = functionLayout({ device: 1, kind: 'root-port', capabilities: [express, slotLayout], below });
  const g = new Guest(createEmulated({ layout: { ...DEFAULT_LAYOUT, functions: [port] } }));
  g.cw('00:01.0', 0x18, 0x010100);
  expect(g.cr('01:00.3', 0)).toBe(0x0e001b36);
  expect(g.slot('unplug', '01:00.0')).toEqual({ done: true });
  expect(g.events()).toEqual([{ kind: 'unplug', bdf: 0x103 }]);
  expect(g.cr('01:00.3', 0)).toBe(0xffffffff);
  expect(g.slot('plug', '01:00.0')).toEqual({ done: true });
  expect(g.events()).toEqual([{ kind: 'plug', bdf: 0x103 }]);
  expect(g.cr('01:00.3', 0)).toBe(0x0e001b36);
});

test('HP-007: power off and on', () => {
  const g = guest();
  g.cw('00:10.0', 0x18, 0x010100);
  const control = g.capability('00:10.0', 0x10) + 0x18;
  g.cw('01:00.0', 4, 7, 2);
  g.cw('00:10.0', control, 0x05c0, 2);
  expect(g.cr('01:00.0', 0)).toBe(0xffffffff);
  expect(g.fire('01:00.0', 0).done).toBe(false);
  expect(g.cr('00:10.0', control + 2, 2) & 0x40).toBe(0x40);
  g.cw('00:10.0', control, 0x01c0, 2);
  expect(g.cr('01:00.0', 4, 2)).toBe(0);
});

test('SNAP-001 to SNAP-004: saved and brought back without an event', () => {
  const g = guest();
  g.cw('00:02.0', 0x10, 0xc0000000);
  const control = g.capability('00:02.0', 0x11) + 2;
  g.cw('00:02.0', control, 0x8000, 2);
  g.cw('00:02.0', 4, 6, 2);
  g.mw(0xc0001008, 0xfee00000);
  g.fire('00:02.0', 0);
  g.mw(0xc0003000, 0xbeef);
  g.condition('00:06.0', 1);
  g.events();
  expect(g.command('restore').done).toBe(false);
  g.command('save');
  g.cw('00:02.0', 0x10, 0xd0000000);
  g.mw(0xd0003000, 0);
  g.command('reset');
  g.events();
  g.command('restore');
  expect(g.events()).toEqual([{ kind: 'line', input: 18, level: 1 }]);
  expect(g.mr(0xc0003000)).toBe(0xbeef);
  expect(g.mr(0xc0000018)).toBe(1);
  g.command('restore');
  expect(g.events()).toEqual([]);
  g.mw(0xc0001014, 0);
  expect(g.messages()).toEqual(['fee00000 0']);
});
