import { expect, test } from 'vitest';
import { Guest } from '../../../test/support/guest.ts';
import { createEmulated, DEFAULT_LAYOUT } from './index.ts';

const guest = (): Guest => new Guest(createEmulated({ layout: DEFAULT_LAYOUT }));

/** 00:02.0: MSI-X with 33 vectors, table at 0x1008 and PBA at 0x18 of BAR 0; MSI with 4 maskable messages. */
const TABLE = 0xc0001008;
const PBA = 0xc0000018;

function withTable(): { g: Guest; control: number } {
  const g = guest();
  g.cw('00:02.0', 0x10, 0xc0000000);
  g.cw('00:02.0', 4, 6, 2);
  return { g, control: g.capability('00:02.0', 0x11) + 2 };
}

function program(g: Guest, vector: number, data: number, control = 0): void {
  g.mw(TABLE + vector * 16, 0xfee00000);
  g.mw(TABLE + vector * 16 + 4, 0);
  g.mw(TABLE + vector * 16 + 8, data);
  g.mw(TABLE + vector * 16 + 12, control);
}

test('MSIX-001, MSIX-003, MSIX-006, MSIX-009: registers', () => {
  const { g, control } = withTable();
  expect(g.cr('00:02.0', control, 2)).toBe(32);
  expect(g.cr('00:02.0', control + 2)).toBe(0x1008);
  expect(g.cr('00:02.0', control + 6)).toBe(0x18);
  g.cw('00:02.0', control, 0xffff, 2);
  expect(g.cr('00:02.0', control, 2)).toBe(0xc020);
  expect(g.mr(TABLE + 12)).toBe(1);
  expect(g.mr(TABLE + 32 * 16 + 12)).toBe(1);
  for (const register of [0, 4, 8, 12]) g.mw(TABLE + register, 0xffffffff);
  expect([0, 4, 8, 12].map((register) => g.mr(TABLE + register))).toEqual([0xfffffffc, 0xffffffff, 0xffffffff, 1]);
  // Before and behind the table the BAR is memory.
  g.mw(TABLE - 4, 0x1234);
  expect(g.mr(TABLE - 4)).toBe(0x1234);
  g.mw(TABLE + 33 * 16, 0x4321);
  expect(g.mr(TABLE + 33 * 16)).toBe(0x4321);
});

test('MSIX-007: 8 bytes are two dwords', () => {
  const { g } = withTable();
  g.mw(TABLE, 0x00000001fee01000n, 8);
  expect(g.mr(TABLE)).toBe(0xfee01000);
  expect(g.mr(TABLE + 4)).toBe(1);
  expect(g.mr(TABLE, 8)).toBe(0x1fee01000);
});

test('MSIX-012 to MSIX-015: delivery, masks, pending', () => {
  const { g, control } = withTable();
  program(g, 3, 0x33);
  program(g, 32, 0x52, 1);
  expect(g.fire('00:02.0', 3)).toEqual({ done: true });
  expect(g.messages()).toEqual([]);
  g.cw('00:02.0', control, 0x8000, 2);
  expect(g.messages()).toEqual([]);
  g.fire('00:02.0', 3);
  g.fire('00:02.0', 32);
  expect(g.messages()).toEqual(['fee00000 33']);
  expect(g.mr(PBA, 8)).toBe(2 ** 32);
  g.mw(TABLE + 32 * 16 + 8, 0x99);
  g.mw(TABLE + 32 * 16 + 12, 0);
  expect(g.messages()).toEqual(['fee00000 99']);
  expect(g.mr(PBA, 8)).toBe(0);
  g.cw('00:02.0', control + 1, 0xc0, 1);
  g.fire('00:02.0', 3);
  g.fire('00:02.0', 3);
  expect(g.mr(PBA)).toBe(8);
  g.mw(PBA, 0);
  expect(g.mr(PBA)).toBe(8);
  expect(g.mr(TABLE + 3 * 16 + 12)).toBe(0);
  g.cw('00:02.0', control - 2, 0x80000000);
  expect(g.messages()).toEqual(['fee00000 33']);
});

test('MSIX-019: an unmasking qword sends the data that it carries', () => {
  const { g, control } = withTable();
  program(g, 0, 1, 1);
  g.cw('00:02.0', control, 0x8000, 2);
  g.fire('00:02.0', 0);
  g.mw(TABLE + 8, 0x77n, 8);
  expect(g.messages()).toEqual(['fee00000 77']);
});

