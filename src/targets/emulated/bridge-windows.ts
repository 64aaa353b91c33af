/** The ranges that a bridge forwards downstream, from its registers alone (PCIe 7.5.1.3.6 to .13). */
import { low, notAbove } from './address.ts';
import type { Interval } from './address.ts';
import type { ConfigSpace } from './config-space.ts';

const ISA_ENABLE = 0x04;
const VGA_ENABLE = 0x08;
const VGA_16_BIT = 0x10;

/** Memory: the two windows, and what the VGA bit adds. */
export function forwardedMemory(config: ConfigSpace): Interval[] {
  const { faulty } = config;
  const ranges = [window(config.dword(0x20), 0, 0)];
  if (faulty('window-limit-without-its-last-mib')) ranges[0]!.lastLo = (config.dword(0x20) & 0xfff00000) >>> 0;
  if (hasPrefetchable(config)) {
    const baseHi = config.dword(0x28) >>> 0;
    const limitHi = faulty('prefetchable-limit-upper-ignored') ? baseHi : config.dword(0x2c) >>> 0;
    ranges.push(window(config.dword(0x24), baseHi, limitHi));
  }
  // Base and limit in any order.
  if (faulty('window-base-above-limit-open')) {
    for (const range of ranges) if (range.firstHi === range.lastHi && range.firstLo > range.lastLo) swapEnds(range);
  }
  if ((config.word(0x3e) & VGA_ENABLE) !== 0) ranges.push(low(0xa0000, 0xbffff));
  return ranges.filter((range) => notAbove(range.firstHi, range.firstLo, range.lastHi, range.lastLo));
}

function swapEnds(range: Interval): void {
  const { firstLo } = range;
  range.firstLo = (range.lastLo & 0xfff00000) >>> 0;
  range.lastLo = (firstLo | 0xfffff) >>> 0;
}

/** Both registers of a window in one dword: base in the low half, limit in the high one. */
function window(register: number, baseHi: number, limitHi: number): Interval {
  const firstLo = ((register & 0xfff0) << 16) >>> 0;
  const lastLo = ((register & 0xfff00000) | 0xfffff) >>> 0;
  return { firstHi: baseHi, firstLo, lastHi: limitHi, lastLo };
}

function hasPrefetchable(config: ConfigSpace): boolean {
  return config.writable[0x24 >> 2] !== 0;
}

/** Ports: the window without the holes of the ISA bit, and what the VGA bit adds. */
export function forwardedPorts(config: ConfigSpace): Interval[] {
  const control = config.word(0x3e);
  const ranges = hasPorts(config)
    ? portWindow(config, (control & ISA_ENABLE) !== 0 && !config.faulty('isa-bit-ignored'))
    : [];
  if ((control & VGA_ENABLE) === 0) return ranges;
  // With 10-bit decoding bits 15:10 do not count, so the ranges come again every 1 KiB.
  const aliases = (control & VGA_16_BIT) === 0 && !config.faulty('vga-aliases-not-forwarded');
  const last = aliases ? 0xfc00 : 0;
  for (let alias = 0; alias <= last; alias += 0x400) {
    ranges.push(low(alias + 0x3b0, alias + 0x3bb), low(alias + 0x3c0, alias + 0x3df));
  }
  return ranges;
}

function hasPorts(config: ConfigSpace): boolean {
  return ((config.writable[0x1c >> 2] as number) & 0xf0) !== 0;
}

function portWindow(config: ConfigSpace, isa: boolean): Interval[] {
  const upper = config.faulty('io-window-upper-half-ignored') ? 0 : config.dword(0x30);
  const first = ((config.byte(0x1c) & 0xf0) << 8) | (upper << 16);
  const last = ((config.byte(0x1d) & 0xf0) << 8) | 0xfff | (upper & 0xffff0000);
  if (first >>> 0 > last >>> 0) return [];
  if (!isa) return [low(first >>> 0, last >>> 0)];
  // In the first 64 KiB only the first 256 bytes of every 1 KiB go through.
  const ranges: Interval[] = [];
  for (let block = first >>> 0; block <= Math.min(last >>> 0, 0xffff); block += 0x400)
    ranges.push(low(block, block + 0xff));
  if (last >>> 0 > 0xffff) ranges.push(low(Math.max(first >>> 0, 0x10000), last >>> 0));
  return ranges;
}
