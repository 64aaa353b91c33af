/** Hexadecimal text of 64-bit numbers kept as int32 halves. */

/** `0x` and lower-case digits without leading zeros. */
export function formatHex(hi: number, lo: number): string {
  const low = (lo >>> 0).toString(16);
  return hi === 0 ? `0x${low}` : `0x${(hi >>> 0).toString(16)}${low.padStart(8, '0')}`;
}

export interface Pair {
  hi: number;
  lo: number;
}

const NUMBER = /^(?:0[xX]([0-9a-fA-F]+)|([0-9]+))$/;

/**
 * A 64-bit number from `0x` hexadecimal or decimal text; undefined when the text is no number or needs more than 64
 * bits. Leading zeros are allowed.
 */
export function parseNumber(text: string): Pair | undefined {
  const match = NUMBER.exec(text);
  if (match === null) return undefined;
  // Short numbers, nearly all there are, need no big integer.
  const [, hex, decimal] = match;
  if (hex !== undefined && hex.length <= 8) return { hi: 0, lo: Number.parseInt(hex, 16) | 0 };
  if (decimal !== undefined && decimal.length <= 9) return { hi: 0, lo: Number.parseInt(decimal, 10) | 0 };
  if (text.length > 100) return undefined;
  const value = BigInt(text);
  if (value >> 64n !== 0n) return undefined;
  return { hi: Number(value >> 32n) | 0, lo: Number(value & 0xffffffffn) | 0 };
}
