/** The header beside Command and BARs: identity, bytes that can be written, bytes that cannot, status bits. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { place, survey } from './support/decode.ts';
import { Device } from './support/device.ts';
import { endpointPlan, plainPlan } from './support/draw.ts';
import { at, Guest, hex } from './support/guest.ts';
import { bitCount, bitOf, law, part } from './support/law.ts';
import { Machine } from './support/machine.ts';

const F = place(0);

function known(device: Device): Guest {
  const guest = new Guest(new Machine([{ device, devfn: F }]));
  survey(guest, F);
  for (let offset = 0; offset < 0x40; offset += 4) guest.read(F, offset, 4);
  return guest;
}

/** Registers that no guest can change, with the rules of their bytes. */
const CONSTANT: readonly (readonly [offset: number, ...rules: string[]])[] = [
  [0x00, 'HDR-001'],
  [0x08, 'HDR-002'],
  [0x28, 'HDR-013'],
  [0x2c, 'HDR-014'],
  [0x34, 'HDR-009', 'HDR-015'],
  [0x38, 'HDR-015'],
];

test(
  'HDR-001, HDR-002, HDR-009, HDR-013, HDR-014, HDR-015: identity, pointer and reserved bytes are what they were, whatever is written',
  law(
    fc.tuple(
      endpointPlan(),
      fc.constantFrom(...CONSTANT),
      fc.array(part(), { minLength: 1, maxLength: 5 }),
      fc.nat(),
      fc.nat(),
    ),
    ([plan, [register, ...rules], writes, drawn, which]) => {
      const guest = known(new Device(plan, 1));
      const before = guest.read(F, register, 4);
      for (const { offset, width, data, via } of writes) {
        guest.via = via;
        guest.write(F, register + offset, width, data);
        expect(guest.read(F, register, 4)).toBe(before);
        // A bit beside the bytes that were written breaks the lanes of the mechanism.
        const lanes = (2 ** (8 * width) - 1) * 2 ** (8 * offset);
        const bit = bitOf(lanes, drawn);
        const lie = (before ^ (bit ?? 0)) >>> 0;
        if (bit !== undefined && lie !== 0xffffffff && lie % 0x10000 !== 0xffff) guest.mustNotRead(lie, ...rules);
      }
      guest.check(which);
    },
  ),
);

test(
  'HDR-003: Cache Line Size of a PCI Express function is a byte that can be written',
  law(fc.tuple(fc.array(part(), { minLength: 1, maxLength: 6 }), fc.nat(), fc.nat()), ([writes, drawn, which]) => {
    const guest = known(new Device(plainPlan([], { express: true, latency: 0 }), 1));
    guest.program(F, 0x0c, 1, 0xff);
    guest.program(F, 0x0c, 1, 0);
    let size = 0;
    for (const { offset, width, data } of writes) {
      guest.write(F, 0x0c + offset, width, data);
      if (offset === 0) size = data % 256;
      expect(guest.read(F, 0x0c, 4)).toBe(size);
      const lie = size ^ (bitOf(0xff, drawn) ?? 1);
      // A dword write that the register does not take at all is HDR-018.
      guest.mustNotRead(lie, ...(offset === 0 ? ['HDR-003', 'HDR-018'] : ['CAM-005']));
    }
    guest.check(which);
  }),
);

test(
  'HDR-003, HDR-004: a conventional function implements all, some or none of Cache Line Size and Latency Timer',
  law(
    fc.tuple(
      fc.integer({ min: 0, max: 255 }),
      fc.constantFrom(0, 0xf8, 0xff),
      fc.boolean(),
      fc.array(part(), { minLength: 1, maxLength: 8 }),
    ),
    ([cacheLine, latency, picky, writes]) => {
      const device = new Device(plainPlan([], { cacheLine, latency }), 1);
      const guest = known(device);
      for (const { offset, width, data } of writes) {
        guest.write(F, 0x0c + offset, width, data);
        // Some functions take certain sizes only, and read 0 for the others.
        if (picky && device.registers.value[0x0c]! % 4 !== 0) device.registers.poke(0x0c, 1, 0);
        guest.read(F, 0x0c, 4);
        guest.read(F, 0x0c + offset, width);
      }
      guest.check(0);
    },
  ),
);

