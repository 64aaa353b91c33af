/** Command: what its bits hold, and that decoding follows them. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bench, holeOf, home, MARK, place, survey } from './support/decode.ts';
import { Device } from './support/device.ts';
import { anyHabits, endpointPlan, plainPlan } from './support/draw.ts';
import { Guest } from './support/guest.ts';
import { bitOf, law, many, part } from './support/law.ts';
import { Machine } from './support/machine.ts';

const F = place(0);
const word = fc.integer({ min: 0, max: 0xffff });

/** A function and a guest that has written every Command bit both ways. */
function toggled(plan: Parameters<typeof plainPlan>[1]): { guest: Guest; device: Device } {
  const device = new Device(plainPlan([], plan), 1);
  const guest = new Guest(new Machine([{ device, devfn: F }]));
  survey(guest, F);
  guest.program(F, 4, 2, 0xffff);
  guest.program(F, 4, 2, 0);
  return { guest, device };
}

const command = endpointPlan(fc.constant([])).map(({ command: mask, express }) => ({
  command: mask,
  express,
  cacheLine: 0xff,
  latency: 0,
}));

test(
  'CMD-001: each bit is writable or constant, and stays what it is',
  law(
    fc.tuple(command, fc.array(word, { minLength: 1, maxLength: 6 }), fc.nat(), fc.nat()),
    ([plan, values, drawn, which]) => {
      const { guest } = toggled(plan);
      for (const value of values) {
        const answer = guest.program(F, 4, 2, value);
        expect(answer).toBe(value & plan.command);
        const bit = bitOf(value & ~plan.command & 0xffff, drawn);
        // Beside a decode enable that toggles, what is wrong with the other bits is CMD-008 where they are writable.
        if (bit !== undefined) guest.mustNotRead(answer | bit, 'CMD-001');
      }
      guest.check(which);
    },
  ),
);

test(
  'CMD-008: a write that toggles a decode enable applies its other bits',
  law(fc.tuple(fc.array(word, { minLength: 1, maxLength: 6 }), fc.nat(), fc.nat()), ([values, drawn, which]) => {
    const { guest } = toggled({ command: 0x0547 });
    let held = 0;
    for (const value of values) {
      const answer = guest.program(F, 4, 2, value);
      const toggles = ((held ^ value) & 3) !== 0;
      const bit = bitOf((held ^ answer) & 0x0544, drawn);
      // Where no enable toggles the lost bit is a plain breach of CMD-001.
      if (bit !== undefined) guest.mustNotRead(answer ^ bit, toggles ? 'CMD-008' : 'CMD-001');
      held = answer;
    }
    guest.check(which);
  }),
);

test(
  'CMD-009: a byte write changes the bits of its byte',
  law(
    fc.tuple(
      fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 8 }),
      fc.nat(),
      fc.nat(),
    ),
    ([writes, drawn, which]) => {
      const { guest } = toggled({ command: 0x0547 });
      let held = 0;
      for (const [upper, byte] of writes) {
        held = (upper ? (held & 0x00ff) | (byte << 8) : (held & 0xff00) | byte) & 0x0547;
        guest.write(F, upper ? 5 : 4, 1, byte);
        expect(guest.read(F, 4, 2)).toBe(held);
        const bit = bitOf(upper ? 0x0047 : 0x0500, drawn) ?? 1;
        guest.mustNotRead(held ^ bit, 'CMD-009');
      }
      guest.check(which);
    },
  ),
);

test(
  'CMD-001, CMD-009, HDR-018: any writes of any width to Command and Status, never a false alarm',
  law(fc.tuple(endpointPlan(), many(part(), 20), fc.boolean()), ([plan, writes, known]) => {
    const guest = new Guest(new Machine([{ device: new Device(plan, 1), devfn: F }]));
    if (known) survey(guest, F);
    for (const { offset, width, data, via } of writes) {
      guest.via = via;
      guest.write(F, 4 + offset, width, data);
      guest.read(F, 4 + offset, width);
      guest.read(F, 4, 4);
    }
    guest.check(0);
  }),
);

