/**
 * Hot-plug slots of QEMU's PCI Express ports: a command to the slot is completed at once, which is an event with one
 * vector, that of Interrupt Message Number (PCIe 6.7.3.2, 6.7.3.4). All is in configuration space.
 */

import type { Accesses, Device, InterruptDriver, Refusal } from './device.ts';

const PCI_EXPRESS = 0x10;
/** Registers of the capability, and bits of them. */
const FLAGS = 0x02;
const SLOT_IMPLEMENTED = 0x100;
const SLOT_CAPABILITIES = 0x14;
const NO_COMMAND_COMPLETED = 0x40000;
const SLOT_CONTROL = 0x18;
const COMMAND_COMPLETED_ENABLE = 0x10;
const INTERRUPT_ENABLE = 0x20;
const ATTENTION_INDICATOR = 0xc0;
const INDICATOR_ON = 0x40;
const INTERLOCK = 0x800;
const SLOT_STATUS = 0x1a;
const COMMAND_COMPLETED = 0x10;
/** Events that have an enable at the same place in Slot Control. */
const EVENTS = 0x1f;
const LINK_CHANGED = 0x100;

function* fire(device: Device, vector: number): Accesses<Refusal> {
  const [at = 0] = yield* device.capabilities(PCI_EXPRESS);
  const flags = at === 0 ? 0 : yield* device.config(at + FLAGS, 2);
  if ((flags & SLOT_IMPLEMENTED) === 0) return 'it has no slot';
  if (((flags >>> 9) & 0x1f) !== vector) return 'only the vector of its slot has an event that can be caused';
  if (((yield* device.config(at + SLOT_CAPABILITIES, 4)) & NO_COMMAND_COMPLETED) !== 0)
    return 'its slot does not tell when a command is completed';
  const control = yield* device.config(at + SLOT_CONTROL, 2);
  // An event is the change of the condition: whatever holds it already must go first.
  yield* device.setConfig(at + SLOT_STATUS, 2, COMMAND_COMPLETED);
  const status = yield* device.config(at + SLOT_STATUS, 2);
  const holds = status & (EVENTS & (control | COMMAND_COMPLETED_ENABLE));
  if (holds !== 0 || (status & LINK_CHANGED) !== 0) return 'another event of its slot is pending';
  const blink = (control & ATTENTION_INDICATOR) === INDICATOR_ON ? ATTENTION_INDICATOR : INDICATOR_ON;
  // Power is left as it is: QEMU takes a card out of a slot that is switched off.
  const kept = control & ~(ATTENTION_INDICATOR | INTERLOCK);
  yield* device.happens();
  yield* device.setConfig(at + SLOT_CONTROL, 2, kept | blink | COMMAND_COMPLETED_ENABLE | INTERRUPT_ENABLE);
  return undefined;
}

export const SLOT: InterruptDriver = {
  names: ['ioh3420', 'pcie-root-port', 'xio3130-downstream'],
  ids: [0x34208086, 0x000c1b36, 0x8233104c],
  byAddress: false,
  isPrompt: () => true,
  fire,
};
