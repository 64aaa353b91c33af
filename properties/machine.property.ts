/** Whole machines under guests that do anything: a correct machine is never blamed. */

import fc from 'fast-check';
import { test } from 'vitest';
import { survey } from './support/decode.ts';
import { Device } from './support/device.ts';
import type { DevicePlan } from './support/device.ts';
import { anyHabits, endpointPlan } from './support/draw.ts';
import { at, Guest } from './support/guest.ts';
import { law, many, part } from './support/law.ts';
import type { Part } from './support/law.ts';
import { Machine, USUAL } from './support/machine.ts';
import type { Habits } from './support/machine.ts';
import { grown, plant, PORT } from './support/tree.ts';

/** A step of a guest that has no plan. */
interface Step extends Part {
  what: 'read' | 'write' | 'survey' | 'probe' | 'poke' | 'reset' | 'gap' | 'flr' | 'save' | 'restore';
  n: number;
  register: number;
}

const step: fc.Arbitrary<Step> = fc
  .record({
    what: fc.constantFrom(
      'read',
      'read',
      'read',
      'write',
      'write',
      'write',
      'probe',
      'poke',
      'survey',
      'reset',
      'gap',
      'flr',
      'save',
      'restore',
    ),
    n: fc.nat(),
    register: fc.oneof(
      fc.constantFrom(0, 1, 1, 3, 4, 5, 6, 12, 13, 15, 16, 17, 20, 21, 22, 24, 34),
      fc.integer({ min: 0, max: 63 }),
    ),
    access: part(),
  })
  .map(({ what, n, register, access }): Step => ({ ...access, what: what as Step['what'], n, register }));

/** Lets the guest do its steps on functions at `places`; `known`: it has surveyed them. */
function play(guest: Guest, machine: Machine, places: readonly number[], steps: readonly Step[], known = false): void {
  const surveyed = new Set(known ? places : []);
  let goBack: (() => void) | undefined;
  for (const { what, n, register, offset, width, data, via } of steps) {
    const bdf = places[n % places.length]!;
    const slot = machine.slots[n % machine.slots.length]!;
    guest.via = via;
    switch (what) {
      case 'read':
        guest.read(bdf, 4 * register + offset, width);
        break;
      case 'write':
        if (mayWrite(slot.device, 4 * register + offset, width, data, surveyed.has(bdf)))
          guest.write(bdf, 4 * register + offset, width, data);
        break;
      case 'survey':
        surveyed.add(bdf);
        if (guest.read(bdf, 0, 4) !== 0xffffffff) survey(guest, bdf, slot.device.plan.bridge ? 1 : 0);
        break;
      case 'probe':
      case 'poke':
        probe(guest, slot.device, what === 'poke', n, data);
        break;
      case 'reset':
        guest.line('reset');
        machine.reset();
        break;
      case 'gap':
        guest.line('gap');
        break;
      case 'save':
        guest.line('save');
        goBack = machine.save();
        break;
      case 'restore':
        if (goBack === undefined) break;
        goBack();
        guest.line('restore');
        break;
      case 'flr':
        if (surveyed.has(bdf) && !slot.device.plan.bridge && slot.device.plan.express)
          guest.write(bdf, 0x88, 2, 0xa810);
        break;
    }
  }
}

/** Reads or writes behind a BAR wherever it is now; not above 2^48, where no machine has memory, and not over RAM or ECAM. */
function probe(guest: Guest, device: Device, writes: boolean, n: number, data: number): void {
  const bar = device.plan.bars[n % Math.max(device.plan.bars.length, 1)];
  if (bar === undefined) return;
  const base = device.base(bar.index);
  if (bar.kind === 'io') {
    if (base < 0x1000n || base > 0xfff0n) return;
    if (writes) guest.portWrite(Number(base), 4, data);
    else guest.portRead(Number(base), 4);
    return;
  }
  const ecam = base + bar.size > 0xe0000000n && base < 0x100000000n;
  if (base < 0x80000000n || ecam || base >= 2n ** 48n) return;
  if (writes) guest.memoryWrite(base, 4, BigInt(data));
  else guest.memoryRead(base, 4);
}

/**
 * What the naive function leaves open is not written: more messages than offered, and the bytes behind MSI data. A
 * guest that resets a function before the recording shows what it is has a property of its own.
 */
function mayWrite(device: Device, offset: number, width: number, data: number, surveyed: boolean): boolean {
  const { msi, bridge } = device.plan;
  const covers = (byte: number) => offset <= byte && byte < offset + width;
  if (covers(0x89) && !surveyed && ((data >>> (8 * (0x89 - offset))) & 0x80) !== 0) return false;
  if (msi !== undefined && covers(0x52)) return ((data >>> (8 * (0x52 - offset) + 4)) & 7) <= msi.log2;
  // Siblings that claim the same buses, and a bus number of 0, are misprogramming of a guest.
  return !(bridge && (offset & 0xfc) === 0x18);
}

function endpoints(plans: readonly DevicePlan[], habits: Habits): { guest: Guest; machine: Machine; places: number[] } {
  const places = plans.map((_, n) => at(0, 4 + n));
  const machine = new Machine(
    plans.map((plan, n) => ({ device: new Device(plan, n + 1), devfn: places[n]! })),
    habits,
  );
  return { guest: new Guest(machine), machine, places };
}

test(
  'CAM-012, ECAM-003, BAR-003, CMD-001, HDR-019: any guest on any functions of the root bus',
  law(
    fc.tuple(fc.array(endpointPlan(), { minLength: 1, maxLength: 3 }), anyHabits, many(step, 40), fc.boolean()),
    ([plans, habits, steps, powerOn]) => {
      const { guest, machine, places } = endpoints(plans, habits);
      if (!powerOn) guest.lines.splice(0);
      play(guest, machine, places, steps);
      guest.check(0);
    },
    300,
  ),
);

