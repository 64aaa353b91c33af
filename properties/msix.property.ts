/** MSI-X: control, entries and pending bits. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assign, home } from './support/decode.ts';
import { hex } from './support/guest.ts';
import { bitOf, dword, law } from './support/law.ts';
import { control, entryAt, F, PENDING, programEntry, rig, setMask, TABLE } from './support/msix.ts';

const size = fc.integer({ min: 1, max: 80 });

test(
  'MSIX-001, MSIX-002: of Message Control only enable and function mask change, whatever the width',
  law(
    fc.tuple(
      size,
      fc.array(fc.tuple(fc.constantFrom([2, 2], [3, 1], [2, 1], [0, 4]), dword()), { minLength: 1, maxLength: 8 }),
      fc.nat(),
      fc.nat(),
    ),
    ([n, writes, drawn, which]) => {
      const { guest } = rig(n);
      let held = n - 1;
      for (const [[offset = 2, width = 2], drawnData] of writes) {
        const data = drawnData % 2 ** (8 * width);
        const upper =
          offset === 3 ? data : offset === 2 && width === 2 ? data >>> 8 : width === 4 ? data >>> 24 : held >>> 8;
        held = (n - 1) | ((upper & 0xc0) << 8);
        guest.write(F, 0x70 + offset, width, data);
        expect(guest.read(F, 0x72, 2)).toBe(held);
        const lanes = width === 1 ? (offset === 3 ? 0xff00 : 0x00ff) : 0xffff;
        // That a write by byte or dword is not taken has a rule of its own.
        const rules = width === 2 ? ['MSIX-001'] : ['MSIX-001', 'MSIX-002'];
        guest.mustNotRead(held ^ (bitOf(lanes, drawn) ?? 1), ...rules);
      }
      guest.check(which);
    },
  ),
);

test(
  'MSIX-006, MSIX-007: entries are dwords that keep what is written, by 4 and by 8 bytes',
  law(
    fc.tuple(
      size,
      fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 3 }), fc.boolean(), dword(), dword(), fc.boolean()), {
        minLength: 1,
        maxLength: 8,
      }),
      fc.nat(),
      fc.nat(),
    ),
    ([n, writes, drawn, which]) => {
      const { guest } = rig(n);
      const table = new Map<number, bigint>();
      const keep = (d: number, value: bigint) =>
        table.set(d, value & (d % 4 === 0 ? 0xfffffffcn : d % 4 === 3 ? 1n : 0xffffffffn));
      for (const [entry, part, wide, low, high, readWide] of writes) {
        const d = 4 * (entry % n) + (wide ? part & 2 : part);
        if (wide) guest.memoryWrite(TABLE + BigInt(4 * d), 8, BigInt(low) + (BigInt(high) << 32n));
        else guest.memoryWrite(TABLE + BigInt(4 * d), 4, BigInt(low));
        keep(d, BigInt(low));
        if (wide) keep(d + 1, BigInt(high));
        if (readWide && wide) {
          const answer = guest.memoryRead(TABLE + BigInt(4 * d), 8);
          expect(answer).toBe(table.get(d)! + (table.get(d + 1)! << 32n));
          // Reserved bits of Vector Control, and the low bits of the address, may be kept.
          const bit = drawn % 2 === 0 ? (d % 4 === 0 ? 4n : 1n) : 1n << 32n;
          guest.mustNotRead(answer ^ bit, 'MSIX-007');
        } else {
          const answer = guest.memoryRead(TABLE + BigInt(4 * d), 4);
          expect(answer).toBe(table.get(d));
          const bit = bitOf(d % 4 === 0 ? 0xfffffffc : d % 4 === 3 ? 1 : 0xffffffff, drawn) ?? 4;
          guest.mustNotRead(answer ^ BigInt(bit), wide ? 'MSIX-007' : 'MSIX-006');
        }
      }
      guest.check(which);
    },
  ),
);

test(
  'MSIX-008: other widths read stored bytes, zeros or ones, and write all, some or nothing of the dwords they touch',
  law(
    fc.tuple(
      fc.constantFrom('dropped', 'merged', 'extended with zeros', 'extended with ones'),
      fc.constantFrom('stored', 'zero', 'ones'),
      fc.array(
        fc.tuple(
          fc.integer({ min: 0, max: 2 }),
          fc.constantFrom([0, 1], [1, 1], [2, 1], [3, 1], [0, 2], [2, 2]),
          dword(),
        ),
        { minLength: 1, maxLength: 5 },
      ),
      fc.integer({ min: 1, max: 0xfe }),
      fc.nat(),
    ),
    ([writes, reads, accesses, other, which]) => {
      const made = rig(2);
      const { guest, device } = made;
      programEntry(made, 0, 0xfee00000n, 0x4041);
      guest.memoryRead(entryAt(0, 3), 4);
      for (const [part, [from = 0, width = 1], data] of accesses) {
        const address = entryAt(0, part) + BigInt(from);
        const value = data % 2 ** (8 * width);
        guest.line(`write memory ${hex(address)} ${width} <- ${hex(value)}`);
        if (writes === 'merged') device.table.write(4 * part + from, width, value);
        if (writes === 'extended with zeros') device.table.write(4 * part, 4, value);
        if (writes === 'extended with ones') device.table.write(4 * part, 4, 2 ** 32 - 2 ** (8 * width) + value);
        guest.memoryRead(entryAt(0, part), 4);
        const stored = device.table.read(4 * part + from, width);
        const answer = reads === 'stored' ? stored : reads === 'zero' ? 0 : 2 ** (8 * width) - 1;
        guest.line(`read memory ${hex(address)} ${width} -> ${hex(answer)}`);
        const bytes = [0, 1, 2, 3].map((byte) => device.table.value[4 * part + byte]);
        if (!bytes.includes(other)) guest.mustNotRead(width === 1 ? other : other * 0x101, 'MSIX-008');
      }
      guest.check(which);
    },
  ),
);

test(
  'MSIX-009, MSIX-011: after every reset the mask bit of every entry is 1, the rest anything with address bits 1:0 zero',
  law(
    fc.tuple(
      size,
      fc.constantFrom('power', 'machine', 'flr'),
      fc.array(fc.nat(), { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 0, max: 2 }),
      dword(),
      fc.nat(),
    ),
    ([n, kind, entries, part, content, which]) => {
      const made = rig(n);
      const { guest, device } = made;
      for (const entry of entries) setMask(made, entry % n, false);
      if (kind === 'power') for (const entry of entries) setMask(made, entry % n, true);
      if (kind === 'flr') guest.write(F, 0x88, 2, 0xa810);
      if (kind === 'machine') {
        guest.line('reset');
        device.reset('conventional');
      }
      guest.read(F, 0, 4);
      assign(guest, device, F, home(0).memory, home(0).port);
      for (const entry of new Set(entries.map((one) => one % n))) {
        if (guest.memoryRead(entryAt(entry, 3), 4) !== 1n) throw new Error('the mask is 0');
        guest.mustNotRead(0, kind === 'power' ? 'MSIX-006' : 'MSIX-009');
        device.table.poke(16 * entry + 4 * part, 4, (content & ~3) >>> 0);
        const answer = guest.memoryRead(entryAt(entry, part), 4);
        if (part === 0) guest.mustNotRead(answer | 1n, 'MSIX-011');
        guest.memoryRead(entryAt(entry, part), 4);
        guest.mustNotRead(answer ^ 0x10n, 'MSIX-011');
      }
      if (kind === 'power') guest.lies.splice(0);
      guest.check(which);
    },
  ),
);

test(
  'MSIX-010, MSIX-011: reserved bits of Vector Control and of the address read 0 or as written',
  law(
    fc.tuple(
      fc.integer({ min: 0, max: 0xfffffffe }),
      fc.array(dword(), { minLength: 1, maxLength: 6 }),
      fc.nat(),
      fc.nat(),
    ),
    ([kept, values, drawn, which]) => {
      const { guest, device } = rig(2);
      let before = 1;
      for (const value of values) {
        guest.memoryWrite(entryAt(0, 3), 4, BigInt(value));
        const answer = ((value & 1) | (value & kept & ~1)) >>> 0;
        device.table.poke(12, 4, answer);
        expect(guest.memoryRead(entryAt(0, 3), 4)).toBe(BigInt(answer));
        // A bit that was written 0 and had never been 1.
        const bit = bitOf(~value & ~before & ~1, drawn);
        if (bit !== undefined) guest.mustNotRead((answer | bit) >>> 0, 'MSIX-010');
        before |= value;
        guest.memoryWrite(entryAt(1), 4, BigInt(value));
        const low = ((value & ~3) | (value & kept & 3)) >>> 0;
        device.table.poke(16, 4, low);
        guest.memoryRead(entryAt(1), 4);
        const zero = bitOf(~value & 3, drawn);
        if (zero !== undefined && values.length === 1) guest.mustNotRead((low | zero) >>> 0, 'MSIX-011');
      }
      guest.check(which);
    },
  ),
);

test(
  'MSIX-015: the function mask changes no mask of an entry',
  law(
    fc.tuple(
      size,
      fc.array(fc.tuple(fc.nat(), fc.boolean(), fc.boolean(), fc.boolean()), { minLength: 1, maxLength: 8 }),
      fc.nat(),
    ),
    ([n, steps, which]) => {
      const made = rig(n);
      const { guest } = made;
      const masks = new Map<number, boolean>();
      let all = false;
      for (const [drawn, mask, enable, whole] of steps) {
        const entry = drawn % n;
        setMask(made, entry, mask);
        masks.set(entry, mask);
        control(made, enable, whole);
        for (const [one, masked] of masks) {
          expect(guest.memoryRead(entryAt(one, 3), 4)).toBe(masked ? 1n : 0n);
          if (whole !== all) guest.mustNotRead(masked ? 0 : 1, 'MSIX-015');
        }
        all = whole;
      }
      guest.check(which);
    },
  ),
);

test(
  'MSIX-020: a write of the pending bits is ignored or stored',
  law(fc.tuple(fc.integer({ min: 1, max: 31 }), dword(), fc.boolean(), fc.nat()), ([n, data, stores, drawn]) => {
    const { guest, device } = rig(n);
    guest.memoryRead(PENDING, 4);
    guest.memoryWrite(PENDING, 4, BigInt(data));
    if (stores) device.pending.poke(0, 4, data);
    expect(guest.memoryRead(PENDING, 4)).toBe(BigInt(stores ? data : 0));
    const bit = bitOf(~data & ~(2 ** n - 1), drawn);
    if (bit !== undefined) guest.mustNotRead((data | bit) >>> 0, 'MSIX-020');
    guest.check(0);
  }),
);

test(
  'MSIX-023: the table is at the BAR, wherever it is, and keeps its contents',
  law(
    fc.tuple(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 15 }), fc.boolean(), fc.constantFrom('move', 'toggle')), {
        minLength: 1,
        maxLength: 5,
      }),
      dword(),
      fc.nat(),
      fc.nat(),
    ),
    ([moves, data, drawn, which]) => {
      const made = rig(2);
      const { guest } = made;
      programEntry(made, 1, 0xfee00000n, data);
      for (const [n, live, how] of moves) {
        const to =
          how === 'move'
            ? 0xc8000000n + 0x4000n * BigInt(n)
            : BigInt(guest.read(F, 0x10, 4) & ~15 & 0xffffffff) & 0xffffffffn;
        if (!live || how === 'toggle') guest.program(F, 4, 2, 4);
        if (how === 'move') guest.program(F, 0x10, 4, Number(to));
        if (!live || how === 'toggle') guest.program(F, 4, 2, 7);
        const answer = guest.memoryRead(to + 0x2018n, 4);
        expect(answer).toBe(BigInt(data));
        guest.mustNotRead(answer ^ BigInt(bitOf(0xffffffff, drawn) ?? 1), 'MSIX-023', 'MSIX-006');
      }
      guest.check(which);
    },
  ),
);
