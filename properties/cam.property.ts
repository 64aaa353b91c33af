/** The configuration ports 0xcf8 and 0xcfc: index, lanes, and what the specification leaves open. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { place, survey } from './support/decode.ts';
import { Device } from './support/device.ts';
import { endpointPlan, plainPlan } from './support/draw.ts';
import { at, Guest, hex } from './support/guest.ts';
import { bitOf, dword, law, part } from './support/law.ts';
import { Machine } from './support/machine.ts';

const F = place(0);

/** One function, of which everything in the header is known. */
function known(): { guest: Guest; device: Device; machine: Machine } {
  const device = new Device(plainPlan([]), 1);
  const machine = new Machine([{ device, devfn: F }]);
  const guest = new Guest(machine);
  survey(guest, F);
  for (let offset = 0; offset < 0x40; offset += 4) guest.read(F, offset, 4);
  return { guest, device, machine };
}

const index = (bdf: number, register: number) => 0x80000000 + bdf * 0x100 + register;
const setIndex = (guest: Guest, value: number) => guest.line(`write port 0xcf8 4 <- ${hex(value)}`);

/** A read of the ports by hand; the answer is what the formula says. */
function portRead(guest: Guest, port: number, width: number, value: number): void {
  guest.line(`read port ${hex(port)} ${width} -> ${hex(value)}`);
}

/** Bytes `from` to `from + width - 1` of a number. */
function lane(value: number, from: number, width: number): number {
  return Math.floor(value / 2 ** (8 * from)) % 2 ** (8 * width);
}

test(
  'CAM-001, CAM-002: the index reads as it was written, its reserved bits as written or 0, whatever the data window does',
  law(
    fc.tuple(
      fc.array(fc.tuple(dword(), fc.integer({ min: 0, max: 3 }), dword()), { minLength: 1, maxLength: 6 }),
      fc.nat(),
      fc.nat(),
    ),
    ([writes, drawn, which]) => {
      const guest = new Guest(new Machine([]));
      for (const [value, reads, kept] of writes) {
        setIndex(guest, value);
        for (let n = 0; n < reads; n++) portRead(guest, 0xcfc + n, 1, 0xff);
        const answer = ((value & 0x80fffffc) | (value & kept & 0x7f000003)) >>> 0;
        portRead(guest, 0xcf8, 4, answer);
        guest.mustNotRead((answer ^ (bitOf(0x80fffffc, drawn) ?? 4)) >>> 0, 'CAM-001');
        const reserved = bitOf(~value & 0x7f000003, drawn);
        if (reserved !== undefined) guest.mustNotRead((answer | reserved) >>> 0, 'CAM-002');
      }
      guest.check(which);
    },
  ),
);

test(
  'CAM-003: parts of a dword at the index port do not load it',
  law(
    fc.tuple(
      dword(),
      fc.array(fc.tuple(fc.constantFrom([0, 1], [2, 1], [3, 1], [2, 2]), fc.integer({ min: 0, max: 0xffff })), {
        minLength: 1,
        maxLength: 4,
      }),
      fc.nat(),
    ),
    ([value, parts, drawn]) => {
      const guest = new Guest(new Machine([]));
      setIndex(guest, value);
      for (const [[offset = 0, width = 1], data] of parts)
        guest.line(`write port ${hex(0xcf8 + offset)} ${width} <- ${hex(data % 2 ** (8 * width))}`);
      const answer = (value & 0x80fffffc) >>> 0;
      portRead(guest, 0xcf8, 4, answer);
      guest.mustNotRead((answer ^ (bitOf(0x80fffffc, drawn) ?? 4)) >>> 0, 'CAM-003');
      guest.check(0, { cam_sub_index: 'ignore' });
    },
  ),
);

test(
  'CAM-004: with the enable bit clear the data window reads ones and writes nothing',
  law(
    fc.tuple(
      fc.integer({ min: 0, max: 15 }),
      fc.integer({ min: 0, max: 255 }),
      fc.integer({ min: 0, max: 255 }),
      fc.boolean(),
    ),
    ([register, before, other, write]) => {
      const { guest, device } = known();
      guest.program(F, 0x3c, 1, before);
      setIndex(guest, index(F, 4 * register) - 0x80000000);
      portRead(guest, 0xcfc, 4, 0xffffffff);
      const truth = device.registers.read(4 * register, 4);
      // Zeros and ones may come from an I/O device behind the ports.
      if (truth !== 0 && !write) guest.mustNotRead(truth, 'CAM-004');
      setIndex(guest, index(F, 0x3c) - 0x80000000);
      guest.line(`write port 0xcfc 1 <- ${hex(other)}`);
      expect(guest.read(F, 0x3c, 1)).toBe(before);
      if (other !== before && write) guest.mustNotRead(other, 'CAM-004');
      guest.check(0);
    },
  ),
);

