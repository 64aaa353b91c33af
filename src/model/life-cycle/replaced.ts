/** Functions in whose place another one may stand. */

import { CAUSE_MACHINE_RESET, CAUSE_PLUG, CAUSE_WRITE } from '../cells.ts';
import type { Cells } from '../cells.ts';
import { PRESENT } from '../function.ts';
import type { Bus, PciFunction } from '../function.ts';
import type { MachineState } from '../state.ts';
import { forgetFunction } from './forget.ts';
import { resetFunction, touch } from './life-cycle.ts';

/** After so many answers that fit, a function is believed to be the one that it was. */
const CONVINCED = 16;

/**
 * An answer of a function of which it is open if it is still the one that it was. Returns the function that has given it.
 */
export function resolveReplaced(
  state: MachineState,
  f: PciFunction,
  d: number,
  mask: number,
  data: number,
  wrong: number,
  constant: number,
  telling: boolean,
): PciFunction {
  if ((wrong & constant) !== 0) {
    // After a reset of the machine firmware may have numbered the buses otherwise, so that another one is here.
    const moved = f.config.cause[0] === CAUSE_MACHINE_RESET || (state.wasReset && f.pluggedAt < 0);
    const other = replace(state, f.bus, f.deviceFunction);
    other.presence = PRESENT;
    mixUp(f.bus);
    if (state.powerOn && !f.bus.guessed && !f.bus.uncertain) other.fresh = moved ? 'machine' : 'slot';
    if (!moved) other.config.cause.fill(CAUSE_PLUG);
    suspectAlias(other, d, mask, data);
    return other;
  }
  if (wrong !== 0 && f.doubt !== 'power' && f.config.cause[d] !== CAUSE_PLUG) {
    // What can be written is not what it was: the same kind of function, fresh from the box.
    startAnew(state, f);
    return f;
  }
  // While it is not known which bus has the number, a card of the same kind may be here that lies elsewhere.
  const surely = f.doubt === 'power' && !f.bus.uncertain;
  if (wrong !== 0 || !(surely ? telling : convinces(f, d, mask, data, telling))) return f;
  if (!surely && isWrittenSince(f.config, d, f.doubtedAt)) forgetBefore(state, f);
  clear(state, f);
  return f;
}

/** Whether a register was written since it is open if this is the function that it was: another one would show that, too. */
function isWrittenSince({ cause, changedAt }: Cells, d: number, since: number): boolean {
  return cause[d] === CAUSE_WRITE && changedAt[d]! > since;
}

/** The function is there, and has what was written since; whether it has the rest is not known. */
function forgetBefore(state: MachineState, f: PciFunction): void {
  forgetFunction(state, f, (cells, d) => isWrittenSince(cells, d, f.doubtedAt));
  touch(state, f);
}

/** A function of the same kind stands in the place of one, nobody knows since when: what was written may have come after. */
function startAnew(state: MachineState, f: PciFunction): void {
  const { config } = f;
  const written = Array.from(config.cause.keys()).filter((d) => config.cause[d] === CAUSE_WRITE);
  resetFunction(state, f, 'slot', CAUSE_PLUG, f.doubt);
  for (const d of written) {
    config.forgetBits(d, ~(config.readOnly[d]! | config.zero[d]!));
    config.cause[d] = CAUSE_WRITE;
  }
  f.msix?.forgetEntries();
  f.msix?.pending.forgetVariables();
  f.vectors.forget();
}

/**
 * Whether an answer shows that a function is still the one that it was. A new one of the same kind has the same
 * constants, so a value that software wrote and no reset gives must be there. After a definite plug it is the constants
 * that count.
 */
function convinces(f: PciFunction, d: number, mask: number, data: number, telling: boolean): boolean {
  const { config } = f;
  if (config.cause[d] === CAUSE_PLUG) return telling && ++f.telling >= CONVINCED;
  const programmed = config.writable(d) & config.known(d) & config.resetDefined[d]! & mask;
  return ((data ^ config.resetValue[d]!) & programmed) !== 0;
}

/** What was found on a bus of which it is not certain where it lies, or missed, may belong to another one. */
export function mixUp(bus: Bus): void {
  if (bus.uncertain && !bus.inverted) bus.mixed = true;
}

/** A function that was not there before, in the place of another one or in an empty one. */
export function replace(state: MachineState, bus: Bus, deviceFunction: number): PciFunction {
  const old = bus.functions[deviceFunction];
  if (old !== undefined) {
    state.retire(old);
    state.routing.invalidate(state.step);
  }
  return state.newFunction(bus, deviceFunction);
}

/** A function with the identity of another one, in whose place it may stand because an address bit is not decoded. */
export function suspectAlias(f: PciFunction, d: number, mask: number, data: number): void {
  if (d !== 0 || mask !== -1) return;
  const sibling = f.bus.functions[f.deviceFunction & ~7];
  const same = (other: PciFunction | undefined): boolean =>
    other !== undefined && other !== f && other.presence === PRESENT && other.config.peek(0, 4) === data >>> 0;
  if ((f.deviceFunction & 7) !== 0) {
    if (same(sibling) && sibling?.config.bit(0x0e, 7) === 0) f.aliasOf = sibling;
    return;
  }
  for (let bit = 3; bit < 8; bit++) {
    const other = f.bus.functions[f.deviceFunction ^ (1 << bit)];
    if (same(other)) f.aliasOf = other;
  }
}

/** It is certain which function this is. */
export function clear(state: MachineState, f: PciFunction): void {
  f.doubt = 'none';
  state.map.touch(f);
}
