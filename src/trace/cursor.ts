/**
 * A place in a buffer of bytes, and the few scans that log formats need. Every line in the buffer ends with a newline,
 * and every scan stops there, so that no scan checks bounds. Nothing is allocated.
 */

export const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const ZERO = 0x30;

/** Value of a hexadecimal digit, -1 for every other byte. */
const NIBBLE = new Int8Array(256).fill(-1);
for (let value = 0; value < 16; value++) {
  const digit = value.toString(16);
  NIBBLE[digit.charCodeAt(0)] = value;
  NIBBLE[digit.toUpperCase().charCodeAt(0)] = value;
}

export class Cursor {
  bytes: Uint8Array = new Uint8Array(0);
  at = 0;
  /** Result of the last `hex`. int32 halves. */
  lo = 0;
  hi = 0;
  /** Result of the last `decimal`. */
  number = 0;

  /** The byte under the cursor. */
  peek(): number {
    return this.bytes[this.at] as number;
  }

  /** Whether `word` stands at the cursor; passes over it if so. */
  take(word: Uint8Array): boolean {
    const bytes = this.bytes;
    const at = this.at;
    for (let index = 0; index < word.length; index++) {
      if (bytes[at + index] !== word[index]) return false;
    }
    this.at = at + word.length;
    return true;
  }

  /** Reads hexadecimal digits into `lo` and `hi`; false when there are none or more than 16. */
  hex(): boolean {
    const bytes = this.bytes;
    const start = this.at;
    let at = start;
    let lo = 0;
    let hi = 0;
    let digit = NIBBLE[bytes[at] as number] as number;
    while (digit >= 0) {
      hi = (hi << 4) | (lo >>> 28);
      lo = (lo << 4) | digit;
      digit = NIBBLE[bytes[++at] as number] as number;
    }
    this.at = at;
    this.lo = lo;
    this.hi = hi;
    return at > start && at - start <= 16;
  }

  /** Reads a decimal number, perhaps with a minus sign, into `number`; false when there is none below 2^31. */
  decimal(): boolean {
    const bytes = this.bytes;
    let at = this.at;
    const negative = bytes[at] === 0x2d;
    if (negative) at++;
    const start = at;
    let value = 0;
    let digit = (bytes[at] as number) - ZERO;
    while (digit >= 0 && digit <= 9) {
      value = value * 10 + digit;
      digit = (bytes[++at] as number) - ZERO;
    }
    this.at = at;
    this.number = negative ? -value : value;
    return at > start && at - start <= 10 && value <= 0x7fffffff;
  }

  /** Passes over hexadecimal digits without looking at their value. */
  skipHex(): void {
    const bytes = this.bytes;
    let at = this.at;
    while ((NIBBLE[bytes[at] as number] as number) >= 0) at++;
    this.at = at;
  }

  /** Passes over blanks and tabs. */
  skipBlanks(): void {
    const bytes = this.bytes;
    let at = this.at;
    while (bytes[at] === 0x20 || bytes[at] === 0x09) at++;
    this.at = at;
  }

  /** Whether the line ends here, but for blanks and a carriage return. */
  atLineEnd(): boolean {
    const bytes = this.bytes;
    let at = this.at;
    while (bytes[at] === 0x20 || bytes[at] === CARRIAGE_RETURN) at++;
    return bytes[at] === NEWLINE;
  }
}

/** ASCII bytes of a word, for `Cursor.take`. */
export function word(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
