/** Capability lists: shape, headers, and what is in them whatever is written. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { place, survey } from './support/decode.ts';
import { Device } from './support/device.ts';
import { endpointPlan, plainPlan } from './support/draw.ts';
import { Guest, hex } from './support/guest.ts';
import { expectBlame, expectSilence } from './support/judge.ts';
import { bitOf, law, part } from './support/law.ts';
import { Machine } from './support/machine.ts';

const F = place(0);

/** A list of vendor-specific capabilities: where each is and how long. */
interface Item {
  at: number;
  length: number;
}

/** Items in any order of addresses, disjoint, in 0x40 to 0xff. */
const list: fc.Arbitrary<Item[]> = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 6 }), fc.nat()), {
    minLength: 1,
    maxLength: 12,
  })
  .map((drawn) => {
    const items: (Item & { order: number })[] = [];
    let next = 0x40;
    for (const [gap, dwords, order] of drawn) {
      const item = { at: next + 4 * gap, length: 4 * dwords, order };
      next = item.at + item.length;
      if (next <= 0x100) items.push(item);
    }
    return items.toSorted((one, other) => one.order - other.order);
  })
  .filter((items) => items.length > 0);

/** A conventional function with such a list, walked by its pointers; lines end with the last item's dword. */
function walked(items: readonly Item[], last = 0): string[] {
  const guest = new Guest(new Machine([{ device: new Device(plainPlan([]), 1), devfn: F }]));
  for (const offset of [0, 8]) guest.read(F, offset, 4);
  guest.read(F, 0x0e, 1);
  const read = (offset: number, width: number, value: number) => {
    guest.line(`write port 0xcf8 4 <- ${hex(0x80000000 + F * 256 + (offset & 0xfc))}`);
    guest.line(`read port ${hex(0xcfc + (offset & 3))} ${width} -> ${hex(value)}`);
  };
  read(4, 4, 0x00100000);
  read(0x34, 1, items[0]?.at ?? 0);
  for (const [n, { at, length }] of items.entries())
    read(at, 4, length * 0x10000 + (items[n + 1]?.at ?? last) * 0x100 + 9);
  return guest.lines;
}

test(
  'CAP-001, CAP-002: any list of disjoint structures that ends is well formed',
  law(list, (items) => {
    expectSilence(walked(items));
  }),
);

test(
  'CAP-001: a list that leads back to itself or into the header',
  law(
    fc.tuple(list, fc.nat(), fc.option(fc.integer({ min: 1, max: 15 }), { nil: undefined })),
    ([items, drawn, low]) => {
      const back = items[drawn % items.length]!.at;
      expectBlame(walked(items, low === undefined ? back : 4 * low), ['CAP-001']);
    },
  ),
);

test(
  'CAP-001, HDR-009: low bits of pointers mean nothing, in the header they are 0',
  law(fc.tuple(list, fc.integer({ min: 1, max: 3 })), ([items, bits]) => {
    const lines = walked(items);
    const at = lines.length - 2 * items.length - 1;
    const pointer = Number(/0x[0-9a-f]+$/.exec(lines[at] ?? '')?.[0]);
    expectBlame([...lines.slice(0, at), `read port 0xcfc 1 -> ${hex(pointer + bits)}`], ['HDR-009']);
  }),
);

test(
  'CAP-002: a structure must not reach into another one',
  law(
    fc.tuple(
      list.filter((items) => items.length > 1),
      fc.nat(),
      fc.integer({ min: 1, max: 4 }),
    ),
    ([items, drawn, into]) => {
      // The structure before another one in space grows into it; its header is read last.
      const sorted = items.toSorted((one, other) => one.at - other.at);
      const n = drawn % (sorted.length - 1);
      const [grows, next] = [sorted[n]!, sorted[n + 1]!];
      const order = [...items.filter((item) => item !== grows), { at: grows.at, length: next.at - grows.at + into }];
      expectBlame(walked(order), ['CAP-002']);
    },
  ),
);

test(
  'CAP-002: a structure must not run over the end of configuration space',
  law(fc.tuple(list, fc.integer({ min: 1, max: 64 })), ([items, over]) => {
    const last = items.toSorted((one, other) => other.at - one.at)[0]!;
    const order = [
      ...items.filter((item) => item !== last),
      { at: last.at, length: Math.min(0x100 - last.at + over, 0xff) },
    ];
    expectBlame(walked(order), ['CAP-002']);
  }),
);

test(
  'CAP-003: headers and capability fields ignore writes at every width',
  law(
    fc.tuple(endpointPlan(), fc.array(fc.tuple(fc.nat(), part()), { minLength: 1, maxLength: 6 }), fc.nat(), fc.nat()),
    ([plan, writes, drawn, which]) => {
      const device = new Device(plan, 1);
      const guest = new Guest(new Machine([{ device, devfn: F }]));
      survey(guest, F);
      const heads = [plan.power && 0x40, plan.msi && 0x50, plan.express ? 0x80 : undefined].filter(
        (at) => at !== undefined,
      );
      const head = heads[drawn % Math.max(heads.length, 1)];
      if (head === undefined) return;
      for (const [, { offset, width, data, via }] of writes) {
        if (offset > 1) continue;
        guest.via = via;
        const before = device.registers.read(head, 2);
        // A dword would reach the control register above.
        const size = Math.min(width, 2 - offset);
        guest.write(F, head + offset, size, data % 2 ** (8 * size));
        expect(guest.read(F, head, 2)).toBe(before);
        const bit = bitOf((2 ** (8 * size) - 1) << (8 * offset), drawn);
        if (bit !== undefined) guest.mustNotRead(before ^ bit, 'CAP-003');
      }
      guest.check(which);
    },
  ),
);

