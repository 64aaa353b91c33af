/** MSI-X: control, entries, pending bits, messages. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assign, home, place, survey } from './support/decode.ts';
import { Device } from './support/device.ts';
import { plainPlan } from './support/draw.ts';
import { Guest, hex } from './support/guest.ts';
import { bitOf, dword, law, many } from './support/law.ts';
import { Machine } from './support/machine.ts';

const F = place(0);
const TABLE = home(0).memory + 0x2000n;
const PENDING = home(0).memory + 0x3000n;
const SENDER = '00:04.0';

interface Rig {
  guest: Guest;
  device: Device;
  size: number;
}

/** A function with MSI-X, its BAR placed and enabled, nothing of its table known. */
function rig(size: number, express = true): Rig {
  const bars = [
    { index: 0, kind: 'memory64' as const, size: 0x4000n, prefetchable: false },
    { index: 2, kind: 'io' as const, size: 0x40n, prefetchable: false },
  ];
  const msix = { size, bar: 0, table: 0x2000, pba: 0x3000 };
  const device = new Device(plainPlan(bars, { express, latency: 0, msix, power: { noSoftReset: true } }), 1);
  const guest = new Guest(new Machine([{ device, devfn: F }]));
  survey(guest, F);
  assign(guest, device, F, home(0).memory, home(0).port);
  return { guest, device, size };
}

const entryAt = (entry: number, part = 0) => TABLE + BigInt(16 * entry + 4 * part);

/** Programs an entry, still masked. */
function programEntry({ guest }: Rig, entry: number, address: bigint, data: number): void {
  for (const [part, value] of [address & 0xffffffffn, address >> 32n, BigInt(data)].entries()) {
    guest.memoryWrite(entryAt(entry, part), 4, value);
    guest.memoryRead(entryAt(entry, part), 4);
  }
}

function setMask({ guest }: Rig, entry: number, mask: boolean): void {
  guest.memoryWrite(entryAt(entry, 3), 4, mask ? 1n : 0n);
  guest.memoryRead(entryAt(entry, 3), 4);
}

/** Writes enable and function mask. */
function control({ guest }: Rig, enable: boolean, mask: boolean): void {
  guest.program(F, 0x72, 2, (enable ? 0x8000 : 0) + (mask ? 0x4000 : 0));
}

const size = fc.integer({ min: 1, max: 80 });

test(
  'MSIX-001: of Message Control only enable and function mask change',
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
        guest.mustNotRead(held ^ (bitOf(lanes, drawn) ?? 1), 'MSIX-001');
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
  'MSIX-012, MSIX-013, MSIX-016, CMD-010, PM-003: a message has the content of an entry, and leaves only while nothing holds it',
  law(
    fc.tuple(
      fc.integer({ min: 1, max: 4 }),
      many(
        fc.record({
          entry: fc.integer({ min: 0, max: 3 }),
          step: fc.constantFrom(
            'mask',
            'unmask',
            'enable',
            'disable',
            'mask all',
            'unmask all',
            'master',
            'no master',
            'sleep',
            'wake',
          ),
          named: fc.boolean(),
        }),
        12,
      ),
      fc.boolean(),
    ),
    ([n, steps, wrongData]) => {
      const made = rig(n);
      const { guest } = made;
      const masks = Array.from({ length: n }, () => true);
      const state = { enable: false, all: false, master: true, awake: true };
      for (let entry = 0; entry < n; entry++)
        programEntry(made, entry, 0xfee00000n + BigInt(entry) * 0x1000n, 0x4040 + entry);
      for (const { entry: drawn, step, named } of steps) {
        const entry = drawn % n;
        if (!state.awake && !['sleep', 'wake'].includes(step)) continue;
        if (step === 'mask' || step === 'unmask') setMask(made, entry, (masks[entry] = step === 'mask'));
        if (step.endsWith('able')) state.enable = step === 'enable';
        if (step.endsWith('mask all')) state.all = step === 'mask all';
        if (step.endsWith('able') || step.endsWith('mask all')) control(made, state.enable, state.all);
        if (step.endsWith('master')) guest.program(F, 4, 2, (state.master = step === 'master') ? 7 : 3);
        if (step === 'sleep' || step === 'wake') guest.program(F, 0x44, 2, (state.awake = step === 'wake') ? 0 : 3);
        // What was on its way may arrive after the write, but not after a read of the function.
        guest.read(F, 0, 4);
        for (let one = 0; one < n; one++) {
          const { enable, all, master, awake } = state;
          const sender = named ? ` ${SENDER}` : '';
          const message = `message ${hex(0xfee00000 + one * 0x1000)} ${hex(0x4040 + one)}${sender}`;
          if (enable && !all && master && awake && masks[one] === false) {
            guest.line(message);
            continue;
          }
          const rule = !master ? 'CMD-010' : !awake ? 'PM-003' : enable ? 'MSIX-013' : 'MSIX-016';
          guest.mustNotHappen(message, rule);
        }
        // With a sender named, a message of no entry is wrong as soon as the function may send at all.
        if (wrongData && state.enable && state.master && state.awake)
          guest.mustNotHappen(`message 0xfee00000 0x41 ${SENDER}`, 'MSIX-012');
      }
      guest.check(steps.length * 7);
    },
  ),
);

