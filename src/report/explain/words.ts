/** Numbers and lists in sentences. */

import { scaled } from '../function-view.ts';

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'] as const;

/** `16 KiB`. */
export function sizeWords(size: bigint): string {
  const { count, unit } = scaled(size, UNITS.length);
  return `${count} ${UNITS[unit]}`;
}

/** `0x1f`. */
export function hex(value: number | bigint): string {
  return `0x${(typeof value === 'number' ? value >>> 0 : value).toString(16)}`;
}

/** Digits without prefix, padded. */
export function digits(value: number, count: number): string {
  return (value >>> 0).toString(16).padStart(count, '0');
}

/** Parts that have something to say, with a comma between them. */
export function listed(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(', ');
}

/** The first ones of a list, and how many more there are. */
export function atMost(parts: readonly string[], most: number): string {
  if (parts.length <= most) return parts.join(', ');
  return `${parts.slice(0, most).join(', ')} and ${parts.length - most} more`;
}

/** Letters of a text from outside that are shown. */
const OUTSIDE_AT_MOST = 200;

/** Text from outside with nothing in it that a terminal would act on, or that would reorder what stands beside it. */
export function inert(text: string): string {
  const clean = text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu, '?');
  return clean.length > OUTSIDE_AT_MOST ? `${clean.slice(0, OUTSIDE_AT_MOST)}…` : clean;
}
