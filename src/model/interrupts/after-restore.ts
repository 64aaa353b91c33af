/** Interrupt state that a restore has lost (SNAP-003). */

import type { PciFunction } from '../function.ts';
import type { Vector } from './vectors.ts';
import type { MsixTable } from './msix-table.ts';
import type { MachineState } from '../state.ts';

/** Rules about what a vector sends, which a restore of the wrong state breaks too. */
const ABOUT_STATE = /^(MSI|MSIX|CMD|PM)-/;

interface Blocked {
  function: PciFunction;
  rule: string;
  because: string;
}

/** The verdict on a message that no vector may send: nothing was written to the interrupt registers since a restore. */
export function blameRestore<T extends Blocked>(verdict: T): T {
  const f = verdict.function;
  if (!ABOUT_STATE.test(verdict.rule) || f.restoredAt < 0 || interruptsChangedAt(f) > f.restoredAt) return verdict;
  return {
    ...verdict,
    rule: 'SNAP-003',
    because: `Nothing was written to its interrupt registers since the machine went back to its snapshot. ${verdict.because}`,
  };
}

/** Step of the last change of anything that decides what the function may send. */
function interruptsChangedAt({ config, msiAt, msixAt, msix, powerAt }: PciFunction): number {
  const { changedAt } = config;
  let last = changedAt[1]!;
  if (msiAt > 0) for (let d = msiAt >>> 2; d < (msiAt >>> 2) + 5; d++) last = Math.max(last, changedAt[d]!);
  if (msixAt > 0) last = Math.max(last, changedAt[msixAt >>> 2]!);
  if (powerAt > 0) last = Math.max(last, changedAt[(powerAt + 4) >>> 2]!);
  return msix === undefined ? last : msix.table.changedAt.reduce((one, other) => Math.max(one, other), last);
}

/** Remembers what a dword of the pending bits reads, and judges the first read after a restore. */
export function followPending(state: MachineState, f: PciFunction, msix: MsixTable, d: number, answer: number): void {
  const { pending } = msix;
  const before = pending.confirmedAt[d]!;
  if (f.restoredAt > before && before > state.disturbedAt) judgeLost(state, f, msix, d, answer);
  const bits = msix.implemented(d);
  pending.value[d] = answer & bits;
  pending.seen[d]! |= bits;
  pending.confirmedAt[d] = state.step;
}

/** Whether an event came before the last restore, and nobody has seen since that it is still pending. */
export function outlastedRestore(f: PciFunction, { firedAt, shownAt }: Vector): boolean {
  return firedAt >= 0 && firedAt < f.restoredAt && shownAt < f.restoredAt;
}

/** Whether a pending bit is read for the first time since a restore. */
export function isFirstPendingRead(f: PciFunction, msix: MsixTable, index: number): boolean {
  return f.restoredAt > msix.pending.confirmedAt[index >>> 5]!;
}

/** A pending bit stays 1 until its message is sent or its cause is served; neither has happened. */
function judgeLost(state: MachineState, f: PciFunction, msix: MsixTable, d: number, answer: number): void {
  const { pending } = msix;
  const bits = pending.value[d]! & pending.seen[d]! & msix.implemented(d);
  if (bits === 0 || f.config.bit(f.msixAt + 2, 15) !== 1) return;
  state.reporter.count('SNAP-003');
  for (let bit = 0; bit < 32; bit++) {
    const index = 32 * d + bit;
    if ((bits & ~answer & (1 << bit)) === 0 || f.vectors.masked(index) !== 1) continue;
    // What the source told of is judged with the vector.
    if (f.vectors.known(index)?.pending === 1) continue;
    state.reporter.diverge({
      rule: 'SNAP-003',
      function: f,
      register: 'MSI-X Pending Bit Array',
      shape: 'pending bit lost by a restore',
      expected: 'pending bit 1',
      actual: 'pending bit 0',
      explanation:
        'The bit was 1 before the snapshot, its vector is masked, and nothing was done to the device since but reads of its registers.',
    });
    return;
  }
}
