/**
 * What lies behind a BAR: bytes that keep what is written, and areas with a meaning (tables, doorbells). A byte that
 * nobody wrote shows a marker, by which function, BAR and offset are known.
 */
import type { DeviceFunction } from './device-function.ts';
import type { Faulty } from './faults/ask.ts';
import { SparseMemory } from './sparse-memory.ts';

/** Where the answer of a read goes; int32 halves. */
export class Data {
  lo = 0;
  hi = 0;
}

/** A stretch of a BAR with a meaning of its own. It is reached by dwords, with a mask of the bytes that are meant. */
export interface Area {
  /** Offset in the BAR, a multiple of 4, and length in bytes. */
  readonly start: number;
  readonly length: number;
  /** `offset`: of the dword, from the start of the area. Only the bytes of `mask` are read. */
  read(offset: number, mask: number): number;
  write(offset: number, value: number, mask: number): void;
}

export class BarMemory {
  /** Bytes; changes with a resizable BAR. */
  size: number;
  readonly faulty: Faulty;
  private readonly areas: Area[] = [];
  private readonly bytes: SparseMemory;
  /** While the second dword of eight bytes is written. */
  upperOfEight = false;
  private readonly readOnly: boolean;
  private firstArea = Infinity;
  private lastArea = -1;

  /** `marker`: a byte each for function and BAR in the marker of every dword. */
  constructor(size: number, marker: { fn: DeviceFunction; bar: number; readOnly?: boolean }) {
    this.size = size;
    this.faulty = marker.fn.machine.faulty;
    this.readOnly = marker.readOnly ?? false;
    this.bytes = new SparseMemory(
      this.readOnly ? romPattern(marker.fn.index) : markerPattern(marker.fn.index, marker.bar),
    );
  }

  add(area: Area): void {
    this.areas.push(area);
    this.firstArea = Math.min(this.firstArea, area.start);
    this.lastArea = Math.max(this.lastArea, area.start + area.length - 1);
  }

  /** Reads 1, 2, 4 or 8 bytes, all inside the BAR. */
  read(at: number, width: number, into: Data): void {
    const offset = this.deviating(at);
    into.hi = 0;
    if (offset > this.lastArea || offset + width <= this.firstArea) {
      into.lo = this.bytes.read(offset, width === 8 ? 4 : width);
      if (width === 8) into.hi = this.bytes.read(offset + 4, 4);
      return;
    }
    into.lo = this.readLanes(offset, width === 8 ? 4 : width);
    if (width === 8) into.hi = this.readLanes(offset + 4, 4);
  }

  /** Writes 1, 2, 4 or 8 bytes, all inside the BAR; the low dword of eight first. */
  write(at: number, width: number, lo: number, hi: number): void {
    if (this.readOnly) return;
    const offset = this.deviating(at);
    if (offset > this.lastArea || offset + width <= this.firstArea) {
      this.bytes.write(offset, width === 8 ? 4 : width, lo);
      if (width === 8) this.bytes.write(offset + 4, 4, hi);
      return;
    }
    if (width === 8 && this.faulty('msix-qword-table-access')) return;
    this.writeLanes(offset, width === 8 ? 4 : width, lo);
    if (width !== 8) return;
    this.upperOfEight = true;
    this.writeLanes(offset + 4, 4, hi);
    this.upperOfEight = false;
  }

  /** The place that an access reaches: that of its offset. */
  private deviating(offset: number): number {
    if (this.faulty('bar-16bit-offset-truncation')) return offset % 0x10000;
    // What follows a hole that is trapped is mapped from the start of the BAR again.
    if (this.faulty('nonidentity-map-partial-range') && offset > this.lastArea && this.lastArea >= 0) {
      return offset - (this.lastArea + 1);
    }
    return offset;
  }

  /** Up to four bytes, perhaps of two dwords. */
  private readLanes(offset: number, width: number): number {
    const lane = offset % 4;
    const mask = lanesOf(width);
    const first = this.readDword(offset - lane, mask << (lane * 8)) >>> (lane * 8);
    if (lane + width <= 4) return first & mask;
    const taken = 4 - lane;
    const second = this.readDword(offset - lane + 4, lanesOf(width - taken));
    return (first | (second << (taken * 8))) & mask;
  }

  private writeLanes(offset: number, width: number, value: number): void {
    const lane = offset % 4;
    const mask = lanesOf(width);
    this.writeDword(offset - lane, value << (lane * 8), mask << (lane * 8));
    if (lane + width <= 4) return;
    const taken = 4 - lane;
    this.writeDword(offset - lane + 4, value >>> (taken * 8), lanesOf(width - taken));
  }

  private readDword(offset: number, mask: number): number {
    const area = this.areaAt(offset);
    if (area === undefined) return this.bytes.read(offset, 4);
    const inside = insideArea(area, offset);
    const value = area.read(offset - area.start, mask & inside) & inside;
    return inside === -1 ? value : value | (this.bytes.read(offset, 4) & ~inside);
  }

  private writeDword(offset: number, value: number, mask: number): void {
    const area = this.areaAt(offset);
    let plain = mask;
    if (area !== undefined) {
      const inside = insideArea(area, offset);
      if ((mask & inside) !== 0) area.write(offset - area.start, value, mask & inside);
      plain = mask & ~inside;
    }
    for (let byte = 0; byte < 4; byte++) {
      if (((plain >>> (byte * 8)) & 1) === 1) this.bytes.write(offset + byte, 1, value >>> (byte * 8));
    }
  }

  private areaAt(offset: number): Area | undefined {
    for (const area of this.areas) {
      if (offset >= area.start && offset < area.start + area.length) return area;
    }
    return undefined;
  }

  /** Bytes without a meaning go back to their markers. */
  reset(): void {
    this.bytes.clear();
  }

  save(): unknown {
    return this.bytes.save();
  }

  restore(state: unknown): void {
    this.bytes.restore(state);
  }
}

function lanesOf(width: number): number {
  return width === 4 ? -1 : (1 << (width * 8)) - 1;
}

/** The bytes of a dword that belong to the area; the last dword may do so in part. */
function insideArea(area: Area, offset: number): number {
  const left = area.start + area.length - offset;
  return left >= 4 ? -1 : lanesOf(left);
}

/**
 * The marker of a dword: function in bits 31:24, BAR in 23:16, the offset folded into 15:0. No byte is 0 or 0xff, so
 * that a read of any width can be told from a hole.
 */
export function markerDword(fn: number, bar: number, offset: number): number {
  const dword = Math.floor(offset / 4);
  const folded = (dword ^ Math.floor(dword / 0x10000) ^ Math.floor(dword / 2 ** 32)) & 0xffff;
  const place = folded ^ 0x5aa5;
  return (
    (visible((fn & 0x7f) | 0x80) << 24) |
    (visible(0xb0 + bar) << 16) |
    (visible(place >>> 8) << 8) |
    visible(place & 0xff)
  );
}

function markerPattern(fn: number, bar: number): (offset: number) => number {
  return (offset) => (markerDword(fn, bar, offset) >>> ((offset % 4) * 8)) & 0xff;
}

/** An expansion ROM begins with its signature (PCI 3.0 6.3.1.1). */
function romPattern(fn: number): (offset: number) => number {
  const plain = markerPattern(fn, 6);
  return (offset) => (offset === 0 ? 0x55 : offset === 1 ? 0xaa : plain(offset));
}

function visible(byte: number): number {
  return byte === 0 ? 0x11 : byte === 0xff ? 0xee : byte;
}
