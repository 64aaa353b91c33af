/** A region that should decode is silent: which change of the registers did not take effect, and so which rule is broken. */

import { MEMORY, PORT } from '../../access/access.ts';
import { barDword } from '../layout/base-address.ts';
import { CAUSE_WRITE } from '../cells.ts';
import type { PciFunction } from '../function.ts';
import type { Marker, Region } from './region.ts';
import { isSilentSinceRestore } from './restored.ts';
import { SHAPE_DECODING } from '../state.ts';
import type { MachineState } from '../state.ts';

interface Cause {
  rule: string;
  why: string;
  excusedBy?: string;
}

/** The rule for a region that was seen to answer (`marker`) and reads as a hole now; undefined: nothing explains it. */
export function silenceRule(state: MachineState, region: Region, marker: Marker): Cause | undefined {
  const { function: f, index } = region;
  const { config } = f;
  const d = barDword(f, index);
  const { reporter } = state;
  // An enabled ROM may take the address decoder of the BARs (ROM-003).
  if (!region.isRom && region.space === MEMORY && f.config.bit(f.headerType === 1 ? 0x38 : 0x30, 0) === 1)
    return undefined;
  const wide = f.barKinds[index] === 'memory64' && !region.isRom;
  const written = Math.max(config.changedAt[d]!, wide ? config.changedAt[d + 1]! : -1);
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
  if (moved) {
    if (region.isRom)
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
  if (region.overlapEndedAt > marker.step) {
    return {
      rule: 'MAP-006',
      why: 'The region that overlapped has gone; what it covered decodes again.',
      excusedBy: 'overlap_sticky=on',
    };
  }
  if (written > marker.step) {
    return region.isRom
      ? { rule: 'ROM-002', why: 'The ROM is enabled again, and Memory Space Enable is set.' }
      : { rule: 'MAP-011', why: 'The registers hold what they held when the region decoded here.' };
  }
  const power = (f.powerAt + 4) >>> 2;
  const woke = f.powerAt > 0 && ((config.before[power]! ^ config.value[power]!) & 3) !== 0;
  if (
    woke &&
    config.changedAt[power]! > Math.max(marker.step, config.changedAt[1]!) &&
    config.bit(f.powerAt + 4, 3) === 1
  )
    return { rule: 'PM-004', why: 'With No_Soft_Reset set the function is after its return to D0 as it was before.' };
  if (config.changedAt[1]! <= marker.step || config.cause[1] !== CAUSE_WRITE) return pathRule(f, marker.step);
  const own = region.space === PORT ? 0 : 1;
  if (f.enableChangedAt[own] > marker.step)
    return { rule: 'CMD-006', why: 'With its enable set again the region decodes at the address in its BAR.' };
  return f.enableChangedAt[1 - own]! > marker.step
    ? { rule: 'CMD-005', why: 'The enables of memory and I/O are independent of each other.' }
    : pathRule(f, marker.step);
}

/** A bridge above that was changed since `step` and forwards the region again. */
function pathRule(f: PciFunction, step: number): Cause | undefined {
  const excusedBy = 'windows=advisory';
  for (let bridge = f.bus.owner; bridge !== undefined; bridge = bridge.bus.owner) {
    const { config } = bridge;
    const written = (d: number): boolean => config.changedAt[d]! > step && config.cause[d] === CAUSE_WRITE;
    if (WINDOWS.some(written))
      return { rule: 'BRG-007', why: 'A window of a bridge above holds the region again.', excusedBy };
    if (written(1)) return { rule: 'CMD-012', why: 'The bridge above has its enable set again.', excusedBy };
  }
  return undefined;
}

/** Dwords of a type 1 header with window registers. */
const WINDOWS = [7, 8, 9, 10, 11, 12];
