/** Who answers at an address; the expansion ROM. */

import type { Area } from './area.ts';

export const addressMap: Area = {
  name: 'Address map: overlap, alias, claim',
  rules: [
    {
      id: 'MAP-001',
      strength: 'MUST',
      title: 'Old address is released',
      citation: 'PCIe 7.5.1.2.1, 2.3.1',
      statement:
        "After a move or a disable, accesses to the old range no longer reach the function: reads give a hole's value (MAP-002) or whatever else decodes there.",
      appliesTo: 'type 0 & 1',
      check: 'move A->B; mr(A) -> not device data (marker test) [access width]',
      preconditions: 'write ordered',
      variations: 'history: kvmtool 8d98772 (memslot destroyed on unmap); cloud-hypervisor c7cabc88b4',
    },
    {
      id: 'MAP-002',
      strength: 'MUST',
      title: 'Unclaimed space',
      citation: 'PCIe 2.3.1 (unsupported request, host returns ones)',
      statement:
        'A read of an address nobody claims gives all ones at every width; a write is discarded; neither stops the guest.',
      appliesTo: 'system',
      check: 'mr/mw to holes -> all ones [access width]',
      preconditions: 'address in MMIO hole, no RAM; not a range that a class code implies (MAP-013)',
      variations:
        'kvmtool leaves the exit buffer untouched, so a hole reads stale bytes (by reading): profile hole=any; ARM platforms may abort: hole=abort; QEMU 7.2 answers all ones for ports and in the MMIO windows of generic hosts, but 0 for memory on pc and q35 (seen): hole=zero; crosvm, cloud-hypervisor all ones',
    },
    {
      id: 'MAP-003',
      strength: 'UNDEFINED',
      title: 'BAR over RAM',
      citation: 'PCI FW / platform (unverified); PCIe leaves the routing to the root complex',
      statement: 'A BAR programmed onto RAM is a guest error.',
      allowed:
        'RAM wins entirely, or device wins entirely for the overlap, per page, until the BAR moves away; or the region is undecoded. RAM content is preserved and visible again after the BAR leaves. No corruption elsewhere',
      appliesTo: 'type 0 & 1',
      check: 'program BAR to RAM; access -> see allowed [all bits]',
      variations:
        'QEMU: PCI hole only inside the machine aperture, RAM wins elsewhere or overlap priority; KVM memslot overlap refused; Xen map fails',
    },
    {
      id: 'MAP-004',
      strength: 'MUST',
      title: 'Two functions temporarily overlap',
      citation: 'PCIe 7.5.1.2.1 (BAR accepts any aligned value); PCI 3.0 6.2.5.1',
      statement:
        'Overlapping BARs of different functions are legal as register state, as long as software does not access the overlap; neither write may fail, be altered, or stop the VMM.',
      appliesTo: 'all functions',
      check:
        'program A and B to the same address; read both BARs; move B away; access A and B -> both read back; after separation both decode correctly [all bits]',
      preconditions: 'no access inside the overlap',
      variations:
        "kvmtool: temporary overlap allowed while not accessed; Xen removes the overlap from the second map; cloud-hypervisor's allocator may refuse (flag move_rollback); history: kvmtool 465edc9; Xen 4acab25a93 (overlap handling)",
    },
    {
      id: 'MAP-005',
      strength: 'UNDEFINED',
      title: 'Access inside an overlap',
      citation: 'PCIe 2.3.1 (routing with multiple claimants undefined) (unverified)',
      statement:
        'When two enabled decoders cover an address (two functions, or two BARs of one function), the result of an access is open.',
      allowed:
        "read: the value any one claimant would return, or a hole's value (MAP-002); write: applied to a non-empty subset of claimants or dropped; side effects of a read in any claimants. No other state may change",
      appliesTo: 'all functions',
      check: 'access inside the overlap -> see allowed [all bits]',
      variations:
        'QEMU: stable winner by region priority/order; kvmtool: the last moved BAR wins, the others are deactivated; enabling a BAR over an active one fails silently; Xen: the part is cut from the later map',
    },
    {
      id: 'MAP-006',
      strength: 'MUST',
      title: 'Resolution after overlap',
      citation: 'PCIe 7.5.1.2.1',
      statement:
        'When one of the overlapping decoders moves away or is disabled, the remaining one decodes its whole range, including the part that was covered, without further writes to its registers.',
      appliesTo: 'all functions',
      check: 'overlap A,B; move A; mr(B range) -> B data everywhere [access width]',
      variations:
        'Needs a central view of all devices. kvmtool re-activates on BAR moves but not when the winner is disabled through Command, and it re-activates BARs overlapping the old address without looking at their own enable bit (by reading); Xen does not re-add the removed part until the next toggle (flag overlap_sticky); history: kvmtool; Xen limitation',
    },
    {
      id: 'MAP-007',
      strength: 'UNDEFINED',
      title: "Overlap with another device's fixed range",
      citation: 'platform specific; PCIe 2.3.1',
      statement:
        'A BAR over a platform device (IO-APIC, LAPIC, HPET, flash, serial ports, ECAM, the CAM ports) is a guest error.',
      allowed:
        'platform device wins, or PCI wins, or not decoded; platform device works again after the BAR leaves; config access must keep working so that the guest can recover (PCI must not steal ECAM/CAM, except with flag cam_shadow: an I/O BAR hides the CAM ports while it decodes there)',
      appliesTo: 'type 0 & 1',
      check: 'program BAR onto it; access; move away -> see allowed [all bits]',
      variations:
        'kvmtool: overlapping ioport registration must fail instead of replacing; history: kvmtool bea6c33 (overlapping ports must fail); Xen 4acab25a93',
    },
    {
      id: 'MAP-008',
      strength: 'MUST',
      title: 'Byte-exact boundaries',
      citation: 'PCIe 7.5.1.2.1',
      statement: 'The first and last byte of a BAR belong to the device; the bytes just before and after do not.',
      appliesTo: 'type 0 & 1',
      check: 'mr8(base), mr8(base+S-1), mr8(base-1), mr8(base+S) -> device, device, not, not [8 bits]',
      preconditions: 'neighbours free; the device serves bytes at both ends (else use its access width)',
      variations: 'history: cloud-hypervisor 927861ced2; crosvm find_bar demands full containment',
    },
    {
      id: 'MAP-009',
      strength: 'UNDEFINED',
      title: 'Access straddling the end of a BAR',
      citation: 'PCIe 2.3.1 (requests that cross decoded range)',
      statement: 'An access partly inside and partly outside a decoded range.',
      allowed:
        "inside part exact and outside part as if accessed alone or any value, or the device's own answer to an access of that width at that offset, or all ones/dropped as a whole; no out-of-bounds effect",
      appliesTo: 'type 0 & 1',
      check: 'mr32(base+S-2) -> see allowed [all bits]',
      variations: 'QEMU splits; crosvm treats as unclaimed; cloud-hypervisor range check',
    },
    {
      id: 'MAP-010',
      strength: 'MUST',
      title: 'Swap of two BARs',
      citation: 'PCIe 7.5.1.2.1',
      statement:
        'Exchanging addresses of two functions (both off, program, both on; or through a temporary overlap) ends with each at its new place.',
      appliesTo: 'all functions',
      check: 'swap A,B with and without disabling -> device identity by marker [access width]',
      variations: 'Linux reassigns whole buses like this with resource_alignment; history: kvmtool 465edc9',
    },
    {
      id: 'MAP-011',
      strength: 'MUST',
      title: 'Decode is a pure function of registers',
      citation: 'PCIe 7.5.1.1.3, 7.5.1.2.1, 7.5.1.3',
      statement:
        'The claim set of an address at any time depends only on present register values (Commands, BARs, ROM, windows, bus topology, PM states), not on the path that led there.',
      appliesTo: 'all functions & bridges',
      check: 'reach the same register state by two histories; compare probe results -> equal [access width]',
      preconditions: 'unresolved overlaps excluded',
      variations:
        'Event-driven implementations break this (remembered ranges); history: cloud-hypervisor db93c6fdc; kvmtool e539f3e (region address taken from the BAR, not remembered)',
    },
    {
      id: 'MAP-012',
      strength: 'SHOULD',
      title: 'DMA sees the same map',
      citation: 'PCIe 7.5.1.2.1; IOMMU platform',
      statement:
        'Peer-to-peer access by another device (where supported) resolves at the current BAR address; stale IOMMU mappings of the old range are removed.',
      appliesTo: 'pass-through',
      check: 'move BAR; P2P DMA to old and new -> new works, old faults/dropped [all bits]',
      preconditions: 'P2P supported',
      variations: 'vfio containers map device BARs for P2P; history: cloud-hypervisor 2f2182743',
    },
    {
      id: 'MAP-013',
      strength: 'UNDEFINED',
      title: 'Ranges that a class code implies',
      citation: 'PCI 3.0 appendix D; PCI-to-PCI 1.2 VGA chapter; PCI IDE controller specification (all unverified)',
      statement:
        'A VGA function (class 0300h) also claims memory A0000-BFFFF and ports 3B0-3BB, 3C0-3DF; an IDE channel in compatibility mode claims 1F0-1F7/3F6 or 170-177/376. No BAR names them; Command bits 0 and 1 gate them by the text.',
      allowed:
        'device data, a platform device or RAM, or a hole, with and without the enables; no decode verdict. Never an effect on BAR ranges',
      appliesTo: 'VGA and IDE functions',
      check:
        'enables on and off; probe the ranges; probe BARs -> see allowed; BARs as CMD-003/CMD-004 [none for the ranges]',
      preconditions: 'function of that class present',
      variations: 'QEMU VGA answers 0x3CC with Command 0 (seen); under qtest A0000 is RAM',
    },
  ],
};

