/** Capability lists, and the capabilities that are no interrupts. */

import type { Area } from './area.ts';

export const capabilityLists: Area = {
  name: 'Capability lists',
  rules: [
    {
      id: 'CAP-001',
      strength: 'MUST',
      title: 'List is well formed',
      citation: 'PCIe 7.5.1.1.11; PCI 3.0 6.7',
      statement:
        'Following next pointers from 0x34 (low two bits masked) reaches 0 after at most 48 steps; every node is dword aligned, at 0x40..0xFC, visited once.',
      appliesTo: 'type 0 & 1',
      check: 'walk -> terminates, no loop, no node < 0x40 [pointer & 0xFC]',
      preconditions: 'Status bit 4',
      variations:
        'Linux vfio rewrites next pointers to hide capabilities; Xen hides unknown ones for domU; history: cloud-hypervisor 009555684 (pointer FFh looped), a0065452d; Xen d830b0a7bc (filtered list)',
    },
    {
      id: 'CAP-002',
      strength: 'MUST',
      title: 'Capabilities do not overlap',
      citation: 'PCI 3.0 6.7; PCIe 7.7.1, 7.7.2',
      statement:
        "The byte ranges of capability structures (length by id, flags and length fields) are disjoint, stay inside 0x40..0xFF, and do not contain another node's header.",
      appliesTo: 'type 0 & 1',
      check:
        'compute lengths (PM 8, MSI 10/14/20/24, MSI-X 12, PCIe v2 60, v1 by port type: 12, with link 20, with slot 28, root 36; VSC by length byte, virtio by cap_len; AF 6, SSVID 8, VPD 8, EA by entries; unknown id 2) -> disjoint [all bits]',
      variations: 'history: cloud-hypervisor 846505d360 (test of where id and next go)',
    },
    {
      id: 'CAP-003',
      strength: 'MUST',
      title: 'Headers read-only, set stable',
      citation: 'PCIe 7.4, 7.5.2.1, 7.5.3.1, 7.7.1.1, 7.7.2.1',
      statement:
        'Capability id, next pointer and capability fields of every structure (extended ones too) ignore writes; ids, order and offsets never change, resets included (Interrupt Message Number in the PCIe capability follows MME: PCIE-002).',
      appliesTo: 'type 0 & 1',
      check: 'write ones to each RO byte; walk again; walk after each reset -> identical [per register]',
      variations:
        'kvmtool: capability bytes are plain memory (writable); libvfio-user returns EPERM; history: cloud-hypervisor a116add99 (MSI-X read-only mask wrong)',
    },
    {
      id: 'CAP-004',
      strength: 'MUST',
      title: 'Single instance of MSI, MSI-X, PM, PCIe',
      citation: 'PCIe 7.7.2 (one MSI-X capability), 7.5.2, 7.5.3, 7.7.1; PCI 3.0 6.8.2',
      statement: 'Each of these ids appears at most once; vendor-specific (09h) may repeat.',
      appliesTo: 'type 0 & 1',
      check: 'walk -> count <= 1 [all bits]',
    },
    {
      id: 'ECAP-001',
      strength: 'MUST',
      title: 'Extended list is well formed',
      citation: 'PCIe 7.6.1, 7.6.2, 7.6.3',
      statement:
        'Starting at 0x100, header = id 15:0, version 19:16, next 31:20; next is 0 or dword aligned and >= 0x100; no loops; structures are disjoint and end before 0x1000.',
      appliesTo: 'PCIe functions',
      check:
        'walk; lengths: AER 44 (root port, event collector 56; 72 only with TLP prefix support), DSN 12, VSEC/DVSEC by length field, else what id and version need; unknown id 4 -> well formed [all bits]',
      preconditions: 'ECAM',
      variations:
        'cloud-hypervisor hides SR-IOV/ReBAR/ARI by rewriting; crosvm skips by patching; history: cloud-hypervisor e45e3df64; Xen ed4e690ae1, a845b50c12',
    },
    {
      id: 'ECAP-002',
      strength: 'MUST',
      title: 'Empty extended list',
      citation: 'PCIe 7.6.1; 7.9.27/7.9.28 (null capability)',
      statement:
        "A PCI Express function without extended capabilities shows id 0000h, version 0, next 0 at 0x100. Software also treats an all-ones dword as 'no extended space'.",
      appliesTo: 'PCIe functions',
      check:
        'mr32(0x100); mw32(0x100,~0); mr32(0x100) -> 0 both times; flag ext_empty=ones accepts 0xFFFFFFFF; id 0 with next != 0 is a null entry (hidden first one) [all bits]',
      variations: 'Linux vfio keeps a placeholder with id 0 at 0x100 when the first one is hidden',
    },
  ],
};

