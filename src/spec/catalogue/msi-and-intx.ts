/** MSI and interrupt lines. */

import type { Area } from './area.ts';

export const msi: Area = {
  name: 'MSI',
  rules: [
    {
      id: 'MSI-001',
      strength: 'MUST',
      title: 'Structure layout by flags',
      citation: 'PCIe 7.7.1.1, 7.7.1.2-.8',
      statement:
        'Message Control bit 7 (64-bit) and bit 8 (per-vector mask) fix the layout: data at +8 or +0xC, mask at +0xC or +0x10, pending after it. A function whose port type is 0000b (PCI Express Endpoint) has bit 7 = 1; legacy endpoints (0001b), integrated endpoints, ports, bridges and conventional functions may have 0.',
      appliesTo: 'functions with MSI',
      check: 'read control; check length and neighbours -> layout consistent [0x0180 of control]',
    },
    {
      id: 'MSI-002',
      strength: 'MUST',
      title: 'Message Control writable bits',
      citation: 'PCIe 7.7.1.2',
      statement:
        'Only bit 0 (enable) and 6:4 (multiple message enable) are RW, both reset 0 (bit 10, extended data enable, too if bit 9 says so). The rest is RO; reserved bits 0. The dword write at the capability header (upper half) works like the word write.',
      appliesTo: 'functions with MSI',
      check:
        'cw16(+2,(MMC<<4)|0xFB8E); cr16; cw16(+2,(MMC<<4)|0xFB8F); cr16; cw16(+2,MMC<<4); cw16(+2,0); cr16; cw32(+0,1<<16); cr16; cw16(+2,0) (no MME above MMC: that is MSI-003; MME never changes while bit 0 is 1: that is MSI-008) -> enable and MME as written; every other bit constant; 3:1 <= 101b [0xFFFF]',
      variations:
        'cloud-hypervisor and crosvm store all bits; Linux vfio limits MMC to what the host has; history: cloud-hypervisor 1379abb94b: control changed by a 32-bit write',
    },
    {
      id: 'MSI-003',
      strength: 'UNDEFINED',
      title: 'Multiple Message Enable above capable',
      citation: 'PCIe 7.7.1.2',
      statement: 'Software must not program more vectors than MMC advertises (or reserved 110/111).',
      allowed:
        'read-back: written value, clamped to MMC, or old value; messages: only vectors 0..2^MMC-1 exist; each emitted data = base with low bits replaced within some width between MMC and MME; no other memory write',
      appliesTo: 'functions with MSI',
      check: 'cw16 MME > MMC; cr16; trigger vectors -> see allowed [all bits]',
      variations:
        'QEMU clamps to MMC; libvfio-user refuses; Linux vfio clamps to the number it granted (by reading vfio_msi_config_write)',
    },
    {
      id: 'MSI-004',
      strength: 'MUST',
      title: 'Address and data registers',
      citation: 'PCIe 7.7.1.3-.6',
      statement:
        'Address bits 31:2 RW, 1:0 RO 0; upper address fully RW (64-bit form); data 15:0 RW. The two bytes above the data word belong to the structure only with per-vector masking (then reserved 0) or with extended data capable (bit 9: RW, reset 0, enabled or not); else the structure ends at the data word and they are device bytes (RTE-011).',
      appliesTo: 'functions with MSI',
      check:
        'write ones; read -> address 0xFFFFFFFC; upper 0xFFFFFFFF; data word 0xFFFF; upper half of the data dword: 0xFFFF with extended data capable, 0 with masking and no extended data, open otherwise [per register]',
      preconditions: 'enable=0',
      variations:
        'QEMU 7.2: upper half of the data dword RW where masking is absent (seen: edu, nec-usb-xhci, pvscsi, ahci, intel-hda, xio3130), 0 where present (seen: ioh3420, pci-bridge)',
    },
    {
      id: 'MSI-005',
      strength: 'UNDEFINED',
      title: 'Address/data reset value',
      citation: 'PCIe 7.7.1.3-.5',
      statement: 'Contents of address and data after reset are not specified.',
      allowed: 'any value with RO bits correct; old value or 0 are usual; must be stable between reads',
      appliesTo: 'functions with MSI',
      check: 'reset; read -> see allowed [address 1:0]',
      variations: 'QEMU zero; others zero or old',
    },
    {
      id: 'MSI-006',
      strength: 'MUST',
      title: 'Message composition',
      citation: 'PCIe 6.1.4.1, 6.1.4.3-.4, 7.7.1.5',
      statement:
        'With enable=1 and 2^n vectors allocated, vector k is a dword write to the programmed address of data whose low n bits are replaced by k; upper bits as programmed (16 zero bits above). With fewer vectors than wanted, events are folded onto the allocated ones; an upper address of 0 means a 32-bit address.',
      appliesTo: 'functions with MSI',
      check: 'program; trigger k -> write (addr, (data & ~(2^n-1)) | k) [all 32 bits]',
      preconditions:
        "low n data bits programmed 0; k < 2^n; BME=1, D0, vector not masked; earlier event of the same source acknowledged; the address is one that the back end's message sink reports (RAM only where it says so)",
      variations:
        'cloud-hypervisor MSI routes used unmodified data for each vector; kvmtool vfio; history: kvmtool e554aef (low bits of data)',
    },
    {
      id: 'MSI-007',
      strength: 'UNDEFINED',
      title: 'Non-zero low data bits',
      citation: 'PCIe 7.7.1.5 (r6.3 says undefined)',
      statement: 'If software leaves low n data bits non-zero with n>0.',
      allowed:
        'low bits replaced by k, or ORed/added within n bits; upper bits as programmed; the write goes to the programmed address',
      appliesTo: 'functions with MSI',
      check: 'data low bits=1, n=1; trigger -> see allowed [all bits]',
      variations: 'history: kvmtool e554aef',
    },
    {
      id: 'MSI-008',
      strength: 'UNDEFINED',
      title: 'Reprogramming while enabled',
      citation: 'PCIe 7.7.1.2; 6.1.4.5',
      statement: 'Changing MME (or address/data without masking) while enable=1.',
      allowed:
        'each message equals an old, a new, or a field-wise mixture (old/new per register) of address-low, address-high, data and MME (number of replaced low bits, hence also the folding of vectors); after the last write is ordered all later messages use the new values',
      appliesTo: 'functions with MSI',
      check: 'change address/data/MME with enable=1 while triggering -> see allowed [all bits]',
      variations:
        'Linux rewrites address/data with the vector masked if possible; else live for affinity changes; history: Xen 1e34ed7174 (update of bound MSI)',
    },
    {
      id: 'MSI-009',
      strength: 'MUST',
      title: 'Per-vector mask and pending',
      citation: 'PCIe 7.7.1.7, 7.7.1.8, 6.1.4.5',
      statement:
        'With PVM, mask bits 0..2^MMC-1 are RW reset 0, pending bits RO reset 0; higher bits are reserved 0. A masked event sets pending; unmasking sends once and clears pending, with the address and data registers as they are then. A pending bit may go back to 0, without a message, when its cause is cleared (MSIX-026). Mask and pending bits of vectors that MME does not allocate have no influence on messages.',
      appliesTo: 'functions with MSI PVM',
      check: 'mask k; trigger; read pending; unmask; observe -> pending k=1; one message; pending 0 [low 2^MMC bits]',
      preconditions: 'enable=1; BME=1, D0; k < 2^MME; cause not cleared before the unmask',
      variations:
        'cloud-hypervisor and kvmtool vfio do not emulate pending (masking by removing the irqfd loses or defers); QEMU does; history: kvmtool 3a36d34 (vectors start unmasked)',
    },
    {
      id: 'MSI-010',
      strength: 'MUST',
      title: 'Enable=0 silences MSI',
      citation: 'PCIe 6.1.4.3, 7.7.1.2',
      statement:
        'No message is sent with enable=0; an event then goes to INTx if that is usable, or is lost/held by the device.',
      appliesTo: 'functions with MSI',
      check: 'enable=0; trigger -> no message [all bits]',
      variations: 'history: kvmtool 7302327: INTx must come back when MSI is disabled',
    },
    {
      id: 'MSI-011',
      strength: 'UNDEFINED',
      title: 'MSI and MSI-X enabled together',
      citation: 'PCIe 6.1.4 / 6.1.4.3',
      statement: 'Software must not enable both.',
      allowed:
        'messages through either mechanism or none; both register files keep their values; after one is disabled the other works',
      appliesTo: 'functions with both',
      check: 'enable both; trigger -> see allowed [all bits]',
      variations: 'vfio: one interrupt mode at a time',
    },
  ],
};

