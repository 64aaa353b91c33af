/** Functions that come and go: plug and unplug, and the power of a slot. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mark, MARK } from './support/decode.ts';
import { at } from './support/guest.ts';
import type { Guest } from './support/guest.ts';
import { bitOf, law, many, part } from './support/law.ts';
import { grown, HOMES, PORT } from './support/tree.ts';
import type { Tree } from './support/tree.ts';

const BELOW = at(1, 0);
const ONES = 0xffffffff;
const MSIX = { msix: { size: 2, bar: 0, table: 0x2000, pba: 0x3000 } };
const ADDRESS = HOMES.below.memory + BigInt(MARK);

/** Takes the endpoint out or puts it in, at power-on state. */
function move({ guest, below }: Tree, into: boolean): void {
  guest.line(`${into ? 'plug' : 'unplug'} 01:00.0`);
  below.device.present = into;
  if (into) below.device.reset('power');
}

/** Places and enables the endpoint below again. */
function enable(guest: Guest): void {
  guest.read(BELOW, 0, 4);
  guest.read(BELOW, 8, 4);
  guest.program(BELOW, 0x14, 4, 0);
  guest.program(BELOW, 0x10, 4, Number(HOMES.below.memory));
  guest.program(BELOW, 0x18, 4, HOMES.below.port);
  guest.program(BELOW, 4, 2, 7);
}

test(
  'HP-001: what was taken out reads ones everywhere and sends nothing',
  law(
    fc.tuple(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 15 }), part()), { minLength: 1, maxLength: 6 }),
      fc.boolean(),
      fc.nat(),
    ),
    ([accesses, sends, which]) => {
      const tree = grown(undefined, MSIX);
      const { guest, below } = tree;
      const table = HOMES.below.memory + 0x2000n;
      for (const [n, value] of [0xfee00000n, 0n, 0x4041n, 0n].entries())
        guest.memoryWrite(table + BigInt(4 * n), 4, value);
      guest.program(BELOW, 0x72, 2, 0x8000);
      guest.line('message 0xfee00000 0x4041');
      const content = mark(guest, ADDRESS);
      move(tree, false);
      for (const [register, { offset, width, data, via }] of accesses) {
        guest.via = via;
        if (data % 2 === 0) guest.write(BELOW, 4 * register + offset, width, data);
        expect(guest.read(BELOW, 4 * register + offset, width)).toBe(2 ** (8 * width) - 1);
        const truth = below.device.registers.read(4 * register + offset, width);
        if (truth !== 2 ** (8 * width) - 1) guest.mustNotRead(truth, 'HP-001');
        expect(guest.memoryRead(ADDRESS, 4)).toBe(0xffffffffn);
        guest.mustNotRead(content, 'HP-001');
      }
      if (sends) guest.mustNotHappen('message 0xfee00000 0x4041', 'HP-001');
      guest.check(which);
    },
  ),
);

test(
  'HP-003: what was put in has its reset values',
  law(
    fc.tuple(
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 7 }),
      fc.boolean(),
      fc.boolean(),
      fc.nat(),
      fc.nat(),
    ),
    ([rounds, command, looks, again, drawn, which]) => {
      const tree = grown(undefined, MSIX);
      const { guest } = tree;
      for (let round = 0; round < rounds; round++) {
        guest.program(BELOW, 4, 2, command);
        guest.program(BELOW, 0x72, 2, 0xc000);
        move(tree, false);
        if (looks) expect(guest.read(BELOW, 0, 4)).toBe(ONES);
        move(tree, true);
        expect(guest.read(BELOW, 0, 4)).not.toBe(ONES);
        for (const offset of [8, 0x2c]) guest.read(BELOW, offset, 4);
        for (const offset of [0x0e, 0x34]) guest.read(BELOW, offset, 1);
        guest.read(BELOW, 6, 2);
        guest.read(BELOW, 0x70, 2);
        guest.read(BELOW, 0x80, 4);
        expect(guest.read(BELOW, 4, 2)).toBe(0);
        const bit = bitOf(command, drawn);
        if (bit !== undefined) guest.mustNotRead(bit, 'HP-003');
        expect(guest.read(BELOW, 0x72, 2)).toBe(1);
        guest.mustNotRead(0x8001, 'HP-003');
        if (again) enable(guest);
      }
      guest.check(which, { preassigned: 'off' });
    },
  ),
);