test(
  'CAM-005, CAM-012: a read of w bytes at 0xcfc + k gives bytes k to k + w - 1 of the dword',
  law(
    fc.tuple(
      fc.integer({ min: 0, max: 15 }),
      fc.integer({ min: 0, max: 255 }),
      fc.constantFrom([0, 1], [1, 1], [2, 1], [3, 1], [0, 2], [2, 2], [1, 2]),
      fc.nat(),
      fc.boolean(),
    ),
    ([register, line, [from = 0, width = 1], drawn, refused]) => {
      const { guest, device } = known();
      guest.program(F, 0x3c, 1, line);
      const truth = device.registers.read(4 * register, 4);
      setIndex(guest, index(F, 4 * register));
      portRead(guest, 0xcfc, 4, truth);
      const unaligned = from === 1 && width === 2;
      const answer = unaligned && refused ? 0xffff : lane(truth, from, width);
      portRead(guest, 0xcfc + from, width, answer);
      // Status bits 8 and 11 to 15 may become 1 at any time, bit 3 follows the interrupt line; what the ROM register
      // holds in bits 7:1 has a property of its own (ROM-005).
      const certain = register === 1 ? 0x06f7ffff : register === 12 ? 0xffffff01 : 0xffffffff;
      const bit = bitOf(lane(certain, from, width), drawn);
      const all = 2 ** (8 * width) - 1;
      const lie = (lane(truth, from, width) ^ (bit ?? 0)) >>> 0;
      // Where the wrong bytes are those of other lanes it is CAM-005, else CAM-012; an unaligned word is CAM-005 always.
      if (lie !== all && bit !== undefined)
        guest.mustNotRead(lie, ...(unaligned ? ['CAM-005'] : ['CAM-005', 'CAM-012']));
      portRead(guest, 0xcfc, 4, truth);
      guest.check(0);
    },
  ),
);

test(
  'CAM-005: a write of w bytes at 0xcfc + k changes bytes k to k + w - 1 and no other',
  law(fc.tuple(fc.array(part(), { minLength: 1, maxLength: 8 }), fc.nat(), fc.nat()), ([writes, drawn, which]) => {
    const { guest } = known();
    // Interrupt Line is writable, Interrupt Pin (1), Min_Gnt and Max_Lat are not.
    let line = 0;
    for (const { offset, width, data } of writes) {
      if (offset === 0) line = data % 256;
      guest.write(F, 0x3c + offset, width, data);
      expect(guest.read(F, 0x3c, 4)).toBe(0x100 + line);
      const bit = bitOf(0xff, drawn) ?? 1;
      if (offset > 0) guest.mustNotRead((0x100 + line) ^ bit, 'CAM-005');
    }
    guest.check(which);
  }),
);

test(
  'CAM-006: a read that runs past the window gives all ones, or the bytes in the window; never those of the next dword',
  law(
    fc.tuple(fc.integer({ min: 0, max: 14 }), fc.constantFrom([3, 2], [1, 4], [2, 4], [3, 4]), fc.boolean()),
    ([register, [from = 3, width = 2], refused]) => {
      const { guest, device } = known();
      const truth = device.registers.read(4 * register, 4);
      const next = device.registers.read(4 * register + 4, 4);
      setIndex(guest, index(F, 4 * register));
      const inside = 4 - from;
      const outside = 2 ** (8 * width) - 2 ** (8 * inside);
      const exact = lane(truth, from, inside) + outside;
      portRead(guest, 0xcfc + from, width, refused ? 2 ** (8 * width) - 1 : exact);
      const leak = lane(next, 0, width - inside);
      const blank = leak === 0 || leak === 2 ** (8 * (width - inside)) - 1;
      if (!blank) guest.mustNotRead(lane(truth, from, inside) + leak * 2 ** (8 * inside), 'CAM-006');
      guest.check(0);
    },
  ),
);

test(
  'CAM-006: a write that runs past the window changes the bytes in the window, or nothing',
  law(
    fc.tuple(fc.constantFrom([3, 2], [1, 4], [2, 4], [3, 4]), dword(), fc.boolean(), fc.boolean()),
    ([[from = 3, width = 2], data, dropped, next]) => {
      const { guest, device } = known();
      const register = next ? 0x38 : 0x3c;
      setIndex(guest, index(F, register));
      guest.line(`write port ${hex(0xcfc + from)} ${width} <- ${hex(data % 2 ** (8 * width))}`);
      if (!dropped) device.registers.write(register + from, 4 - from, data % 2 ** (8 * (4 - from)));
      const now = guest.read(F, 0x3c, 4);
      const spilt = lane(data, 4 - from, 1);
      if (next && spilt !== 0 && width > 4 - from) guest.mustNotRead(now - (now % 256) + spilt, 'CAM-006');
      guest.check(0);
    },
  ),
);

