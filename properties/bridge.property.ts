/** Bridges: what their registers hold, and which addresses they let through. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MARK, mark, holeOf } from './support/decode.ts';
import { anyHabits } from './support/draw.ts';
import { at } from './support/guest.ts';
import { bitCount, bitOf, dword, law, many, part } from './support/law.ts';
import type { Habits } from './support/machine.ts';
import { BRIDGE, grown, HOMES, places, PORT } from './support/tree.ts';
import type { Tree } from './support/tree.ts';

const offset = BigInt(MARK);
const choices = (habits: Habits) => ({ hole: habits.hole, zero_bar: habits.zeroBar, top_bar: habits.topBar });

test(
  'BRG-001: the bus numbers are bytes that can be written; the secondary latency timer of a port reads 0',
  law(fc.tuple(fc.array(part(), { minLength: 1, maxLength: 6 }), fc.nat(), fc.nat()), ([writes, drawn, which]) => {
    const { guest } = grown();
    const bytes = [0, 1, 1, 0];
    for (const { offset: from, width, data, via } of writes) {
      guest.via = via;
      for (let byte = 0; byte < width; byte++) if (from + byte < 3) bytes[from + byte] = (data >>> (8 * byte)) & 0xff;
      guest.write(PORT, 0x18 + from, width, data);
      const answer = guest.read(PORT, 0x18, 4);
      expect(answer).toBe(bytes[0]! + bytes[1]! * 0x100 + bytes[2]! * 0x10000);
      const bit = bitOf((2 ** (8 * width) - 1) * 2 ** (8 * from), drawn) ?? 1;
      guest.mustNotRead((answer ^ bit) >>> 0, 'BRG-001');
    }
    guest.check(which);
  }),
);

test(
  'BRG-002, BRG-003, BRG-004: windows read back (V & address bits) | type, at every width',
  law(
    fc.tuple(
      fc.array(
        fc.tuple(
          fc.constantFrom(
            { register: 0x20, writable: 0xfff0fff0, type: 0, rule: 'BRG-002' },
            { register: 0x24, writable: 0xfff0fff0, type: 0x00010001, rule: 'BRG-003' },
            { register: 0x28, writable: 0xffffffff, type: 0, rule: 'BRG-003' },
            { register: 0x2c, writable: 0xffffffff, type: 0, rule: 'BRG-003' },
            { register: 0x30, writable: 0xffffffff, type: 0, rule: 'BRG-004' },
          ),
          part(),
        ),
        { minLength: 1, maxLength: 8 },
      ),
      fc.boolean(),
      fc.nat(),
      fc.nat(),
    ),
    ([writes, port, drawn, which]) => {
      const { guest } = grown();
      const f = port ? PORT : BRIDGE;
      const held = new Map<number, number>();
      for (const [{ register, writable, type, rule }, { offset: from, width, data, via }] of writes) {
        guest.via = via;
        const before = held.get(register) ?? guest.read(f, register, 4);
        const lanes = (2 ** (8 * width) - 1) * 2 ** (8 * from);
        const merged = BigInt.asUintN(32, (BigInt(before) & ~BigInt(lanes)) | (BigInt(data) * BigInt(2 ** (8 * from))));
        const value = Number((merged & BigInt(writable)) | BigInt(type));
        guest.write(f, register + from, width, data);
        expect(guest.read(f, register, 4)).toBe(value);
        held.set(register, value);
        const bit = bitOf(lanes, drawn);
        if (bit !== undefined) guest.mustNotRead((value ^ bit) >>> 0, rule);
      }
      guest.check(which);
    },
  ),
);

test(
  'BRG-004: I/O base and limit read back (V & 0xf0f0) | 0x0101',
  law(
    fc.tuple(fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 1, maxLength: 6 }), fc.nat(), fc.nat()),
    ([values, drawn, which]) => {
      const { guest } = grown();
      for (const value of values) {
        const answer = guest.program(PORT, 0x1c, 2, value);
        expect(answer).toBe((value & 0xf0f0) | 0x0101);
        guest.mustNotRead(answer ^ (bitOf(0xffff, drawn) ?? 1), 'BRG-004');
      }
      guest.check(which);
    },
  ),
);

test(
  'BRG-010: reserved bits of the Bridge Control of a port read 0',
  law(
    fc.tuple(
      fc.array(
        fc.integer({ min: 0, max: 0xffff }).map((value) => value & ~0x40),
        { minLength: 1, maxLength: 6 },
      ),
      fc.nat(),
      fc.nat(),
    ),
    ([values, drawn, which]) => {
      const { guest } = grown();
      guest.program(PORT, 0x3e, 2, 0xffbf);
      guest.program(PORT, 0x3e, 2, 0);
      for (const value of values) {
        const answer = guest.program(PORT, 0x3e, 2, value);
        expect(answer).toBe(value & 0x1f);
        const bit = bitOf(0x0fbf, drawn) ?? 1;
        // The four uppermost bits are reserved in bridges of every kind (HDR-015).
        guest.mustNotRead(answer ^ bit, 'BRG-010');
      }
      guest.check(which);
    },
  ),
);

test(
  'BRG-011: Secondary Status keeps ones until ones are written, and stores none',
  law(
    fc.tuple(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 63 }), fc.integer({ min: 0, max: 0xffff })), {
        minLength: 1,
        maxLength: 6,
      }),
      fc.nat(),
      fc.nat(),
    ),
    ([steps, drawn, which]) => {
      const { guest, port } = grown();
      let status = 0;
      for (const [happened, data] of steps) {
        status |= ((happened & 1) << 8) | ((happened >>> 1) << 11);
        port.device.registers.poke(0x1e, 2, status);
        guest.read(PORT, 0x1e, 2);
        guest.write(PORT, 0x1e, 2, data);
        const before = status;
        status &= ~data;
        expect(guest.read(PORT, 0x1e, 2)).toBe(status);
        const kept = bitOf(status, drawn);
        if (kept !== undefined) guest.mustNotRead(status ^ kept, 'HDR-016', 'BRG-011');
        const stored = data & ~before & 0xf900;
        // A few errors may have happened in the meantime; not four at once, and just those that were written.
        if (bitCount(stored) >= 4) guest.mustNotRead(status | stored, 'BRG-011');
      }
      guest.check(which);
    },
  ),
);

/** Reads the tell-tale registers of the three functions twice. */
function marks({ guest }: Tree): { memory: bigint[]; port: number[] } {
  return {
    memory: places().map(([, home]) => mark(guest, home.memory + offset)),
    port: places().map(([, home]) => {
      guest.portRead(home.port + MARK, 4);
      return guest.portRead(home.port + MARK, 4);
    }),
  };
}

