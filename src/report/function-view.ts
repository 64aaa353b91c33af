/** What a report says of one function: numbers and yes or no, `undefined` for what is not known. */

import type { FunctionSnapshot, RegionSnapshot } from '../model/snapshot.ts';
import { KnownBits } from './known-bits.ts';

const MSI = 0x05;

/** A range that a bridge forwards; both ends inclusive. A base above the limit closes it. */
export interface WindowView {
  base: bigint;
  limit: bigint;
  open: boolean;
  /** Bits of its addresses: 16, 32 or 64. */
  width: number;
}

/** Windows of a bridge; `none`: it has no such window. */
export interface BridgeView {
  primary: number | undefined;
  secondary: number | undefined;
  subordinate: number | undefined;
  io: WindowView | 'none' | undefined;
  memory: WindowView | undefined;
  prefetchable: WindowView | 'none' | undefined;
}

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

/** The halves of a snapshot's address as one number. */
export function wide(hi: number, lo: number): bigint {
  return (BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0);
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

/** Address of a region's first byte. */
export function baseOf(region: RegionSnapshot): bigint | undefined {
  return region.base === undefined ? undefined : wide(region.base.hi, region.base.lo);
}

/** Bus numbers and windows of a bridge; undefined for other functions. */
export function bridgeView(f: FunctionSnapshot): BridgeView | undefined {
  if (f.headerType !== 1) return undefined;
  const bits = new KnownBits(f.config);
  return {
    primary: bits.byte(0x18),
    secondary: bits.byte(0x19),
    subordinate: bits.byte(0x1a),
    io: ioWindow(bits),
    memory: memoryWindow(bits),
    prefetchable: prefetchableWindow(bits),
  };
}

function makeWindow(base: bigint, limit: bigint, width: number): WindowView {
  return { base, limit, open: base <= limit, width };
}

/** I/O Base and Limit with their upper halves (PCIe 7.5.1.3.6). Registers that are hardwired to 0: no window. */
function ioWindow(bits: KnownBits): BridgeView['io'] {
  const base = bits.byte(0x1c);
  const limit = bits.byte(0x1d);
  if (base === undefined || limit === undefined) return undefined;
  if (base === 0 && limit === 0 && bits.hardwired(0x1c, 0xf0f0)) return 'none';
  const isWide = (base & 0xf) === 1;
  const baseUpper = isWide ? bits.word(0x30) : 0;
  const limitUpper = isWide ? bits.word(0x32) : 0;
  if (baseUpper === undefined || limitUpper === undefined) return undefined;
  return makeWindow(
    (BigInt(baseUpper) << 16n) | BigInt((base & 0xf0) << 8),
    (BigInt(limitUpper) << 16n) | BigInt(((limit & 0xf0) << 8) | 0xfff),
    isWide ? 32 : 16,
  );
}

function memoryWindow(bits: KnownBits): WindowView | undefined {
  const base = bits.word(0x20);
  const limit = bits.word(0x22);
  if (base === undefined || limit === undefined) return undefined;
  return makeWindow(BigInt(base & 0xfff0) << 16n, (BigInt(limit & 0xfff0) << 16n) | 0xfffffn, 32);
}

function prefetchableWindow(bits: KnownBits): BridgeView['prefetchable'] {
  const base = bits.word(0x24);
  const limit = bits.word(0x26);
  if (base === undefined || limit === undefined) return undefined;
  if (base === 0 && limit === 0 && bits.hardwired(0x24, 0xfff0fff0)) return 'none';
  const isWide = (base & 0xf) === 1;
  const baseUpper = isWide ? bits.dword(0x28) : 0;
  const limitUpper = isWide ? bits.dword(0x2c) : 0;
  if (baseUpper === undefined || limitUpper === undefined) return undefined;
  return makeWindow(
    wide(baseUpper, (base & 0xfff0) << 16),
    wide(limitUpper, ((limit & 0xfff0) << 16) | 0xfffff),
    isWide ? 64 : 32,
  );
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
