/**
 * A block of registers as the model knows it: per dword a value, which of its bits are known, what kind each bit is,
 * and what was written last. Configuration space, an MSI-X table and a PBA are such blocks.
 *
 * A "choice" bit (read-write or hardwired) is undecided until a write of another value was read back; between the two
 * it is *pending*: `value` still holds the old value, `written` the new one, and both are allowed.
 */

import type { Attribute } from '../spec/register.ts';
import { CellPlanes, PLANES } from './cell-planes.ts';
import type { Plane } from './cell-planes.ts';

/** Why a cell holds what it holds; written beside the value for naming the rule later. */
export const CAUSE_NONE = 0;
export const CAUSE_WRITE = 1;
export const CAUSE_MACHINE_RESET = 2;
export const CAUSE_BUS_RESET = 3;
export const CAUSE_FLR = 4;
export const CAUSE_D3 = 6;
export const CAUSE_PLUG = 7;
export const CAUSE_SLOT_POWER = 8;
/** A reset that the source does not show. */
export const CAUSE_UNSEEN = 9;
export type Cause = number;

/**
 * How far a reset reaches: power-on resets sticky bits too, FLR leaves some fields alone. After `power` and `machine`
 * the VMM may have played firmware before the guest looks; after `slot` (power of a slot, a plug) it has not.
 */
export type ResetLevel = 'power' | 'machine' | 'slot' | 'conventional' | 'flr';

const LANES = [0xffffffff | 0, 0xff, 0xffff, 0, 0xffffffff | 0] as const;

const BYTES = [0xff, 0xff00, 0xff0000, 0xff000000 | 0] as const;

/** Bits of a dword that an access of `width` bytes at byte `offset` touches; the access must not leave the dword. */
export function lanes(offset: number, width: number): number {
  return (LANES[width] ?? 0) << ((offset & 3) << 3);
}

export class Cells extends CellPlanes {
  /** Bits that were confirmed at the snapshot to which the machine has gone back; undefined: it never has. */
  kept: Int32Array | undefined;

  /** Back to a snapshot: nothing is confirmed since. What nobody touched since an earlier return, at `before`, is as it was. */
  restored(before: number): void {
    const kept = this.confirmed.slice();
    for (let d = 0; d < kept.length; d++) if (this.changedAt[d]! < before) kept[d]! |= this.kept?.[d] ?? 0;
    this.kept = kept;
    this.confirmed.fill(0);
  }

  /** Copy of everything, for an assumption that may have to be taken back. */
  copy(): Cells {
    const copy = new Cells(this.length);
    for (const plane of PLANES) copy[plane].set(this[plane]);
    return copy;
  }

  /** Removes all attributes (before a layout is compiled anew); decided bits and values stay. */
  clearAttributes(): void {
    const planes: readonly Plane[] = [
      'readOnly',
      'readWrite',
      'choice',
      'onlyZero',
      'zero',
      'clearable',
      'changing',
      'resetValue',
      'resetDefined',
      'sticky',
      'flrKeeps',
      'flrOpen',
      'firmware',
    ];
    for (const plane of planes) this[plane].fill(0);
  }

  /** Declares the attribute of `mask` in dword `d`; the last declaration counts. */
  declare(d: number, mask: number, attribute: Attribute): void {
    const keep = ~mask;
    this.readOnly[d]! &= keep;
    this.readWrite[d]! &= keep;
    this.choice[d]! &= keep;
    this.onlyZero[d]! &= keep;
    this.zero[d]! &= keep;
    this.clearable[d]! &= keep;
    this.changing[d]! &= keep;
    switch (attribute) {
      case 'RO':
        this.readOnly[d]! |= mask;
        return;
      case 'RW':
        this.readWrite[d]! |= mask;
        return;
      case 'choice':
        this.choice[d]! |= mask;
        return;
      case 'choice0':
        this.choice[d]! |= mask;
        this.onlyZero[d]! |= mask;
        return;
      case 'zero':
        this.zero[d]! |= mask & ~this.contrary[d]!;
        return;
      case 'RW1C':
        this.clearable[d]! |= mask;
        return;
      case 'volatile':
        this.changing[d]! |= mask;
        return;
      case 'open':
        return;
    }
  }