const megabyte = fc.integer({ min: 0xbf0, max: 0xd10 });
const page = fc.integer({ min: 0xc, max: 0xf });

test(
  'BRG-002, BRG-005, BRG-007: a memory window lets [base << 20, limit << 20 | 0xfffff] through, and nothing when base > limit',
  law(
    fc.tuple(anyHabits, fc.array(fc.tuple(megabyte, megabyte), { minLength: 1, maxLength: 6 }), fc.nat()),
    ([habits, windows, which]) => {
      const tree = grown(habits);
      const { guest } = tree;
      const { memory } = marks(tree);
      const hole = holeOf(habits);
      const address = HOMES.below.memory;
      let wasOpen = true;
      for (const [base, limit] of windows) {
        guest.program(PORT, 0x20, 4, ((limit << 20) | (base << 4)) >>> 0);
        const open = BigInt(base) << 20n <= address && address <= (BigInt(limit) << 20n) + 0xfffffn;
        expect(guest.memoryRead(address + offset, 4)).toBe(open ? memory[0] : hole);
        if (!open) guest.mustNotRead(memory[0]!, base > limit ? 'BRG-005' : 'BRG-007');
        // It was reached, the window was moved away and came back.
        else if (!wasOpen) guest.mustNotRead(hole, 'BRG-007', 'BRG-002', 'MAP-011');
        wasOpen = open;
      }
      guest.check(which, choices(habits));
    },
    60,
  ),
);

test(
  'BRG-002, BRG-007: the last bytes of a window belong to it, and those behind do not',
  law(fc.tuple(anyHabits, fc.integer({ min: 0xc20, max: 0xc2f }), fc.nat()), ([habits, limit, which]) => {
    const tree = grown(habits);
    const { guest } = tree;
    const { memory } = marks(tree);
    const end = (BigInt(limit) << 20n) + 0x100000n;
    guest.program(PORT, 0x20, 4, limit * 0x100000 + 0xc100);
    for (const base of [end - 0x4000n, end]) {
      guest.program(at(1, 0), 0x10, 4, Number(base));
      const inside = base < end;
      expect(guest.memoryRead(base + offset, 4)).toBe(inside ? memory[0] : holeOf(habits));
      guest.mustNotRead(inside ? holeOf(habits) : memory[0]!, inside ? 'BAR-011' : 'BRG-007');
    }
    guest.check(which, choices(habits));
  }),
);

