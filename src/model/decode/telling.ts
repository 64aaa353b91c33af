/** What an answer from behind a BAR can prove. */

import type { Access } from '../../access/access.ts';
import { widthMaskHi, widthMaskLo } from '../../core/pair.ts';
import type { Marker } from './region.ts';

export function equal(marker: Marker, access: Access): boolean {
  return marker.valueLo === access.valueLo && marker.valueHi === access.valueHi;
}

export function isOnes({ width, valueLo, valueHi }: Access): boolean {
  return (valueLo | ~widthMaskLo(width)) === -1 && (valueHi | ~widthMaskHi(width)) === -1;
}

export function isZero({ valueLo, valueHi }: Access): boolean {
  return valueLo === 0 && valueHi === 0;
}

/** Whether a value can prove anything: neither zeros nor ones, and wide enough not to be met by chance. */
export function isTelling(access: Access): boolean {
  return access.width >= 4 && !isOnes(access) && !isZero(access);
}

/**
 * Whether two registers do not come to hold the value independently of each other, as they do with flags, small
 * numbers and masks: both halves of it have a content of their own.
 */
export function isUnlikely(access: Access): boolean {
  const low = access.valueLo & 0xffff;
  const high = access.valueLo >>> 16;
  return access.width >= 4 && low > 0xff && high > 0xff && low < 0xff00 && high < 0xff00 && low !== high;
}

/** Whether a value was read at its offset twice in a row. */
export function isStable(marker: Marker | undefined): marker is Marker {
  return marker !== undefined && marker.reads >= 2;
}

/** Whether two registers were seen with different values at one time, so that they are not one register seen twice. */
export function differTogether(one: Marker, other: Marker): boolean {
  if (one.valueLo === other.valueLo && one.valueHi === other.valueHi) return false;
  return Math.max(one.firstAt, other.firstAt) < Math.min(one.step, other.step);
}