  /** Declares what a reset makes of `mask`: a defined value, or (undefined) anything. */
  declareReset(
    d: number,
    mask: number,
    value: number | undefined,
    sticky: boolean,
    flr: 'keep' | 'open' | undefined,
  ): void {
    const keep = ~mask;
    this.resetValue[d] = (this.resetValue[d]! & keep) | ((value ?? 0) & mask);
    this.resetDefined[d] = (this.resetDefined[d]! & keep) | (value === undefined ? 0 : mask);
    this.sticky[d] = (this.sticky[d]! & keep) | (sticky ? mask : 0);
    this.flrKeeps[d] = (this.flrKeeps[d]! & keep) | (flr === 'keep' || sticky ? mask : 0);
    this.flrOpen[d] = (this.flrOpen[d]! & keep) | (flr === 'open' ? mask : 0);
  }

  /** Bits that a write of another value is known to change. */
  writable(d: number): number {
    return this.readWrite[d]! | (this.choice[d]! & this.isWritable[d]!);
  }

  /** Choice bits of which it is not known yet whether they are writable. */
  undecided(d: number): number {
    return this.choice[d]! & ~this.isWritable[d]! & ~this.isHardwired[d]!;
  }

  /** Bits whose value the model claims to know, as far as they are judged at all. */
  known(d: number): number {
    const constant = this.readOnly[d]! | this.readWrite[d]! | (this.choice[d]! & ~this.pending[d]!);
    return ((this.seen[d]! & constant) | this.zero[d]!) & ~this.otherMask[d]!;
  }

  /** Value in the known bits; reserved bits are 0. */
  knownValue(d: number): number {
    return this.value[d]! & ~this.zero[d]!;
  }

  /** Bits of `answer` under `mask` that contradict what is known. 0: the answer is allowed. */
  contradiction(d: number, mask: number, answer: number): number {
    let wrong = (answer ^ this.value[d]!) & this.known(d) & ~this.zero[d]! & mask;
    wrong |= answer & this.zero[d]! & mask;
    // A status bit seen 1 stays 1 until a 1 is written to it; from 0 to 1 it goes by itself.
    wrong |= ~answer & this.value[d]! & this.seen[d]! & this.clearable[d]! & ~this.otherMask[d]! & mask;
    const both = this.otherMask[d]! & mask;
    if (both !== 0) {
      // Registers of one dword may differ in which of the two they hold, so each byte is compared by itself.
      const fromValue = (answer ^ this.value[d]!) & both;
      const fromOther = (answer ^ this.other[d]!) & both;
      if (fromValue !== 0 && fromOther !== 0) {
        for (const byte of BYTES) if ((fromValue & byte) !== 0 && (fromOther & byte) !== 0) wrong |= fromValue & byte;
      }
    }
    return wrong;
  }

  /** Takes over an answer: values, and what it decides about choice bits. */
  learn(d: number, mask: number, answer: number, step: number, shape = 0): void {
    const undecided = this.undecided(d) & mask;
    if (undecided !== 0) {
      const pending = this.pending[d]! & undecided;
      const changed = (answer ^ this.value[d]!) & pending;
      this.isWritable[d]! |= changed | (answer & this.onlyZero[d]! & undecided);
      this.isHardwired[d]! |= pending & ~changed;
      const blind = undecided & ~pending & ~this.seen[d]! & this.writtenMask[d]!;
      this.isHardwired[d]! |= (answer ^ this.written[d]!) & blind & ~this.isWritable[d]!;
    }
    this.value[d] = (this.value[d]! & ~mask) | (answer & mask);
    this.seen[d]! |= mask;
    this.pending[d]! &= ~mask;
    this.otherMask[d]! &= ~mask;
    this.stored[d]! &= ~mask;
    this.confirmedAt[d] = step;
    this.confirmed[d]! |= mask;
    this.unread[d]! &= ~mask;
    this.confirmedBy[d] = shape;
  }

  /** Settles choice bits as writable: what was written to them last is what they hold. */
  decideWritable(d: number, mask: number): number {
    const fresh = mask & this.undecided(d);
    if (fresh === 0) return 0;
    this.isWritable[d]! |= fresh;
    const late = fresh & (this.pending[d]! | (this.writtenMask[d]! & ~this.seen[d]!));
    this.value[d] = (this.value[d]! & ~late) | (this.written[d]! & late);
    this.seen[d]! |= late;
    this.pending[d]! &= ~fresh;
    return fresh;
  }

