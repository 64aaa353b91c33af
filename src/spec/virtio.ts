/** The capabilities that name the structures of a virtio device (virtio 1.2, 4.1.4). */

import { field, register, whole } from './build.ts';
import type { LayoutContext, Register, Structure } from './register.ts';
import { capabilityHeader } from './small-capabilities.ts';

export const VIRTIO_VENDOR = 0x1af4;

const RULE = 'VIO-001';
const LENGTH = 0x10;
const TYPE_NOTIFY = 2;
const TYPE_PCI_CONFIGURATION = 5;

const NAMES = [
  'Virtio Common Configuration',
  'Virtio Notifications',
  'Virtio ISR Status',
  'Virtio Device-Specific Configuration',
  'Virtio PCI Configuration Access',
] as const;

/** Where the structure lies, constant. */
function location(): Register[] {
  return [
    whole('bar', 0x04, 1, 'RO', RULE),
    whole('id', 0x05, 1, 'RO', RULE),
    whole('offset', 0x08, 4, 'RO', RULE),
    whole('length', 0x0c, 4, 'RO', RULE),
  ];
}

/** The same fields as the driver's own choice: they aim the window at a place in a BAR. */
function windowLocation(): Register[] {
  const rule = 'VIO-005';
  const open = { reset: 'open', flr: 'open' } as const;
  return [
    register('bar', 0x04, 1, [
      field('bar', [2, 0], 'RW', rule, open),
      // BAR numbers above 7 mean nothing. A device may keep the bits or not.
      field('bar', [7, 3], 'choice0', rule, open),
    ]),
    whole('offset', 0x08, 4, 'RW', rule, open),
    whole('length', 0x0c, 4, 'RW', rule, open),
  ];
}

/** What follows where the length has room for it, by the name of the structure. */
export const VIRTIO_TAILS: ReadonlyMap<string, Register> = new Map([
  [NAMES[TYPE_NOTIFY - 1] as string, whole('notify_off_multiplier', LENGTH, 4, 'RO', RULE)],
  [NAMES[TYPE_PCI_CONFIGURATION - 1] as string, whole('pci_cfg_data', LENGTH, 4, 'volatile', 'VIO-005')],
]);

/** Undefined if the capability is not one of the five, or is not known well enough to tell. */
export function virtio(context: LayoutContext): Structure | undefined {
  const length = context.peek(0x02, 1);
  const type = context.peek(0x03, 1);
  const name = type === undefined ? undefined : NAMES[type - 1];
  // Software that knows virtio reads the type and not the length; every one of the five has these 16 bytes.
  if ((length !== undefined && length < LENGTH) || name === undefined) return undefined;
  const registers = [
    ...capabilityHeader(),
    whole('cap_len', 0x02, 1, 'RO', RULE),
    whole('cfg_type', 0x03, 1, 'RO', RULE),
    ...(type === TYPE_PCI_CONFIGURATION ? windowLocation() : location()),
  ];
  const tail = VIRTIO_TAILS.get(name);
  if (tail !== undefined && length !== undefined && length >= LENGTH + 4) registers.push(tail);
  return { name, length: length ?? LENGTH, registers };
}