test(
  'CAM-007, CAM-010: numbers of no function read ones at every register and width',
  law(
    fc.tuple(
      fc.integer({ min: 0, max: 255 }).filter((devfn) => devfn >>> 3 !== F >>> 3),
      fc.array(fc.tuple(fc.integer({ min: 0, max: 63 }), part()), { minLength: 1, maxLength: 8 }),
    ),
    ([devfn, reads]) => {
      const { guest } = known();
      guest.read(devfn & ~7, 0, 4);
      guest.read(devfn, 0, 4);
      for (const [dwords, { offset, width, data, via }] of reads) {
        guest.via = via;
        if (data % 3 === 0) guest.write(devfn, 4 * dwords + offset, width, data);
        expect(guest.read(devfn, 4 * dwords + offset, width)).toBe(2 ** (8 * width) - 1);
      }
      guest.check(0);
    },
  ),
);

test(
  'CAM-010: a device that shows at two device numbers what was written to one of them is one device',
  law(
    fc.tuple(
      fc.integer({ min: 3, max: 7 }),
      fc.integer({ min: 1, max: 255 }),
      fc.integer({ min: 1, max: 255 }),
      fc.boolean(),
    ),
    ([bit, first, second, same]) => {
      const other = F ^ (1 << bit);
      const devices = [new Device(plainPlan([]), 1), new Device(plainPlan([]), 2)];
      const slots = [
        { device: devices[0]!, devfn: F },
        { device: devices[same ? 0 : 1]!, devfn: other },
      ];
      const guest = new Guest(new Machine(slots));
      survey(guest, F);
      guest.program(F, 0x3c, 1, first);
      for (const register of [0, 8, 0x2c, 0x3c]) guest.read(other, register, register === 0x3c ? 1 : 4);
      guest.program(F, 0x3c, 1, second);
      guest.read(other, 0x3c, 1);
      // Twins with registers of their own are two devices.
      if (same && first !== second) guest.mustNotBelieve('CAM-010');
      else guest.check(0);
    },
  ),
);

test(
  'CAM-007: an answer for one register of a function that has no Vendor ID',
  law(fc.tuple(fc.constant(11), part(), fc.integer({ min: 0, max: 254 })), ([register, { offset, width }, value]) => {
    const { guest } = known();
    guest.read(at(0, 0x10), 0, 4);
    guest.line(`write port 0xcf8 4 <- ${hex(index(at(0, 0x10), 4 * register))}`);
    portRead(guest, 0xcfc + offset, width, value);
    guest.read(at(0, 0x10), 0, 4);
    // The proof is the Vendor ID that still reads ones behind it.
    guest.mustNotBelieve('CAM-007', 'CAM-014');
  }),
);

test(
  'CAM-008: a write to a function that is not there changes no other function',
  law(
    fc.tuple(
      fc.integer({ min: 0, max: 255 }).filter((devfn) => devfn !== F),
      fc.integer({ min: 0, max: 255 }),
      fc.integer({ min: 0, max: 255 }),
      fc.boolean(),
    ),
    ([devfn, before, other, looked]) => {
      const { guest } = known();
      guest.program(F, 0x3c, 1, before);
      if (looked) guest.read(devfn, 0, 4);
      guest.write(devfn, 0x3c, 1, other);
      expect(guest.read(F, 0x3c, 1)).toBe(before);
      // Where nobody has looked whether a function is there, one may be.
      if (looked && other !== before) guest.mustNotRead(other, 'CAM-008');
      guest.check(0);
    },
  ),
);

test(
  'CAM-014: functions above 0 are there only with function 0',
  law(
    fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 8, max: 31 }), endpointPlan()),
    ([fn, device, plan]) => {
      const { guest } = known();
      guest.read(at(0, device), 0, 4);
      expect(guest.read(at(0, device, fn), 0, 4)).toBe(0xffffffff);
      guest.check(0);
      guest.line(`read port 0xcfc 4 -> ${hex(plan.id)}`);
      // The verdict falls when function 0 is asked again.
      guest.read(at(0, device), 0, 4);
      guest.mustNotBelieve('CAM-014');
    },
  ),
);

test(
  'CAM-016: a machine reset keeps the index in full or clears it, the same each time',
  law(
    fc.tuple(fc.array(dword(), { minLength: 1, maxLength: 5 }), fc.boolean(), fc.nat(), fc.nat()),
    ([values, keeps, drawn, which]) => {
      const guest = new Guest(new Machine([]));
      for (const [n, drawnValue] of values.entries()) {
        const value = (drawnValue & 0x80fffffc) >>> 0;
        setIndex(guest, value);
        portRead(guest, 0xcf8, 4, value);
        guest.line('reset');
        portRead(guest, 0xcf8, 4, keeps ? value : 0);
        const bit = bitOf(value, drawn);
        if (bit !== undefined && value !== bit) guest.mustNotRead((value ^ bit) >>> 0, 'CAM-016');
        const decided = values.slice(0, n).some((earlier) => (earlier & 0x80fffffc) !== 0);
        if (value !== 0 && decided) guest.mustNotRead(keeps ? 0 : value, 'CAM-016');
      }
      guest.check(which);
    },
  ),
);
