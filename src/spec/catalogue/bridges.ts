/** Bridges, and what system software does with their windows. */

import type { Area } from './area.ts';

export const bridges: Area = {
  name: 'Bridges',
  rules: [
    {
      id: 'BRG-001',
      strength: 'MUST',
      title: 'Bus number registers',
      citation: 'PCIe 7.5.1.3.2-.5; PCI-to-PCI 1.2 3.2.5.x (unverified)',
      statement:
        'Primary, secondary, subordinate are RW bytes with reset value 0; secondary latency is RW on conventional, 0 RO on PCIe ports (a PCIe-to-PCI bridge, port type 0111b, follows its own specification).',
      appliesTo: 'type 1',
      check: 'cw32(18,~0); cr32 -> 0x??FFFFFF [0x00FFFFFF]',
      variations:
        'QEMU: secondary latency RO 0 on express buses in recent versions, RW before and on conventional; crosvm RO; QEMU 7.2 pcie-root-port has 0x1B RW (seen)',
    },
    {
      id: 'BRG-002',
      strength: 'MUST',
      title: 'Memory window',
      citation: 'PCIe 7.5.1.3.8',
      statement:
        'Base/limit have RW bits 15:4 = address 31:20, low nibble RO 0. Range is [(base & 0xFFF0)<<16, (limit & 0xFFF0)<<16 | 0xFFFFF] with 1 MiB granularity; forwarded downstream iff base<=limit and Command bit 1.',
      appliesTo: 'type 1',
      check: 'program; probe edges through the bridge -> exact edges [access width]',
      variations: 'history: crosvm e35d46529 rule (3) aligns windows to 1 MiB',
    },
    {
      id: 'BRG-003',
      strength: 'MUST',
      title: 'Prefetchable window',
      citation: 'PCIe 7.5.1.3.9, .10',
      statement:
        'As BRG-002; low nibble RO, 0 (32-bit) or 1 (64-bit with upper registers), same in base and limit, and never part of the address: [(base & 0xFFF0)<<16, (limit & 0xFFF0)<<16 | 0xFFFFF], extended by the upper registers. With 0 upper registers are RO 0; with 1 they are RW and extend base and limit. A bridge without a prefetchable window reads 0 in all four, RO: then there is no window (not an open one at 0). On PCIe an implemented window has nibble 1.',
      appliesTo: 'type 1',
      check: 'write ones; read; program above 4G; probe -> consistent, exact [per register]',
      variations:
        'crosvm: nibble 1; QEMU 64-bit, cannot represent base 0 with limit 2^64-1 (a gap that pci_bridge.c itself names)',
    },
    {
      id: 'BRG-004',
      strength: 'MUST',
      title: 'I/O window',
      citation: 'PCIe 7.5.1.3.6, .11',
      statement:
        'If implemented base/limit bits 7:4 RW, 3:0 RO 0 or 1 (32-bit) equal in both; 4 KiB granularity, edges [(base & 0xF0)<<8, (limit & 0xF0)<<8 | 0xFFF], extended by the upper 16 registers when 3:0 is 1. If not implemented both read 0 and are RO; upper 16 0.',
      appliesTo: 'type 1',
      check: 'write ones; read; probe -> legal variant [0xFFFF]',
      variations:
        'crosvm presents RO 0x00F0 (base>limit, looks implemented but fixed closed): deviation flag io_window_closed',
    },
    {
      id: 'BRG-005',
      strength: 'MUST',
      title: 'Base above limit disables',
      citation: 'PCIe 7.5.1.3.6, .8, .9',
      statement:
        'A window with base > limit (compared over the full width, upper registers included) forwards nothing downstream; it is the only way to disable one window.',
      appliesTo: 'type 1',
      check:
        'memory: base=0xFFF0, limit=0; prefetch: the same with both upper registers 0; I/O: base 0xF0, limit 0x00, uppers equal; probe -> nothing [access width]',
      variations:
        'Linux writes this to close; QEMU: window size computed 0; history: crosvm 6d1b2df05 (windows initialised closed)',
    },
    {
      id: 'BRG-006',
      strength: 'UNDEFINED',
      title: 'Window reset values',
      citation: 'PCIe 7.5.1.3.6, .8, .9',
      statement:
        'Base/limit reset contents are not specified; in an implemented window base=limit=0 is an open window at 0 (RO zeros mean no window: BRG-003, BRG-004).',
      allowed:
        'any value with RO nibbles right; decode follows the register contents (open at 0 if 0/0) when Command enables; with Command 0 nothing forwarded',
      appliesTo: 'type 1',
      check: 'reset; cr -> see allowed [low nibbles]',
      variations: 'QEMU resets to 0/0 (open 0..1 MiB once Command is set); crosvm closed; history: crosvm 6d1b2df05',
    },
    {
      id: 'BRG-007',
      strength: 'MUST',
      title: 'Positive decode downstream',
      citation: 'PCIe 7.5.1.3.6-.9; PCI-to-PCI 1.2 4.x (unverified)',
      statement:
        'A request from the primary side goes below iff it falls into an enabled window (plus what the VGA rule adds, less what ISA Enable takes out); then a device below claims it or it ends unsupported. A BAR below that lies outside the windows cannot be reached. Changing base/limit changes reachability at once and no register below.',
      appliesTo:
        'type 1 with interface 00h. A subtractive bridge (interface 01h) may also pass what nobody else claims: open there',
      check: 'place BAR in/outside window; probe -> reachable iff inside [access width]',
      preconditions: 'bridge in D0; no Enhanced Allocation range for what lies below',
      variations:
        'QEMU implements with memory aliases; crosvm: no use of window registers in access routing (by reading; profile windows=advisory); history: crosvm: windows must contain the BARs',
    },
    {
      id: 'BRG-008',
      strength: 'MUST',
      title: 'VGA enable',
      citation: 'PCIe 7.5.1.3.13',
      statement:
        'Bridge Control bit 3: forwards memory A0000-BFFFF and I/O 3B0-3BB, 3C0-3DF (with 10-bit aliases unless bit 4 asks for 16-bit decode), regardless of windows and ISA bit; gated by Command bits 0/1.',
      appliesTo: 'type 1',
      check: 'set; probe -> forwarded [access width]',
      preconditions: 'bridge implements bit 3',
      variations:
        'QEMU forwards the plain ranges only, no 10-bit aliases (by reading pci_bridge_init_vga_aliases); others 0 RO; history: kvmtool: VGA/VESA decode quirk',
    },
    {
      id: 'BRG-009',
      strength: 'MUST',
      title: 'ISA enable',
      citation: 'PCIe 7.5.1.3.13',
      statement: 'Bit 2: in the first 64K of I/O the window does not forward the last 768 bytes of each 1K block.',
      appliesTo: 'type 1',
      check: 'set; probe x100-x3FF -> not forwarded [access width]',
      preconditions: 'I/O window open',
      variations: 'QEMU pci_bridge.c has no code for the ISA bit (by reading)',
    },
    {
      id: 'BRG-010',
      strength: 'MUST',
      title: 'Bridge Control fields',
      citation: 'PCIe 7.5.1.3.13',
      statement: 'RW: 0,1,2,3,4,6 as implemented (PCIe: bit 5 and 11:7 hardwired 0); reset 0.',
      appliesTo: 'root and switch ports (port types 0100b, 0101b, 0110b)',
      check: 'cw16(3E, 0xFFBF) (leave bit 6); cr16; restore -> & 0xFFA0 == 0 [0xFFA0]',
      variations: 'QEMU 7.2: root ports 0x001F; pci-bridge, pcie-pci-bridge and i82801b11 0x0BBF (seen)',
    },
    {
      id: 'BRG-011',
      strength: 'MUST',
      title: 'Secondary Status',
      citation: 'PCIe 7.5.1.3.7',
      statement: '0x1E: bits 15:11 and 8 RW1C, reset 0; others RO; separate from Status.',
      appliesTo: 'type 1',
      check: 'cw16(1E,~0); cr16 -> & 0xF900 = 0 [0xF900]',
      preconditions: 'no access below and no error between write and read',
      variations:
        'crosvm stores as plain RW: bits stick after writing ones; history: Linux 6cd514e58f12 (hash not re-checked)',
    },
    {
      id: 'BRG-012',
      strength: 'MUST',
      title: 'Nested bridges',
      citation: 'PCIe 7.5.1.3; PCI-to-PCI 1.2 4.x (unverified)',
      statement: 'A request must pass every bridge on the path; the effective window is the intersection.',
      appliesTo: 'type 1',
      check: 'nested; shrink outer; probe -> follows outer [access width]',
    },
    {
      id: 'BRG-013',
      strength: 'MUST',
      title: 'Upstream traffic and bus master',
      citation: 'PCIe 7.5.1.1.3; PCI-to-PCI 1.2 4.x (unverified)',
      statement:
        "With bus master set, addresses from below that are outside the bridge's own windows go up (DMA to RAM, MSI); addresses inside stay below. With bit 2 clear no memory or I/O request (DMA, MSI, MSI-X) goes up; messages (INTx, PME, errors) and completions still do.",
      appliesTo: 'type 1',
      check: 'DMA/MSI from below; clear bridge BME; repeat -> delivered; then blocked [all bits]',
      variations: "VMMs deliver directly and ignore the bridge's BME (profile bridge_bme=ignored)",
    },
  ],
};

