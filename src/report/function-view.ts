/** What a report says of one function: numbers and yes or no, `undefined` for what is not known. */

import { wide } from '../model/bridge-view.ts';
import { KnownBits } from '../model/known-bits.ts';
import type { FunctionSnapshot } from '../model/snapshot.ts';

const MSI = 0x05;

export interface MsiView {
  offset: number;
  enabled: boolean | undefined;
  /** Vectors that it offers, and that software has enabled. */
  offered: number | undefined;
  vectors: number | undefined;
  address: bigint | undefined;
  data: number | undefined;
  /** Whether it has mask bits; the bits, lowest vector in bit 0. */
  maskable: boolean | undefined;
  mask: number | undefined;
}

export interface VectorView {
  address: bigint | undefined;
  data: number | undefined;
  masked: boolean | undefined;
}

/** `??` where nothing is known. */
export function hexByte(value: number | undefined): string {
  return value === undefined ? '??' : value.toString(16).padStart(2, '0');
}

/** A size in the largest unit that divides it: how many, and the power of 1024, below `units`. */
export function scaled(size: bigint, units: number): { count: bigint; unit: number } {
  let count = size;
  let unit = 0;
  while (unit < units - 1 && count >= 1024n && count % 1024n === 0n) {
    count /= 1024n;
    unit++;
  }
  return { count, unit };
}

/** Name of a region by its BAR index. */
export function regionName(index: number): string {
  return index === 6 ? 'ROM' : `BAR ${index}`;
}

/** Functions with all that lie below them, in order of their addresses. */
export function flatten(functions: readonly FunctionSnapshot[]): FunctionSnapshot[] {
  const all = functions.flatMap((f) => [f, ...flatten(f.below)]);
  return all.toSorted((one, other) => one.bdf - other.bdf);
}

/** MSI by its capability; undefined where none was found. */
export function msiView(f: FunctionSnapshot): MsiView | undefined {
  const at = f.capabilities.find(({ id }) => id === MSI)?.offset;
  if (at === undefined) return undefined;
  const bits = new KnownBits(f.config);
  const isWide = bits.flag(at + 2, 7);
  const maskable = bits.flag(at + 2, 8);
  const offered = bits.bits(at + 2, 3, 1);
  const vectors = bits.bits(at + 2, 6, 4);
  const low = bits.bits(at + 4, 31, 2);
  const high = isWide === true ? bits.dword(at + 8) : isWide === false ? 0 : undefined;
  const data = isWide === undefined ? undefined : at + (isWide ? 0x0c : 0x08);
  return {
    offset: at,
    enabled: bits.flag(at + 2, 0),
    offered: offered === undefined ? undefined : 1 << offered,
    vectors: vectors === undefined ? undefined : 1 << vectors,
    address: low === undefined || high === undefined ? undefined : wide(high, low << 2),
    data: data === undefined ? undefined : bits.word(data),
    maskable,
    mask: data !== undefined && maskable === true ? bits.dword(data + 4) : undefined,
  };
}

/** Entries of the MSI-X table, in order. */
export function vectorViews(f: FunctionSnapshot): VectorView[] {
  if (f.msix === undefined) return [];
  const bits = new KnownBits(f.msix.table);
  return Array.from({ length: f.msix.size }, (_, vector) => {
    const at = 16 * vector;
    // A message is a dword: bits 1:0 of its address are no part of it.
    const low = bits.bits(at, 31, 2);
    const high = bits.dword(at + 4);
    return {
      address: low === undefined || high === undefined ? undefined : wide(high, low << 2),
      data: bits.dword(at + 8),
      masked: bits.flag(at + 12, 0),
    };
  });
}
