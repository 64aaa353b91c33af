/** The PCI Express capability and Advanced Error Reporting: kinds of registers. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { place, survey } from './support/decode.ts';
import { Device } from './support/device.ts';
import { plainPlan } from './support/draw.ts';
import { Guest } from './support/guest.ts';
import { bitOf, law, part } from './support/law.ts';
import { Machine } from './support/machine.ts';

const F = place(0);

/** An endpoint with error reporting at 0x100; `masks`: errors that it implements. */
function endpoint(errors = 0x00163030 & ~0x4000): { guest: Guest; device: Device } {
  const device = new Device(plainPlan([], { express: true, latency: 0 }), 1);
  const { registers } = device;
  registers.define(0x100, 4, 0x00020001);
  registers.define(0x104, 4, 0, { clears: errors, sticky: errors });
  registers.define(0x108, 4, 0, { writable: errors, sticky: errors });
  registers.define(0x10c, 4, 0x00062030 & errors, { writable: errors, sticky: errors });
  registers.define(0x110, 4, 0, { clears: 0x31c1, sticky: 0x31c1 });
  registers.define(0x114, 4, 0x2000, { writable: 0x31c1, sticky: 0x31c1 });
  const guest = new Guest(new Machine([{ device, devfn: F }]));
  survey(guest, F);
  for (let offset = 0x100; offset < 0x12c; offset += 4) guest.read(F, offset, 4);
  for (const offset of [0x108, 0x10c, 0x114]) {
    guest.program(F, offset, 4, 0xffffffff);
    guest.program(F, offset, 4, 0);
  }
  return { guest, device };
}

test(
  'PCIE-002: capabilities registers ignore writes at every width',
  law(
    fc.tuple(
      fc.constantFrom(0x80, 0x84, 0x8c, 0xa4, 0xac),
      fc.array(part(), { minLength: 1, maxLength: 5 }),
      fc.nat(),
      fc.nat(),
    ),
    ([register, writes, drawn, which]) => {
      const { guest } = endpoint();
      const before = guest.read(F, register, 4);
      for (const { offset, width, data, via } of writes) {
        guest.via = via;
        guest.write(F, register + offset, width, data);
        expect(guest.read(F, register, 4)).toBe(before);
        const lanes = (2 ** (8 * width) - 1) * 2 ** (8 * offset);
        // Interrupt Message Number may follow the interrupt mode, exit latencies the clock, slot power its messages; id and pointer are CAP-003.
        const fixed: Readonly<Record<number, number>> = { 0x80: 0x00ff0000, 0x84: 0x10008fff, 0x8c: 0xfffc0fff };
        const bit = bitOf(lanes & (fixed[register] ?? 0), drawn);
        if (bit !== undefined) guest.mustNotRead((before ^ bit) >>> 0, 'PCIE-002', 'HDR-015');
      }
      guest.check(which);
    },
  ),
);

test(
  'PCIE-002: the error reporting enables of an endpoint are writable, its status bits go by writing 1',
  law(
    fc.tuple(
      fc.array(
        fc.tuple(fc.integer({ min: 0, max: 15 }), fc.integer({ min: 0, max: 15 }), fc.integer({ min: 0, max: 15 })),
        { minLength: 1, maxLength: 6 },
      ),
      fc.nat(),
      fc.nat(),
    ),
    ([steps, drawn, which]) => {
      const { guest, device } = endpoint();
      let status = 0;
      for (const [enables, happened, clears] of steps) {
        expect(guest.program(F, 0x88, 2, 0x2810 | enables)).toBe(0x2810 | enables);
        guest.mustNotRead((0x2810 | enables) ^ (bitOf(15, drawn) ?? 1), 'PCIE-002');
        device.registers.poke(0x8a, 2, (status |= happened));
        guest.read(F, 0x8a, 2);
        guest.write(F, 0x8a, 2, clears);
        status &= ~clears;
        expect(guest.read(F, 0x8a, 2)).toBe(status);
        const kept = bitOf(status, drawn);
        if (kept !== undefined) guest.mustNotRead(status ^ kept, 'PCIE-002');
      }
      guest.check(which);
    },
  ),
);