  /** Settles choice bits as hardwired; those that can only be hardwired to 0 are known from then on. */
  decideHardwired(d: number, mask: number): number {
    const fresh = mask & this.undecided(d);
    if (fresh === 0) return 0;
    this.isHardwired[d]! |= fresh;
    this.pending[d]! &= ~fresh;
    const zero = fresh & this.onlyZero[d]!;
    this.value[d]! &= ~zero;
    this.seen[d]! |= zero;
    return fresh;
  }

  /** Adopts a wrong answer. What was believed stays allowed: it is one divergence. What has changed is not hardwired. */
  adopt(d: number, mask: number, answer: number, wrong: number, step: number): void {
    const believed = this.value[d]!;
    this.value[d] = (believed & ~mask) | (answer & mask);
    this.seen[d]! |= mask;
    this.pending[d]! &= ~mask;
    this.isHardwired[d]! &= ~wrong;
    const kept = wrong & ~this.zero[d]!;
    this.other[d] = (this.other[d]! & ~mask) | (((this.value[d]! & ~kept) | (believed & kept)) & mask);
    this.otherMask[d] = (this.otherMask[d]! & ~mask) | kept;
    this.stored[d]! &= ~mask;
    this.confirmedAt[d] = step;
    this.confirmed[d]! |= mask;
    this.unread[d]! &= ~mask;
    this.contrary[d]! |= wrong & this.zero[d]!;
    this.zero[d]! &= ~this.contrary[d]!;
  }

  /** The bits read 0 as a whole, which tells nothing about what they are: a value may have been refused. */
  learnNothing(d: number, mask: number): void {
    const open = this.undecided(d) & mask;
    this.pending[d]! &= ~open;
    this.writtenMask[d]! &= ~open;
    this.value[d]! &= ~open;
    this.seen[d]! |= open;
  }

  /** Applies a write by attribute. */
  write(d: number, mask: number, data: number, step: number, shape: number): void {
    const writable = this.writable(d) & mask;
    const undecided = this.undecided(d) & mask;
    this.before[d] = this.value[d]!;
    if (undecided !== 0) {
      // Old value known and another one written: either may be read back. The old one written again: no doubt left.
      const differs = (data ^ this.value[d]!) & undecided & this.seen[d]!;
      this.pending[d] = (this.pending[d]! & ~undecided) | differs;
      // A bit that can only be hardwired to 0 is 0 after a 0 was written, whatever it is.
      const zeroed = undecided & this.onlyZero[d]! & ~data & ~this.seen[d]!;
      this.value[d]! &= ~zeroed;
      this.seen[d]! |= zeroed;
    }
    this.value[d] = (this.value[d]! & ~writable) | (data & writable);
    this.seen[d]! |= writable;
    const cleared = this.clearable[d]! & mask & data;
    this.stored[d] = (this.stored[d]! & ~mask) | (cleared & this.seen[d]! & ~this.value[d]!);
    this.seen[d]! &= ~cleared;
    this.otherMask[d]! &= ~writable;
    this.seen[d]! &= ~(mask & ~this.attributed(d));
    this.written[d] = (this.written[d]! & ~mask) | (data & mask);
    this.writtenMask[d]! |= mask;
    this.unread[d]! |= mask;
    this.confirmed[d] = 0;
    this.changedAt[d] = step;
    this.cause[d] = CAUSE_WRITE;
    this.shape[d] = shape;
  }

  /** Beside what the bits of `mask` hold, 0 in all of them is allowed at the next read. */
  allowZero(d: number, mask: number): void {
    const ones = this.value[d]! & this.seen[d]! & this.writable(d) & mask;
    this.other[d] = (this.other[d]! & ~mask) | (this.value[d]! & ~ones & mask);
    this.otherMask[d] = (this.otherMask[d]! & ~mask) | ones;
  }

  /** A write that may or may not have arrived: writable bits that it would change are no longer known. */
  writePerhaps(d: number, mask: number, data: number, step: number, shape: number): void {
    const before = this.value[d]!;
    const writable = this.writable(d) & mask;
    const differs = (data ^ before) & writable & this.seen[d]! & ~this.otherMask[d]!;
    const doubtful = this.otherMask[d]! & writable;
    this.other[d] = (this.other[d]! & ~mask) | (((before & ~differs) | (data & differs)) & mask);
    this.otherMask[d] = (this.otherMask[d]! & ~writable) | differs;
    // Of an undecided bit it is open, beside, whether it takes the write at all: then nothing of it is known.
    const undecided = this.undecided(d) & mask & ((data ^ before) | ~this.seen[d]! | this.pending[d]!);
    const judged = this.readOnly[d]! | this.zero[d]! | writable | this.undecided(d);
    this.seen[d]! &= ~(mask & ~judged) & ~undecided & ~doubtful;
    this.pending[d]! &= ~mask;
    this.writtenMask[d]! &= ~mask;
    this.before[d] = before;
    this.unread[d]! |= mask;
    this.confirmed[d] = 0;
    this.changedAt[d] = step;
    this.cause[d] = CAUSE_WRITE;
    this.shape[d] = shape;
  }

