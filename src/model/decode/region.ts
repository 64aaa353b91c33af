import { MEMORY, PORT } from '../../access/access.ts';
import { atMost, differenceHi, differenceLo, sumHi, sumLo } from '../../core/pair.ts';
import { addressMask, barDword, barSize, dwordsOfBar, ROM_INDEX } from '../layout/base-address.ts';
import type { PciFunction } from '../function.ts';
import type { FixedRange } from './fixed-range.ts';
import { placeOfEntry } from './fixed-range.ts';
import { CAUSE_WRITE } from '../cells.ts';

/** Whether a region decodes its range. */
export const OFF = 0;
export const MAYBE = 1;
export const ON = 2;
export type Decode = typeof OFF | typeof MAYBE | typeof ON;

/** The weakest of two conditions that must both hold. */
export function both(one: Decode, other: Decode): Decode {
  return one < other ? one : other;
}

/** What a bit that switches decoding says; -1: it is not known. */
export function three(bit: 0 | 1 | -1): Decode {
  return bit < 0 ? MAYBE : bit === 1 ? ON : OFF;
}

/** Why a region does not decode; each stands for the rule that an answer there breaks. */
export type OffReason =
  | ''
  | 'absent'
  | 'unpowered'
  | 'enable'
  | 'rom enable'
  | 'power state'
  | 'bridge enable'
  | 'bridge power state'
  | 'window closed'
  | 'window'
  | 'outer window'
  | 'address zero'
  | 'top of the address space'
  | 'isa range'
  | 'vga range'
  | 'entry enable'
  | 'entry space enable'
  | 'no address';

/** A value of a device register that tells that its region was reached. */
export interface Marker {
  /** Low half of the offset in its region. */
  offset: number;
  valueLo: number;
  valueHi: number;
  width: number;
  /** Equal reads in a row. */
  reads: number;
  /** Steps of the first and the last of them. */
  firstAt: number;
  step: number;
  /** Step at which a hole was first read here since, without a verdict; -1: not. Its register may have gone to ones. */
  silentAt: number;
  baseLo: number;
  baseHi: number;
}

/** A place that was not seen yet. */
function unseen(): Marker {
  return {
    offset: 0,
    valueLo: 0,
    valueHi: 0,
    width: 4,
    reads: 0,
    firstAt: -1,
    step: -1,
    silentAt: -1,
    baseLo: -1,
    baseHi: -1,
  };
}

/** A register read as another one of its region: how far apart, and whose value it was. */
export interface Shift {
  offset: number;
  from: number;
  step: number;
}

const MARKERS_AT_MOST = 256;
/** Offsets with markers are below 2^48, so that a key has 52 bits. */
const HIGH_AT_MOST = 2 ** 16;
/** An aligned dword, as `noteRead` counts kinds of reads. */
const PLAIN_READ = 1 << 2;

/** Bytes below which a region shares a page of the host with others. */
export const PAGE = 4096;

/** Range of a BAR, the expansion ROM or an entry of Enhanced Allocation, with what is known of its decoding. */
export class Region {
  readonly function: PciFunction;
  /** BAR index, or the one that an entry stands for; 6: expansion ROM. */
  readonly index: number;
  /** Counts the regions of a machine, for an order that does not depend on addresses. */
  readonly sequence: number;
  /** Entry of Enhanced Allocation that gives it its place; undefined: its BAR does. */
  readonly entry: FixedRange | undefined;
  space: typeof PORT | typeof MEMORY = MEMORY;
  state: Decode = OFF;
  why: OffReason = 'no address';
  /** The state that it had if it did not lie at an edge of the address space. */
  otherwise: Decode = OFF;
  /** Whether base and size are known; else the region may lie anywhere. */
  located = false;
  /** Whether it may claim addresses though nobody knows where. */
  loose = false;
  baseLo = 0;
  baseHi = 0;
  lastLo = 0;
  lastHi = 0;
  /** Whether another region that decodes overlaps it, and the step at which that last ended. */
  overlapped = false;
  overlapEndedAt = -1;
  /** Step of the last reset: what lies behind it may be another content since. */
  freshAt = -1;
  /** Step at which a refused move was undone, as the profile declares. */
  rolledBackAt = -1;
  /** What a hole was read for since the machine went back to a snapshot, without proof that the region is silent. */
  suspect: Marker | undefined;
  /** Step at which its place was last found changed, and at which it was last found to have stopped decoding. */
  movedAt = -1;
  endedAt = -1;
  /** Step of the last read of a marker that answered as before. */
  toldAt = -1;
  /**
   * Steps at which it has last given an answer that is no accident, and at which a hole answered in its place: for
   * doorbells, which are not blamed where the region may be wrong.
   */
  seenAt = -1;
  quietAt = -1;
  /** Step of the first read of unusual width or alignment since then, of a kind after which it has not answered yet. */
  oddAt = -1;
  /** Kinds of such reads, a bit each: since `toldAt`, and those after which it has answered. */
  private oddKinds = 0;
  private oddBorne = 0;
  /** Regions that decode in the same page, of one that is smaller than a page; step at which these were last others. */
  pageMates: readonly Region[] = [];
  pageAt = -1;
  /** A marker of another offset was read since the last move (BAR-020). */
  shift: Shift | undefined;
  /** Kind of its BAR when it was placed last. */
  kindSeen: string | undefined;
  readonly markers = new Map<number, Marker>();
  /** Where and when an MSI-X structure behind it was last seen as it may be. */
  readonly structure: Marker = unseen();

