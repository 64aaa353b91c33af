/** Deliberate bugs of resets, power, slots, virtio devices and snapshots, and the real ones that cannot be shown here. */

import type { Fault, Waiting } from './fault.ts';
import { HOTPLUG_FAULTS } from './hotplug.ts';
import { RESET_FAULTS } from './resets.ts';
import { SNAPSHOT_FAULTS } from './snapshots.ts';
import { VIRTIO_FAULTS } from './virtio.ts';

export const MACHINE_FAULTS: readonly Fault[] = [
  ...RESET_FAULTS,
  ...HOTPLUG_FAULTS,
  ...VIRTIO_FAULTS,
  ...SNAPSHOT_FAULTS,
];

export const MACHINE_WAITING: readonly Waiting[] = [
  {
    id: 'removal-shifts-slots',
    why: 'It needs several hot-plug slots on one bus; each slot here is behind a port of its own.',
  },
  {
    id: 'pm-pme-spurious',
    why: 'PME_Status tells of a wake event inside the device, which a guest can neither cause nor rule out, and no PME message exists here.',
  },
  { id: 'presence-change-bit-on-pme', why: 'No wake event and no PME message exist here.' },
  {
    id: 'unplug-multifunction-multiple-notify',
    why: 'All functions of a device come and go in one command, and no access of the guest falls between them.',
  },
  {
    id: 'unplug-while-blinking',
    why: 'Slots here have no attention button, and nothing asks the guest for a removal.',
  },
  {
    id: 'surprise-removal',
    why: 'Unplugging is always a surprise here; there is no request that the guest could be asked to grant.',
  },
  {
    id: 'double-removal',
    why: 'The second removal crashes the monitor; this machine has no removal that is under way.',
  },
  { id: 'reset-io-cf9', why: 'The reset port belongs to the chipset, which this machine does not have.' },
  {
    id: 'snapshot-slot-bitmap',
    why: 'The place of a device that is added is chosen by the layout, not by an allocator of the machine.',
  },
  { id: 'removal-during-deferred-map', why: 'It needs an access of a CPU during the removal of a device.' },
  { id: 'removal-without-lock', why: 'It needs an access of a CPU during the removal of a device.' },
  { id: 'nested-lock-bar-alloc', why: 'It needs two threads that take their locks in opposite orders.' },
];