test(
  'HP-001, HP-003, MSIX-009: any order of plugs, unplugs, resets and accesses, never a false alarm',
  law(
    fc.tuple(
      many(
        fc.tuple(
          fc.constantFrom('in', 'out', 'reset', 'enable', 'bus reset', 'read', 'table', 'flr', 'sleep'),
          fc.integer({ min: 0, max: 31 }),
          part(),
        ),
        20,
      ),
      fc.boolean(),
    ),
    ([steps, stated]) => {
      const tree = grown(undefined, { ...MSIX, power: { noSoftReset: true } });
      const { guest, below, machine } = tree;
      for (const [what, register, { offset, width, data }] of steps) {
        if (what === 'in' && !below.device.present) move(tree, true);
        if (what === 'out' && below.device.present) move(tree, false);
        if (what === 'reset') {
          guest.line('reset');
          machine.reset();
          guest.program(PORT, 0x18, 4, 0x010100);
          guest.program(PORT, 0x20, 4, 0xc1f0c100);
          guest.program(PORT, 4, 2, 7);
        }
        if (what === 'enable') enable(guest);
        if (what === 'bus reset') for (const bit of [0x40, 0]) guest.program(PORT, 0x3e, 2, bit);
        if (what === 'flr') guest.write(BELOW, 0x88, 2, 0xa810);
        if (what === 'sleep') guest.program(BELOW, 0x44, 2, data % 4);
        if (what === 'read') guest.read(BELOW, 4 * register + offset, width);
        if (what === 'table') {
          const entry = HOMES.below.memory + 0x200cn;
          guest.memoryWrite(entry, 4, BigInt(data % 2));
          guest.memoryRead(entry, 4);
        }
        guest.memoryRead(ADDRESS, 4);
        guest.read(BELOW, 4, 2);
      }
      guest.check(0, stated ? { preassigned: 'off' } : {});
    },
    150,
  ),
);

/** Switches the power of the slot: what is below loses its state, the command completes, the link changes. */
function power(tree: Tree, on: boolean): void {
  const { guest, port, below } = tree;
  const { registers } = port.device;
  guest.write(PORT, 0x98, 2, on ? 0x01c0 : 0x05c0);
  below.device.present = on;
  below.device.reset('power');
  registers.poke(0x92, 2, on ? 0x2011 : 0x0011);
  registers.poke(0x9a, 2, 0x0150);
  guest.read(PORT, 0x98, 2);
  guest.read(PORT, 0x9a, 2);
  guest.program(PORT, 0x9a, 2, 0x0110);
}

test(
  'HP-007: without slot power nothing below is there; with it again everything is at power-on state',
  law(
    fc.tuple(
      fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 7 })), { minLength: 1, maxLength: 4 }),
      fc.boolean(),
      fc.nat(),
      fc.nat(),
    ),
    ([rounds, reads, drawn, which]) => {
      const tree = grown(undefined, {}, true);
      mark(tree.guest, ADDRESS);
      const { guest, below } = tree;
      for (const [off, command] of rounds) {
        guest.program(BELOW, 4, 2, command);
        if (!off) continue;
        power(tree, false);
        expect(guest.read(BELOW, 0, 4)).toBe(ONES);
        expect(guest.read(BELOW, 0, 4)).toBe(ONES);
        guest.mustNotRead(below.device.plan.id, 'HP-007');
        expect(guest.memoryRead(ADDRESS, 4)).toBe(0xffffffffn);
        if (reads) guest.read(BELOW, 0x3c, 4);
        power(tree, true);
        guest.read(BELOW, 0, 4);
        guest.read(BELOW, 8, 4);
        expect(guest.read(BELOW, 4, 2)).toBe(0);
        const bit = bitOf(command, drawn);
        if (bit !== undefined) guest.mustNotRead(bit, 'HP-007');
        enable(guest);
      }
      guest.check(which);
    },
  ),
);

test(
  'HP-004, PCIE-002: events of the slot stay until a 1 is written; presence and link tell what is below',
  law(
    fc.tuple(
      fc.array(fc.tuple(fc.constantFrom('event', 'clear', 'link', 'out'), fc.integer({ min: 0, max: 0x1f })), {
        minLength: 1,
        maxLength: 8,
      }),
      fc.nat(),
      fc.nat(),
    ),
    ([steps, drawn, which]) => {
      const tree = grown(undefined, {}, true);
      const { guest, port } = tree;
      const { registers } = port.device;
      let events = 0;
      let present = true;
      const status = () => events | (present ? 0x40 : 0);
      for (const [what, bits] of steps) {
        if (what === 'event') registers.poke(0x9a, 2, (events |= bits) | (present ? 0x40 : 0));
        if (what === 'clear') {
          guest.write(PORT, 0x9a, 2, bits);
          events &= ~bits;
        }
        if (what === 'out' && present) {
          move(tree, false);
          present = false;
          events |= 0x108;
          registers.poke(0x9a, 2, status());
          registers.poke(0x92, 2, 0x0011);
        }
        if (what === 'link' && present) {
          guest.read(BELOW, 0, 4);
          expect(guest.read(PORT, 0x92, 2)).toBe(0x2011);
          guest.mustNotRead(0x0011, 'HP-004');
        }
        expect(guest.read(PORT, 0x9a, 2)).toBe(status());
        if (!present) guest.mustNotRead(status() | 0x40, 'HP-004');
        // The event that was just cleared, or one that nothing touched.
        const kept = bitOf(events & 0x1f & ~(what === 'event' || what === 'out' ? bits | 8 : 0), drawn);
        if (kept !== undefined) guest.mustNotRead(status() ^ kept, 'PCIE-002', 'HP-004');
      }
      guest.check(which);
    },
  ),
);
