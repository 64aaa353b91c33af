/** Machines of any number of functions behind nested bridges, and a guest without a plan that uses all of it. */

import { CAPABILITY, Device } from './device.ts';
import type { DevicePlan } from './device.ts';
import { assign, placeMemory, survey } from './decode.ts';
import { bridgePlan, plainPlan } from './draw.ts';
import { at, Guest, hex } from './guest.ts';
import { Machine } from './machine.ts';
import type { Slot } from './machine.ts';
import { openBridge } from './tree.ts';

/** One of eight functions is a bridge; every second bridge lies behind the one before it. */
const FUNCTIONS_A_BRIDGE = 8;

const TABLE = 0x2000;
const PENDING = 0x3000;
const VECTORS = 4;

interface Place {
  slot: Slot;
  bdf: number;
}

interface End extends Place {
  /** Two places for its memory BAR that nothing else uses. */
  homes: readonly [bigint, bigint];
  memory: bigint;
}

export interface Hierarchy {
  guest: Guest;
  machine: Machine;
  bridges: readonly Place[];
  ends: readonly End[];
}

/** Numbers from 0 to before `below`, drawn one after another. */
export type Draw = (below: number) => number;

/** A machine with `functions` functions, everything found, placed and enabled. */
export function hierarchy(functions: number): Hierarchy {
  const bridges = Array.from({ length: Math.floor(functions / FUNCTIONS_A_BRIDGE) }, (_, n): Place => {
    const device = new Device(bridgePlan(false), 1000 + n);
    return { slot: { device, devfn: at(0, n >>> 1) }, bdf: at(0, n >>> 1) };
  });
  for (const [n, { slot }] of bridges.entries()) if ((n & 1) === 1) nest(slot, bridges[n - 1]!, bridges[n]!, n);
  const ends = Array.from({ length: functions - bridges.length }, (_, n) => end(n, bridges));
  const machine = new Machine([...bridges, ...ends].map(({ slot }) => slot));
  const guest = new Guest(machine);
  for (const [n, { bdf }] of bridges.entries()) openBridge(guest, bdf, windowsOf(n, bridges.length));
  for (const { slot, bdf, memory } of ends) {
    survey(guest, bdf);
    assign(guest, slot.device, bdf, memory, 0);
    guest.program(bdf, 4, 2, 6);
    guest.program(bdf, CAPABILITY.msix + 2, 2, 0x8000);
  }
  return { guest, machine, bridges, ends };
}

function nest(slot: Slot, outer: Place, inner: Place, n: number): void {
  slot.parent = outer.slot;
  slot.devfn = at(0, 0);
  inner.bdf = at(n, 0);
}

/** Bridge `n` has bus `n + 1` below; an outer one has 16 MiB, the inner one the upper half of them. */
function windowsOf(n: number, bridges: number): Parameters<typeof openBridge>[2] {
  const outer = n & ~1;
  const last = (n & 1) === 1 ? n + 1 : Math.min(outer + 2, bridges);
  const buses = (last << 16) | ((n + 1) << 8) | ((n & 1) === 1 ? n : 0);
  const base = windowBase(n);
  const limit = windowBase(outer) + 0xf00000n;
  const memory = Number(((limit >> 16n) << 16n) | (base >> 16n));
  return { buses, memory, prefetch: 0x0000fff0, io: 0x00f0 };
}

function windowBase(n: number): bigint {
  return 0xc0000000n + 0x1000000n * BigInt(n >>> 1) + ((n & 1) === 1 ? 0x800000n : 0n);
}

