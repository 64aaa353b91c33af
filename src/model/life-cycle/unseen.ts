/** What a write may start of which the trace does not show enough: the layout of its function, or the way to a bus. */

import { CAUSE_BUS_RESET, CAUSE_SLOT_POWER } from '../cells.ts';
import type { Cause } from '../cells.ts';
import { BUS_NUMBERS, PRESENT, ROLE_LINK, ROLE_POWER, ROLE_SHPC, ROLE_SLOT } from '../function.ts';
import type { Bus, PciFunction } from '../function.ts';
import type { MachineState } from '../state.ts';
import { resetBelowPerhaps, resetPerhaps } from './life-cycle.ts';

/** Registers of a bridge that may reset what is below. */
const HOLDS_BELOW = ROLE_POWER | ROLE_LINK | ROLE_SLOT | ROLE_SHPC;

/** Bits that keep requests from what is below: PowerState, Link Disable, Power Controller Control. */
const SHUTS = 0x413;
const POWER_CONTROLLER = 0x400;

/** Capabilities Pointer. */
const POINTER = 0x34;

/** Secondary Bus Reset, in the dword of Bridge Control. */
const BUS_RESET = 1 << 22;

/**
 * A guest that knows its device may start FLR, or bring it back from D3hot, before the trace has shown where the
 * capabilities lie. Called before the write is applied.
 */
export function mayReset(f: PciFunction, d: number, mask: number, data: number): boolean {
  const { config } = f;
  // Without a list there is neither FLR nor a power state.
  if (d < 16 || config.bit(6, 4) === 0 || f.listComplete || f.fields[d] !== undefined) return false;
  // After power-on a guest that has not looked for capabilities is firmware that sets the registers of its board.
  const looked = config.bit(6, 4) === 1 || config.peek(POINTER, 1) !== undefined;
  if (f.fresh === 'power' && !f.again && !looked) return false;
  if ((mask & data & 0x8000) !== 0) return true;
  // Initiate FLR of Advanced Features stands in bit 0 of a dword (Advanced Capabilities for Conventional PCI, 3).
  if ((mask & data) === 1 && f.express !== true && (f.again || f.fresh === undefined)) return true;
  const unread = config.writtenMask[d]!;
  const last = (config.written[d]! & unread) | (config.value[d]! & config.seen[d]! & ~unread);
  return (mask & 3) === 3 && (data & 3) === 0 && (last & 3) === 3;
}

/** A register of the device's own may change what lies behind its BARs, as a window or a bank does. */
export function disturbContents(f: PciFunction, d: number, mask: number): void {
  if (d >= 16 && f.roles[d] === 0 && (mask & ~f.config.attributed(d)) !== 0) f.forgetContents();
}

/** A write that may reset or renumber what is below a function: buses of which it is not known where they lie may be among it. */
export function disturbBelow(
  state: MachineState,
  f: PciFunction,
  d: number,
  mask: number,
  data: number,
  resets: boolean,
): void {
  const anything = !f.listComplete && f.fields[d] === undefined;
  const shuts = d >= 16 && d < 64 && (mask & data & SHUTS) !== 0 && (anything || isOfUnknownPort(f, d));
  if (shuts) f.shutPerhaps = true;
  const mayBeSlot = anything || isOfUnknownPort(f, d) || (f.roles[d]! & ROLE_SLOT) !== 0;
  // Without power even what other resets keep is lost.
  const cause = d >= 16 && mayBeSlot && (mask & POWER_CONTROLLER) !== 0 ? CAUSE_SLOT_POWER : CAUSE_BUS_RESET;
  // What is below loses its link or its power, or is reset with the bridge.
  if (shuts || resets) resetBelowPerhaps(state, f, cause, 'reset');
  if (d === BUS_NUMBERS && f.headerType < 0) renumberGuessedPerhaps(state, f.bus);
  const holds = (d === 15 && (mask & BUS_RESET) !== 0) || (f.isBridge && (f.roles[d]! & HOLDS_BELOW) !== 0);
  if (f.headerType === 0 || (!resets && !holds)) return;
  resetUnplacedPerhaps(state, cause, (bus) => bus !== f.bus && bus !== f.secondary && mayForward(f, bus));
}

/** Link Control or Slot Control, should the function be a port. */
function isOfUnknownPort({ expressAt: at, portType }: PciFunction, d: number): boolean {
  return at > 0 && portType < 0 && (d === (at + 0x10) >>> 2 || d === (at + 0x18) >>> 2);
}

/** A write to a bus that nobody has read from: a bridge there may lead to buses of which it is not known where they lie. */
export function disturbUnknown(state: MachineState, d: number, mask: number): void {
  if (d === BUS_NUMBERS) renumberGuessedPerhaps(state, undefined);
  const cause = d >= 16 && (mask & POWER_CONTROLLER) !== 0 ? CAUSE_SLOT_POWER : CAUSE_BUS_RESET;
  if (d >= 16 || (d === 15 && (mask & BUS_RESET) !== 0)) resetUnplacedPerhaps(state, cause, () => true);
}

function resetUnplacedPerhaps(state: MachineState, cause: Cause, mayReach: (bus: Bus) => boolean): void {
  for (const bus of state.routing.buses()) {
    if ((!bus.guessed && !bus.uncertain) || !mayReach(bus)) continue;
    for (const one of bus.functions) {
      if (one?.presence !== PRESENT) continue;
      resetPerhaps(state, one, cause);
      if (one.doubt === 'none') one.doubt = 'reset';
      resetBelowPerhaps(state, one, cause, 'reset');
    }
  }
}

/** Whether the bus numbers of a function, as far as they are known, may hold a bus. */
function mayForward({ config, bus: own }: PciFunction, { number }: Bus): boolean {
  const first = config.peek(0x19, 1);
  const last = config.peek(0x1a, 1);
  if (first === undefined || last === undefined || first > last) return true;
  return number >>> 8 === own.number >>> 8 && (number & 0xff) >= first && (number & 0xff) <= last;
}

/** Bus numbers of a function that nobody has asked for its header type: what was found on guessed buses may be elsewhere. */
function renumberGuessedPerhaps(state: MachineState, own: Bus | undefined): void {
  for (const bus of state.routing.buses()) {
    if (!bus.guessed || bus === own) continue;
    for (const one of bus.functions) {
      if (one?.presence !== PRESENT || (one.doubt !== 'none' && one.doubt !== 'reset')) continue;
      one.mayBeReplaced(state.step);
      state.map.touch(one);
    }
  }
}
