/** Routing of configuration requests, and the fields of the header that are not BARs. */

import type { Area } from './area.ts';

export const routing: Area = {
  name: 'Configuration routing',
  rules: [
    {
      id: 'RTE-001',
      strength: 'MUST',
      title: 'Type 0 on the local bus',
      citation: 'PCIe 7.3.3; PCI-to-PCI 1.2 3.1 (r1.1 text checked)',
      statement:
        'A request whose bus number equals the bus a bridge (or host bridge) owns directly is delivered to the device with that device number on this bus, never further.',
      appliesTo: 'bridges / host bridge',
      check: 'cr32(bus=secondary,dev,fn,0) -> device of that bus [all bits]',
      preconditions: 'bridge numbered',
    },
    {
      id: 'RTE-002',
      strength: 'MUST',
      title: 'Forwarding interval',
      citation: 'PCIe 7.3.3, 7.5.1.3.3/.4; PCI-to-PCI 1.2 3.1',
      statement:
        'A bridge passes a Type 1 request downstream unchanged when secondary < bus <= subordinate, converts it to Type 0 when bus == secondary, and does not forward it otherwise. Primary takes no part in this. Renumbering takes effect with the register write: devices appear at the new bus and vanish from the old one.',
      appliesTo: 'bridges',
      check:
        'program sec/sub to different values; read a device below under each numbering; scan old and new bus -> device visible iff numbering covers it; elsewhere all ones [all bits]',
      variations:
        'crosvm lets software write the numbers but routes by its static topology (logs a warning); QEMU routes by current registers; kvmtool/cloud-hypervisor have no bridges',
    },
    {
      id: 'RTE-003',
      strength: 'MUST',
      title: 'Unnumbered bridge',
      citation: 'PCIe 7.5.1.3.2-.4',
      statement:
        'After reset primary, secondary and subordinate read 0 (unless the host numbers bridges before the guest runs: preassigned); until software numbers the bridge nothing behind it is reachable.',
      appliesTo: 'bridges',
      check:
        'after bus reset: cr32(bridge,0x18); cr32 for the former secondary bus -> low 24 bits 0; all ones [0x00FFFFFF]',
      preconditions: 'bridge just reset',
      variations:
        'crosvm may start with firmware-like numbers already set (then treat as firmware-configured power-on)',
    },
    {
      id: 'RTE-004',
      strength: 'UNDEFINED',
      title: 'Secondary above subordinate',
      citation: 'PCIe 7.3.3 (interval arithmetic)',
      statement:
        'If secondary > subordinate no bus is inside the forwarded interval; whether bus == secondary still converts to Type 0 is open.',
      allowed: 'bus == secondary: the device below or all ones; every other bus number: all ones',
      appliesTo: 'bridges',
      check: 'sec=5, sub=3; scan bus 3,4,5 -> buses other than 5: all ones; bus 5: device or all ones [all bits]',
      variations:
        'QEMU compares the secondary number before it tests the interval, so the device answers at bus == secondary (read in pci_find_bus_nr)',
    },
    {
      id: 'RTE-005',
      strength: 'UNDEFINED',
      title: 'Overlapping bus ranges of siblings',
      citation: 'PCI-to-PCI 1.2 3.1; PCIe 7.3.3',
      statement: 'Two sibling bridges whose [secondary,subordinate] intervals intersect may both claim a request.',
      allowed:
        'reads: the value from either subtree, or all ones; writes: applied in one of the subtrees, both, or none; stable choice not required; no crash',
      appliesTo: 'bridges',
      check: 'number two siblings with the same secondary; read it -> see allowed [all bits]',
      preconditions: 'guest misprogramming',
      variations: 'QEMU: first match in child list',
    },
    {
      id: 'RTE-006',
      strength: 'MUST',
      title: 'Only device 0 below a downstream or root port',
      citation: 'PCIe 7.3.1',
      statement:
        'Below a PCIe link without ARI forwarding only device number 0 can exist; other device numbers are answered by the port itself as unsupported (all ones / dropped).',
      appliesTo: 'root & downstream ports',
      check: 'cr32(sec bus, dev 1..31, 0, 0) -> 0xFFFFFFFF [all bits]',
      preconditions: 'port type root/downstream, ARI forwarding off',
      variations:
        "crosvm places hot-plug devices at device 0 of each root port; QEMU's pcie port bus has one slot for -device, but VFs of an SR-IOV nvme at 01:01.0.. answer with ARI forwarding off (seen); openvmm gated only on the bus number and showed phantom devices until its pull request 3967",
    },
    {
      id: 'RTE-007',
      strength: 'MUST',
      title: 'Host bridge bus range',
      citation: 'PCIe 7.2.2.1; PCI FW 3.0 4.1.2',
      statement:
        "Requests for bus numbers outside the host bridge's range (or, with several host bridges, outside each one's range) reach nothing.",
      appliesTo: 'host bridge',
      check: 'cr32 beyond last bus -> all ones [all bits]',
      variations: 'kvmtool and Xen guest view: bus 0 only; history: kvmtool c94286f',
    },
    {
      id: 'RTE-008',
      strength: 'MUST',
      title: 'Config requests ignore Command enables',
      citation: 'PCIe 7.5.1.1.3, 5.3.1.4.1',
      statement:
        'Configuration requests reach a function (and pass a bridge) whatever the I/O, memory and bus-master enables say, and in D0..D3hot.',
      appliesTo: 'all functions & bridges',
      check: 'clear Command; dump config; and through a bridge with Command=0 -> full config visible [~volatile]',
    },
    {
      id: 'RTE-009',
      strength: 'MUST',
      title: 'Non-D0 bridge stops Type 1',
      citation: 'PCIe 5.3.1.4.1 (and 5.8 for bridges)',
      statement:
        'A bridge in a non-D0 power state still accepts Type 0 requests to itself but does not forward requests downstream: config reads below it see all ones.',
      appliesTo: 'bridges with PM',
      check:
        'set bridge PowerState=3; cr32 below; back to 0 -> all ones while D3hot; device again after return [all bits]',
      preconditions: 'bridge implements D3hot in emulation',
      variations: 'Most emulators do not model this; profile flag bridge_pm=ignored',
    },
    {
      id: 'RTE-010',
      strength: 'MUST',
      title: 'ARI forwarding widens function numbers',
      citation: 'PCIe 6.13, 7.3.1, 7.8.8',
      statement:
        'With ARI forwarding enabled in the port and an ARI device below, the 5 device bits join the function number (0..255). With it disabled device numbers other than 0 are refused.',
      appliesTo: 'ports with ARI',
      check: 'toggle DevCtl2 bit 5; read function 8 (dev 1 fn 0) -> visible only when enabled [all bits]',
      preconditions: 'port reports ARI support and the device ARI capability',
      variations:
        'QEMU 7.2 stores DevCtl2 bit 5 but routes without looking at it (seen with nvme VFs 8 and up); other VMMs hide ARI',
    },
    {
      id: 'RTE-011',
      strength: 'UNDEFINED',
      title: 'Device-specific bytes',
      citation: 'PCI 3.0 6.1 (unverified); PCIe 7.2, 7.4',
      statement:
        'Bytes 0x40-0xFF (PCI Express functions: up to 0xFFF, without the dword 0x100) outside the header and every capability belong to the device: their contents and writability are its own affair. Access to them changes nothing outside them that the specification defines, at every width.',
      allowed:
        'reads: any value; writes: kept, dropped or with any effect inside these bytes. Never: a change of a header field, of a capability, of another function; never a stop of the VMM',
      appliesTo: 'all functions',
      check:
        'cw32(X) to such dwords in every width; dump header, capabilities, other functions -> no other register changed [none for the bytes themselves]',
      preconditions:
        'chipset and passed-through functions excluded when driving (their bytes remap memory, unlock subsystem ids, switch class or BAR size)',
      variations:
        'QEMU 7.2 keeps writes there in every function (seen); host and ISA bridges have real registers there',
    },
  ],
};

