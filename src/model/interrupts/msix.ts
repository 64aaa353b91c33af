/** Which messages an MSI-X table may send (PCIe 7.7.2, 6.1.4). */

import type { PciFunction } from '../function.ts';
import type { MachineState } from '../state.ts';
import type { Expired, Message } from './content.ts';
import { mixes, same } from './content.ts';
import { block, gate } from './gates.ts';
import type { Answer } from './gates.ts';
import type { MsixTable } from './msix-table.ts';

/** How a message fits an entry: its present content, an unknown one, not at all, or one that has expired. */
type Fit = 'now' | 'hidden' | 'no' | Expired;

export function askMsix(state: MachineState, f: PciFunction, event: Message): Answer {
  const { msix } = f;
  const enabled = f.config.bit(f.msixAt + 2, 15);
  // Which vectors there are is not known yet.
  if (msix === undefined) return enabled === 0 ? undefined : 'may';
  let blocked: Answer;
  for (let index = 0; index < msix.size; index++) {
    const fit = fitsEntry(state, f, msix, index, event);
    if (fit === 'no') continue;
    if (fit === 'hidden') {
      if (mayMsix(state, f, index, enabled) === 'may') return 'may';
      continue;
    }
    state.reporter.count('MSIX-012');
    const answer = fit === 'now' ? mayMsix(state, f, index, enabled) : expired(state, f, index, fit, enabled);
    if (answer === 'may') return answer;
    blocked ??= answer;
  }
  return blocked;
}

/** Whether a vector's present or still allowed content is this message; else the expired content that it is. */
export function fitsEntry(state: MachineState, f: PciFunction, msix: MsixTable, index: number, event: Message): Fit {
  const { table } = msix;
  const { value } = table;
  const vector = f.vectors.known(index);
  const at = 4 * index;
  const { data, dataMask, addressLo, addressHi } = event;
  const { iommu } = state.machine;
  const quick = ((value[at + 2]! ^ data) & dataMask) === 0 && (iommu || (value[at]! ^ addressLo) >>> 2 === 0);
  if (!quick && vector === undefined) return mayHide(msix, index) ? 'hidden' : 'no';
  const content = { addressLo: value[at]! & ~3, addressHi: value[at + 1]!, data: value[at + 2]! };
  if (quick && (iommu || content.addressHi === addressHi)) return 'now';
  if (mayHide(msix, index)) return 'hidden';
  if (vector === undefined) return 'no';
  if (mixes(content, vector.old, event, iommu)) return 'now';
  const old = vector.expired.find((one) => same(one, event, iommu));
  if (old !== undefined) return old;
  const replaced = vector.replaced.find((one) => same(one, event, iommu));
  return replaced === undefined ? 'no' : { ...replaced, rule: 'MSIX-012' };
}

/** Whether the content of an entry is not known, so that it may be anything. */
function mayHide({ table }: MsixTable, index: number): boolean {
  const at = 16 * index;
  return table.peek(at, 4) === undefined || table.peek(at + 4, 4) === undefined || table.peek(at + 8, 4) === undefined;
}

export function mayMsix(state: MachineState, f: PciFunction, index: number, enabled: 0 | 1 | -1): Answer {
  const closed = gate(state, f);
  if (closed !== undefined) return closed;
  const { config, msixAt, msix } = f;
  if (enabled === 0) {
    return block(state, f, config.changedAt[msixAt >>> 2]!, {
      rule: 'MSIX-016',
      register: 'MSI-X Message Control',
      shape: 'message while disabled',
      because: 'MSI-X Enable is 0, so no message of this mechanism may be sent.',
    });
  }
  if (f.vectors.masked(index) !== 1) return 'may';
  const entryMasked = msix?.table.bit(16 * index + 12, 0) === 1;
  const functionMasked = config.bit(msixAt + 2, 14) === 1;
  // It is closed since the earlier of the masks that are set.
  const changed = Math.min(
    entryMasked ? msix.table.changedAt[4 * index + 3]! : Infinity,
    functionMasked ? config.changedAt[msixAt >>> 2]! : Infinity,
  );
  // Nothing has happened behind this entry, and another one's message is due: it has come with the wrong content.
  if (entryMasked && (f.vectors.known(index)?.pending ?? 0) === 0 && state.owed.isDue(f))
    return block(state, f, changed, {
      rule: 'MSIX-012',
      register: 'MSI-X message',
      shape: 'content of another entry',
      because:
        'The message that is due has the address and data of its own entry, and nothing happened behind this one.',
    });
  return block(state, f, changed, {
    rule: 'MSIX-013',
    register: 'MSI-X table entry',
    shape: 'message while masked',
    because: `${entryMasked ? 'The entry' : 'The function'} is masked: an event sets the pending bit and sends nothing.`,
  });
}

function expired(state: MachineState, f: PciFunction, index: number, old: Expired, enabled: 0 | 1 | -1): Answer {
  if (enabled !== 1 || f.vectors.masked(index) !== 0 || gate(state, f) !== undefined) return undefined;
  // What the present access or event has caused was not on its way before.
  const since = state.owed.has(f, true, index) ? -1 : entryChangedAt(f, index);
  return block(state, f, since, {
    rule: old.rule,
    register: 'MSI-X table entry',
    shape: 'message with old content',
    because: OLD[old.rule],
  });
}

const OLD: Readonly<Record<Expired['rule'], string>> = {
  'MSIX-012': 'The entry was changed while it was masked, and unmasked since: only its new content may be sent.',
  'MSIX-018':
    'The entry was changed while it could send, and masked and unmasked since: only its new content may be sent.',
  'MSIX-019': 'The write of 8 bytes that took the mask away carried new data: it is in place before the mask goes.',
  'MSI-008': 'A message with the new address and data was seen already: after it no message has the old ones.',
};

/** Step of the last change of an entry or of Message Control over it. */
export function entryChangedAt(f: PciFunction, index: number): number {
  const steps = f.msix?.table.changedAt.subarray(4 * index, 4 * index + 4) ?? [];
  return Math.max(f.config.changedAt[f.msixAt >>> 2]!, ...steps);
}
