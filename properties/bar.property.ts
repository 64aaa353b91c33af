/** What Base Address Registers hold: every pattern, every width, both halves, and nothing else changes. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Device, typeBits } from './support/device.ts';
import type { BarPlan } from './support/device.ts';
import { barAt, barSet, endpointPlan, plainPlan } from './support/draw.ts';
import { at, Guest } from './support/guest.ts';
import { expectBlame, expectSilence } from './support/judge.ts';
import { bitOf, dword, law, many, part } from './support/law.ts';
import { Machine } from './support/machine.ts';

const PLACE = at(0, 4);

/** Machine with one conventional or PCI Express function, and a guest that has found and sized it. */
function sized(device: Device, patterns = [0xffffffff]): Guest {
  const guest = new Guest(new Machine([{ device, devfn: PLACE }]));
  guest.read(PLACE, 0, 4);
  guest.read(PLACE, 8, 4);
  guest.read(PLACE, 0x0e, 1);
  for (const pattern of patterns) for (let index = 0; index < 6; index++) guest.size(PLACE, 0x10 + 4 * index, pattern);
  return guest;
}

function withBar(bar: BarPlan, wideIo = true): Device {
  return new Device(plainPlan([bar], { wideIo }), 1);
}

/** The law of BAR-003 for the lower dword: what a register with these address bits reads after `value`. */
function readBack(bar: BarPlan, value: number, wideIo = true): number {
  const address = bar.kind === 'io' ? (wideIo ? 0xfffffffcn : 0xfffcn) : 0xfffffff0n;
  const kept = BigInt(value) & ~(bar.size - 1n) & address;
  return Number(kept) + typeBits(bar);
}

/** Both dwords of a 64-bit BAR as one number. */
function wideReadBack(bar: BarPlan, value: bigint): bigint {
  return (value & ~(bar.size - 1n) & 0xfffffffffffffff0n) | BigInt(typeBits(bar));
}

const anyBar = fc.integer({ min: 0, max: 4 }).chain((index) => barAt(index, false));
const narrowBar = anyBar.filter(({ kind }) => kind !== 'memory64');
const wideBar = anyBar.filter(({ kind }) => kind === 'memory64');

test(
  'BAR-003: for any value V a BAR reads (V & ~(size - 1)) | type',
  law(
    fc.tuple(anyBar, fc.boolean(), fc.array(dword(), { minLength: 1, maxLength: 6 }), fc.nat(), fc.nat()),
    ([bar, wideIo, values, drawn, which]) => {
      const guest = sized(withBar(bar, wideIo));
      for (const value of values) {
        const answer = guest.program(PLACE, 0x10 + 4 * bar.index, 4, value);
        expect(answer).toBe(readBack(bar, value, wideIo));
        // A bit below the size that keeps the 1 that was written to it.
        const low = Number((bar.size - 1n) & 0xffffffffn & (bar.kind === 'io' ? ~3n : ~15n)) & value;
        const bit = bitOf(low, drawn);
        // After all ones such a bit may make the answer that of another size (BAR-030).
        if (bit !== undefined)
          guest.mustNotRead((answer | bit) >>> 0, ...(value === 0xffffffff ? ['BAR-003', 'BAR-030'] : ['BAR-003']));
      }
      guest.check(which);
    },
  ),
);

test(
  'BAR-002, BAR-005: every bit from the size up takes 0 and 1',
  law(
    fc.tuple(narrowBar, fc.array(dword(), { minLength: 1, maxLength: 6 }), fc.nat(), fc.nat()),
    ([bar, values, drawn, which]) => {
      const guest = sized(withBar(bar));
      const writable = Number(~(bar.size - 1n) & 0xffffffffn);
      for (const value of values) {
        const answer = guest.program(PLACE, 0x10 + 4 * bar.index, 4, value);
        const bit = bitOf(writable, drawn);
        // All ones is the pattern of BAR-002, and a shorter row of ones in its answer is another size (BAR-030). An
        // address bit that reads 1 though 0 was written shows the old value (BAR-005) or a bit below the size (BAR-003);
        // the old value in place of address 0 is BAR-017, in place of one in RAM BAR-021.
        if (bit !== undefined)
          guest.mustNotRead((answer ^ bit) >>> 0, 'BAR-002', 'BAR-005', 'BAR-030', 'BAR-003', 'BAR-017', 'BAR-021');
      }
      guest.check(which);
    },
  ),
);

