/** A region that should decode is silent: which change of the registers did not take effect, and so which rule is broken. */

import { MEMORY, PORT } from '../../access/access.ts';
import { barDword } from '../layout/base-address.ts';
import { CAUSE_WRITE } from '../cells.ts';
import { inIsaRange, inVgaRange } from './legacy-forwarding.ts';
import type { Marker, Region } from './region.ts';
import { OFF, ON } from './region.ts';
import { isSilentSinceRestore } from './restored.ts';
import { isForwardedForVga } from './window.ts';
import { SHAPE_DECODING } from '../state.ts';
import type { MachineState } from '../state.ts';

export interface Cause {
  rule: string;
  why: string;
  excusedBy?: string;
}

/** Whether an enabled ROM may have taken the address decoder of the BARs (ROM-003). */
export function romHides({ function: f, isRom, space, entry }: Region): boolean {
  return !isRom && entry === undefined && space === MEMORY && f.config.bit(f.headerType === 1 ? 0x38 : 0x30, 0) === 1;
}

/**
 * The rule for a region that was seen to answer (`marker`) and reads as a hole now, where a change of the registers
 * asks for an answer; undefined: none does.
 */
export function silenceRule(state: MachineState, region: Region, marker: Marker): Cause | undefined {
  const cause = changeNotTaken(state, region, marker);
  if (cause === undefined || WHATEVER_ELSE_ANSWERS.has(cause.rule)) return cause;
  if (region.toldAt <= lastChange(region)) return cause;
  // The region does decode since: a register inside it may read ones by itself, its border is another thing.
  return isBorder(region, marker)
    ? {
        rule: 'MAP-008',
        why: 'Other registers of the region answer since the change, and it decodes to its last byte.',
      }
    : undefined;
}

const FOR_VGA: Cause = {
  rule: 'BRG-008',
  why: 'With VGA Enable set the bridge above forwards this range whatever its windows hold.',
  excusedBy: 'windows=advisory',
};

/** Rules of a part of the region only, or of its contents. */
const WHATEVER_ELSE_ANSWERS: ReadonlySet<string> = new Set(['MAP-006', 'PM-004', 'BAR-021']);

function isBorder(region: Region, { offset, width }: Marker): boolean {
  return (
    offset === 0 || (region.lastHi === region.baseHi && ((region.baseLo + offset + width - 1) | 0) === region.lastLo)
  );
}

/** Step of the last write, or return to a snapshot, on which the region's decoding depends. */
export function lastChange({ function: f, index, entry }: Region): number {
  const own = entry === undefined ? barDword(f, index) : entry.at >>> 2;
  let last = Math.max(f.config.changedAt[own]!, f.config.changedAt[1]!, f.restoredAt);
  if (f.barKinds[index] === 'memory64') last = Math.max(last, f.config.changedAt[own + 1]!);
  for (let bridge = f.bus.owner; bridge !== undefined; bridge = bridge.bus.owner) {
    const { changedAt } = bridge.config;
    last = Math.max(last, changedAt[1]!, changedAt[15]!);
    for (const d of WINDOWS) last = Math.max(last, changedAt[d]!);
  }
  return last;
}

function changeNotTaken(state: MachineState, region: Region, marker: Marker): Cause | undefined {
  const cause = otherChangeNotTaken(state, region, marker);
  const { pluggedAt } = region.function;
  // A cause that a profile may excuse goes first.
  if (pluggedAt <= marker.step || cause?.excusedBy !== undefined || region.rolledBackAt > marker.step) return cause;
  return {
    rule: 'HP-003',
    why: 'A function that was put in begins at power-on state, and decodes once it is enabled.',
  };
}

function otherChangeNotTaken(state: MachineState, region: Region, marker: Marker): Cause | undefined {
  const { function: f, index, entry } = region;
  const { config } = f;
  if (entry !== undefined) return entryRule(region, marker);
  const d = barDword(f, index);
  const { reporter } = state;
  const written = lastWritten(region);
  if (region.rolledBackAt > marker.step) {
    return {
      rule: 'BAR-021',
      why: 'The profile declares that a refused move is undone; then the region answers at its old address.',
    };
  }
  if (isSilentSinceRestore(region, marker, region.space === MEMORY && reporter.choice('hole') === 'zero')) {
    return {
      rule: 'SNAP-002',
      why: 'Its address was not written since the machine went back to its snapshot: the region decodes there as it did or was about to.',
    };
  }
  const moved = marker.baseLo !== region.baseLo || marker.baseHi !== region.baseHi;
  if (moved && region.lastLo === -1 && reporter.choice('top_bar') === 'decode') {
    return { rule: 'BAR-018', why: 'This host decodes a region at the top of the address space.' };
  }
  if (moved) return forwardedForVga(region) ?? moveRule(region, d, written);
  if (region.overlapEndedAt > marker.step) {
    return {
      rule: 'MAP-006',
      why: 'The region that overlapped has gone; what it covered decodes again.',
      excusedBy: 'overlap_sticky=on',
    };
  }
  if (written > marker.step) {
    if (region.isRom) return { rule: 'ROM-002', why: 'The ROM is enabled again, and Memory Space Enable is set.' };
    if (isRewritten(region, marker.step)) return pathRule(region, marker.step);
    return { rule: 'MAP-011', why: 'The registers hold what they held when the region decoded here.' };
  }
  const power = (f.powerAt + 4) >>> 2;
  const woke = f.powerAt > 0 && ((config.before[power]! ^ config.value[power]!) & 3) !== 0;
  if (
    woke &&
    config.changedAt[power]! > Math.max(marker.step, config.changedAt[1]!) &&
    config.bit(f.powerAt + 4, 3) === 1
  )
    return { rule: 'PM-004', why: 'With No_Soft_Reset set the function is after its return to D0 as it was before.' };
  if (config.changedAt[1]! <= marker.step || config.cause[1] !== CAUSE_WRITE) return pathRule(region, marker.step);
  const own = region.space === PORT ? 0 : 1;
  // What a bridge above has changed after the enables of the function counts before these.
  const path = pathRule(region, Math.max(marker.step, f.enableChangedAt[0]!, f.enableChangedAt[1]!));
  if (path !== undefined) return path;
  if (f.enableChangedAt[0]! <= marker.step && f.enableChangedAt[1]! <= marker.step) return undefined;
  return f.enableChangedAt[own]! > marker.step
    ? { rule: 'CMD-006', why: 'With its enable set again the region decodes at the address in its BAR.' }
    : { rule: 'CMD-005', why: 'The enables of memory and I/O are independent of each other.' };
}