test(
  'CAP-003: the list is the same after every reset',
  law(fc.tuple(endpointPlan(), fc.constantFrom('machine', 'flr'), fc.nat(), fc.nat()), ([plan, kind, drawn, which]) => {
    const device = new Device(plan, 1);
    const guest = new Guest(new Machine([{ device, devfn: F }]));
    survey(guest, F);
    if (kind === 'flr' && plan.express) guest.write(F, 0x88, 2, 0xa810);
    else {
      guest.line('reset');
      device.reset('conventional');
    }
    guest.read(F, 0, 4);
    guest.read(F, 0, 4);
    for (const head of [plan.power && 0x40, plan.msi && 0x50, plan.express ? 0x80 : undefined]) {
      if (head === undefined) continue;
      const answer = guest.read(F, head, 2);
      guest.mustNotRead(answer ^ (bitOf(0xffff, drawn) ?? 1), 'CAP-003');
    }
    guest.check(which);
  }),
);

test(
  'CAP-004: each of power management, MSI, MSI-X and PCI Express is there at most once; vendor-specific ones any number of times',
  law(fc.tuple(fc.constantFrom(0x01, 0x05, 0x11, 0x10), fc.integer({ min: 0, max: 2 })), ([id, between]) => {
    const guest = new Guest(new Machine([{ device: new Device(plainPlan([]), 1), devfn: F }]));
    for (const offset of [0, 8]) guest.read(F, offset, 4);
    guest.read(F, 0x0e, 1);
    const read = (offset: number, width: number, value: number) => {
      guest.line(`write port 0xcf8 4 <- ${hex(0x80000000 + F * 256 + offset)}`);
      guest.line(`read port 0xcfc ${width} -> ${hex(value)}`);
    };
    read(4, 4, 0x00100000);
    read(0x34, 1, 0x40);
    read(0x40, 2, id + 0x8000);
    for (let n = 0; n < between; n++) read(0x80 + 4 * n, 4, 0x00040009 + (0x84 + 4 * n) * 0x100);
    expectSilence(guest.lines);
    read(0x80 + 4 * between, 2, id);
    expectBlame(guest.lines, ['CAP-004']);
  }),
);

/** Extended structures: vendor-specific ones with a length in their second dword. */
const extended = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 2, max: 20 }), fc.nat()), {
    minLength: 0,
    maxLength: 8,
  })
  .map((drawn) => {
    const items: (Item & { order: number })[] = [{ at: 0x100, length: 8, order: -1 }];
    let next = 0x108;
    for (const [gap, dwords, order] of drawn) {
      items.push({ at: next + 4 * gap, length: 4 * dwords, order });
      next += 4 * (gap + dwords);
    }
    return items.toSorted((one, other) => one.order - other.order);
  });

/** A PCI Express function with such a list, walked; the last item's header comes last. */
function walkedExtended(items: readonly Item[], last = 0): string[] {
  const guest = new Guest(
    new Machine([{ device: new Device(plainPlan([], { express: true, latency: 0 }), 1), devfn: F }]),
  );
  survey(guest, F);
  const read = (offset: number, value: number) =>
    guest.line(`read memory ${hex(0xe0000000 + F * 0x1000 + offset)} 4 -> ${hex(value)}`);
  for (const [n, { at, length }] of items.entries()) {
    read(at + 4, length * 0x100000 + 0x10001);
    read(at, (items[n + 1]?.at ?? last) * 0x100000 + 0x1000b);
  }
  return guest.lines;
}

test(
  'ECAP-001: any extended list of disjoint structures that ends is well formed',
  law(extended, (items) => {
    expectSilence(walkedExtended(items));
  }),
);

test(
  'ECAP-001: an extended list that leads back to itself, or below 0x100',
  law(
    fc.tuple(extended, fc.nat(), fc.option(fc.integer({ min: 1, max: 0x3f }), { nil: undefined })),
    ([items, drawn, low]) => {
      expectBlame(walkedExtended(items, low === undefined ? items[drawn % items.length]!.at : 4 * low), ['ECAP-001']);
    },
  ),
);

test(
  'ECAP-001: extended structures do not overlap',
  law(
    fc.tuple(
      extended.filter((items) => items.length > 1),
      fc.nat(),
      fc.integer({ min: 1, max: 8 }),
    ),
    ([items, drawn, into]) => {
      const sorted = items.toSorted((one, other) => one.at - other.at);
      const n = drawn % (sorted.length - 1);
      const [grows, next] = [sorted[n]!, sorted[n + 1]!];
      if (grows.at === 0x100) return;
      const order = [...items.filter((item) => item !== grows), { at: grows.at, length: next.at - grows.at + into }];
      expectBlame(walkedExtended(order), ['ECAP-001']);
    },
  ),
);
