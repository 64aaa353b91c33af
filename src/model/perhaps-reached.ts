/**
 * Accesses of which it is open whether a region takes them, or some of their bytes: they begin before it, or the machine
 * decodes the address itself.
 */

import type { Access } from '../access/access.ts';
import type { Region } from './decode/region.ts';
import type { PciFunction } from './function.ts';
import { writeBeside } from './interrupts/table-access.ts';
import { hotPlugCommand } from './life-cycle/life-cycle.ts';
import type { MachineState } from './state.ts';

/** The device may have taken the write, and may do with it what it does with one that arrives. */
export function perhapsWritten(state: MachineState, region: Region, access: Access, hi: number, lo: number): void {
  const f = region.function;
  noteWritten(f, state.step);
  state.disturbedAt = state.step;
  if (region.isRom) return;
  f.forgetContents();
  f.virtio?.perhapsWritten(region, access.width);
  writeBeside(state, region, hi, lo, { width: access.width, lo: access.valueLo, hi: access.valueHi });
  if (f.shpcAt > 0 && region.index === 0) hotPlugCommand(state, f);
}

/** The device may have been served by the read, as by one of virtio's ISR status. */
export function perhapsRead(state: MachineState, { function: f, isRom }: Region): void {
  f.vectors.touchedAt = state.step;
  if (!isRom) f.virtio?.isr.disturb();
  state.disturbedAt = state.step;
}

/** A write may have reached a region whose place is not known, what lies behind it, and the MSI-X table in it. */
export function writtenSomewhere({ step }: MachineState, loose: readonly Region[]): void {
  for (const region of loose) {
    const f = region.function;
    if (!region.isRom) f.forgetContents();
    noteWritten(f, step);
    if (f.msix?.placement.bar === region.index) f.forgetEntries();
  }
}

function noteWritten(f: PciFunction, step: number): void {
  f.barWrittenAt = step;
  f.vectors.touchedAt = step;
  f.vectors.working = true;
}
