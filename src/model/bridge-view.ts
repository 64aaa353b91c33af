/** What a snapshot says of addresses: numbers as one, and the windows of bridges; `undefined` for what is not known. */

import { KnownBits } from './known-bits.ts';
import type { FunctionSnapshot, RegionSnapshot } from './snapshot.ts';

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

/** The halves of a snapshot's address as one number. */
export function wide(hi: number, lo: number): bigint {
  return (BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0);
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
