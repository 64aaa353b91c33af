/** One endpoint at random: BARs of every kind and size, tables anywhere, any set of capabilities that fits. */
import type { RandomStream } from '../../core/random.ts';
import { functionLayout, isExpress } from './layout.ts';
import type { BarLayout, CapabilityLayout, FunctionKind, FunctionLayout, Place, VirtioLayout } from './layout.ts';
import { COMMON_LENGTH, notifyLength } from './virtio-areas.ts';
import { legacyLength } from './virtio-legacy.ts';

const KIB = 2 ** 10;
const MIB = 2 ** 20;

export function randomEndpoint(
  stream: RandomStream,
  place: { device: number; function: number; kind: FunctionKind },
  at: { ari: boolean; alone: boolean; fixed?: number },
): FunctionLayout {
  const express = isExpress(place.kind);
  const bars = randomBars(stream, express);
  const fixed = at.fixed === undefined ? undefined : randomFixed(stream, bars, at.fixed);
  const room = new Room(stream, bars);
  const resizable = express && stream.below(5) === 0 ? resizableOf(stream, bars, room) : undefined;
  const msix = stream.below(2) === 0 ? randomMsix(stream, room) : undefined;
  const virtio = stream.below(5) === 0 ? randomVirtio(stream, room, bars) : undefined;
  const rarely = (capability: CapabilityLayout): CapabilityLayout[] => (stream.below(3) === 0 ? [capability] : []);
  const often = (capability: CapabilityLayout): CapabilityLayout[] => (stream.below(3) !== 0 ? [capability] : []);
  const capabilities: CapabilityLayout[] = [
    ...(express ? [{ kind: 'express', flr: stream.below(2) === 0, ari: false } as const] : []),
    ...often(randomMsi(stream, place.kind)),
    ...(msix === undefined ? [] : [msix]),
    ...often(randomPower(stream)),
    ...(fixed === undefined || virtio !== undefined ? [] : [fixed]),
    ...(virtio === undefined ? rarely({ kind: 'vendor', length: 4 + stream.below(20) }) : [virtio]),
    ...(express || virtio !== undefined ? [] : rarely({ kind: 'advanced-features', flr: stream.below(3) !== 0 })),
  ];
  const extended: CapabilityLayout[] = express
    ? [
        ...(resizable === undefined ? [] : [resizable]),
        ...often({ kind: 'aer' }),
        ...rarely({ kind: 'serial-number', value: `0x${(stream.int32() >>> 0).toString(16)}` }),
        ...rarely({ kind: 'vendor-extended', length: 12 + 4 * stream.below(8) }),
        ...(virtualPossible(place, at) && stream.below(4) === 0
          ? [{ kind: 'ari' } as const, randomSriov(stream, at.ari)]
          : []),
      ]
    : [];
  const id = 0x1000 + stream.below(0x1000);
  const classCode = stream.pick([0xff0000, 0x020000, 0x010802, 0x0c0330]);
  const revision = stream.below(16);
  return functionLayout({
    ...place,
    id,
    class: classCode,
    revision,
    ...(virtio === undefined ? {} : virtioIdentity(virtio, id)),
    pin: stream.pick([0, 1, 1, 1, 2, 3, 4]),
    bars,
    rom: stream.below(5) === 0 ? 2 ** (11 + stream.below(14)) : 0,
    capabilities: [...shuffled(stream, capabilities), ...shuffled(stream, extended)],
  });
}

/** A virtual function takes the number of a function that is not there. */
function virtualPossible(place: { function: number; kind: FunctionKind }, at: { alone: boolean }): boolean {
  return at.alone && place.function === 0 && (place.kind === 'endpoint' || place.kind === 'integrated');
}

