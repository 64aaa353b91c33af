/** Words and numbers in verdicts. */

import { formatHex } from '../core/hex.ts';

/**
 * Bits of a dword under a mask, moved down to the lowest byte of `lanes`, which is what the access was of: so is the answer
 * that it is compared with.
 */
export function formatBits(value: number, mask: number, lanes = mask): string {
  if (mask === 0) return 'anything';
  const shift = (31 - Math.clz32(lanes & -lanes)) & ~7;
  const width = 32 - Math.clz32(lanes >>> shift);
  const whole = width > 16 ? -1 : width > 8 ? 0xffff : 0xff;
  const bits = mask >>> shift;
  const shown = formatHex(0, (value >>> shift) & bits);
  return (bits | 0) === (whole | 0) ? shown : `${shown} in the bits ${formatHex(0, bits)}`;
}
