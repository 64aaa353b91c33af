/** Where BARs decode: moves, halves, address zero, the top of the address space, RAM. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assign, bench, holeOf, home, MARK, mark, place, placeMemory } from './support/decode.ts';
import { anyHabits } from './support/draw.ts';
import { law, many } from './support/law.ts';
import { USUAL } from './support/machine.ts';

const F = place(0);
const offset = BigInt(MARK);

/** Free places for the memory BAR, below and above 4 GiB. */
const anyAddress = fc
  .tuple(fc.boolean(), fc.integer({ min: 0, max: 31 }))
  .map(([high, n]) => (high ? 0x8c0000000n : 0xc8000000n) + BigInt(n) * 0x4000n);
const lowAddress = fc.integer({ min: 0, max: 31 }).map((n) => 0xc8000000n + BigInt(n) * 0x4000n);
const anyPort = fc.integer({ min: 0, max: 31 }).map((n) => 0xd000 + 0x40 * n);

test(
  'BAR-019, MAP-001: after a move with decoding off the BAR is at its new place and nowhere else',
  law(
    fc.tuple(fc.boolean(), anyHabits, fc.array(anyAddress, { minLength: 1, maxLength: 6 }), fc.nat()),
    ([wide, habits, addresses, which]) => {
      const { guest, devices, memory, choices } = bench([wide], habits);
      let old = home(0).memory;
      for (const drawn of addresses) {
        const address = wide ? drawn : (drawn & 0xfffffffn) + 0xc0000000n;
        guest.program(F, 4, 2, 4);
        placeMemory(guest, devices[0]!, F, address);
        guest.program(F, 4, 2, 7);
        expect(mark(guest, address + offset)).toBe(memory[0]);
        if (old !== address) {
          expect(guest.memoryRead(old + offset, 4)).toBe(holeOf(habits));
          guest.mustNotRead(memory[0]!, 'MAP-001');
        }
        guest.memoryRead(address + offset, 4);
        old = address;
      }
      guest.check(which, choices);
    },
  ),
);

test(
  'BAR-019: the first read at the new place is the device',
  law(fc.tuple(fc.boolean(), anyHabits, anyAddress, fc.boolean()), ([wide, habits, drawn, toggled]) => {
    const { guest, devices, memory, choices } = bench([wide], habits);
    const address = wide ? drawn : (drawn & 0xfffffffn) + 0xc0000000n;
    guest.program(F, 4, 2, toggled ? 0 : 5);
    placeMemory(guest, devices[0]!, F, address);
    guest.program(F, 4, 2, 7);
    expect(guest.memoryRead(address + offset, 4)).toBe(memory[0]);
    guest.mustNotRead(holeOf(habits), 'BAR-019');
    guest.check(0, choices);
  }),
);

test(
  'BAR-014, BAR-011, MAP-001: a BAR that is written while it decodes moves at once, half by half',
  law(
    fc.tuple(
      fc.boolean(),
      anyHabits,
      fc.array(fc.tuple(fc.boolean(), anyAddress), { minLength: 1, maxLength: 6 }),
      fc.nat(),
    ),
    ([wide, habits, moves, which]) => {
      const { guest, memory, choices } = bench([wide], habits);
      let now = home(0).memory;
      for (const [high, drawn] of moves) {
        const before = now;
        if (wide && high) {
          now = ((drawn >> 32n) << 32n) | (now & 0xffffffffn);
          guest.write(F, 0x14, 4, Number(drawn >> 32n));
        } else {
          now = ((now >> 32n) << 32n) | ((drawn & 0xfffffffn) + 0xc0000000n);
          guest.write(F, 0x10, 4, Number(now & 0xffffffffn));
        }
        if (now === before) continue;
        expect(guest.memoryRead(now + offset, 4)).toBe(memory[0]);
        guest.mustNotRead(holeOf(habits), ...(wide ? ['BAR-011'] : ['BAR-014']));
        guest.memoryRead(now + offset, 4);
        expect(guest.memoryRead(before + offset, 4)).toBe(holeOf(habits));
        // The low half of an address above 4 GiB is where BAR-009 says that nothing answers.
        guest.mustNotRead(memory[0]!, 'MAP-001', ...((before ^ now) % 2n ** 32n === 0n ? ['BAR-009'] : []));
      }
      guest.check(which, choices);
    },
  ),
);

