/** The words of a command, read strictly: what is not as the protocol has it is refused, never guessed. */
import type { Width } from '../../access/access.ts';
import { parseBdf } from '../../access/bdf.ts';
import { excerpt } from '../../access/text.ts';
import { parseNumber } from '../../core/hex.ts';
import type { Pair } from '../../core/hex.ts';
import { widthMaskHi, widthMaskLo } from '../../core/pair.ts';

/** Bytes that one bulk command may move. */
export const BULK_AT_MOST = 1 << 20;

/** Why a command is answered FAIL; the message goes behind that word. */
export class Refusal extends Error {}

/** A whole number from 0 to `limit`, which is below 2^31. */
export function numberOf(word: string, limit: number, what: string): number {
  const number = parseNumber(word);
  if (number === undefined || number.hi !== 0 || number.lo >>> 0 > limit) return refuse(word, what);
  return number.lo;
}

export function portOf(word: string): number {
  return numberOf(word, 0xffff, 'a port from 0 to 0xffff');
}

export function addressOf(word: string): Pair {
  return parseNumber(word) ?? refuse(word, 'an address of at most 64 bits');
}

/** Nanoseconds and other numbers of which only the form counts. */
export function anyNumber(word: string, what: string): Pair {
  return parseNumber(word) ?? refuse(word, what);
}

export function valueOf(word: string, width: Width): Pair {
  const value = parseNumber(word);
  const fits = value !== undefined && (value.lo & ~widthMaskLo(width)) === 0 && (value.hi & ~widthMaskHi(width)) === 0;
  return fits ? value : refuse(word, `a value of ${width === 1 ? '1 byte' : `${width} bytes`}`);
}

export function sizeOf(word: string): number {
  const size = numberOf(word, BULK_AT_MOST, `a size from 1 to ${BULK_AT_MOST}`);
  return size === 0 ? refuse(word, `a size from 1 to ${BULK_AT_MOST}`) : size;
}

/** Exactly `size` bytes, two digits each, in the order of their addresses. */
export function bytesOf(word: string, size: number): Buffer {
  if (word.length !== 2 + 2 * size || !/^0x[0-9a-fA-F]*$/.test(word)) {
    return refuse(word, `0x and ${2 * size} digits`);
  }
  return Buffer.from(word.slice(2), 'hex');
}

export function functionOf(word: string): number {
  return parseBdf(word) ?? refuse(word, 'a function as bb:dd.f');
}

function refuse(word: string, expected: string): never {
  throw new Refusal(`expected ${expected}, found '${excerpt(word)}'`);
}