export const header: Area = {
  name: 'Header fields',
  rules: [
    {
      id: 'HDR-001',
      strength: 'MUST',
      title: 'Vendor and Device ID',
      citation: 'PCIe 7.5.1.1.1, 7.5.1.1.2; 9.3.4 (VF)',
      statement:
        'Offsets 0x00/0x02 are read-only and constant while the function is present, under any guest writes; FFFFh is never a real Vendor ID, 0001h is seen while a function answers configuration retry (RST-005) (VFs answer FFFFh by design). The same holds for all identity fields (class, revision, header type, subsystem).',
      appliesTo: 'type 0 & 1',
      check: 'cr32(f,0); cw32(f,0,~v); cr32(f,0) -> unchanged, low half != 0xFFFF [all bits]',
      preconditions: 'present',
      variations: 'Linux vfio shows virtual IDs for VFs because the VF hardware field reads FFFF',
    },
    {
      id: 'HDR-002',
      strength: 'MUST',
      title: 'Revision and class code',
      citation: 'PCIe 7.5.1.1.5, 7.5.1.1.6',
      statement:
        'Offsets 0x08..0x0B are read-only (HwInit) and constant; a PCI-to-PCI bridge has base class 06h sub-class 04h (interface 00h or 01h).',
      appliesTo: 'type 0 & 1',
      check: 'cr32; cw32(~v); cr32 -> unchanged [all bits]',
      variations: 'history: cloud-hypervisor 2b2c31d206 (host bridge advertised with a bridge-type header)',
    },
    {
      id: 'HDR-003',
      strength: 'MUST',
      title: 'Cache Line Size',
      citation: 'PCIe 7.5.1.1.7; PCI 3.0 6.2.4 (unverified)',
      statement:
        'Offset 0x0C is a full read/write byte with reset value 0 and no effect on a PCI Express function; a VF has it RO 0. A conventional function may leave it RO, implement some bits, or take a subset of values and read back 0 for others.',
      appliesTo: 'type 0 & 1',
      check:
        'cw8(f,0x0C,x); cr8 -> x (PCIe); x & m for a constant m, or 0 (conventional); 0 (VF); profile cls_ro allows constant 0 [0xFF]',
      variations:
        'kvmtool lets it be written; crosvm/cloud-hypervisor: writable mask varies (crosvm RW), Xen domU drops',
    },
    {
      id: 'HDR-004',
      strength: 'MUST',
      title: 'Latency Timer',
      citation: 'PCIe 7.5.1.1.8; PCI 3.0 6.2.4 (unverified)',
      statement:
        'Offset 0x0D is read-only 0 on PCI Express. On conventional functions it may be RW (all or upper 5 bits, the rest constant) with reset value 0, or RO with any constant (text: at most 16 if RO).',
      appliesTo: 'type 0 & 1',
      check: 'cw8(f,0x0D,0xFF); cr8 -> 0 (PCIe); conventional: constant, or x & m with m = 0xF8 or 0xFF [0xFF]',
      variations:
        'QEMU 7.2: RO in every function (seen); not 0 for conventional i8255x, vmware-svga, lsi53c8xx; pvscsi shows 0xFF also as PCI Express function (a real deviation)',
    },
    {
      id: 'HDR-005',
      strength: 'MUST',
      title: 'Header type layout code',
      citation: 'PCIe 7.5.1.1.9',
      statement:
        'Bits 6:0 of 0x0E are read-only and name the layout of 0x10..0x3F: 0 for endpoints and host bridges, 1 for PCI-to-PCI bridges, root and switch ports; 2 is CardBus. Other codes are reserved. It agrees with the class (0600h: 0, 0604h: 1, 0607h: 2) and with the PCI Express port type (4..8: 1; others: 0).',
      appliesTo: 'all functions',
      check: 'cr8(f,0x0E); cw8(~); cr8 -> unchanged and in {0,1,2}; agrees with class code and port type [0x7F]',
      variations:
        'host bridge must use type 0; history: cloud-hypervisor 2b2c31d206 (#85): root bridge exposed with the wrong header type',
    },
    {
      id: 'HDR-006',
      strength: 'SHOULD',
      title: 'Multifunction bit on function 0',
      citation: 'PCIe 7.5.1.1.9',
      statement:
        'Bit 7 of header type of function 0 is 1 if the device has another function that software should look for; if it is 0, software probes only function 0. Required on conventional functions, recommended on PCI Express.',
      appliesTo: 'devices',
      check: 'cr8(fn0,0x0E); scan functions 1..7 -> any fn>0 present => bit 7 of fn0 == 1 [0x80]',
      variations:
        'crosvm computes the bit when a sibling appears; QEMU checks rules at realise time; history: cloud-hypervisor b6ae2ccda4: bit set with a single function; crosvm 42b33600d',
    },
    {
      id: 'HDR-007',
      strength: 'SHOULD',
      title: 'Multifunction bit elsewhere',
      citation: 'PCIe 7.5.1.1.9',
      statement:
        'A device with only function 0 reports bit 7 = 0; a 1 is tolerated but then functions 1..7 must read all ones. On functions above 0 the bit is not used by software: any constant value.',
      appliesTo: 'devices',
      check: 'cr8(fn0,0x0E); scan -> 0, or 1 with absent siblings clean [0x80]',
      variations: 'history: cloud-hypervisor b6ae2ccda4',
    },
    {
      id: 'HDR-008',
      strength: 'MUST',
      title: 'BIST',
      citation: 'PCIe 7.5.1.1.10',
      statement:
        'Offset 0x0F is 0 and read-only when built-in self test is not offered (bit 7 = 0). If offered, bit 6 starts the test and self-clears within 2 s; 3:0 is the completion code.',
      appliesTo: 'type 0 & 1',
      check: 'cw8(f,0x0F,0xFF); cr8 -> 0 [0xFF]',
      preconditions: 'BIST not capable',
      variations: 'kvmtool: stays RO via mask; Linux vfio: virtual 0',
    },
    {
      id: 'HDR-009',
      strength: 'MUST',
      title: 'Capabilities pointer',
      citation: 'PCIe 7.5.1.1.11',
      statement:
        'Offset 0x34 is read-only; valid when Status bit 4 is 1; with 0 there it means nothing (any constant). Bits 1:0 are 0 (software masks them); the value is 0 or >= 0x40.',
      appliesTo: 'type 0 & 1',
      check: 'cr8(f,0x34); cw8; cr8 -> unchanged; ==0 or (>=0x40 and low bits 0) [0xFF]',
      preconditions: 'Status bit 4',
      variations: 'history: cloud-hypervisor a0065452d (low bits), 009555684 (FFh pointer)',
    },
    {
      id: 'HDR-010',
      strength: 'MUST',
      title: 'Interrupt Line',
      citation: 'PCIe 7.5.1.1.12',
      statement:
        'Offset 0x3C is a RW byte without effect on the device; written values read back. If Interrupt Pin is 0 it may be hardwired 0.',
      appliesTo: 'type 0 & 1',
      check: 'cw8(f,0x3C,x); cr8 -> x (or 0 if pin==0) [0xFF]',
      variations:
        'VIA on-chip functions route by it (the exception on real chipsets); Xen passes through / domU drops; Linux vfio virtual RW',
    },
    {
      id: 'HDR-011',
      strength: 'UNDEFINED',
      title: 'Interrupt Line after reset',
      citation: 'PCIe 7.5.1.1.12',
      statement: 'The reset value of Interrupt Line is implementation specific; firmware assigns it.',
      allowed: '0x00..0xFF; after FLR either the old value (if kept by virtualisation layer) or the power-on value',
      appliesTo: 'type 0 & 1',
      check: 'reset; cr8(0x3C) -> any byte, then stable [0x00]',
      variations: 'QEMU 0; kvmtool assigned GSI; crosvm assigned GSI or 0xFF',
    },
    {
      id: 'HDR-012',
      strength: 'MUST',
      title: 'Interrupt Pin',
      citation: 'PCIe 7.5.1.1.13',
      statement:
        'Offset 0x3D is read-only with value 0 (none) or 1..4 (INTA..INTD); a single-function device should use only 0 or 1 (advice: functions of a chipset stood alone keep their pin).',
      appliesTo: 'type 0 & 1',
      check: 'cr8; cw8; cr8 -> unchanged and 0..4; 2..4 on a single-function device: note only; VF: 0 [0xFF]',
      variations: 'Linux vfio reports 0 when the host has no INTx for the device',
    },
    {
      id: 'HDR-013',
      strength: 'MUST',
      title: 'Min_Gnt, Max_Lat, CardBus CIS',
      citation: 'PCIe 7.5.1.2.2, 7.5.1.2.5',
      statement:
        'On PCI Express type 0 functions 0x3E, 0x3F read 0 and 0x28 reads 0, all read-only; conventional functions may have RO non-zero values.',
      appliesTo: 'type 0',
      check: 'cr16(0x3E); cr32(0x28); write; read -> 0 and unchanged [all bits]',
      preconditions: 'PCIe',
    },
    {
      id: 'HDR-014',
      strength: 'MUST',
      title: 'Subsystem IDs',
      citation: 'PCIe 7.5.1.2.3; 7.9.x SSVID (unverified)',
      statement:
        '0x2C/0x2E of type 0 are read-only and constant (system firmware may load them before software runs). A type 1 header carries them in the SSVID capability instead.',
      appliesTo: 'type 0',
      check: 'cr32(0x2C); cw32; cr32 -> unchanged [all bits]',
      variations: "VF subsystem vendor must equal PF's",
    },
    {
      id: 'HDR-015',
      strength: 'MUST',
      title: 'RsvdP / RsvdZ bits',
      citation: 'PCIe 7.4',
      statement:
        'RsvdP/RsvdZ bits and reserved header bytes (0x35..0x37; 0x38..0x3B of type 0) read 0 in this structure generation; writing has no effect. HwInit bits cannot be changed by guests and keep their value over FLR, hot reset and D-state changes.',
      appliesTo: 'all functions',
      check:
        'write all ones to each register, read, compare with the per-structure implemented mask -> reserved bits 0 [per register]',
      preconditions:
        'reserved = reserved in the newest revision the catalogue knows; bits given a meaning later count as open, whatever the version field says',
      variations:
        'Xen keeps an explicit per-register RsvdP/RsvdZ/RO/RW1C mask table; cloud-hypervisor MSI/MSI-X reserved bits become RW; history: Xen a3c8fb450a',
    },
    {
      id: 'HDR-016',
      strength: 'MUST',
      title: 'RW1C semantics',
      citation: 'PCIe 7.4',
      statement:
        'Writing 1 clears a set bit, writing 0 leaves it; clearing one bit leaves its neighbours; a byte write affects only its own lane.',
      appliesTo: 'all RW1C',
      check: 'force bit set (error injection); write 0; write 1 -> unchanged; cleared [per register]',
      preconditions: 'bit can be set by the test',
      variations: 'cloud-hypervisor/crosvm: Status read-only; libvfio-user ignores writes',
    },
    {
      id: 'HDR-017',
      strength: 'MAY',
      title: 'Function-number aliasing by single-function devices',
      citation: 'PCIe 7.3.1, 7.3.2 (full decode required only in newer modes); PCI 3.0 6.2.1 (unverified)',
      statement:
        'A single-function device should decode the function number fully; older designs may answer at every function number with the same registers. Multifunction bit 0 tells software not to look.',
      allowed:
        "all ones; conventional function with header bit 7 = 0 (PCI Express: only with flag fn_alias=alias): function 0's data at every register, width and mechanism, writes landing in function 0. One behaviour for all of 1..7 and for reads and writes",
      appliesTo: 'single-function devices',
      check:
        "cr32(dev, fn 1..7, 0) -> all ones, or exactly function 0's data with writes landing in function 0 [all bits]",
      preconditions: 'header bit 7 = 0',
      variations: 'cloud-hypervisor ECAM and kvmtool alias; QEMU, crosvm, Xen return all ones',
    },
    {
      id: 'HDR-018',
      strength: 'MUST',
      title: 'Multi-register writes split by register',
      citation: 'PCIe 7.4; PCI 3.0 6.1 (unverified)',
      statement:
        'A dword write covering registers of different kind (e.g. Command RW + Status RW1C, or RO + RW bytes) treats each byte by its own rule; no byte is refused because a neighbour is read-only. A zero upper half at 0x04 leaves Status alone; ones there only clear RW1C bits. (Type 1: 0x3E is Bridge Control, bit 6 of it resets the bus below.)',
      appliesTo: 'all functions',
      check:
        'cw32(f,0x04,cmd|0xFFFF0000); type 0: cw32(f,0x3C,0xFFFFFFxx); type 1: cw32(f,0x3C,0xFFxx | current 31:16) -> RW parts take effect, RO parts unchanged [per register]',
      variations:
        'Xen dispatches parts to handlers; libvfio-user returned an error for mixed writes; history: kvmtool 78771e7; cloud-hypervisor 1379abb94b (message control updated through a 32-bit write); libvfio-user a28eb4a',
    },
    {
      id: 'HDR-019',
      strength: 'MUST',
      title: 'Functions of one device are separate',
      citation: 'PCIe 7.3.1, 7.5.1; PCI 3.0 3.2.2.3.4 (unverified)',
      statement:
        'Command, Status, BARs, ROM, Cache Line Size, Interrupt Line and capability registers belong to one function: a write to one changes no register and no decode of another. Exceptions by design: link and slot registers that a device shares, SR-IOV (PF to VF), bridges (bus numbers, windows, resets act below).',
      appliesTo: 'all functions',
      check:
        'dump all functions; cw32(f,r,X) for Command, BARs, 0x0C, 0x3C, MSI/MSI-X control; dump the others; probe a BAR of each -> only f changed [~volatile]',
      preconditions: 'multifunction device (or any two functions)',
      variations:
        'cloud-hypervisor: CAM write with function > 0 lands on function 0 (by reading); history: cloud-hypervisor (see CAM-008)',
    },
  ],
};