export const powerManagement: Area = {
  name: 'Power management',
  rules: [
    {
      id: 'PM-001',
      strength: 'MUST',
      title: 'Registers',
      citation: 'PCIe 7.5.2.1, 7.5.2.2; PCI PM 1.2 3.2.x (unverified)',
      statement:
        'Capability id 01h, 8 bytes. PMC is RO. PMCSR: bits 1:0 PowerState RW, bit 3 No_Soft_Reset RO, bit 8 PME_En RW (may be hardwired 0 if PMC 15:11 is 0), 12:9 select, 15 PME_Status RW1C (may be hardwired 0 without D3cold support); reset state D0.',
      appliesTo: 'functions with PM',
      check:
        'cw16(+4, 0xFFFC | PowerState); cr16; restore (PowerState itself: PM-002..PM-005) -> bit 8 as written if PMC names a PME state, else as written or 0; bit 15 reads 0; bit 3 and 1:0 unchanged [0x810B]',
      variations:
        'QEMU 7.2: e1000e has PME_En RW without PME support (legal), i82550 and pcie-pci-bridge have PowerState read-only (seen); libvfio-user stores PME_Status as plain RW; crosvm RW1C; Linux vfio intercepts PowerState',
    },
    {
      id: 'PM-002',
      strength: 'MUST',
      title: 'Unsupported state',
      citation: 'PCIe 7.5.2.2',
      statement:
        'Writing D1/D2 to PowerState of a function that lacks them completes but the value is dropped (state stays).',
      appliesTo: 'functions with PM',
      check: 'cw16(+4, D1); cr16 -> old state [0x3]',
      preconditions: 'PMC says unsupported',
      variations: 'crosvm and QEMU 7.2 accept D1/D2 (seen for QEMU: e1000e, nvme, virtio)',
    },
    {
      id: 'PM-003',
      strength: 'MUST',
      title: 'Non-D0 accepts only configuration',
      citation: 'PCIe 5.3.1.4.1, 7.5.2.2',
      statement:
        "In D1, D2 and D3hot memory and I/O requests to the function are unsupported (a hole's value (MAP-002) / dropped) and it issues no requests but PME; config works. Command is not changed by entering the state. An INTx level raised before entry may stay or drop.",
      appliesTo: 'functions with PM',
      check: 'PowerState=3; mr(bar); cr32; dump -> all ones; config normal [access width]',
      variations:
        'Linux vfio zaps mmaps in D3 (fault); QEMU 7.2: BARs keep answering in D3hot (seen: e1000e, nvme, virtio; pm=cosmetic); cloud-hypervisor/kvmtool/crosvm ignore (profile pm=cosmetic)',
    },
    {
      id: 'PM-004',
      strength: 'MUST',
      title: 'D3hot to D0 with No_Soft_Reset=1',
      citation: 'PCIe 5.3.1.4.1, 7.5.2.2',
      statement: 'All context is kept: BARs, Command, MSI/MSI-X, device registers.',
      appliesTo: 'functions with PM',
      check: 'program; D3; D0; wait 10 ms; dump -> equal [~volatile]',
      preconditions: 'NSR=1',
      variations: 'QEMU and vfio report per device',
    },
    {
      id: 'PM-005',
      strength: 'UNDEFINED',
      title: 'D3hot to D0 with No_Soft_Reset=0',
      citation: 'PCIe 5.3.1.4.1, 5.3.1.4.2, 7.5.2.2',
      statement:
        'The function may be internally reset on the way back. Software waits 10 ms; earlier accesses may fail (all ones).',
      allowed:
        'each RW register holds its old value or its reset value (per register); HwInit, sticky and identity unchanged; decode follows the registers actually read back; no INTx asserted unless a source is pending',
      appliesTo: 'functions with PM',
      check: 'program; D3; D0; wait 10 ms; dump -> see allowed [all bits]',
      preconditions: 'NSR=0',
    },
    {
      id: 'PM-006',
      strength: 'MUST',
      title: 'PME',
      citation: 'PCIe 7.5.2.2, 5.3.3.x (unverified), 7.4 (sticky)',
      statement:
        'PME_Status is set by a wake event whatever PME_En says; PME is signalled only if both are 1; writing 1 to bit 15 clears it. PME_En/Status are sticky over reset if D3cold wake is supported (PME_En also where the function lives on auxiliary power).',
      appliesTo: 'functions with PM',
      check: 'cause wake; cr16; clear -> as stated [0x8100]',
      preconditions:
        'PMC PME support and PME_Status implemented (it may be hardwired 0 where PMC bit 15, D3cold, is 0)',
      variations: 'emulators seldom support; then bits RO 0',
    },
  ],
};

