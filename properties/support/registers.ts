/** The plainest register file there is: bytes, each with masks of what a write does to its bits. */

/** What the bits of a register do, beside being read-only; each mask as wide as the register. */
export interface Bits {
  /** Take what is written. */
  writable?: number;
  /** Go to 0 where a 1 is written. */
  clears?: number;
  /** Keep their value over every reset but that of the power supply. */
  sticky?: number;
  /** Keep their value over FLR. */
  flrKeeps?: number;
}

export class Registers {
  readonly value: Uint8Array;
  private readonly writable: Uint8Array;
  private readonly clears: Uint8Array;
  private readonly sticky: Uint8Array;
  private readonly flrKeeps: Uint8Array;
  private readonly initial: Uint8Array;

  constructor(length: number) {
    this.value = new Uint8Array(length);
    this.writable = new Uint8Array(length);
    this.clears = new Uint8Array(length);
    this.sticky = new Uint8Array(length);
    this.flrKeeps = new Uint8Array(length);
    this.initial = new Uint8Array(length);
  }

  /** Declares a register of `width` bytes with its value after power-on. */
  define(offset: number, width: number, value: number, bits: Bits = {}): void {
    const put = (into: Uint8Array, number: number): void => {
      for (let byte = 0; byte < width; byte++) into[offset + byte] = (number >>> (8 * byte)) & 0xff;
    };
    put(this.value, value);
    put(this.initial, value);
    put(this.writable, bits.writable ?? 0);
    put(this.clears, bits.clears ?? 0);
    put(this.sticky, bits.sticky ?? 0);
    put(this.flrKeeps, bits.flrKeeps ?? 0);
  }

  read(offset: number, width: number): number {
    let value = 0;
    for (let byte = width - 1; byte >= 0; byte--) value = value * 256 + this.value[offset + byte]!;
    return value;
  }

  write(offset: number, width: number, data: number): void {
    for (let byte = 0; byte < width; byte++) {
      const at = offset + byte;
      const written = Math.floor(data / 2 ** (8 * byte)) & 0xff;
      const kept = this.value[at]! & ~this.writable[at]! & ~(this.clears[at]! & written);
      this.value[at] = kept | (written & this.writable[at]!);
    }
  }

  /** Sets bits as the device itself does, whatever a guest may write. */
  poke(offset: number, width: number, data: number): void {
    for (let byte = 0; byte < width; byte++) this.value[offset + byte] = (data >>> (8 * byte)) & 0xff;
  }

  /** Bits that a write can change, of the register at `offset`. */
  mask(offset: number, width: number): number {
    let mask = 0;
    for (let byte = width - 1; byte >= 0; byte--) mask = mask * 256 + this.writable[offset + byte]!;
    return mask;
  }

  reset(kind: 'power' | 'conventional' | 'flr'): void {
    for (let at = 0; at < this.value.length; at++) {
      const kept = kind === 'power' ? 0 : this.sticky[at]! | (kind === 'flr' ? this.flrKeeps[at]! : 0);
      this.value[at] = (this.value[at]! & kept) | (this.initial[at]! & ~kept);
    }
  }
}
