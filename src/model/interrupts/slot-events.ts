/** Events that a slot must show: its device came or went, and commands were completed (HP-004; PCIe 6.7.3, 7.5.3.11). */

import { PRESENT } from '../function.ts';
import type { Bus, PciFunction } from '../function.ts';
import type { MachineState } from '../state.ts';
import { isOpen } from './gates.ts';
import { isSlot } from './hot-plug.ts';

/** Bits of Slot Status. */
const PRESENCE_CHANGED = 0x08;
const COMMAND_COMPLETED = 0x10;

/** Whether events stand in the register when the next access is made: the source has no clock of its own. */
function isPrompt({ shown, powerOn }: MachineState): boolean {
  return powerOn && shown.ordered && shown.instant;
}

/** The device of a slot came or went. */
export function presenceChanged(state: MachineState, bus: Bus, deviceFunction: number): void {
  const port = bus.owner;
  if (port === undefined || deviceFunction !== 0 || isOpen(bus) || !isPrompt(state)) return;
  if (port.presence === PRESENT && port.doubt === 'none' && isSlot(port)) port.vectors.slot.due |= PRESENCE_CHANGED;
}

/** Slot Control or Slot Status of a port was written. */
export function slotEventsWritten(state: MachineState, port: PciFunction, mask: number, data: number): void {
  const { slot } = port.vectors;
  slot.due &= ~((mask & data) >>> 16);
  if ((mask & 0xffff) === 0 || !isPrompt(state) || port.doubt !== 'none' || !isSlot(port)) return;
  // One access that commands and clears may do either first.
  const clears = (((mask & data) >>> 16) & COMMAND_COMPLETED) !== 0;
  // No Command Completed Support.
  if (!clears && port.config.bit(port.expressAt + 0x16, 2) === 0) slot.due |= COMMAND_COMPLETED;
}

/** Slot Status was read. */
export function judgeSlotEvents(state: MachineState, port: PciFunction, mask: number, data: number): void {
  const { slot } = port.vectors;
  const seen = (mask >>> 16) & slot.due;
  if (seen === 0) return;
  if (port.doubt === 'none' && port.presence === PRESENT) {
    state.reporter.count('HP-004');
    const missing = seen & ~(data >>> 16);
    if (missing !== 0) report(state, port, missing);
  }
  slot.due &= ~seen;
}

function report(state: MachineState, port: PciFunction, missing: number): void {
  const presence = (missing & PRESENCE_CHANGED) !== 0;
  const name = presence ? 'Presence Detect Changed' : 'Command Completed';
  state.reporter.diverge({
    rule: 'HP-004',
    function: port,
    register: 'Slot Status',
    shape: `${name} 0`,
    expected: `${name} 1`,
    actual: `${name} 0`,
    explanation: presence
      ? 'The device of the slot came or went, as the source says, and nothing has cleared the bit since.'
      : 'Every write to Slot Control is a command, also one that changes nothing; it has been completed.',
  });
}
