import type { CellsSnapshot } from './snapshot.ts';

/**
 * Registers as a report may show them: bits that the model claims to know, and bits as they were last read, unless they
 * were written or reset since. Everything else is not known.
 */
export class KnownBits {
  /** Bytes. */
  readonly length: number;
  private readonly cells: CellsSnapshot;

  constructor(cells: CellsSnapshot) {
    this.cells = cells;
    this.length = 4 * cells.value.length;
  }

  /** Bits `high` to `low`, counted from the lowest bit of the byte at `offset`; undefined while one is not known. */
  bits(offset: number, high: number, low: number): number | undefined {
    const { value, known, seen } = this.cells;
    const at = (offset << 3) + low;
    const d = at >>> 5;
    const shift = at & 31;
    const width = high - low + 1;
    const mask = width === 32 ? -1 : (1 << width) - 1;
    if (d >= value.length || (((known[d]! | seen[d]!) >>> shift) & mask) !== (mask | 0)) return undefined;
    return ((value[d]! >>> shift) & mask) >>> 0;
  }

  /** The byte at `offset`. */
  byte(offset: number): number | undefined {
    return this.bits(offset, 7, 0);
  }

  /** The 16 bits at `offset`, which is even. */
  word(offset: number): number | undefined {
    return this.bits(offset, 15, 0);
  }

  /** The 32 bits at `offset`, a multiple of 4. */
  dword(offset: number): number | undefined {
    return this.bits(offset, 31, 0);
  }

  /** One bit as yes or no. */
  flag(offset: number, bit: number): boolean | undefined {
    const value = this.bits(offset, bit, bit);
    return value === undefined ? undefined : value === 1;
  }

  /** Whether all bits of `mask` in the dword at `offset` were found not to be writable. */
  hardwired(offset: number, mask: number): boolean {
    return ((this.cells.hardwired[offset >>> 2] ?? 0) & mask) === (mask | 0);
  }

  /** Bytes of which the model claims every bit, and bytes that are shown. */
  count(): { known: number; shown: number } {
    const counts = { known: 0, shown: 0 };
    for (let offset = 0; offset < this.length; offset++) {
      const claimed = (this.cells.known[offset >>> 2]! >>> ((offset & 3) << 3)) & 0xff;
      if (claimed === 0xff) counts.known++;
      if (this.byte(offset) !== undefined) counts.shown++;
    }
    return counts;
  }
}
