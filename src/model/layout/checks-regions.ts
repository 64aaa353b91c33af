/** Structures that lie in BARs: MSI-X table and pending bits, virtio regions (MSIX-003 to MSIX-005, VIO-001). */

import { barCount, barSize } from './base-address.ts';
import type { Report } from './checks.ts';
import type { PciFunction } from '../function.ts';
import { placementOf } from '../interrupts/msix-table.ts';
import type { Placement } from '../interrupts/msix-table.ts';

const ENHANCED_ALLOCATION = 0x14;
const VENDOR_SPECIFIC = 0x09;
const PAGE = 4096;

interface Piece extends Placement {
  name: string;
  /** Bytes. */
  length: number;
}

export function checkTable(f: PciFunction, report: Report): void {
  if (f.msixAt === 0) return;
  const pieces = tablePieces(f);
  for (const piece of pieces) checkPiece(f, piece, report);
  const [table, pending] = pieces;
  if (table === undefined || pending === undefined || !overlap(table, pending, 1)) return;
  report({
    rule: 'MSIX-004',
    key: 'table and pending bits overlap',
    register: 'MSI-X Capability',
    expected: 'table and pending bits apart',
    actual: `table at 0x${table.offset.toString(16)} with ${table.length} bytes, pending bits at 0x${pending.offset.toString(16)}`,
    why: 'Both lie in the same BAR and must not overlap.',
  });
}

function tablePieces(f: PciFunction): Piece[] {
  const { config, msixAt } = f;
  const control = config.peek(msixAt + 2, 2);
  if (control === undefined) return [];
  const vectors = (control & 0x7ff) + 1;
  const lengths = [16 * vectors, 8 * Math.ceil(vectors / 64)];
  const names = ['Table', 'Pending Bit Array'];
  return [msixAt + 4, msixAt + 8].flatMap((at, index): Piece[] => {
    const locator = config.peek(at, 4);
    return locator === undefined ? [] : [{ ...placementOf(locator), length: lengths[index]!, name: names[index]! }];
  });
}

function checkPiece(f: PciFunction, piece: Piece, report: Report): void {
  const register = `MSI-X ${piece.name} Offset`;
  const last = f.headerType === 1 ? 1 : 5;
  const missing = isMissing(f, piece.bar);
  if (piece.bar > last || missing) {
    report({
      rule: 'MSIX-003',
      key: piece.bar > last ? 'reserved BAR number' : 'BAR is no memory BAR',
      register,
      expected: 'the number of an implemented memory BAR',
      actual: `BAR ${piece.bar}`,
      why: 'Table and pending bits lie in a memory BAR of the function.',
    });
  }
  const size = piece.bar > last ? -1 : barSize(f, piece.bar).exponent;
  if (size >= 0 && piece.offset + piece.length > 2 ** size) {
    report({
      rule: 'MSIX-004',
      key: `${piece.name} beyond the BAR`,
      register,
      expected: `an end within ${2 ** size} bytes`,
      actual: `an end at 0x${(piece.offset + piece.length).toString(16)}`,
      why: 'Table and pending bits lie inside their BAR.',
    });
  }
}

/** Whether a BAR is known to be none for memory; regions of Enhanced Allocation stand in for BARs. */
function isMissing(f: PciFunction, bar: number): boolean {
  // The BARs of virtual functions are in their physical function.
  if ((f.config.peek(0, 2) ?? 0xffff) === 0xffff) return false;
  if (!f.listComplete && f.capabilities.length > 0 && f.msixAt === 0) return false;
  if (f.capabilities.some(({ id }) => id === ENHANCED_ALLOCATION)) return false;
  const kind = f.barKinds[bar] ?? 'unknown';
  return bar < barCount(f) && (kind === 'io' || kind === 'upper' || barSize(f, bar).none);
}

