/** A machine with bridges: a root port with an endpoint, a conventional bridge with a bridge and functions below. */

import { bars, survey } from './decode.ts';
import { Device } from './device.ts';
import type { DevicePlan } from './device.ts';
import { bridgePlan, plainPlan } from './draw.ts';
import { at, Guest } from './guest.ts';
import { Machine, USUAL } from './machine.ts';
import type { Habits, Slot } from './machine.ts';

export const PORT = at(0, 0x1c);
export const BRIDGE = at(0, 0x1d);

export interface Tree {
  machine: Machine;
  guest: Guest;
  /** Root port, and the endpoint below. */
  port: Slot;
  below: Slot;
  /** Conventional bridge, function 1.0 on its bus, bridge 2.0 on its bus, function 3.0 behind that. */
  outer: Slot;
  near: Slot;
  inner: Slot;
  far: Slot;
}

/** Places of the functions' BARs at first. Bus 1 is below the port; 2 and 3 below the outer bridge, 3 below the inner. */
export const HOMES = {
  below: { memory: 0xc1000000n, port: 0xd000 },
  near: { memory: 0xc4000000n, port: 0xe000 },
  far: { memory: 0xc4800000n, port: 0xe800 },
} as const;

/** The machine, nothing of it known. */
export function plant(habits: Habits = USUAL, below: Partial<DevicePlan> = {}): Tree {
  const express = { express: true, latency: 0, ...below };
  const port: Slot = { device: new Device(bridgePlan(true), 1), devfn: PORT };
  const outer: Slot = { device: new Device(bridgePlan(false), 2), devfn: BRIDGE };
  const inner: Slot = { device: new Device(bridgePlan(false), 3), devfn: at(0, 2), parent: outer };
  const end = (salt: number, devfn: number, parent: Slot, plan: Partial<DevicePlan>): Slot => ({
    device: new Device(plainPlan(bars(salt === 4), { id: 0x10410000 + salt, ...plan }), salt),
    devfn,
    parent,
  });
  const slots = {
    port,
    outer,
    inner,
    below: end(4, at(0, 0), port, express),
    near: end(5, at(0, 1), outer, {}),
    far: end(6, at(0, 3), inner, {}),
  };
  const machine = new Machine(Object.values(slots), habits);
  return { ...slots, machine, guest: new Guest(machine) };
}

/** The machine after enumeration: buses numbered, windows open, BARs placed, everything enabled. */
export function grown(habits: Habits = USUAL, below: Partial<DevicePlan> = {}, slot = false): Tree {
  const tree = plant(habits, below);
  const { guest } = tree;
  if (slot) addSlot(tree.port.device);
  openBridge(guest, PORT, { buses: 0x010100, memory: 0xc1f0c100, prefetch: 0xcff0cf00, io: 0xd0d0 });
  openBridge(guest, BRIDGE, { buses: 0x030200, memory: 0xc4f0c400, prefetch: 0xcef0ce00, io: 0xe0e0 });
  openBridge(guest, at(2, 2), { buses: 0x030302, memory: 0xc4f0c480, prefetch: 0xcdf0cd00, io: 0xe0e0 });
  for (const [bdf, home] of places()) {
    survey(guest, bdf);
    if (bdf === at(1, 0)) guest.program(bdf, 0x14, 4, 0);
    guest.program(bdf, 0x10, 4, Number(home.memory));
    guest.program(bdf, 0x18, 4, home.port);
    guest.program(bdf, 4, 2, 7);
  }
  return tree;
}

/** Makes a slot with a power controller of a root port. */
function addSlot({ registers }: Device): void {
  registers.define(0x82, 2, 0x0142);
  registers.define(0x8c, 4, 0x00500011);
  registers.define(0x92, 2, 0x2011, { clears: 0xc000 });
  registers.define(0x94, 4, 0x0008005b);
  registers.define(0x98, 2, 0x01c0, { writable: 0x1fff });
  registers.define(0x9a, 2, 0x0040, { clears: 0x011f });
}

/** Numbers of the three end functions at first, with their BARs. */
export function places(): [bdf: number, home: { memory: bigint; port: number }][] {
  return [
    [at(1, 0), HOMES.below],
    [at(2, 1), HOMES.near],
    [at(3, 3), HOMES.far],
  ];
}

/** Surveys a bridge, writes every window bit both ways, and opens it. */
export function openBridge(
  guest: Guest,
  bdf: number,
  { buses, memory, prefetch, io }: { buses: number; memory: number; prefetch: number; io: number },
): void {
  survey(guest, bdf, 1);
  guest.program(bdf, 0x18, 4, buses);
  guest.program(bdf, 0x20, 4, 0xfff0fff0);
  guest.program(bdf, 0x20, 4, memory);
  guest.program(bdf, 0x24, 4, 0xfff0fff0);
  guest.program(bdf, 0x24, 4, prefetch);
  for (const register of [0x28, 0x2c, 0x30]) {
    guest.program(bdf, register, 4, 0xffffffff);
    guest.program(bdf, register, 4, 0);
  }
  guest.program(bdf, 0x1c, 2, 0xf0f0);
  guest.program(bdf, 0x1c, 2, io);
  guest.program(bdf, 4, 2, 7);
}
