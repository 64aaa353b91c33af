/** Machines whose BARs are placed, with a device register behind each that tells whether it is reached. */

import { Device } from './device.ts';
import type { BarPlan, DevicePlan } from './device.ts';
import { plainPlan } from './draw.ts';
import { at, Guest } from './guest.ts';
import type { Choices } from './judge.ts';
import { Machine, USUAL } from './machine.ts';
import type { Habits } from './machine.ts';

/** BAR 0: memory of 4 KiB or, 64-bit, 16 KiB; the next one: 64 I/O ports. */
export function bars(wide: boolean): BarPlan[] {
  const memory: BarPlan = wide
    ? { index: 0, kind: 'memory64', size: 0x4000n, prefetchable: true }
    : { index: 0, kind: 'memory32', size: 0x1000n, prefetchable: false };
  return [memory, { index: 2, kind: 'io', size: 0x40n, prefetchable: false }];
}

/** Bytes from the base of a BAR to the register that tells. */
export const MARK = 0x20;

/** Where function `n` of a bench is. */
export function place(n: number): number {
  return at(0, 4 + n);
}

/** First addresses of function `n`. */
export function home(n: number): { memory: bigint; port: number } {
  return { memory: 0xc0100000n + 0x10000n * BigInt(n), port: 0xc100 + 0x40 * n };
}

export interface Bench {
  guest: Guest;
  machine: Machine;
  devices: Device[];
  /** What the tell-tale registers behind the memory BAR and the I/O BAR of each function read. */
  memory: bigint[];
  port: number[];
  choices: Choices;
}

/** Functions on the root bus, found, sized, placed and enabled; their tell-tale registers read twice. */
export function bench(widths: readonly boolean[], habits: Habits = USUAL, more: Partial<DevicePlan> = {}): Bench {
  const devices = widths.map((wide, n) => new Device(plainPlan(bars(wide), more), n + 1));
  const machine = new Machine(
    devices.map((device, n) => ({ device, devfn: place(n) })),
    habits,
  );
  const guest = new Guest(machine);
  for (const n of devices.keys()) {
    survey(guest, place(n));
    assign(guest, devices[n]!, place(n), home(n).memory, home(n).port);
  }
  const memory = devices.map((_, n) => mark(guest, home(n).memory + BigInt(MARK)));
  const port = devices.map((_, n) => {
    guest.portRead(home(n).port + MARK, 4);
    return guest.portRead(home(n).port + MARK, 4);
  });
  const choices = { hole: habits.hole, zero_bar: habits.zeroBar, top_bar: habits.topBar };
  return { guest, machine, devices, memory, port, choices };
}

/** What an operating system reads of a function before it uses it: identity, capability list, BAR sizes. */
export function survey(guest: Guest, bdf: number, header: 0 | 1 = 0): void {
  for (const offset of [0, 4, 8]) guest.read(bdf, offset, 4);
  guest.read(bdf, 0x0e, 1);
  guest.read(bdf, 0x3c, 4);
  let pointer = (guest.read(bdf, 6, 2) & 0x10) === 0 ? 0 : guest.read(bdf, 0x34, 1);
  while (pointer !== 0) pointer = capability(guest, bdf, pointer);
  for (let offset = 0x10; offset < (header === 0 ? 0x28 : 0x18); offset += 4) guest.size(bdf, offset);
  guest.size(bdf, header === 0 ? 0x30 : 0x38, 0xfffff800);
}

/** Reads a capability as far as its length is known; returns the pointer to the next one. */
function capability(guest: Guest, bdf: number, pointer: number): number {
  const lengths: Readonly<Record<number, number>> = { 0x01: 8, 0x05: 24, 0x10: 60, 0x11: 12 };
  const head = guest.read(bdf, pointer, 4);
  const id = head & 0xff;
  const long = (head >>> 23) & 1;
  const length = id === 0x05 && (head & 0x01000000) === 0 ? (long === 1 ? 16 : 12) : (lengths[id] ?? 4);
  for (let offset = 4; offset < length; offset += 4) guest.read(bdf, pointer + offset, 4);
  return (head >>> 8) & 0xff;
}

/** Programs BAR 0 and BAR 2, and sets all three enables. */
export function assign(guest: Guest, device: Device, bdf: number, memory: bigint, port: number): void {
  placeMemory(guest, device, bdf, memory);
  guest.program(bdf, 0x18, 4, port);
  guest.program(bdf, 4, 2, 7);
}

/** Writes the memory BAR, the upper half first, and reads it back. */
export function placeMemory(guest: Guest, device: Device, bdf: number, address: bigint): void {
  if (device.plan.bars[0]?.kind === 'memory64') guest.program(bdf, 0x14, 4, Number(address >> 32n));
  guest.program(bdf, 0x10, 4, Number(address & 0xffffffffn));
}

/** Reads a device register three times: from then on it tells whether its region is reached, and what it surely is not. */
export function mark(guest: Guest, address: bigint): bigint {
  guest.memoryRead(address, 4);
  guest.memoryRead(address, 4);
  return guest.memoryRead(address, 4);
}

/** What an address gives that nobody claims. */
export function holeOf(habits: Habits): bigint {
  return habits.hole === 'zero' ? 0n : 0xffffffffn;
}
