/** Which function a bus number leads to: intervals of bridges, renumbering, and what must not stop a request. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyHabits } from './support/draw.ts';
import { at } from './support/guest.ts';
import { bitOf, law, part } from './support/law.ts';
import { BRIDGE, grown, plant, PORT } from './support/tree.ts';

const ONES = 0xffffffff;

test(
  'RTE-002: a function below a port is where the secondary bus number says, and nowhere else',
  law(
    fc.tuple(
      fc.array(
        fc.integer({ min: 1, max: 255 }).filter((bus) => bus < 2 || bus > 3),
        { minLength: 1, maxLength: 6 },
      ),
      fc.nat(),
    ),
    ([buses, which]) => {
      const { guest, below } = grown();
      const id = below.device.plan.id;
      let old = 1;
      for (const bus of buses) {
        guest.program(PORT, 0x18, 4, bus * 0x10100);
        if (bus !== old) {
          expect(guest.read(at(old, 0), 0, 4)).toBe(ONES);
          guest.mustNotRead(id, 'RTE-002');
        }
        expect(guest.read(at(bus, 0), 0, 4)).toBe(id);
        if (bus !== old) guest.mustNotRead(ONES, 'RTE-002');
        guest.read(at(bus, 0), 8, 4);
        old = bus;
      }
      guest.check(which);
    },
  ),
);

test(
  'RTE-002: two bridges deep a bus number leads where the intervals of both say',
  law(
    fc.tuple(
      fc.array(
        fc.record({
          secondary: fc.integer({ min: 2, max: 9 }),
          inner: fc.integer({ min: 0, max: 5 }),
          subordinate: fc.integer({ min: 0, max: 5 }),
          room: fc.integer({ min: 0, max: 5 }),
        }),
        { minLength: 1, maxLength: 6 },
      ),
      fc.integer({ min: 1, max: 20 }),
    ),
    ([plans, probe]) => {
      const { guest, near, far } = grown();
      for (const { secondary, inner, subordinate, room } of plans) {
        // The inner bridge keeps inside the outer one or not; both intervals are in order.
        const innerBus = secondary + 1 + inner;
        guest.program(BRIDGE, 0x18, 4, (secondary + subordinate) * 0x10000 + secondary * 0x100);
        guest.program(at(secondary, 2), 0x18, 4, (innerBus + room) * 0x10000 + innerBus * 0x100 + secondary);
        expect(guest.read(at(secondary, 1), 0, 4)).toBe(near.device.plan.id);
        expect(guest.read(at(innerBus, 3), 0, 4)).toBe(innerBus <= secondary + subordinate ? far.device.plan.id : ONES);
        guest.read(at(innerBus, 3), 8, 4);
        if (probe !== 1) guest.read(at(probe, 3), 0, 4);
      }
      guest.check(0);
    },
  ),
);

test(
  'RTE-003: until it is numbered, nothing behind a bridge is reached',
  law(
    fc.tuple(
      anyHabits,
      fc.array(fc.tuple(fc.integer({ min: 1, max: 255 }), fc.integer({ min: 0, max: 31 })), { maxLength: 5 }),
      fc.boolean(),
      fc.nat(),
    ),
    ([habits, probes, stated, which]) => {
      const { guest, machine, below } = grown(habits);
      guest.line('reset');
      machine.reset();
      guest.read(PORT, 0, 4);
      guest.read(BRIDGE, 0, 4);
      expect(guest.read(PORT, 0x18, 4)).toBe(0);
      if (stated) guest.mustNotRead(0x010100, 'RTE-003');
      expect(guest.read(at(1, 0), 0, 4)).toBe(ONES);
      if (stated) guest.mustNotRead(below.device.plan.id, 'RTE-003');
      guest.read(BRIDGE, 0x18, 4);
      for (const [bus, device] of probes) expect(guest.read(at(bus, device), 0, 4)).toBe(ONES);
      guest.check(which, stated ? { preassigned: 'off' } : {});
    },
  ),
);

test(
  'RTE-004: with secondary above subordinate other buses are not forwarded; at the secondary number the device or ones',
  law(
    fc.tuple(
      fc.integer({ min: 5, max: 20 }),
      fc.integer({ min: 1, max: 4 }),
      fc.boolean(),
      fc.integer({ min: 4, max: 30 }),
    ),
    ([secondary, subordinate, answers, probe]) => {
      const { guest, below } = grown();
      guest.program(PORT, 0x18, 4, subordinate * 0x10000 + secondary * 0x100);
      guest.read(at(secondary, 0), 0, 4);
      if (answers) guest.lines[guest.lines.length - 1] = `read port 0xcfc 4 -> 0x${below.device.plan.id.toString(16)}`;
      if (probe !== secondary) expect(guest.read(at(probe, 0), 0, 4)).toBe(ONES);
      guest.program(PORT, 0x18, 4, 0x010100);
      expect(guest.read(at(1, 0), 0, 4)).toBe(below.device.plan.id);
      guest.check(0);
    },
  ),
);

test(
  'RTE-006: below a port only device 0 answers',
  law(fc.tuple(fc.integer({ min: 1, max: 31 }), part(), fc.boolean()), ([device, { offset, width }, again]) => {
    const { guest } = grown();
    expect(guest.read(at(1, device), 0, 4)).toBe(ONES);
    guest.mustNotRead(0x20001234, 'RTE-006');
    if (again) guest.read(at(1, device), offset, width);
    guest.check(0);
  }),
);

test(
  'RTE-007: no function answers beyond the buses that the host bridge serves',
  law(
    fc.tuple(fc.integer({ min: 4, max: 255 }), fc.integer({ min: 0, max: 255 }), fc.integer({ min: 4, max: 255 })),
    ([bus, devfn, range]) => {
      const { guest } = grown();
      expect(guest.read(bus * 256 + devfn, 0, 4)).toBe(ONES);
      if (bus >= range && devfn % 8 === 0) guest.mustNotRead(0x20001234, 'RTE-007');
      guest.check(0, { bus_range: String(range) });
    },
  ),
);

test(
  'RTE-008: configuration requests are answered and forwarded whatever Command says',
  law(
    fc.tuple(
      anyHabits,
      fc.array(
        fc.tuple(fc.constantFrom('port', 'below', 'outer', 'near', 'inner', 'far'), fc.integer({ min: 0, max: 7 })),
        { minLength: 1, maxLength: 8 },
      ),
      fc.nat(),
    ),
    ([habits, writes, which]) => {
      const { guest, below, near, far } = grown(habits);
      const places: Readonly<Record<string, number>> = {
        port: PORT,
        below: at(1, 0),
        outer: BRIDGE,
        near: at(2, 1),
        inner: at(2, 2),
        far: at(3, 3),
      };
      const held = new Map<string, number>();
      for (const [name, value] of writes) {
        guest.program(places[name]!, 4, 2, value);
        held.set(name, value);
        for (const [slot, bdf, path] of [
          [below, at(1, 0), ['port', 'below']],
          [near, at(2, 1), ['outer', 'near']],
          [far, at(3, 3), ['outer', 'inner', 'far']],
        ] as const) {
          expect(guest.read(bdf, 0, 4)).toBe(slot.device.plan.id);
          if (path.some((one) => held.get(one) === 0)) guest.mustNotRead(ONES, 'RTE-008');
          guest.read(bdf, 8, 4);
        }
      }
      guest.check(which);
    },
  ),
);

test(
  'RTE-009: a bridge outside D0 forwards no configuration request',
  law(
    fc.tuple(fc.array(fc.boolean(), { minLength: 1, maxLength: 6 }), part(), fc.nat()),
    ([states, { offset, width, data }, which]) => {
      const { guest, below } = grown();
      for (const asleep of states) {
        guest.program(PORT, 0x44, 2, asleep ? 3 : 0);
        if (asleep) guest.write(at(1, 0), 0x3c + offset, width, data);
        expect(guest.read(at(1, 0), 0, 4)).toBe(asleep ? ONES : below.device.plan.id);
        if (asleep) guest.mustNotRead(below.device.plan.id, 'RTE-009');
        guest.read(at(1, 0), 0x3c, 4);
        guest.read(PORT, 0, 4);
      }
      guest.check(which);
    },
  ),
);

test(
  'RTE-011: device bytes may hold anything, and a write to them changes no header field',
  law(
    fc.tuple(
      fc.array(fc.tuple(fc.constantFrom(0x48, 0x60, 0xc0, 0xf8), part(), fc.integer({ min: 0, max: ONES })), {
        minLength: 1,
        maxLength: 6,
      }),
      fc.integer({ min: 0, max: 255 }),
      fc.nat(),
    ),
    ([writes, line, drawn]) => {
      const { guest, near } = plant();
      guest.read(BRIDGE, 0, 4);
      guest.read(BRIDGE, 0x0e, 1);
      guest.program(BRIDGE, 0x18, 4, 0x030200);
      for (const register of [0, 4, 8, 0x0c, 0x2c, 0x34, 0x3c]) guest.read(at(2, 1), register, 4);
      guest.program(at(2, 1), 0x3c, 1, line);
      for (const [register, { offset, width, data }, becomes] of writes) {
        guest.read(at(2, 1), register, 4);
        guest.write(at(2, 1), register + offset, width, data);
        near.device.registers.poke(register, 4, becomes);
        guest.read(at(2, 1), register, 4);
        expect(guest.read(at(2, 1), 0x3c, 1)).toBe(line);
        const bit = bitOf((line ^ data) & 0xff, drawn);
        // What was written shows in the Interrupt Line.
        if (bit !== undefined) guest.mustNotRead(data & 0xff, 'RTE-011');
      }
      guest.check(drawn);
    },
  ),
);