test(
  'BAR-009: a BAR above 4 GiB does not answer at the low half of its address',
  law(fc.tuple(anyHabits, fc.integer({ min: 0, max: 31 })), ([habits, n]) => {
    const { guest, devices, memory, choices } = bench([true], habits);
    const address = 0x8c8000000n + BigInt(n) * 0x4000n;
    guest.program(F, 4, 2, 4);
    placeMemory(guest, devices[0]!, F, address);
    guest.program(F, 4, 2, 7);
    mark(guest, address + offset);
    expect(guest.memoryRead((address & 0xffffffffn) + offset, 4)).toBe(holeOf(habits));
    guest.mustNotRead(memory[0]!, 'BAR-009');
    guest.check(0, choices);
  }),
);

test(
  'BAR-014, BAR-019, MAP-001: I/O BARs move as memory BARs do',
  law(
    fc.tuple(fc.array(fc.tuple(fc.boolean(), anyPort), { minLength: 1, maxLength: 6 }), fc.nat()),
    ([moves, which]) => {
      const { guest, port, choices } = bench([false]);
      let old = home(0).port;
      for (const [live, address] of moves) {
        if (!live) guest.program(F, 4, 2, 6);
        guest.program(F, 0x18, 4, address);
        if (!live) guest.program(F, 4, 2, 7);
        if (address === old) continue;
        expect(guest.portRead(address + MARK, 4)).toBe(port[0]);
        guest.mustNotRead(0xffffffff, live ? 'BAR-014' : 'BAR-019');
        guest.portRead(address + MARK, 4);
        expect(guest.portRead(old + MARK, 4)).toBe(0xffffffff);
        guest.mustNotRead(port[0]!, 'MAP-001');
        old = address;
      }
      guest.check(which, choices);
    },
  ),
);

test(
  'BAR-017: a BAR at address 0 decodes or not, as the host does it, and its register reads 0',
  law(
    fc.tuple(fc.boolean(), fc.constantFrom('decode' as const, 'skip' as const), fc.boolean()),
    ([wide, zeroBar, stated]) => {
      const habits = { ...USUAL, zeroBar };
      const { guest, port, choices } = bench([wide], habits);
      guest.program(F, 4, 2, 4);
      expect(guest.program(F, 0x18, 4, 0)).toBe(1);
      guest.mustNotRead(home(0).port + 1, 'BAR-017', 'BAR-005');
      guest.program(F, 4, 2, 7);
      expect(guest.portRead(MARK, 4)).toBe(zeroBar === 'skip' ? 0xffffffff : port[0]);
      guest.check(0, stated ? choices : {});
      if (!stated || zeroBar === 'decode') return;
      guest.mustNotRead(port[0]!, 'BAR-017');
      guest.check(1, choices);
    },
  ),
);

test(
  'BAR-018: a BAR at the top of the address space decodes there or not at all',
  law(
    fc.tuple(fc.boolean(), anyHabits, fc.boolean(), fc.boolean(), fc.constantFrom(4, 0x100, 0x7fc)),
    ([wide, habits, live, stated, below]) => {
      const { guest, memory, choices } = bench([wide], habits);
      if (!live) guest.program(F, 4, 2, 4);
      if (wide) guest.program(F, 0x14, 4, 0xffffffff);
      guest.program(F, 0x10, 4, 0xffffffff);
      if (!live) guest.program(F, 4, 2, 7);
      const top = (wide ? 2n ** 64n - 0x4000n : 2n ** 32n - 0x1000n) + offset;
      const skips = habits.topBar === 'skip';
      expect(guest.memoryRead(top, 4)).toBe(skips ? holeOf(habits) : memory[0]);
      if (stated) guest.mustNotRead(skips ? memory[0]! : holeOf(habits), 'BAR-018');
      // No wrap to low addresses.
      guest.memoryRead(offset + BigInt(below), 4);
      guest.check(0, stated ? choices : { hole: habits.hole });
    },
  ),
);

test(
  'BAR-015, BAR-014: sizing with decoding on and restoring leaves everything as it was',
  law(fc.tuple(fc.boolean(), anyHabits, fc.boolean()), ([wide, habits, again]) => {
    const { guest, memory, port, choices } = bench([wide], habits);
    for (const register of wide ? [0x10, 0x14, 0x18] : [0x10, 0x18]) guest.size(F, register);
    if (again) guest.program(F, 4, 2, 7);
    expect(guest.memoryRead(home(0).memory + offset, 4)).toBe(memory[0]);
    guest.mustNotRead(holeOf(habits), 'MAP-011', 'MAP-006');
    expect(guest.portRead(home(0).port + MARK, 4)).toBe(port[0]);
    guest.mustNotRead(0xffffffff, 'MAP-011');
    guest.check(0, choices);
    guest.check(1, choices);
  }),
);

