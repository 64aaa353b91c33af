/** PCI devices that Debian's QEMU 7.2 can start, and what each needs on the command line. */

export type Machine = 'pc' | 'q35' | 'virt';

export interface SweptDevice {
  name: string;
  /** Behind the name, as `key=value,…`. */
  properties?: string;
  /** Options in front of it: what it refers to. */
  objects?: string;
  /** Of the machine. */
  machine?: string;
  /** Slot and function, where it insists on one. */
  address?: string;
  /** Machines on which it starts, at the root bus only; default: both, and behind bridges. */
  only?: readonly Machine[];
}

const PLAIN = `
cxl-downstream cxl-rp cxl-upstream i82801b11-bridge ioh3420 pcie-pci-bridge pcie-root-port x3130-upstream
xio3130-downstream ich9-usb-ehci1 ich9-usb-ehci2 ich9-usb-uhci1 ich9-usb-uhci2 ich9-usb-uhci3 ich9-usb-uhci4
ich9-usb-uhci5 ich9-usb-uhci6 nec-usb-xhci pci-ohci piix3-usb-uhci piix4-usb-uhci qemu-xhci usb-ehci am53c974 dc390
ich9-ahci lsi53c810 lsi53c895a megasas megasas-gen2 mptsas1068 piix3-ide piix4-ide pvscsi sdhci-pci virtio-scsi-pci
virtio-scsi-pci-non-transitional virtio-scsi-pci-transitional e1000 e1000-82544gc e1000-82545em e1000e i82550 i82551
i82557a i82557b i82557c i82558a i82558b i82559a i82559b i82559c i82559er i82562 i82801 ne2k_pci pcnet rocker rtl8139
tulip virtio-net-pci virtio-net-pci-non-transitional virtio-net-pci-transitional vmxnet3 pci-serial pci-serial-2x
pci-serial-4x tpci200 virtio-keyboard-pci virtio-mouse-pci virtio-serial-pci virtio-serial-pci-non-transitional
virtio-serial-pci-transitional virtio-tablet-pci ati-vga bochs-display cirrus-vga qxl qxl-vga secondary-vga VGA
virtio-gpu-pci virtio-vga vmware-svga AC97 ES1370 ich9-intel-hda intel-hda AMDVI-PCI edu pci-testdev pvpanic-pci
virtio-balloon-pci virtio-balloon-pci-non-transitional virtio-balloon-pci-transitional virtio-rng-pci
virtio-rng-pci-non-transitional virtio-rng-pci-transitional i6300esb
`;

export const DEVICES: readonly SweptDevice[] = [
  ...PLAIN.trim()
    .split(/\s+/)
    .map((name) => ({ name })),
  { name: 'pci-bridge', properties: 'chassis_nr=1' },
  { name: 'pci-bridge-seat', properties: 'chassis_nr=1' },
  { name: 'pxb', properties: 'bus_nr=3', only: ['pc'] },
  { name: 'pxb-cxl', properties: 'bus_nr=12', machine: 'cxl=on', only: ['q35'] },
  { name: 'pxb-pcie', only: ['q35'] },
  { name: 'vfio-pci-igd-lpc-bridge', address: '1f.0', only: ['pc'] },
  {
    name: 'cxl-type3',
    properties: 'bus=crp,memdev=m0,lsa=l0,sn=0x1',
    objects:
      '-object memory-backend-ram,id=m0,size=256M -object memory-backend-ram,id=l0,size=256M -device pxb-cxl,bus_nr=12,bus=pcie.0,id=cxl.1 -device cxl-rp,id=crp,bus=cxl.1,port=0,chassis=0,slot=2',
    machine: 'cxl=on',
    only: ['q35'],
  },
  { name: 'nvme', properties: 'serial=s' },
  {
    name: 'virtio-9p-pci',
    properties: 'fsdev=f0,mount_tag=t',
    objects: '-fsdev local,id=f0,path=.,security_model=none,readonly=on',
  },
  {
    name: 'virtio-9p-pci-non-transitional',
    properties: 'fsdev=f0,mount_tag=t',
    objects: '-fsdev local,id=f0,path=.,security_model=none,readonly=on',
  },
  {
    name: 'virtio-9p-pci-transitional',
    properties: 'fsdev=f0,mount_tag=t',
    objects: '-fsdev local,id=f0,path=.,security_model=none,readonly=on',
  },
  {
    name: 'virtio-blk-pci',
    properties: 'drive=n0',
    objects: '-blockdev null-co,node-name=n0,size=67108864,read-zeroes=on',
  },
  {
    name: 'virtio-blk-pci-non-transitional',
    properties: 'drive=n0',
    objects: '-blockdev null-co,node-name=n0,size=67108864,read-zeroes=on',
  },
  {
    name: 'virtio-blk-pci-transitional',
    properties: 'drive=n0',
    objects: '-blockdev null-co,node-name=n0,size=67108864,read-zeroes=on',
  },
  { name: 'acpi-erst', properties: 'memdev=m0', objects: '-object memory-backend-ram,id=m0,size=1M' },
  { name: 'ctucan_pci', properties: 'canbus0=can0,canbus1=can0', objects: '-object can-bus,id=can0' },
  { name: 'ivshmem-plain', properties: 'memdev=m0', objects: '-object memory-backend-ram,id=m0,size=1M' },
  { name: 'kvaser_pci', properties: 'canbus=can0', objects: '-object can-bus,id=can0' },
  { name: 'mioe3680_pci', properties: 'canbus0=can0,canbus1=can0', objects: '-object can-bus,id=can0' },
  { name: 'pcm3680_pci', properties: 'canbus0=can0,canbus1=can0', objects: '-object can-bus,id=can0' },
  { name: 'virtio-crypto-pci', properties: 'cryptodev=c0', objects: '-object cryptodev-backend-builtin,id=c0' },
  { name: 'virtio-iommu-pci', only: ['pc', 'q35'] },
  {
    name: 'virtio-mem-pci',
    properties: 'memdev=m0',
    objects: '-m 64M,maxmem=1G -object memory-backend-ram,id=m0,size=128M',
  },
  {
    name: 'virtio-pmem-pci',
    properties: 'memdev=m0',
    objects: '-m 64M,maxmem=1G -object memory-backend-ram,id=m0,size=128M',
  },
  { name: 'pci-ipmi-bt', properties: 'bmc=b0', objects: '-device ipmi-bmc-sim,id=b0' },
  { name: 'pci-ipmi-kcs', properties: 'bmc=b0', objects: '-device ipmi-bmc-sim,id=b0' },
];
