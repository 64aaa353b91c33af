/** The state of a function in a few bits, so that states can be counted: coverage is which rules were judged in which. */

import { ABSENT } from './function.ts';
import type { Doubt, PciFunction } from './function.ts';
import { MAYBE, ON } from './decode/region.ts';

/** Each part is a number of at most ten bits; what is not known counts as 0. */
export interface AbstractState {
  /** Presence, doubt, power state. */
  life: number;
  /** Enables of Command, and what the regions do. */
  decode: number;
  /** Which mechanism is on, masks, what is pending. */
  interrupts: number;
  /** Of a bridge: windows and Bridge Control; of all: what the bridges above let through. */
  path: number;
}

export const NO_STATE: AbstractState = { life: 1023, decode: 0, interrupts: 0, path: 0 };

const DOUBTS: readonly Doubt[] = ['none', 'reset', 'flr', 'held', 'unpowered', 'power', 'replaced', 'gone'];

/** Command (PCIe 7.5.1.1.3). */
const COMMAND = 4;
const IO_SPACE = 0;
const MEMORY_SPACE = 1;
const BUS_MASTER = 2;
const INTERRUPT_DISABLE = 10;
/** Bridge Control (PCIe 7.5.1.3.13). */
const BRIDGE_CONTROL = 0x3e;
const ISA_ENABLE = 2;
const VGA_ENABLE = 3;
const SECONDARY_BUS_RESET = 6;
/** Registers of the windows: offset and bytes of base and limit, bits that are address (PCIe 7.5.1.3.6 to 7.5.1.3.9). */
const WINDOWS = [
  { base: 0x1c, limit: 0x1d, width: 1, address: 0xf0 },
  { base: 0x20, limit: 0x22, width: 2, address: 0xfff0 },
  { base: 0x24, limit: 0x26, width: 2, address: 0xfff0 },
] as const;

export function abstractState(f: PciFunction): AbstractState {
  return { life: lifeOf(f), decode: decodeOf(f), interrupts: interruptsOf(f), path: pathOf(f) };
}

function is(f: PciFunction, offset: number, bit: number): boolean {
  return f.config.bit(offset, bit) === 1;
}

/** The first condition is bit 0. */
function packed(...conditions: readonly boolean[]): number {
  return conditions.reduce((bits, condition, bit) => (condition ? bits | (1 << bit) : bits), 0);
}

function isAwake(f: PciFunction): boolean {
  return f.powerAt === 0 || !(is(f, f.powerAt + 4, 0) || is(f, f.powerAt + 4, 1));
}

function lifeOf(f: PciFunction): number {
  return (DOUBTS.indexOf(f.doubt) << 3) | packed(f.presence === ABSENT, !isAwake(f), f.aliasOf !== undefined);
}

function decodeOf(f: PciFunction): number {
  let on = false;
  let maybe = false;
  let rom = false;
  let closed = false;
  let edge = false;
  for (const { state, why, index } of f.regions) {
    on ||= state === ON;
    maybe ||= state === MAYBE;
    rom ||= index === 6 && state === ON;
    closed ||= why === 'window' || why === 'outer window' || why === 'window closed';
    edge ||= why === 'address zero' || why === 'top of the address space';
  }
  return packed(is(f, COMMAND, IO_SPACE), is(f, COMMAND, MEMORY_SPACE), on, maybe, rom, closed, edge);
}

function interruptsOf(f: PciFunction): number {
  const { msixAt, msiAt, vectors } = f;
  const held = vectors.held();
  return packed(
    msixAt > 0 && is(f, msixAt + 2, 15),
    msixAt > 0 && is(f, msixAt + 2, 14),
    msiAt > 0 && is(f, msiAt + 2, 0),
    is(f, COMMAND, INTERRUPT_DISABLE),
    is(f, COMMAND, BUS_MASTER),
    held.some(({ vector }) => vector.pending === 1),
    held.some(({ msix, index }) => msix && vectors.masked(index) === 1),
    vectors.wire.condition === 1,
    vectors.uncertain,
  );
}

function pathOf(f: PciFunction): number {
  let forwards = true;
  let sends = true;
  let awake = true;
  for (let bridge = f.bus.owner; bridge !== undefined; bridge = bridge.bus.owner) {
    forwards &&= is(bridge, COMMAND, MEMORY_SPACE);
    sends &&= is(bridge, COMMAND, BUS_MASTER);
    awake &&= isAwake(bridge);
  }
  const above = packed(f.bus.owner !== undefined, forwards, sends, awake);
  if (!f.isBridge) return above;
  const control = packed(
    is(f, BRIDGE_CONTROL, VGA_ENABLE),
    is(f, BRIDGE_CONTROL, ISA_ENABLE),
    is(f, BRIDGE_CONTROL, SECONDARY_BUS_RESET),
  );
  const windows = packed(
    ...WINDOWS.map(({ base, limit, width, address }) => {
      const low = f.config.peek(base, width);
      const high = f.config.peek(limit, width);
      return low !== undefined && high !== undefined && (low & address) <= (high & address);
    }),
  );
  return above | (control << 4) | (windows << 7);
}
