/** Snapshots: whatever happens between save and restore, everything reads as it did when the machine was saved. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bench, home, MARK, place, placeMemory } from './support/decode.ts';
import type { Bench } from './support/decode.ts';
import { bitOf, dword, law, many, part } from './support/law.ts';
import { entryAt, F, programEntry, rig, setMask } from './support/msix.ts';

/** Registers of a function whose writable bits are known to all: Command, BAR 0, Interrupt Line. */
const REGISTERS = [0x04, 0x10, 0x3c] as const;

const writes = many(fc.tuple(fc.nat({ max: 1 }), fc.constantFrom(...REGISTERS), part()), 8);

function play(
  { guest }: Bench,
  steps: readonly (readonly [number, number, { offset: number; width: number; data: number }])[],
) {
  for (const [n, register, { offset, width, data }] of steps) {
    // Memory decoding at any address would lie over the ECAM window now and then.
    if (register === 0x10 || (register === 0x04 && offset > 1)) continue;
    guest.write(place(n), register + offset, width, data);
  }
}

test(
  'SNAP-001: for any writes before and after the snapshot, registers read as at the snapshot',
  law(
    fc.tuple(writes, writes, fc.integer({ min: 1, max: 3 }), fc.constantFrom(...REGISTERS), fc.nat(), fc.nat()),
    ([before, after, times, register, drawn, which]) => {
      const made = bench([false, true]);
      const { guest, machine } = made;
      play(made, before);
      const held = [0, 1].map((n) => REGISTERS.map((at) => guest.read(place(n), at, 4)));
      const goBack = machine.save();
      guest.line('save');
      for (let time = 0; time < times; time++) {
        play(made, after);
        goBack();
        guest.line('restore');
        for (const n of [0, 1]) {
          for (const [index, at] of REGISTERS.entries()) {
            expect(guest.read(place(n), at, 4)).toBe(held[n]![index]);
            const mask = at === register ? made.devices[n]!.registers.mask(at, 4) : 0;
            const bit = bitOf(mask, drawn);
            if (bit !== undefined) guest.mustNotRead((held[n]![index]! ^ bit) >>> 0, 'SNAP-001');
          }
        }
      }
      guest.check(which);
    },
  ),
);

test(
  'SNAP-001: entries of the MSI-X table read as at the snapshot',
  law(
    fc.tuple(
      fc.integer({ min: 1, max: 40 }),
      many(fc.tuple(fc.nat(), dword(), fc.boolean()), 6),
      many(fc.tuple(fc.nat(), dword(), fc.boolean()), 6),
      fc.nat(),
      fc.nat(),
    ),
    ([size, before, after, drawn, which]) => {
      const made = rig(size);
      const { guest, device } = made;
      const change = (steps: typeof before): void => {
        for (const [entry, data, mask] of steps) {
          programEntry(made, entry % size, 0xfee00000n, data);
          setMask(made, entry % size, mask);
        }
      };
      change(before);
      const goBack = device.save();
      guest.line('save');
      change(after);
      goBack();
      guest.line('restore');
      for (const [entry, data] of new Map(before.map(([one, data]) => [one % size, data]))) {
        expect(guest.memoryRead(entryAt(entry, 2), 4)).toBe(BigInt(data));
        guest.mustNotRead(BigInt((data ^ (1 << (drawn % 32))) >>> 0), 'SNAP-001');
      }
      guest.check(which);
    },
  ),
);

test(
  'SNAP-002: BARs decode where they did, moved before the snapshot or after it, enabled or about to be',
  law(
    fc.tuple(fc.boolean(), fc.boolean(), fc.boolean(), fc.nat({ max: 15 }), fc.nat({ max: 15 }), fc.nat()),
    ([wide, moved, enabled, first, second, which]) => {
      const made = bench([wide]);
      const { guest, machine, devices, memory } = made;
      const spot = (n: number): bigint => 0xd0000000n + 0x10000n * BigInt(n);
      const there = moved ? spot(first) : home(0).memory;
      if (moved) {
        guest.program(place(0), 4, 2, 4);
        placeMemory(guest, devices[0]!, place(0), there);
      }
      guest.program(place(0), 4, 2, enabled ? 7 : 4);
      const goBack = machine.save();
      guest.line('save');
      guest.program(place(0), 4, 2, 4);
      placeMemory(guest, devices[0]!, place(0), spot(16 + second));
      guest.program(place(0), 4, 2, 7);
      goBack();
      guest.line('restore');
      if (!enabled) {
        guest.memoryRead(there + BigInt(MARK), 4);
        guest.mustNotRead(memory[0]!, 'SNAP-002');
        guest.program(place(0), 4, 2, 7);
      }
      expect(guest.memoryRead(there + BigInt(MARK), 4)).toBe(memory[0]);
      guest.mustNotRead(0xffffffffn, 'SNAP-002');
      guest.memoryRead(spot(16 + second) + BigInt(MARK), 4);
      guest.check(which, { hole: 'ones' });
    },
  ),
);

test(
  'SNAP-003: a vector that was masked at the snapshot sends nothing after the restore',
  law(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.nat(), fc.boolean(), fc.nat()), ([size, drawn, masked, which]) => {
    const made = rig(size);
    const { guest, device } = made;
    const entry = drawn % size;
    programEntry(made, entry, 0xfee00000n, 0x4041);
    setMask(made, entry, masked);
    guest.program(F, 0x72, 2, 0x8000);
    const goBack = device.save();
    guest.line('save');
    setMask(made, entry, !masked);
    goBack();
    guest.line('restore');
    guest.read(F, 0x72, 2);
    if (masked) guest.mustNotHappen('message 0xfee00000 0x4041 00:04.0', 'SNAP-003');
    else guest.line('message 0xfee00000 0x4041 00:04.0');
    guest.check(which);
  }),
);