function randomBars(stream: RandomStream, express: boolean): BarLayout[] {
  const bars: BarLayout[] = [];
  const least = express ? 7 : 4;
  for (let index = 0; index < 6; index++) {
    const kind = stream.pick(['none', 'none', 'io', 'io16', 'mem32', 'mem32', 'mem64', 'mem64'] as const);
    if (kind === 'none' || (kind === 'mem64' && index === 5)) continue;
    const ports = kind === 'io' || kind === 'io16';
    const exponent = ports ? 2 + stream.below(7) : randomExponent(stream, least, kind === 'mem32' ? 30 : 36);
    bars.push({ index, kind, size: 2 ** exponent, prefetchable: !ports && stream.below(2) === 0 });
    if (kind === 'mem64') index++;
  }
  return bars;
}

/** Mostly small, at times very large. */
function randomExponent(stream: RandomStream, least: number, most: number): number {
  const upTo = stream.pick([12, 14, 16, 16, 20, most]);
  return least + stream.below(Math.max(1, Math.min(upTo, most) - least + 1));
}

/** Which bytes of the BARs have a meaning already. */
class Room {
  private readonly stream: RandomStream;
  private readonly bars: readonly BarLayout[];
  private readonly taken: { bar: number; first: number; end: number; table: boolean }[] = [];
  /** Of resizable BARs: the smallest size. */
  readonly sizes = new Map<number, number>();

  constructor(stream: RandomStream, bars: readonly BarLayout[]) {
    this.stream = stream;
    this.bars = bars;
  }

  /** A free place for a structure in any memory BAR; undefined: none was found. */
  place(length: number, align: number, table = false): Place | undefined {
    const fitting = this.bars.filter((bar) => !bar.kind.startsWith('io') && this.sizeOf(bar) >= length);
    if (fitting.length === 0) return undefined;
    for (let attempt = 0; attempt < 12; attempt++) {
      const bar = this.stream.pick(fitting);
      const span = Math.min(this.sizeOf(bar), 2 ** 31) - length;
      const step = this.stream.pick([align, 4 * KIB, 4 * KIB]);
      const offset = this.stream.below(Math.floor(span / step) + 1) * step;
      if (this.take(bar.index, offset, length, table)) return { bar: bar.index, offset };
    }
    return undefined;
  }

  /** A table of MSI-X keeps whole blocks of 4 KiB from everything that is none (PCIe 7.7.2). */
  private take(bar: number, first: number, length: number, table: boolean): boolean {
    const end = first + length;
    const clash = this.taken.some((other) => {
      const unit = other.table === table ? 1 : 4 * KIB;
      const down = (offset: number): number => Math.floor(offset / unit) * unit;
      const up = (offset: number): number => Math.ceil(offset / unit) * unit;
      return other.bar === bar && down(other.first) < up(end) && down(first) < up(other.end);
    });
    if (clash) return false;
    this.taken.push({ bar, first, end, table });
    return true;
  }

  private sizeOf(bar: BarLayout): number {
    return this.sizes.get(bar.index) ?? bar.size;
  }
}

/** A fixed range in place of a BAR that is not there, in the 16 MiB that it has for itself. */
function randomFixed(stream: RandomStream, bars: readonly BarLayout[], number: number): CapabilityLayout | undefined {
  const taken = new Set(bars.flatMap((bar) => (bar.kind === 'mem64' ? [bar.index, bar.index + 1] : [bar.index])));
  const free = [0, 1, 2, 3, 4, 5].filter((index) => !taken.has(index));
  if (free.length === 0) return undefined;
  const high = stream.below(2) === 0;
  const entry = {
    bar: stream.pick(free),
    base: `0x${(0xf0000000 + number * 16 * MIB + (high ? 2 ** 38 : 0)).toString(16)}`,
    size: stream.pick([128, 4 * KIB, 12 * KIB, MIB]),
    space: stream.pick(['memory', 'prefetchable'] as const),
    switchable: stream.below(2) === 0,
  };
  return { kind: 'enhanced-allocation', entries: [entry] };
}

function randomMsix(stream: RandomStream, room: Room): CapabilityLayout | undefined {
  const vectors = 1 + stream.below(stream.pick([1, 4, 32, 65, 256, 2048]));
  const table = room.place(16 * vectors, 8, true);
  const pba = table === undefined ? undefined : room.place(8 * Math.ceil(vectors / 64), 8, true);
  return table === undefined || pba === undefined ? undefined : { kind: 'msix', vectors, table, pba };
}