test(
  'PCIE-001: the port type fits the header',
  law(fc.tuple(fc.integer({ min: 0, max: 15 }), fc.constantFrom(1, 2)), ([type, version]) => {
    const device = new Device(plainPlan([], { express: true, latency: 0 }), 1);
    device.registers.define(0x82, 2, type * 16 + version);
    const guest = new Guest(new Machine([{ device, devfn: F }]));
    for (const offset of [0, 4, 8]) guest.read(F, offset, 4);
    for (const offset of [0x0e, 0x34]) guest.read(F, offset, 1);
    guest.read(F, 0x80, 4);
    // Endpoints, legacy and integrated ones, and event collectors have a header of type 0.
    if ([0, 1, 9, 10].includes(type)) guest.check(0);
    else guest.mustNotBelieve('PCIE-001');
  }),
);

test(
  'AER-001: an error status bit goes by writing 1 to it, alone, and no reset but that of the power supply touches it',
  law(
    fc.tuple(
      fc.constantFrom([0x104, 0x00163030], [0x110, 0x31c1]),
      fc.array(fc.tuple(fc.nat(), part(), fc.constantFrom('none', 'flr', 'none')), { minLength: 1, maxLength: 6 }),
      fc.nat(),
      fc.nat(),
    ),
    ([[register = 0, errors = 0], steps, drawn, which]) => {
      const { guest, device } = endpoint();
      guest.via = 'ecam';
      let status = 0;
      for (const [happened, { offset, width, data }, reset] of steps) {
        status = (status | (happened & errors)) >>> 0;
        device.registers.poke(register, 4, status);
        guest.read(F, register, 4);
        guest.write(F, register + offset, width, data);
        status = Number(BigInt(status) & ~(BigInt(data) << BigInt(8 * offset)));
        if (reset === 'flr') {
          guest.write(F, 0x88, 2, 0xa810);
          guest.read(F, 0, 4);
        }
        expect(guest.read(F, register, 4)).toBe(status);
        const kept = bitOf(status, drawn);
        if (kept !== undefined) guest.mustNotRead((status ^ kept) >>> 0, 'AER-001');
      }
      guest.check(which);
    },
  ),
);

test(
  'AER-002: masks and severity read back (V & errors), over FLR too',
  law(
    fc.tuple(
      fc.constantFrom([0x108, 0x00163030], [0x10c, 0x00163030], [0x114, 0x31c1]),
      fc.array(fc.tuple(part(), fc.boolean()), { minLength: 1, maxLength: 6 }),
      fc.nat(),
      fc.nat(),
    ),
    ([[register = 0, errors = 0], steps, drawn, which]) => {
      const { guest } = endpoint();
      let held = 0n;
      for (const [{ offset, width, data }, flr] of steps) {
        const lanes = BigInt(2 ** (8 * width) - 1) << BigInt(8 * offset);
        held = (held & ~lanes) | ((BigInt(data) << BigInt(8 * offset)) & BigInt(errors));
        guest.write(F, register + offset, width, data);
        if (flr) {
          guest.write(F, 0x88, 2, 0xa810);
          guest.read(F, 0, 4);
        }
        expect(guest.read(F, register, 4)).toBe(Number(held));
        const bit = bitOf(errors & Number(lanes & 0xffffffffn), drawn);
        if (bit !== undefined) guest.mustNotRead((Number(held) ^ bit) >>> 0, 'AER-002');
      }
      guest.check(which);
    },
  ),
);

test(
  'AER-002, RST-006: a mask that was written and not read back survives a reset as written or as it was',
  law(fc.tuple(fc.integer({ min: 0, max: 0xffffffff }), fc.boolean(), fc.boolean()), ([value, reads, writable]) => {
    const device = new Device(plainPlan([], { express: true, latency: 0 }), 1);
    const { registers } = device;
    registers.define(0x100, 4, 0x00020001);
    // Error 14 (completion timeout) need not be implemented.
    const errors = 0x00141010 | (writable ? 0x4000 : 0);
    registers.define(0x108, 4, 0, { writable: errors, sticky: errors });
    const guest = new Guest(new Machine([{ device, devfn: F }]));
    survey(guest, F);
    for (const offset of [0x100, 0x108]) guest.read(F, offset, 4);
    guest.write(F, 0x108, 4, value);
    if (reads) guest.read(F, 0x108, 4);
    guest.write(F, 0x88, 2, 0xa810);
    guest.read(F, 0, 4);
    expect(guest.read(F, 0x108, 4)).toBe((value & errors) >>> 0);
    guest.read(F, 0x108, 4);
    guest.check(0);
  }),
);
