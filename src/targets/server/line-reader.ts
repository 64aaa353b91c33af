/** Cuts a stream of bytes into lines, with a bound on what it keeps. */

/** Stands for a line that was longer than the bound; what it held is gone. */
export const TOO_LONG = Symbol('a line that is too long');

const NEWLINE = 0x0a;

export class LineReader {
  private readonly most: number;
  private pieces: Buffer[] = [];
  private kept = 0;
  private overflow = false;

  /** `most`: bytes of the longest line, without its end. */
  constructor(most: number) {
    this.most = most;
  }

  /** The lines that end in this chunk, without their ends. What follows the last one is kept for the next chunk. */
  *lines(chunk: Buffer): Generator<string | typeof TOO_LONG> {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      this.keep(chunk.subarray(start, end));
      yield this.take();
      start = end + 1;
    }
    this.keep(chunk.subarray(start));
  }

  /** Whether the line that has not ended yet is longer than the bound already. */
  get overflows(): boolean {
    return this.overflow;
  }

  private keep(piece: Buffer): void {
    if (piece.length === 0 || this.overflow) return;
    if (this.kept + piece.length > this.most) {
      this.overflow = true;
      this.pieces = [];
      this.kept = 0;
      return;
    }
    this.pieces.push(piece);
    this.kept += piece.length;
  }

  private take(): string | typeof TOO_LONG {
    const [first, ...others] = this.pieces;
    const line =
      first === undefined ? '' : (others.length === 0 ? first : Buffer.concat(this.pieces)).toString('latin1');
    const result = this.overflow ? TOO_LONG : line;
    this.pieces = [];
    this.kept = 0;
    this.overflow = false;
    return result;
  }
}
