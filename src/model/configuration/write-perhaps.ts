import { CAUSE_FLR } from '../cells.ts';
import { ABSENT, UNKNOWN } from '../function.ts';
import type { Bus, PciFunction } from '../function.ts';
import type { Piece } from './configuration.ts';
import type { MachineState } from '../state.ts';
import { perhapsEffects, resetPerhaps } from '../life-cycle/life-cycle.ts';
import { disturbBelow, disturbContents, disturbUnknown, mayReset } from '../life-cycle/unseen.ts';
import { registerPerhapsWritten } from '../interrupts/release.ts';
import { virtioWritten } from '../virtio/window.ts';

/** A write of which it is open if it arrives. */
export function writePerhaps(
  state: MachineState,
  f: PciFunction,
  d: number,
  mask: number,
  data: number,
  shape: number,
): void {
  f.reach(d);
  const resets = mayReset(f, d, mask, data);
  disturbBelow(state, f, d, mask, data, resets);
  disturbContents(f, d, mask);
  f.config.writePerhaps(d, mask, data, state.step, shape);
  perhapsEffects(state, f, d, mask, data);
  if (resets) resetPerhaps(state, f, CAUSE_FLR);
  state.map.touch(f);
  state.routing.invalidate(state.step);
  registerPerhapsWritten(state, f, d);
  f.vectors.uncertain = true;
  if (f.virtio !== undefined) virtioWritten(state, f, f.virtio, d, mask, data, false);
}

/** Pieces of one access that are journaled; more are so many guesses at what an odd access does, of which one stands for all. */
const PIECES_NOTED = 3;

/** Pieces of a write of which it is open if they arrive, and, of a number that several bridges claim, where. */
export function writeAnyPerhaps(state: MachineState, bdf: number, pieces: readonly Piece[], shape: number): void {
  state.disturbedAt = state.step;
  const buses = state.routing.contested(bdf >>> 8) ?? [state.routing.bus(bdf >>> 8)];
  if (buses[0] === undefined) for (const { d, mask } of pieces) disturbUnknown(state, d, mask);
  for (const { d, mask, data } of pieces) writeUnplaced(state, bdf, d, mask, data, shape);
  for (const bus of buses) {
    const f = functionFor(state, bus, bdf);
    if (f === undefined) continue;
    const noted = pieces.length > PIECES_NOTED ? 1 : pieces.length;
    for (const { d, mask, data } of pieces.slice(0, noted)) noteWrite(state, f, d, mask, data, shape & 0xf);
    for (const { d, mask, data } of pieces) writePerhaps(state, f, d, mask, data, shape);
  }
}

/**
 * A write to a number that no bus surely has: any below a bridge may have it of which it is open which number it has.
 * Those are meant that the number does not lead to anyway. Returns whether there is any.
 */
export function writeUnplaced(
  state: MachineState,
  bdf: number,
  d: number,
  mask: number,
  data: number,
  shape: number,
): boolean {
  const { routing } = state;
  const number = bdf >>> 8;
  if (routing.surely(number) !== undefined) return false;
  const reached = routing.contested(number) ?? [routing.bus(number)];
  let any = false;
  for (const bus of routing.unplaced(number)) {
    if (reached.includes(bus)) continue;
    const f = functionFor(state, bus, bdf);
    if (f === undefined) continue;
    noteWrite(state, f, d, mask, data, shape & 0xf);
    writePerhaps(state, f, d, mask, data, shape);
    any = true;
  }
  return any;
}

/** The function that takes a write; one that nobody looked at yet is remembered, for the guest may know that it is there. */
export function functionFor(state: MachineState, bus: Bus | undefined, bdf: number): PciFunction | undefined {
  if (bus === undefined) return undefined;
  const at = bdf & 0xff;
  const f = bus.functions[at];
  if (f !== undefined && f.presence !== ABSENT) return f;
  if (f !== undefined) {
    // It may be back, and then it has the write.
    f.tainted = true;
    if (f.isBridge) state.routing.invalidate(state.step);
    return undefined;
  }
  if (bus.absentAt[at]! >= 0 || !state.hasRoom()) return undefined;
  return state.newFunction(bus, at);
}

/** Remembers a write, for what it may have damaged; `f` undefined: nobody is there. */
export function noteWrite(
  state: MachineState,
  f: PciFunction | undefined,
  d: number,
  mask: number,
  data: number,
  width: number,
): void {
  state.journal.add({
    step: state.step,
    kind: f === undefined || f.presence === ABSENT ? 'absent' : 'register',
    function: f,
    d,
    mask,
    data,
    width,
    roles: f?.roles[d] ?? 0,
    open: f !== undefined && f.presence !== UNKNOWN && f.listComplete && d >= 16 && f.fields[d] === undefined,
  });
}
