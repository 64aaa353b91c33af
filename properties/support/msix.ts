/** A function with MSI-X, and what a guest does to its table. */

import { assign, home, place, survey } from './decode.ts';
import { Device } from './device.ts';
import { plainPlan } from './draw.ts';
import { Guest } from './guest.ts';
import { Machine } from './machine.ts';

export const F = place(0);
export const TABLE = home(0).memory + 0x2000n;
export const PENDING = home(0).memory + 0x3000n;
export const SENDER = '00:04.0';

export interface Rig {
  guest: Guest;
  device: Device;
  size: number;
}

/** A function with MSI-X, its BAR placed and enabled, nothing of its table known. */
export function rig(size: number, express = true): Rig {
  const bars = [
    { index: 0, kind: 'memory64' as const, size: 0x4000n, prefetchable: false },
    { index: 2, kind: 'io' as const, size: 0x40n, prefetchable: false },
  ];
  const msix = { size, bar: 0, table: 0x2000, pba: 0x3000 };
  const device = new Device(plainPlan(bars, { express, latency: 0, msix, power: { noSoftReset: true } }), 1);
  const guest = new Guest(new Machine([{ device, devfn: F }]));
  survey(guest, F);
  assign(guest, device, F, home(0).memory, home(0).port);
  return { guest, device, size };
}

export const entryAt = (entry: number, part = 0) => TABLE + BigInt(16 * entry + 4 * part);

/** Programs an entry, still masked. */
export function programEntry({ guest }: Rig, entry: number, address: bigint, data: number): void {
  for (const [part, value] of [address & 0xffffffffn, address >> 32n, BigInt(data)].entries()) {
    guest.memoryWrite(entryAt(entry, part), 4, value);
    guest.memoryRead(entryAt(entry, part), 4);
  }
}

export function setMask({ guest }: Rig, entry: number, mask: boolean): void {
  guest.memoryWrite(entryAt(entry, 3), 4, mask ? 1n : 0n);
  guest.memoryRead(entryAt(entry, 3), 4);
}

/** Writes enable and function mask. */
export function control({ guest }: Rig, enable: boolean, mask: boolean): void {
  guest.program(F, 0x72, 2, (enable ? 0x8000 : 0) + (mask ? 0x4000 : 0));
}
