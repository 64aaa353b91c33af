/**
 * Configuration space as an emulator keeps it: the bytes, and beside them what a write may set, what a written 1
 * clears, what a reset brings back, and functions that are called after a write.
 */

import type { Faulty } from './faults/ask.ts';

/** What brings registers back: power coming on, a conventional reset, a function level reset, the way from D3hot to D0. */
export type ResetKind = 'power' | 'conventional' | 'function' | 'soft';

/** Called after a write has changed the dword. `value` is what was written, at its lanes; `lanes` masks them. */
export type WriteHook = (before: number, after: number, value: number, lanes: number) => void;

/** Answers a read in place of the stored bytes; undefined: the stored bytes stand. */
export type ReadHook = (lane: number, width: number) => number | undefined;

/** What a register is beside its reset value. All masks are as wide as the register. */
export interface RegisterKind {
  writable?: number;
  /** Bits that a written 1 clears. */
  clearable?: number;
  /** Bits that only a loss of power resets. */
  sticky?: number;
  /** Bits that a function level reset leaves, too. */
  kept?: number;
}

export class ConfigSpace {
  readonly size: number;
  readonly faulty: Faulty;
  /** The registers, by dword. */
  readonly words: Int32Array;
  /** The same, by byte. */
  readonly bytes: Uint8Array;
  readonly writable: Int32Array;
  readonly clearable: Int32Array;
  readonly initial: Int32Array;
  /** The last dword that was written. */
  private latch = 0;
  private readonly sticky: Int32Array;
  private readonly kept: Int32Array;
  private readonly writeHooks: (WriteHook | undefined)[];
  private readonly readHooks: (ReadHook | undefined)[];

  /** `size`: 256 for a conventional function, 4096 for a PCI Express function. */
  constructor(size: 256 | 4096, faulty: Faulty) {
    this.size = size;
    this.faulty = faulty;
    const words = (): Int32Array<ArrayBuffer> => new Int32Array(size / 4);
    const registers = words();
    this.words = registers;
    this.bytes = new Uint8Array(registers.buffer);
    this.writable = words();
    this.clearable = words();
    this.initial = words();
    this.sticky = words();
    this.kept = words();
    this.writeHooks = Array.from({ length: size / 4 }, () => undefined);
    this.readHooks = Array.from({ length: size / 4 }, () => undefined);
  }

  /** Says what stands at a register: its reset value and its kind. Bits that an earlier call defined stay. */
  define(offset: number, width: 1 | 2 | 4, value: number, kind: RegisterKind = {}): void {
    const index = offset >> 2;
    const shift = (offset & 3) * 8;
    const or = (array: Int32Array, bits: number | undefined): void => {
      array[index] = (array[index] as number) | (cut(bits ?? 0, width) << shift);
    };
    or(this.initial, value);
    or(this.words, value);
    or(this.writable, kind.writable);
    or(this.clearable, kind.clearable);
    or(this.sticky, kind.sticky);
    or(this.kept, kind.kept);
  }

  /** The hook of a dword. There is one at most. */
  onWrite(offset: number, hook: WriteHook): void {
    if (this.writeHooks[offset >> 2] !== undefined) throw new Error(`two hooks at register ${offset}`);
    this.writeHooks[offset >> 2] = hook;
  }

  onRead(offset: number, hook: ReadHook): void {
    this.readHooks[offset >> 2] = hook;
  }

  dword(offset: number): number {
    return this.words[offset >> 2] as number;
  }

  word(offset: number): number {
    return ((this.words[offset >> 2] as number) >>> ((offset & 2) * 8)) & 0xffff;
  }

  byte(offset: number): number {
    return this.bytes[offset] as number;
  }

  /** Sets bits of a dword from inside the device: no mask applies, no hook is called. */
  change(offset: number, mask: number, value: number): void {
    const index = offset >> 2;
    this.words[index] = ((this.words[index] as number) & ~mask) | (value & mask);
  }

  /** A guest's read of 1, 2 or 4 bytes inside a dword; the value is an int32. */
  read(register: number, width: number): number {
    const index = register >> 2;
    const lane = register & 3;
    const hook = this.readHooks[index];
    if (hook !== undefined) {
      const answer = hook(lane, width);
      if (answer !== undefined) return answer;
    }
    const value = (this.isGap(index) ? -1 : (this.words[index] as number)) >>> (lane * 8);
    return width === 4 ? value | 0 : width === 2 ? value & 0xffff : value & 0xff;
  }

  /** A guest's write of 1, 2 or 4 bytes inside a dword. */
  write(register: number, width: number, value: number): void {
    const index = register >> 2;
    const shift = (register & 3) * 8;
    let lanes = width === 4 ? -1 : (width === 2 ? 0xffff : 0xff) << shift;
    let data = (value << shift) & lanes;
    const before = this.words[index] as number;
    if (this.faulty('bar-write-data-not-truncated-to-width') && index >= 4 && index < 10) {
      // What an earlier write left in the unused bytes of the data register comes along.
      data |= this.latch & (-1 << shift) & ~lanes;
      lanes = -1 << shift;
    }
    if (width === 4) this.latch = data;
    else if (this.faulty('command-dword-write-clobbers-status')) {
      data |= before & ~lanes;
      lanes = -1;
    }
    const mask = (this.writable[index] as number) & lanes;
    const cleared = (this.clearable[index] as number) & data;
    const kept = this.faulty('bar-ro-bits-and-all-ones') ? ~lanes : ~mask;
    const after = ((before & kept) | (data & mask)) & ~cleared;
    this.words[index] = after;
    const hook = this.writeHooks[index];
    if (hook !== undefined) hook(before, after, data, lanes);
  }

  /** A fault: a register that nobody defined is no register. */
  private isGap(index: number): boolean {
    return (
      this.words[index] === 0 &&
      this.writable[index] === 0 &&
      this.clearable[index] === 0 &&
      this.faulty('config-gap-read-fails')
    );
  }

  /** Every register to its reset value, but for what a reset of this kind leaves (PCIe 6.6.1, 6.6.2, 7.4). */
  reset(kind: ResetKind): void {
    for (let index = 0; index < this.words.length; index++) {
      let keep = kind === 'power' ? 0 : (this.sticky[index] as number);
      if (kind === 'function') keep |= this.kept[index] as number;
      this.words[index] = ((this.initial[index] as number) & ~keep) | ((this.words[index] as number) & keep);
    }
  }
}

function cut(value: number, width: 1 | 2 | 4): number {
  return width === 4 ? value : width === 2 ? value & 0xffff : value & 0xff;
}
