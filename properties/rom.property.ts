/** Expansion ROM: its register, and where it decodes. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bench, home, holeOf, mark, MARK, place, survey } from './support/decode.ts';
import { Device } from './support/device.ts';
import { anyHabits, plainPlan } from './support/draw.ts';
import { Guest } from './support/guest.ts';
import { bitOf, dword, law, part } from './support/law.ts';
import { Machine } from './support/machine.ts';

const F = place(0);
const anySize = fc.integer({ min: 11, max: 24 }).map((log2) => 2 ** log2);
const anyAddress = fc.integer({ min: 0, max: 15 }).map((n) => 0xd0000000 + n * 0x10000);

function sized(rom: number): Guest {
  const guest = new Guest(new Machine([{ device: new Device(plainPlan([], { rom }), 1), devfn: F }]));
  survey(guest, F);
  return guest;
}

test(
  'ROM-001: the register reads (V & ~(size - 1)) | (V & 1) whatever is written',
  law(
    fc.tuple(anySize, fc.array(part(), { minLength: 1, maxLength: 8 }), fc.nat(), fc.nat()),
    ([size, writes, drawn, which]) => {
      const guest = sized(size);
      const bytes = [0, 0, 0, 0];
      for (const { offset, width, data, via } of writes) {
        guest.via = via;
        for (let byte = 0; byte < width; byte++) bytes[offset + byte] = (data >>> (8 * byte)) & 0xff;
        const merged = bytes.reduceRight((sum, byte) => sum * 256 + byte, 0);
        guest.write(F, 0x30 + offset, width, data);
        const answer = guest.read(F, 0x30, 4);
        expect(answer).toBe(merged - (merged % size) + (merged & 1));
        // Bits 7:1 may have a meaning in newer revisions.
        const bit = bitOf(0xffffff01, drawn) ?? 1;
        guest.mustNotRead((answer ^ bit) >>> 0, 'ROM-001');
      }
      guest.check(which);
    },
  ),
);

test(
  'ROM-001: each pattern that sizes a ROM gives the same size',
  law(
    fc.tuple(anySize, fc.shuffledSubarray([0xffffffff, 0xfffff800, 0xfffffffe, 0xffffff00], { minLength: 1 })),
    ([size, patterns]) => {
      const guest = sized(size);
      for (const pattern of patterns) {
        expect(guest.program(F, 0x30, 4, pattern)).toBe(0x100000000 - size + (pattern & 1));
        guest.program(F, 0x30, 4, 0);
      }
      guest.check(0);
    },
  ),
);

test(
  'ROM-005: without a ROM the register reads 0',
  law(fc.tuple(fc.array(dword(), { minLength: 1, maxLength: 6 }), fc.nat(), fc.nat()), ([values, drawn, which]) => {
    const guest = sized(0);
    for (const value of values) {
      expect(guest.program(F, 0x30, 4, value)).toBe(0);
      const bit = bitOf(value, drawn);
      if (bit !== undefined) guest.mustNotRead(bit, 'ROM-005');
    }
    guest.check(which);
  }),
);

test(
  'ROM-002, ROM-006: the ROM decodes where its register says, while its own enable and that of memory are set',
  law(
    fc.tuple(
      anyHabits,
      fc.array(fc.tuple(fc.boolean(), fc.boolean(), fc.option(anyAddress, { nil: undefined })), {
        minLength: 1,
        maxLength: 8,
      }),
      fc.nat(),
    ),
    ([habits, steps, which]) => {
      const { guest, memory, choices } = bench([false], habits, { rom: 0x10000 });
      const hole = holeOf(habits);
      let address = 0xd0f00000;
      guest.program(F, 0x30, 4, address + 1);
      const content = mark(guest, BigInt(address));
      let [own, command] = [true, true];
      let seen = address;
      for (const [nextOwn, nextCommand, next] of steps) {
        const wasOn = own && command;
        const sameCommand = command === nextCommand;
        const sameAddress = next === undefined || next === address;
        const old = address;
        if (!sameCommand) guest.program(F, 4, 2, nextCommand ? 7 : 5);
        address = next ?? address;
        guest.program(F, 0x30, 4, address + (nextOwn ? 1 : 0));
        [own, command] = [nextOwn, nextCommand];
        const on = own && command;
        expect(guest.memoryRead(BigInt(address), 4)).toBe(on ? content : hole);
        if (!on) guest.mustNotRead(content, command ? 'ROM-002' : 'CMD-003');
        // It is not where it was last seen, or its own enable was off meanwhile. Only the enable of memory: CMD-006.
        else if (seen !== address) guest.mustNotRead(hole, 'ROM-006', 'ROM-002');
        else if (!wasOn && sameCommand) guest.mustNotRead(hole, 'ROM-002');
        if (on) guest.memoryRead(BigInt(address), 4);
        if (on) seen = address;
        if (!sameAddress && wasOn && on) {
          expect(guest.memoryRead(BigInt(old), 4)).toBe(hole);
          guest.mustNotRead(content, 'MAP-001');
        }
        const inBar = guest.memoryRead(home(0).memory + BigInt(MARK), 4);
        expect(inBar).toBe(command ? memory[0] : hole);
      }
      guest.check(which, choices);
    },
  ),
);

test(
  'ROM-004: writes through the ROM change nothing',
  law(fc.tuple(anyAddress, fc.array(dword(), { minLength: 1, maxLength: 4 }), fc.nat()), ([address, values, which]) => {
    const { guest, choices } = bench([false], undefined, { rom: 0x10000 });
    guest.program(F, 0x30, 4, address + 1);
    const content = mark(guest, BigInt(address));
    for (const value of values) {
      guest.memoryWrite(BigInt(address), 4, BigInt(value));
      expect(guest.memoryRead(BigInt(address), 4)).toBe(content);
      if (BigInt(value) !== content) guest.mustNotRead(value, 'ROM-004');
    }
    guest.check(which, choices);
  }),
);
