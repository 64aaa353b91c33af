/** Resizable BARs, virtual functions and contested bus numbers: a device that is told what to answer. */

import fc from 'fast-check';
import { test } from 'vitest';
import type { Answers } from './support/guest.ts';
import { at, Guest } from './support/guest.ts';
import { law } from './support/law.ts';

const ONES = 0xffffffff;

/** Answers what it is told. */
class Told implements Answers {
  next = 0;

  configRead(): number {
    return this.next;
  }
  configWrite(): void {}
  memoryRead(): bigint {
    return 0n;
  }
  memoryWrite(): void {}
  portRead(): number {
    return 0;
  }
  portWrite(): void {}
}

class Script {
  private readonly told = new Told();
  readonly guest = new Guest(this.told);

  constructor() {
    this.guest.via = 'ecam';
  }

  /** Reads a dword, which has this value. */
  read(bdf: number, register: number, value: number, width = 4): void {
    this.told.next = value >>> 0;
    this.guest.read(bdf, register, width);
  }

  /** Reads dwords: registers and values. */
  reads(bdf: number, pairs: readonly (readonly [number, number])[]): void {
    for (const [register, value] of pairs) this.read(bdf, register, value);
  }
}

/** The registers by which an express endpoint is known. */
const ENDPOINT = [
  [0x00, 0x20001234],
  [0x08, 0x02000000],
  [0x0c, 0x00000000],
  [0x04, 0x00100000],
  [0x34, 0x00000040],
  [0x40, 0x00020010],
  [0x44, 0x10008000],
] as const;

/** A root port with ARI forwarding on. */
function port(script: Script, buses: number): void {
  script.reads(PORT, [
    [0x00, 0x000c1b36],
    [0x08, 0x06040000],
    [0x0c, 0x00010000],
    [0x04, 0x00100000],
    [0x34, 0x00000040],
    [0x40, 0x00420010],
    [0x44, 0x00008000],
    [0x64, 0x00000020],
    [0x68, 0x00000000],
  ]);
  script.guest.write(PORT, 0x68, 2, 0x20);
  script.read(PORT, 0x68, 0x20, 2);
  script.guest.write(PORT, 0x18, 4, buses);
  script.read(PORT, 0x18, buses);
}

const PORT = at(0, 0x1c);

test(
  'RBAR-002, RBAR-003: a BAR has the size that was set at once, and any address, but the same at each read',
  law(
    fc.tuple(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 7 }), fc.nat(0xfff), fc.nat(11)), { minLength: 1, maxLength: 6 }),
      fc.nat(),
    ),
    ([steps, drawn]) => {
      const script = new Script();
      const { guest } = script;
      const bdf = at(0, 6);
      script.reads(bdf, ENDPOINT);
      script.reads(bdf, [
        [0x10, 0x00000000],
        [0x100, 0x00010015],
        [0x104, 0x00000ff0],
        [0x108, 0x00000320],
      ]);
      for (const [exponent, address, bit] of steps) {
        const size = 2 ** (20 + exponent);
        guest.write(bdf, 0x108, 4, 0x20 + exponent * 0x100);
        script.read(bdf, 0x108, 0x20 + exponent * 0x100);
        const held = (address * 0x100000) & -size;
        script.read(bdf, 0x10, held);
        if (exponent > 0) guest.mustNotRead((held | (size / 2)) >>> 0, 'RBAR-002');
        script.read(bdf, 0x10, held);
        const other = held ^ (1 << (20 + bit));
        if (20 + bit >= 20 + exponent) guest.mustNotRead(other >>> 0, 'RBAR-003');
        guest.write(bdf, 0x10, 4, ONES);
        script.read(bdf, 0x10, -size);
        if (exponent < 7) guest.mustNotRead((-2 * size) >>> 0, 'RBAR-002');
      }
      guest.check(drawn);
    },
  ),
);

test(
  'SRIOV-003, SRIOV-004: as many virtual functions answer as were enabled, where offset and stride say, and only then',
  law(
    fc.tuple(
      fc.constantFrom([8, 1], [16, 2], [0x100, 1], [0x180, 3]),
      fc.array(fc.tuple(fc.integer({ min: 1, max: 12 }), fc.nat(7), fc.boolean()), { minLength: 1, maxLength: 5 }),
      fc.nat(),
    ),
    ([[offset = 8, stride = 1], steps, drawn]) => {
      const script = new Script();
      const { guest } = script;
      port(script, 0x00040100);
      const bdf = at(1, 0);
      script.reads(bdf, ENDPOINT);
      script.reads(bdf, [
        [0x100, 0x00010010],
        [0x104, 0x00000000],
        [0x108, 0x00000000],
        [0x10c, 0x00080008],
      ]);
      for (const [number, which, reread] of steps) {
        guest.write(bdf, 0x110, 2, number);
        script.read(bdf, 0x110, Math.min(number, 8), 2);
        if (number < 8) guest.mustNotRead(number + 1, 'SRIOV-003');
        script.read(bdf, 0x114, stride * 0x10000 + offset);
        guest.write(bdf, 0x108, 2, 1);
        if (reread) script.read(bdf, 0x108, 1, 2);
        const virtual = bdf + offset + (which % Math.min(number, 8)) * stride;
        // It may take its time.
        if (!reread) script.read(virtual, 8, ONES);
        script.read(virtual, 8, 0x02000000);
        script.read(virtual, 0, ONES);
        script.read(virtual, 0x3c, 0);
        guest.mustNotRead(0x00000100, 'SRIOV-001');
        guest.write(bdf, 0x108, 2, 0);
        script.read(virtual, 8, ONES);
        guest.mustNotRead(0x02000000, 'SRIOV-004');
      }
      guest.check(drawn);
    },
  ),
);

test(
  'RTE-005: what two bridges claim is answered by one of them or nobody, and teaches nothing',
  law(
    fc.tuple(
      fc.array(fc.tuple(fc.constantFrom('one', 'other', 'none'), fc.constantFrom(0x00, 0x08)), {
        minLength: 1,
        maxLength: 8,
      }),
      fc.nat(),
    ),
    ([steps, drawn]) => {
      const script = new Script();
      const { guest } = script;
      const other = at(0, 0x1d);
      port(script, 0x00010100);
      script.reads(at(1, 0), ENDPOINT);
      script.reads(other, [
        [0x00, 0x00011b36],
        [0x08, 0x06040000],
        [0x0c, 0x00010000],
        [0x04, 0x00000000],
      ]);
      guest.write(other, 0x18, 4, 0x00020200);
      script.read(other, 0x18, 0x00020200);
      script.reads(at(2, 0), [
        [0x00, 0x100e8086],
        [0x08, 0x02000003],
        [0x0c, 0x00000000],
      ]);
      guest.write(other, 0x18, 4, 0x00020100);
      script.read(other, 0x18, 0x00020100);
      const values: Readonly<Record<string, Readonly<Record<number, number>>>> = {
        one: { 0: 0x20001234, 8: 0x02000000 },
        other: { 0: 0x100e8086, 8: 0x02000003 },
        none: { 0: ONES, 8: ONES },
      };
      for (const [who, register] of steps) {
        script.read(at(1, 0), register, values[who]![register]!);
        guest.mustNotRead(0x0badf00d, 'RTE-005');
      }
      guest.write(other, 0x18, 4, 0x00020200);
      script.read(other, 0x18, 0x00020200);
      script.read(at(1, 0), 0x08, 0x02000000);
      script.read(at(2, 0), 0x08, 0x02000003);
      guest.check(drawn);
    },
  ),
);
