/** All interrupt drivers, and which of them serve a machine. */

import { E1000E } from './e1000e.ts';
import { EDU } from './edu.ts';
import type { InterruptDriver } from './device.ts';
import { NVME } from './nvme.ts';
import { ROCKER } from './rocker.ts';
import { SLOT } from './slot.ts';
import { VIRTIO_NET } from './virtio-net.ts';

export const DRIVERS: readonly InterruptDriver[] = [ROCKER, EDU, VIRTIO_NET, NVME, E1000E, SLOT];

/** The driver of a function; `id`: its Device ID << 16 | Vendor ID. */
export function driverOf(drivers: readonly InterruptDriver[], id: number): InterruptDriver | undefined {
  return drivers.find(({ ids }) => ids.includes(id));
}
