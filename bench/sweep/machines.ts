/** Each device on each machine where it starts: at the root bus, and behind the bridges that QEMU has. */

import { DEVICES } from './devices.ts';
import type { Machine, SweptDevice } from './devices.ts';

export interface SweptMachine {
  device: string;
  /** Where it is: `q35`, `q35 pcie-root-port` … */
  place: string;
  machine: Machine;
  /** Arguments of qemu-system-x86_64. */
  words: string;
}

interface Place {
  name: string;
  machine: Machine;
  /** The bridge above it; none: the root bus. */
  bridge?: string;
  address: string;
}

/** Slot 0 below a bridge with a hot-plug controller is that controller's. */
const PLACES: readonly Place[] = [
  { name: 'pc', machine: 'pc', address: '10' },
  { name: 'q35', machine: 'q35', address: '10' },
  {
    name: 'q35 pcie-root-port',
    machine: 'q35',
    bridge: 'pcie-root-port,id=above,chassis=9,addr=8',
    address: '0',
  },
  { name: 'q35 pcie-pci-bridge', machine: 'q35', bridge: 'pcie-pci-bridge,id=above,addr=8', address: '1' },
  { name: 'pc pci-bridge', machine: 'pc', bridge: 'pci-bridge,id=above,chassis_nr=9,addr=8', address: '1' },
];

/** A list of key=value behind a comma, or nothing. */
const behind = (properties: string | undefined): string => (properties === undefined ? '' : `,${properties}`);

function at(device: SweptDevice, { name, machine, bridge, address }: Place): SweptMachine {
  const { objects = '', properties } = device;
  const above = bridge === undefined ? '' : `-device ${bridge}`;
  const bus = bridge === undefined ? '' : ',bus=above';
  // A bus that it names itself is another one, with numbers of its own.
  const place = /\bbus=/.test(properties ?? '') ? '' : `${bus},addr=${device.address ?? address}`;
  const words = [
    `-machine ${machine}${behind(device.machine)}`,
    objects,
    above,
    `-device ${device.name}${place}${behind(properties)}`,
  ];
  return { device: device.name, place: name, machine, words: words.filter((word) => word !== '').join(' ') };
}

export const MACHINES: readonly SweptMachine[] = PLACES.flatMap((place) =>
  DEVICES.filter(({ only }) => only === undefined || (place.bridge === undefined && only.includes(place.machine))).map(
    (device) => at(device, place),
  ),
);