/** Virtio structures: in the BAR, aligned, and away from the table (virtio 1.2 4.1.4). */
export function checkVirtio(f: PciFunction, report: Report): void {
  const { config } = f;
  const device = config.peek(2, 2);
  if (config.peek(0, 2) !== 0x1af4 || device === undefined || device < 0x1000 || device > 0x107f) return;
  const table = f.msixAt === 0 ? [] : tablePieces(f);
  for (const { id, offset } of f.capabilities) {
    if (id !== VENDOR_SPECIFIC) continue;
    const type = config.peek(offset + 3, 1);
    const bar = config.peek(offset + 4, 1);
    if (type === undefined || bar === undefined || type < 1 || type > 4) continue;
    checkVirtioLength(config.peek(offset + 2, 1), report);
    checkVirtioPlace(f, type, bar, config.peek(offset + 8, 4), config.peek(offset + 12, 4), report, table);
    if (type === 2 && (config.peek(offset + 2, 1) ?? 0x14) >= 0x14) checkDoorbells(f, offset, report);
  }
}

/** Every structure's capability reaches to the end of its length field (virtio 1.2 4.1.4). */
function checkVirtioLength(length: number | undefined, report: Report): void {
  if (length === undefined || length >= 16) return;
  report({
    rule: 'VIO-001',
    key: 'capability length',
    register: 'Virtio capability',
    expected: 'at least 16 bytes',
    actual: String(length),
    why: 'The length of the capability counts its header too, and ends behind the length of the structure.',
  });
}

/** Doorbells of the queues lie at multiples of 0, or of a power of two of at least 2 (VIO-002; virtio 1.2 4.1.4.4.1). */
function checkDoorbells({ config }: PciFunction, at: number, report: Report): void {
  const multiplier = config.peek(at + 16, 4);
  const length = config.peek(at + 12, 4);
  const fault = (key: string, expected: string, actual: number, why: string): void =>
    report({ rule: 'VIO-002', key, register: 'Virtio capability', expected, actual: String(actual), why });
  if (multiplier !== undefined && (multiplier === 1 || (multiplier & (multiplier - 1)) !== 0)) {
    fault(
      'multiplier',
      '0 or a power of two of at least 2',
      multiplier,
      'A notification is a write of 2 bytes or more.',
    );
  }
  if (length !== undefined && length < 2)
    fault('length', 'at least 2', length, 'The structure has room for one notification at least.');
}

const VIRTIO_NAMES = ['', 'common configuration', 'notification', 'ISR', 'device configuration'];
const VIRTIO_ALIGNMENT = [0, 4, 2, 1, 4];

function checkVirtioPlace(
  f: PciFunction,
  type: number,
  bar: number,
  offset: number | undefined,
  length: number | undefined,
  report: Report,
  table: readonly Piece[],
): void {
  const name = VIRTIO_NAMES[type]!;
  const fault = (key: string, expected: string, actual: string): void => {
    report({
      rule: 'VIO-001',
      key: `${name}: ${key}`,
      register: 'Virtio capability',
      expected,
      actual,
      why: 'A virtio structure lies in one of the six BARs, inside it, and aligned as its type asks.',
    });
  };
  if (bar > 5) fault('BAR number', 'BAR 0 to 5', `BAR ${bar}`);
  if (offset === undefined) return;
  if (offset % VIRTIO_ALIGNMENT[type]! !== 0)
    fault('alignment', `a multiple of ${VIRTIO_ALIGNMENT[type]}`, `0x${offset.toString(16)}`);
  if (length === undefined) return;
  const size = bar > 5 ? -1 : barSize(f, bar).exponent;
  if (size >= 0 && offset + length > 2 ** size) {
    fault('beyond the BAR', `an end within ${2 ** size} bytes`, `an end at 0x${(offset + length).toString(16)}`);
  }
  const mine = { name, bar, offset, length };
  const shared = table.find((piece) => overlap(piece, mine, PAGE));
  if (shared === undefined) return;
  report({
    rule: 'MSIX-005',
    key: `${shared.name} beside ${name}`,
    register: `MSI-X ${shared.name} Offset`,
    expected: 'a 4 KiB block of its own',
    actual: `a block that it shares with the ${name}`,
    why: 'A block of 4 KiB with the table or the pending bits holds no other registers.',
  });
}

/** Whether two pieces touch the same block of `block` bytes in one BAR. */
function overlap(one: Piece, other: Piece, block: number): boolean {
  if (one.bar !== other.bar || one.length === 0 || other.length === 0) return false;
  const first = (piece: Piece): number => Math.floor(piece.offset / block);
  const last = (piece: Piece): number => Math.floor((piece.offset + piece.length - 1) / block);
  return first(one) <= last(other) && first(other) <= last(one);
}
