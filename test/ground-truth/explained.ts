/**
 * Differences between the model and what VMM and guest said that the recording explains. Each stands for itself: what
 * is not here is an error of the model, and an entry that no longer occurs is one of this list.
 */

export interface Explained {
  /** Scenarios by name. */
  scenarios: RegExp;
  subject: string;
  /** The differences, as a comparison words them. */
  difference: RegExp;
  reason: string;
}

const ALL = /^/;

export const EXPLAINED: readonly Explained[] = [
  // The guest's own view: values of the operating system where lspci does not show the register.
  {
    scenarios: ALL,
    subject: 'lspci -vvv',
    difference: /\/Interrupt: state says pin . routed to IRQ \d+; lspci says pin . routed to IRQ \d+$/,
    reason: 'lspci shows the IRQ number of the kernel, state the register Interrupt Line.',
  },
  {
    scenarios: /^(big-topology|ovmf-linux)$/,
    subject: 'lspci -vvv',
    difference: /\/Interrupt: only in (lspci|state): pin \? routed to IRQ \d+$/,
    reason:
      'A function without a pin: the kernel gave it an IRQ for its MSI, or firmware left ffh in the register which the kernel takes for none.',
  },
  {
    scenarios: ALL,
    subject: 'lspci -vvv',
    difference: /\/Prefetchable memory behind bridge: state says (.*) \[64-bit\]; lspci says \1 \[32-bit\]$/,
    reason: 'pciutils 3.9 takes the range from the kernel and then says 32-bit whatever the register is.',
  },
  {
    scenarios: ALL,
    subject: 'lspci -vvv',
    difference:
      /\/Expansion ROM: state says <unassigned> \[disabled\] (.*); lspci says [0-9a-f]+ \[virtual\] \[disabled\] \1$/,
    reason: 'The kernel has set an address aside for the ROM but not written it: the register holds 0.',
  },
  {
    scenarios: /^(linux-bar-move|ovmf-linux)$/,
    subject: 'lspci -vvv',
    difference: /\/Expansion ROM: state says [0-9a-f]+ \[disabled\] (.*); lspci says [0-9a-f]+ \[disabled\] \1$/,
    reason:
      'The ROM is disabled and its register holds what firmware or the test script left there; lspci shows the address that the kernel set aside.',
  },
  {
    scenarios: /^(linux-arm64-.*|linux-microvm|linux-hotplug.*|linux-bar-move|ovmf-linux)$/,
    subject: 'iomem and ioports',
    difference: /^iomem\.txt 0000:(?!00:05\.0 0x100200000).*: no region of the model$/,
    reason: 'A ROM: the kernel has set the range aside but not written its address, as lspci says with [virtual].',
  },
  {
    scenarios: /^linux-bar-move$/,
    subject: 'lspci -vvv',
    difference: /^00:05\.0 \/Region 0: .*\[size=16K\]; .*\[size=1M\]$/,
    reason: "The kernel's option resource_alignment=20@00:05.0 makes it treat the BAR of 16 KiB as one of 1 MiB.",
  },
  {
    scenarios: /^linux-bar-move$/,
    subject: 'iomem and ioports',
    difference: /^iomem\.txt 0000:00:05\.0 0x100200000-0x1002fffff: no region of the model$/,
    reason: "The kernel's option resource_alignment=20@00:05.0 makes it treat the BAR of 16 KiB as one of 1 MiB.",
  },
  {
    scenarios: /^(linux-hotplug-shpc|linux-microvm)$/,
    subject: 'lspci -vvv',
    difference: /\/Region \d: only in state: I\/O ports at <unassigned> \[disabled\] \[size=\d+\]$/,
    reason: 'The kernel found no room for the BAR and dropped it from its resources; the register is there.',
  },
  {
    scenarios: /^linux-hotplug-shpc$/,
    subject: 'lspci -vvv',
    difference: /^03:03\.0 \/Region 1: state says I\/O ports at c000 .*; lspci says I\/O ports at 0000 /,
    reason: 'The kernel found no room in the window and keeps an empty resource; the register holds c000h.',
  },
  {
    scenarios: /^linux-hotplug-shpc$/,
    subject: 'lspci -vvv',
    difference: /^02:00\.0 \/I\/O behind bridge: state says f000-0fff \[disabled\] .*; lspci says 0000-0fff /,
    reason: "The window is closed by base above limit; lspci shows the kernel's empty resource.",
  },
  {
    scenarios: /^linux-pc$/,
    subject: 'lspci -vvv',
    difference: /^00:01\.1 \/Region [0-3]: only in lspci: I\/O ports at /,
    reason: 'IDE in compatibility mode: the kernel invents BARs for the fixed legacy ports.',
  },
  {
    scenarios: /^linux-pc$/,
    subject: 'iomem and ioports',
    difference: /^ioports\.txt 0000:00:01\.1 0x(170-0x177|1f0-0x1f7|376-0x376|3f6-0x3f6): no region of the model$/,
    reason: 'IDE in compatibility mode: the kernel invents BARs for the fixed legacy ports.',
  },
  {
    scenarios: ALL,
    subject: 'iomem and ioports',
    difference:
      /^ioports\.txt 0000:00:(1f\.0 0x600-0x67f|01\.3 0x600-0x63f|01\.3 0x700-0x70f): no region of the model$/,
    reason: 'Power management and SMBus ports of the chipset, by registers of its own that are no BARs.',
  },

  // QEMU's map of memory.
  {
    scenarios: ALL,
    subject: 'mtree',
    difference: /^0[0-3]:0\d\.0 BAR 1 at 0x[0-9a-f]+: on, but truth maps nothing there$/,
    reason:
      'The flash of e1000e (BAR 1) is an empty container in QEMU: it decodes, but nothing of it is in the flat view.',
  },
  {
    scenarios: /^linux-bar-move$/,
    subject: 'mtree',
    difference: /^00:06\.0 BAR 2 at 0xfe600000: on, but truth maps nothing there$/,
    reason: 'The large BAR of pci-testdev is an empty container in QEMU: nothing of it is in the flat view.',
  },
  {
    scenarios: /^(ipxe-pxe|linux-pc|seabios-pc|uboot-x86)$/,
    subject: 'mtree',
    difference: /^pm-smbus at 0x(700|b100): mapped, but no region/,
    reason: 'On this machine the SMBus ports come from a register of the chipset that is no BAR.',
  },
  {
    scenarios: /^uboot-x86$/,
    subject: 'mtree',
    difference: /^vga\.vram at 0xa0000: mapped, but no region/,
    reason: 'The legacy window of VGA, which is no BAR.',
  },
  {
    scenarios: /^uboot-x86$/,
    subject: 'mtree',
    difference: /^(rtl8139 at 0x(c0100000|3000)|edu-mmio at 0xc0200000): mapped, but no region/,
    reason:
      'U-Boot sized and wrote these BARs before it read the header type, so the model does not know what was written.',
  },
  {
    scenarios: /^uboot-riscv64$/,
    subject: 'mtree',
    difference:
      /^(ahci-idp at 0x3002000|(capabilities|operational|usb[23] port #\d|runtime|doorbell|msix-(table|pba)) at 0x4020[4-7][0-9a-f]{3}): mapped, but no region/,
    reason:
      'U-Boot sized and wrote these BARs before it read the header type, so the model does not know what was written.',
  },
  {
    scenarios: /^(openbios-mac99|uboot-arm64)$/,
    subject: 'mtree',
    difference: /^shpc-mmio at 0x(82080000|10300000): mapped, but no region/,
    reason: 'The BAR of the bridge was written before its header type was read and never read back.',
  },

  {
    scenarios: /^slof-pseries$/,
    subject: 'mtree',
    difference:
      /^((capabilities|operational|usb[23] port #\d|runtime|doorbell|msix-(table|pba)) at 0x20008008[0-3][0-9a-f]{3}|shpc-mmio at 0x200080400000): mapped, but no region/,
    reason:
      'The recording has no widths: the upper bytes of the zero that was written to the upper half of the BAR are not known.',
  },

  // QEMU's query-pci.
  {
    scenarios: /^openbios-mac99$/,
    subject: 'query-pci',
    difference: /^(00:0e\.0: not in the model|00:0b\.0 identity: model 0x106b:0x1f, truth 0x106b:0x20)$/,
    reason:
      'The machine has three host bridges, each with a bus 0 and a device 0bh; the guest looks at one of them only.',
  },
];
