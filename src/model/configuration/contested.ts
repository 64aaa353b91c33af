/**
 * Bus numbers of which it is open where they lead: the intervals of two bridges on one bus have them in common
 * (RTE-005: the guest has misprogrammed them, and either bridge may forward a request, both, or neither), or a bridge
 * may have them because a write or a reset has left its numbers open.
 */

import { CAUSE_WRITE, lanes } from '../cells.ts';
import {
  ABSENT,
  BUS_NUMBERS,
  PRESENT,
  ROLE_AF,
  ROLE_BRIDGE_CONTROL,
  ROLE_DEVICE_CONTROL,
  ROLE_LINK,
  ROLE_POWER,
  ROLE_SHPC,
  ROLE_SLOT,
} from '../function.ts';
import type { Bus, PciFunction } from '../function.ts';
import { forgetFunction } from '../life-cycle/forget.ts';
import type { MachineState } from '../state.ts';
import { formatBits } from '../text.ts';
import { noteWrite, writePerhaps } from './write-perhaps.ts';

/** One contested number: the buses that it leads to as far as known, and how many bridges claim it together; 0: see `open`. */
export interface Contest {
  readonly buses: Bus[];
  /** Buses that have or had the number, behind bridges whose claim is not known: they may be written to as well. */
  readonly former: Bus[];
  claims: number;
  /** No bridges are known to claim it together: the numbers of one that may are open. */
  readonly open: boolean;
}

/** Registers by which a write changes more than themselves. */
const CONTROLS = ROLE_AF | ROLE_BRIDGE_CONTROL | ROLE_DEVICE_CONTROL | ROLE_LINK | ROLE_POWER | ROLE_SHPC | ROLE_SLOT;

/**
 * Enters the numbers that more than one function of a bus claims, among those of the requests that reach the bus as
 * Type 1: from `from` to `to`. The number of the bus itself is none of them, for its requests are Type 0 (PCIe 7.3.3).
 * `claimants`: the functions of the bus that are bridges or may be.
 */
export function findContests(
  claimants: readonly PciFunction[],
  segment: number,
  { from, to }: { from: number; to: number },
  contests: Map<number, Contest>,
): void {
  const claims = new Uint16Array(256);
  for (const one of claimants) {
    const [secondary, subordinate] = widest(one);
    const first = secondary === 0 && subordinate > 0 ? 1 : secondary;
    if (first === 0) continue;
    // Without an interval at least the secondary number may be claimed (RTE-004).
    for (let number = first; number <= Math.max(secondary, subordinate); number++) claims[number]!++;
  }
  for (let at = from; at <= to; at++) {
    const count = claims[at]!;
    if (count < 2) continue;
    const contest = contests.get(segment | at);
    if (contest === undefined) contests.set(segment | at, { buses: [], former: [], claims: count, open: false });
    else contest.claims = Math.max(contest.claims, count);
  }
}

/**
 * What was written while nobody answered may have given numbers to a bridge that may be back; a write of the register,
 * to a function of which nobody has read whether it is a bridge.
 */
export function mayClaim(f: PciFunction | undefined): f is PciFunction {
  if (f === undefined) return false;
  if (f.presence === PRESENT) return f.isBridge || (f.headerType < 0 && (f.tainted || isNumbered(f)));
  // Nobody has seen it, or not again: an answer of all ones shows that it is not there.
  if (f.bus.absentAt[f.deviceFunction]! >= 0) return false;
  return f.presence === ABSENT ? f.tainted && f.isBridge : isNumbered(f);
}

/** Whether a function, whose numbers are open, may forward requests for the number. */
export function mayForwardTo(f: PciFunction, number: number): boolean {
  if (!mayClaim(f) || (f.presence === PRESENT && f.config.peek(0x19, 1) !== undefined)) return false;
  const [secondary, subordinate] = widest(f);
  // It may be above the subordinate one.
  return number >= Math.max(secondary, 1) && number <= Math.max(subordinate, ...openNumbers(f));
}

/** Whether software gave a function numbers, this among them, without reading whether it is a bridge. */
export function isNumberedUnseen(f: PciFunction, number: number): boolean {
  if (f.headerType >= 0 || f.bus.number >>> 8 !== number >>> 8 || !mayClaim(f)) return false;
  // After a reset that has perhaps come since, they may be what was written, of which the rest is forgotten.
  const written = f.config.written[BUS_NUMBERS]!;
  const [secondary, subordinate] = isNumbered(f) ? widest(f) : [(written >>> 8) & 0xff, (written >>> 16) & 0xff];
  return (number & 0xff) >= Math.max(secondary, 1) && (number & 0xff) <= subordinate;
}

function isNumbered({ config }: PciFunction): boolean {
  return config.cause[BUS_NUMBERS] === CAUSE_WRITE;
}