test(
  'CAM-012, ECAM-003, RST-001: any guest that has surveyed its functions',
  law(
    fc.tuple(fc.array(endpointPlan(), { minLength: 1, maxLength: 3 }), anyHabits, many(step, 40), fc.boolean()),
    ([plans, habits, steps, powerOn]) => {
      const { guest, machine, places } = endpoints(plans, habits);
      if (!powerOn) guest.lines.splice(0);
      for (const place of places) survey(guest, place);
      for (const [n, place] of places.entries()) {
        for (const bar of plans[n]!.bars) {
          if (bar.kind === 'memory64') guest.program(place, 0x14 + 4 * bar.index, 4, 0);
          guest.program(
            place,
            0x10 + 4 * bar.index,
            4,
            bar.kind === 'io'
              ? 0xc000 + n * 0x800 + bar.index * 0x100
              : 0xc0000000 + n * 0x1000000 + bar.index * 0x100000,
          );
        }
        guest.program(place, 4, 2, 7);
      }
      play(guest, machine, places, steps, true);
      guest.check(0);
    },
    200,
  ),
);

test(
  'RTE-002, BRG-002, RST-006, HDR-016: any guest on a machine with bridges',
  law(
    fc.tuple(fc.boolean(), anyHabits, many(step, 40), fc.boolean()),
    ([enumerated, habits, steps, powerOn]) => {
      const tree = enumerated ? grown(habits) : plant(habits);
      const { guest, machine } = tree;
      if (!powerOn) guest.lines.splice(0, 1);
      if (!enumerated) guest.program(PORT, 0x18, 4, 0x010100);
      // In the order of the machine's slots.
      const bdfs = new Map([
        [tree.port, PORT],
        [tree.outer, at(0, 0x1d)],
        [tree.inner, at(2, 2)],
        [tree.below, at(1, 0)],
        [tree.near, at(2, 1)],
        [tree.far, at(3, 3)],
      ]);
      play(
        guest,
        machine,
        machine.slots.map((slot) => bdfs.get(slot)!),
        steps,
      );
      guest.check(0);
    },
    200,
  ),
);

test(
  'CAM-005: a source that names function and register instead of ports is judged alike',
  law(fc.tuple(endpointPlan(), many(step, 20)), ([plan, steps]) => {
    const { guest, machine, places } = endpoints([plan], USUAL);
    play(guest, machine, places, steps);
    const lines: string[] = [];
    let index = 0;
    for (const line of guest.lines) {
      const [word, space, place, width, arrow, value] = line.split(' ');
      if (space === 'port' && place === '0xcf8') index = Number(value);
      else if (space === 'port' && Number(place) >= 0xcfc && Number(place) < 0xd00) {
        const device = (index >>> 11) & 31;
        const register = (index & 0xfc) + Number(place) - 0xcfc;
        lines.push(
          `${word} config 00:${device.toString(16).padStart(2, '0')}.0 0x${register.toString(16)} ${width} ${arrow} ${value}`,
        );
      } else lines.push(line);
    }
    guest.lines.splice(0, guest.lines.length, ...lines);
    guest.check(0);
  }),
);

test(
  'RST-001, BAR-030: a guest that knows its function resets it before the recording shows what it is',
  law(
    fc.tuple(
      endpointPlan().filter(({ express }) => express),
      fc.integer({ min: 4, max: 9 }),
      part(),
      fc.boolean(),
    ),
    ([plan, register, { offset, width, data }, powerOn]) => {
      const { guest, places } = endpoints([plan], USUAL);
      if (!powerOn) guest.lines.splice(0);
      guest.write(places[0]!, 4 * register + offset, width, data);
      guest.write(places[0]!, 0x88, 2, 0xa810);
      survey(guest, places[0]!);
      guest.check(0);
    },
  ),
);

test(
  'RST-001, PM-001, MSI-009: a guest writes capabilities before the recording shows where they are',
  law(
    fc.tuple(
      endpointPlan(),
      fc.constantFrom(0x44, 0x54, 0x58, 0x60, 0x88),
      fc.array(part(), { minLength: 1, maxLength: 3 }),
      fc.boolean(),
    ),
    ([plan, register, writes, powerOn]) => {
      const { guest, machine, places } = endpoints([plan], USUAL);
      if (!powerOn) guest.lines.splice(0);
      for (const { offset, width, data } of writes) {
        const flr = register === 0x88 && plan.express;
        if (!flr && mayWrite(machine.slots[0]!.device, register + offset, width, data, true))
          guest.write(places[0]!, register + offset, width, data);
      }
      survey(guest, places[0]!);
      guest.check(0);
    },
  ),
);

test(
  'RTE-003, CAM-007: after a reset of the machine what lay behind a bridge reads ones, whatever of it was known',
  law(
    fc.tuple(
      fc.boolean(),
      fc.boolean(),
      many(fc.tuple(fc.integer({ min: 0, max: 15 }), part()), 6),
      part(),
      fc.integer({ min: 0, max: 15 }),
    ),
    ([powerOn, bridgeKnown, before, { offset, width }, register]) => {
      const { guest, machine } = plant();
      if (!powerOn) guest.lines.splice(0, 1);
      if (bridgeKnown) survey(guest, PORT, 1);
      guest.program(PORT, 0x18, 4, 0x010100);
      guest.read(at(1, 0), 0, 1);
      for (const [one, { offset: from, width: bytes }] of before) guest.read(at(1, 0), 4 * one + from, bytes);
      guest.line('reset');
      machine.reset();
      guest.read(at(1, 0), 4 * register + offset, width);
      guest.check(0);
    },
  ),
);
