/** Pending bits: those of an MSI-X table's array, and those of MSI with masks (PCIe 7.7.1.8, 7.7.2.9). */

import type { PciFunction } from '../function.ts';
import { isPlacedSince } from '../layout/base-address.ts';
import type { MachineState } from '../state.ts';
import { isFirstPendingRead, outlastedRestore } from './after-restore.ts';
import { canSend } from './gates.ts';
import { slotPending } from './hot-plug.ts';
import { maskAt, messageMasked } from './msi.ts';
import { isEnabled } from './release.ts';
import type { Vector } from './vectors.ts';

/** Pending bits of MSI are read: one each of the vectors that are enabled. */
export function readMessagePending(state: MachineState, f: PciFunction, d: number, mask: number, data: number): void {
  if (f.msiAt === 0 || f.config.bit(f.msiAt + 3, 0) !== 1 || d !== (maskAt(f) + 4) >>> 2) return;
  const message = f.vectors.message();
  if (message === undefined) return;
  for (let index = 0; index <= message.replaces; index++)
    if (((mask >>> index) & 1) === 1) judgePending(state, f, false, index, (data >>> index) & 1);
}

/** A pending bit reads `bit`. */
export function judgePending(state: MachineState, f: PciFunction, msix: boolean, index: number, bit: number): void {
  const { vectors } = f;
  const known = msix ? vectors.known(index) : vectors.knownMessage(index);
  const enabled = isEnabled(f, msix) === 1;
  const masked = msix ? vectors.masked(index) : messageMasked(f, index);
  if (bit === 0) {
    if (known === undefined) return;
    if (known.pending === 1 && enabled && masked === 1 && !vectors.mayBeServed(known.firedAt))
      report(state, f, msix, pendingRule(f, msix, index, known), 'no pending bit after a masked event', 1, 0);
    known.pending = 0;
    known.stuck = 0;
    return;
  }
  if (known?.pending === 1) known.shownAt = state.step;
  if (enabled && masked === 1) slotPending(state, f, msix, index);
  if (!enabled || masked !== 0 || canSend(state, f) !== 1 || vectors.uncertain) return;
  const vector = msix ? vectors.vector(index) : vectors.messageVector(index);
  vector.stuck++;
  if (vector.stuck === 2) report(state, f, msix, msix ? 'MSIX-014' : 'MSI-009', 'pending though unmasked', 0, 1);
}

/** Whether the pending bit of a vector was 1 when it was last read, and its masks were not written since. */
export function isShownPending(f: PciFunction, msix: boolean, index: number): boolean {
  const { config, msixAt, msiAt } = f;
  if (!msix) {
    const at = maskAt(f);
    const shownAt = config.confirmedAt[(at + 4) >>> 2]!;
    const isSet = config.bit(msiAt + 3, 0) === 1 && config.bit(at + 4, index) === 1;
    return isSet && shownAt > config.changedAt[at >>> 2]! && shownAt > config.changedAt[msiAt >>> 2]!;
  }
  const { pending, table } = f.msix ?? {};
  const shownAt = pending?.confirmedAt[index >>> 5] ?? -1;
  if (pending === undefined || table === undefined || shownAt < 0) return false;
  const isSet = pending.bit(4 * (index >>> 5), index & 31) === 1;
  return isSet && shownAt > table.changedAt[4 * index + 3]! && shownAt > config.changedAt[msixAt >>> 2]!;
}

function pendingRule(f: PciFunction, msix: boolean, index: number, vector: Vector): string {
  if (!msix) return 'MSI-009';
  if (f.msix !== undefined && outlastedRestore(f, vector) && isFirstPendingRead(f, f.msix, index)) return 'SNAP-003';
  if (vector.shownAt >= 0 && isPlacedSince(f, vector.shownAt)) return 'MSIX-023';
  return 'MSIX-013';
}

function report(
  state: MachineState,
  f: PciFunction,
  msix: boolean,
  rule: string,
  shape: string,
  expected: number,
  actual: number,
): void {
  state.reporter.diverge({
    rule,
    function: f,
    register: msix ? 'MSI-X Pending Bit Array' : 'MSI Pending Bits',
    shape,
    expected: `pending bit ${expected}`,
    actual: `pending bit ${actual}`,
    explanation:
      expected === 1
        ? 'An event happened while the vector was masked, and nothing has served it since.'
        : 'The vector is enabled and unmasked: it sends its message and the pending bit goes to 0.',
  });
}
