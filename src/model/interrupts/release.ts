/** What events behind vectors and the end of what held them make due (PCIe 6.1.4.2 to 6.1.4.5). */

import { ROLE_COMMAND, ROLE_MSI, ROLE_MSIX, ROLE_POWER, ROLE_DEVICE_CONTROL, ROLE_SLOT } from '../function.ts';
import type { PciFunction } from '../function.ts';
import { below } from '../life-cycle/below.ts';
import type { MachineState } from '../state.ts';
import type { Content } from './content.ts';
import { canSend, isReported } from './gates.ts';
import { slotUnmasked, slotWritten } from './hot-plug.ts';
import { lossRule } from './owed.ts';
import type { Cause } from './owed.ts';
import { maskAt, messageMasked } from './msi.ts';
import { CONTENTS_AT_MOST } from './vectors.ts';
import type { Vector } from './vectors.ts';

/** Roles of dwords that decide whether a message may leave. */
const DECIDES = ROLE_COMMAND | ROLE_POWER | ROLE_MSI | ROLE_MSIX;

/** Of the dword of MSI's Message Control. */
const MULTIPLE_MESSAGE_ENABLE = 0x70 << 16;

/** Whether MSI-X or MSI is on: 1, 0, or -1 while it is not known. */
export function isEnabled(f: PciFunction, msix: boolean): 0 | 1 | -1 {
  const at = msix ? f.msixAt : f.msiAt;
  if (at === 0) return f.listComplete ? 0 : -1;
  return f.config.bit(at + 2, msix ? 15 : 0);
}

/** Inside a function the event behind a vector happens. */
export function fire(state: MachineState, f: PciFunction, index: number): void {
  const { vectors, msix } = f;
  vectors.fired = true;
  const msixOn = isEnabled(f, true);
  const msiOn = isEnabled(f, false);
  if (msixOn === 1 && msiOn === 0) {
    if (msix !== undefined && index < msix.size) happen(state, f, true, index);
    return;
  }
  if (msiOn === 1 && msixOn === 0) {
    const message = vectors.message();
    if (message === undefined) messagePerhaps(state, f, index);
    else happen(state, f, false, index & message.replaces);
    return;
  }
  // Where neither is on, the event may use INTx; with both, or if it is not known, anything goes.
  firePerhaps(state, f, index);
}

/** An event may be behind a vector of this function, of whichever mechanism, or behind its INTx. */
export function firePerhaps(state: MachineState, f: PciFunction, index: number): void {
  const { vectors, msix } = f;
  vectors.fired = true;
  vectors.wire.condition = -1;
  if (isEnabled(f, false) !== 0) messagePerhaps(state, f, index);
  if (msix !== undefined && index < msix.size) doubtPending(state, vectors.vector(index));
}

/** The event may be behind any number of MSI that is left of its own with as many messages as may be enabled. */
function messagePerhaps(state: MachineState, f: PciFunction, index: number): void {
  const { vectors, msiAt } = f;
  if (msiAt === 0) return;
  const now = vectors.message();
  const numbers = now === undefined ? [0, 1, 3, 7, 15, 31].map((all) => index & all) : [index & now.replaces];
  for (const number of new Set(numbers)) doubtPending(state, vectors.messageVector(number));
}

function doubtPending({ step }: MachineState, vector: Vector): void {
  vector.pending = -1;
  vector.firedAt = step;
  vector.shownAt = -1;
  vector.stuck = 0;
}

function happen(state: MachineState, f: PciFunction, msix: boolean, index: number): void {
  const { vectors } = f;
  const vector = msix ? vectors.vector(index) : vectors.messageVector(index);
  if (!msix) expireMessages(state, f);
  const able = canSend(state, f);
  const masked = isMasked(f, msix, index);
  vector.firedAt = state.step;
  vector.shownAt = -1;
  vector.stuck = 0;
  if (able === 1 && masked === 1) {
    vector.pending = vectors.uncertain ? -1 : 1;
    return;
  }
  if (able !== 1 || masked !== 0) vector.pending = -1;
  if (able === 0 || masked === 1 || !state.shown.ordered) return;
  const owed = able === 1 && masked === 0 && mustArrive(state, f, msix, index);
  expect(state, f, msix, index, 'event', owed);
}

/** What happens after a write that was ordered sends what was written (MSI-008). */
function expireMessages(state: MachineState, f: PciFunction): void {
  const { msi } = f.vectors;
  if (msi.old.length === 0 || !state.shown.ordered || f.doubt !== 'none') return;
  for (let at = f.msiAt + 4; at < maskAt(f); at += 4) if (f.config.changedAt[at >>> 2]! >= f.answeredAt) return;
  const expired = msi.old.map((content) => ({ ...content, rule: 'MSI-008' as const }));
  msi.expired = [...msi.expired, ...expired].slice(-CONTENTS_AT_MOST);
  msi.old = [];
}

function isMasked(f: PciFunction, msix: boolean, index: number): 0 | 1 | -1 {
  return msix ? f.vectors.masked(index) : messageMasked(f, index);
}

