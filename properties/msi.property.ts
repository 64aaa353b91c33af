/** MSI: control, address and data in every layout, masks, messages. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { place, survey } from './support/decode.ts';
import { Device } from './support/device.ts';
import { plainPlan } from './support/draw.ts';
import { Guest, hex } from './support/guest.ts';
import { bitOf, dword, law, part } from './support/law.ts';
import { Machine } from './support/machine.ts';

const F = place(0);
const SENDER = '00:04.0';

interface Layout {
  wide: boolean;
  masks: boolean;
  log2: number;
  express: boolean;
}

const layout: fc.Arbitrary<Layout> = fc
  .record({ wide: fc.boolean(), masks: fc.boolean(), log2: fc.integer({ min: 0, max: 5 }), express: fc.boolean() })
  .map((drawn) => ({ ...drawn, wide: drawn.wide || drawn.express }));

const upper = ({ wide }: Layout) => (wide ? 0x58 : undefined);
const data = ({ wide }: Layout) => (wide ? 0x5c : 0x58);
const maskBits = (l: Layout) => (l.masks ? data(l) + 4 : undefined);

function rig(l: Layout): { guest: Guest; device: Device } {
  const { express, ...msi } = l;
  const device = new Device(plainPlan([], { express, latency: 0, msi }), 1);
  const guest = new Guest(new Machine([{ device, devfn: F }]));
  survey(guest, F);
  guest.program(F, 4, 2, 4);
  return { guest, device };
}

test(
  'MSI-002: of Message Control only enable and Multiple Message Enable change, whichever way it is written',
  law(
    fc.tuple(
      layout,
      fc.array(fc.tuple(fc.constantFrom([2, 2], [2, 1], [3, 1], [0, 4]), dword()), { minLength: 1, maxLength: 8 }),
      fc.nat(),
      fc.nat(),
    ),
    ([l, writes, drawn, which]) => {
      const { guest } = rig(l);
      const fixed = (l.log2 << 1) | (l.wide ? 0x80 : 0) | (l.masks ? 0x100 : 0);
      let low = 0;
      for (const [[offset = 2, width = 2], value] of writes) {
        // No more messages than offered: that is open (MSI-003).
        const most = Math.min((value >>> 8) % 8, l.log2);
        const wanted = (value & 1) | (most << 4);
        const word = (value & 0xff8e) | wanted;
        const written = (width === 4 ? word * 0x10000 + (value & 0xffff) : word) % 2 ** (8 * width);
        if (offset !== 3) low = wanted;
        guest.write(F, 0x50 + offset, width, written);
        expect(guest.read(F, 0x52, 2)).toBe(fixed | low);
        const lanes = offset === 3 ? 0xff00 : width === 1 ? 0x00ff : 0xffff;
        guest.mustNotRead((fixed | low) ^ (bitOf(lanes, drawn) ?? 1), 'MSI-002');
      }
      guest.check(which);
    },
  ),
);

test(
  'MSI-003: more messages than offered are stored, clamped or refused',
  law(
    fc.tuple(
      layout.filter(({ log2 }) => log2 < 5),
      fc.integer({ min: 0, max: 7 }),
      fc.constantFrom('stored', 'clamped', 'refused'),
      fc.nat(),
      fc.integer({ min: 0, max: 7 }),
    ),
    ([l, more, how, first, other]) => {
      const { guest, device } = rig(l);
      const wanted = Math.min(l.log2 + 1 + (more % (7 - l.log2)), 7);
      const old = first % (l.log2 + 1);
      guest.program(F, 0x52, 2, old << 4);
      guest.write(F, 0x52, 2, wanted << 4);
      const becomes = how === 'stored' ? wanted : how === 'clamped' ? l.log2 : old;
      const control = device.registers.read(0x52, 2) & ~0x70;
      device.registers.poke(0x52, 2, control | (becomes << 4));
      guest.read(F, 0x52, 2);
      if (![wanted, l.log2, old].includes(other)) guest.mustNotRead(control | (other << 4), 'MSI-003');
      guest.read(F, 0x52, 2);
      guest.check(0);
    },
  ),
);

test(
  'MSI-004, MSI-009: address, data and mask bits keep what is written under their masks',
  law(
    fc.tuple(
      layout,
      fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), part()), { minLength: 1, maxLength: 8 }),
      fc.nat(),
      fc.nat(),
    ),
    ([l, writes, drawn, which]) => {
      const { guest } = rig(l);
      const registers = [
        { at: 0x54, mask: 0xfffffffc, rule: 'MSI-004' },
        { at: upper(l) ?? 0x54, mask: l.wide ? 0xffffffff : 0xfffffffc, rule: 'MSI-004' },
        { at: data(l), mask: 0xffff, rule: 'MSI-004' },
        {
          at: maskBits(l) ?? 0x54,
          mask: l.masks ? 2 ** (2 ** l.log2) - 1 : 0xfffffffc,
          rule: l.masks ? 'MSI-009' : 'MSI-004',
        },
      ];
      for (const { at, mask } of registers) {
        const size = at === data(l) ? 2 : 4;
        guest.program(F, at, size, mask % 2 ** (8 * size));
        guest.program(F, at, size, 0);
      }
      const held = new Map<number, number>();
      for (const [n, { offset, width, data: written, via }] of writes) {
        guest.via = via;
        const { at, mask, rule } = registers[n]!;
        // What stands above the data word of a capability without masks is the device's.
        const open = at === data(l) && !l.masks;
        if (open && offset + width > 2) continue;
        const lanes = (2 ** (8 * width) - 1) * 2 ** (8 * offset);
        const before = held.get(at) ?? 0;
        const value = Number(
          (BigInt(before) & ~BigInt(lanes)) | ((BigInt(written) * BigInt(2 ** (8 * offset))) & BigInt(mask)),
        );
        guest.write(F, at + offset, width, written);
        const read = open ? guest.read(F, at, 2) : guest.read(F, at, 4);
        expect(read).toBe(value);
        held.set(at, value);
        const bit = bitOf(lanes, drawn);
        if (bit !== undefined) guest.mustNotRead((value ^ bit) >>> 0, rule);
      }
      guest.check(which);
    },
  ),
);

test(
  'MSI-005: after a reset address and data hold anything with the low address bits 0, and then keep it',
  law(
    fc.tuple(layout, dword(), dword(), fc.constantFrom('machine', 'flr'), fc.nat(), fc.nat()),
    ([l, address, content, kind, drawn, which]) => {
      const { guest, device } = rig(l);
      guest.program(F, 0x54, 4, 0xfee00000);
      guest.program(F, data(l), 2, 0x4041);
      if (kind === 'flr' && l.express) guest.write(F, 0x88, 2, 0xa810);
      else {
        guest.line('reset');
        device.reset('conventional');
      }
      device.registers.poke(0x54, 4, (address & ~3) >>> 0);
      device.registers.poke(data(l), 2, content & 0xffff);
      guest.read(F, 0, 4);
      for (let times = 0; times < 2; times++) {
        guest.read(F, 0x54, 4);
        if (times === 1) guest.mustNotRead(((address & ~3) ^ (bitOf(0xfffffffc, drawn) ?? 4)) >>> 0, 'MSI-005');
        guest.read(F, data(l), 2);
        if (times === 1) guest.mustNotRead((content & 0xffff) ^ (bitOf(0xffff, drawn) ?? 1), 'MSI-005');
      }
      guest.check(which);
    },
  ),
);

test(
  'MSI-006, MSI-009, MSI-010, CMD-010: vector k is sent to the address with data (data & ~(2^n - 1)) | k, and only while nothing holds it',
  law(
    fc.tuple(
      layout,
      fc.nat(),
      fc.integer({ min: 0, max: 0xffff }),
      fc.array(fc.tuple(fc.constantFrom('enable', 'disable', 'mask', 'master', 'no master'), fc.nat(), fc.boolean()), {
        maxLength: 8,
      }),
      fc.boolean(),
      fc.nat(),
    ),
    ([l, allocated, drawnData, steps, high, which]) => {
      const { guest } = rig(l);
      const n = allocated % (l.log2 + 1);
      const base = drawnData - (drawnData % 2 ** n);
      guest.program(F, 0x54, 4, 0xfee01000);
      if (l.wide) guest.program(F, 0x58, 4, high ? 1 : 0);
      const address = hex((l.wide && high ? 0x100000000 : 0) + 0xfee01000);
      guest.program(F, data(l), 2, base);
      if (l.masks) guest.program(F, maskBits(l)!, 4, 0);
      guest.program(F, 0x52, 2, n << 4);
      const held = { enable: false, mask: 0, master: true };
      for (const [what, drawn, named] of steps) {
        if (what === 'mask' && l.masks) held.mask = guest.program(F, maskBits(l)!, 4, drawn % 2 ** (2 ** l.log2));
        if (what.endsWith('able')) {
          held.enable = what === 'enable';
          guest.program(F, 0x52, 2, (n << 4) + (held.enable ? 1 : 0));
        }
        if (what.endsWith('master')) held.master = guest.program(F, 4, 2, what === 'master' ? 4 : 0) === 4;
        guest.read(F, 0, 4);
        const k = drawn % 2 ** n;
        const sender = named ? ` ${SENDER}` : '';
        const message = `message ${address} ${hex(base + k)}${sender}`;
        const masked = Math.floor(held.mask / 2 ** k) % 2 === 1;
        if (held.enable && held.master && !masked) guest.line(message);
        else guest.mustNotHappen(message, !held.master ? 'CMD-010' : held.enable ? 'MSI-009' : 'MSI-010');
        if (!held.enable || !held.master) continue;
        // The data of no vector, or another address.
        guest.mustNotHappen(`message ${address} ${hex((base ^ (2 ** n)) + k)} ${SENDER}`, 'MSI-006');
        guest.mustNotHappen(
          `message ${hex((l.wide && high ? 0 : 0x200000000) + 0xfee01000)} ${hex(base + k)} ${SENDER}`,
          'MSI-006',
        );
        guest.mustNotHappen(`message ${address} ${hex(base + k + 0x10000)} ${SENDER}`, 'MSI-006');
      }
      guest.check(which);
    },
  ),
);

test(
  'MSI-008: while enabled a message has old or new content until one with the new was seen',
  law(
    fc.tuple(
      layout,
      fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 15 }), fc.constantFrom('old', 'new', 'none')), {
        minLength: 1,
        maxLength: 5,
      }),
      fc.nat(),
    ),
    ([l, changes, which]) => {
      const { guest } = rig(l);
      const now = { address: 0xfee00000, data: 0x4000 };
      guest.program(F, 0x54, 4, now.address);
      if (l.wide) guest.program(F, 0x58, 4, 0);
      guest.program(F, data(l), 2, now.data);
      if (l.masks) guest.program(F, maskBits(l)!, 4, 0);
      guest.program(F, 0x52, 2, 1);
      const message = ({ address, data: value }: typeof now) => `message ${hex(address)} ${hex(value)}`;
      guest.line(message(now));
      for (const [n, [address, step, sends]] of changes.entries()) {
        const old = { ...now };
        if (address) guest.program(F, 0x54, 4, (now.address += step * 0x1000));
        else guest.program(F, data(l), 2, (now.data += step * 0x10));
        if (sends === 'old') guest.line(message(old));
        if (sends === 'none' && n < changes.length - 1) continue;
        guest.line(message(now));
        guest.mustNotHappen(message(old), 'MSI-008');
      }
      guest.check(which);
    },
  ),
);

test(
  'MSI-001: a PCI Express endpoint has 64-bit addresses, other functions need not',
  law(layout, (l) => {
    const { guest } = rig({ ...l, wide: true });
    guest.check(0);
    if (!l.express) {
      rig({ ...l, wide: false }).guest.check(0);
      return;
    }
    const device = new Device(plainPlan([], { express: true, latency: 0, msi: { ...l, wide: false } }), 1);
    const fresh = new Guest(new Machine([{ device, devfn: F }]));
    for (const offset of [0, 4, 8, 0x80]) fresh.read(F, offset, 4);
    for (const offset of [0x0e, 0x34]) fresh.read(F, offset, 1);
    // The list leads from MSI to the PCI Express capability: the verdict falls when its port type is known.
    fresh.read(F, 0x50, 4);
    fresh.mustNotBelieve('MSI-001');
  }),
);

test(
  'MSI-011: with MSI and MSI-X enabled both keep their registers, and either may send',
  law(
    fc.tuple(fc.boolean(), fc.boolean(), fc.array(fc.constantFrom('msi', 'none'), { maxLength: 4 })),
    ([first, second, sends]) => {
      const msix = { size: 2, bar: 0, table: 0x2000, pba: 0x3000 };
      const bar = { index: 0, kind: 'memory32' as const, size: 0x4000n, prefetchable: false };
      const device = new Device(plainPlan([bar], { msi: { wide: true, masks: false, log2: 0 }, msix }), 1);
      const guest = new Guest(new Machine([{ device, devfn: F }]));
      survey(guest, F);
      guest.program(F, 0x54, 4, 0xfee00000);
      guest.program(F, 0x58, 4, 0);
      guest.program(F, 0x5c, 2, 0x4041);
      guest.program(F, 4, 2, 6);
      for (const one of first ? ['msi', 'msix'] : ['msix', 'msi'])
        guest.program(F, one === 'msi' ? 0x52 : 0x72, 2, one === 'msi' ? 1 : 0x8000);
      for (const one of sends) if (one === 'msi') guest.line('message 0xfee00000 0x4041');
      expect(guest.read(F, 0x52, 2)).toBe(0x81);
      guest.mustNotRead(0x80, 'MSI-011', 'MSI-002');
      expect(guest.read(F, 0x72, 2)).toBe(0x8001);
      guest.mustNotRead(0x0001, 'MSI-011', 'MSIX-001');
      guest.program(F, second ? 0x72 : 0x52, 2, 0);
      if (second) guest.line('message 0xfee00000 0x4041');
      guest.check(0);
    },
  ),
);
