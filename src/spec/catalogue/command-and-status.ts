/** The Command and the Status register. */

import type { Area } from './area.ts';

export const command: Area = {
  name: 'Command register',
  rules: [
    {
      id: 'CMD-001',
      strength: 'MUST',
      title: 'Implemented and hardwired bits',
      citation: 'PCIe 7.5.1.1.3',
      statement:
        'Each bit is RW or constant, and stays what it is. PCI Express: 3,4,5,7,9 and 15:11 read 0. Conventional: 3,4,5,9 RW or 0, 7 RW, 0 or 1, 15:11 read 0. Bits 0,1,2,6,8,10 are RW; hardwired 0 is legal for 0/1 without such a space, 2 in a function that never requests, 10 without INTx (or before PCI 2.3), 6/8 without error reporting; 0..2 may be hardwired 1 in host and ISA bridges. VF: only 2 is RW, the rest 0.',
      appliesTo: 'type 0 & 1',
      check:
        'cw16(4,0xFFFF); cr16; cw16(4,0); cr16 -> PCIe: first & 0xFAB8 == 0; conventional: first & 0xF800 == 0; RW := first ^ second; second & RW == 0; (first & second) only in bits 2:0 of bridges to host/ISA, bit 7 conventional; RW never changes [0xFFFF]',
      preconditions: 'none (masks by kind of function)',
      variations:
        'cloud-hypervisor and crosvm accept all 16 bits; QEMU masks; Xen keeps reserved as RsvdP of the shadow; libvfio-user returns an error on unknown bits',
    },
    {
      id: 'CMD-002',
      strength: 'MUST',
      title: 'Reset value',
      citation: 'PCIe 7.5.1.1.3, 6.6.2',
      statement:
        'After any conventional reset or FLR all writable Command bits are 0; hardwired bits keep their constant.',
      appliesTo: 'type 0 & 1',
      check: 'reset; cr16(4) -> 0 [0x0547 & RW bits of CMD-001]',
      preconditions: 'before firmware touches it',
      variations:
        'crosvm enables I/O+memory before the guest starts (firmware role); Xen resets the command on assignment; history: Xen 9c831e429c (Command emulated for guests)',
    },
    {
      id: 'CMD-003',
      strength: 'MUST',
      title: 'Memory enable gates BARs',
      citation: 'PCIe 7.5.1.1.3',
      statement:
        'With bit 1 clear the function claims no memory access: reads of its BAR ranges give what a hole gives (MAP-002) or whatever else decodes there, writes are lost. A VF is gated by VF MSE of its PF instead (SRIOV area).',
      appliesTo: 'type 0 & 1',
      check:
        "cw16(4,cmd&~2); mr(bar+x); mw; set again; mr -> no marker, a hole's value (flag hole) while off; device value unchanged by the lost write [access width]",
      preconditions: 'no other claimant at the range',
      variations:
        'kvmtool/crosvm/QEMU/Xen implement; cloud-hypervisor has no unmap on MSE=0 (the bit only releases pending moves; by reading): profile mse_off=decodes; Linux vfio: mmap faults / -EIO (VFIO-011); history: Linux CVE-2020-12888; crosvm 479efab2f, e9020b1c8; kvmtool 46e0413 (emulation toggled with the enables)',
    },
    {
      id: 'CMD-004',
      strength: 'MUST',
      title: 'I/O enable gates I/O BARs',
      citation: 'PCIe 7.5.1.1.3',
      statement:
        'With bit 0 clear the function claims no I/O port access; reads give what a hole gives (MAP-002) or other claimants, writes are lost. Memory BARs are not affected.',
      appliesTo: 'functions with I/O BARs',
      check: "as CMD-003 with ports -> no marker; a hole's value (flag hole) [access width]",
      variations: 'kvmtool: independent toggles of I/O and memory; history: kvmtool 46e0413, e09b599',
    },
    {
      id: 'CMD-005',
      strength: 'MUST',
      title: 'I/O and memory enables are independent',
      citation: 'PCIe 7.5.1.1.3',
      statement:
        'Toggling bit 0 never changes memory decoding, and toggling bit 1 never changes I/O decoding, also when both change in one write.',
      appliesTo: 'type 0 & 1',
      check: 'walk all transitions of bits 1:0 and probe one BAR of each type -> decode == bit [access width]',
      preconditions: 'function with both BAR types',
      variations: 'history: kvmtool e09b599 (memory and I/O BARs made independent), 46e0413',
    },
    {
      id: 'CMD-006',
      strength: 'MUST',
      title: 'Enables do not touch BAR registers',
      citation: 'PCIe 7.5.1.1.3, 7.5.1.2.1; PCI 3.0 6.2.5.1',
      statement:
        'Clearing or setting enables leaves BAR contents as they are; setting the bit again decodes at the addresses now in the BARs.',
      appliesTo: 'type 0 & 1',
      check: 'clear; cr BARs; set; cr BARs; probe -> equal [all bits]',
      variations: 'history: cloud-hypervisor db93c6fdc, e38c5c434',
    },
    {
      id: 'CMD-007',
      strength: 'MUST',
      title: 'Redundant writes are idempotent',
      citation: 'PCIe 7.5.1.1.3',
      statement:
        'Writing Command with unchanged enable bits has no decode effect: no double map, no unmap, no transient hole.',
      appliesTo: 'type 0 & 1',
      check: 'cw16(4,cmd) repeatedly while another vCPU reads the BAR -> BAR reads always device data [access width]',
      variations: 'kvmtool compares old and new enables; history: kvmtool 46e0413; Xen 0290d553e0',
    },
    {
      id: 'CMD-008',
      strength: 'MUST',
      title: 'All bits of a decode-changing write take effect',
      citation: 'PCIe 7.5.1.1.3',
      statement:
        'A write that changes a decode enable and also other bits (bus master, INTx disable, SERR) applies all of them.',
      appliesTo: 'type 0 & 1',
      check: 'cw16(4,0x0506); cr16 -> 0x0506 & implemented [0x0547]',
      variations: 'history: Xen 0290d553e0: remaining bits discarded when the memory bit toggled',
    },
    {
      id: 'CMD-009',
      strength: 'MUST',
      title: 'Byte writes',
      citation: 'PCIe 7.4; PCI 3.0 6.1 (unverified)',
      statement:
        'A byte write at 0x04 leaves bits 15:8 as they are; a byte write at 0x05 leaves bits 7:0 as they are; both obey the same masks.',
      appliesTo: 'type 0 & 1',
      check: 'set 0x0400; cw8(4,6); cr16; cw8(5,0); cr16 -> 0x0406 & RW bits; 0x0006 & RW bits [0x0547]',
      variations:
        'kvmtool: byte write clears the upper byte; write at 0x05 not masked; history: kvmtool 78771e7 (status writes)',
    },
    {
      id: 'CMD-010',
      strength: 'MUST',
      title: 'Bus master gates requests',
      citation: 'PCIe 7.5.1.1.3; 6.1.4.3',
      statement:
        'With bit 2 clear the function issues no memory or I/O requests; this includes MSI and MSI-X messages. INTx is not gated. Completions still flow.',
      appliesTo: 'type 0',
      check: 'clear BME; stimulate DMA and interrupts; observe RAM and interrupt sink -> no DMA, no message [all bits]',
      variations:
        'QEMU disables the bus-master address space; KVM VMMs (kvmtool, cloud-hypervisor, crosvm) mostly ignore BME (profile flag bme=ignored); vfio passes to hardware; no reference to the bus-master bit in their PCI code beyond the write mask (by reading)',
    },
    {
      id: 'CMD-011',
      strength: 'MUST',
      title: 'Interrupt Disable',
      citation: 'PCIe 7.5.1.1.3',
      statement:
        'Bit 10 set: the function does not assert INTx, and a currently asserted line drops at once. Clearing it with a still pending source asserts again. MSI/MSI-X are not affected. Reset value 0.',
      appliesTo: 'type 0 (own interrupts of type 1)',
      check: 'raise INTx; set bit 10; observe line; clear; observe line -> low; high again [all bits]',
      preconditions: 'Interrupt Pin != 0; bit 10 is RW',
      variations:
        'QEMU toggles the irq; Linux vfio virtualises (masks the host INTx); Xen forces it on while MSI/MSI-X enabled; history: kvmtool 353fa0d, fe21827, 2108c86',
    },
    {
      id: 'CMD-012',
      strength: 'MUST',
      title: 'Command on bridges governs the primary side',
      citation: 'PCIe 7.5.1.1.3',
      statement:
        'On type 1, bits 0 and 1 decide whether the bridge accepts I/O or memory requests from the primary side, both for its windows and its own BARs. Requests from the secondary side are not gated by them.',
      appliesTo: 'type 1',
      check:
        "clear bit 1; access device below; set; access -> not the device: a hole's value (MAP-002, flag hole); works [access width]",
      variations: 'QEMU: windows get size 0 when the bit is off; crosvm bridge: advisory (profile windows=advisory)',
    },
  ],
};

