/** A register is wrong, and the machine has gone back to a snapshot since it was last right (SNAP-001). */

import { CAUSE_WRITE } from '../cells.ts';
import type { Cells } from '../cells.ts';

/** Whether the restore at step `restoredAt` must have kept the bits: read right before the snapshot, and neither read right nor changed since. */
export function isLostByRestore(restoredAt: number, cells: Cells, d: number, bits: number): boolean {
  const { kept } = cells;
  if (kept === undefined || d >= kept.length || (bits & ~kept[d]! & ~cells.zero[d]!) !== 0 || (bits & kept[d]!) === 0)
    return false;
  if ((cells.confirmed[d]! & bits) === bits) return false;
  // A write since to other bytes of the dword is no excuse.
  if (cells.changedAt[d]! < restoredAt) return true;
  return cells.cause[d] === CAUSE_WRITE && cells.confirmedAt[d]! < restoredAt && (cells.unread[d]! & bits) === 0;
}
