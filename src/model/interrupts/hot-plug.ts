/** Interrupts of hot-plug slots (PCIe 6.7.3): when a port sends a message or asserts INTx, and when it must not. */

import type { PciFunction } from '../function.ts';
import type { MachineState } from '../state.ts';
import type { Message } from './content.ts';
import { block, canSend, isReported } from './gates.ts';
import type { Answer, Blocked } from './gates.ts';
import { fitsMessage, maskAt, messageMasked } from './msi.ts';
import { entryChangedAt, fitsEntry } from './msix.ts';

/** Event bits of Slot Status; an event's own enable is at the same bit of Slot Control, but for the link's at bit 12. */
const EVENTS = 0x11f;
const LINK = 0x100;
const ENABLES = 0x101f;
const INTERRUPT_ENABLE = 0x20;

/** Extended capabilities whose interrupts, if any, do not use the vector of the PCI Express capability. */
const SILENT = new Set([0x01, 0x02, 0x03, 0x04, 0x09, 0x0d, 0x12, 0x19, 0x1e, 0x1f, 0x25, 0x26, 0x27, 0x2a]);
/** Capabilities of a port beside which nothing else uses its interrupts: PM, MSI, Subsystem IDs, PCI Express, MSI-X. */
const PLAIN = new Set([0x01, 0x05, 0x0d, 0x10, 0x11]);

/** Whether the function is a port with a hot-plug capable slot. */
export function isSlot({ portType, expressAt, config }: PciFunction): boolean {
  if ((portType !== 4 && portType !== 6) || expressAt === 0) return false;
  return config.bit(expressAt + 3, 0) === 1 && config.bit(expressAt + 0x14, 6) === 1;
}

/** Events of Slot Status that are enabled in Slot Control; undefined while it is not known. */
function enabledEvents({ config, expressAt }: PciFunction): number | undefined {
  const control = config.peek(expressAt + 0x18, 2);
  if (control === undefined) return undefined;
  return (control & 0x1f) | ((control & 0x1000) !== 0 ? LINK : 0);
}

/** Whether the port has no cause of its own for an interrupt, as far as its registers say: hot plug, PME, errors. */
export function isIdle(f: PciFunction): boolean {
  if (f.shpcAt > 0 || (f.isBridge && !f.listComplete)) return false;
  if (f.portType < 4 || f.portType > 6) return f.portType < 4 || f.portType === 9;
  if (!isAlone(f)) return false;
  return f.portType === 5 || f.config.bit(f.expressAt + 3, 0) === 0 || isSwitchedOff(f);
}

/** Whether the function has a hot-plug slot that asks for no interrupt. */
export function isQuietSlot(f: PciFunction): boolean {
  return isSlot(f) && isIdle(f);
}

/** Whether no event can make the condition true, as the enables say. */
function isSwitchedOff(f: PciFunction): boolean {
  return f.config.bit(f.expressAt + 0x18, 5) === 0 || enabledEvents(f) === 0;
}

/** Whether nothing but hot plug uses the vector or INTx of the port: no PME, no link notification, no errors. */
function isAlone(f: PciFunction): boolean {
  const { config, expressAt, portType, aerAt } = f;
  if (!f.listComplete || !f.extendedComplete) return false;
  if (!f.capabilities.every(({ id }) => PLAIN.has(id)) || !f.extended.every(({ id }) => SILENT.has(id))) return false;
  if (config.bit(expressAt + 0x10, 10) !== 0 || config.bit(expressAt + 0x10, 11) !== 0) return false;
  if (portType !== 4) return true;
  if (config.bit(expressAt + 0x1c, 3) !== 0) return false;
  return aerAt === 0 || [0, 1, 2].every((bit) => config.bit(aerAt + 0x2c, bit) === 0);
}

/** Step of the last change of what `isSwitchedOff` and `isAlone` depend on. */
function switchedAt({ config, expressAt, aerAt }: PciFunction): number {
  const dwords = [expressAt + 0x10, expressAt + 0x18, expressAt + 0x1c, ...(aerAt > 0 ? [aerAt + 0x2c] : [])];
  return Math.max(...dwords.map((at) => config.changedAt[at >>> 2] ?? -1));
}

/** The port's vector, Interrupt Message Number, of the mechanism that is in use; undefined: none, or not known. */
function slotVector(f: PciFunction): { msix: boolean; index: number } | undefined {
  const { config, msixAt, msiAt, expressAt } = f;
  const number = config.peek(expressAt + 2, 2);
  if (number === undefined) return undefined;
  const index = (number >>> 9) & 0x1f;
  const msix = msixAt === 0 ? 0 : config.bit(msixAt + 2, 15);
  const msi = msiAt === 0 ? 0 : config.bit(msiAt + 2, 0);
  if (msix === 1 && msi === 0) return f.msix !== undefined && index < f.msix.size ? { msix: true, index } : undefined;
  if (msi !== 1 || msix !== 0) return undefined;
  const message = f.vectors.message();
  return message === undefined || index > message.replaces ? undefined : { msix: false, index };
}