test(
  'HDR-004, HDR-005, HDR-008: Latency Timer, Header Type and BIST of a PCI Express function cannot be written',
  law(
    fc.tuple(
      fc.array(part(), { minLength: 1, maxLength: 6 }),
      fc.constantFrom(1, 2, 3),
      fc.integer({ min: 0, max: 6 }),
      fc.nat(),
    ),
    ([writes, byte, bit, which]) => {
      const guest = known(new Device(plainPlan([], { express: true, latency: 0, cacheLine: 0xff }), 1));
      for (const { offset, width, data } of writes) {
        guest.write(F, 0x0c + offset, width, data);
        expect(guest.read(F, 0x0d, 1)).toBe(0);
        guest.read(F, 0x0c, 4);
        const answer = guest.read(F, 0x0c + byte, 1);
        expect(answer).toBe(0);
        guest.lines.splice(-4, 2);
        const touched = offset <= byte && byte < offset + width;
        if (touched) guest.mustNotRead(2 ** bit, 'HDR-004', 'HDR-005', 'HDR-008');
      }
      guest.check(which);
    },
  ),
);

test(
  'HDR-010, HDR-012: Interrupt Line reads back, Interrupt Pin does not change',
  law(
    fc.tuple(fc.integer({ min: 0, max: 4 }), fc.array(part(), { minLength: 1, maxLength: 6 }), fc.nat(), fc.nat()),
    ([pin, writes, drawn, which]) => {
      const guest = known(new Device(plainPlan([], { pin }), 1));
      guest.program(F, 0x3c, 1, 0xff);
      guest.program(F, 0x3c, 1, 0);
      let line = 0;
      for (const { offset, width, data, via } of writes) {
        guest.via = via;
        guest.write(F, 0x3c + offset, width, data);
        if (offset === 0) line = data % 256;
        const answer = guest.read(F, 0x3c, 4);
        expect(answer).toBe(pin * 256 + line);
        // Refused as a whole is HDR-018.
        if (offset === 0) guest.mustNotRead(answer ^ (bitOf(0xff, drawn) ?? 1), 'HDR-010', 'HDR-018');
        if (offset <= 1 && offset + width > 1) guest.mustNotRead(answer ^ (bitOf(0xff00, drawn) ?? 0x100), 'HDR-012');
      }
      guest.check(which);
    },
  ),
);

test(
  'HDR-006, HDR-007: functions above 0 are there only where function 0 says so, and its bit does not change',
  law(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 7 }), fc.boolean()), ([multifunction, fn, second]) => {
    const zero = new Device(plainPlan([], { multifunction }), 1);
    const other = new Device(plainPlan([], { multifunction, id: 0x20001234 }), 2);
    const slots = [{ device: zero, devfn: F }, ...(multifunction && second ? [{ device: other, devfn: F + fn }] : [])];
    const guest = new Guest(new Machine(slots));
    survey(guest, F);
    const answer = guest.read(F + fn, 0, 4);
    expect(answer).toBe(multifunction && second ? 0x20001234 : 0xffffffff);
    if (!multifunction) guest.mustNotRead(0x20001234, 'HDR-006');
    guest.write(F, 0x0e, 1, 0x7f);
    guest.read(F, 0x0e, 1);
    guest.mustNotRead(multifunction ? 0 : 0x80, 'HDR-006', 'HDR-007');
    guest.check(fn);
  }),
);

test(
  'HDR-016, STS-003: a status bit stays 1 until a 1 is written to it, and its neighbours stay',
  law(
    fc.tuple(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 63 }), part()), { minLength: 1, maxLength: 8 }),
      fc.nat(),
      fc.nat(),
    ),
    ([steps, drawn, which]) => {
      const device = new Device(plainPlan([], { command: 0x0547 }), 1);
      const guest = known(device);
      const errors = (bits: number) => ((bits & 1) << 8) | ((bits >>> 1) << 11);
      let status = 0;
      for (const [happened, { offset, width, data, via }] of steps) {
        guest.via = via;
        // Errors happen, and the guest sees them.
        status |= errors(happened);
        device.registers.poke(6, 2, status);
        guest.read(F, 6, 2);
        guest.write(F, 4 + offset, width, data);
        for (let byte = 0; byte < width; byte++)
          if (offset + byte >= 2) status &= ~(((data >>> (8 * byte)) & 0xff) << (8 * (offset + byte - 2)));
        expect(guest.read(F, 6, 2)).toBe(status);
        const bit = bitOf(status, drawn);
        if (bit !== undefined) guest.mustNotRead(status ^ bit, 'HDR-016');
      }
      guest.check(which);
    },
  ),
);

test(
  'STS-003: error bits that are 0 do not store ones',
  law(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 0xffff })), ([wide, data]) => {
    const guest = known(new Device(plainPlan([]), 1));
    guest.write(F, wide ? 4 : 6, wide ? 4 : 2, wide ? data * 0x10000 : data);
    expect(guest.read(F, 6, 2)).toBe(0);
    const stored = data & 0xf900;
    // A few errors may really have happened just now; not four at once, and just those that were written.
    if (bitCount(stored) >= 4) guest.mustNotRead(stored, 'STS-003');
    guest.check(0);
  }),
);

