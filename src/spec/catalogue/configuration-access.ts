/** Configuration access: the CAM ports and the ECAM window. */

import type { Area } from './area.ts';

export const cam: Area = {
  name: 'Configuration access: CAM',
  rules: [
    {
      id: 'CAM-001',
      strength: 'MUST',
      title: 'Index register is a dword register',
      citation: 'PCI 3.0 3.2.2.3.2; PCIe 7.2.1',
      statement:
        'The 32-bit index register at port 0xCF8 is loaded by an aligned 32-bit port write: bit 31 enable, bus 23:16, device 15:11, function 10:8, register 7:2. A 32-bit read returns the value last loaded in these fields. Data-window accesses never change it.',
      appliesTo: 'host bridge (x86-style)',
      check: 'io32w(cf8,V); io32r(cf8); n x io32r(cfc); io32r(cf8) -> read & mask == V & mask [0x80FFFFFC]',
      preconditions: 'no other index writer in between',
      variations:
        'QEMU stores all 32 bits, so reserved bits read back; kvmtool and crosvm keep a 32-bit latch; Xen keeps one index per domain',
    },
    {
      id: 'CAM-002',
      strength: 'UNDEFINED',
      title: 'Reserved index bits',
      citation: 'PCI 3.0 3.2.2.3.2; PCIe 7.2.1',
      statement:
        'Bits 30:24 and 1:0 of the index are reserved. A write of non-zero values there must not change which dword the window selects for bits 23:2; read-back of those bits is open.',
      allowed:
        'index read-back: each reserved bit reads 0 or the written value. Selected dword: same as clean index, OR (profile flag amd_ext_cfg) register bits 11:8 := index 27:24, OR (profile flag cam_low_bits) byte offset := (index 1:0) | lane; the access then starts there and may run into the next dword of the same function (read and write), bytes past 0xFF read 0 or ones',
      appliesTo: 'host bridge',
      check:
        'io32w(cf8,V|0x7F000003); io32r(cf8); io32r(cfc) -> data equals the read done with clean index; index read-back open [index 0x80FFFFFC]',
      variations:
        'QEMU ORs index bits 1:0 into the data offset and stores 30:24; Xen vPCI takes the low bits from the port only; its device-model path honours bits 27:24 on AMD families 10h..16h with the MSR switch set (read in ioreq.c)',
    },
    {
      id: 'CAM-003',
      strength: 'MUST',
      title: 'Sub-dword access to 0xCF8',
      citation: 'PCI 3.0 3.2.2.3.2',
      statement:
        'An 8- or 16-bit write to 0xCF8..0xCFB, or a dword not aligned at 0xCF8, is ordinary I/O: it does not load the index register. What sub-dword reads there give is open. Any access that covers 0xCF9 may hit a chipset reset register; a dword at 0xCF9..0xCFB also covers ports of the data window, and those bytes may reach the selected function (CAM-006). A test avoids both.',
      appliesTo: 'host bridge',
      check: 'io32w(cf8,V); io8w(cf8+k,x) for k=0,2,3, or io16w(cfa,x); io32r(cf8) -> == V [0x80FFFFFC]',
      preconditions: 'profile flag cam_sub_index = ignore',
      variations:
        'QEMU ignores non-dword writes; crosvm, cloud-hypervisor and kvmtool merge byte lanes into the latch (a deviation that guests do not exercise); the model carries it as profile flag cam_sub_index=merge; Xen vPCI accepts only the aligned dword; history: crosvm 872c5102b: 16-bit write to the upper half shifted by the wrong amount (offset*16) and lost the value; the same expression exists in cloud-hypervisor',
    },
    {
      id: 'CAM-004',
      strength: 'MUST',
      title: 'Enable bit gates the data window',
      citation: 'PCI 3.0 3.2.2.3.2',
      statement:
        'With index bit 31 clear, accesses to 0xCFC..0xCFF produce no configuration transaction: reads give all ones (or plain I/O data), writes change no function.',
      appliesTo: 'host bridge',
      check:
        'io32w(cf8,V & 0x7FFFFFFF); r=io32r(cfc); io32w(cfc,X); re-enable; io32r(cfc) -> r all ones when no I/O device claims the ports; register unchanged [all bits]',
      preconditions: 'V names a present function with a RW register',
      variations:
        'kvmtool never looks at the enable bit (config access goes through); QEMU, crosvm, cloud-hypervisor and Xen honour it',
    },
    {
      id: 'CAM-005',
      strength: 'MUST',
      title: 'Data window byte lanes',
      citation: 'PCI 3.0 3.2.2.3.2; 6.1 (unverified); PCIe 7.2.1',
      statement:
        'A read or write of width w at 0xCFC+k (k+w<=4) acts on config bytes reg*4+k .. reg*4+k+w-1 and on no other byte. An unaligned word at 0xCFD is a legal port access to bytes 1 and 2; a VMM may refuse it (profile flag cam_unaligned=reject: all ones / dropped).',
      appliesTo: 'host bridge',
      check:
        'io32w(cf8,idx); for all k,w: io{8,16,32}r(cfc+k) compared with the dword; io8w to one lane of a RW scratch (Interrupt Line, CLS), read dword -> lanes of the dword; only the addressed lane changed [all bits]',
      preconditions: 'enable=1, present function',
      variations:
        'kvmtool zero-extends a byte write at 0x04 so that the upper command byte is cleared, and a write at 0x05 bypasses the mask; Xen checks natural alignment; kvmtool clips the length at the dword end; history: kvmtool 6ea32eb (transaction size limited), 78771e7 (writes reached Status)',
    },
    {
      id: 'CAM-006',
      strength: 'UNDEFINED',
      title: 'Data access crossing 0xCFF',
      citation: 'PCI 3.0 3.2.2.3.2',
      statement:
        'An access starting inside the data window but running past 0xCFF (16-bit at 0xCFF, 32-bit at 0xCFD..0xCFF) is not a defined configuration cycle.',
      allowed:
        'read: all ones, or in-window lanes correct with the rest as the ports from 0xD00 on answer (a hole: MAP-002), however it is split; write: dropped, or only the in-window lanes written (the rest goes to those ports). Never: a change in the next config dword or in another function',
      appliesTo: 'host bridge',
      check: 'io32r(cfe); io32w(cfe,X); then dump the dword and its neighbour -> see allowed [all bits]',
      preconditions: 'enable=1',
    },
    {
      id: 'CAM-007',
      strength: 'MUST',
      title: 'Absent function reads all ones',
      citation: 'PCI 3.0 3.2.2.3.2, 6.1 (unverified); PCIe 2.3.1, 7.2.1',
      statement:
        'A read that addresses a bus/device/function where nothing answers completes with all ones of the access width; no error is visible to the instruction.',
      appliesTo: 'host bridge',
      check:
        'scan the whole B/D/F range with io32r at reg 0 (and a few other regs) -> 0xFFFFFFFF (0xFF, 0xFFFF) [all bits]',
      preconditions: 'B/D/F not in topology',
      variations: 'all VMMs comply; Xen returns ~0 for every unassigned slot',
    },
    {
      id: 'CAM-008',
      strength: 'MUST',
      title: 'Absent function ignores writes',
      citation: 'PCI 3.0 3.2.2.3.2; PCIe 2.3.1',
      statement:
        'A write that addresses an absent function completes and changes nothing but error logs on the path (master abort in Status and Secondary Status, Device Status, AER), which a read of an absent function (CAM-007) may set too.',
      appliesTo: 'host bridge',
      check:
        'cw32(absent,*,X); diff the config of all present functions -> no difference outside the error log bits [all bits]',
      variations: 'cloud-hypervisor: a CAM write with function>0 lands on function 0 though the read gives all ones',
    },
    {
      id: 'CAM-009',
      strength: 'MUST',
      title: 'CAM reaches only the first 256 bytes',
      citation: 'PCIe 7.2.1',
      statement:
        'CAM has a 6-bit register number, so registers at 0x100 and above cannot be addressed through it (unless profile flag amd_ext_cfg).',
      appliesTo: 'host bridge',
      check:
        'io32w(cf8, idx) for all reg 0..63 -> only offsets 0x00..0xFF appear; CAM dump == first 256 bytes of ECAM dump [all non-volatile bits]',
    },
    {
      id: 'CAM-010',
      strength: 'MUST',
      title: 'Bus, device and function fields decode fully',
      citation: 'PCI 3.0 3.2.2.3.2; PCIe 7.3.1, 7.3.2',
      statement:
        'All eight bus bits, five device bits and three function bits take part in selection. Two different B/D/F values reach the same function only where HDR-017 allows aliasing.',
      appliesTo: 'host bridge',
      check:
        'put a different marker into a RW byte (0x3C or 0x0C) of each present function; flip each BDF bit; read the identity and the marker -> different function or all ones [all bits]',
      preconditions:
        'not dev 31 fn 7 reg 0 (special-cycle encoding, PCI 3.0 3.2.2.3.3: the host bridge may take it itself)',
      variations: 'cloud-hypervisor serves only bus 0; kvmtool only bus 0, and function bits are ignored in one path',
    },
    {
      id: 'CAM-011',
      strength: 'SHOULD',
      title: 'Configuration reads have no side effects',
      citation: 'PCIe 7.2 (no side effect recommendation); PCI 3.0 6.1 (unverified)',
      statement:
        'Reading any configuration register leaves every other register, interrupts and memory state unchanged. Named exceptions: virtio PCI_CFG data (VIO-005) and other documented data windows.',
      appliesTo: 'all functions',
      check: 'dump twice in different order and width; compare -> identical except volatile bits [~volatile]',
      preconditions: 'quiescent device',
      variations: 'VFIO pass-through devices may have vendor windows with side effects',
    },
    {
      id: 'CAM-012',
      strength: 'MUST',
      title: 'Registers are width-agnostic',
      citation: 'PCI 3.0 6.1 (unverified); PCIe 7.2.1',
      statement: 'For every RO/RW register, reading by bytes, words and dwords gives the same bytes.',
      appliesTo: 'all functions',
      check: 'read each dword as 1x32, 2x16, 4x8 -> concatenation equal [~volatile]',
      preconditions:
        'not a data window (virtio PCI_CFG data, other windows of CAM-011), where each width is another access',
      variations:
        'QEMU and Xen assemble from handlers; libvfio-user and Linux vfio split by capability; history: libvfio-user a28eb4a (writes spanning several fields were not split)',
    },
    {
      id: 'CAM-013',
      strength: 'MUST',
      title: 'Index write is atomic',
      citation: 'PCI 3.0 3.2.2.3.2; x86 I/O instructions are serialised per port access',
      statement:
        'With 32-bit index writes only, the value seen by any later data access is one of the values actually written, never a mixture.',
      appliesTo: 'host bridge',
      check: 'two vCPUs write idx A and B in a loop; a third reads 0xCF8 -> each read is A or B [0x80FFFFFC]',
      preconditions: 'concurrent index writers',
    },
    {
      id: 'CAM-014',
      strength: 'MUST',
      title: 'No function without function 0',
      citation: 'PCI 3.0 3.2.2.3.4 (unverified); PCIe 7.3.1; 7.5.1.1.9',
      statement:
        'If function 0 of a device does not answer, system software treats the device as absent; the emulation must not present functions 1..7 of a device without function 0.',
      appliesTo: 'multifunction devices',
      check: 'scan functions 1..7 where function 0 reads 0xFFFF -> 0xFFFF for all [0xFFFF]',
      preconditions:
        'no ARI; no VF; not a platform that hands single functions to a guest (Jailhouse, s390, LoongArch)',
      variations:
        'QEMU hides hot-added non-zero functions until function 0 is plugged, but a cold-plugged function alone at addr=c.1 answers (seen); SR-IOV VFs and ARI are exempt; hot add: functions above 0 stay hidden until function 0 is there, then appear together',
    },
    {
      id: 'CAM-015',
      strength: 'MUST',
      title: 'One guest write, one register write',
      citation: 'PCIe 2.3.1, 7.2.2; PCI 3.0 6.1 (unverified)',
      statement:
        'A guest configuration write is applied once: side effects (RW1C clear, enable edges, FLR, window data writes) happen a single time and in the order of accesses of that CPU.',
      appliesTo: 'all functions',
      check:
        'write a register with a countable effect (e.g. virtio PCI_CFG data to a counter, FLR count) -> count == 1 [all bits]',
      variations:
        'double application happens when a handler and a generic store both act; history: kvmtool e1d0285 (configuration value written twice)',
    },
    {
      id: 'CAM-016',
      strength: 'UNDEFINED',
      title: 'Index after reset',
      citation: 'PCI 3.0 3.2.2.3.2 (silent on reset)',
      statement:
        'What the index register holds after a machine reset is open. Function, bus and hot resets do not touch it.',
      allowed:
        'after machine reset: 0, or the old value in full (one choice per host); after FLR, secondary bus reset, D-state changes: the old value',
      appliesTo: 'host bridge',
      check: 'io32w(cf8,V); reset; io32r(cf8) -> see allowed [0x80FFFFFC]',
      preconditions: 'firmware has not run since',
      variations: 'QEMU keeps it over system_reset and 0xCF9 (seen); chipset datasheets give 0',
    },
  ],
};

