/** Base Address Registers. */

import type { Area } from './area.ts';

export const bars: Area = {
  name: 'Base Address Registers',
  rules: [
    {
      id: 'BAR-001',
      strength: 'MUST',
      title: 'Type bits',
      citation: 'PCIe 7.5.1.2.1',
      statement:
        'Bit 0 (space) and, for I/O bit 1, for memory bits 3:1, are read-only. I/O: bit 1 = 0. Memory bits 2:1: 00 (32-bit) or 10 (64-bit); 01 (below 1 MiB) only on old conventional functions; 11 reserved.',
      appliesTo: 'type 0 & 1 BARs',
      check: 'cw32(bar,0); cr32; cw32(bar,~0); cr32 -> low bits equal in both [0x3 (I/O) / 0xF (mem)]',
      variations:
        'Linux treats 01 as 32-bit with a warning; QEMU 7.2 pvpanic-pci: a 2-byte region makes bits 3:1 of BAR 0 writable (all ones read 0xFFFFFFFE; real bug, breaks BAR-001 and BAR-006; devices.json misreads it as type 01); history: cloud-hypervisor 2b150ac2e (type lost on restore)',
    },
    {
      id: 'BAR-002',
      strength: 'MUST',
      title: 'Sizing with all ones',
      citation: 'PCIe 7.5.1.2.1; PCI 3.0 6.2.5.1',
      statement:
        'After writing all ones a 32-bit BAR of size S reads ~(S-1) in the address bits with the type bits intact.',
      appliesTo: 'type 0 & 1',
      check:
        'MSE/IOE off; save; cw32(bar,~0); r=cr32; restore -> r == (~(S-1) & amask) | type [all bits (I/O upper 16 bits may be 0)]',
      preconditions: 'decode off',
      variations:
        'kvmtool gives size only for exactly all ones, other values are stored without the size mask; cloud-hypervisor detects probes by the address mask; Xen domU returns size mask with guest type bits; history: kvmtool bb0d509 (sizing); cloud-hypervisor b157181656, b67e7da10',
    },
    {
      id: 'BAR-003',
      strength: 'MUST',
      title: 'Low address bits are hardwired zero',
      citation: 'PCIe 7.5.1.2.1; PCI 3.0 6.2.5.1',
      statement:
        'For any written value V the BAR reads (V & ~(S-1)) | type. This single rule covers sizing, alignment and every other pattern; no pattern is special.',
      appliesTo: 'type 0 & 1',
      check: 'for random V: cw32(bar,V); cr32 -> (V & ~(S-1) & amask) | type [all bits]',
      preconditions:
        'decode off (while it is on, profile flag bar_write_enabled and VPCI-004 decide); not BARs 0-3 of an IDE function in compatibility mode (they may be hardwired or not decoded)',
      variations:
        'kvmtool stores V without the size mask (unaligned accepted); Xen aligns at write; Linux vfio masks at read; history: cloud-hypervisor b67e7da10 (a guest sizes with a masked pattern)',
    },
    {
      id: 'BAR-004',
      strength: 'MUST',
      title: 'Size is a power of two',
      citation: 'PCIe 7.5.1.2.1; PCI 3.0 6.2.5.1',
      statement: 'The set of writable address bits is contiguous from the top: S is a power of two.',
      appliesTo: 'type 0 & 1',
      check:
        'sizing -> (~r+1) has one bit set, over the implemented width (I/O with 31:16 hardwired 0: over 15:2; 64-bit: over the pair) [address bits]',
      variations:
        'kvmtool and cloud-hypervisor refuse other sizes at registration; history: kvmtool ce2fc8f (power of two check), c5e3c9e (framebuffer BAR without size)',
    },
    {
      id: 'BAR-005',
      strength: 'MUST',
      title: 'Natural alignment',
      citation: 'PCIe 7.5.1.2.1',
      statement:
        'A BAR can hold only multiples of its size; there is no other alignment constraint, and every multiple inside the address width is accepted.',
      appliesTo: 'type 0 & 1',
      check: 'program each of a set of aligned addresses; read back; access -> accepted [address bits]',
      preconditions: 'address not taken by RAM/other device',
      variations:
        'cloud-hypervisor can refuse an address its allocator does not own (BAR-021); Xen needs equal page offset (VPCI-005)',
    },
    {
      id: 'BAR-006',
      strength: 'MUST',
      title: 'Memory size limits',
      citation: 'PCIe 7.5.1.2.1; PCI 3.0 6.2.5.1 (16 B)',
      statement:
        'A memory BAR asks for at least 128 bytes on PCI Express endpoints (16 on conventional); a 32-bit one for at most 2 GiB, larger needs 64-bit.',
      appliesTo: 'type 0 & 1 memory BARs',
      check: 'sizing -> 128 (PCIe) or 16 <= S; bit 31 writable if 32-bit [address bits]',
      variations:
        'vfio exposes real sizes; kvmtool traps sub-page BARs; history: kvmtool b4fc4f6 (regions not page aligned must be trapped)',
    },
    {
      id: 'BAR-007',
      strength: 'MUST',
      title: 'I/O size limits',
      citation: 'PCIe 7.5.1.2.1; PCI 3.0 6.2.5.1',
      statement: 'An I/O BAR asks for at most 256 bytes and at least 4.',
      appliesTo: 'type 0 & 1',
      check: 'sizing -> 4 <= S <= 256 [address bits]',
      preconditions: 'I/O BAR',
      variations:
        'QEMU AC97 BAR 0 and mioe3680_pci BARs take 1 KiB (seen; real deviation, known entry); kvmtool: I/O BAR must not exceed 256 bytes (it used a page of 0x100..); history: kvmtool 48843d1 (port allocation size)',
    },
    {
      id: 'BAR-008',
      strength: 'UNDEFINED',
      title: 'Upper 16 bits of an I/O BAR',
      citation: 'PCIe 7.5.1.2.1; PCI 3.0 6.2.5.1',
      statement:
        'An I/O BAR may hardwire bits 31:16 to 0 (platforms with 16-bit I/O) but must decode all 32 bits of an I/O address.',
      allowed:
        'bits 31:16 all writable, or all zero, constant over time. Alias below 64K when a value >0xFFFF is programmed: never',
      appliesTo: 'I/O BARs',
      check: 'cw32(bar,~0); cr32; program 0x0001_xxxx -> see allowed [0xFFFF0000]',
      variations: 'QEMU 32-bit; Linux masks sizing result to 16 bits if upper zero',
    },
    {
      id: 'BAR-009',
      strength: 'MUST',
      title: '64-bit pair',
      citation: 'PCIe 7.5.1.2.1',
      statement:
        'A BAR with type 10 occupies its dword and the next: the second dword is address bits 63:32, has no type bits, and is fully RW except bits below the size. Bit 0 of the upper dword is address bit 32 and never means I/O. Decode compares all 64 bits: no alias at the low 32 bits while the upper half is non-zero.',
      appliesTo: '64-bit BARs',
      check:
        'cw32(lo,~0); cw32(hi,~0); read both; size = ~(hi:lo & ~0xF)+1; program hi != 0, MSE on, probe hi:lo and 0:lo -> one power of two over 64 bits; device at hi:lo only [all bits]',
      preconditions: 'decode off',
      variations:
        'libvfio-user gave the upper half a zero mask for BARs < 4 GiB (cannot be moved up); kvmtool virtio offers only 32-bit; history: cloud-hypervisor b157181656; kvmtool 84998f2 (64-bit BAR at an odd index)',
    },
    {
      id: 'BAR-010',
      strength: 'MUST',
      title: 'A 64-bit BAR may start at any index that has a successor',
      citation: 'PCIe 7.5.1.2.1',
      statement: 'Indexes 0..4 of type 0 (0 only of type 1) can start a pair; odd indexes are legal.',
      appliesTo: '64-bit BARs',
      check: 'walk BARs by type -> consistent walk: the upper dword is not itself decoded as a BAR [all bits]',
      variations: 'libvfio-user assumed even start; history: kvmtool 84998f2',
    },
    {
      id: 'BAR-011',
      strength: 'MUST',
      title: 'Half updates of a 64-bit BAR, in either order',
      citation: 'PCIe 7.5.1.2.1 (two registers); PCI 3.0 6.2.5.1',
      statement:
        'Each dword write takes effect on its own; between the two the BAR holds the mixture, and with decode on it decodes there. The final state does not depend on which half was written first.',
      appliesTo: '64-bit BARs',
      check:
        'MSE off: cw32(lo,A); cr lo,hi; cw32(hi,B); cr; set MSE; probe -> register mixture exact; final decode at B:A [all bits]',
      variations:
        'cloud-hypervisor acts only on the high-half write; QEMU remaps at each write; Xen defers to MSE set and ignores writes while enabled; history: cloud-hypervisor 7c457378e (move missed when the upper half was the same)',
    },
    {
      id: 'BAR-012',
      strength: 'MUST',
      title: 'Partial-width BAR writes',
      citation: 'PCIe 7.4; PCI 3.0 6.1 (unverified)',
      statement:
        'Byte and word writes to a BAR merge into the existing value under the same mask; the result is as if the dword with merged bytes had been written. Sizing by parts follows from the same rule.',
      appliesTo: 'type 0 & 1',
      check: 'cw8(bar+3,x); cw16(bar+2,y); cr32 -> merged & ~(S-1) | type [all bits]',
      preconditions: 'decode off',
      variations:
        'kvmtool zero-extends; cloud-hypervisor only reacts to 4-byte writes; libvfio-user accepts 4-byte only; Linux vfio handles bytes; history: cloud-hypervisor: write_bar offset handling',
    },
    {
      id: 'BAR-013',
      strength: 'MUST',
      title: 'Unimplemented BARs',
      citation: 'PCIe 7.5.1.2.1',
      statement: 'A BAR slot that is not implemented reads 0 and ignores all writes.',
      appliesTo: 'type 0 & 1',
      check: 'cw32(slot,~0); cr32 -> 0 [all bits]',
      variations:
        'Xen domU: I/O and empty BARs read 0; crosvm vfio hides I/O BARs; Linux vfio: BAR reads 0 if the host has no resource',
    },
    {
      id: 'BAR-014',
      strength: 'MUST',
      title: 'Writes with decode enabled act at once',
      citation: 'PCIe 7.5.1.2.1 (no special pattern); PCI 3.0 6.2.5.1',
      statement:
        'A BAR write with the enable set moves the decoder to the written (masked) address as part of that write; all ones is an address like any other (top-aligned), subject to BAR-018.',
      appliesTo: 'type 0 & 1',
      check: 'MSE on: cw32(bar,B); mr(B+x); mr(A+x) -> device at B; not at A [access width]',
      preconditions: 'B free',
      variations:
        "Xen ignores the write while mapped (VPCI-004, profile bar_write_enabled=ignore; its part 3 review notes that a sizing test by value is wrong with decode on); QEMU immediate; cloud-hypervisor immediate for a recognised 4-byte write that is not a size probe; kvmtool virtio: an all-ones write changes the register but not the decoder; for memory BARs the next write then cannot find the old region (deactivation uses the register's address), is dropped, and the BAR stays at the size mask until reset; for the port BAR the result of deactivation is misread as success (by reading pci_config_bar_wr and virtio_pci__bar_deactivate; profile bar_write_enabled=stale)",
    },
    {
      id: 'BAR-015',
      strength: 'GUEST-OBLIGATION',
      title: 'Guest should disable decode before moving or sizing',
      citation: 'PCI 3.0 6.2.5.1 (implementation note) (unverified)',
      statement:
        'Software is expected to clear the enable before sizing or relocating; a device must survive guests that do not.',
      appliesTo: 'type 0 & 1',
      check:
        'size with MSE on; then restore -> after restore: decode at the old address, contents intact [access width]',
      variations:
        'Linux disables decode while sizing unless mmio_always_on; OVMF does not always; kvmtool: sizing with MSE=1 leaves the BAR stuck, see BAR-014',
    },
    {
      id: 'BAR-016',
      strength: 'UNDEFINED',
      title: 'Reset value of address bits',
      citation: 'PCIe 7.5.1.2.1',
      statement:
        'The value of writable address bits after reset is implementation specific (0 is usual); after FLR/hot reset the BAR is back at its default. Only type bits and masks are fixed.',
      allowed:
        'any multiple of S inside the width; for a given platform the value after reset n equals the value after reset n+1, or is the firmware-assigned address; never decoding, because Command enables are 0',
      appliesTo: 'type 0 & 1',
      check: 'reset; cr32(bar) -> see allowed [type bits]',
      variations:
        'QEMU 0; kvmtool, cloud-hypervisor and crosvm show a pre-assigned address (firmware role); Xen shows guest view 0 or host address; vfio restores; history: Linux vfio backdoor reset restores BARs',
    },
    {
      id: 'BAR-017',
      strength: 'UNDEFINED',
      title: 'Address zero',
      citation: 'PCI 3.0 6.2.5.1 (unverified for the zero remark)',
      statement:
        'A BAR of value 0 with decode enabled is legal by the register definition, but many platforms treat 0 as unassigned.',
      allowed:
        'decoded at 0 (with the overlap rule MAP-003 against RAM), or not decoded at all while 0. Register reads back 0|type in both cases',
      appliesTo: 'type 0 & 1',
      check: 'cw32(bar,0); MSE on; mr(0..) -> see allowed [all bits]',
      variations:
        'QEMU leaves a BAR at 0 unmapped unless the machine allows it; I/O at 0 likewise; kvmtool maps; Xen maps if p2m permits',
    },
    {
      id: 'BAR-018',
      strength: 'UNDEFINED',
      title: 'Top of address space and wrap',
      citation: 'PCIe 7.5.1.2.1',
      statement:
        'A region whose last byte is the last address of its width (e.g. 32-bit BAR at ~(S-1), what an interrupted sizing leaves) may or may not be decoded; wrap past the top never happens.',
      allowed:
        'decoded in [2^n - S, 2^n - 1] or not decoded; never aliased at low addresses, never an arithmetic overflow',
      appliesTo: 'type 0 & 1',
      check: 'cw32(bar,~0) MSE on; mr(4G - S) -> see allowed [all bits]',
      variations:
        'QEMU refuses to map when the last address is all ones (32-bit) or the range wraps; cloud-hypervisor end check used start+size; history: cloud-hypervisor 927861ced2: end-of-address-space test must use start+size-1',
    },
    {
      id: 'BAR-019',
      strength: 'MUST',
      title: 'Move with decode off',
      citation: 'PCIe 7.5.1.1.3, 7.5.1.2.1',
      statement:
        'Off, write, on: after the enabling write completes the region answers at the new and only at the new address, with device contents preserved.',
      appliesTo: 'type 0 & 1',
      check: 'MSE=0; write B; MSE=1; probe A,B -> B: device; A: not [access width]',
      variations:
        'kvmtool, QEMU, crosvm, cloud-hypervisor (pending moves), Xen; history: cloud-hypervisor aaf86ef20; crosvm 565890222; kvmtool 465edc9',
    },
    {
      id: 'BAR-020',
      strength: 'MUST',
      title: 'Region contents do not depend on address',
      citation: 'PCIe 7.5.1.2.1 (address only)',
      statement: 'Moving a BAR changes no device register reached through it, no DMA state, no interrupt state.',
      appliesTo: 'type 0 & 1',
      check: 'fill registers; move; compare -> equal [device RW registers]',
      preconditions: 'quiescent device',
    },
    {
      id: 'BAR-021',
      strength: 'MUST',
      title: 'Refused move must not fork views',
      citation: 'PCIe 7.5.1.2.1 (BAR must accept any aligned value)',
      statement:
        'If the VMM cannot decode the programmed address it must still be consistent: either the register keeps the written value and the region is undecoded, or (deviation flag move_rollback) register and decode both stay at the old address.',
      allowed:
        'register = written and region undecoded; or register and decode both old (flag move_rollback). Never register=new with decode=old, or the reverse',
      appliesTo: 'type 0 & 1',
      check:
        'program an address the VMM cannot map (above PA width, inside RAM) -> register value explains decode [all bits]',
      variations:
        'cloud-hypervisor restores the old register value on failure; kvmtool keeps the new value undecoded if activation fails and the old value if a deactivation fails; Xen: domU crash or memory bit stays 0; history: cloud-hypervisor e38c5c434: errors propagated and register rolled back',
    },
    {
      id: 'BAR-022',
      strength: 'MUST',
      title: 'BARs are independent',
      citation: 'PCIe 7.5.1.2.1',
      statement:
        'Programming BAR i never changes value, size or decode of BAR j; every BAR can be placed at any address, none is derived from another.',
      appliesTo: 'type 0 & 1',
      check: 'write each; dump all -> only i changed [all bits]',
      preconditions: 'i, j not a pair',
      variations: 'history: cloud-hypervisor #87 (several BARs without a base)',
    },
    {
      id: 'BAR-023',
      strength: 'UNDEFINED',
      title: 'Prefetchable bit',
      citation: 'PCIe 7.5.1.2.1',
      statement:
        'Bit 3 of a memory BAR is RO. Up to r5 it says reads have no side effects and 64-bit windows may be used; r6.x deprecates its meaning.',
      allowed:
        '0 or 1, constant; on 64-bit BARs below PCIe bridges either value is legal; read side-effect test only meaningful for 1 under r5 and earlier',
      appliesTo: 'type 0 & 1',
      check: 'cr32(bar) -> constant [0x8]',
      preconditions: 'memory BAR',
      variations: 'Address placement still depends on it in Linux and crosvm',
    },
    {
      id: 'BAR-024',
      strength: 'MAY',
      title: 'Access to unused tail',
      citation: 'PCIe 7.5.1.2.1',
      statement:
        'A function may claim a larger region than it uses; accesses to the unused part end as unsupported or return device-defined values, without harming the used part.',
      allowed:
        'any value (a device may mirror its registers or count there); never a change in the used part by a read, nor an effect outside the BAR',
      appliesTo: 'type 0 & 1',
      check: 'mr(bar + unused) -> see allowed [all bits]',
      variations:
        'kvmtool: do not access regions that were not allocated; page padding; history: kvmtool 3665392 (access to unallocated regions)',
    },
    {
      id: 'BAR-025',
      strength: 'MUST',
      title: 'Sub-page BARs',
      citation: 'PCIe 7.5.1.2.1; byte-exact decode',
      statement:
        'A BAR smaller than a host page decodes exactly its own bytes; neighbours in the same page stay with their owners.',
      appliesTo: 'type 0 & 1',
      check: 'two BARs in one 4 KiB page; probe borders -> exact split [access width]',
      preconditions: 'guest placed them',
      variations:
        'kvmtool traps regions not page aligned; vfio cannot mmap them; Xen cannot share a page between functions (map fails); history: kvmtool b4fc4f6, 39181fc',
    },
    {
      id: 'BAR-026',
      strength: 'MUST',
      title: 'BAR writes when the same value is rewritten',
      citation: 'PCIe 7.5.1.2.1',
      statement:
        'Rewriting the present value with decode on is a no-op: no hole may be seen by other CPUs, no state lost.',
      appliesTo: 'type 0 & 1',
      check: 'loop cw32(bar,cur) on vCPU0; reads on vCPU1 -> always device data [access width]',
      variations:
        'cloud-hypervisor compares old and new; kvmtool deactivates and re-activates also for the same value, which opens a short hole (by reading)',
    },
    {
      id: 'BAR-027',
      strength: 'MUST',
      title: 'Type 1 functions have two BARs',
      citation: 'PCIe 7.5.1.3.1',
      statement:
        'In a type 1 header only 0x10 and 0x14 are BARs; 0x18 and up are bridge registers. Both may be unimplemented.',
      appliesTo: 'type 1',
      check: 'cw32(0x10/0x14,~0); cr32 -> BAR rules or 0 [all bits]',
    },
    {
      id: 'BAR-028',
      strength: 'MUST',
      title: 'BAR accesses of any width',
      citation: 'PCIe 2.3.1, 7.5.1.2.1',
      statement:
        "Width and alignment of accesses inside a BAR are the device's business, but an unsupported width must end in some value / a dropped or device-defined write, without touching registers outside the aligned unit and without stopping the VMM.",
      appliesTo: 'type 0 & 1',
      check:
        '1/2/4/8-byte accesses, unaligned ones -> any value; other registers of the BAR outside the aligned unit unchanged; next access answered [all bits]',
      variations: 'history: cloud-hypervisor 61193de6e, 7fbc5a135, 78a30012f; crosvm 002cd87a0',
    },
    {
      id: 'BAR-029',
      strength: 'MUST',
      title: 'I/O and memory BARs live in their own space',
      citation: 'PCIe 7.5.1.2.1',
      statement:
        'A memory BAR never answers port accesses and an I/O BAR never answers memory accesses at the same number.',
      appliesTo: 'type 0 & 1',
      check: 'probe port==mem address -> no cross talk [access width]',
      variations: 'history: cloud-hypervisor: BARs registered on the right bus',
    },
    {
      id: 'BAR-030',
      strength: 'MUST',
      title: 'Sizing result is constant',
      citation: 'PCIe 7.5.1.2.1, 7.8.6',
      statement:
        'The size mask never changes except through Resizable BAR control, a device-specific register (RTE-011) or a documented device reset with reconfiguration.',
      appliesTo: 'type 0 & 1',
      check: 'size again after resets, moves, D-states -> equal [all bits]',
      preconditions: 'no ReBAR',
      variations: 'history: cloud-hypervisor 2b150ac2e',
    },
  ],
};
