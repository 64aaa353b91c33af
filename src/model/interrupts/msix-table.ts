/** MSI-X table and pending bits of one function: two blocks of cells behind a BAR (PCIe 7.7.2). */

import { msixTableEntry } from '../../spec/msix.ts';
import { Cells } from '../cells.ts';
import type { PciFunction, PlacedField } from '../function.ts';

/** A structure that lies in a BAR. */
export interface Placement {
  /** BAR index. */
  bar: number;
  /** Bytes from the BAR's base, a multiple of 8. */
  offset: number;
}

/** What an access of a width that the specification leaves open may have made of a dword (MSIX-008). */
interface OddWrite {
  old: number;
  data: readonly number[];
}

export class MsixTable {
  readonly size: number;
  readonly table: Cells;
  readonly pending: Cells;
  readonly placement: Placement;
  /** Undefined while the locator of the pending bits has not been read. */
  pendingPlacement: Placement | undefined;
  /** Whether software has written the pending bits, which it must not. */
  pendingWritten = false;
  /** Dwords that were written by an access of open width since they were last read. */
  readonly oddWrites = new Map<number, OddWrite>();

  constructor(size: number, placement: Placement) {
    this.size = size;
    this.placement = placement;
    this.table = new Cells(4 * size);
    this.pending = new Cells(2 * Math.ceil(size / 64));
    for (let vector = 0; vector < size; vector++) declareEntry(this.table, 4 * vector);
    for (let d = 0; d < this.pending.length; d++) this.pending.declare(d, ~this.implemented(d), 'zero');
  }

  /** Bits of a dword of pending bits that belong to vectors which exist. */
  implemented(d: number): number {
    const vectors = this.size - 32 * d;
    return vectors >= 32 ? -1 : vectors <= 0 ? 0 : (1 << vectors) - 1;
  }

  /** Masks are set and nothing else is known, as after any reset. */
  reset(cause: number, step: number): void {
    this.table.reset('conventional', cause, step);
    this.pending.reset('conventional', cause, step);
    this.oddWrites.clear();
    this.pendingWritten = false;
  }

  /** Anything may have been written to the entries, so what odd writes may have made of them says nothing either. */
  forgetEntries(): void {
    this.table.forgetVariables();
    this.oddWrites.clear();
  }
}

const ENTRY = msixTableEntry();

/** Fields of an entry by its dwords. */
export const ENTRY_FIELDS: readonly (readonly PlacedField[])[] = ENTRY.map(({ name, fields }) =>
  fields.map(({ name: field, bits, attribute, rule, reset }) => {
    return { register: name, field, mask: maskOf(bits), rule, attribute, resetOpen: reset === 'open' };
  }),
);

function maskOf([high, low]: readonly [number, number]): number {
  return (-1 >>> (31 - high + low)) << low;
}

function declareEntry(table: Cells, first: number): void {
  for (const [index, { fields }] of ENTRY.entries()) {
    for (const { bits, attribute, reset = 0 } of fields) {
      const mask = maskOf(bits);
      table.declare(first + index, mask, attribute);
      if (reset !== 'open') table.declareReset(first + index, mask, reset << bits[1], false, undefined);
    }
  }
}

/** A locator register: BAR index in bits 2:0, offset above. */
export function placementOf(locator: number): Placement {
  return { bar: locator & 7, offset: (locator & ~7) >>> 0 };
}

/**
 * Creates the table when control and locator are known, and there is room for it; lets the pending bits join when their
 * locator is.
 */
export function discoverTable(f: PciFunction, hasRoom: (size: number) => boolean): MsixTable | undefined {
  const { config, msixAt } = f;
  if (msixAt === 0) return undefined;
  const control = config.peek(msixAt + 2, 2);
  const locator = config.peek(msixAt + 4, 4);
  if (control === undefined && f.msix === undefined) return undefined;
  const size = f.msix?.size ?? ((control ?? 0) & 0x7ff) + 1;
  let found = f.msix;
  if (found === undefined) {
    if (locator === undefined || !hasRoom(size)) return undefined;
    found = new MsixTable(size, placementOf(locator));
    // Power-on values hold only if nothing was ever written into a BAR before the table was known to be there.
    if (f.fresh !== undefined && f.barWrittenAt < 0) {
      for (let d = 0; d < found.table.length; d++) found.table.assumeReset(d, 'power');
      for (let d = 0; d < found.pending.length; d++) found.pending.seen[d]! |= found.pending.zero[d]!;
    }
  }
  const pendingLocator = config.peek(msixAt + 8, 4);
  if (found.pendingPlacement === undefined && pendingLocator !== undefined)
    found.pendingPlacement = placementOf(pendingLocator);
  return found;
}
