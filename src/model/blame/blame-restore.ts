/** A register is wrong, and the machine has gone back to a snapshot since it was last right (SNAP-001). */

import { CAUSE_WRITE } from '../cells.ts';
import type { Cells } from '../cells.ts';

/** Whether the restore at step `restoredAt` must have kept the bits: known from before, neither read right nor changed since. */
export function isLostByRestore(restoredAt: number, cells: Cells, d: number, bits: number): boolean {
  if (restoredAt < 0 || (cells.confirmed[d]! & bits) === bits) return false;
  const confirmed = cells.confirmedAt[d]!;
  const written = cells.cause[d] === CAUSE_WRITE;
  // A write since to other bytes of the dword is no excuse.
  if (cells.changedAt[d]! > restoredAt) return written && confirmed < restoredAt && (cells.unread[d]! & bits) === 0;
  return confirmed >= 0 || written;
}