function randomMsi(stream: RandomStream, kind: FunctionKind): CapabilityLayout {
  const wide = kind === 'endpoint' || stream.below(2) === 0;
  return { kind: 'msi', vectors: 2 ** stream.below(6), wide, maskable: stream.below(2) === 0 };
}

function randomPower(stream: RandomStream): CapabilityLayout {
  const yes = (): boolean => stream.below(2) === 0;
  return { kind: 'power', d1: yes(), d2: yes(), noSoftReset: yes(), pme: yes() };
}

/** By its numbers a device is known to be a virtio device, and a transitional one (virtio 1.2 4.1.2). */
function virtioIdentity({ transitional }: VirtioLayout, id: number): { vendor: number; id: number; revision: number } {
  return { vendor: 0x1af4, id: (transitional ? 0x1000 : 0x1040) + (id & 0x3f), revision: transitional ? 0 : 1 };
}

function randomVirtio(stream: RandomStream, room: Room, bars: BarLayout[]): VirtioLayout | undefined {
  const multiplier = stream.pick([0, 2, 4, 4, 64]);
  const queues = Array.from({ length: 1 + stream.below(8) }, () => 2 ** (2 + stream.below(8)));
  const length = 8 + stream.below(40);
  const common = room.place(COMMON_LENGTH, 4);
  const notify = room.place((notifyLength(queues.length, multiplier) + 3) & ~3, 4);
  const isr = room.place(4, 4);
  const device = room.place((length + 3) & ~3, 4);
  const kicks = room.place(4, 4);
  if (common === undefined || notify === undefined || isr === undefined) return undefined;
  if (device === undefined || kicks === undefined) return undefined;
  // Most devices have the legacy interface; where BAR 0 is free, this one has, too.
  if (bars.every((bar) => bar.index !== 0)) bars.unshift({ index: 0, kind: 'io', size: 128, prefetchable: false });
  const legacy = bars.find((bar) => bar.index === 0 && (bar.kind === 'io' || bar.kind === 'io16'));
  const transitional = legacy !== undefined && legacy.size >= legacyLength(length);
  const places = { common, notify, isr, device: { ...device, length }, kicks };
  return { kind: 'virtio', queues, multiplier, transitional, ...places };
}

function resizableOf(stream: RandomStream, bars: readonly BarLayout[], room: Room): CapabilityLayout | undefined {
  const chosen = bars.filter((bar) => bar.size >= MIB && bar.size <= 2 ** 36).slice(0, 3);
  if (chosen.length === 0) return undefined;
  const entries = chosen.map((bar) => {
    const most = bar.kind === 'mem64' ? 37 : 31;
    const others = [1, 2, 3].map(() => 2 ** (20 + stream.below(most - 19)));
    const sizes = [...new Set([bar.size, ...others])].toSorted((one, other) => one - other);
    room.sizes.set(bar.index, sizes[0] as number);
    return { index: bar.index, sizes };
  });
  return { kind: 'resizable-bar', bars: entries };
}

function randomSriov(stream: RandomStream, ari: boolean): CapabilityLayout {
  const total = 1 + stream.below(ari ? 24 : 7);
  const size = 2 ** (13 + stream.below(8));
  const bars: BarLayout[] = [{ index: stream.below(5), kind: 'mem64', size, prefetchable: stream.below(2) === 0 }];
  const bar = (bars[0] as BarLayout).index;
  const vectors = 1 + stream.below(32);
  const msix = { vectors, table: { bar, offset: 0x1000 }, pba: { bar, offset: 0x800 } };
  return {
    kind: 'sriov',
    total,
    offset: 1,
    stride: 1,
    id: 0x0e01,
    bars,
    ...(stream.below(3) === 0 ? {} : { msix }),
  };
}

function shuffled<T>(stream: RandomStream, items: readonly T[]): T[] {
  const result = [...items];
  for (let index = result.length - 1; index > 0; index--) {
    const other = stream.below(index + 1);
    [result[index], result[other]] = [result[other] as T, result[index] as T];
  }
  return result;
}