export const addressAssignment: Area = {
  name: 'Address assignment (system software)',
  rules: [
    {
      id: 'ADDR-001',
      strength: 'FIRMWARE-CONVENTION',
      title: 'Non-prefetchable BARs in one 32-bit window',
      citation: 'PCIe 7.5.1.3.8; crosvm rule (1)',
      statement:
        'All non-prefetchable memory BARs below a port lie in the one memory window, hence below 4 GiB. (On an all-PCIe path newer guidance lets software put 64-bit ones into the prefetch window.)',
      appliesTo: 'bridges',
      check: 'after assignment: collect BARs per bridge -> contained [all bits]',
      variations: 'crosvm e35d46529; Linux bus assignment; history: crosvm e35d46529',
    },
    {
      id: 'ADDR-002',
      strength: 'FIRMWARE-CONVENTION',
      title: 'Prefetchable BARs in a separate window',
      citation: 'PCIe 7.5.1.3.9; crosvm rule (2)',
      statement:
        'Prefetchable BARs below a port lie in one prefetch window that is disjoint from the memory window (a 32-bit prefetchable BAR drags the window below 4 GiB; they may also fall back to the memory window).',
      appliesTo: 'bridges',
      check: 'as above -> contained, disjoint [all bits]',
      variations: 'crosvm, Linux; history: crosvm 9a24be33e, edc7ad409',
    },
    {
      id: 'ADDR-003',
      strength: 'FIRMWARE-CONVENTION',
      title: '1 MiB alignment',
      citation: 'PCIe 7.5.1.3.6-.9; crosvm rule (3)',
      statement:
        'Memory windows begin and end at 1 MiB boundaries, I/O windows at 4 KiB, by register format; each BAR in them is naturally aligned, the window itself need not be.',
      appliesTo: 'bridges',
      check: 'read registers -> holds by format [all bits]',
      variations: 'crosvm aligned window size and base separately; history: crosvm edc7ad409',
    },
    {
      id: 'ADDR-004',
      strength: 'FIRMWARE-CONVENTION',
      title: 'Exclusive occupancy',
      citation: 'PCIe 7.5.1.3; crosvm rule (4)',
      statement:
        'No device outside the bridge has MMIO inside its windows; sibling windows are disjoint; child windows nest in parents; all lie in the host aperture, off RAM and ECAM.',
      appliesTo: 'system',
      check: 'interval check over the tree -> disjoint/nested [all bits]',
      preconditions: 'after assignment, decode enabled',
      variations:
        'crosvm allocates whole windows from the system allocator; hot-plug bridges reserve room; history: crosvm e2d9a91be, b6ef09ecc',
    },
    {
      id: 'ADDR-005',
      strength: 'GUEST-OBLIGATION',
      title: 'All enabled BARs disjoint at steady state',
      citation: 'PCIe 7.5.1.2.1; PCI 3.0 6.2.5.1',
      statement:
        "When software is done, no two enabled BARs, windows of siblings or RAM overlap and each BAR is inside its bus's apertures. Temporary violations are legal (MAP-004).",
      appliesTo: 'system',
      check: 'checkpoint after boot/reassignment -> disjoint [all bits]',
      preconditions: 'quiescent point',
      variations: 'pci=resource_alignment moves everything; history: kvmtool 465edc9',
    },
    {
      id: 'ADDR-006',
      strength: 'MAY',
      title: 'Descending-size packing is only a strategy',
      citation: 'PCIe 7.5.1.2.1',
      statement:
        'Any placement that satisfies natural alignment, containment and disjointness is correct; order, gaps and direction are free.',
      appliesTo: 'system',
      check: 'validate constraints only -> constraints hold [all bits]',
      variations: 'crosvm sorts by size to waste less; history: crosvm 9a24be33e',
    },
    {
      id: 'ADDR-007',
      strength: 'FIRMWARE-CONVENTION',
      title: 'I/O ports do not collide with platform ports',
      citation: 'PCI FW 3.0 (unverified)',
      statement: 'Assigned I/O BARs avoid legacy platform ports (serial, CAM, PIT, RTC).',
      appliesTo: 'system',
      check: 'interval check -> disjoint [all bits]',
      variations: 'kvmtool moved PCI I/O away from the 8250; history: kvmtool 854aa2e, bea6c33',
    },
    {
      id: 'ADDR-008',
      strength: 'FIRMWARE-CONVENTION',
      title: 'Firmware assignment is a default, not a promise',
      citation: 'PCI FW 3.0 4.x (unverified); DT linux,pci-probe-only',
      statement: "Initial BARs may be pre-assigned; without a 'probe only' directive the OS may move all of them.",
      appliesTo: 'system',
      check: 'boot with reassign option -> everything still works [all bits]',
      variations: 'kvmtool removed probe-only after making BARs movable; history: kvmtool: drop linux,pci-probe-only',
    },
  ],
};