test('CMD-010, MSIX-024: bus master gates messages, memory enable does not', () => {
  const { g, control } = withTable();
  program(g, 0, 5);
  g.cw('00:02.0', control, 0x8000, 2);
  g.cw('00:02.0', 4, 4, 2);
  g.fire('00:02.0', 0);
  expect(g.messages()).toEqual(['fee00000 5']);
  g.cw('00:02.0', 4, 2, 2);
  g.fire('00:02.0', 0);
  expect(g.messages()).toEqual([]);
});

test('fire: what is out of range, or not there, fails', () => {
  const { g, control } = withTable();
  g.cw('00:02.0', control, 0x8000, 2);
  expect(g.fire('00:02.0', 33).done).toBe(false);
  expect(g.fire('00:1d.0', 0).done).toBe(false);
  expect(g.fire('00:00.0', 0).done).toBe(false);
});

test('MSI-002, MSI-003, MSI-006, MSI-009: messages of MSI', () => {
  const g = guest();
  const msi = g.capability('00:02.0', 5);
  expect(g.cr('00:02.0', msi + 2, 2)).toBe(0x0184);
  g.cw('00:02.0', msi + 2, 0xffff, 2);
  expect(g.cr('00:02.0', msi + 2, 2)).toBe(0x01a5);
  g.cw('00:02.0', msi + 2, 0, 2);
  g.cw('00:02.0', msi + 4, 0xfee00003);
  expect(g.cr('00:02.0', msi + 4)).toBe(0xfee00000);
  g.cw('00:02.0', msi + 12, 0x4040, 2);
  g.cw('00:02.0', 4, 4, 2);
  g.cw('00:02.0', msi, 0x00110000);
  g.fire('00:02.0', 3);
  g.fire('00:02.0', 1);
  // Two of four messages are granted: events fold.
  expect(g.messages()).toEqual(['fee00000 4041', 'fee00000 4041']);
  g.cw('00:02.0', msi + 16, 0xffffffff);
  expect(g.cr('00:02.0', msi + 16)).toBe(0xf);
  g.fire('00:02.0', 0);
  expect(g.cr('00:02.0', msi + 20)).toBe(1);
  expect(g.messages()).toEqual([]);
  g.cw('00:02.0', msi + 16, 0xe);
  expect(g.messages()).toEqual(['fee00000 4040']);
  expect(g.cr('00:02.0', msi + 20)).toBe(0);
});

test('INTX: level, disable, status, and the line that the description names', () => {
  const g = guest();
  const lines = new Map(g.target.description.machine.irq?.map(({ bdf, line }) => [bdf, line]));
  // Device 2, INTA: the third of four inputs from 16 on.
  expect(lines.get(2 << 3)).toBe(18);
  expect(lines.get((3 << 3) | 2)).toBe(17);
  expect(g.condition('00:02.0', 1)).toEqual({ done: true });
  expect(g.lines()).toEqual(['18 1']);
  expect(g.cr('00:02.0', 6, 2)).toBe(0x0018);
  g.cw('00:02.0', 4, 0x400, 2);
  expect(g.lines()).toEqual(['18 0']);
  expect(g.cr('00:02.0', 6, 2)).toBe(0x0018);
  g.cw('00:02.0', 4, 0, 2);
  g.condition('00:02.0', 0);
  expect(g.lines()).toEqual(['18 1', '18 0']);
  expect(g.condition('00:00.0', 1).done).toBe(false);
});

test('INTX-002: a shared line is up while anyone asserts', () => {
  const g = guest();
  g.condition('00:02.0', 1);
  g.condition('00:06.0', 1);
  g.condition('00:02.0', 0);
  expect(g.lines()).toEqual(['18 1']);
  g.condition('00:06.0', 0);
  expect(g.lines()).toEqual(['18 0']);
});

test('MSIX-022: INTx falls when messages are switched on, and follows the condition afterwards', () => {
  const { g, control } = withTable();
  g.condition('00:02.0', 1);
  g.cw('00:02.0', control, 0x8000, 2);
  expect(g.lines()).toEqual(['18 1', '18 0']);
  g.cw('00:02.0', control, 0, 2);
  expect(g.lines()).toEqual(['18 1']);
});