/** Functions go round the buses; without a bridge all are on the root bus. */
function end(n: number, bridges: readonly Place[]): End {
  const wide = (n & 1) === 1;
  const bars = [
    { index: 0, kind: wide ? ('memory64' as const) : ('memory32' as const), size: 0x4000n, prefetchable: false },
    { index: 2, kind: 'io' as const, size: 0x40n, prefetchable: false },
  ];
  const more: Partial<DevicePlan> = {
    id: 0x10410000 + n + 1,
    power: { noSoftReset: true },
    msi: { wide: true, masks: false, log2: 0 },
    msix: { size: VECTORS, bar: 0, table: TABLE, pba: PENDING },
  };
  const device = new Device(plainPlan(bars, more), n + 1);
  const parent = bridges.length === 0 ? undefined : n % bridges.length;
  const row = parent === undefined ? n : Math.floor(n / bridges.length);
  const devfn = at(0, row + 1);
  const base = parent === undefined ? 0xc0000000n : windowBase(parent);
  const homes = [base + 0x20000n * BigInt(row), base + 0x20000n * BigInt(row) + 0x10000n] as const;
  const slot: Slot = { device, devfn, ...(parent === undefined ? {} : { parent: bridges[parent]!.slot }) };
  return { slot, bdf: parent === undefined ? devfn : at(parent + 1, row + 1), homes, memory: homes[0] };
}

/** One step of the guest: a few accesses to some function. */
export function stroll({ guest, bridges, ends }: Hierarchy, draw: Draw): void {
  const one = ends[draw(ends.length)]!;
  const { bdf, slot } = one;
  switch (draw(16)) {
    case 0:
      guest.program(bdf, 4, 2, [6, 6, 6, 4, 2, 0x406][draw(6)]!);
      return;
    case 1:
      one.memory = one.homes[draw(2)]!;
      placeMemory(guest, slot.device, bdf, one.memory);
      return;
    case 2:
      guest.size(bdf, 0x10);
      return;
    case 3:
      guest.program(bdf, CAPABILITY.msix + 2, 2, [0x8000, 0xc000, 0][draw(3)]!);
      return;
    case 4:
      entry(guest, one, draw);
      return;
    case 5:
      guest.program(bdf, 0x3c, 1, draw(256));
      return;
    case 6:
      bridge(guest, bridges, draw);
      return;
    case 7:
      message(guest, one, draw);
      return;
    case 8:
    case 9:
    case 10:
      // The registers behind a BAR keep their values: nothing is written there.
      guest.memoryRead(one.memory + BigInt(4 * draw(64)), 4);
      return;
    case 11:
      guest.memoryRead(one.memory + BigInt(TABLE + 4 * draw(4 * VECTORS)), 4);
      return;
    default:
      guest.via = draw(2) === 0 ? 'cam' : 'ecam';
      guest.read(bdf, 4 * draw(64), 4);
  }
}

function entry(guest: Guest, { memory }: End, draw: Draw): void {
  const vector = memory + BigInt(TABLE + 16 * draw(VECTORS));
  guest.memoryWrite(vector + 12n, 4, 1n);
  guest.memoryWrite(vector, 4, 0xfee00000n + BigInt(0x1000 * draw(256)));
  guest.memoryWrite(vector + 8n, 4, BigInt(0x20 + draw(224)));
  guest.memoryWrite(vector + 12n, 4, 0n);
}

function bridge(guest: Guest, bridges: readonly Place[], draw: Draw): void {
  if (bridges.length === 0) return;
  const { bdf } = bridges[draw(bridges.length)]!;
  if (draw(8) === 0) guest.program(bdf, 4, 2, 5);
  guest.program(bdf, 4, 2, 7);
}

/** A message that a vector may send, if there is one. */
function message(guest: Guest, { slot }: End, draw: Draw): void {
  const { registers, table } = slot.device;
  const open = (registers.read(CAPABILITY.msix + 2, 2) & 0xc000) === 0x8000 && (registers.read(4, 2) & 4) !== 0;
  const at = 16 * draw(VECTORS);
  if (!open || table.read(at + 12, 4) !== 0) return;
  const address = BigInt(table.read(at, 4)) | (BigInt(table.read(at + 4, 4)) << 32n);
  guest.line(`message ${hex(address)} ${hex(table.read(at + 8, 4))}`);
}