/** Ports whose next message is waited for; more are not. */
const SLOTS_AT_MOST = 64;

function isOfSlot(state: MachineState, f: PciFunction, event: Message): boolean {
  const vector = slotVector(f);
  if (vector === undefined) return false;
  if (vector.msix) return f.msix !== undefined && fitsEntry(state, f, f.msix, vector.index, event) !== 'no';
  const now = f.vectors.message();
  if (now === undefined || !fitsMessage(state, now, now.replaces, event)) return false;
  return (now.data & now.replaces) !== 0 || ((event.data ^ vector.index) & now.replaces & event.dataMask) === 0;
}

/** Step of the last change of the vector's masks, enables and content, and of what else lets a message leave. */
function openedAt(f: PciFunction, { msix, index }: { msix: boolean; index: number }): number {
  const { config, msiAt } = f;
  let last = msix ? entryChangedAt(f, index) : -1;
  if (!msix) for (let at = msiAt; at <= maskAt(f); at += 4) last = Math.max(last, config.changedAt[at >>> 2]!);
  for (let one: PciFunction | undefined = f; one !== undefined; one = one.bus.owner)
    last = Math.max(last, wayChangedAt(one, one !== f));
  return last;
}

/** Step of the last change of what lets a function send, or a bridge above forward: Command, power, and link and slot below. */
function wayChangedAt({ config, powerAt, expressAt }: PciFunction, above: boolean): number {
  const dwords = [4, ...(powerAt > 0 ? [powerAt + 4] : [])];
  if (above && expressAt > 0) dwords.push(expressAt + 0x10, expressAt + 0x18);
  return Math.max(...dwords.map((at) => config.changedAt[at >>> 2] ?? -1));
}

function isMasked(f: PciFunction, { msix, index }: { msix: boolean; index: number }): 0 | 1 | -1 {
  return msix ? f.vectors.masked(index) : messageMasked(f, index);
}

/** A message of a port's vector though nothing can have caused it (HP-006). */
export function causeless(state: MachineState, f: PciFunction, event: Message): Blocked | undefined {
  if (!isSlot(f) || !isOfSlot(state, f, event)) return undefined;
  state.reporter.count('HP-006');
  const vector = slotVector(f);
  if (vector === undefined || !isSwitchedOff(f) || !isAlone(f) || f.vectors.fired) return undefined;
  const since = switchedAt(f);
  const { slot } = f.vectors;
  // What was pending from when it was switched on may come at an unmask (MSIX-026).
  const never = f.fresh !== undefined && slot.enabledAt < 0;
  if (!never && openedAt(f, vector) >= since) return undefined;
  const answer: Answer = block(state, f, since, {
    rule: 'HP-006',
    register: 'Slot Control',
    shape: 'message while hot-plug interrupts are off',
    because: 'Hot-Plug Interrupt Enable or every enable of an event is 0, and nothing else uses this vector.',
  });
  return answer === 'may' ? undefined : answer;
}

/** A message may be one of a port of which one is due. */
export function watchSlots(state: MachineState, event: Message): void {
  for (const f of state.slots) if (isOfSlot(state, f, event)) f.vectors.slot.messageAt = state.step;
}

/** After a write to Slot Control or Slot Status. */
export function slotWritten(state: MachineState, f: PciFunction, d: number): void {
  if (!isSlot(f)) return;
  const { config, vectors } = f;
  const { slot } = vectors;
  const changed = config.before[d]! ^ config.value[d]!;
  if ((changed & (ENABLES | INTERRUPT_ENABLE)) !== 0) slot.enablesAt = state.step;
  if (((config.before[d]! | config.value[d]!) & INTERRUPT_ENABLE) !== 0) slot.enabledAt = state.step;
  slot.zeroAt = -1;
  slot.trueAt = -1;
}

/** Slot Control and Slot Status were read: has an event come without its message (HP-006)? */
export function slotRead(state: MachineState, f: PciFunction, mask: number, data: number): void {
  if (mask >>> 16 !== 0xffff || !isSlot(f)) return;
  const { slot } = f.vectors;
  const events = (data >>> 16) & EVENTS;
  if (events === 0 && slot.zeroAt >= 0 && slot.pendingAt > slot.zeroAt) reportPending(state, f);
  slot.zeroAt = events === 0 ? state.step : -1;
  slot.pendingAt = -1;
  if (showsCondition(data)) {
    // Event bits stay until software clears them, and INTx as long as they do.
    slot.trueAt = state.step;
    if (asksForIntx(state, f)) state.lines.follow(f);
  }
  const enabled = enabledEvents(f);
  if (enabled === undefined || !state.shown.causes) return;
  if ((events & enabled) === 0) {
    if (state.slots.size < SLOTS_AT_MOST) state.slots.add(f);
    slot.falseAt = state.slots.has(f) ? state.step : -1;
    return;
  }
  if (slot.falseAt >= 0) eventSeen(state, f, slot.falseAt);
  slot.falseAt = -1;
  state.slots.delete(f);
}

