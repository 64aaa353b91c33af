/** Bytes that keep what is written. Pieces come into being when they are written to; until then bytes have a pattern. */

const PIECE = 256;

/** The byte that stands at an offset nobody has written; the offset is a whole number below 2^53. */
export type Pattern = (offset: number) => number;

export class SparseMemory {
  private pieces = new Map<number, Uint8Array>();
  private readonly pattern: Pattern;
  private lastKey = -1;
  private lastPiece: Uint8Array | undefined;

  constructor(pattern: Pattern) {
    this.pattern = pattern;
  }

  /** Up to four bytes as an unsigned number put together in an int32. */
  read(offset: number, width: number): number {
    let value = 0;
    for (let byte = 0; byte < width; byte++) value |= this.readByte(offset + byte) << (byte * 8);
    return value;
  }

  write(offset: number, width: number, value: number): void {
    for (let byte = 0; byte < width; byte++) this.writeByte(offset + byte, (value >>> (byte * 8)) & 0xff);
  }

  private readByte(offset: number): number {
    const piece = this.find(Math.floor(offset / PIECE));
    return piece === undefined ? this.pattern(offset) : (piece[offset % PIECE] as number);
  }

  private writeByte(offset: number, value: number): void {
    const key = Math.floor(offset / PIECE);
    const piece = this.find(key) ?? this.make(key);
    piece[offset % PIECE] = value;
  }

  private find(key: number): Uint8Array | undefined {
    if (key !== this.lastKey) {
      this.lastKey = key;
      this.lastPiece = this.pieces.get(key);
    }
    return this.lastPiece;
  }

  private make(key: number): Uint8Array {
    const piece = new Uint8Array(PIECE);
    for (let byte = 0; byte < PIECE; byte++) piece[byte] = this.pattern(key * PIECE + byte);
    this.pieces.set(key, piece);
    this.lastPiece = piece;
    return piece;
  }

  /** Back to the pattern everywhere. */
  clear(): void {
    if (this.pieces.size > 0) this.pieces.clear();
    this.lastKey = -1;
  }

  save(): unknown {
    return new Map([...this.pieces].map(([key, piece]) => [key, piece.slice()]));
  }

  restore(state: unknown): void {
    this.pieces = new Map([...(state as Map<number, Uint8Array>)].map(([key, piece]) => [key, piece.slice()]));
    this.lastKey = -1;
  }
}
