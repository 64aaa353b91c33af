/** Decoding after the machine has gone back to a snapshot (SNAP-002). */

import { dwordsOfBar } from '../layout/base-address.ts';
import type { Marker, Region } from './region.ts';

/** Dwords of a type 1 header that decide what it forwards: Command and the windows. */
const FORWARDING = [1, 7, 8, 9, 10, 11, 12];

/**
 * Whether nothing but enables of the function has changed where a region lies since the restore, and nothing was seen
 * of it since (`seenAt`: step of the last answer): a region that was moved before the snapshot and is enabled after it
 * decodes at its new address.
 */
export function isPlacedByRestore(region: Region, seenAt: number): boolean {
  const { function: f, index } = region;
  const since = f.restoredAt;
  if (since < 0 || seenAt > since) return false;
  if (dwordsOfBar(f, index).some((d) => f.config.changedAt[d]! > since)) return false;
  if (region.overlapEndedAt > since) return false;
  // It has answered at another offset.
  for (const { step } of region.markers.values()) if (step > since) return false;
  for (let bridge = f.bus.owner; bridge !== undefined; bridge = bridge.bus.owner) {
    const { changedAt } = bridge.config;
    if (FORWARDING.some((at) => changedAt[at]! > since)) return false;
    if (bridge.powerAt > 0 && changedAt[(bridge.powerAt + 4) >>> 2]! > since) return false;
  }
  return true;
}

/**
 * Whether a hole that was read instead of `marker` tells enough. A device register may go to 0 by itself, so where holes
 * read 0 and nothing was enabled since the restore, a second register must be silent too.
 */
export function isSilentSinceRestore(region: Region, marker: Marker, zeroHole: boolean): boolean {
  if (!isPlacedByRestore(region, marker.step)) return false;
  if (!zeroHole || !isDecodedByRestore(region, marker.step)) return true;
  const { suspect } = region;
  region.suspect = marker;
  return suspect !== undefined && suspect !== marker;
}

/** Whether also the enables and the power state of the function are those of the restore. */
export function isDecodedByRestore(region: Region, seenAt: number): boolean {
  const { function: f } = region;
  const { changedAt } = f.config;
  if (!isPlacedByRestore(region, seenAt) || changedAt[1]! > f.restoredAt) return false;
  return f.powerAt === 0 || changedAt[(f.powerAt + 4) >>> 2]! < f.restoredAt;
}