/** Secondary and subordinate number that a function may have; as far apart as they may be where a write is open. */
function widest({ config, tainted, presence }: PciFunction): [number, number] {
  if (presence === ABSENT) return [1, 0xff];
  // Of a function that nobody knows the registers keep what was written.
  const late = config.writtenMask[BUS_NUMBERS]! & ~config.seen[BUS_NUMBERS]!;
  const open = config.pending[BUS_NUMBERS]! | config.otherMask[BUS_NUMBERS]!;
  const value = (config.value[BUS_NUMBERS]! & ~late) | (config.written[BUS_NUMBERS]! & late);
  const known = config.seen[BUS_NUMBERS]! | config.zero[BUS_NUMBERS]! | open | late;
  const isKnown = (shift: number): boolean => ((known >>> shift) & 0xff) === 0xff;
  const mayBeWritten = (shift: number): boolean => tainted || ((config.unread[BUS_NUMBERS]! >>> shift) & 0xff) !== 0;
  const secondary = isKnown(8) ? ((value & ~open) >>> 8) & 0xff : mayBeWritten(8) ? 1 : 0;
  const subordinate = isKnown(16) ? ((value | open) >>> 16) & 0xff : mayBeWritten(16) ? 0xff : secondary;
  return [secondary, subordinate];
}

/**
 * Numbers that the bus below a bridge may have while it is open whether a write of them, or a reset, arrived: one of two,
 * or after more of that any. None where the number is known, and of a bridge whose numbers nobody has looked at.
 */
export function openNumbers({ config }: PciFunction): readonly number[] {
  const secondary = (bits: number): number => (bits >>> 8) & 0xff;
  const d = BUS_NUMBERS;
  const otherMask = config.otherMask[d]!;
  if (secondary((config.seen[d]! | config.zero[d]!) & ~config.pending[d]!) === 0xff) {
    const value = config.value[d]!;
    if (secondary(otherMask) === 0) return [];
    return [value, (value & ~otherMask) | (config.other[d]! & otherMask)].map(secondary).filter((one) => one > 0);
  }
  return secondary(config.unread[d]! & ~config.writtenMask[d]!) === 0 ? [] : ANY_NUMBER;
}

/** Whether the secondary number of a bridge is open, and may be this one. */
export function mayBeSecondary({ config, bus, isBridge }: PciFunction, number: number): boolean {
  if (!isBridge || bus.number >>> 8 !== number >>> 8 || config.peek(0x19, 1) !== undefined) return false;
  const open = config.pending[BUS_NUMBERS]! | config.otherMask[BUS_NUMBERS]!;
  const known = (config.seen[BUS_NUMBERS]! | config.zero[BUS_NUMBERS]!) & ~open & 0xff00;
  return (((number << 8) ^ config.knownValue(BUS_NUMBERS)) & known) === 0;
}

const ANY_NUMBER: readonly number[] = Array.from({ length: 0xff }, (_, index) => index + 1);

/** A read of a contested number: content of either subtree, or all ones. It teaches nothing. */
export function readContested(
  state: MachineState,
  contest: Contest,
  deviceFunction: number,
  offset: number,
  width: number,
  answer: number,
): void {
  const mask = lanes(offset, width);
  const data = (answer << ((offset & 3) << 3)) & mask;
  if (data === mask) {
    state.absentReads++;
    return;
  }
  // Below a bridge that claims the number there may be others that nobody has looked at.
  if (!state.showsResets || contest.open || contest.buses.length < contest.claims) return;
  state.reporter.count('RTE-005');
  const d = offset >>> 2;
  let told: PciFunction | undefined;
  for (const bus of [...contest.buses, ...contest.former]) {
    const f = bus.functions[deviceFunction];
    if (f === undefined || f.presence !== PRESENT) {
      if (bus.absentAt[deviceFunction]! < 0) return;
      continue;
    }
    if (f.doubt !== 'none' || d >= f.config.length || f.config.contradiction(d, mask, data) === 0) return;
    told ??= f;
  }
  state.reporter.diverge({
    rule: 'RTE-005',
    function: told,
    register: 'Secondary Bus Number',
    shape: 'an answer of neither subtree',
    expected: 'what the function below one of the bridges holds, or all ones',
    actual: formatBits(data, mask),
    explanation: 'Two bridges claim the bus number: either may answer, or none, but nobody else.',
  });
}

/** A write of a contested number: applied in any of the subtrees. */
export function writeContested(
  state: MachineState,
  contest: Contest,
  deviceFunction: number,
  offset: number,
  width: number,
  data: number,
  shape: number,
): void {
  // What lies below a bridge that nobody has looked at may have been written too: nothing is as at power-on any more.
  if (contest.buses.length < contest.claims) state.powerOn = false;
  const d = offset >>> 2;
  for (const bus of [...contest.buses, ...contest.former]) {
    let f = bus.functions[deviceFunction];
    if (f === undefined) {
      if (bus.absentAt[deviceFunction]! >= 0 || !state.hasRoom()) continue;
      f = state.newFunction(bus, deviceFunction);
    }
    // One that nobody has looked at, or that may be back, has the write if it is there.
    if (f.presence !== PRESENT) f.tainted = true;
    noteWrite(state, f, d, lanes(offset, width), data << ((offset & 3) << 3), width);
    writePerhaps(state, f, d, lanes(offset, width), data << ((offset & 3) << 3), shape);
    if ((f.roles[d]! & CONTROLS) === 0) continue;
    forgetFunction(state, f);
    if (f.presence === PRESENT) f.mayBeReplaced(state.step);
  }
}
