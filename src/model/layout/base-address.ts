/** Base Address Registers and the expansion ROM: what their bits are, and what size follows (PCIe 7.5.1.2.1, 7.5.1.2.4). */

import type { BarKind, BitGroup, PciFunction } from '../function.ts';
import { ROLE_BAR, ROLE_GROUP, ROLE_ROM } from '../function.ts';

export const ROM_INDEX = 6;
const ROM_ADDRESS = 0xfffff800 | 0;
/** Expansion ROM Validation Status, and that with its details (PCIe 7.5.1.2.4). */
const VALIDATION_STATUS = 0xe;
const VALIDATION = 0xfe;

/** Number of BARs that the header has; 0 while the layout is not known. */
export function barCount(f: PciFunction): number {
  return f.headerType === 0 ? 6 : f.headerType === 1 ? 2 : 0;
}

/** Dword of a BAR, or of the ROM register. */
export function barDword(f: PciFunction, index: number): number {
  return index === ROM_INDEX ? (f.headerType === 1 ? 0x38 : 0x30) >>> 2 : 4 + index;
}

/** Dwords of a BAR: two where it has 64 bits. */
export function dwordsOfBar(f: PciFunction, index: number): readonly number[] {
  const d = barDword(f, index);
  return index !== ROM_INDEX && f.barKinds[index] === 'memory64' ? [d, d + 1] : [d];
}

/** Whether Command or BARs were written after a step. (In a bridge the last dwords are other registers that place.) */
export function isPlacedSince({ config }: PciFunction, step: number): boolean {
  return [1, 4, 5, 6, 7, 8, 9].some((d) => config.changedAt[d]! > step);
}

/** Index of the BAR (or ROM) in dword `d`, or -1. */
export function barIndexAt(f: PciFunction, d: number): number {
  if (f.headerType !== 0 && f.headerType !== 1) return -1;
  if (d === barDword(f, ROM_INDEX)) return ROM_INDEX;
  return d >= 4 && d < 4 + barCount(f) ? d - 4 : -1;
}

/** Bits of the register that are address, as far as its kind is known. */
export function addressMask(kind: BarKind): number {
  switch (kind) {
    case 'io':
      return ~3;
    case 'memory32':
    case 'memory64':
      return ~15;
    case 'upper':
      return -1;
    case 'unknown':
      return 0;
  }
}

/** Finds out the kinds of all BARs and declares their bits; part of compiling the layout. */
export function declareBars(f: PciFunction): void {
  const { config } = f;
  const count = barCount(f);
  f.barKinds = [];
  for (let index = 0; index < count; index++) {
    const d = 4 + index;
    const before = f.barKinds[index - 1];
    // Behind a BAR of unknown type it may be the upper half of that one.
    const kind: BarKind = before === 'memory64' ? 'upper' : before === 'unknown' ? 'unknown' : kindOf(f, d);
    f.barKinds.push(kind);
    f.roles[d]! |= ROLE_BAR | ROLE_GROUP;
    f.watch[d]! |= 0xf;
    const address = addressMask(kind);
    if (kind === 'unknown') continue;
    config.declare(d, ~address, 'RO');
    config.declare(d, address, 'choice0');
    f.groups[d] = groupsOf(kind);
    declareDefault(f, index, d, address);
  }
  if (count === 0) return;
  const rom = barDword(f, ROM_INDEX);
  f.roles[rom]! |= ROLE_ROM | ROLE_GROUP;
  f.groups[rom] = [{ mask: ROM_ADDRESS, kind: 'upward', rule: 'ROM-001' }];
  declareDefault(f, ROM_INDEX, rom, ROM_ADDRESS);
  // Without a ROM the whole register is 0, the bits that tell of its validation too.
  const none = (config.isHardwired[rom]! & ROM_ADDRESS) === ROM_ADDRESS;
  // Validation Status 0: there is no validation, so that it has neither results nor details.
  f.watch[rom]! |= VALIDATION_STATUS;
  const unvalidated = (config.seen[rom]! & ~config.value[rom]! & VALIDATION_STATUS) === VALIDATION_STATUS;
  if (none) config.declare(rom, ~ROM_ADDRESS & ~1, 'zero');
  else if (unvalidated) config.declare(rom, VALIDATION, 'zero');
}

function declareDefault(f: PciFunction, index: number, d: number, mask: number): void {
  const value = f.barDefaults[index];
  f.config.declareReset(d, mask, value === undefined ? undefined : value & mask, false, undefined);
}

function kindOf(f: PciFunction, d: number): BarKind {
  const space = f.config.bit(d << 2, 0);
  if (space < 0) return 'unknown';
  if (space === 1) return 'io';
  const type = f.config.peek(d << 2, 1, 6);
  if (type === undefined) return 'unknown';
  return type === 4 && d < 3 + barCount(f) ? 'memory64' : 'memory32';
}

function groupsOf(kind: BarKind): BitGroup[] {
  switch (kind) {
    case 'io':
      return [
        { mask: 0xfffc, kind: 'upward', rule: 'BAR-004' },
        { mask: 0xffff0000 | 0, kind: 'uniform', rule: 'BAR-008' },
      ];
    case 'memory32':
      return [{ mask: ~15, kind: 'upward', rule: 'BAR-004' }];
    case 'memory64':
      return [{ mask: ~15, kind: 'upward', rule: 'BAR-004', continues: true }];
    case 'upper':
      return [{ mask: -1, kind: 'upward', rule: 'BAR-009' }];
    case 'unknown':
      return [];
  }
}

/** What is known of a BAR's size: as the exponent of a power of two, or why not. */
export interface BarSize {
  /** Lowest writable address bit, 0 to 63; -1: not known. */
  exponent: number;
  /** Whether the register is known to have no writable bit at all. */
  none: boolean;
}

const NOT_KNOWN: BarSize = { exponent: -1, none: false };
const NONE: BarSize = { exponent: -1, none: true };

/** Size of a BAR or the ROM: the lowest writable address bit, when all below are known to be hardwired. */
export function barSize(f: PciFunction, index: number): BarSize {
  const { config } = f;
  const d = barDword(f, index);
  const kind = index === ROM_INDEX ? 'memory32' : (f.barKinds[index] ?? 'unknown');
  if (kind === 'unknown' || kind === 'upper') return NOT_KNOWN;
  const mask = index === ROM_INDEX ? ROM_ADDRESS : addressMask(kind);
  const low = lowestWritable(config.isWritable[d]! & mask, config.isHardwired[d]!, mask);
  if (low !== undefined) return low < 0 ? NOT_KNOWN : { exponent: low, none: false };
  if ((mask & ~config.isHardwired[d]!) !== 0) return NOT_KNOWN;
  if (kind !== 'memory64') return NONE;
  const high = lowestWritable(config.isWritable[d + 1]!, config.isHardwired[d + 1]!, -1);
  if (high !== undefined) return high < 0 ? NOT_KNOWN : { exponent: 32 + high, none: false };
  return config.isHardwired[d + 1] === -1 ? NONE : NOT_KNOWN;
}

/** Bit number; -1 when a bit below may be writable too; undefined when no bit is known to be writable. */
function lowestWritable(writable: number, hardwired: number, mask: number): number | undefined {
  if (writable === 0) return undefined;
  const lowest = writable & -writable;
  return ((lowest - 1) & mask & ~hardwired) === 0 ? 31 - Math.clz32(lowest) : -1;
}