test(
  'STS-001, STS-004: the other bits of Status ignore writes',
  law(
    fc.tuple(endpointPlan(), fc.array(part(), { minLength: 1, maxLength: 5 }), fc.nat(), fc.nat()),
    ([plan, writes, drawn, which]) => {
      const guest = known(new Device(plan, 1));
      for (const { offset, width, data } of writes) {
        guest.write(F, 4 + offset, width, data);
        const answer = guest.read(F, 6, 2);
        const bit = bitOf(0x06f7, drawn) ?? 1;
        const rule = bit === 0x10 ? 'STS-001' : 'STS-004';
        // Outside the bytes that were written it is the lanes that are wrong.
        if (offset + width > 2 + (bit > 0xff ? 1 : 0) && offset <= 2 + (bit > 0xff ? 1 : 0))
          guest.mustNotRead(answer ^ bit, rule);
      }
      guest.check(which);
    },
  ),
);

test(
  'HDR-017: all functions above 0 of a conventional device read ones, or all repeat function 0',
  law(
    fc.tuple(
      fc.boolean(),
      fc.array(fc.tuple(fc.integer({ min: 1, max: 7 }), fc.constantFrom(0, 8, 0x2c, 0x3c), fc.boolean()), {
        minLength: 1,
        maxLength: 10,
      }),
      fc.integer({ min: 1, max: 255 }),
    ),
    ([repeats, reads, line]) => {
      const device = new Device(plainPlan([]), 1);
      const slots = Array.from({ length: repeats ? 8 : 1 }, (_, fn) => ({ device, devfn: F + fn }));
      const guest = new Guest(new Machine(slots));
      survey(guest, F);
      guest.program(F, 0x3c, 1, line);
      for (const [fn, register, write] of reads) {
        if (write && repeats) guest.write(F + fn, 0x3c, 1, line);
        expect(guest.read(F + fn, 0, 4)).toBe(repeats ? 0x100e8086 : 0xffffffff);
        guest.read(F + fn, register, 4);
      }
      guest.check(0);
      if (!repeats) return;
      // One number answers as function 0 does, another one does not answer.
      const fn = reads[0]?.[0] ?? 1;
      const missing = (fn % 7) + 1;
      for (const register of [0, 8, 0x2c]) guest.read(F + fn, register, 4);
      guest.line(`write port 0xcf8 4 <- ${hex(0x80000000 + (F + missing) * 256)}`);
      if (reads.some(([other]) => other === missing)) return;
      guest.line('read port 0xcfc 4 -> 0xffffffff');
      guest.mustNotBelieve('HDR-017');
    },
  ),
);

test(
  'HDR-019: a write to one function changes no other function of its device',
  law(
    fc.tuple(
      fc.array(fc.tuple(fc.boolean(), fc.constantFrom(4, 0x0c, 0x10, 0x3c), part()), { minLength: 1, maxLength: 8 }),
      fc.nat(),
      fc.nat(),
    ),
    ([writes, drawn, which]) => {
      const bar = { index: 0, kind: 'memory32' as const, size: 0x1000n, prefetchable: false };
      const plan = plainPlan([bar], { multifunction: true });
      const machine = new Machine([0, 1].map((fn) => ({ device: new Device(plan, fn + 1), devfn: at(0, 5, fn) })));
      const guest = new Guest(machine);
      for (const fn of [0, 1]) {
        survey(guest, at(0, 5, fn));
        for (const register of [4, 0x0c, 0x3c]) guest.program(at(0, 5, fn), register, 1, 0xff);
      }
      const masks: Readonly<Record<number, number>> = { 4: 0x0047, 0x0c: 0xff, 0x10: 0xfffff000, 0x3c: 0xff };
      for (const [upper, register, { offset, width, data, via }] of writes) {
        guest.via = via;
        const [one, other] = upper ? [at(0, 5, 1), at(0, 5, 0)] : [at(0, 5, 0), at(0, 5, 1)];
        const before = guest.read(other, register, 4);
        guest.write(one, register + offset, width, data);
        expect(guest.read(other, register, 4)).toBe(before);
        const written = (data % 2 ** (8 * width)) * 2 ** (8 * offset);
        const bit = bitOf((before ^ written) & masks[register]! & ((2 ** (8 * width) - 1) * 2 ** (8 * offset)), drawn);
        // What was written to the one shows in the other.
        if (bit !== undefined) guest.mustNotRead((before ^ bit) >>> 0, 'HDR-019');
      }
      guest.check(which);
    },
  ),
);
