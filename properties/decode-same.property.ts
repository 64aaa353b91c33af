/** Decoding that nothing disturbs: writes that change nothing, exchanged addresses, borders, ranges of a class. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bench, holeOf, home, MARK, mark, place, placeMemory, survey } from './support/decode.ts';
import { Device } from './support/device.ts';
import { anyHabits, plainPlan } from './support/draw.ts';
import { at, Guest } from './support/guest.ts';
import { law } from './support/law.ts';
import { Machine, USUAL } from './support/machine.ts';

const offset = BigInt(MARK);

/** Whether a value is one that two registers do not hold by chance: both halves have a content of their own. */
function special(value: bigint): boolean {
  const halves = [value & 0xffffn, value >> 16n];
  return halves.every((half) => half > 0xffn && half < 0xff00n) && halves[0] !== halves[1];
}

test(
  'CMD-007, BAR-026: Command and BARs that are written with what they hold change nothing',
  law(
    fc.tuple(fc.boolean(), anyHabits, fc.constantFrom(4, 0x10, 0x14, 0x18), fc.boolean(), fc.nat()),
    ([wide, habits, register, whole, which]) => {
      const { guest, memory, port, choices } = bench([wide], habits);
      mark(guest, home(0).memory + offset);
      for (let n = 0; n < 2; n++) guest.portRead(home(0).port + MARK, 4);
      const width = register === 4 && !whole ? 2 : 4;
      guest.write(place(0), register, width, guest.read(place(0), register, width) % 2 ** (8 * width));
      const rule = register === 4 ? 'CMD-007' : 'BAR-026';
      expect(guest.memoryRead(home(0).memory + offset, 4)).toBe(memory[0]);
      if (register === 4 || register === 0x10 || (wide && register === 0x14)) guest.mustNotRead(holeOf(habits), rule);
      expect(guest.portRead(home(0).port + MARK, 4)).toBe(port[0]);
      if (register === 4 || register === 0x18) guest.mustNotRead(0xffffffff, rule);
      guest.check(which, choices);
    },
  ),
);

test(
  'MAP-010, MAP-001: functions that exchange their addresses are each at the new place',
  law(fc.tuple(fc.boolean(), anyHabits, fc.boolean(), fc.boolean(), fc.nat()), ([wide, habits, off, back, which]) => {
    const { guest, devices, memory, choices } = bench([wide, wide], habits);
    // Both were seen at one time.
    for (const n of [0, 1, 0, 1]) guest.memoryRead(home(n).memory + offset, 4);
    const swap = (): void => {
      const now = devices.map((device) => device.base(0));
      if (off) for (const n of [0, 1]) guest.program(place(n), 4, 2, 5);
      for (const n of [0, 1]) placeMemory(guest, devices[n]!, place(n), now[1 - n]!);
      if (off) for (const n of [0, 1]) guest.program(place(n), 4, 2, 7);
    };
    swap();
    for (const n of [0, 1]) {
      expect(guest.memoryRead(home(1 - n).memory + offset, 4)).toBe(memory[n]);
      if (special(memory[1 - n]!)) guest.mustNotRead(memory[1 - n]!, 'MAP-010');
    }
    if (back) {
      swap();
      for (const n of [0, 1]) expect(guest.memoryRead(home(n).memory + offset, 4)).toBe(memory[n]);
    }
    guest.check(which, choices);
  }),
);

test(
  'MAP-008: what lies just before and just behind a BAR is not its own',
  law(fc.tuple(anyHabits, fc.boolean(), fc.boolean(), fc.boolean()), ([habits, wide, before, between]) => {
    const { guest, memory, choices } = bench([wide], habits);
    mark(guest, home(0).memory + offset);
    if (between) guest.portRead(home(0).port + MARK, 4);
    const size = wide ? 0x4000n : 0x1000n;
    expect(guest.memoryRead(home(0).memory + offset + (before ? -size : size), 4)).toBe(holeOf(habits));
    // A host that repeats its last answer in a hole is none that decodes too much.
    if (between && special(memory[0]!)) guest.mustNotRead(memory[0]!, 'MAP-008');
    guest.check(0, choices);
  }),
);

test(
  'MAP-013: in the ports of VGA anything answers while a VGA function may be there, and nobody otherwise',
  law(
    fc.tuple(fc.boolean(), fc.constantFrom(0xc3b0, 0xc3ba, 0xc3c0, 0xc3df, 0xffd0), fc.integer({ min: 0, max: 0xff })),
    ([vga, port, answer]) => {
      const device = new Device(plainPlan([], { classRevision: vga ? 0x03000001 : 0x02000001 }), 1);
      const guest = new Guest(new Machine([{ device, devfn: at(0, 4) }], USUAL));
      survey(guest, at(0, 4));
      const stated = { hole: 'ones', preassigned: 'off' };
      if (vga || answer === 0xff) {
        guest.line(`read port 0x${port.toString(16)} 1 -> 0x${answer.toString(16)}`);
      } else {
        expect(guest.portRead(port, 1)).toBe(0xff);
        guest.mustNotRead(answer, 'MAP-002');
      }
      guest.check(0, stated);
    },
  ),
);
