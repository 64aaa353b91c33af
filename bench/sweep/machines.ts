/** Each device on each machine where it starts: at the root bus, and behind the bridges that QEMU has. */

import { DEVICES } from './devices.ts';
import type { Machine, SweptDevice } from './devices.ts';

export interface SweptMachine {
  device: string;
  /** Where it is: `q35`, `q35 pcie-root-port` … */
  place: string;
  machine: Machine;
  /** Arguments of QEMU, behind the name of its binary if that is another one than qemu-system-x86_64. */
  words: string;
}

interface Place {
  name: string;
  machine: Machine;
  /** Binary, and processor; default: those of a PC. */
  binary?: string;
  processor?: string;
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

const AARCH64 = { machine: 'virt', binary: 'qemu-system-aarch64', processor: 'cortex-a57' } as const;
const RISCV64 = { machine: 'virt', binary: 'qemu-system-riscv64' } as const;
const ROOT_PORT = { bridge: 'pcie-root-port,id=above,chassis=9,addr=8', address: '0' };

const VIRT_PLACES: readonly Place[] = [
  { name: 'aarch64 virt', ...AARCH64, address: '10' },
  { name: 'aarch64 virt pcie-root-port', ...AARCH64, ...ROOT_PORT },
  { name: 'riscv64 virt', ...RISCV64, address: '10' },
  { name: 'riscv64 virt pcie-root-port', ...RISCV64, ...ROOT_PORT },
];

/** Devices of many kinds; the others are the same code as on a PC. */
const ON_VIRT: ReadonlySet<string> = new Set([
  'e1000e',
  'edu',
  'ich9-ahci',
  'nvme',
  'pcie-pci-bridge',
  'qemu-xhci',
  'rocker',
  'VGA',
  'virtio-blk-pci',
  'virtio-net-pci',
]);

/** A list of key=value behind a comma, or nothing. */
const behind = (properties: string | undefined): string => (properties === undefined ? '' : `,${properties}`);

function at(device: SweptDevice, { name, machine, binary = '', processor, bridge, address }: Place): SweptMachine {
  const { objects = '', properties } = device;
  const above = bridge === undefined ? '' : `-device ${bridge}`;
  const bus = bridge === undefined ? '' : ',bus=above';
  // A bus that it names itself is another one, with numbers of its own.
  const place = /\bbus=/.test(properties ?? '') ? '' : `${bus},addr=${device.address ?? address}`;
  const words = [
    binary,
    `-machine ${machine}${behind(device.machine)}`,
    processor === undefined ? '' : `-cpu ${processor}`,
    objects,
    above,
    `-device ${device.name}${place}${behind(properties)}`,
  ];
  return { device: device.name, place: name, machine, words: words.filter((word) => word !== '').join(' ') };
}

const fits = ({ only }: SweptDevice, { bridge, machine }: Place): boolean =>
  only === undefined || (bridge === undefined && only.includes(machine));

const on = (places: readonly Place[], devices: readonly SweptDevice[]): SweptMachine[] =>
  places.flatMap((place) => devices.filter((device) => fits(device, place)).map((device) => at(device, place)));

export const MACHINES: readonly SweptMachine[] = [
  ...on(PLACES, DEVICES),
  ...on(
    VIRT_PLACES,
    DEVICES.filter(({ name }) => ON_VIRT.has(name)),
  ),
];
