/** Stock QEMU machines with one device each that the shipped profiles must hold, by name. */

export interface HeldMachine {
  name: string;
  profile: 'qemu-q35' | 'qemu-pc' | 'qemu-virt';
  /** Arguments of QEMU, behind the name of its binary if that is another one than qemu-system-x86_64. */
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
  'virtio-blk-pci': '-blockdev null-co,node-name=n0,size=67108864 -device virtio-blk-pci,drive=n0',
  vmxnet3: '-device vmxnet3',
  i82550: '-device i82550',
  AC97: '-device AC97',
  VGA: '-device VGA',
};

/** What needs PCI Express above it. */
const Q35_ONLY: Readonly<Record<string, string>> = {
  'pcie-root-port': '-device pcie-root-port,id=rp0,chassis=1 -device virtio-net-pci,bus=rp0',
  'pcie-pci-bridge': '-device pcie-pci-bridge,id=b0 -device e1000,bus=b0,addr=1',
  xio3130:
    '-device pcie-root-port,id=rp0,chassis=1 -device x3130-upstream,id=up,bus=rp0 -device xio3130-downstream,id=d0,bus=up,chassis=2 -device edu,bus=d0',
  pvscsi: '-device pcie-root-port,id=rp0,chassis=1 -device pvscsi,bus=rp0',
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

const ON_VIRT = '-device pcie-root-port,id=rp0,chassis=1 -device virtio-net-pci,bus=rp0 -device edu';
const virt = (architecture: string, options: string): HeldMachine => ({
  name: `virtio-net-pci on ${architecture} virt`,
  profile: 'qemu-virt',
  words: `qemu-system-${architecture} -machine virt ${options}${ON_VIRT}`,
});

export const MACHINES: readonly HeldMachine[] = [
  ...on('q35', { ...DEVICES, ...Q35_ONLY }),
  ...on('pc', { ...DEVICES, ...PC_ONLY }),
  virt('aarch64', '-cpu cortex-a57 '),
  virt('riscv64', ''),
];