export const status: Area = {
  name: 'Status register',
  rules: [
    {
      id: 'STS-001',
      strength: 'MUST',
      title: 'Capabilities List bit',
      citation: 'PCIe 7.5.1.1.4; PCI 3.0 6.7',
      statement:
        'Bit 4 is read-only; it is 1 if there is a capability list at 0x34 (always on PCI Express); with 0 the byte 0x34 says nothing (HDR-009).',
      appliesTo: 'type 0 & 1',
      check: 'cr16(6) -> bit 4 == 1 (PCIe) [0x0010]',
    },
    {
      id: 'STS-002',
      strength: 'MUST',
      title: 'Interrupt Status',
      citation: 'PCIe 7.5.1.1.4',
      statement:
        "Bit 3 is read-only and mirrors the function's internal INTx pending state whatever Interrupt Disable says. While MSI or MSI-X is enabled its value is open; it is 0 for functions without a pin, and may be 0 in conventional functions before PCI 2.3 (Command bit 10 not RW).",
      appliesTo: 'functions with a pin',
      check: 'raise source; cr16(6); with and without Command bit 10 -> 1 while pending [0x0008]',
      preconditions: 'INTx in use; quiesce races',
      variations:
        'virtio in VMMs: kvmtool/crosvm/cloud-hypervisor often leave bit 3 zero (profile flag intx_status=absent)',
    },
    {
      id: 'STS-003',
      strength: 'MUST',
      title: 'RW1C error bits',
      citation: 'PCIe 7.5.1.1.4',
      statement:
        'Bits 15:11 and 8 are RW1C, reset 0. In an emulation that never sets them they always read 0 and writing 1 is harmless. They must never be settable by a guest write.',
      appliesTo: 'type 0 & 1',
      check: 'cw16(6,0xFFFF); cr16; cw16(6,0); cr16 -> & 0xF900 == 0 (unless an error was injected) [0xF900]',
      preconditions: 'no errors; no access to an absent function went through this function or bridge',
      variations:
        'crosvm: Status RO; QEMU: w1cmask; kvmtool once RW; history: kvmtool 78771e7; Xen a3c8fb450a (status handler)',
    },
    {
      id: 'STS-004',
      strength: 'MUST',
      title: 'Hardwired zeros and reserved',
      citation: 'PCIe 7.5.1.1.4',
      statement:
        'Bits 5, 7 and 10:9 read 0 on PCI Express (conventional: RO with DEVSEL code 00..10). Bits 1, 2, 6 read 0 (6, UDF, may be 1 in conventional functions of PCI 2.1); bit 0 is RO (Immediate Readiness, older: 0). All ignore writes.',
      appliesTo: 'type 0 & 1',
      check:
        'cr16(6); cw16(6,0xFFFF); cr16(6) -> both & 0x06E6 == 0 on PCIe (conventional: constant); bit 0 constant [0x06E7]',
      variations: 'QEMU pcie-pci-bridge shows 0x00B0 (bits 7 and 5) as PCI Express function (seen; harmless deviation)',
    },
  ],
};
