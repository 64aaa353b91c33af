/** What ISA Enable and VGA Enable of Bridge Control make of the ranges that a bridge forwards (PCIe 7.5.1.3.13). */

import { MEMORY } from '../../access/access.ts';
import type { PciFunction } from '../function.ts';
import type { Extent } from './place.ts';
import { MAYBE, OFF, ON } from './region.ts';
import type { Decode } from './region.ts';

const BRIDGE_CONTROL = 0x3e;
const ISA_ENABLE = 2;
const VGA_ENABLE = 3;
const VGA_16_BIT = 4;

/** Whether the I/O window still holds the region once ISA Enable has taken its part: x100h to x3FFh of each KiB. */
export function isaDecode(bridge: PciFunction, region: Extent): Decode {
  const taken = inIsaRange(region);
  if (taken === OFF) return ON;
  const bit = bridge.config.bit(BRIDGE_CONTROL, ISA_ENABLE);
  if (bit === 0) return ON;
  return bit === 1 && taken === ON ? OFF : MAYBE;
}

/** Whether the region lies in the part of the first 64 KiB that ISA Enable takes out: wholly, partly (MAYBE), or not. */
export function inIsaRange(region: Extent): Decode {
  const first = region.baseLo >>> 0;
  const last = region.lastLo >>> 0;
  if (first > 0xffff) return OFF;
  if (last > 0xffff || first >>> 10 !== last >>> 10) return MAYBE;
  if ((last & 0x3ff) < 0x100) return OFF;
  return (first & 0x3ff) >= 0x100 ? ON : MAYBE;
}

/** Whether VGA Enable forwards the region. */
export function vgaDecode(bridge: PciFunction, region: Extent): Decode {
  const inside = inVgaRange(bridge, region);
  const bit = inside === OFF ? 0 : bridge.config.bit(BRIDGE_CONTROL, VGA_ENABLE);
  if (bit === 0) return OFF;
  return bit === 1 ? inside : MAYBE;
}

/** Whether Bridge Control alone decides that the bridge does not forward the region: it would with VGA Enable. */
export function lacksVga(bridge: PciFunction, region: Extent): boolean {
  if ((bridge.config.isWritable[BRIDGE_CONTROL >>> 2]! & (1 << (16 + VGA_ENABLE))) === 0) return false;
  if (inVgaRange(bridge, region) !== OFF) return true;
  const first = region.baseLo >>> 0;
  const last = region.lastLo >>> 0;
  return region.space !== MEMORY && last <= 0xffff && atVgaPorts(first & 0x3ff, last & 0x3ff) !== OFF;
}

/** Whether the region lies in what VGA Enable would forward: wholly, partly or perhaps (MAYBE), or not. */
export function inVgaRange(bridge: PciFunction, region: Extent): Decode {
  const first = region.baseLo >>> 0;
  const last = region.lastLo >>> 0;
  if (region.baseHi !== 0 || region.lastHi !== 0) return OFF;
  if (region.space === MEMORY) return within(first, last, 0xa0000, 0xbffff);
  if (first > 0xffff || last > 0xffff) return OFF;
  const plain = atVgaPorts(first, last);
  if (plain !== OFF) return plain;
  if (first >>> 10 !== last >>> 10) return MAYBE;
  const alias = atVgaPorts(first & 0x3ff, last & 0x3ff);
  if (alias === OFF) return OFF;
  // Bits 15:10 of the port count only with 16-bit decode.
  const sixteen = bridge.config.bit(BRIDGE_CONTROL, VGA_16_BIT);
  return sixteen === 1 ? OFF : sixteen === 0 ? alias : MAYBE;
}

function atVgaPorts(first: number, last: number): Decode {
  const low = within(first, last, 0x3b0, 0x3bb);
  const high = within(first, last, 0x3c0, 0x3df);
  return low > high ? low : high;
}

function within(first: number, last: number, from: number, to: number): Decode {
  if (last < from || first > to) return OFF;
  return from <= first && last <= to ? ON : MAYBE;
}
