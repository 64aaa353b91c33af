/** Where the structures of a virtio device lie, as its capabilities tell (virtio 1.2, 4.1.4). */

import { TYPE_NOTIFY, TYPE_PCI_CONFIGURATION, TYPE_SHARED_MEMORY } from '../../spec/virtio-common.ts';
import { VIRTIO_VENDOR } from '../../spec/virtio.ts';
import type { PciFunction } from '../function.ts';
import type { MachineState } from '../state.ts';

const VENDOR_SPECIFIC = 0x09;
/** Structures kept; a list of capabilities has room for more than anybody needs. */
const STRUCTURES_AT_MOST = 16;

/** One structure in a BAR. */
export interface VirtioStructure {
  type: number;
  bar: number;
  offset: number;
  length: number;
  /** The first of its type, which a driver prefers. */
  first: boolean;
}

/** Everything that the capabilities tell. */
export interface VirtioPlaces {
  structures: readonly VirtioStructure[];
  /** notify_off_multiplier; undefined while not known. */
  multiplier: number | undefined;
  /** Offset of the window's capability in configuration space; 0: none known. */
  windowAt: number;
  /** Whether there are no structures beside these. */
  complete: boolean;
  /** Whether there is shared memory, which the window reaches too. */
  shared: boolean;
}

/** Whether the identity is that of a virtio device. */
export function isVirtio({ config }: PciFunction): boolean {
  const device = config.peek(2, 2);
  return config.peek(0, 2) === VIRTIO_VENDOR && device !== undefined && device >= 0x1000 && device <= 0x107f;
}

/** Whether BAR 0 has the legacy interface of a transitional device (4.1.2.1, 4.1.4.10). */
export function isTransitional(f: PciFunction): boolean {
  return f.barKinds[0] === 'io' && (f.config.peek(2, 2) ?? 0xffff) < 0x1040 && f.config.peek(8, 1) === 0;
}

/** Reads the capabilities as far as they are known; undefined: no virtio device, or nothing known of its structures. */
export function virtioPlaces(f: PciFunction): VirtioPlaces | undefined {
  if (!isVirtio(f)) return undefined;
  const { config } = f;
  const structures: VirtioStructure[] = [];
  let multiplier: number | undefined;
  let windowAt = 0;
  let complete = f.listComplete;
  let shared = false;
  for (const { id, offset: at } of f.capabilities) {
    if (id !== VENDOR_SPECIFIC) continue;
    const type = config.peek(at + 3, 1);
    if (type === TYPE_PCI_CONFIGURATION) {
      if (windowAt === 0 && (config.peek(at + 2, 1) ?? 0x14) >= 0x14) windowAt = at;
      continue;
    }
    if (type === TYPE_SHARED_MEMORY) shared = true;
    const bar = config.peek(at + 4, 1);
    const offset = config.peek(at + 8, 4);
    const length = config.peek(at + 12, 4);
    if (type !== undefined && (type < 1 || type > 4)) continue;
    const told = type !== undefined && bar !== undefined && offset !== undefined && length !== undefined;
    if (!told || structures.length >= STRUCTURES_AT_MOST) {
      complete = false;
      continue;
    }
    if (bar > 5) continue;
    const first = !structures.some((one) => one.type === type);
    structures.push({ type, bar, offset, length, first });
    if (type === TYPE_NOTIFY && first && (config.peek(at + 2, 1) ?? 0x14) >= 0x14) multiplier = config.peek(at + 16, 4);
  }
  const found = structures.length > 0 || windowAt > 0 || isTransitional(f);
  return found ? { structures, multiplier, windowAt, complete, shared } : undefined;
}

/** The structure of a BAR that holds all of a range; the first one when several do. */
export function structureAt(
  { structures }: VirtioPlaces,
  bar: number,
  offset: number,
  width: number,
): VirtioStructure | undefined {
  for (const one of structures)
    if (one.bar === bar && offset >= one.offset && offset + width <= one.offset + one.length) return one;
  return undefined;
}

/** The structures of a BAR that share a byte with a range. */
export function structuresTouched(
  { structures }: VirtioPlaces,
  bar: number,
  offset: number,
  width: number,
): VirtioStructure[] {
  return structures.filter((one) => one.bar === bar && offset + width > one.offset && offset < one.offset + one.length);
}

/** Where the source shows no removals, zeros and ones may come from where the device was. */
export function mayBeHole({ showsResets }: MachineState, answer: number, width: number): boolean {
  return !showsResets && (answer === 0 || answer === 2 ** (8 * width) - 1);
}
