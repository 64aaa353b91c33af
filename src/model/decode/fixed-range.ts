/** Ranges that Enhanced Allocation gives a function in place of BARs (PCIe 6.23, 7.8.5.3). */

import type { PciFunction } from '../function.ts';
import { ROM_INDEX } from '../layout/base-address.ts';

/** An entry that stands for a BAR or the expansion ROM of the function itself. */
export interface FixedRange {
  /** From 0, in the order of the entries. */
  number: number;
  /** Offset of its first dword in configuration space. */
  at: number;
  /** BAR index that it stands for; 6: expansion ROM. */
  index: number;
  /** An I/O range. */
  io: boolean;
}

const ENHANCED_ALLOCATION = 0x14;
/** BAR Equivalent Indicator of the expansion ROM. */
const ROM = 8;
/** Primary Properties: memory, prefetchable memory, I/O. All others belong to virtual functions or to bridges, or are reserved. */
const IO = 2;
const NONE: readonly FixedRange[] = [];

/** Offset of the capability; 0: none found. */
export function enhancedAllocationAt(f: PciFunction): number {
  for (const { id, offset } of f.capabilities) if (id === ENHANCED_ALLOCATION) return offset;
  return 0;
}

/** Whether the function has entries that were not read yet, so that it may claim addresses that nobody knows of. */
export function hasUnreadRanges(f: PciFunction): boolean {
  const capability = enhancedAllocationAt(f);
  if (capability === 0) return false;
  const count = f.config.peek(capability + 2, 1);
  if (count === undefined) return true;
  let at = capability + (f.headerType === 1 ? 8 : 4);
  for (let number = 0; number < (count & 0x3f) && at < 0x100; number++) {
    const low = f.config.peek(at, 2);
    if (low === undefined) return true;
    at += 4 + (low & 7) * 4;
  }
  return false;
}

/** The entries that are known so far. */
export function fixedRanges(f: PciFunction): readonly FixedRange[] {
  const capability = enhancedAllocationAt(f);
  if (capability === 0) return NONE;
  const { config } = f;
  const count = (config.peek(capability + 2, 1) ?? 0) & 0x3f;
  const found: FixedRange[] = [];
  let at = capability + (f.headerType === 1 ? 8 : 4);
  for (let number = 0; number < count && at < 0x100; number++) {
    const low = config.peek(at, 2);
    if (low === undefined) break;
    const indicator = (low >>> 4) & 0xf;
    const properties = low >>> 8;
    if (properties <= IO && (indicator <= 5 || indicator === ROM))
      found.push({ number, at, index: indicator === ROM ? ROM_INDEX : indicator, io: properties === IO });
    at += 4 + (low & 7) * 4;
  }
  return found;
}

/** Base and greatest offset of an entry, as far as known: bits 1:0 are no address. */
export function placeOfEntry(
  f: PciFunction,
  { at }: FixedRange,
): { baseLo: number; baseHi: number; offsetLo: number; offsetHi: number } | undefined {
  const base = f.config.peek(at + 4, 4);
  const offset = f.config.peek(at + 8, 4);
  if (base === undefined || offset === undefined) return undefined;
  const wideBase = (base & 2) !== 0;
  const baseHi = wideBase ? f.config.peek(at + 12, 4) : 0;
  const offsetHi = (offset & 2) === 0 ? 0 : f.config.peek(at + (wideBase ? 16 : 12), 4);
  if (baseHi === undefined || offsetHi === undefined) return undefined;
  return { baseLo: base & ~3, baseHi: baseHi | 0, offsetLo: offset | 3, offsetHi: offsetHi | 0 };
}