export const pciExpress: Area = {
  name: 'PCI Express capability',
  rules: [
    {
      id: 'PCIE-001',
      strength: 'MUST',
      title: 'Presence and length',
      citation: 'PCIe 7.5.3, 7.5.3.2',
      statement:
        'A PCI Express function is one that shows capability id 10h: it shows it once, with version and length as its port type asks; unimplemented registers inside read 0, but Presence Detect State reads 1 in a downstream or root port without slot registers; ports may carry link and slot registers they need not have.',
      appliesTo: 'PCIe functions',
      check: 'read; check device/port type against header type -> type code legal for header [all bits]',
      variations:
        'Xen guests: hidden; kvmtool vfio: PCIe 1.1 series exposes it; history: kvmtool 25c1dc6 (PCIe capability shown for vfio)',
    },
    {
      id: 'PCIE-002',
      strength: 'MUST',
      title: 'Register kinds in the PCIe capability',
      citation: 'PCIe 7.5.3.3-.11',
      statement:
        'Capabilities registers RO (but Interrupt Message Number, +2 bits 13:9, follows MME and the enabled mechanism); DevSta bits 3:0 RW1C; slot event bits RW1C; LnkSta 13:0 RO (bit 10 undefined) with non-reserved speed/width while the link is up, 15:14 RW1C in ports; Max Payload (default 000) and Max Read Request (default 010, or hardwired 000) RW or hardwired legal. DevCtl 3:0 RW (hardwired 0 only in integrated endpoints and event collectors); SltCtl 12 RW if link active reporting is capable (LnkCap 20); Root Control 3:0 RW.',
      appliesTo: 'PCIe functions',
      check:
        'write ones except DevCtl 15 (FLR; retry enable in PCIe-to-PCI bridges), LnkCtl 5:4 (retrain, disable), SltCtl 10 (power) and 11 (interlock); read; restore; status registers: write exactly the bits that read 1 -> kinds respected [per register]',
      variations:
        'crosvm and QEMU implement slot registers; QEMU puts slot events back when a write to Slot Status names an event bit that is 0 (on purpose, seen: 0x11 leaves 0x10 set, 0x10 clears it)',
    },
  ],
};