test(
  'BRG-004, BRG-005, BRG-007: an I/O window lets [base << 12, limit << 12 | 0xfff] through, and nothing when base > limit',
  law(
    fc.tuple(
      fc.array(fc.tuple(page, page, fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 1 })), {
        minLength: 1,
        maxLength: 6,
      }),
      fc.nat(),
    ),
    ([windows, which]) => {
      const tree = grown();
      const { guest } = tree;
      const { port } = marks(tree);
      for (const [base, limit, upperBase, upperLimit] of windows) {
        guest.program(PORT, 0x1c, 2, (limit << 12) | (base << 4));
        guest.program(PORT, 0x30, 4, upperLimit * 0x10000 + upperBase);
        const [from, to] = [upperBase * 0x10000 + base * 0x1000, upperLimit * 0x10000 + limit * 0x1000 + 0xfff];
        const open = from <= HOMES.below.port && HOMES.below.port <= to;
        expect(guest.portRead(HOMES.below.port + MARK, 4)).toBe(open ? port[0] : 0xffffffff);
        if (!open) guest.mustNotRead(port[0]!, from > to ? 'BRG-005' : 'BRG-007');
      }
      guest.check(which);
    },
  ),
);

test(
  'BRG-003, BRG-005, BRG-007: a prefetchable window has 64 bits of address',
  law(
    fc.tuple(
      anyHabits,
      fc.constantFrom(0n, 8n),
      fc.array(fc.tuple(megabyte, megabyte, fc.constantFrom(0n, 7n, 8n, 9n), fc.constantFrom(0n, 7n, 8n, 9n)), {
        minLength: 1,
        maxLength: 6,
      }),
      fc.nat(),
    ),
    ([habits, high, windows, which]) => {
      const tree = grown(habits);
      const { guest } = tree;
      const { memory } = marks(tree);
      guest.program(PORT, 0x20, 4, 0x0000fff0);
      guest.program(at(1, 0), 0x14, 4, Number(high));
      const address = (high << 32n) + HOMES.below.memory;
      const hole = holeOf(habits);
      for (const [base, limit, upperBase, upperLimit] of windows) {
        guest.program(PORT, 0x24, 4, ((limit << 20) | (base << 4)) >>> 0);
        guest.program(PORT, 0x28, 4, Number(upperBase));
        guest.program(PORT, 0x2c, 4, Number(upperLimit));
        const from = (upperBase << 32n) + (BigInt(base) << 20n);
        const to = (upperLimit << 32n) + (BigInt(limit) << 20n) + 0xfffffn;
        const open = from <= address && address <= to;
        expect(guest.memoryRead(address + offset, 4)).toBe(open ? memory[0] : hole);
        // The memory window is closed throughout (BRG-005); what the prefetchable one does not hold is BRG-007 too.
        if (!open) guest.mustNotRead(memory[0]!, 'BRG-005', 'BRG-007');
      }
      guest.check(which, choices(habits));
    },
  ),
);

test(
  'CMD-012: the enables of a bridge gate what passes it from above',
  law(
    fc.tuple(anyHabits, fc.array(fc.integer({ min: 0, max: 7 }), { minLength: 1, maxLength: 6 }), fc.nat()),
    ([habits, values, which]) => {
      const tree = grown(habits);
      const { guest } = tree;
      const { memory, port } = marks(tree);
      for (const value of values) {
        guest.program(PORT, 4, 2, value);
        const [inMemory, atPort] = [(value & 2) !== 0, (value & 1) !== 0];
        expect(guest.memoryRead(HOMES.below.memory + offset, 4)).toBe(inMemory ? memory[0] : holeOf(habits));
        if (!inMemory) guest.mustNotRead(memory[0]!, 'CMD-012');
        expect(guest.portRead(HOMES.below.port + MARK, 4)).toBe(atPort ? port[0] : 0xffffffff);
        if (!atPort) guest.mustNotRead(port[0]!, 'CMD-012');
      }
      guest.check(which, choices(habits));
    },
  ),
);