  constructor(owner: PciFunction, index: number, sequence: number, entry?: FixedRange) {
    this.function = owner;
    this.index = index;
    this.sequence = sequence;
    this.entry = entry;
  }

  get isRom(): boolean {
    return this.index === ROM_INDEX;
  }

  get name(): string {
    if (this.entry !== undefined) return `entry ${this.entry.number} of Enhanced Allocation`;
    return this.isRom ? 'expansion ROM' : `BAR ${this.index}`;
  }

  /** Register that places it, for a verdict. */
  get register(): string {
    if (this.entry !== undefined) return `Entry ${this.entry.number}`;
    return this.isRom ? 'Expansion ROM Base Address' : `BAR ${this.index}`;
  }

  /** Whether it is smaller than a page, so that others may lie in its page. */
  get isSmall(): boolean {
    return this.space === MEMORY && this.located && differenceLo(this.lastLo, this.baseLo) >>> 0 < PAGE - 1;
  }

  /** Whether an address lies in the page of a region that is smaller than a page. */
  sharesPage(hi: number, lo: number): boolean {
    return this.isSmall && hi === this.baseHi && ((lo ^ this.baseLo) & ~(PAGE - 1)) === 0;
  }

  contains(hi: number, lo: number): boolean {
    return atMost(this.baseHi, this.baseLo, hi, lo) && atMost(hi, lo, this.lastHi, this.lastLo);
  }

  intersects(other: Region): boolean {
    return (
      this.space === other.space &&
      atMost(this.baseHi, this.baseLo, other.lastHi, other.lastLo) &&
      atMost(other.baseHi, other.baseLo, this.lastHi, this.lastLo)
    );
  }

  /** Exponent of the size, or -1 while it is not known. */
  exponent(): number {
    return barSize(this.function, this.index).exponent;
  }

  /** Whether its BAR was written since the last reset of the function. */
  get isWritten(): boolean {
    const { cause } = this.function.config;
    const own = this.entry === undefined ? dwordsOfBar(this.function, this.index) : [];
    return own.some((d) => cause[d] === CAUSE_WRITE);
  }

  /** The choice on which its decoding depends where it lies at an edge of the space. */
  edge(): 'zero_bar' | 'top_bar' | 'top_port' | undefined {
    if (this.baseHi === 0 && this.baseLo === 0) return 'zero_bar';
    // Who compares a last address with all ones has the width of the register in mind, and not the 16 bits of ports.
    if (this.space === PORT && this.lastLo === 0xffff) return 'top_port';
    const wide = this.entry !== undefined || this.function.barKinds[this.index] === 'memory64';
    return this.lastLo === -1 && this.lastHi === (wide ? -1 : 0) ? 'top_bar' : undefined;
  }

  /** Offset of an address in the region; NaN beyond what keys of markers can tell apart, where none are kept. */
  offset(hi: number, lo: number): number {
    const high = differenceHi(hi, lo, this.baseHi, this.baseLo) >>> 0;
    return high >= HIGH_AT_MOST ? Number.NaN : high * 2 ** 32 + (differenceLo(lo, this.baseLo) >>> 0);
  }

  /** Remembers a value that was read, for later. */
  mark(offset: number, width: number, hi: number, lo: number, step: number): void {
    if (Number.isNaN(offset)) return;
    const key = offset * 16 + width;
    const seen = this.markers.get(key);
    if (seen !== undefined && seen.valueLo === lo && seen.valueHi === hi) {
      // A register that has gone to ones and come back is read anew.
      seen.reads = seen.silentAt < 0 ? seen.reads + 1 : 1;
      if (seen.reads === 1) seen.firstAt = step;
      seen.silentAt = -1;
      seen.step = step;
      seen.baseLo = this.baseLo;
      seen.baseHi = this.baseHi;
      return;
    }
    if (seen === undefined && this.markers.size >= MARKERS_AT_MOST) this.markers.clear();
    const { baseLo, baseHi } = this;
    const marker = {
      offset,
      valueLo: lo,
      valueHi: hi,
      width,
      reads: 1,
      firstAt: step,
      step,
      silentAt: -1,
      baseLo,
      baseHi,
    };
    this.markers.set(key, marker);
  }