export const aer: Area = {
  name: 'Advanced Error Reporting',
  rules: [
    {
      id: 'AER-001',
      strength: 'MUST',
      title: 'Error status bits',
      citation: 'PCIe 7.8.4.2, 7.8.4.5 (unverified)',
      statement:
        'Uncorrectable and Correctable Error Status hold RW1C bits for the errors a function implements, 0 elsewhere; a one clears its bit only. They are sticky: hot reset and FLR leave them.',
      appliesTo: 'PCIe functions with AER',
      check:
        'read; write back exactly what reads 1, by every width; read -> written bits 0, others as before [all bits]',
      preconditions: 'no new error between write and read',
      variations: 'QEMU keeps them; most VMMs have no AER',
    },
    {
      id: 'AER-002',
      strength: 'MUST',
      title: 'Error masks and severity',
      citation: 'PCIe 7.8.4.3, 7.8.4.4, 7.8.4.6; 6.2.3 (unverified)',
      statement:
        'Uncorrectable Mask, Uncorrectable Severity and Correctable Mask bits are RW and sticky for each implemented error, RO for the rest, constant in kind; the errors that every function must detect (malformed TLP 18, unsupported request 20, poisoned TLP 12, data link protocol 4) have RW mask and severity bits.',
      appliesTo: 'PCIe functions with AER',
      check:
        'write ones; read; write zeros; read; FLR; read -> RW bits follow; the four named are RW; kept over FLR [per register]',
      preconditions: 'integrated endpoints and VFs excluded from the named four (4 needs a link)',
      variations: 'QEMU: masks RO 0 in some devices',
    },
    {
      id: 'AER-003',
      strength: 'MUST',
      title: 'Error defaults',
      citation: 'PCIe 7.8.4.2-.6 (unverified)',
      statement:
        'After power-on: status 0; Uncorrectable Mask 0 but bit 22 (internal error) 1 where implemented; Uncorrectable Severity 1 in bits 4, 5, 13, 17, 18, 22 where implemented, 0 elsewhere; Correctable Mask 1 in bit 13 and, where implemented, 14 and 15.',
      appliesTo: 'PCIe functions with AER',
      check: 'dump at first sight of a function after a conventional reset -> as stated [implemented bits]',
      preconditions: 'first dump after power-on',
    },
    {
      id: 'AER-004',
      strength: 'MUST',
      title: 'Root error registers',
      citation: 'PCIe 7.8.4.9-.11 (unverified)',
      statement:
        'Root Error Command bits 2:0 are RW, reset 0; Root Error Status bits 6:0 RW1C sticky, 31:27 RO message number; Error Source Identification RO. Only root ports and event collectors have them.',
      appliesTo: 'root ports, event collectors with AER',
      check: 'write ones; read; write back what reads 1 -> kinds respected [0x7; 0x7F]',
      preconditions: 'no error between',
      variations: 'QEMU root ports implement them',
    },
  ],
};

export const resizableBar: Area = {
  name: 'Resizable BAR',
  rules: [
    {
      id: 'RBAR-001',
      strength: 'MUST',
      title: 'Capability content',
      citation: 'PCIe 7.8.6.1-.3',
      statement:
        'Each entry lists at least one size from 1 MiB up to 512 GiB (plus extension), the BAR index (RO) and the number of entries (only in the first). Entry BAR is a memory BAR; sizes >= 4 GiB need 64-bit.',
      appliesTo: 'functions with ReBAR',
      check: 'read -> legal [all bits]',
      variations:
        'Xen hides it from domU and handles it for the hardware domain; cloud-hypervisor and kvmtool hide it; Linux vfio virtualises the control; QEMU vfio shows a restricted form (unverified); history: Xen 6ce1066599; cloud-hypervisor e45e3df64',
    },
    {
      id: 'RBAR-002',
      strength: 'MUST',
      title: 'Size field takes effect at once',
      citation: 'PCIe 7.8.6.3',
      statement: 'Writing BAR Size updates the set of RO bits of the BAR immediately; newly RO address bits read 0.',
      appliesTo: 'functions with ReBAR',
      check: 'MSE=0; set size; size the BAR -> ~(2^(20+n)-1) [address bits]',
      preconditions: 'MSE=0',
    },
    {
      id: 'RBAR-003',
      strength: 'UNDEFINED',
      title: 'BAR content after resize',
      citation: 'PCIe 7.8.6.3',
      statement: "The BAR's address bits that stay RW are unspecified after a size change.",
      allowed:
        'any address (the text says undefined), stable between reads; bits below the new size read 0; software must rewrite',
      appliesTo: 'functions with ReBAR',
      check: 'set size; cr32(bar) -> see allowed [bits now RO]',
      preconditions: 'MSE=0',
    },
    {
      id: 'RBAR-004',
      strength: 'UNDEFINED',
      title: 'Resize with decode on or unsupported size',
      citation: 'PCIe 7.8.6.3',
      statement: 'Software must clear memory enable and use an advertised size.',
      allowed:
        "ignored, or applied; the decoded region then is a legal naturally aligned power of two inside the BAR's address width, or not decoded until the next write; no crash and no alias",
      appliesTo: 'functions with ReBAR',
      check: 'as stated -> see allowed [all bits]',
    },
  ],
};

