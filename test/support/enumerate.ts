/** What an operating system does with a new machine, as simply as can be: numbers buses, sizes BARs, assigns them. */
import { formatBdf } from '../../src/access/bdf.ts';
import type { Range } from '../../src/access/machine.ts';
import type { Guest } from './guest.ts';

export interface Found {
  bdf: number;
  bridge: boolean;
  bars: { register: number; ports: boolean; wide: boolean; size: number }[];
  /** Of a bridge: what was found on its secondary bus. */
  below: Found[];
}

export interface Placed {
  bdf: number;
  ports: boolean;
  address: number;
  size: number;
}

/** Finds every function that answers, numbering bridges on the way. */
export function enumerate(guest: Guest): Found[] {
  const all: Found[] = [];
  for (const window of guest.target.description.machine.ecam ?? []) {
    const numbers = { next: window.firstBus, last: window.lastBus };
    scanBus(guest, window.segment << 16, numbers, all);
  }
  return all;
}

function scanBus(guest: Guest, segment: number, numbers: { next: number; last: number }, all: Found[]): Found[] {
  const bus = numbers.next++;
  const here: Found[] = [];
  for (let devfn = 0; devfn < 256; devfn++) {
    const bdf = (segment | (bus << 8) | devfn) >>> 0;
    const name = formatBdf(bdf);
    if ((devfn & 7) !== 0 && (guest.cr(formatBdf(bdf & ~7), 0x0e, 1) & 0x80) === 0) continue;
    if (guest.cr(name, 0, 2) === 0xffff) continue;
    const bridge = (guest.cr(name, 0x0e, 1) & 0x7f) === 1;
    const found: Found = { bdf, bridge, bars: sizeBars(guest, name, bridge ? 2 : 6), below: [] };
    here.push(found);
    all.push(found);
    if (!bridge || numbers.next > numbers.last) continue;
    const secondary = numbers.next;
    guest.cw(name, 0x18, bus | (secondary << 8) | (numbers.last << 16));
    found.below = scanBus(guest, segment, numbers, all);
    guest.cw(name, 0x1a, numbers.next - 1, 1);
  }
  return here;
}

function sizeBars(guest: Guest, name: string, count: number): Found['bars'] {
  const bars: Found['bars'] = [];
  for (let index = 0; index < count; index++) {
    const register = 0x10 + index * 4;
    guest.cw(name, register, 0xffffffff);
    const low = guest.cr(name, register);
    guest.cw(name, register, 0);
    if (low === 0) continue;
    const ports = (low & 1) !== 0;
    const wide = !ports && (low & 6) === 4;
    let size = ports ? 2 ** Math.log2(low & -4 & 0xffff & -(low & -4 & 0xffff)) : lowest(low & ~0xf);
    if (wide) {
      guest.cw(name, register + 4, 0xffffffff);
      if (size === 0) size = lowest(guest.cr(name, register + 4) | 0) * 2 ** 32;
      guest.cw(name, register + 4, 0);
      index++;
    }
    bars.push({ register, ports, wide, size });
  }
  return bars;
}

function lowest(bits: number): number {
  return (bits & -bits) >>> 0;
}

/** Gives addresses to BARs as far as there is room, opens windows, and enables everything. */
export function assign(guest: Guest, found: readonly Found[]): Placed[] {
  const { io, mem32, mem64 } = guest.target.description.machine;
  const cursors = { io: cursor(io), mem32: cursor(mem32), mem64: cursor(mem64) };
  const below = new Set(found.flatMap((one) => one.below));
  const placed: Placed[] = [];
  assignBus(
    guest,
    found.filter((one) => !below.has(one)),
    cursors,
    true,
    placed,
  );
  return placed;
}

interface Cursor {
  next: number;
  end: number;
}

function cursor(ranges: readonly Range[] | undefined): Cursor {
  const [first] = ranges ?? [];
  if (first === undefined) return { next: 0, end: 0 };
  const number = (hi: number, lo: number): number => (hi >>> 0) * 2 ** 32 + (lo >>> 0);
  return { next: number(first.loHi, first.loLo), end: number(first.hiHi, first.hiLo) + 1 };
}

function take(from: Cursor, size: number): number | undefined {
  const at = Math.ceil(from.next / size) * size;
  if (at + size > from.end) return undefined;
  from.next = at + size;
  return at;
}

function round(at: Cursor, unit: number): number {
  at.next = Math.min(Math.ceil(at.next / unit) * unit, at.end);
  return at.next;
}

type Cursors = Record<'io' | 'mem32' | 'mem64', Cursor>;

function assignBus(guest: Guest, functions: readonly Found[], cursors: Cursors, root: boolean, placed: Placed[]): void {
  for (const { bdf, bridge, bars, below } of functions) {
    const name = formatBdf(bdf);
    let skipped = false;
    const mine: Placed[] = [];
    for (const { register, ports, wide, size } of bars) {
      const from = ports ? cursors.io : wide && root ? cursors.mem64 : cursors.mem32;
      const address = take(from, size);
      if (address === undefined) {
        skipped = true;
        continue;
      }
      guest.cw(name, register, address % 2 ** 32);
      if (wide) guest.cw(name, register + 4, Math.floor(address / 2 ** 32));
      mine.push({ bdf, ports, address, size });
    }
    if (bridge) {
      openWindows(guest, name, cursors, () => assignBus(guest, below, cursors, false, placed));
      guest.cw(name, 4, 7, 2);
    } else if (!skipped) {
      guest.cw(name, 4, 7, 2);
    }
    if (bridge || !skipped) placed.push(...mine);
  }
}

function openWindows(guest: Guest, name: string, cursors: Cursors, work: () => void): void {
  guest.cw(name, 0x1c, 0xf0, 1);
  const ports = (guest.cr(name, 0x1c, 1) & 0xf0) !== 0;
  const none: Cursor = { next: 0, end: 0 };
  const firstPort = round(cursors.io, 4096);
  const first = round(cursors.mem32, 2 ** 20);
  const kept = cursors.io;
  if (!ports) cursors.io = none;
  work();
  cursors.io = kept;
  const endPort = round(cursors.io, 4096);
  const end = round(cursors.mem32, 2 ** 20);
  if (endPort > firstPort) {
    guest.cw(name, 0x1c, firstPort >> 8, 1);
    guest.cw(name, 0x1d, (endPort - 1) >> 8, 1);
  }
  if (end > first) {
    guest.cw(name, 0x20, Math.floor(first / 2 ** 16), 2);
    guest.cw(name, 0x22, Math.floor((end - 1) / 2 ** 16), 2);
  }
}