test(
  'HDR-018: a dword write treats Command and Status each by its own rule',
  law(fc.tuple(fc.array(fc.tuple(word, word), { minLength: 1, maxLength: 6 }), fc.nat()), ([values, which]) => {
    const { guest } = toggled({ command: 0x0547 });
    let held = 0;
    for (const [upper, lower] of values) {
      guest.write(F, 4, 4, upper * 0x10000 + lower);
      const answer = guest.read(F, 4, 2);
      expect(answer).toBe(lower & 0x0547);
      // The whole write refused; while an enable toggles too, it is told from CMD-008 by the enable being lost as well.
      if (answer !== held) guest.mustNotRead(held, 'HDR-018');
      held = answer;
    }
    guest.check(which);
  }),
);

test(
  'CMD-003, CMD-004, CMD-005, CMD-006: each space decodes exactly while its enable is set',
  law(
    fc.tuple(
      fc.boolean(),
      anyHabits,
      fc.array(fc.integer({ min: 0, max: 7 }), { minLength: 1, maxLength: 8 }),
      fc.nat(),
    ),
    ([wide, habits, values, which]) => {
      const { guest, memory, port, choices } = bench([wide], habits);
      const hole = holeOf(habits);
      let held = 7;
      for (const value of values) {
        guest.program(F, 4, 2, value);
        const inMemory = guest.memoryRead(home(0).memory + BigInt(MARK), 4);
        expect(inMemory).toBe((value & 2) === 0 ? hole : memory[0]);
        if ((value & 2) === 0) guest.mustNotRead(memory[0]!, 'CMD-003');
        // Unless an enable was written, the register may have changed by itself.
        else if (((value ^ held) & 3) !== 0) guest.mustNotRead(hole, 'CMD-005', 'CMD-006');
        const atPort = guest.portRead(home(0).port + MARK, 4);
        expect(atPort).toBe((value & 1) === 0 ? 0xffffffff : port[0]);
        if ((value & 1) === 0) guest.mustNotRead(port[0]!, 'CMD-004');
        else if (((value ^ held) & 3) !== 0) guest.mustNotRead(0xffffffff, 'CMD-005', 'CMD-006');
        held = value;
      }
      guest.check(which, choices);
    },
  ),
);

test(
  'CMD-006: the enables change no BAR',
  law(
    fc.tuple(fc.array(fc.integer({ min: 0, max: 7 }), { minLength: 1, maxLength: 6 }), fc.nat(), fc.nat()),
    ([values, drawn, which]) => {
      const { guest, choices } = bench([true]);
      for (const value of values) {
        guest.write(F, 4, 2, value);
        for (const [offset, writable, now] of [
          [0x10, 0xffffc000, Number(home(0).memory) + 0xc],
          [0x14, 0xffffffff, 0],
          [0x18, 0xffffffc0, home(0).port + 1],
        ] as const) {
          expect(guest.read(F, offset, 4)).toBe(now);
          guest.mustNotRead((now ^ (bitOf(writable, drawn) ?? 0)) >>> 0, 'CMD-006');
        }
      }
      guest.check(which, choices);
    },
  ),
);

test(
  'CMD-002: after any reset every writable bit is 0',
  law(fc.tuple(command, word, fc.constantFrom('machine', 'flr'), fc.nat()), ([plan, value, kind, drawn]) => {
    const { guest, device } = toggled({ ...plan, express: true, command: plan.command & 0x0547 });
    guest.program(F, 4, 2, value);
    if (kind === 'flr') guest.write(F, 0x88, 2, 0xa810);
    else {
      guest.line('reset');
      device.reset('conventional');
    }
    guest.read(F, 0, 4);
    expect(guest.read(F, 4, 2)).toBe(0);
    const bit = bitOf(plan.command & 0x0547, drawn);
    if (bit !== undefined) guest.mustNotRead(bit, 'CMD-002');
    guest.check(0, { preassigned: 'off' });
  }),
);