/** Whether a message that the vector sends now is surely seen. */
function mustArrive(state: MachineState, f: PciFunction, msix: boolean, index: number): boolean {
  if (!state.shown.causes || f.vectors.uncertain) return false;
  const content: Content | undefined = msix ? f.vectors.entry(index) : f.vectors.message();
  return content !== undefined && isReported(state, f, content);
}

function expect(state: MachineState, f: PciFunction, msix: boolean, index: number, cause: Cause, owed: boolean): void {
  const vector = msix ? f.vectors.known(index) : f.vectors.knownMessage(index);
  const lost = owed ? lossRule(f, msix, cause, vector) : '';
  state.owed.expect({ function: f, msix, index, cause, owed, most: 1, lost });
}

/** After a write to the vector control of an entry. */
export function tableWritten(state: MachineState, f: PciFunction, d: number): void {
  if ((d & 3) !== 3) return;
  const index = d >>> 2;
  if (f.vectors.known(index) !== undefined && f.vectors.known(index)?.pending !== 0)
    release(state, f, true, index, 'mask');
  slotUnmasked(state, f, true, index);
}

/** After a write to a register of configuration space. */
export function registerWritten(state: MachineState, f: PciFunction, d: number, roles: number): void {
  if (d >= 16 && (roles & (DECIDES | ROLE_DEVICE_CONTROL)) === 0) f.vectors.touchedAt = state.step;
  if ((roles & ROLE_SLOT) !== 0) slotWritten(state, f, d);
  if ((roles & DECIDES) === 0) return;
  releaseAll(state, f, d, roles);
  if ((roles & (ROLE_COMMAND | ROLE_POWER)) !== 0 && f.isBridge && f.secondary !== undefined)
    for (const lower of below(f)) releaseAll(state, lower, -1, ROLE_COMMAND);
}

/** After a write of which it is open if it arrives: what was held may have been sent, and what was asked for served. */
export function registerPerhapsWritten(state: MachineState, f: PciFunction, d: number): void {
  const roles = f.roles[d]!;
  if (d >= 16 && (roles & (DECIDES | ROLE_DEVICE_CONTROL)) === 0) f.vectors.touchedAt = state.step;
  // Which address and data MSI had before, and may still send, is not followed here.
  if ((roles & ROLE_MSI) !== 0 && d !== f.msiAt >>> 2) f.vectors.uncertain = true;
  if ((roles & DECIDES) === 0) return;
  f.vectors.perhapsSent();
  if ((roles & (ROLE_COMMAND | ROLE_POWER)) !== 0 && f.isBridge && f.secondary !== undefined)
    for (const lower of below(f)) lower.vectors.perhapsSent();
}

function releaseAll(state: MachineState, f: PciFunction, d: number, roles: number): void {
  const { config, msixAt, msiAt } = f;
  const held = f.vectors.held();
  const messages = held.length > 0 ? f.vectors.message() : undefined;
  // What becomes of a pending vector when the number of messages changes is open: it may be another one then, or none.
  const renumbered = d === msiAt >>> 2 && ((config.before[d]! ^ config.value[d]!) & MULTIPLE_MESSAGE_ENABLE) !== 0;
  for (const { msix, index, vector } of held) {
    if (!msix && (renumbered || messages === undefined || index > messages.replaces)) {
      vector.pending = -1;
      continue;
    }
    const control = msix ? d === msixAt >>> 2 : d === msiAt >>> 2;
    const bit = msix ? 31 : 16;
    const enables = control && ((config.before[d]! >>> bit) & 1) === 0;
    const holds = (roles & (ROLE_COMMAND | ROLE_POWER)) !== 0;
    release(state, f, msix, index, enables ? 'enable' : holds ? 'hold' : 'mask');
  }
  if ((roles & ROLE_MSIX) !== 0 && f.portType >= 4) slotUnmasked(state, f, true, -1);
  if ((roles & ROLE_MSI) !== 0 && f.portType >= 4 && d === maskAt(f) >>> 2) slotUnmasked(state, f, false, -1);
}

/** Something that held a vector with a pending event may have gone. */
function release(state: MachineState, f: PciFunction, msix: boolean, index: number, cause: Cause): void {
  const { vectors } = f;
  if (!msix) expireMessages(state, f);
  const vector = msix ? vectors.vector(index) : vectors.messageVector(index);
  const able = canSend(state, f);
  const masked = isMasked(f, msix, index);
  const enabled = isEnabled(f, msix) === 1 && isEnabled(f, !msix) === 0;
  if (masked === 1 && able === 1 && enabled) return;
  const was = vector.pending;
  vector.pending = -1;
  if (isEnabled(f, msix) === 0 || masked === 1 || able === 0) return;
  const open = enabled && masked === 0 && able === 1;
  if (open) vector.pending = 0;
  if (!state.shown.ordered) return;
  const due = open && was === 1 && cause === 'mask' && !vectors.mayBeServed(vector.firedAt);
  expect(state, f, msix, index, cause, due && mustArrive(state, f, msix, index));
}
