/** What is kept of each dword of registers: a plane a property, so that the hot path touches plain numbers. */

export const PLANES = [
  'value',
  'seen',
  'readOnly',
  'readWrite',
  'choice',
  'onlyZero',
  'zero',
  'clearable',
  'changing',
  'isWritable',
  'isHardwired',
  'pending',
  'written',
  'writtenMask',
  'unread',
  'before',
  'stored',
  'other',
  'otherMask',
  'resetValue',
  'resetDefined',
  'sticky',
  'flrKeeps',
  'flrOpen',
  'firmware',
  'changedAt',
  'confirmedAt',
  'confirmedBy',
  'confirmed',
  'contrary',
  'cause',
  'shape',
  'judged',
] as const;
export type Plane = (typeof PLANES)[number];
const TOGETHER = PLANES.filter((plane) => plane !== 'judged');

/** The planes of a block of cells, one dword each, and what treats all of them alike. */
export class CellPlanes {
  /** Number of dwords. */
  length: number;
  value!: Int32Array;
  /** Bits whose value was read, written or is given by the specification. */
  seen!: Int32Array;
  readOnly!: Int32Array;
  readWrite!: Int32Array;
  choice!: Int32Array;
  /** Choice bits whose only hardwired value is 0. */
  onlyZero!: Int32Array;
  zero!: Int32Array;
  clearable!: Int32Array;
  /** Bits that change by themselves. */
  changing!: Int32Array;
  /** Choice bits that turned out writable, or hardwired. */
  isWritable!: Int32Array;
  isHardwired!: Int32Array;
  pending!: Int32Array;
  written!: Int32Array;
  /** Bits written since the last reset or doubt. */
  writtenMask!: Int32Array;
  /** Lanes that were written since they were last read. */
  unread!: Int32Array;
  /** Value before the last write. */
  before!: Int32Array;
  /** Status bits that were 0 when a 1 was written to them: reading 1 now, they have stored it. */
  stored!: Int32Array;
  /** A second value that the rules allow beside `value`, as a whole, in the bits of `otherMask`. */
  other!: Int32Array;
  otherMask!: Int32Array;
  resetValue!: Int32Array;
  resetDefined!: Int32Array;
  sticky!: Int32Array;
  flrKeeps!: Int32Array;
  flrOpen!: Int32Array;
  /** Bits that firmware inside the VMM may have set before the guest looks. */
  firmware!: Int32Array;
  /** Step of the last write or reset that reached the cell, and of the last read that confirmed it. */
  changedAt!: Int32Array;
  confirmedAt!: Int32Array;
  /** Bits that were read right since the cell was last written or reset. */
  confirmed!: Int32Array;
  /** Bits that must be 0 and were reported as 1: how this device is, told once. */
  contrary!: Int32Array;
  /** Width and mechanism of the last read that was right, as in `shape`. */
  confirmedBy!: Int32Array;
  cause!: Int32Array;
  /** Width (bits 3:0), mechanism (bits 7:4) and the SHAPE_ marks (bits 8 and up) of the last write. */
  shape!: Int32Array;
  /** Reads that had something to judge. */
  judged!: Int32Array;

  constructor(length: number) {
    this.length = length;
    this.lay();
    this.changedAt.fill(-1);
    this.confirmedAt.fill(-1);
  }

  /** Makes room for `length` dwords; what is known stays. */
  grow(length: number): void {
    if (length <= this.length) return;
    const former = PLANES.map((plane) => this[plane]);
    this.length = length;
    this.lay();
    for (const [index, plane] of PLANES.entries()) {
      if (plane === 'changedAt' || plane === 'confirmedAt') this[plane].fill(-1);
      this[plane].set(former[index]!);
    }
  }

  /** All planes lie in one buffer, which is made and kept as a whole; but for the counts, which outlast going back to a snapshot. */
  private lay(): void {
    const { length } = this;
    const buffer = new ArrayBuffer(4 * length * TOGETHER.length);
    for (const [index, plane] of TOGETHER.entries()) this[plane] = new Int32Array(buffer, 4 * length * index, length);
    this.judged = new Int32Array(length);
  }
}