export const srIov: Area = {
  name: 'SR-IOV',
  rules: [
    {
      id: 'SRIOV-001',
      strength: 'MUST',
      title: 'VF identity',
      citation: 'PCIe 9.3.4, 9.3.3.11, 9.3.3.14',
      statement:
        'A VF answers FFFFh for Vendor and Device ID, BARs 0 and has no ROM; memory enable in its Command is 0 and IntPin 0; VF Device ID is in the PF capability.',
      appliesTo: 'VFs',
      check: 'enumerate VFs; read -> as stated [all bits]',
      preconditions: 'VF enabled',
      variations:
        'QEMU 7.2 nvme VF: Interrupt Pin 1, Command bits 0, 1 and 10 writable (seen; deviations); Linux vfio substitutes IDs and BARs and emulates MSE',
    },
    {
      id: 'SRIOV-002',
      strength: 'MUST',
      title: 'VF BAR sizing and placement',
      citation: 'PCIe 9.2.1.1.1, 9.3.3.14, 9.3.3.3.4',
      statement:
        'VF BARs in the PF capability size like normal BARs (one VF); the n-th VF (n from 1) sits at base + (n-1)*size, NumVFs*size in all; base and size are multiples of System Page Size, so a write there may change the size; memory decode by VF MSE, not by Command of PF or VF.',
      appliesTo: 'PF with SR-IOV',
      check: 'size; enable; probe VF k -> address arithmetic holds [access width]',
      preconditions: 'VF Enable and VF MSE 0 while sizing',
    },
    {
      id: 'SRIOV-003',
      strength: 'UNDEFINED',
      title: 'NumVFs locked',
      citation: 'PCIe 9.3.3.7, 9.3.3.9, 9.3.3.10',
      statement:
        'Software keeps NumVFs at or below TotalVFs; First VF Offset and Stride may change with NumVFs only before enabling. Writing NumVFs while VF Enable = 1 has no defined result.',
      allowed:
        'NumVFs above TotalVFs: reads old, clamped or as written, and at most TotalVFs VFs answer; after a write with VF Enable = 1: NumVFs reads the old or the new value; no crash; the VFs that answer are those of one of the two values',
      appliesTo: 'PF',
      check: 'write while enabled -> see allowed [0xFFFF]',
    },
    {
      id: 'SRIOV-004',
      strength: 'MUST',
      title: 'VF enable and disable',
      citation: 'PCIe 9.2.1.2, 9.3.3.3.1',
      statement:
        'VFs appear (after 100 ms) and disappear with VF Enable; while disabled their routing ids answer all ones.',
      appliesTo: 'PF',
      check: 'toggle; scan -> presence follows [all bits]',
      variations: 'Xen needs hwdom to do it',
    },
  ],
};

export const enhancedAllocation: Area = {
  name: 'Enhanced Allocation',
  rules: [
    {
      id: 'EA-001',
      strength: 'MUST',
      title: 'Entries fixed by hardware and well formed',
      citation: 'PCIe 7.8.5.1-.3, 6.23',
      statement:
        'EA entries are HwInit/RO, but Enable (bit 31) may be RW, and with Writable (bit 30, only for reserved properties) base and MaxOffset are RW. Bits 1:0 of these registers are a reserved bit and the 64-bit flag; the address bits 1:0 count as 00 in base and 11 in MaxOffset; legal size, flags and properties; a region named by EA has a fixed base and size and the matching BAR (BEI 0..5, 8 = ROM) is hardwired 0; available entries do not overlap.',
      appliesTo: 'functions with EA',
      check:
        'read; write; sizing of the BAR -> unchanged, except Enable and the fields of Writable entries; BAR 0 [all bits]',
      variations: 'VMMs hide it',
    },
    {
      id: 'EA-002',
      strength: 'MUST',
      title: 'Decode by Command and Entry enable',
      citation: 'PCIe 7.8.5.3, 6.23',
      statement: 'The fixed range is decoded when memory (or I/O) enable is 1 and the entry enable bit is 1.',
      appliesTo: 'functions with EA',
      check: 'toggle -> follows [access width]',
      preconditions: 'Enable is RW (else only memory/I/O enable can be toggled)',
    },
  ],
};
