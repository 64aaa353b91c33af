/** What one function is: identity, header, BARs by their sizes, capability lists (PCIe 7.5.1, 7.5.3, 7.7). */

import type { ConfigurationPort } from './mechanism.ts';
import { barRegister, capabilityAt, ROM_INDEX } from './topology.ts';
import type { Bar, Capability, FixedRange, Located, TopologyFunction, VirtioStructure } from './topology.ts';

const VIRTIO_VENDOR = 0x1af4;

/** A list can have no more members than fit beside each other: 48 of 4 bytes, 480 of 8. */
const LIST_AT_MOST = 48;
const EXTENDED_AT_MOST = 480;

/** Looks at a function that answers at `bdf`. `extended`: whether its space from 100h can be reached. */
export function probe(
  port: ConfigurationPort,
  bdf: number,
  extended: boolean,
): Omit<TopologyFunction, 'index' | 'path' | 'parent' | 'bridge'> {
  const read = (offset: number, width: number): number => port.read(bdf, offset, width);
  const id = read(0, 4);
  // By a word, too: what another width shows of a register that is known tells of the access, not of the register.
  const device = read(2, 2);
  const type = read(0x0e, 1);
  const capabilities = (read(6, 2) & 0x10) === 0 ? [] : walk(read);
  const expressAt = capabilityAt(capabilities, 0x10);
  const listed = extended && expressAt !== 0 ? walkExtended(read) : [];
  const vendor = id & 0xffff;
  return {
    bdf,
    vendor,
    device,
    classCode: read(8, 4) >>> 8,
    headerType: type & 0x7f,
    multifunction: (type & 0x80) !== 0,
    pin: read(0x3d, 1),
    bars: bars(port, bdf, type & 0x7f),
    capabilities,
    extended: listed,
    express: expressAt === 0 ? undefined : express(read, expressAt),
    msi: msi(read, capabilityAt(capabilities, 0x05)),
    msix: msix(read, capabilityAt(capabilities, 0x11)),
    sriov: sriov(port, bdf, capabilityAt(listed, 0x10)),
    fixed: fixed(read, capabilityAt(capabilities, 0x14), type & 0x7f),
    virtio: vendor === VIRTIO_VENDOR ? virtio(read, capabilities) : [],
  };
}

type Read = (offset: number, width: number) => number;

function walk(read: Read): Capability[] {
  const found: Capability[] = [];
  let offset = read(0x34, 1) & 0xfc;
  while (offset >= 0x40 && found.length < LIST_AT_MOST && found.every((one) => one.offset !== offset)) {
    const header = read(offset, 2);
    if (header === 0xffff) break;
    found.push({ id: header & 0xff, offset });
    offset = (header >>> 8) & 0xfc;
  }
  return found;
}

function walkExtended(read: Read): Capability[] {
  const found: Capability[] = [];
  let offset = 0x100;
  while (offset >= 0x100 && found.length < EXTENDED_AT_MOST && found.every((one) => one.offset !== offset)) {
    const header = read(offset, 4);
    if (header === 0 || header === 0xffffffff) break;
    found.push({ id: header & 0xffff, offset });
    offset = (header >>> 20) & 0xffc;
  }
  return found;
}

/** Sizes every BAR with decoding off, and puts back what was there. */
function bars(port: ConfigurationPort, bdf: number, headerType: number): Bar[] {
  const count = headerType === 0 ? 6 : headerType === 1 ? 2 : 0;
  if (count === 0) return [];
  const command = port.read(bdf, 4, 2);
  port.write(bdf, 4, 2, command & ~3);
  const found = registers(port, bdf, 0x10, count);
  const rom = size(port, bdf, barRegister({ headerType }, ROM_INDEX), 0xfffff800);
  const romMask = rom.probed & 0xfffff800;
  if (romMask !== 0) {
    const address = BigInt((rom.old & 0xfffff800) >>> 0);
    const exponent = lowestBit(BigInt(romMask >>> 0));
    found.push({ index: ROM_INDEX, kind: 'memory32', prefetchable: false, exponent, address, assigned: false });
  }
  port.write(bdf, 4, 2, command);
  return found;
}

/** Sizes `count` address registers from `first` on, while nothing decodes by them. */
function registers(port: ConfigurationPort, bdf: number, first: number, count: number): Bar[] {
  const found: Bar[] = [];
  for (let index = 0; index < count; index++) {
    const low = size(port, bdf, first + 4 * index, 0xffffffff);
    const io = (low.old & 1) === 1;
    const wide = !io && (low.old & 6) === 4 && index + 1 < count;
    const mask = BigInt((low.probed & (io ? ~3 : ~15)) >>> 0);
    const high = wide ? size(port, bdf, first + 4 + 4 * index, 0xffffffff) : undefined;
    const writable = mask | (BigInt(high?.probed ?? 0) << 32n);
    if (writable !== 0n) {
      found.push({
        index,
        kind: io ? 'io' : wide ? 'memory64' : 'memory32',
        prefetchable: !io && (low.old & 8) !== 0,
        exponent: lowestBit(writable),
        address: (BigInt(high?.old ?? 0) << 32n) | BigInt((low.old & (io ? ~3 : ~15)) >>> 0),
        assigned: false,
      });
    }
    if (wide) index++;
  }
  return found;
}

