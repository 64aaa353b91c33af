/** Power management: PMCSR, what a function does outside D0, and the way back. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bench, holeOf, home, mark, MARK, place } from './support/decode.ts';
import { anyHabits } from './support/draw.ts';
import { bitOf, law, part } from './support/law.ts';

const F = place(0);

test(
  'PM-001, PM-002: PowerState takes D0 and D3hot, and nothing else of PMCSR can be written',
  law(
    fc.tuple(fc.boolean(), fc.array(part(), { minLength: 1, maxLength: 8 }), fc.nat(), fc.nat()),
    ([noSoftReset, writes, drawn, which]) => {
      const { guest, choices } = bench([true], undefined, { power: { noSoftReset } });
      let state = 0;
      for (const { offset, width, data, via } of writes) {
        guest.via = via;
        const wanted = offset === 0 ? data % 4 : state;
        if (wanted === 0 || wanted === 3) state = wanted;
        guest.write(F, 0x44 + offset, width, data);
        const answer = guest.read(F, 0x44, 2);
        expect(answer).toBe(state + (noSoftReset ? 8 : 0));
        if (offset === 0 && (wanted === 1 || wanted === 2)) guest.mustNotRead((answer & ~3) | wanted, 'PM-002');
        // PME_En and the selects are free in a function without PME states; PME_Status is a status bit.
        const bit = bitOf(0x00fc & ((2 ** (8 * width) - 1) << (8 * offset)), drawn);
        if (bit !== undefined) guest.mustNotRead(answer ^ bit, 'PM-001', 'HDR-015');
      }
      guest.check(which, choices);
    },
  ),
);

test(
  'PM-001: the capabilities register ignores writes',
  law(fc.tuple(fc.array(part(), { minLength: 1, maxLength: 5 }), fc.nat(), fc.nat()), ([writes, drawn, which]) => {
    const { guest, choices } = bench([true], undefined, { power: { noSoftReset: true } });
    for (const { offset, width, data } of writes) {
      guest.write(F, 0x40 + offset, width, data);
      expect(guest.read(F, 0x42, 2)).toBe(3);
      const bit = bitOf(0xffff & Math.floor(((2 ** (8 * width) - 1) * 2 ** (8 * offset)) / 0x10000), drawn);
      if (bit !== undefined) guest.mustNotRead(3 ^ bit, 'PM-001');
    }
    guest.check(which, choices);
  }),
);

test(
  'PM-003, PM-004: outside D0 nothing decodes and the registers stay; back in D0 all is as before',
  law(
    fc.tuple(
      fc.boolean(),
      anyHabits,
      fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 7 })), { minLength: 1, maxLength: 6 }),
      fc.nat(),
      fc.nat(),
    ),
    ([wide, habits, steps, drawn, which]) => {
      const { guest, memory, port, choices } = bench([wide], habits, { power: { noSoftReset: true } });
      let command = 7;
      let asleep = false;
      for (const [sleeps, value] of steps) {
        const woke = asleep && !sleeps;
        const fell = !asleep && sleeps;
        asleep = sleeps;
        guest.program(F, 0x44, 2, sleeps ? 3 : 0);
        expect(guest.read(F, 4, 2)).toBe(command);
        const bit = bitOf(0x7, drawn) ?? 1;
        if (woke) guest.mustNotRead(command ^ bit, 'PM-004');
        if (fell) guest.mustNotRead(command ^ bit, 'PM-003');
        expect(guest.memoryRead(home(0).memory + BigInt(MARK), 4)).toBe(
          !asleep && (command & 2) !== 0 ? memory[0] : holeOf(habits),
        );
        if (asleep && (command & 2) !== 0) guest.mustNotRead(memory[0]!, 'PM-003');
        // Command may have been written too since the BAR was last seen.
        if (woke && (command & 2) !== 0) guest.mustNotRead(holeOf(habits), 'PM-004', 'MAP-011', 'CMD-005', 'CMD-006');
        expect(guest.portRead(home(0).port + MARK, 4)).toBe(!asleep && (command & 1) !== 0 ? port[0] : 0xffffffff);
        if (asleep && (command & 1) !== 0) guest.mustNotRead(port[0]!, 'PM-003');
        // Command can be written in D3hot too.
        command = guest.program(F, 4, 2, value);
      }
      guest.check(which, choices);
    },
  ),
);

test(
  'PM-005: without No_Soft_Reset each register has its old or its reset value after D3hot',
  law(
    fc.tuple(
      anyHabits,
      fc.record({ command: fc.boolean(), bar: fc.boolean(), line: fc.boolean(), io: fc.boolean() }),
      fc.integer({ min: 1, max: 7 }),
      fc.nat(),
      fc.nat(),
    ),
    ([habits, resets, value, drawn, which]) => {
      const { guest, devices, memory, choices } = bench(
        [false],
        { ...habits, wake: 'keep' },
        { power: { noSoftReset: false } },
      );
      const { registers } = devices[0]!;
      guest.program(F, 4, 2, value);
      guest.program(F, 0x3c, 1, 0x0b);
      guest.program(F, 0x44, 2, 3);
      guest.write(F, 0x44, 2, 0);
      if (resets.command) registers.poke(4, 2, 0);
      if (resets.bar) registers.poke(0x10, 4, 0);
      if (resets.io) registers.poke(0x18, 4, 1);
      if (resets.line) registers.poke(0x3c, 1, 0);
      guest.read(F, 0x44, 2);
      const command = guest.read(F, 4, 2);
      const bit = bitOf(7 & ~value, drawn);
      if (bit !== undefined) guest.mustNotRead(command | bit, 'PM-005');
      const bar = guest.read(F, 0x10, 4);
      guest.mustNotRead(0xd1230000, 'PM-005');
      expect(bar).toBe(resets.bar ? 0 : Number(home(0).memory));
      guest.read(F, 0x18, 4);
      guest.read(F, 0x3c, 1);
      // A read pins what was open.
      guest.read(F, 4, 2);
      guest.read(F, 0x10, 4);
      if (!resets.bar && (command & 2) !== 0)
        expect(guest.memoryRead(home(0).memory + BigInt(MARK), 4)).toBe(memory[0]);
      guest.program(F, 0x10, 4, 0xc8000000);
      guest.program(F, 4, 2, 7);
      expect(mark(guest, 0xc8000000n + BigInt(MARK))).toBe(memory[0]);
      guest.check(which, choices);
    },
  ),
);

test(
  'PM-005: two registers of one dword have each its old or its reset value',
  law(
    fc.tuple(fc.integer({ min: 1, max: 255 }), fc.integer({ min: 1, max: 255 }), fc.boolean(), fc.boolean()),
    ([size, timer, one, other]) => {
      const { guest, devices, choices } = bench([false], undefined, { latency: 0xff, power: { noSoftReset: false } });
      for (const value of [0xffff, 0, timer * 0x100 + size]) guest.program(F, 0x0c, 2, value);
      guest.program(F, 0x44, 2, 3);
      guest.program(F, 0x44, 2, 0);
      if (one) devices[0]!.registers.poke(0x0c, 1, 0);
      if (other) devices[0]!.registers.poke(0x0d, 1, 0);
      guest.read(F, 0x0c, 4);
      guest.check(0, choices);
    },
  ),
);