export const ecam: Area = {
  name: 'Configuration access: ECAM',
  rules: [
    {
      id: 'ECAM-001',
      strength: 'MUST',
      title: 'Address layout',
      citation: 'PCIe 7.2.2 Table 7-1; PCI FW 3.0 4.1.2',
      statement:
        'In a memory-mapped window whose base serves bus B0, byte address = base + ((bus-B0)<<20 | dev<<15 | fn<<12 | offset) with 12 bits of offset.',
      appliesTo: 'host bridge',
      check: 'mr32(base + enc(bdf,0)) for each bdf -> Vendor/Device as via CAM; all ones for absent [all bits]',
      preconditions: 'ECAM present',
      variations:
        'cloud-hypervisor drops the function bits (functions 1..7 alias 0) and serves bus 0 only; kvmtool used the CAM address latch for presence test on ECAM; history: kvmtool e69b766 (ECAM arrived with PCIe 1.1)',
    },
    {
      id: 'ECAM-002',
      strength: 'MUST',
      title: 'Window alignment and size',
      citation: 'PCIe 7.2.2; PCI FW 3.0 4.1.2',
      statement:
        'A window decoding n bus-number bits (1..8) covers 2^(20+n) bytes and its base is a multiple of that size; a full segment is 256 MiB. The advertised start/end bus must fit in it.',
      appliesTo: 'host bridge / firmware',
      check:
        'read MCFG/DT bus-range and reg; check arithmetic -> base % size == 0; size >= (end-start+1) MiB [all bits]',
      variations:
        'QEMU xtensa virt puts 63 MiB at 0xf0100000, not aligned (nothing breaks: guests add); kvmtool: 256 MiB ECAM from the PCIe 1.1 series, DT bus-range restricted to bus 0; ACPI base refers to bus 0 even when the start bus is not 0; history: kvmtool c94286f (device tree advertised buses that did not exist)',
    },
    {
      id: 'ECAM-003',
      strength: 'MUST',
      title: 'CAM and ECAM are one register file',
      citation: 'PCIe 7.2.1, 7.2.2',
      statement:
        'For offsets below 0x100 both mechanisms reach the same state: a value written through one is seen by a later (ordered) read through the other. Accesses through the two mechanisms by different agents are not ordered with each other (CONC-001 decides).',
      appliesTo: 'host bridge',
      check: 'write scratch via CAM, read via ECAM, and the reverse; full dump compare -> equal [~volatile]',
      preconditions: 'both exist; accesses ordered by the driver',
      variations:
        'cloud-hypervisor: function>0 differs between CAM and ECAM; kvmtool: bus number in stale CAM latch made ECAM fail; history: cloud-hypervisor: one PciBus shared by ECAM and I/O front ends',
    },
    {
      id: 'ECAM-004',
      strength: 'MUST',
      title: 'Naturally aligned 1/2/4-byte accesses',
      citation: 'PCIe 7.2.2, 7.2.2.1',
      statement: 'Aligned byte, word and dword reads and writes act on exactly the addressed bytes.',
      appliesTo: 'host bridge',
      check: 'all offsets/widths on scratch registers -> exact lanes [all bits]',
      variations: 'all; Linux vfio and libvfio-user rely on it; history: kvmtool 6ea32eb',
    },
    {
      id: 'ECAM-005',
      strength: 'UNDEFINED',
      title: 'Access crossing a dword',
      citation: 'PCIe 7.2.2 / 7.2.2.1',
      statement: 'A root complex need not support a memory access that crosses a 4-byte boundary inside ECAM.',
      allowed:
        "read: exact bytes (split), or all ones for the whole access, or lower part exact and rest all ones; write: exact bytes, or dropped whole, or only the first dword's part. Never: bytes outside the addressed range changed; never: a crash or abort of the VMM",
      appliesTo: 'host bridge',
      check: 'mr16(off=4n+3), mr32(off=4n+1..3), and writes; then dump -> see allowed [all bits]',
      variations:
        'kvmtool: read leaves data untouched, write ignored; Xen refuses unaligned; QEMU core splits; history: kvmtool 6ea32eb',
    },
    {
      id: 'ECAM-006',
      strength: 'UNDEFINED',
      title: '8-byte, locked and odd-width accesses',
      citation: 'PCIe 7.2.2.1; PCI 3.0 3.8 (config cycles <= 32 bits)',
      statement:
        'Configuration requests carry at most one dword; support of 64-bit, locked read-modify-write, vector (16 bytes and up) or odd-width accesses is optional.',
      allowed:
        'read: exact bytes, or all ones, or low dword exact with the rest ones or zero; write: all dwords (as separate transactions in either order), the low dword only, or dropped. Wider (vector) accesses: any of these for each 8-byte piece. Never an effect outside the addressed bytes, never a VMM stop',
      appliesTo: 'host bridge',
      check: 'mr64(off 8n), mw64(off 8n, X); dump -> see allowed [all bits]',
      variations:
        "Xen vPCI splits into two 4-byte accesses; QEMU splits in the memory core; kvmtool handled only up to 4 ('limit transaction to 32 bits'); crosvm/cloud-hypervisor reject widths other than 1,2,4; history: kvmtool 6ea32eb",
    },
    {
      id: 'ECAM-007',
      strength: 'MUST',
      title: 'Extended space of a function that has none',
      citation: 'PCIe 7.6.1 (no ext caps: header of zeros), 7.2.2.2',
      statement:
        'For a conventional function offsets 0x100..0xFFF either read all ones (request refused) or all zeros; constant. For a PCI Express function without extended capabilities the dword at 0x100 is 0 and read-only (ECAP-002); the rest as ECAM-012.',
      appliesTo: 'all functions',
      check:
        'mr32(0x100..0xFFC); mw32(0x100,~0); mr32(0x100) -> PCIe function: 0 at 0x100, before and after; conventional: all 0 or all ones, identical over time [all bits]',
      preconditions: 'function without ext caps',
      variations:
        'kvmtool/cloud-hypervisor return zeros; Xen returns ~0 for unhandled; Linux vfio exposes real or empty; history: Xen 873c3db6d2 (no extended capabilities without extended space)',
    },
    {
      id: 'ECAM-008',
      strength: 'MUST',
      title: 'Extended config behind a conventional bus',
      citation: 'PCIe 7.2.2 / 7.3.3; PCIe-to-PCI bridge (unverified)',
      statement:
        'A request with a non-zero extended register number that has to cross onto a conventional PCI bus is terminated as unsupported: read all ones, write dropped.',
      appliesTo: 'conventional secondary buses',
      check: 'mr32(fn behind PCIe-PCI bridge, 0x100) -> 0xFFFFFFFF [all bits]',
      preconditions: 'topology with PCIe-to-PCI bridge',
      variations: 'QEMU pcie-pci-bridge: conventional device limited to 256 bytes',
    },
    {
      id: 'ECAM-009',
      strength: 'FIRMWARE-CONVENTION',
      title: 'ECAM range is reserved from RAM and BARs',
      citation: 'PCI FW 3.0 4.1.2',
      statement:
        'Firmware tables reserve the ECAM range; neither RAM, a host-bridge MMIO aperture nor an assigned BAR overlaps it.',
      appliesTo: 'system',
      check: 'compare MCFG/DT with memory map, apertures and BARs after boot -> disjoint [all bits]',
      variations: 'kvmtool lays ECAM directly below the MMIO aperture',
    },
    {
      id: 'ECAM-010',
      strength: 'MUST',
      title: 'Posted look, non-posted effect',
      citation: 'PCIe 7.2.2 (completion ordering for memory-mapped config writes)',
      statement:
        'When an ECAM write instruction has completed and been ordered (a following ECAM read from the same CPU is enough), its effect on the function is complete: a read of the register or an access to a moved BAR sees the new state.',
      appliesTo: 'host bridge',
      check: 'mw32(cmd MSE=1); mr32(cmd); mr(BAR) -> BAR decodes [all bits]',
      preconditions: 'same vCPU',
      variations:
        'Xen defers the p2m update but blocks the vCPU until it is done; history: Xen 3e568fa9e1 (deferral of long operations)',
    },
    {
      id: 'ECAM-011',
      strength: 'MUST',
      title: 'Domain/segment isolation',
      citation: 'PCI FW 3.0 4.1.2; PCIe 7.2.2',
      statement: 'With several segments each ECAM window reaches only its own segment; CAM reaches segment 0 only.',
      appliesTo: 'host bridge',
      check: 'same BDF in both windows -> independent registers [all bits]',
      preconditions: 'multi-segment platform',
      variations: 'cloud-hypervisor has one bus per segment; Xen guest topology: segment 0 only',
    },
    {
      id: 'ECAM-012',
      strength: 'SHOULD',
      title: 'Space above 0x100 outside structures',
      citation: 'PCIe 7.2.2.2, 7.4; PCI 3.0 6.1 (unverified)',
      statement:
        'Dwords at 0x104 and above of a PCI Express function that belong to no structure read zero and ignore writes; a device that keeps private registers there (better: in a VSEC or DVSEC) is within the text: then as RTE-011. Reserved header bytes: HDR-015. Bytes 0x40-0xFF: RTE-011.',
      appliesTo: 'all functions',
      check: 'find such dwords; cw32(X); cr32 -> 0 before and after [all bits]',
      preconditions: 'offset not in any structure',
      variations:
        'QEMU 7.2: scratch RW in every PCIe function (seen); Xen domU: unhandled registers read all ones instead (VPCI-009); Linux vfio lets gaps through raw; crosvm/cloud-hypervisor zero',
    },
  ],
};