test(
  'BAR-021, MAP-003: over RAM the RAM answers or the device, and the register keeps what was written',
  law(
    fc.tuple(fc.constantFrom('ram', 'device', 'undecoded'), lowAddress, fc.boolean(), fc.nat()),
    ([winner, away, live, which]) => {
      const { guest, devices, memory, choices } = bench([false]);
      const ram = 0x10000000n;
      const content = 0x3c3c4d4d;
      const line = (value: bigint | number) =>
        guest.line(`read memory 0x${(ram + offset).toString(16)} 4 -> 0x${value.toString(16)}`);
      guest.line(`write memory 0x${(ram + offset).toString(16)} 4 <- 0x${content.toString(16)}`);
      line(content);
      line(content);
      line(content);
      if (!live) guest.program(F, 4, 2, 5);
      guest.program(F, 0x10, 4, Number(ram));
      guest.mustNotRead(Number(home(0).memory), 'BAR-021');
      if (!live) guest.program(F, 4, 2, 7);
      line(winner === 'device' ? memory[0]! : content);
      guest.mustNotRead(0x01020304, 'MAP-003');
      expect(guest.memoryRead(home(0).memory + offset, 4)).toBe(0xffffffffn);
      guest.mustNotRead(memory[0]!, 'BAR-021');
      placeMemory(guest, devices[0]!, F, away);
      line(content);
      expect(guest.memoryRead(away + offset, 4)).toBe(memory[0]);
      guest.check(which, choices);
    },
  ),
);

test(
  'BAR-011, BAR-014, BAR-019, MAP-001, MAP-011: any walk of one function over the address space, never a false alarm',
  law(
    fc.tuple(
      fc.boolean(),
      anyHabits,
      many(
        fc.oneof(
          fc.record({ kind: fc.constant('command' as const), value: fc.integer({ min: 0, max: 7 }) }),
          fc.record({
            kind: fc.constant('low' as const),
            value: fc.oneof(lowAddress, fc.constantFrom(0n, 0xffffffffn, 0xfffff000n)),
          }),
          fc.record({ kind: fc.constant('high' as const), value: fc.constantFrom(0n, 8n, 9n, 0xffffffffn) }),
          fc.record({
            kind: fc.constant('port' as const),
            value: fc.oneof(anyPort.map(BigInt), fc.constantFrom(0n, 0xffffffffn, 0xffc0n)),
          }),
          fc.record({ kind: fc.constant('probe' as const), value: anyAddress }),
          fc.record({ kind: fc.constant('write' as const), value: anyAddress }),
        ),
        30,
      ),
      fc.boolean(),
    ),
    ([wide, habits, steps, stated]) => {
      const { guest, devices, choices } = bench([wide], habits);
      for (const { kind, value } of steps) {
        if (kind === 'command') guest.program(F, 4, 2, value);
        if (kind === 'low') guest.program(F, 0x10, 4, Number(value));
        if (kind === 'high') guest.program(F, 0x14, 4, Number(value));
        if (kind === 'port') guest.program(F, 0x18, 4, Number(value));
        if (kind === 'probe') guest.memoryRead(value + offset, 4);
        if (kind === 'write') guest.memoryWrite(devices[0]!.base(0) + offset + 8n, 4, value & 0xffffffffn);
        const base = devices[0]!.base(0);
        if (base !== 0n) guest.memoryRead(base + offset, 4);
        const ports = devices[0]!.base(2);
        if (ports < 0x10000n && ports > 0n) guest.portRead(Number(ports) + MARK, 4);
        guest.memoryRead(home(0).memory + offset, 4);
      }
      guest.check(0, stated ? choices : {});
    },
    150,
  ),
);

test(
  'MAP-002: what nobody claims reads as a hole, at every width',
  law(
    fc.tuple(
      anyHabits,
      fc.constantFrom(1, 2, 4, 8),
      fc.integer({ min: 0, max: 0xfff }),
      fc.boolean(),
      fc.bigInt({ min: 1n, max: 0xfen }),
    ),
    ([habits, width, n, port, byte]) => {
      const { guest, choices, devices } = bench([true], habits);
      assign(guest, devices[0]!, F, home(0).memory, home(0).port);
      const ones = 2n ** BigInt(8 * width) - 1n;
      const size = Math.min(width, 4);
      if (port) {
        expect(guest.portRead(0xe000 + n - (n % size), size)).toBe(2 ** (8 * size) - 1);
        guest.mustNotRead(byte, 'MAP-002');
      } else {
        const address = 0xd8000000n + BigInt(n * 8);
        guest.memoryWrite(address, width, byte);
        expect(guest.memoryRead(address, width)).toBe(habits.hole === 'zero' ? 0n : ones);
        guest.mustNotRead(byte, 'MAP-002');
      }
      guest.check(0, { ...choices, preassigned: 'off' });
    },
  ),
);