test(
  'BRG-012: behind two bridges an address is reached when the windows of both hold it',
  law(
    fc.tuple(
      anyHabits,
      fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0xc40, max: 0xc4f }), fc.integer({ min: 0xc40, max: 0xc4f })), {
        minLength: 1,
        maxLength: 8,
      }),
      fc.nat(),
    ),
    ([habits, steps, which]) => {
      const tree = grown(habits);
      const { guest } = tree;
      const { memory } = marks(tree);
      const address = HOMES.far.memory;
      const windows = { outer: [0xc40, 0xc4f], inner: [0xc48, 0xc4f] };
      const holds = ([base = 0, limit = 0]: number[]) =>
        BigInt(base) << 20n <= address && address <= (BigInt(limit) << 20n) + 0xfffffn;
      for (const [inner, base, limit] of steps) {
        windows[inner ? 'inner' : 'outer'] = [base, limit];
        guest.program(inner ? at(2, 2) : BRIDGE, 0x20, 4, ((limit << 20) | (base << 4)) >>> 0);
        const open = holds(windows.outer) && holds(windows.inner);
        expect(guest.memoryRead(address + offset, 4)).toBe(open ? memory[2] : holeOf(habits));
        if (!open)
          guest.mustNotRead(memory[2]!, ...(holds(windows.inner) ? ['BRG-012'] : ['BRG-005', 'BRG-007']), 'BRG-005');
      }
      guest.check(which, choices(habits));
    },
  ),
);

test(
  'BRG-007, RTE-009: a bridge outside D0 lets nothing through, and what its windows are then matters no more',
  law(
    fc.tuple(anyHabits, fc.array(fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()), { minLength: 1, maxLength: 6 })),
    ([habits, steps]) => {
      const tree = grown(habits);
      const { guest } = tree;
      const { memory } = marks(tree);
      for (const [asleep, open, moved] of steps) {
        guest.program(PORT, 0x44, 2, asleep ? 3 : 0);
        guest.program(PORT, 0x20, 4, open ? 0xc1f0c100 : 0x0000fff0);
        if (!asleep) guest.program(at(1, 0), 0x10, 4, Number(HOMES.below.memory) + (moved ? 0x100000 : 0));
        const base = tree.below.device.base(0);
        expect(guest.memoryRead(base + offset, 4)).toBe(open && !asleep ? memory[0] : holeOf(habits));
      }
      guest.check(0, choices(habits));
    },
  ),
);

test(
  'BRG-007, BRG-012, RTE-002, MAP-011: any walk over bridges and what lies behind them, never a false alarm',
  law(
    fc.tuple(
      anyHabits,
      many(
        fc.tuple(
          fc.constantFrom('command', 'window', 'buses', 'bar', 'power', 'io', 'probe'),
          fc.integer({ min: 0, max: 5 }),
          dword(),
          fc.integer({ min: 0, max: 15 }),
        ),
        30,
      ),
      fc.boolean(),
    ),
    ([habits, steps, stated]) => {
      const tree = grown(habits);
      const { guest } = tree;
      marks(tree);
      const all = [PORT, BRIDGE, at(2, 2), at(1, 0), at(2, 1), at(3, 3)];
      for (const [kind, n, value, small] of steps) {
        const bridge = all[n % 3]!;
        const end = all[3 + (n % 3)]!;
        if (kind === 'command') guest.program(all[n]!, 4, 2, value % 8);
        if (kind === 'window') guest.program(bridge, 0x20, 4, 0xc0f0c000 + (value % 16) * 0x1000000 + small * 16);
        if (kind === 'io') guest.program(bridge, 0x1c, 2, (((value % 4) + 12) << 12) | (((small % 4) + 12) << 4));
        if (kind === 'bar') guest.program(end, 0x10, 4, 0xc0000000 + (value % 8) * 0x1000000 + small * 0x100000);
        if (kind === 'power') guest.program(PORT, 0x44, 2, value % 4);
        if (kind === 'buses' && bridge === PORT) guest.program(PORT, 0x18, 4, (small < 8 ? 1 : 0x40 + small) * 0x10100);
        for (const [bdf, home] of places()) {
          guest.read(bdf, 0, 4);
          guest.memoryRead(home.memory + offset, 4);
          guest.portRead(home.port + MARK, 4);
        }
        for (const slot of [tree.below, tree.near, tree.far]) guest.memoryRead(slot.device.base(0) + offset, 4);
      }
      guest.check(0, stated ? choices(habits) : {});
    },
    150,
  ),
);
