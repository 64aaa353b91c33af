/** What firmware does before the guest runs: it numbers buses, assigns BARs and opens windows. Command stays 0. */
import type { Range } from '../../access/machine.ts';
import type { Bus } from './bus.ts';
import type { DeviceFunction } from './device-function.ts';
import type { BarLayout } from './layout.ts';
import type { Machine } from './machine.ts';

const MIB = 2 ** 20;

/** Hands out addresses of an aperture in rising order. All numbers are below 2^53. */
class Cursor {
  private next: number;
  private readonly end: number;

  constructor(ranges: readonly Range[]) {
    const first = ranges[0];
    this.next = first === undefined ? 0 : toNumber(first.loHi, first.loLo);
    this.end = first === undefined ? 0 : toNumber(first.hiHi, first.hiLo) + 1;
  }

  /** The lowest free multiple of `align` with room for `size` bytes; undefined: the aperture is full. */
  take(size: number, align: number): number | undefined {
    const at = Math.ceil(this.next / align) * align;
    if (at + size > this.end) return undefined;
    this.next = at + size;
    return at;
  }

  /** Goes on at a multiple of `align`, and tells where that is. */
  round(align: number): number {
    this.next = Math.ceil(this.next / align) * align;
    return this.next;
  }

  get room(): boolean {
    return this.next <= this.end;
  }
}

interface Cursors {
  io: Cursor;
  mem32: Cursor;
  mem64: Cursor;
}

export function runFirmware(machine: Machine): void {
  const { io, mem32, mem64 } = machine.layout.machine;
  const cursors = { io: new Cursor(io), mem32: new Cursor(mem32), mem64: new Cursor(mem64) };
  for (const segment of machine.segments.values()) {
    numberBuses(segment.root, segment.firstBus, segment.lastBus);
    assignBus(segment.root, cursors, { any: true, prefetchable: mem64.length > 0 });
  }
}

/** Returns the highest number given below. */
function numberBuses(bus: Bus, number: number, last: number): number {
  let highest = number;
  for (const fn of bus.present()) {
    if (fn.bridge === undefined || !fn.there || highest === last) continue;
    const secondary = highest + 1;
    fn.config.write(0x18, 4, number | (secondary << 8) | (last << 16));
    highest = numberBuses(fn.bridge.secondary, secondary, last);
    fn.config.write(0x1a, 1, highest);
  }
  return highest;
}

/** `above`: whether memory above 4 GiB reaches this bus, for all BARs or for prefetchable ones. */
function assignBus(bus: Bus, cursors: Cursors, above: { any: boolean; prefetchable: boolean }): void {
  for (const fn of bus.present()) {
    if (!fn.there || fn.virtual !== undefined) continue;
    for (const bar of fn.layout.bars) assignBar(fn, 0x10 + bar.index * 4, bar, 1, cursors, above);
    for (const capability of fn.layout.capabilities) {
      if (capability.kind !== 'sriov') continue;
      const offset = fn.sriov?.barOffset ?? 0;
      for (const bar of capability.bars) {
        assignBar(fn, offset + bar.index * 4, bar, capability.total, cursors, above);
      }
    }
    if (fn.bridge !== undefined) assignBelow(fn, fn.bridge.secondary, cursors, above);
  }
}

function assignBar(
  fn: DeviceFunction,
  register: number,
  bar: BarLayout,
  count: number,
  cursors: Cursors,
  above: { any: boolean; prefetchable: boolean },
): void {
  const high = bar.kind === 'mem64' && above.prefetchable && (above.any || bar.prefetchable);
  const cursor = bar.kind === 'io' || bar.kind === 'io16' ? cursors.io : high ? cursors.mem64 : cursors.mem32;
  const at = cursor.take(bar.size * count, bar.size);
  if (at === undefined) return;
  fn.config.write(register, 4, at | 0);
  if (bar.kind === 'mem64') fn.config.write(register + 4, 4, Math.floor(at / 2 ** 32));
}

function assignBelow(fn: DeviceFunction, bus: Bus, cursors: Cursors, above: { prefetchable: boolean }): void {
  const { io, prefetchable } = fn.layout.windows;
  const high = above.prefetchable && prefetchable === 64;
  const firstPort = cursors.io.round(4096);
  const first = cursors.mem32.round(MIB);
  const firstHigh = cursors.mem64.round(MIB);
  const below = { ...cursors, io: io === 0 ? new Cursor([]) : cursors.io };
  assignBus(bus, below, { any: false, prefetchable: high });
  const endPort = cursors.io.round(4096);
  const end = cursors.mem32.round(MIB);
  const endHigh = cursors.mem64.round(MIB);
  if (io !== 0 && endPort > firstPort && cursors.io.room) {
    fn.config.write(0x1c, 2, ((firstPort >> 8) & 0xf0) | ((endPort - 1) & 0xf000));
  }
  if (end > first && cursors.mem32.room) {
    fn.config.write(0x20, 4, (Math.floor(first / 0x10000) & 0xfff0) | ((end - 1) & 0xfff00000));
  }
  if (high && endHigh > firstHigh && cursors.mem64.room) {
    fn.config.write(0x24, 4, (Math.floor(firstHigh / 0x10000) & 0xfff0) | ((endHigh - 1) & 0xfff00000));
    fn.config.write(0x28, 4, Math.floor(firstHigh / 2 ** 32));
    fn.config.write(0x2c, 4, Math.floor((endHigh - 1) / 2 ** 32));
  }
}

function toNumber(hi: number, lo: number): number {
  return (hi >>> 0) * 2 ** 32 + (lo >>> 0);
}
