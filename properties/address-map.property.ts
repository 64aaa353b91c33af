/** Several functions in one address space: overlaps, their end, and decoding as a function of registers alone. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bench, holeOf, home, MARK, mark, place } from './support/decode.ts';
import { anyHabits } from './support/draw.ts';
import { law, many } from './support/law.ts';
import { USUAL } from './support/machine.ts';
import type { Habits } from './support/machine.ts';

const offset = BigInt(MARK);

/** Few places, so that functions meet: pages of 4 KiB, of which a BAR of 16 KiB covers four. */
const spot = fc.integer({ min: 0, max: 7 }).map((n) => 0xc8000000n + BigInt(n) * 0x1000n);

function write(address: bigint): number {
  return Number(address & 0xffffffffn);
}

test(
  'MAP-004: a BAR may be put over that of another function, and both registers keep their values',
  law(fc.tuple(fc.boolean(), fc.boolean(), spot, fc.boolean(), fc.nat()), ([one, other, target, live, which]) => {
    const { guest, choices, devices } = bench([one, other]);
    const size = (wide: boolean) => (wide ? 0x4000n : 0x1000n);
    for (const [n, wide] of [one, other].entries()) {
      if (!live) guest.program(place(n), 4, 2, 4);
      guest.write(place(n), 0x10, 4, write(target));
      const value = Number(target & ~(size(wide) - 1n)) + (wide ? 0xc : 0);
      expect(guest.read(place(n), 0x10, 4)).toBe(value);
      // The second one is refused because the first is there.
      if (n === 1 && live) guest.mustNotRead(write(home(1).memory) + (wide ? 0xc : 0), 'MAP-004');
    }
    expect(guest.read(place(0), 0x10, 4)).toBe(Number(devices[0]!.base(0)) + (one ? 0xc : 0));
    guest.mustNotRead(write(home(0).memory) + (one ? 0xc : 0), 'MAP-004', 'BAR-005', 'BAR-014', 'HDR-019', 'BAR-003');
    guest.check(which, choices);
  }),
);

test(
  'MAP-005: inside an overlap one claimant answers or a hole, and never anything else',
  law(
    fc.tuple(anyHabits, fc.boolean(), fc.integer({ min: 1, max: 0xfffffffe }), fc.boolean()),
    ([habits, wide, other, stated]) => {
      const { guest, memory, choices } = bench([wide, false], habits);
      guest.program(place(1), 0x10, 4, write(home(0).memory));
      const answer = guest.memoryRead(home(0).memory + offset, 4);
      expect([...memory, holeOf(habits)]).toContain(answer);
      if (!memory.includes(BigInt(other))) guest.mustNotRead(other, 'MAP-005');
      guest.check(0, stated ? choices : {});
    },
  ),
);

test(
  'MAP-006: when one of two overlapping regions goes, the other answers everywhere',
  law(
    fc.tuple(anyHabits, fc.boolean(), fc.constantFrom('move', 'command', 'move off'), fc.boolean(), spot, fc.boolean()),
    ([habits, wide, how, probed, away, both]) => {
      const { guest, memory, choices } = bench([wide, false], habits);
      guest.program(place(1), 0x10, 4, write(home(0).memory));
      if (probed) guest.memoryRead(home(0).memory + offset, 4);
      if (how !== 'move') guest.program(place(1), 4, 2, both ? 4 : 5);
      if (how !== 'command') guest.program(place(1), 0x10, 4, write(away));
      if (how === 'move off') guest.program(place(1), 4, 2, 7);
      expect(guest.memoryRead(home(0).memory + offset, 4)).toBe(memory[0]);
      // An answer inside the overlap may have been that of the other function: then nothing tells any more.
      if (!probed) guest.mustNotRead(holeOf(habits), 'MAP-006');
      if (how !== 'command') expect(guest.memoryRead(away + offset, 4)).toBe(memory[1]);
      guest.check(0, choices);
    },
  ),
);

type Step = { kind: 'command' | 'move' | 'high' | 'probe' | 'port'; n: number; value: bigint };

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('command' as const, 'move' as const, 'high' as const, 'probe' as const, 'port' as const),
  n: fc.integer({ min: 0, max: 2 }),
  value: fc.oneof(spot, fc.bigInt({ min: 0n, max: 7n })),
});

/** Walks three functions over few addresses, and probes what each step says. */
function walk(widths: readonly boolean[], habits: Habits, steps: readonly Step[]): ReturnType<typeof bench> {
  const made = bench(widths, habits);
  const { guest } = made;
  for (const { kind, n, value } of steps) {
    const f = place(n);
    if (kind === 'command') guest.program(f, 4, 2, Number(value % 8n));
    if (kind === 'move') guest.program(f, 0x10, 4, write(value));
    if (kind === 'high') guest.program(f, 0x14, 4, Number(value % 2n) * 8);
    if (kind === 'port') guest.program(f, 0x18, 4, 0xd000 + Number(value % 8n) * 0x40);
    if (kind === 'probe') {
      guest.memoryRead(0xc8000000n + (value % 8n) * 0x1000n + offset, 4);
      guest.portRead(0xd000 + Number(value % 8n) * 0x40 + MARK, 4);
      guest.memoryRead(home(n).memory + offset, 4);
    }
  }
  return made;
}

test(
  'MAP-001, MAP-004, MAP-005, MAP-006, MAP-011: any walk of three functions over each other, never a false alarm',
  law(
    fc.tuple(fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }), anyHabits, many(step, 30), fc.boolean()),
    ([widths, habits, steps, stated]) => {
      const { guest, choices } = walk(widths, habits, steps);
      guest.check(0, stated ? choices : {});
    },
    200,
  ),
);

test(
  'MAP-011: who answers depends on the registers, not on how they came to hold what they hold',
  law(
    fc.tuple(fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }), many(step, 12), spot, fc.boolean(), fc.nat()),
    ([widths, steps, target, restored, which]) => {
      const { guest, devices, memory, choices } = walk(widths, USUAL, steps);
      // Whatever happened, each function gets a place of its own.
      for (const n of devices.keys()) {
        guest.program(place(n), 4, 2, 4);
        if (widths[n]) guest.program(place(n), 0x14, 4, 0);
        guest.program(place(n), 0x10, 4, write(restored ? home(n).memory : (target & ~0x3fffn) + BigInt(n) * 0x4000n));
      }
      for (const n of devices.keys()) guest.program(place(n), 4, 2, 6);
      for (const [n, device] of devices.entries()) {
        const address = device.base(0) + offset;
        const [first, second, third] = memory;
        expect(mark(guest, address)).toBe([first, second, third][n]);
        guest.program(place(n), 4, 2, 4);
        expect(guest.memoryRead(address, 4)).toBe(0xffffffffn);
        guest.mustNotRead(memory[n]!, 'CMD-003');
        guest.program(place(n), 4, 2, 6);
        expect(guest.memoryRead(address, 4)).toBe(memory[n]);
        guest.mustNotRead(0xffffffff, 'CMD-006');
      }
      guest.check(which, choices);
    },
  ),
);