test(
  'BAR-001, BAR-023: the type bits of every BAR survive every write',
  law(
    fc.tuple(anyBar, fc.array(dword(), { minLength: 1, maxLength: 4 }), fc.nat(), fc.nat()),
    ([bar, values, drawn, which]) => {
      const guest = sized(withBar(bar));
      for (const value of values) {
        const answer = guest.program(PLACE, 0x10 + 4 * bar.index, 4, value);
        const types = bar.kind === 'io' ? 3 : 15;
        expect(answer & types).toBe(typeBits(bar));
        const bit = bitOf(types, drawn) ?? 1;
        guest.mustNotRead((answer ^ bit) >>> 0, bar.kind !== 'io' && bit === 8 ? 'BAR-023' : 'BAR-001');
      }
      guest.check(which);
    },
  ),
);

test(
  'BAR-004: the address bits of a BAR have no gap',
  law(fc.tuple(narrowBar, fc.nat()), ([bar, drawn]) => {
    const guest = new Guest(new Machine([{ device: withBar(bar), devfn: PLACE }]));
    guest.read(PLACE, 0, 4);
    guest.read(PLACE, 0x0e, 1);
    const register = 0x10 + 4 * bar.index;
    // Behind a BAR of unknown type it may be an upper half.
    for (let at = 0x10; at <= register; at += 4) guest.read(PLACE, at, 4);
    const answer = guest.program(PLACE, register, 4, 0xffffffff);
    // A bit above the lowest one that was written and reads 0. I/O BARs may lack all of 31:16, but not one of them.
    const lowest = Number(bar.size);
    const above = ((answer & ~(bar.kind === 'io' ? 3 : 15) & ~lowest) >>> 0) - (bar.kind === 'io' ? 0xffff0000 : 0);
    const bit = bitOf(above, drawn);
    if (bit !== undefined && lowest < 2 ** 31) guest.mustNotRead((answer ^ bit) >>> 0, 'BAR-004');
    guest.check(0);
  }),
);

test(
  'BAR-006, BAR-007: a size is judged by the kind of BAR and of function',
  law(fc.tuple(fc.boolean(), fc.boolean(), fc.integer({ min: 2, max: 12 })), ([express, io, log2]) => {
    const bar: BarPlan = { index: 0, kind: io ? 'io' : 'memory32', size: 2n ** BigInt(log2), prefetchable: false };
    if (!io && log2 < 4) return;
    const device = new Device(plainPlan([bar], { express, latency: 0 }), 1);
    const guest = new Guest(new Machine([{ device, devfn: PLACE }]));
    guest.read(PLACE, 0, 4);
    guest.read(PLACE, 8, 4);
    guest.read(PLACE, 0x0e, 1);
    guest.read(PLACE, 4, 4);
    guest.read(PLACE, 0x34, 1);
    if (express) guest.read(PLACE, 0x80, 4);
    guest.read(PLACE, 0x10, 4);
    guest.program(PLACE, 0x10, 4, 0xffffffff);
    const legal = io ? log2 <= 8 : log2 >= (express ? 7 : 4);
    if (legal) expectSilence(guest.lines);
    else expectBlame(guest.lines, [io ? 'BAR-007' : 'BAR-006']);
  }),
);