export const intx: Area = {
  name: 'INTx',
  rules: [
    {
      id: 'INTX-001',
      strength: 'MUST',
      title: 'Level semantics',
      citation: 'PCIe 6.1.3, 2.2.8.1; PCI 3.0 2.2.6 (unverified)',
      statement:
        'INTx is a level: asserted while an enabled source is pending and Interrupt Disable is 0, dropped when the source is cleared. If still pending after EOI the line stays up.',
      appliesTo: "type 0; a bridge's own interrupts",
      check: 'raise source; EOI without clearing; observe; clear source -> stays up; then down [all bits]',
      preconditions: 'pin!=0, D0, MSI and MSI-X off since the source was raised (MSIX-022)',
      variations:
        'kvmtool used edge pulses, now level; vfio: automasked until unmask; history: kvmtool fe21827, 353fa0d, 2108c86',
    },
    {
      id: 'INTX-002',
      strength: 'MUST',
      title: 'Sharing and wire-OR',
      citation: 'PCIe 2.2.8.1, 6.1.3; PCI-to-PCI 1.2 9.1',
      statement:
        "Several functions on one line: the line is up while any of them asserts; one function's clear does not drop another's request. Reset, FLR or removal of a function ends its contribution.",
      appliesTo: 'host bridge / bridges',
      check: 'two functions on one GSI; raise both; clear one -> still up [all bits]',
      preconditions: 'shared routing',
    },
    {
      id: 'INTX-003',
      strength: 'MUST',
      title: 'Swizzle through a bridge',
      citation: 'PCI-to-PCI 1.2 9.1 Table 9-1; PCIe 2.2.8.1',
      statement:
        'Pin P of device D behind a bridge appears at the bridge as ((P-1+D) mod 4)+1 (PCIe: D is 0 below a port; upstream/downstream ports use their own device numbers).',
      appliesTo: 'bridges',
      check: 'raise INTx of devices 0..31 behind a bridge; observe host line -> mapped as formula [all bits]',
      variations: 'QEMU implements; crosvm swizzles by slot',
    },
    {
      id: 'INTX-004',
      strength: 'FIRMWARE-CONVENTION',
      title: 'Routing description matches',
      citation: 'PCI FW 3.0 (unverified); PCI-to-PCI 1.2 9.1',
      statement: 'ACPI _PRT / DT interrupt-map / Interrupt Line name the line that is really driven.',
      appliesTo: 'system',
      check: 'compare tables with observed lines -> match [all bits]',
      variations: 'kvmtool DT interrupt-map; Interrupt Line on x86',
    },
    {
      id: 'INTX-005',
      strength: 'MUST',
      title: 'Bridge forwards INTx regardless of its own bits',
      citation: 'PCIe 7.5.1.1.3',
      statement: "A bridge's Interrupt Disable and bus master bits do not block INTx from below.",
      appliesTo: 'type 1',
      check: 'set bridge Command 0x0400, BME 0; raise below -> line asserted [all bits]',
    },
  ],
};
