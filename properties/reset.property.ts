/** Resets: what each clears, what it leaves alone, and what is open while it lasts. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { place, survey } from './support/decode.ts';
import { Device } from './support/device.ts';
import { plainPlan, anyHabits } from './support/draw.ts';
import { at, Guest, hex } from './support/guest.ts';
import { bitOf, law } from './support/law.ts';
import { Machine } from './support/machine.ts';
import { grown } from './support/tree.ts';

const F = place(0);

/** Registers that a reset clears, with a value to write first and the bits that follow it. */
const CLEARED: readonly (readonly [offset: number, width: 2 | 4, mask: number, rule: string])[] = [
  [0x04, 2, 0x0547, 'CMD-002'],
  [0x30, 4, 0x0001, 'RST-001'],
  [0x44, 2, 0x0003, 'RST-001'],
  [0x52, 2, 0x0021, 'RST-001'],
  [0x60, 4, 0x000f, 'RST-001'],
  [0x72, 2, 0xc000, 'RST-001'],
];

/** An endpoint with everything; `standard`: what its memory BAR holds after any reset. */
function full(standard = 4): { guest: Guest; device: Device } {
  const bars = [
    { index: 0, kind: 'memory64' as const, size: 0x4000n, prefetchable: false },
    { index: 2, kind: 'io' as const, size: 0x40n, prefetchable: false },
  ];
  const device = new Device(
    plainPlan(bars, {
      express: true,
      latency: 0,
      rom: 0x10000,
      power: { noSoftReset: true },
      msi: { wide: true, masks: true, log2: 2 },
      msix: { size: 4, bar: 0, table: 0x2000, pba: 0x3000 },
    }),
    1,
  );
  device.registers.define(0x10, 4, standard, { writable: 0xffffc000 });
  const guest = new Guest(new Machine([{ device, devfn: F }]));
  survey(guest, F);
  for (const [offset, width, mask] of CLEARED) {
    guest.program(F, offset, width, mask);
    guest.program(F, offset, width, 0);
  }
  return { guest, device };
}

type Kind = 'machine' | 'flr';

function reset(guest: Guest, device: Device, kind: Kind): void {
  if (kind === 'flr') guest.write(F, 0x88, 2, guest.read(F, 0x88, 2) | 0x8000);
  else {
    guest.line('reset');
    device.reset('conventional');
  }
}

const kind = fc.constantFrom<Kind>('machine', 'flr');

test(
  'RST-001, CMD-002: after any reset the enables, masks and states have their reset values',
  law(
    fc.tuple(
      fc.array(fc.tuple(kind, fc.integer({ min: 0, max: 63 }), fc.nat()), { minLength: 1, maxLength: 3 }),
      fc.boolean(),
      fc.nat(),
    ),
    ([rounds, stated, which]) => {
      const { guest, device } = full();
      for (const [how, chosen, drawn] of rounds) {
        for (const [n, [offset, width, mask]] of CLEARED.entries()) {
          if (((chosen >>> n) & 1) === 1) guest.program(F, offset, width, mask & (drawn | (drawn << 14) | 1));
        }
        // D0 last: the others were written while the function could be in D3hot.
        reset(guest, device, how);
        guest.read(F, 0, 4);
        for (const [offset, width, mask, rule] of CLEARED) {
          const answer = guest.read(F, offset, width);
          const bit = bitOf(mask, drawn);
          if (bit !== undefined && stated) guest.mustNotRead((answer | bit) >>> 0, rule, 'RST-001');
          expect(answer & mask).toBe(0);
        }
      }
      guest.check(which, stated ? { preassigned: 'off' } : {});
    },
  ),
);

test(
  'BAR-016: after a reset a BAR has its default, the same each time',
  law(
    fc.tuple(
      fc.integer({ min: 0, max: 0x3ff }),
      fc.array(fc.tuple(kind, fc.integer({ min: 0, max: 0x3ff })), { minLength: 2, maxLength: 4 }),
      fc.nat(),
    ),
    ([standard, rounds, which]) => {
      const initial = 0xc0000004 + standard * 0x4000;
      const { guest, device } = full(initial);
      for (const [how, value] of rounds) {
        guest.program(F, 0x10, 4, 0xc1000000 + value * 0x4000);
        reset(guest, device, how);
        guest.read(F, 0, 4);
        expect(guest.read(F, 0x10, 4)).toBe(initial);
        guest.mustNotRead((initial ^ 0x10000000) >>> 0, 'BAR-016');
        guest.read(F, 0x10, 4);
      }
      guest.check(which, { preassigned: 'off' });
    },
  ),
);

test(
  'HDR-011: after a reset Interrupt Line is any byte (after FLR its old value or that of power-on), and then keeps it',
  law(
    fc.tuple(
      kind,
      fc.integer({ min: 0, max: 255 }),
      fc.integer({ min: 0, max: 255 }),
      fc.boolean(),
      fc.integer({ min: 1, max: 255 }),
    ),
    ([how, old, next, keeps, other]) => {
      const { guest, device } = full();
      guest.program(F, 0x3c, 1, old);
      reset(guest, device, how);
      const value = how === 'machine' ? next : keeps ? old : 0;
      device.registers.poke(0x3c, 1, value);
      guest.read(F, 0, 4);
      guest.read(F, 0x3c, 1);
      if (how === 'flr' && other !== old) guest.mustNotRead(other, 'HDR-011');
      guest.read(F, 0x3c, 1);
      if (other !== value) guest.mustNotRead(other, 'HDR-011');
      guest.check(other);
    },
  ),
);