test(
  'BAR-008: the upper half of an I/O BAR is writable as a whole or not at all',
  law(
    fc.tuple(fc.integer({ min: 2, max: 8 }), fc.boolean(), fc.integer({ min: 1, max: 0xfffe })),
    ([log2, wideIo, upper]) => {
      const bar: BarPlan = { index: 1, kind: 'io', size: 2n ** BigInt(log2), prefetchable: false };
      const guest = new Guest(new Machine([{ device: withBar(bar, wideIo), devfn: PLACE }]));
      guest.read(PLACE, 0, 4);
      guest.read(PLACE, 0x0e, 1);
      guest.read(PLACE, 0x10, 4);
      guest.read(PLACE, 0x14, 4);
      const answer = guest.program(PLACE, 0x14, 4, 0xffffffff);
      expect(answer).toBe((wideIo ? 0xffff0000 : 0) + (0x10000 - 2 ** log2) + 1);
      // With a part of the bits the row of ones has a gap (BAR-004), or ends before bit 31.
      guest.mustNotRead(upper * 0x10000 + (answer % 0x10000), 'BAR-008', 'BAR-004');
      guest.check(0);
    },
  ),
);

test(
  'BAR-009, BAR-011: the halves of a 64-bit BAR are two registers, in whichever order they are written',
  law(
    fc.tuple(wideBar, fc.array(fc.tuple(fc.boolean(), dword()), { minLength: 1, maxLength: 8 }), fc.nat(), fc.nat()),
    ([bar, writes, drawn, which]) => {
      const guest = sized(withBar(bar));
      const register = 0x10 + 4 * bar.index;
      let value = 0n;
      for (const [high, half] of writes) {
        value = high ? (BigInt(half) << 32n) | (value & 0xffffffffn) : (value & ~0xffffffffn) | BigInt(half);
        guest.write(PLACE, register + (high ? 4 : 0), 4, half);
        const low = guest.read(PLACE, register, 4);
        const up = guest.read(PLACE, register + 4, 4);
        expect((BigInt(up) << 32n) | BigInt(low)).toBe(wideReadBack(bar, value));
        const bit = bitOf(Number((~(bar.size - 1n) >> 32n) & 0xffffffffn), drawn);
        // Where the other half was written, its neighbour has changed by that write (BAR-011).
        if (bit !== undefined) guest.mustNotRead((up ^ bit) >>> 0, ...(high ? ['BAR-009'] : ['BAR-011']));
      }
      guest.check(which);
    },
  ),
);

test(
  'BAR-010: a 64-bit BAR may start at each index but the last',
  law(fc.tuple(barSet(6, false), fc.boolean()), ([bars, last]) => {
    const taken = bars.some(({ index, kind }) => index === 5 || (index === 4 && kind === 'memory64'));
    const guest = sized(new Device(plainPlan(bars), 1));
    guest.check(0);
    if (!last || taken) return;
    const fresh = new Guest(new Machine([{ device: new Device(plainPlan(bars), 1), devfn: PLACE }]));
    fresh.read(PLACE, 0, 4);
    fresh.read(PLACE, 0x0e, 1);
    for (let at = 0x10; at <= 0x24; at += 4) fresh.read(PLACE, at, 4);
    fresh.mustNotRead(4, 'BAR-010');
    fresh.check(0);
  }),
);

test(
  'BAR-012: bytes and words that are written merge into what a BAR holds',
  law(
    fc.tuple(narrowBar, fc.array(part(), { minLength: 1, maxLength: 8 }), fc.nat(), fc.nat()),
    ([bar, writes, drawn, which]) => {
      const guest = sized(withBar(bar));
      const register = 0x10 + 4 * bar.index;
      const bytes = [0, 0, 0, 0];
      for (const { offset, width, data, via } of writes) {
        guest.via = via;
        for (let byte = 0; byte < width; byte++) bytes[offset + byte] = (data >>> (8 * byte)) & 0xff;
        const merged = bytes.reduceRight((sum, byte) => sum * 256 + byte, 0);
        guest.write(PLACE, register + offset, width, data);
        const answer = guest.read(PLACE, register, 4);
        expect(answer).toBe(readBack(bar, merged));
        const bit = bitOf(Number(~(bar.size - 1n) & 0xffffffffn), drawn);
        if (bit !== undefined && width < 4) guest.mustNotRead((answer ^ bit) >>> 0, 'BAR-012');
      }
      guest.check(which);
    },
  ),
);