function size(port: ConfigurationPort, bdf: number, offset: number, pattern: number): { old: number; probed: number } {
  const old = port.read(bdf, offset, 4);
  port.write(bdf, offset, 4, pattern);
  const probed = port.read(bdf, offset, 4);
  port.write(bdf, offset, 4, old);
  return { old, probed };
}

/** Number of the lowest bit that is set; `value` is not 0. */
function lowestBit(value: bigint): number {
  let bit = 0;
  while (((value >> BigInt(bit)) & 1n) === 0n) bit++;
  return bit;
}

function express(read: Read, offset: number): NonNullable<TopologyFunction['express']> {
  const flags = read(offset + 2, 2);
  const portType = (flags >>> 4) & 15;
  const slot = (flags & 0x100) !== 0 && (portType === 4 || portType === 6);
  const hotPlug = slot && (read(offset + 0x14, 4) & 0x40) !== 0;
  return { offset, portType, slot, hotPlug, functionReset: (read(offset + 4, 4) & 0x10000000) !== 0 };
}

function msi(read: Read, offset: number): TopologyFunction['msi'] {
  if (offset === 0) return undefined;
  const control = read(offset + 2, 2);
  const vectors = 1 << Math.min((control >>> 1) & 7, 5);
  return { offset, vectors, wide: (control & 0x80) !== 0, masks: (control & 0x100) !== 0 };
}

function msix(read: Read, offset: number): TopologyFunction['msix'] {
  if (offset === 0) return undefined;
  const located = (locator: number): Located => ({ bar: locator & 7, offset: (locator & ~7) >>> 0 });
  return {
    offset,
    vectors: (read(offset + 2, 2) & 0x7ff) + 1,
    table: located(read(offset + 4, 4)),
    pending: located(read(offset + 8, 4)),
  };
}

const VIRTUAL_BARS = 6;

function sriov(port: ConfigurationPort, bdf: number, offset: number): TopologyFunction['sriov'] {
  if (offset === 0) return undefined;
  // While virtual functions are there, their BARs must not be written.
  const free = (port.read(bdf, offset + 8, 2) & 9) === 0;
  return {
    offset,
    virtualFunctions: port.read(bdf, offset + 0x0e, 2),
    bars: free ? registers(port, bdf, offset + 0x24, VIRTUAL_BARS) : [],
  };
}

/** Properties of memory, prefetchable memory and I/O; those of virtual functions and bridges are left out. */
const RANGE_PROPERTIES = 3;

/** Entries of Enhanced Allocation that stand for a BAR of this function (PCIe 7.8.5.3). */
function fixed(read: Read, offset: number, headerType: number): FixedRange[] {
  if (offset === 0) return [];
  const found: FixedRange[] = [];
  let at = offset + (headerType === 1 ? 8 : 4);
  for (let left = read(offset + 2, 1) & 0x3f; left > 0 && at + 8 < 0x100; left--) {
    const first = read(at, 4);
    const base = read(at + 4, 4);
    const most = read(at + 8, 4);
    let next = at + 12;
    const upper = (low: number): bigint => {
      if ((low & 2) === 0) return 0n;
      next += 4;
      return BigInt(read(next - 4, 4)) << 32n;
    };
    const start = upper(base) | BigInt((base & ~3) >>> 0);
    const distance = upper(most) | BigInt((most | 3) >>> 0);
    const properties = (first >>> 8) & 0xff;
    const equivalent = (first >>> 4) & 15;
    if (properties < RANGE_PROPERTIES && equivalent < 6)
      found.push({ equivalent, io: properties === 2, base: start, last: start + distance, at });
    at += 4 * ((first & 7) + 1);
  }
  return found;
}

/** Structures of a virtio device; of several with one type the driver uses the first (virtio 1.2, 4.1.4). */
function virtio(read: Read, capabilities: readonly Capability[]): VirtioStructure[] {
  return capabilities
    .filter(({ id }) => id === 0x09)
    .map(({ offset: at }) => {
      const type = read(at + 3, 1);
      const multiplier = type === 2 && read(at + 2, 1) >= 20 ? read(at + 16, 4) : 0;
      return { type, bar: read(at + 4, 1), offset: read(at + 8, 4), length: read(at + 12, 4), multiplier, at };
    })
    .filter(({ type }) => type >= 1 && type <= 5);
}