test(
  'RST-002: the bit that starts FLR reads 0',
  law(
    fc.tuple(fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 1, maxLength: 4 }), fc.boolean(), fc.nat()),
    ([values, high, which]) => {
      const { guest } = full();
      for (const value of values) {
        guest.write(F, high ? 0x89 : 0x88, high ? 1 : 2, high ? value >>> 8 : value);
        guest.read(F, 0, 4);
        const answer = guest.read(F, 0x88, 2);
        expect(answer & 0x8000).toBe(0);
        guest.mustNotRead(answer | 0x8000, 'RST-002');
      }
      guest.check(which);
    },
  ),
);

test(
  'RST-003: FLR leaves payload size and link control alone',
  law(fc.tuple(fc.integer({ min: 0, max: 1 }), fc.boolean(), fc.nat()), ([payload, clock, which]) => {
    const { guest } = full();
    guest.program(F, 0x88, 2, 0x2810 | 0x20);
    guest.program(F, 0x88, 2, 0x2810 | (payload << 5));
    guest.program(F, 0x90, 2, 0x40);
    guest.program(F, 0x90, 2, clock ? 0x40 : 0);
    guest.write(F, 0x88, 2, 0xa810 | (payload << 5));
    guest.read(F, 0, 4);
    expect(guest.read(F, 0x88, 2) & 0xe0).toBe(payload << 5);
    guest.mustNotRead((0x2810 | (payload << 5)) ^ 0x20, 'RST-003');
    expect(guest.read(F, 0x90, 2)).toBe(clock ? 0x40 : 0);
    guest.mustNotRead(clock ? 0 : 0x40, 'RST-003');
    guest.check(which);
  }),
);

test(
  'RST-005: until FLR is done a function answers rightly, with ones, or with retry status',
  law(
    fc.tuple(
      fc.array(fc.constantFrom('right', 'ones', 'retry'), { maxLength: 5 }),
      fc.integer({ min: 0, max: 0xfffffffe }),
      fc.constantFrom(0, 8),
    ),
    ([answers, nonsense, register]) => {
      const { guest, device } = full();
      guest.write(F, 0x88, 2, 0xa810);
      const id = device.plan.id;
      let done = false;
      for (const answer of answers) {
        if (answer === 'right') done = true;
        guest.read(F, 0, 4);
        if (done) continue;
        const line = guest.lines.length - 1;
        guest.lines[line] = `read port 0xcfc 4 -> ${hex(answer === 'ones' ? 0xffffffff : 0xffff0001)}`;
      }
      if (!done) {
        guest.read(F, register, 4);
        const truth = register === 0 ? id : device.plan.classRevision;
        if (nonsense !== truth && (register !== 0 || nonsense % 0x10000 !== 1)) guest.mustNotRead(nonsense, 'RST-005');
      }
      guest.read(F, 0, 4);
      guest.read(F, 8, 4);
      guest.check(0);
    },
  ),
);

test(
  'RST-006: a secondary bus reset resets everything below and nothing else',
  law(
    fc.tuple(
      anyHabits,
      fc.boolean(),
      fc.integer({ min: 0, max: 3 }),
      fc.integer({ min: 1, max: 7 }),
      fc.boolean(),
      fc.nat(),
      fc.nat(),
    ),
    ([habits, conventional, reads, command, high, drawn, which]) => {
      const { guest, outer, near, below, port } = grown(habits);
      const bridge = conventional ? outer : port;
      const bdf = bridge.devfn;
      const target = conventional ? at(2, 1) : at(1, 0);
      const device = conventional ? near.device : below.device;
      guest.program(target, 4, 2, command);
      guest.program(target, 0x0c, 1, 0);
      guest.program(target, 0x0c, 1, 0x10);
      guest.read(bdf, 0x20, 4);
      const buses = guest.read(bdf, 0x18, 4);
      guest.program(bdf, 0x3e, high ? 1 : 2, 0x40);
      for (let n = 0; n < reads; n++) {
        const answer = guest.read(target, 4, 2);
        expect(answer).toBe(habits.held === 'silent' ? 0xffff : 0);
        guest.mustNotRead(command, 'RST-006', ...(n > 0 ? ['CMD-001'] : []));
        guest.read(target, 0, 4);
      }
      guest.program(bdf, 0x3e, high ? 1 : 2, 0);
      expect(guest.read(target, 0, 4)).toBe(device.plan.id);
      expect(guest.read(target, 4, 2)).toBe(0);
      // Seen 0 while its bus was held, it has changed by itself since.
      guest.mustNotRead(command, 'RST-006', ...(reads > 0 && habits.held === 'answers' ? ['CMD-001'] : []));
      expect(guest.read(target, 0x0c, 1)).toBe(0);
      guest.mustNotRead(0x10, 'RST-006', 'HDR-003');
      expect(guest.read(bdf, 0x18, 4)).toBe(buses);
      guest.mustNotRead((buses ^ (bitOf(0xffffff, drawn) ?? 1)) >>> 0, 'RST-006');
      if (conventional) {
        // A bridge below has lost its numbers, and what is behind it is not reached.
        expect(guest.read(at(2, 2), 0, 4)).not.toBe(0xffffffff);
        expect(guest.read(at(2, 2), 0x18, 4)).toBe(0);
        guest.mustNotRead(0x030302, 'RST-006', 'RTE-003');
        expect(guest.read(at(3, 3), 0, 4)).toBe(0xffffffff);
      }
      guest.check(which);
    },
  ),
);