export const expansionRom: Area = {
  name: 'Expansion ROM',
  rules: [
    {
      id: 'ROM-001',
      strength: 'MUST',
      title: 'Register layout and size',
      citation: 'PCIe 7.5.1.2.4, 7.5.1.3.12',
      statement:
        '0x30 in type 0, 0x38 in type 1. Bit 0 is the enable (RW, reset 0), bits 31:11 the address; 10:1 reserved (newer revisions: RO validation fields in 7:1). Size is a power of two, 2 KiB to 16 MiB; sizing by all ones, 0xFFFFF800 or 0xFFFFFFFE gives the same mask.',
      appliesTo: 'type 0 & 1',
      check: 'cw32(rom,~0); cr32 -> (~(S-1) & 0xFFFFF800)|1, bits 10:8 = 0 [0xFFFFFF01 (7:1 masked)]',
      preconditions: 'ROM implemented; MSE=0 during sizing',
      variations:
        'cloud-hypervisor made bit 0 unwritable by its mask; kvmtool reads 0; history: cloud-hypervisor d217089b54: bit 0 is enable, 1..10 reserved, 11..31 address',
    },
    {
      id: 'ROM-002',
      strength: 'MUST',
      title: 'Two enables',
      citation: 'PCIe 7.5.1.2.4',
      statement:
        'The ROM decodes only if bit 0 of the register and memory enable in Command are both 1; toggling bit 0 maps or unmaps it at that write, without effect on BARs (but ROM-003).',
      appliesTo: 'type 0 & 1',
      check: '4 combinations; probe -> decode only (1,1) [access width]',
      variations: 'Xen maps the ROM when both are set',
    },
    {
      id: 'ROM-003',
      strength: 'UNDEFINED',
      title: 'Shared decoder',
      citation: 'PCIe 7.5.1.2.4; PCI 3.0 6.2.5.2 (unverified)',
      statement:
        'A device may use one decoder for ROM and BARs: while the ROM is enabled, BAR accesses are not to be made.',
      allowed:
        'BARs work normally, or BAR accesses are unclaimed while the ROM is enabled; afterwards BARs work as before',
      appliesTo: 'functions with ROM',
      check: 'enable ROM; access BAR -> see allowed [all bits]',
      variations: 'no emulator uses it; pass-through might',
    },
    {
      id: 'ROM-004',
      strength: 'MUST',
      title: 'ROM contents are read-only',
      citation: 'PCIe 7.5.1.2.4',
      statement: 'Writes through the ROM range have no effect.',
      appliesTo: 'functions with ROM',
      check: 'mw32(rom+x,~v); mr32 -> v [access width]',
      preconditions: 'no flash-writing device',
      variations: 'vfio ROM region read-only',
    },
    {
      id: 'ROM-005',
      strength: 'MUST',
      title: 'No ROM',
      citation: 'PCIe 7.5.1.2.4',
      statement: 'If not implemented the register is 0 and ignores writes.',
      appliesTo: 'type 0 & 1',
      check: 'cw32(rom,~0); cr32 -> 0 [all bits]',
      variations: 'kvmtool vfio: ROM BAR forced 0 and writes ignored; Xen domU: 0; history: kvmtool 5b7fef1',
    },
    {
      id: 'ROM-006',
      strength: 'MUST',
      title: 'ROM BAR write while enabled',
      citation: 'PCIe 7.5.1.2.4',
      statement:
        'Address bits may be changed with enable set; decode moves. (Xen: address changes while mapped are ignored, profile flag.)',
      appliesTo: 'type 0 & 1',
      check: 'MSE=1,EN=1; cw32(rom,B|1); probe -> at B [access width]',
      variations: 'Linux does not program an unenabled ROM (keeps address in software)',
    },
  ],
};