/** Whether the slot of a port asks for INTx, as its registers have shown. */
export function asksForIntx({ shown, powerOn }: MachineState, f: PciFunction): boolean {
  return powerOn && shown.conditions && shown.instant && f.vectors.slot.trueAt >= 0;
}

/** Whether a read of Slot Control and Slot Status shows that the condition holds. */
function showsCondition(data: number): boolean {
  const enabled = (data & 0x1f) | ((data & 0x1000) !== 0 ? LINK : 0);
  return data !== -1 && (data & INTERRUPT_ENABLE) !== 0 && ((data >>> 16) & enabled) !== 0;
}

/** An enabled event came after step `from`, before which the condition was false. */
function eventSeen(state: MachineState, f: PciFunction, from: number): void {
  const { slot, uncertain } = f.vectors;
  if (f.config.bit(f.expressAt + 0x18, 5) !== 1 || slot.enablesAt >= from) return;
  const vector = slotVector(f);
  if (vector === undefined || isMasked(f, vector) !== 0 || canSend(state, f) !== 1) return;
  const content = vector.msix ? f.vectors.entry(vector.index) : f.vectors.message();
  if (uncertain || content === undefined || !isReported(state, f, content) || openedAt(f, vector) >= from) return;
  state.reporter.count('HP-006');
  // It may stand right behind this read.
  if (slot.messageAt <= from)
    state.owed.expect({ function: f, ...vector, cause: 'slot', owed: true, most: 1, lost: '' });
}

/** A pending bit was read as 1. */
export function slotPending(state: MachineState, f: PciFunction, msix: boolean, index: number): void {
  const { slot } = f.vectors;
  if (slot.zeroAt < 0 || !isSlot(f)) return;
  const vector = slotVector(f);
  if (vector === undefined || vector.msix !== msix || vector.index !== index || isMasked(f, vector) !== 1) return;
  if (!isCauseless(state, f)) return;
  state.reporter.count('MSIX-026');
  // Where commands and what they cause are in order, nothing has happened; else the next read of Slot Status tells.
  if (state.shown.ordered && isUntouched(state, slot.zeroAt)) reportPending(state, f);
  else slot.pendingAt = state.step;
}

/** Whether the vector of a slot without event bits has no other cause either. */
function isCauseless(state: MachineState, f: PciFunction): boolean {
  return (
    isAlone(f) && canSend(state, f) === 1 && !f.vectors.fired && !f.vectors.uncertain && f.msix?.pendingWritten !== true
  );
}

/** Whether no register was written and no event happened since a step, but for the present one. */
function isUntouched(state: MachineState, since: number): boolean {
  if (state.eventAt > since) return false;
  for (const { step } of state.journal.since(since)) if (step !== state.step) return false;
  return true;
}

function reportPending(state: MachineState, f: PciFunction): void {
  state.reporter.diverge({
    rule: 'MSIX-026',
    function: f,
    register: 'Slot Status',
    shape: 'pending without a cause',
    expected: 'pending bit 0',
    actual: 'pending bit 1',
    explanation: 'Every event bit of the slot is 0, and nothing else uses the vector: its pending bit goes back to 0.',
  });
}

/** After a write that may have unmasked the port's vector. `index`: the entry; -1: any. */
export function slotUnmasked(state: MachineState, f: PciFunction, msix: boolean, index: number): void {
  const { slot } = f.vectors;
  if (slot.zeroAt < 0 || !state.shown.ordered || !isSlot(f)) return;
  const vector = slotVector(f);
  if (vector === undefined || vector.msix !== msix || (index >= 0 && vector.index !== index)) return;
  if (isMasked(f, vector) !== 0 || !wasMasked(state, f, vector)) return;
  if (!isCauseless(state, f) || !isUntouched(state, slot.zeroAt)) return;
  state.reporter.count('MSIX-026');
  state.owed.expect({ function: f, ...vector, cause: 'slot', owed: false, most: 0, lost: '' });
}

/** Whether the present write took away the vector's last mask. */
function wasMasked(state: MachineState, f: PciFunction, { msix, index }: { msix: boolean; index: number }): boolean {
  const { config, msixAt } = f;
  if (!msix) return ((config.before[maskAt(f) >>> 2]! >>> index) & 1) === 1;
  const control = 4 * index + 3;
  if (f.msix?.table.changedAt[control] === state.step) return (f.msix.table.before[control]! & 1) === 1;
  return config.before[msixAt >>> 2]! >>> 30 === 3;
}