  /** Bits that a reset of this level sets to their reset value. */
  private resetBits(d: number, level: ResetLevel): number {
    const defined = this.resetDefined[d]! & (this.readWrite[d]! | this.choice[d]! | this.clearable[d]!);
    switch (level) {
      case 'slot':
        // Firmware assigns nothing then, but what a VMM passes through may be as its host has set it.
        return d < 16 ? defined : defined & ~this.firmware[d]!;
      case 'power':
        return defined & ~this.firmware[d]!;
      case 'machine':
        return defined & ~this.sticky[d]! & ~this.firmware[d]!;
      case 'conventional':
        return defined & ~this.sticky[d]!;
      case 'flr':
        return defined & ~this.sticky[d]! & ~this.flrKeeps[d]! & ~this.flrOpen[d]!;
    }
  }

  /** Bits of which the register map says what they are. */
  attributed(d: number): number {
    return this.readOnly[d]! | this.readWrite[d]! | this.choice[d]! | this.zero[d]! | this.clearable[d]!;
  }

  /** Bits of the device's own that differ from what was read last, though nothing was written to them since. */
  drifted(d: number, mask: number, answer: number): number {
    return (answer ^ this.value[d]!) & this.seen[d]! & mask & ~(this.attributed(d) | this.changing[d]!);
  }

  /** Bits that certainly have their reset value after a reset of `level`, if nothing was written since. */
  resetKnown(d: number, level: ResetLevel): number {
    const variable = this.readWrite[d]! | this.isWritable[d]! | (this.onlyZero[d]! & ~this.resetValue[d]!);
    return this.resetBits(d, level) & ~this.clearable[d]! & variable;
  }

  /** Gives cells that were neither read nor written since a reset of `level` their reset value. */
  assumeReset(d: number, level: ResetLevel): void {
    const fresh =
      this.resetBits(d, level) & ~(this.clearable[d]! | this.seen[d]! | this.writtenMask[d]! | this.unread[d]!);
    // A bit that may be hardwired to 1 has its reset value only if it is writable.
    const certain = fresh & (this.readWrite[d]! | this.isWritable[d]! | (this.onlyZero[d]! & ~this.resetValue[d]!));
    this.value[d] = (this.value[d]! & ~certain) | (this.resetValue[d]! & certain);
    this.seen[d]! |= certain;
  }

  /** Resets all cells: constants stay, writable bits take their reset value or become unknown. */
  reset(level: ResetLevel, cause: Cause, step: number): void {
    for (let d = 0; d < this.length; d++) {
      // Bits that this reset does not touch; what was written to them and not read back is as open as before.
      const kept =
        level === 'conventional' || level === 'machine' ? this.sticky[d]! : level === 'flr' ? this.flrKeeps[d]! : 0;
      const keep = this.readOnly[d]! | this.zero[d]! | (this.choice[d]! & this.isHardwired[d]!) | kept;
      const defined = this.resetBits(d, level);
      const same =
        this.undecided(d) & defined & this.seen[d]! & ~this.pending[d]! & ~(this.value[d]! ^ this.resetValue[d]!);
      this.seen[d]! &= keep | same;
      this.before[d] = this.value[d]!;
      this.pending[d]! &= kept;
      this.otherMask[d]! &= kept;
      this.stored[d]! &= kept;
      this.writtenMask[d]! &= kept;
      this.unread[d] = 0;
      this.confirmed[d] = 0;
      this.changedAt[d] = step;
      this.cause[d] = cause;
      this.assumeReset(d, level);
    }
  }

