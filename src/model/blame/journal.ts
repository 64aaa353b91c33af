import type { PciFunction } from '../function.ts';

/**
 * How a write reached its target, as far as it matters for what it may have damaged. `device reset`: 0 in the
 * device_status of a virtio device; `window`: through the window of a virtio device that was aimed at nothing; `extended`:
 * where it would have gone if reserved bits of the CAM index had a meaning.
 */
export type WriteKind = 'register' | 'absent' | 'gated' | 'crossing' | 'table' | 'device reset' | 'window' | 'extended';

/** One write of the recent past. */
export interface JournalEntry {
  step: number;
  kind: WriteKind;
  /** Function that was addressed; undefined: none was there. */
  function: PciFunction | undefined;
  /** Dword of configuration space or of the MSI-X table. */
  d: number;
  mask: number;
  data: number;
  width: number;
  /** Roles of the dword when it was written. */
  roles: number;
  /** Whether the dword belongs to no structure. */
  open: boolean;
}

/** Writes kept: a register that changes by itself was seldom damaged longer ago. */
const ENTRIES = 64;

/** The last writes, by which a register that changed without being written itself is explained. */
export class Journal {
  private readonly entries: JournalEntry[] = [];
  private next = 0;

  add(entry: JournalEntry): void {
    this.entries[this.next] = entry;
    this.next = (this.next + 1) % ENTRIES;
  }

  /** Entries after `step`, newest first. */
  *since(step: number): Generator<JournalEntry> {
    const { length } = this.entries;
    for (let back = 1; back <= length; back++) {
      const entry = this.entries[(this.next - back + length) % length]!;
      if (entry.step <= step) return;
      yield entry;
    }
  }
}
