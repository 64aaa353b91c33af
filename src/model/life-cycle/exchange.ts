/** Functions that are put in and taken out, as the source of a trace tells (PCIe 6.7). */

import { CAUSE_PLUG } from '../cells.ts';
import { ABSENT, PRESENT, UNKNOWN } from '../function.ts';
import type { Bus, PciFunction } from '../function.ts';
import { presenceChanged } from '../interrupts/slot-events.ts';
import type { MachineState } from '../state.ts';
import { below, busesBelow } from './below.ts';
import { doubtReplaced, doubtVirtual, resetFunction, touch } from './life-cycle.ts';
import { isPhysical } from './virtual-functions.ts';

/** What lies on a bus of which it is not known where it is may have come or gone with a device. */
function doubtGuessed(state: MachineState, f: PciFunction | undefined): void {
  if (f?.headerType === 0) return;
  for (const bus of state.routing.buses()) {
    if (!bus.guessed) continue;
    for (const one of bus.functions) if (one?.presence === PRESENT) doubtReplaced(state, one);
  }
}

/** A function was put in, or taken out. */
export function exchange(state: MachineState, kind: 'plug' | 'unplug', bdf: number): void {
  state.map.update();
  const bus = state.routing.surely(bdf >>> 8);
  if (bus === undefined) {
    // Which of the bridges that may have the number it lies behind is open.
    for (const one of state.routing.perhaps(bdf >>> 8))
      for (const at of placesOf((bdf & 0xff) >>> 3)) exchangePerhaps(state, one, at);
    return;
  }
  if (kind === 'plug') plug(state, bus, bdf & 0xff);
  else unplug(state, bus, bdf & 0xff);
  presenceChanged(state, bus, bdf & 0xff);
}

/** A function was put in: at power-on state, and perhaps another one than before (HP-003). */
function plug(state: MachineState, bus: Bus, deviceFunction: number): void {
  // The others of the device may have come with it; events of their own may have told so before.
  for (const at of beside(deviceFunction)) if (bus.functions[at]?.presence !== PRESENT) exchangePerhaps(state, bus, at);
  bus.absentAt[deviceFunction] = -1;
  doubtGuessed(state, bus.functions[deviceFunction]);
  const f = bus.functions[deviceFunction] ?? state.newFunction(bus, deviceFunction);
  f.removed = false;
  f.pluggedAt = state.step;
  if (f.presence === UNKNOWN) {
    // What was written to it before it was there is lost.
    f.config.forgetVariables();
    f.fresh = 'power';
  } else {
    f.presence = PRESENT;
    resetFunction(state, f, 'power', CAUSE_PLUG, 'replaced');
    // What is below came along, or stayed away.
    for (const lower of below(f)) {
      lower.pluggedAt = state.step;
      if (lower.presence === PRESENT) resetFunction(state, lower, 'power', CAUSE_PLUG, 'replaced');
      else lower.removed = false;
    }
    for (const lower of busesBelow(f)) lower.absentAt.fill(-1);
  }
  f.config.cause.fill(CAUSE_PLUG);
}

/** A function was taken out: nothing of it answers any more (HP-001). */
function unplug(state: MachineState, bus: Bus, deviceFunction: number): void {
  const f = bus.functions[deviceFunction];
  doubtGuessed(state, f);
  // The others of the device may have gone with it; events of their own may have told so before.
  for (const at of beside(deviceFunction)) if (bus.functions[at]?.removed === false) exchangePerhaps(state, bus, at);
  if (f === undefined) return;
  if (isPhysical(f)) doubtVirtual(state, f);
  f.presence = ABSENT;
  f.removed = true;
  f.tainted = false;
  f.vectors.reset();
  f.virtio?.forget();
  touch(state, f);
}

/** The places of the other functions of a device. */
function beside(deviceFunction: number): number[] {
  return placesOf(deviceFunction >>> 3).filter((at) => at !== deviceFunction);
}

function placesOf(device: number): number[] {
  return Array.from({ length: 8 }, (_, at) => (device << 3) | at);
}

/** The platform took out or put in the devices of `devices` (bit n: device n) on a bus that the source does not tell. */
export function eject(state: MachineState, devices: number): void {
  state.map.update();
  for (const bus of state.routing.buses()) {
    for (let device = 0; device < 32; device++)
      if ((devices & (1 << device)) !== 0) for (const at of placesOf(device)) exchangePerhaps(state, bus, at);
  }
}

/** A function may have been taken out or put in. */
function exchangePerhaps(state: MachineState, bus: Bus, deviceFunction: number): void {
  bus.absentAt[deviceFunction] = -1;
  const f = bus.functions[deviceFunction];
  if (f === undefined) return;
  f.removed = false;
  doubtReplaced(state, f);
  if (isPhysical(f)) doubtVirtual(state, f);
  for (const lower of below(f)) doubtReplaced(state, lower);
  for (const lower of busesBelow(f)) lower.absentAt.fill(-1);
}
