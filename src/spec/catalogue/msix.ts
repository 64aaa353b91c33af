/** MSI-X. */

import type { Area } from './area.ts';

export const msix: Area = {
  name: 'MSI-X',
  rules: [
    {
      id: 'MSIX-001',
      strength: 'MUST',
      title: 'Message Control',
      citation: 'PCIe 7.7.2.2',
      statement:
        'Bits 10:0 (table size minus 1) RO; 13:11 reserved 0; bit 14 function mask and bit 15 enable RW, reset 0.',
      appliesTo: 'functions with MSI-X',
      check: 'cw16(+2,0xFFFF); cr16; cw16(+2,0); cr16 -> only 0xC000 toggles [0xFFFF]',
      variations:
        'cloud-hypervisor shipped a config image with enable=1 while internally off; history: cloud-hypervisor de88bef42, a116add99, 1379abb94b',
    },
    {
      id: 'MSIX-002',
      strength: 'MUST',
      title: 'Control reached by any width',
      citation: 'PCIe 7.4, 7.7.2.2',
      statement:
        'Word write at +2, byte write at +3 and dword write at +0 have the same effect on enable and function mask.',
      appliesTo: 'functions with MSI-X',
      check: 'each width; check cached behaviour (messages), not only read-back -> same [0xC000]',
      variations:
        'cloud-hypervisor ignores byte at +3; crosvm reacts only to a word at +2; libvfio-user 2-byte; history: cloud-hypervisor 1379abb94b, 9c6e7c4a4, 8248650e7',
    },
    {
      id: 'MSIX-003',
      strength: 'MUST',
      title: 'Table and PBA locators',
      citation: 'PCIe 7.7.2.3, 7.7.2.4',
      statement:
        "Low 3 bits are the BAR index (BIR), the rest the byte offset, multiple of 8 (value & ~7, not shifted). RO. BIR names an implemented memory BAR (the lower dword of a pair), or the Enhanced Allocation entry with this BEI, or in a VF the VF BAR of its PF's SR-IOV capability: 0..5, type 1 only 0..1; 6,7 reserved.",
      appliesTo: 'functions with MSI-X',
      check: "cr32(+4), cr32(+8) -> in range; fits in the BAR (EA: the entry's range; VF: one VF's slice) [all bits]",
      variations:
        'kvmtool rewrites offsets for vfio; history: cloud-hypervisor a548a01423 (offset stored shifted by 3); Xen 53859596c0 (bogus capabilities)',
    },
    {
      id: 'MSIX-004',
      strength: 'MUST',
      title: 'Table and PBA fit and do not overlap',
      citation: 'PCIe 7.7.2.3-.4, 6.1.4.2',
      statement: 'Table occupies 16*N bytes, PBA 8*ceil(N/64) bytes; both lie inside their BAR; they do not overlap.',
      appliesTo: 'functions with MSI-X',
      check: 'arithmetic -> holds [all bits]',
      variations:
        'cloud-hypervisor PBA size (n/64+1)*8 (one qword too many when n is a multiple of 64); kvmtool vfio: ALIGN(ceil(n/64),8) bytes, so 8 bytes up to 512 vectors: too small above 64 (by reading); history: crosvm 7458a3a19, e892738ed (overlap); kvmtool ed01a60 (allocation size)',
    },
    {
      id: 'MSIX-005',
      strength: 'MUST',
      title: 'Page isolation',
      citation: 'PCIe 7.7.2 (isolation text), 6.1.4.2; 9.3.3.13 (System Page Size)',
      statement:
        'If the BAR holding table or PBA also holds other registers, these must not share a naturally aligned 4 KiB block with either structure (SR-IOV: System Page Size; 8 KiB distance is advised). Table and PBA may share a block. A VMM must survive devices that break this. From outside only structures that capabilities name (virtio regions, the other table) can be judged.',
      appliesTo: 'functions with MSI-X',
      check: 'layout check -> isolated [all bits]',
      variations:
        "kvmtool and Xen must handle devices that break this (NVMe registers in the same page); vfio's sparse mmap used to exclude the page, now allows it; history: Xen b177892d2d (accesses next to the table); kvmtool 39181fc",
    },
    {
      id: 'MSIX-006',
      strength: 'MUST',
      title: 'Entry layout',
      citation: 'PCIe 7.7.2.5-.8',
      statement: 'Entry k at 16*k: +0 address low, +4 address high, +8 data, +0xC vector control.',
      appliesTo: 'functions with MSI-X',
      check: 'write distinct dwords; read back -> kept at the right place [0xFFFFFFFC,~0,~0,0x1]',
      preconditions: 'entry masked',
      variations: 'history: cloud-hypervisor 87195c9ccc (#156): vector control read at 0x10 instead of 0xC',
    },
    {
      id: 'MSIX-007',
      strength: 'MUST',
      title: 'Dword and qword accesses',
      citation: 'PCIe 7.7.2 (access granularity), PCI 3.0 6.8.2',
      statement:
        'Aligned 4-byte and aligned 8-byte reads and writes of the table and PBA are supported; a qword covers two consecutive dwords.',
      appliesTo: 'functions with MSI-X',
      check: 'mw64(entry+0), mw64(entry+8); mr32 each -> consistent [all bits]',
      preconditions: 'mask set for the +8 write',
      variations:
        'QEMU takes 4-byte and splits 8; cloud-hypervisor QWORD fixed early; history: cloud-hypervisor: QWORD support; 61193de6e',
    },
    {
      id: 'MSIX-008',
      strength: 'UNDEFINED',
      title: 'Other widths and alignments',
      citation: 'PCIe 7.7.2',
      statement: 'Byte, word, unaligned or larger accesses to table or PBA.',
      allowed:
        'read: each byte is a stored byte of a touched dword, 0xFF or 0x00, also mixed when the access is cut into pieces; write: each touched dword keeps its value, takes the written bytes (at their lanes or from lane 0), or is set from the zero- or one-extended value, also mixed by piece. Only dwords touched by the access may change; a mask bit that changes this way acts like any other write; VMM stays alive',
      appliesTo: 'functions with MSI-X',
      check: 'mr8/mr16/mw8/mw16/unaligned; dump -> see allowed [all bits]',
      variations:
        'QEMU 7.2: pieces under 4 bytes read 0 and are dropped, aligned dwords inside the access work (seen); Xen: reads ~0, writes dropped; cloud-hypervisor ff; kvmtool copies any size; crosvm returned zeros; history: cloud-hypervisor 7fbc5a135 (panic), 78a30012f (index), 61193de6e; crosvm 002cd87a0; Xen 7a502b4fbc',
    },
    {
      id: 'MSIX-009',
      strength: 'MUST',
      title: 'Vector control reset',
      citation: 'PCIe 7.7.2.8',
      statement:
        "Bit 0 (mask) of each entry is 1 after any conventional reset or FLR. A device's own reset (virtio status 0) is none of these.",
      appliesTo: 'functions with MSI-X',
      check: 'reset; mr32(entry+0xC) -> bit 0 = 1 [0x1]',
      preconditions: 'MSE on',
      variations:
        'kvmtool: initial 0 (not masked); cloud-hypervisor and crosvm 1; QEMU 1; history: cloud-hypervisor de88bef42',
    },
    {
      id: 'MSIX-010',
      strength: 'UNDEFINED',
      title: 'Reserved vector control bits',
      citation: 'PCIe 7.7.2.8',
      statement: 'Bits 15:1 of vector control (31:1 without steering tags) are reserved; software keeps them.',
      allowed: 'each reserved bit: reads 0, or reads the value written last (reset 0). No effect on delivery',
      appliesTo: 'functions with MSI-X',
      check: 'write ones; read -> see allowed [0x1]',
      variations: 'cloud-hypervisor keeps them RW; QEMU RW in memory; Xen keeps bit 0 only',
    },
    {
      id: 'MSIX-011',
      strength: 'UNDEFINED',
      title: 'Address/data reset contents and low address bits',
      citation: 'PCIe 7.7.2.5-.7',
      statement:
        'Address, upper address and data after reset are unknown, except that address bits 1:0 are 0. Software writes 0 to address bits 1:0; hardware has them RO 0 or RW; a message with non-zero bits there is undefined.',
      allowed:
        'reset value: any with bits 1:0 = 0, stable. After writing 1:0 != 0: read 0 or as written; a message then goes to the address with low bits ignored, or to the address as stored, or is not sent',
      appliesTo: 'functions with MSI-X',
      check:
        'reset; read; mw32(entry,~0); mr32 -> see allowed [0xFFFFFFFC for write-back; 0x3 (must be 0) for the reset value]',
      variations: 'usually 0; vfio restores',
    },
    {
      id: 'MSIX-012',
      strength: 'MUST',
      title: 'Delivery',
      citation: 'PCIe 6.1.4.2-.4',
      statement:
        'With enable=1, function mask=0, entry mask=0, BME=1 an event on k produces one dword write of data to address of entry k as last programmed before the unmask.',
      appliesTo: 'functions with MSI-X',
      check: 'program; unmask; trigger -> exact (addr,data) [all bits]',
      preconditions:
        "BME=1, D0; the entry's address is one that the back end's message sink reports; earlier event of the same source acknowledged (else it may be merged)",
      variations: 'history: kvmtool 6518065 (route not updated after a table change), f804841 (config vector)',
    },
    {
      id: 'MSIX-013',
      strength: 'MUST',
      title: 'Masked event sets pending',
      citation: 'PCIe 6.1.4.5, 7.7.2.9',
      statement: 'With enable=1 and the entry or the function masked, an event sets PBA bit k and sends nothing.',
      appliesTo: 'functions with MSI-X',
      check: 'mask; trigger; mr(PBA) -> bit k=1; no message [bit k]',
      preconditions: 'BME=1, D0; cause not cleared before the read of the PBA',
      variations: 'kvmtool vfio PBA reads host value (never pending); kvmtool virtio sets PBA only',
    },
    {
      id: 'MSIX-014',
      strength: 'MUST',
      title: 'Unmask with pending',
      citation: 'PCIe 6.1.4.5',
      statement:
        'When the last mask (entry or function) goes away with pending=1, the function sends one message with the current entry contents and clears the bit (unless the cause has gone, then the bit may be clear with no message).',
      appliesTo: 'functions with MSI-X',
      check:
        'trigger masked n times; unmask -> exactly one message for the pending bit, then PBA 0; no further one without an event, except that a source whose cause is not acknowledged may send one more at each later unmask [bit k]',
      preconditions: 'enable=1, BME=1, D0; cause still present',
      variations:
        "kvmtool virtio does not resend on unmask; crosvm's first enable path returns before injection; cloud-hypervisor function-mask clear re-injects; history: cloud-hypervisor: pending bits on unmask; crosvm (verified in source)",
    },
    {
      id: 'MSIX-015',
      strength: 'MUST',
      title: 'Function mask is an overlay',
      citation: 'PCIe 7.7.2.2',
      statement: 'Setting or clearing bit 14 leaves the per-entry mask bits unchanged; effective mask is the OR.',
      appliesTo: 'functions with MSI-X',
      check: 'mask pattern; toggle bit 14; read entries -> entries unchanged; delivery = OR [0x1]',
      variations: 'history: cloud-hypervisor: function mask support',
    },
    {
      id: 'MSIX-016',
      strength: 'UNDEFINED',
      title: 'Disable and re-enable with pending',
      citation: 'PCIe 6.1.4.3, 6.1.4.5',
      statement: 'What happens to pending events when bit 15 is cleared and set again.',
      allowed:
        'pending kept and delivered after enable+unmask, or dropped (bit 0, no message); while disabled no message of this mechanism, the PBA value is open and an event may use INTx; an event that races with the change of bit 15 may be lost',
      appliesTo: 'functions with MSI-X; the same for MSI pending bits and its enable bit',
      check: 'pending k; enable 1->0->1; unmask -> see allowed [all bits]',
      variations: 'QEMU records pending when disabled; crosvm too; kvmtool not',
    },
    {
      id: 'MSIX-017',
      strength: 'MUST',
      title: 'Enable and unmask order',
      citation: 'PCIe 7.7.2.2, 6.1.4.3',
      statement:
        'Setting enable and clearing function mask in one write, or enable with function mask set and later unmask, give the same delivery afterwards; no event that occurs after the write has completed is lost (one that races with a change of bit 15 may be, MSIX-016).',
      appliesTo: 'functions with MSI-X',
      check: '0->0x8000; 0->0xC000->0x8000 -> same deliveries [all bits]',
      preconditions: 'BME=1, D0; source quiet during the write',
      variations: 'Linux uses 0xC000 first; kvmtool has a MASKALL special case; history: cloud-hypervisor de88bef42',
    },
    {
      id: 'MSIX-018',
      strength: 'UNDEFINED',
      title: 'Changing an unmasked entry',
      citation: 'PCIe 6.1.4.2 / 6.1.4.5',
      statement:
        'Rewriting address/data of an entry that is unmasked (its mask bit and the function mask 0), with bit 15 set or not.',
      allowed:
        'each message uses old, new or field-wise mixed values until the entry has been masked and unmasked; from then on new values only; registers read back what was written',
      appliesTo: 'functions with MSI-X',
      check: 'rewrite live; trigger -> see allowed [all bits]',
      variations: 'Xen: takes effect at the next unmask; cloud-hypervisor updates the route at once if unmasked',
    },
    {
      id: 'MSIX-019',
      strength: 'MUST',
      title: 'Mask-and-data qword',
      citation: 'PCIe 7.7.2 (qword rules)',
      statement:
        'A qword write of data+control is legal only when the entry is already masked (entry or function mask); data becomes visible no later than control, so an unmasking qword uses the data of the same write. Masking a live entry needs a dword write to control.',
      appliesTo: 'functions with MSI-X',
      check: 'mw64(entry+8, data|0<<32) with pending -> message with the new data [all bits]',
      preconditions: 'entry masked before',
      variations: 'split implementations must write data before control',
    },
    {
      id: 'MSIX-020',
      strength: 'UNDEFINED',
      title: 'PBA is not writable',
      citation: 'PCIe 7.7.2.9',
      statement: 'Software must not write the PBA.',
      allowed:
        'ignored (usual); or bits stored: pending bits of implemented vectors set/cleared (which may create or lose messages), reserved bits above N-1 kept as written until reset',
      appliesTo: 'functions with MSI-X',
      check: 'mw64(PBA,~0); mr64 -> see allowed [none]',
      variations:
        'QEMU, cloud-hypervisor, Xen domU ignore; kvmtool copies to memory; history: cloud-hypervisor: PBA read-only; Xen b4f2116060',
    },
    {
      id: 'MSIX-021',
      strength: 'MUST',
      title: 'PBA layout',
      citation: 'PCIe 7.7.2.9',
      statement:
        'Bit k%64 of qword k/64; bits at and above N read 0 as long as software has not written the PBA (MSIX-020); reset 0.',
      appliesTo: 'functions with MSI-X',
      check: 'pend each k; read as 32 and 64 bit -> one bit at the right place [all bits]',
      variations: 'history: cloud-hypervisor: PBA handling; crosvm (ceil correct)',
    },
    {
      id: 'MSIX-022',
      strength: 'MUST',
      title: 'INTx is off while MSI-X or MSI is enabled',
      citation: 'PCIe 6.1.4.3, 7.7.2.2, 7.5.1.1.3',
      statement:
        'With either enabled the function neither asserts INTx nor leaves it asserted. After disabling, INTx works again for new events; for an old one it may rise only if its own source condition is still pending, and the switch may have dropped that condition.',
      appliesTo: 'functions with MSI/MSI-X',
      check:
        'assert INTx; enable MSI-X; observe; disable with source still pending -> line drops; after the disable it is up only if the INTx condition holds (down is allowed until the next event); a new event raises it [all bits]',
      preconditions: 'Interrupt Pin!=0',
      variations:
        'Xen forces INTX_DISABLE; vfio tears INTx down; QEMU 7.2 leaves the line and Status bit 3 low until the next event (seen: edu, e1000e); kvmtool level line; history: kvmtool 7302327',
    },
    {
      id: 'MSIX-023',
      strength: 'MUST',
      title: 'Table follows the BAR',
      citation: 'PCIe 7.7.2.3, 7.5.1.2.1',
      statement:
        "Table and PBA are reached through the BAR's current address only; entries survive a move and memory-decode toggles.",
      appliesTo: 'functions with MSI-X',
      check: 'program; move; read; trigger -> unchanged; delivered [all bits]',
      variations: 'Xen re-registers trap handlers at map time; history: Xen d98df4c531',
    },
    {
      id: 'MSIX-024',
      strength: 'MUST',
      title: 'Delivery is independent of memory enable',
      citation: 'PCIe 7.5.1.1.3 (bit 1 is target decode, bit 2 initiator)',
      statement: 'Clearing Command bit 1 stops table access but not message generation.',
      appliesTo: 'functions with MSI-X',
      check: 'MSE=0; trigger; MSE=1 -> message delivered [all bits]',
      preconditions: 'BME=1',
      variations: 'Xen keeps bindings; vfio hardware may fault',
    },
    {
      id: 'MSIX-025',
      strength: 'UNDEFINED',
      title: 'Events while the function may not send',
      citation: 'PCIe 6.1.4.2-.5, 7.5.1.1.3, 5.3.1.4.1',
      statement:
        'What becomes of an event that arrives, or of a pending bit whose last mask goes away, while Bus Master Enable is 0 or the function is in D3hot is open; no message leaves while that holds.',
      allowed: 'lost, or kept pending and sent once when nothing holds it any more; the PBA bit is 0 or 1 meanwhile',
      appliesTo: 'functions with MSI or MSI-X',
      check: 'BME=0; trigger; read PBA; BME=1 -> no message before; at most one after [bit k open]',
      preconditions: 'MSI-X (or MSI) enabled',
      variations: 'QEMU loses it (seen); others keep it pending',
    },
    {
      id: 'MSIX-026',
      strength: 'SHOULD',
      title: 'Pending follows its cause',
      citation: 'PCIe 6.1.4.5',
      statement:
        'When the cause of a pending, masked vector goes away (status bit cleared, queue served) the pending bit goes back to 0 and the later unmask sends nothing; a new event sets it again. Software may work by polling pending bits alone.',
      appliesTo: 'functions with MSI-X or MSI masking',
      check:
        'mask k; trigger; clear the cause at the device; read pending; unmask; observe -> pending 0; no message [bit k]',
      preconditions:
        'enable=1, BME=1; a source with a visible cause (hot-plug status, device cause register); virtio queues have none',
      variations:
        'QEMU 7.2 ioh3420: slot status cleared while masked, pending stays 1, unmask sends a spurious message (seen)',
    },
  ],
};
