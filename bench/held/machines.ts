/** Stock QEMU machines with one device each that the shipped profiles must hold, by name. */

export interface HeldMachine {
  name: string;
  profile: 'qemu-q35' | 'qemu-pc';
  /** Arguments of qemu-system-x86_64. */
  words: string;
}

/** Devices that fit on both machines. */
const DEVICES: Readonly<Record<string, string>> = {
  e1000e: '-device e1000e',
  'virtio-net-pci': '-device virtio-net-pci',
  nvme: '-drive if=none,id=n0,driver=null-co -device nvme,serial=s,drive=n0',
  edu: '-device edu',
  rocker: '-device rocker',
  'qemu-xhci': '-device qemu-xhci',
};

/** What needs PCI Express above it. */
const Q35_ONLY: Readonly<Record<string, string>> = {
  'pcie-root-port': '-device pcie-root-port,id=rp0,chassis=1 -device virtio-net-pci,bus=rp0',
  'pcie-pci-bridge': '-device pcie-pci-bridge,id=b0 -device e1000,bus=b0,addr=1',
};

const PC_ONLY: Readonly<Record<string, string>> = {
  'pci-bridge': '-device pci-bridge,id=b0,chassis_nr=1 -device e1000,bus=b0,addr=1',
};

function on(machine: 'q35' | 'pc', devices: Readonly<Record<string, string>>): HeldMachine[] {
  return Object.entries(devices).map(([name, words]) => ({
    name: `${name} on ${machine}`,
    profile: `qemu-${machine}`,
    words: `-machine ${machine} ${words}`,
  }));
}

export const MACHINES: readonly HeldMachine[] = [
  ...on('q35', { ...DEVICES, ...Q35_ONLY }),
  ...on('pc', { ...DEVICES, ...PC_ONLY }),
];