/** A region that a bridge above forwards for VGA Enable alone: it is that forwarding that is missing, whoever moved. */
function forwardedForVga(region: Region): Cause | undefined {
  for (let bridge = region.function.bus.owner; bridge !== undefined; bridge = bridge.bus.owner)
    if (isForwardedForVga(bridge, region)) return FOR_VGA;
  return undefined;
}

function moveRule({ function: f, index, isRom }: Region, d: number, written: number): Cause {
  const { config } = f;
  const wide = f.barKinds[index] === 'memory64' && !isRom;
  if (isRom)
    return {
      rule: 'ROM-006',
      why: 'The address of the ROM was written while it was enabled; decoding moves with it.',
    };
  const halves = [d, ...(wide ? [d + 1] : [])];
  const decoding = halves.some(
    (half) => config.changedAt[half] === written && (config.shape[half]! & SHAPE_DECODING) !== 0,
  );
  if (!decoding)
    return {
      rule: 'BAR-019',
      why: 'The BAR was moved while its enable was clear, and enabled again: it decodes at its new address.',
    };
  return wide
    ? {
        rule: 'BAR-011',
        why: 'Each half of a 64-bit BAR takes effect when it is written.',
        excusedBy: 'bar64_commit=high',
      }
    : { rule: 'BAR-014', why: 'A BAR that is written while it decodes moves at once.' };
}

/** A range of Enhanced Allocation whose enables were cleared and set again. */
function entryRule({ function: f, space, entry }: Region, { step }: Marker): Cause | undefined {
  const d = (entry?.at ?? 0) >>> 2;
  const { config } = f;
  const toggled =
    (config.changedAt[d]! > step && config.cause[d] === CAUSE_WRITE) ||
    f.enableChangedAt[space === PORT ? 0 : 1] > step;
  return toggled
    ? { rule: 'EA-002', why: 'The fixed range decodes with its entry enabled and the enable of its space set.' }
    : undefined;
}

/** Step of the last write or reset of the register that places the region. */
export function lastWritten({ function: f, index, isRom, entry }: Region): number {
  if (entry !== undefined) return -1;
  const d = barDword(f, index);
  const wide = f.barKinds[index] === 'memory64' && !isRom;
  return Math.max(f.config.changedAt[d]!, wide ? f.config.changedAt[d + 1]! : -1);
}

/** Whether since `step` the BAR was only written with the value that it holds, while it decoded. */
export function isRewritten(region: Region, step: number): boolean {
  const { function: f, index, isRom, entry } = region;
  if (isRom || entry !== undefined || region.movedAt > step) return false;
  if (f.enableChangedAt[region.space === PORT ? 0 : 1] > step) return false;
  const { config } = f;
  const written = lastWritten(region);
  const d = barDword(f, index) + (config.changedAt[barDword(f, index)] === written ? 0 : 1);
  return written > step && config.cause[d] === CAUSE_WRITE && (config.shape[d]! & SHAPE_DECODING) !== 0;
}

/** A bridge above that was changed since `step` and forwards the region again. */
function pathRule(region: Region, step: number): Cause | undefined {
  const excusedBy = 'windows=advisory';
  for (let bridge = region.function.bus.owner; bridge !== undefined; bridge = bridge.bus.owner) {
    const { config } = bridge;
    const written = (d: number): boolean => config.changedAt[d]! > step && config.cause[d] === CAUSE_WRITE;
    const control = written(15);
    const windows = WINDOWS.some(written);
    if ((control || windows) && config.bit(0x3e, 3) === 1 && inVgaRange(bridge, region) === ON) {
      return FOR_VGA;
    }
    if (windows) return { rule: 'BRG-007', why: 'A window of a bridge above holds the region again.', excusedBy };
    if (control && region.space === PORT && inIsaRange(region) !== OFF) {
      return {
        rule: 'BRG-009',
        why: 'With ISA Enable clear the I/O window of the bridge above is forwarded without gaps.',
        excusedBy,
      };
    }
    if (written(1)) return { rule: 'CMD-012', why: 'The bridge above has its enable set again.', excusedBy };
  }
  return undefined;
}

/** Dwords of a type 1 header with window registers. */
const WINDOWS = [7, 8, 9, 10, 11, 12];
