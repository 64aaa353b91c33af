/** What the answers of a trace say of one function: every byte as it was read last, and the structures in it. */

/** A stretch of configuration space that belongs to one structure. */
export interface Structure {
  id: number;
  offset: number;
  length: number;
}

const EXPRESS = 0x10;
const MSIX = 0x11;
const VIRTIO = 0x1af4;

/** Lengths of structures; 0 where the structure itself tells. */
const LENGTHS: Readonly<Record<number, number>> = {
  0x01: 8,
  0x03: 8,
  0x04: 4,
  0x0c: 8,
  0x0d: 8,
  0x11: 12,
  0x13: 6,
};

/** Lengths of extended structures that QEMU's devices have; others are taken for 16 bytes. */
const EXTENDED_LENGTHS: Readonly<Record<number, number>> = {
  0x0001: 0x38,
  0x0003: 12,
  0x000d: 8,
  0x000e: 8,
  0x000f: 8,
  0x0010: 0x40,
  0x0018: 8,
  0x0019: 16,
};

export interface MsixPlace {
  /** Offset of the capability. */
  at: number;
  size: number;
  tableBar: number;
  tableOffset: number;
  pendingBar: number;
  pendingOffset: number;
}

export class FunctionImage {
  readonly bdf: number;
  readonly value = new Uint8Array(0x1000);
  readonly seen = new Uint8Array(0x1000);
  /** BAR registers as they were read or written last, for finding what lies behind them. */
  readonly bars = new Uint32Array(6);
  /** Header, BARs and capability list have been read once. */
  enumerated = false;
  private found: { list: Structure[]; extended: Structure[] } | undefined;

  constructor(bdf: number) {
    this.bdf = bdf;
  }

  learn(offset: number, width: number, answer: number): void {
    for (let at = 0; at < width && offset + at < 0x1000; at++) {
      this.value[offset + at] = (answer >>> (8 * at)) & 0xff;
      this.seen[offset + at] = 1;
    }
    this.found = undefined;
    this.enumerated ||= this.isEnumerated();
  }

  /** Follows a BAR through reads and writes of any width. */
  moveBar(offset: number, width: number, value: number): void {
    for (let at = offset; at < offset + width; at++) {
      const index = (at - 0x10) >> 2;
      if (at < 0x10 || index > 5) continue;
      const shift = 8 * (at & 3);
      const byte = (value >>> (8 * (at - offset))) & 0xff;
      this.bars[index] = ((this.bars[index] ?? 0) & ~(0xff << shift)) | (byte << shift);
    }
  }

  /** Base address of a memory BAR; undefined: none, or an I/O BAR. */
  barBase(index: number): number | undefined {
    const type = this.value[0x10 + 4 * index] ?? 0;
    if ((type & 1) !== 0) return undefined;
    const low = ((this.bars[index] ?? 0) & ~15) >>> 0;
    return (type & 6) === 4 ? (this.bars[index + 1] ?? 0) * 2 ** 32 + low : low;
  }

  /** 0, 1, 2: the register, else what the class says; most functions have the ordinary header. */
  get headerType(): number {
    if (this.seen[0x0e] === 1) return this.byte(0x0e) & 0x7f;
    return this.word(0x0a) === 0x0604 ? 1 : 0;
  }

  get isVirtio(): boolean {
    return this.word(0) === VIRTIO;
  }

  get isExpress(): boolean {
    return this.list().some(({ id }) => id === EXPRESS);
  }

  byte(offset: number): number {
    return this.value[offset] ?? 0;
  }

  word(offset: number): number {
    return this.byte(offset) | (this.byte(offset + 1) << 8);
  }

  dword(offset: number): number {
    return (this.word(offset) | (this.word(offset + 2) << 16)) >>> 0;
  }

  list(): Structure[] {
    return this.structures().list;
  }

  extendedList(): Structure[] {
    return this.structures().extended;
  }

  msix(): MsixPlace | undefined {
    const at = this.list().find(({ id }) => id === MSIX)?.offset;
    if (at === undefined || this.seen[at + 4] === 0) return undefined;
    const [table, pending] = [this.dword(at + 4), this.dword(at + 8)];
    return {
      at,
      size: (this.word(at + 2) & 0x7ff) + 1,
      tableBar: table & 7,
      tableOffset: (table & ~7) >>> 0,
      // The second locator is often read by nobody; without it no pending bits are found.
      pendingBar: this.seen[at + 8] === 1 ? pending & 7 : -1,
      pendingOffset: (pending & ~7) >>> 0,
    };
  }

  private structures(): { list: Structure[]; extended: Structure[] } {
    this.found ??= { list: this.walk(), extended: this.walkExtended() };
    return this.found;
  }

  private walk(): Structure[] {
    const list: Structure[] = [];
    if (this.headerType > 1) return list;
    let at = this.seen[0x34] === 1 ? this.byte(0x34) & 0xfc : 0;
    while (at >= 0x40 && !list.some(({ offset }) => offset === at) && this.seen[at] === 1) {
      const id = this.byte(at);
      list.push({ id, offset: at, length: this.lengthOf(id, at) });
      at = this.seen[at + 1] === 1 ? this.byte(at + 1) & 0xfc : 0;
    }
    return list;
  }

  private lengthOf(id: number, at: number): number {
    if (id === 0x05) {
      const control = this.word(at + 2);
      return (control & 0x80 ? 14 : 10) + (control & 0x100 ? 10 : 0);
    }
    if (id === EXPRESS) return (this.byte(at + 2) & 0xf) >= 2 ? 0x3c : 0x14;
    // A virtio function's capabilities have 16 bytes at least, also where nobody reads their length.
    if (id === 0x09) return this.seen[at + 2] === 1 ? this.byte(at + 2) : this.word(0) === VIRTIO ? 16 : 3;
    return LENGTHS[id] ?? 2;
  }

  private walkExtended(): Structure[] {
    const list: Structure[] = [];
    let at = 0x100;
    while (at >= 0x100 && !list.some(({ offset }) => offset === at) && this.seen[at] === 1) {
      const header = this.dword(at);
      if (header === 0 || header === 0xffffffff) break;
      const id = header & 0xffff;
      list.push({ id, offset: at, length: EXTENDED_LENGTHS[id] ?? 16 });
      at = (header >>> 20) & 0xffc;
    }
    return list;
  }

  private isEnumerated(): boolean {
    const all = (from: number, to: number): boolean => this.seen.subarray(from, to).every((byte) => byte === 1);
    if (!all(0, 4) || !all(0x0a, 0x0c) || this.seen[0x0e] === 0 || this.seen[0x06] === 0) return false;
    const { headerType } = this;
    if (!all(0x10, headerType === 0 ? 0x28 : headerType === 1 ? 0x18 : 0x14)) return false;
    if ((this.byte(0x06) & 0x10) === 0 || headerType > 1) return true;
    if (this.seen[0x34] === 0) return false;
    let at = this.byte(0x34) & 0xfc;
    for (let left = 48; at >= 0x40 && left > 0; left--) {
      if (!all(at, at + 2)) return false;
      at = this.byte(at + 1) & 0xfc;
    }
    return true;
  }
}
