/** Which messages the registers of MSI may send (PCIe 7.7.1, 6.1.4). */

import { CONTENTS_AT_MOST } from './vectors.ts';
import type { PciFunction } from '../function.ts';
import type { MachineState } from '../state.ts';
import type { Content, Message } from './content.ts';
import { sameAddress } from './content.ts';
import { block, gate } from './gates.ts';
import type { Answer } from './gates.ts';

export function askMsi(state: MachineState, f: PciFunction, event: Message): Answer {
  const { config, msiAt, vectors } = f;
  const enabled = config.bit(msiAt + 2, 0);
  const now = vectors.message();
  if (now === undefined) return enabled === 0 ? undefined : 'may';
  const fits = (content: Content): boolean => fitsMessage(state, content, now.replaces, event);
  const { msi } = vectors;
  if (!fits(now) && !msi.old.some(fits)) {
    const expired = msi.expired.some(fits);
    if (!expired || enabled !== 1 || gate(state, f) !== undefined) return undefined;
    // What the present access or event has caused was not on its way before.
    const since = state.owed.has(f, false, event.data & now.replaces) ? -1 : changedAt(f);
    return block(state, f, since, {
      rule: 'MSI-008',
      register: 'MSI message',
      shape: 'message with old content',
      because:
        'The new address and data are in place: a message with them was seen, or what caused this one came later.',
    });
  }
  state.reporter.count('MSI-006');
  const closed = gate(state, f);
  if (closed !== undefined) return closed;
  if (enabled === 0) {
    return block(state, f, config.changedAt[msiAt >>> 2]!, {
      rule: 'MSI-010',
      register: 'MSI Message Control',
      shape: 'message while disabled',
      because: 'MSI Enable is 0, so no message may be sent.',
    });
  }
  if (isMasked(f, now, event.data)) {
    return block(state, f, config.changedAt[maskAt(f) >>> 2]!, {
      rule: 'MSI-009',
      register: 'MSI Mask Bits',
      shape: 'message while masked',
      because: 'The mask bit of this vector is set: an event sets the pending bit and sends nothing.',
    });
  }
  if (fits(now) && msi.old.length > 0) {
    const expired = msi.old.map((old) => ({ ...old, rule: 'MSI-008' as const }));
    msi.expired = [...msi.expired, ...expired].slice(-CONTENTS_AT_MOST);
    msi.old = [];
  }
  return 'may';
}

/** Whether a message is one of the vectors that share this content; their number is in the low bits. */
export function fitsMessage(state: MachineState, content: Content, replaces: number, event: Message): boolean {
  const different = (content.data ^ event.data) & event.dataMask & ~replaces;
  return different === 0 && sameAddress(content, event, state.machine.iommu);
}

/** Whether the vector that this data tells is masked; where low bits of the register are set, each may be meant (MSI-007). */
function isMasked(f: PciFunction, now: Content & { replaces: number }, data: number): boolean {
  if ((now.data & now.replaces) === 0) return messageMasked(f, data & now.replaces) === 1;
  for (let k = 0; k <= now.replaces; k++) if (messageMasked(f, k) !== 1) return false;
  return true;
}

/** Offset of the mask bits; the pending bits follow them. */
export function maskAt({ config, msiAt }: PciFunction): number {
  return msiAt + (config.bit(msiAt + 2, 7) === 1 ? 0x10 : 0x0c);
}

/** Mask bit of an MSI vector: 1 masked, 0 not, -1 not known. */
export function messageMasked(f: PciFunction, index: number): 0 | 1 | -1 {
  const capable = f.config.bit(f.msiAt + 3, 0);
  if (capable !== 1) return capable;
  return f.config.bit(maskAt(f), index);
}

/** Step of the last change of anything that decides what the function may send. */
export function changedAt(f: PciFunction): number {
  const { config, msiAt, msixAt, msix } = f;
  const mine = [0, 1, 2, 3, 4].map((d) => (msiAt > 0 ? config.changedAt[(msiAt >>> 2) + d]! : -1));
  const table = msix?.table.changedAt.reduce((last, step) => Math.max(last, step), -1) ?? -1;
  return Math.max(...mine, table, msixAt > 0 ? config.changedAt[msixAt >>> 2]! : -1);
}