  /** A read of some width and alignment, which may be unusual. */
  noteRead(offset: number, width: number, step: number): void {
    const kind = 1 << (((offset & 3) << 2) | (width === 8 ? 3 : width >>> 1));
    if (kind === PLAIN_READ || (kind & this.oddBorne) !== 0) return;
    if (this.oddKinds === 0) this.oddAt = step;
    this.oddKinds |= kind;
  }

  /** A marker answered as before. */
  noteAnswer(step: number): void {
    this.toldAt = step;
    this.shift = undefined;
    this.oddBorne |= this.oddKinds;
    this.oddKinds = 0;
  }

  /** Step of the last write to its BAR. */
  get writtenAt(): number {
    const { changedAt } = this.function.config;
    return Math.max(...dwordsOfBar(this.function, this.index).map((d) => changedAt[d]!));
  }

  /** Step of the last change of its enable in Command. */
  get switchedAt(): number {
    return this.function.enableChangedAt[this.space === PORT ? 0 : 1];
  }

  /** Step at which it was last moved, switched, or brought back by a restore, as far as its own function goes. */
  get placedAt(): number {
    return Math.max(this.writtenAt, this.switchedAt, this.function.restoredAt);
  }

  /** The value at an offset is not what it was. */
  unmark(offset: number, width: number): void {
    this.markers.delete(offset * 16 + width);
  }

  /** The value that was last read at an offset, were it before a reset. */
  marker(offset: number, width: number): Marker | undefined {
    return this.markers.get(offset * 16 + width);
  }

  /** The value that was read at an offset since the last reset. */
  present(offset: number, width: number): Marker | undefined {
    const marker = this.marker(offset, width);
    return marker !== undefined && marker.step >= this.freshAt ? marker : undefined;
  }

  /** Places the region by the register's present contents. Leaves `state` to the caller. */
  place(): void {
    const { function: f, index, entry } = this;
    const { config } = f;
    if (entry !== undefined) {
      this.placeFixed(entry);
      return;
    }
    const kind = this.isRom ? 'memory32' : (f.barKinds[index] ?? 'unknown');
    this.space = kind === 'io' ? PORT : MEMORY;
    const size = barSize(f, index);
    this.located = false;
    this.loose = false;
    if (kind === 'upper' || size.none) return;
    if (kind === 'unknown' || size.exponent < 0) {
      // What was never sized or read may still decode somewhere.
      this.loose = true;
      return;
    }
    const d = barDword(f, index);
    const mask = this.isRom ? 0xfffff800 | 0 : addressMask(kind);
    const low = knownUnder(f, d, mask);
    const high = kind === 'memory64' ? knownUnder(f, d + 1, -1) : 0;
    if (low === undefined || high === undefined) {
      this.loose = true;
      return;
    }
    this.baseLo = low;
    this.baseHi = high;
    const sizeLo = size.exponent < 32 ? 1 << size.exponent : 0;
    const sizeHi = size.exponent < 32 ? 0 : 1 << (size.exponent - 32);
    const lastOffsetLo = differenceLo(sizeLo, 1);
    const lastOffsetHi = differenceHi(sizeHi, sizeLo, 0, 1);
    this.lastLo = sumLo(low, lastOffsetLo);
    this.lastHi = sumHi(high, low, lastOffsetHi, lastOffsetLo);
    this.located = config.length > d;
  }

  private placeFixed(entry: FixedRange): void {
    this.space = entry.io ? PORT : MEMORY;
    const place = placeOfEntry(this.function, entry);
    this.located = place !== undefined;
    this.loose = place === undefined;
    if (place === undefined) return;
    this.baseLo = place.baseLo;
    this.baseHi = place.baseHi;
    this.lastLo = sumLo(place.baseLo, place.offsetLo);
    this.lastHi = sumHi(place.baseHi, place.baseLo, place.offsetHi, place.offsetLo);
  }
}

/** Value of the bits of `mask` in dword `d` when all are known. */
function knownUnder(f: PciFunction, d: number, mask: number): number | undefined {
  const { config } = f;
  const open = config.pending[d]! | config.otherMask[d]! | ~(config.seen[d]! | config.zero[d]!);
  return (open & mask) === 0 ? config.value[d]! & ~config.zero[d]! & mask : undefined;
}
