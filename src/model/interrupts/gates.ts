/** What keeps a message from leaving, whatever the mechanism (PCIe 7.5.1.1.3, 5.3.1.4, 6.7). */

import type { Range } from '../../access/machine.ts';
import { atMost } from '../../core/pair.ts';
import { windowHolds } from '../decode/window.ts';
import { ABSENT, PRESENT } from '../function.ts';
import type { Bus, PciFunction } from '../function.ts';
import type { MachineState } from '../state.ts';
import type { Content } from './content.ts';

/** Why a vector that fits a message must not have sent it. */
export interface Blocked {
  function: PciFunction;
  rule: string;
  register: string;
  shape: string;
  because: string;
  excusedBy?: string;
}

/** Answer of one function: it may have sent the message, it must not have, or it has nothing to do with it. */
export type Answer = 'may' | Blocked | undefined;

/**
 * A message that was on its way when a register closed the gate may arrive after the write, but not after an answer
 * of the function that came later (CONC-006). Where the source shows messages in order, it is not on its way any longer
 * once something else has happened.
 */
export function block(state: MachineState, f: PciFunction, since: number, verdict: Omit<Blocked, 'function'>): Answer {
  if (f.vectors.uncertain || f.doubt !== 'none') return 'may';
  const arrived = f.answeredAt > since || (state.shown.ordered && state.causeAt > since);
  return arrived ? { function: f, ...verdict } : 'may';
}

/** The gate that is closed for this message, if any is. */
export function gate(state: MachineState, f: PciFunction): Answer {
  if (f.removed || f.presence === ABSENT) {
    return {
      function: f,
      rule: 'HP-001',
      register: 'Message',
      shape: 'message after removal',
      because: 'The function was removed: its interrupts have ceased.',
    };
  }
  if (f.config.bit(4, 2) === 0) {
    return block(state, f, f.config.changedAt[1]!, {
      rule: 'CMD-010',
      register: 'Command',
      shape: 'message without bus master',
      because: 'Bus Master Enable is 0, so the function must not issue memory writes, messages included.',
      excusedBy: 'bme=ignored',
    });
  }
  const power = powerState(f);
  if (power > 0 && state.reporter.choice('pm') !== 'cosmetic') {
    return block(state, f, f.config.changedAt[(f.powerAt + 4) >>> 2]!, {
      rule: 'PM-003',
      register: 'Power Management Control/Status',
      shape: 'message outside D0',
      because: `The function is in D${power}, where it issues no requests but PME.`,
      excusedBy: 'pm=cosmetic',
    });
  }
  return f.bus.owner === undefined ? undefined : gateAbove(state, f);
}

/** A bridge without Bus Master Enable forwards no memory writes from below (BRG-013). */
function gateAbove(state: MachineState, f: PciFunction): Answer {
  if (state.reporter.choice('bridge_bme') === 'ignored') return undefined;
  for (let bridge = f.bus.owner; bridge !== undefined; bridge = bridge.bus.owner) {
    state.reporter.count('BRG-013');
    if (bridge.presence !== PRESENT || bridge.doubt !== 'none' || bridge.config.bit(4, 2) !== 0) continue;
    const answer = block(state, f, bridge.config.changedAt[1]!, {
      rule: 'BRG-013',
      register: 'Command of a bridge above',
      shape: 'message through a bridge without bus master',
      because:
        'Bus Master Enable of a bridge above is 0, so it forwards no memory writes from below, messages included.',
      excusedBy: 'bridge_bme=ignored',
    });
    if (answer !== undefined) return answer;
  }
  return undefined;
}

/** PowerState, 0 to 3; -1 while it is not known. */
export function powerState(f: PciFunction): number {
  if (f.powerAt === 0) return f.listComplete ? 0 : -1;
  const value = f.config.peek(f.powerAt + 4, 1);
  return value === undefined ? -1 : value & 3;
}

/** Whether it is not known by which bridges requests to a bus, and messages from there, go. */
export function isOpen(bus: Bus): boolean {
  return bus.uncertain || bus.guessed;
}

/** Whether the function and the bridges above it can send: 1 certainly, 0 certainly not, -1 not known. */
export function canSend(state: MachineState, f: PciFunction): 0 | 1 | -1 {
  if (f.config.bit(4, 2) === 0 || powerState(f) > 0) return 0;
  if (f.presence !== PRESENT || f.doubt !== 'none' || !f.listComplete || isOpen(f.bus)) return -1;
  if (f.config.bit(4, 2) !== 1 || powerState(f) !== 0) return -1;
  let result: 0 | 1 | -1 = 1;
  for (let bridge = f.bus.owner; bridge !== undefined; bridge = bridge.bus.owner) {
    if (bridge.config.bit(4, 2) === 0 && state.reporter.choice('bridge_bme') !== 'ignored') return 0;
    const open = bridge.presence === PRESENT && bridge.doubt === 'none' && !isOpen(bridge.bus);
    if (!open || bridge.config.bit(4, 2) !== 1 || powerState(bridge) !== 0) result = -1;
  }
  return result;
}

/** Whether the source surely reports a message to this address: it reaches the interrupt controller. */
export function isReported(state: MachineState, f: PciFunction, content: Content): boolean {
  const { addressHi, addressLo } = content;
  if (state.machine.iommu || (addressLo & 3) !== 0) return false;
  for (let bridge = f.bus.owner; bridge !== undefined; bridge = bridge.bus.owner)
    if (windowHolds(bridge, addressHi, addressLo)) return false;
  const { machine, reporter } = state;
  const isIn = (ranges: readonly Range[]): boolean =>
    ranges.some(
      ({ loHi, loLo, hiHi, hiLo }) =>
        atMost(loHi, loLo, addressHi, addressLo) && atMost(addressHi, addressLo, hiHi, hiLo),
    );
  if (machine.messages.length > 0) return isIn(machine.messages);
  if (isIn(machine.ram)) return false;
  if (addressHi === 0 && addressLo >>> 20 === 0xfee) return true;
  return reporter.choice('msi_sink') === 'any' || state.owed.isSink(addressHi, addressLo);
}
