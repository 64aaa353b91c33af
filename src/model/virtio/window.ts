/** What accesses to configuration space make of a virtio device: the window into its BARs, MSI-X Enable, Interrupt Status (virtio 1.2, 4.1.4.9). */

import { lanes } from '../cells.ts';
import { ROLE_BAR, ROLE_COMMAND } from '../function.ts';
import type { PciFunction } from '../function.ts';
import type { MachineState } from '../state.ts';
import { VirtioDevice } from './device.ts';
import { isTransitional, structureAt, virtioPlaces } from './structures.ts';
import type { VirtioStructure } from './structures.ts';

/** Where the data field lies in the capability. */
const DATA = 0x10;

/** Follows a virtio device as soon as its capabilities tell where its structures are. */
export function discoverVirtio(state: MachineState, f: PciFunction): void {
  const places = virtioPlaces(f);
  if (places === undefined) return;
  if (f.virtio !== undefined) {
    f.virtio.move(places);
    return;
  }
  f.virtio = new VirtioDevice(f, places);
  state.hasVirtio = true;
  // What the device holds after a reset it holds only if nobody could have written to it since.
  if (f.fresh !== undefined && f.barWrittenAt < 0) f.virtio.reset();
}

/** At which place of which structure the window is aimed. */
type Aim = 'unknown' | 'nowhere' | { structure: VirtioStructure; at: number; length: number };

function aim(f: PciFunction, device: VirtioDevice): Aim {
  const { config } = f;
  const { windowAt } = device.places;
  const bar = config.peek(windowAt + 4, 1);
  const offset = config.peek(windowAt + 8, 4);
  const length = config.peek(windowAt + 12, 4);
  if (bar === undefined || offset === undefined || length === undefined) return 'unknown';
  const width = length === 1 || length === 2 || length === 4;
  const structure = width && offset % length === 0 ? structureAt(device.places, bar, offset, length) : undefined;
  if (structure !== undefined) return { structure, at: offset - structure.offset, length };
  return device.places.complete && !device.places.shared ? 'nowhere' : 'unknown';
}

/** A dword of configuration space was written; `certain`: it surely has what was written. */
export function virtioWritten(
  state: MachineState,
  f: PciFunction,
  device: VirtioDevice,
  d: number,
  mask: number,
  data: number,
  certain: boolean,
): void {
  const { windowAt } = device.places;
  device.isr.disturb();
  if (f.msixAt > 0 && d === f.msixAt >>> 2) {
    device.common.afterEnable();
    device.isr.afterEnable();
    // The legacy interface has other registers then, from the vectors on (4.1.4.10).
    if (isTransitional(f)) f.regions[0]?.markers.clear();
  }
  // Where resets are not shown, the guest may be setting up a function that was reset.
  if (!state.showsResets && (f.roles[d]! & (ROLE_BAR | ROLE_COMMAND)) !== 0) device.forget();
  if (windowAt === 0 || d !== (windowAt + DATA) >>> 2) return;
  f.barWrittenAt = state.step;
  f.vectors.working = true;
  f.forgetContents();
  const target = certain ? aim(f, device) : 'unknown';
  if (target === 'unknown' || target === 'nowhere') {
    if (target === 'nowhere') noteMisuse(state, f, d, mask, data);
    device.doubt();
    device.perhapsNotified(4);
    device.forgetCounters();
    f.forgetEntries();
    return;
  }
  const { structure, at, length } = target;
  const covered = lanes(0, length);
  if ((mask & covered) === covered) {
    const value = (data & covered) >>> 0;
    device.reach(state, structure, { write: true, at, width: length, value, direct: false });
  } else {
    device.doubt();
    device.forgetCounters();
  }
}

/** The window was written while it was aimed at no structure (VIO-006). */
function noteMisuse(state: MachineState, f: PciFunction, d: number, mask: number, data: number): void {
  state.reporter.count('VIO-006');
  state.journal.add({
    step: state.step,
    kind: 'window',
    function: f,
    d,
    mask,
    data,
    width: 4,
    roles: 0,
    open: false,
  });
}

/** A dword may have been read: where it is the data of the window, something may have been served through it. */
export function virtioReadPerhaps(state: MachineState, f: PciFunction, device: VirtioDevice, d: number): void {
  const { windowAt } = device.places;
  if (windowAt === 0 || d !== (windowAt + DATA) >>> 2) return;
  f.vectors.touchedAt = state.step;
  device.isr.disturb();
}

/** A dword of configuration space was read rightly. */
export function virtioRead(
  state: MachineState,
  f: PciFunction,
  device: VirtioDevice,
  d: number,
  mask: number,
  data: number,
): void {
  const { windowAt } = device.places;
  const through = windowAt !== 0 && d === (windowAt + DATA) >>> 2;
  if (through) f.vectors.touchedAt = state.step;
  if (f.doubt !== 'none' || f.assumption !== undefined) return;
  if (d === 1 && (mask & 0x80000) !== 0) device.isr.readStatus(state, data);
  if (!through) return;
  const target = aim(f, device);
  if (target === 'nowhere') state.reporter.count('VIO-006');
  if (target === 'unknown' || target === 'nowhere') {
    device.isr.disturb();
    return;
  }
  const { structure, at, length } = target;
  const covered = lanes(0, length);
  if ((mask & covered) !== covered) device.isr.disturb();
  else {
    const value = (data & covered) >>> 0;
    device.reach(state, structure, { write: false, at, width: length, value, direct: false });
  }
}