test(
  'MSIX-012, MSIX-018: after the next unmask only the new content is sent; before, each field is old or new',
  law(
    fc.tuple(
      fc.boolean(),
      fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.boolean(), fc.integer({ min: 0, max: 3 })), {
        minLength: 1,
        maxLength: 4,
      }),
      fc.boolean(),
      fc.nat(),
    ),
    ([live, changes, byFunction, which]) => {
      const made = rig(2);
      const { guest } = made;
      programEntry(made, 0, 0xfee00000n, 0x4000);
      control(made, true, false);
      setMask(made, 0, false);
      let data = 0x4000;
      let seen = [data];
      for (const [n, sends, pick] of changes) {
        if (!live) setMask(made, 0, true);
        data = 0x4000 + n * 0x10 + seen.length;
        guest.memoryWrite(entryAt(0, 2), 4, BigInt(data));
        guest.memoryRead(entryAt(0, 2), 4);
        if (live && sends) guest.line(`message 0xfee00000 ${hex([...seen.slice(-1), data][pick % 2]!)}`);
        // The mask of the entry or that of the function, and off again.
        if (live) {
          if (byFunction) control(made, true, true);
          else setMask(made, 0, true);
        }
        if (live && byFunction) control(made, true, false);
        else setMask(made, 0, false);
        guest.line(`message 0xfee00000 ${hex(data)}`);
        const old = seen.at(-1)!;
        if (old !== data) guest.mustNotHappen(`message 0xfee00000 ${hex(old)}`, live ? 'MSIX-018' : 'MSIX-012');
        seen = [...seen, data];
      }
      guest.check(which);
    },
  ),
);

test(
  'MSIX-013, MSIX-014, MSIX-021: a masked event sets bit k % 64 of qword k / 64, and it goes with the message',
  law(
    fc.tuple(size, fc.nat(), fc.boolean(), fc.boolean(), fc.boolean(), fc.nat()),
    ([n, drawn, byFunction, wide, gone, which]) => {
      const made = rig(n);
      const { guest, device } = made;
      const vector = drawn % n;
      programEntry(made, vector, 0xfee00000n, 0x4041);
      if (byFunction) setMask(made, vector, false);
      control(made, true, byFunction);
      const word =
        PENDING + 8n * BigInt(Math.floor(vector / 64)) + (wide ? 0n : 4n * BigInt(Math.floor(vector / 32) % 2));
      const bit = 1n << BigInt(vector % (wide ? 64 : 32));
      const width = wide ? 8 : 4;
      const first = word - PENDING;
      expect(guest.memoryRead(word, width)).toBe(0n);
      // Bits of vectors that the function does not have.
      const beyond = BigInt(n) - 8n * first;
      if (beyond < BigInt(8 * width)) guest.mustNotRead(1n << (BigInt(8 * width) - 1n), 'MSIX-021');
      guest.line(`fire ${SENDER} ${vector}`);
      const byte = Math.floor(vector / 8);
      device.pending.poke(byte, 1, 1 << (vector % 8));
      expect(guest.memoryRead(word, width)).toBe(bit);
      guest.mustNotRead(0, 'MSIX-013');
      guest.mustNotHappen(`message 0xfee00000 0x4041`, 'MSIX-013');
      if (byFunction) control(made, true, false);
      else setMask(made, vector, false);
      // The cause may have gone meanwhile.
      if (!gone) guest.line('message 0xfee00000 0x4041');
      device.pending.poke(byte, 1, 0);
      guest.memoryRead(word, width);
      guest.memoryRead(word, width);
      guest.check(which);
      for (let times = 0; times < 2; times++)
        guest.lines[guest.lines.length - 1 - times] = `read memory ${hex(word)} ${width} -> ${hex(bit)}`;
      guest.mustNotBelieve('MSIX-014');
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
  'MSIX-022: no INTx while MSI-X is enabled',
  law(fc.tuple(fc.array(fc.boolean(), { minLength: 1, maxLength: 6 }), fc.nat()), ([steps, which]) => {
    const made = rig(2);
    for (const enable of steps) {
      control(made, enable, false);
      if (enable) made.guest.mustNotHappen(`intx ${SENDER} 1`, 'MSIX-022');
      else {
        made.guest.line(`intx ${SENDER} 1`);
        made.guest.line(`intx ${SENDER} 0`);
      }
    }
    made.guest.check(which);
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
