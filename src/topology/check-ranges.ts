/** What the checker knows of ranges. The allocator has its own arithmetic: two designs of one thing. */

import type { AddressRange, HostRanges, TreeFunction } from './device-tree.ts';

const FOUR_GIB = 1n << 32n;
const MIB = 1n << 20n;

export function overlap(one: AddressRange, other: AddressRange): boolean {
  return one.first <= other.last && other.first <= one.last;
}

export function inside(inner: AddressRange, outer: AddressRange): boolean {
  return outer.first <= inner.first && inner.last <= outer.last;
}

/** Whether the ranges together cover the whole of `inner`. */
export function covered(inner: AddressRange, ranges: readonly AddressRange[]): boolean {
  let next = inner.first;
  for (const range of ranges.toSorted((one, other) => (one.first < other.first ? -1 : 1))) {
    if (range.first > next) break;
    if (range.last >= next) next = range.last + 1n;
  }
  return next > inner.last;
}

/** The part that two ranges share. */
export function shared(one: AddressRange, other: AddressRange): AddressRange {
  return {
    first: one.first > other.first ? one.first : other.first,
    last: one.last < other.last ? one.last : other.last,
  };
}

/** Whether a memory range lies in the apertures of the host; undefined where these are not known. */
export function inMemoryApertures(range: AddressRange, host: HostRanges): boolean | undefined {
  if (range.first < FOUR_GIB && host.mem32.length === 0) return undefined;
  if (range.last >= FOUR_GIB && host.mem64.length === 0) return undefined;
  return covered(range, [...host.mem32, ...host.mem64]);
}

export function inIoApertures(range: AddressRange, host: HostRanges): boolean | undefined {
  return host.io.length === 0 ? undefined : covered(range, host.io);
}

/** Memory of the configuration space of each window. */
export function ecamRanges(host: HostRanges): AddressRange[] {
  return host.ecam.map(({ base, firstBus, lastBus }) => {
    return { first: base, last: base + BigInt(lastBus - firstBus + 1) * MIB - 1n };
  });
}

export function formatAddressRange({ first, last }: AddressRange): string {
  return `0x${first.toString(16)}-0x${last.toString(16)}`;
}

/** Fixed ports of a PC that no card may take (ADDR-007). */
const PLATFORM_PORTS: readonly (AddressRange & { name: string })[] = [
  { name: 'the DMA controller', first: 0x00n, last: 0x0fn },
  { name: 'the interrupt controller', first: 0x20n, last: 0x21n },
  { name: 'the interval timer', first: 0x40n, last: 0x43n },
  { name: 'the keyboard controller', first: 0x60n, last: 0x60n },
  { name: 'the keyboard controller', first: 0x64n, last: 0x64n },
  { name: 'the real-time clock', first: 0x70n, last: 0x71n },
  { name: 'the interrupt controller', first: 0xa0n, last: 0xa1n },
  { name: 'a serial port', first: 0x2e8n, last: 0x2efn },
  { name: 'a serial port', first: 0x2f8n, last: 0x2ffn },
  { name: 'a serial port', first: 0x3e8n, last: 0x3efn },
  { name: 'a serial port', first: 0x3f8n, last: 0x3ffn },
  { name: 'the configuration ports', first: 0xcf8n, last: 0xcffn },
];

/** The fixed port that a function's I/O BAR takes; undefined: none. */
export function platformPort(f: TreeFunction, range: AddressRange): string | undefined {
  // IDE, VGA and serial functions may stand for the legacy device itself.
  const kind = f.classCode >>> 8;
  if (f.classCode < 0 || kind >>> 8 === 0x03 || kind === 0x0001 || kind === 0x0101 || kind === 0x0700) return undefined;
  return PLATFORM_PORTS.find((port) => overlap(port, range))?.name;
}