test(
  'BAR-013: a register that is no BAR reads 0',
  law(
    fc.tuple(barSet(6, false), fc.array(part(), { minLength: 1, maxLength: 6 }), fc.nat(), fc.nat()),
    ([bars, writes, drawn, which]) => {
      const guest = sized(new Device(plainPlan(bars), 1));
      const used = bars.flatMap(({ index, kind }) => (kind === 'memory64' ? [index, index + 1] : [index]));
      const unused = [0, 1, 2, 3, 4, 5].filter((index) => !used.includes(index));
      const index = unused[drawn % Math.max(unused.length, 1)];
      if (index === undefined) return;
      for (const { offset, width, data, via } of writes) {
        guest.via = via;
        guest.write(PLACE, 0x10 + 4 * index + offset, width, data);
        expect(guest.read(PLACE, 0x10 + 4 * index, 4)).toBe(0);
        const bit = bitOf(0xffffffff, drawn) ?? 1;
        guest.mustNotRead(bit, 'BAR-013', ...typeRules(bit));
      }
      guest.check(which);
    },
  ),
);

/** A bit among the type bits of an unimplemented BAR is a type that changed. */
function typeRules(bit: number): string[] {
  return bit < 16 ? ['BAR-001', 'BAR-023'] : [];
}

test(
  'BAR-022: a write to one BAR changes no other',
  law(
    fc.tuple(
      barSet(6, false).filter((bars) => bars.length > 1),
      dword(),
      dword(),
      fc.nat(),
      fc.nat(),
    ),
    ([bars, first, second, drawn, which]) => {
      const guest = sized(new Device(plainPlan(bars), 1));
      const one = bars[drawn % bars.length]!;
      const other = bars[(drawn + 1) % bars.length]!;
      const held = guest.program(PLACE, 0x10 + 4 * other.index, 4, first);
      guest.write(PLACE, 0x10 + 4 * one.index, 4, second);
      expect(guest.read(PLACE, 0x10 + 4 * other.index, 4)).toBe(held);
      const bit = bitOf(Number(~(other.size - 1n) & 0xffffffffn), drawn);
      if (bit !== undefined) guest.mustNotRead((held ^ bit) >>> 0, 'BAR-022');
      guest.check(which);
    },
  ),
);

test(
  'BAR-030: a BAR has the same size each time',
  law(
    fc.tuple(narrowBar, fc.array(dword(), { maxLength: 4 }), fc.integer({ min: 0, max: 31 }), fc.boolean()),
    ([bar, values, log2, reset]) => {
      const device = withBar(bar);
      const guest = sized(device);
      for (const value of values) guest.program(PLACE, 0x10 + 4 * bar.index, 4, value);
      if (reset) {
        guest.line('reset');
        device.reset('conventional');
        guest.read(PLACE, 0, 4);
      }
      const answer = guest.program(PLACE, 0x10 + 4 * bar.index, 4, 0xffffffff);
      const other = (~(2 ** log2 - 1) & (bar.kind === 'io' ? ~3 : ~15)) >>> 0;
      if (other !== 0 && other !== (answer & ~15) >>> 0 && other !== (answer & ~3) >>> 0)
        guest.mustNotRead(other + typeBits(bar), 'BAR-030');
      guest.check(0);
    },
  ),
);

test(
  'BAR-002, BAR-013, ROM-001: any function, any writes to its BARs by both mechanisms, never a false alarm',
  law(
    fc.tuple(endpointPlan(), many(fc.tuple(fc.integer({ min: 0, max: 6 }), part(), fc.boolean()), 30), fc.boolean()),
    ([plan, writes, first]) => {
      const guest = new Guest(new Machine([{ device: new Device(plan, 1), devfn: PLACE }]));
      guest.read(PLACE, 0, 4);
      if (first) for (let index = 0; index < 6; index++) guest.size(PLACE, 0x10 + 4 * index);
      for (const [index, { offset, width, data, via }, read] of writes) {
        guest.via = via;
        const register = index === 6 ? 0x30 : 0x10 + 4 * index;
        guest.write(PLACE, register + offset, width, data);
        if (read) guest.read(PLACE, register + offset, width);
        else guest.read(PLACE, register, 4);
      }
      guest.check(0);
    },
    200,
  ),
);