  /** A reset of which it is open if it came: every writable bit that it does not keep has its old value or its reset value; without power none is kept. */
  resetPerhaps(cause: Cause, step: number): void {
    for (let d = 0; d < this.length; d++) {
      const kept = cause === CAUSE_SLOT_POWER ? 0 : this.sticky[d]! | (cause === CAUSE_FLR ? this.flrKeeps[d]! : 0);
      const touched = (this.writable(d) | this.undecided(d) | this.clearable[d]! | ~this.attributed(d)) & ~kept;
      const left =
        cause === CAUSE_FLR ? this.flrOpen[d]! : cause === CAUSE_SLOT_POWER && d >= 16 ? this.firmware[d]! : 0;
      const defined = touched & this.resetDefined[d]! & ~left;
      const changes = defined & (this.value[d]! ^ this.resetValue[d]!);
      // What is kept may have one of two values already, and that is not decided by whether the reset came.
      const two = this.otherMask[d]! & ~touched;
      const differing = changes & this.writable(d) & this.seen[d]! & ~this.otherMask[d]!;
      const differs = two === 0 ? differing : 0;
      const maybe = (this.undecided(d) & (changes | this.pending[d]!)) | (this.otherMask[d]! & touched);
      const open = (touched & ~defined) | maybe | (differing & ~differs);
      this.other[d] = (this.value[d]! & ~(differs | two)) | (this.resetValue[d]! & differs) | (this.other[d]! & two);
      this.otherMask[d] = differs | two;
      this.seen[d]! &= ~open & ~this.clearable[d]!;
      this.pending[d] = 0;
      this.writtenMask[d] = 0;
      // What may have been written may still stand there.
      this.unread[d]! &= ~this.seen[d]!;
      this.confirmed[d] = 0;
      this.changedAt[d] = step;
      this.cause[d] = cause;
    }
  }

  /** Forgets the values of all that is not constant (a gap in the recording), but for the dwords that `keep` names. */
  forgetVariables(keep?: (d: number) => boolean): void {
    for (let d = 0; d < this.length; d++) {
      const constant = this.readOnly[d]! | this.zero[d]! | (this.choice[d]! & this.isHardwired[d]!);
      if (keep?.(d) !== true) this.forgetBits(d, ~constant);
    }
  }

  /** May have any value now. */
  forgetBits(d: number, mask: number): void {
    for (const plane of ['seen', 'pending', 'otherMask', 'writtenMask'] as const) this[plane][d]! &= ~mask;
  }

  /** Bits of which it is to be found out anew what they are and hold. */
  forgetKinds(d: number, mask: number): void {
    const planes: readonly Plane[] = ['isWritable', 'isHardwired', 'seen', 'pending', 'otherMask', 'writtenMask'];
    for (const plane of planes) this[plane][d]! &= ~mask;
  }

  /** Values that were written before the attributes were known take effect now that they are. */
  settleWritten(d: number): void {
    // What was open until now, because the bits might have been hardwired, is decided.
    const late = this.readWrite[d]! & this.writtenMask[d]! & (~this.seen[d]! | this.pending[d]!);
    this.value[d] = (this.value[d]! & ~late) | (this.written[d]! & late);
    this.seen[d]! |= late;
    this.pending[d]! &= ~late;
  }

  /** Value of `bits` of the `size` bytes at byte `offset`, or undefined while any of them is unknown (-1 is a value). */
  peek(offset: number, size: number, bits = -1): number | undefined {
    const d = offset >>> 2;
    if (d >= this.length) return undefined;
    const mask = lanes(offset, size) & (bits << ((offset & 3) << 3));
    if ((mask & ~(this.seen[d]! | this.zero[d]!)) !== 0 || (mask & (this.pending[d]! | this.otherMask[d]!)) !== 0)
      return undefined;
    return ((this.value[d]! & ~this.zero[d]! & mask) >>> ((offset & 3) << 3)) >>> 0;
  }

  /** One bit: 0, 1, or -1 while it is not known. `offset` in bytes, `bit` from the offset's lowest bit. */
  bit(offset: number, bit: number): 0 | 1 | -1 {
    const at = ((offset & 3) << 3) + bit;
    const d = (offset >>> 2) + (at >>> 5);
    const mask = 1 << (at & 31);
    if (d >= this.length || (mask & (this.pending[d]! | this.otherMask[d]!)) !== 0) return -1;
    if ((this.zero[d]! & mask) !== 0) return 0;
    if ((this.seen[d]! & mask) === 0) return -1;
    return (this.value[d]! & mask) !== 0 ? 1 : 0;
  }
}
