/** Devices of a host that a guest borrows: VFIO and Xen vPCI. */

import type { Area } from './area.ts';

export const vfio: Area = {
  name: 'VFIO view',
  rules: [
    {
      id: 'VFIO-001',
      strength: 'MUST',
      title: 'Region and interrupt indexes',
      citation: 'linux/vfio.h; Documentation/driver-api/vfio',
      statement:
        'Region 0..5 = BARs, 6 ROM, 7 config, 8 VGA; size 0 means unimplemented (also the upper dword of a 64-bit BAR). IRQ 0 INTx, 1 MSI, 2 MSI-X, 3 ERR, 4 REQ.',
      appliesTo: 'VFIO backends',
      check: 'GET_INFO/GET_REGION_INFO/GET_IRQ_INFO -> consistent with sized BARs and caps [all fields]',
      preconditions: 'vfio front end',
      variations: 'libvfio-user follows the same numbers; history: libvfio-user 850ded8 (64-bit region sizes)',
    },
    {
      id: 'VFIO-002',
      strength: 'MUST',
      title: 'Access outside a region',
      citation: 'linux/vfio.h; vfio_pci_core.c',
      statement:
        'Reads/writes beyond the region size fail with an error and no side effect; partial counts are reported honestly.',
      appliesTo: 'VFIO backends',
      check: 'pread at size-1, len 4 -> short or error [all bits]',
      variations: 'libvfio-user checks; kvmtool: do not touch unallocated regions; history: kvmtool 3665392',
    },
    {
      id: 'VFIO-003',
      strength: 'MUST',
      title: 'BAR and ROM registers are virtual',
      citation: 'vfio_pci_config.c',
      statement:
        'Guest writes to BARs and ROM in the config region change only the virtual copy, with correct sizing by mask at read; hardware BARs stay.',
      appliesTo: 'vfio',
      check: 'size/move via region 7; host BAR -> virtual result; host unchanged [all bits]',
      variations: 'kvmtool/QEMU additionally emulate in user space',
    },
    {
      id: 'VFIO-004',
      strength: 'MUST',
      title: 'Command memory/I-O bits are shadowed',
      citation: 'vfio_pci_config.c; vfio_pci_core.c',
      statement:
        "Read-back is the guest's value even where hardware differs (VFs); clearing memory enable makes region access fail or fault.",
      appliesTo: 'vfio',
      check: 'toggle; access region/mmap -> -EIO/SIGBUS, or value [0x3]',
      variations: 'since v5.8; history: Linux CVE-2020-12888',
    },
    {
      id: 'VFIO-005',
      strength: 'MUST',
      title: 'Virtual capability list',
      citation: 'vfio_pci_config.c',
      statement: 'Hidden capabilities vanish from the list; lengths of shown ones are real; unassigned space is raw.',
      appliesTo: 'vfio',
      check: 'walk -> CAP-001 holds [all bits]',
      variations: 'kvmtool additionally filters to MSI, MSI-X (and PCIe)',
    },
    {
      id: 'VFIO-006',
      strength: 'MUST',
      title: 'MSI/MSI-X enable is bound to the ioctl',
      citation: 'vfio_pci_config.c, vfio_pci_intrs.c',
      statement:
        'Enable bits in hardware follow SET_IRQS. A guest write to the MSI enable shows as set only when user space has installed vectors.',
      appliesTo: 'vfio',
      check: 'write enable without SET_IRQS; read -> MSI enable reads 0 (raw kernel view) [0x1]',
      variations: 'VMMs emulate the bit on top',
    },
    {
      id: 'VFIO-007',
      strength: 'MUST',
      title: 'One interrupt mode',
      citation: 'vfio_pci_intrs.c',
      statement:
        'INTx, MSI and MSI-X exclude each other: enabling one with another active fails (EINVAL) until the other is disabled.',
      appliesTo: 'vfio',
      check: 'SET_IRQS on two indexes -> EINVAL [all bits]',
      variations: 'history: kvmtool 7302327',
    },
    {
      id: 'VFIO-008',
      strength: 'MUST',
      title: 'SET_IRQS argument matrix',
      citation: 'linux/vfio.h; vfio_pci_intrs.c',
      statement:
        'Exactly one data type (NONE, BOOL, EVENTFD) and exactly one action (MASK, UNMASK, TRIGGER). start+count within the index count; TRIGGER|EVENTFD installs (fd -1 removes), TRIGGER|NONE with count 0 disables the index, TRIGGER|NONE/BOOL fires for test.',
      appliesTo: 'vfio, libvfio-user',
      check: 'all combinations -> OK or EINVAL as table; ENOTTY for unsupported [return code]',
      variations:
        'MASK by eventfd unsupported in Linux (ENOTTY); history: libvfio-user b646559 (range); source: disable loop bound (verified)',
    },
    {
      id: 'VFIO-009',
      strength: 'MUST',
      title: 'INTx is auto-masked',
      citation: 'linux/vfio.h; vfio_pci_intrs.c',
      statement:
        'Index INTx has AUTOMASKED: one signal per assertion, then masked until UNMASK (ioctl or eventfd); if the line is still up at unmask it signals again.',
      appliesTo: 'vfio INTx',
      check: 'assert; count signals; unmask -> 1; then 1 more if still pending [all bits]',
      variations: 'kvmtool resample eventfd',
    },
    {
      id: 'VFIO-010',
      strength: 'MUST',
      title: 'Eventfd counts coalesce',
      citation: 'linux/vfio.h (eventfd semantics)',
      statement: 'A signalled eventfd read gives a count >= 1; events may merge; none is lost, none is invented.',
      appliesTo: 'vfio MSI/MSI-X',
      check: 'fire n quickly -> 1..n wakeups [all bits]',
    },
    {
      id: 'VFIO-011',
      strength: 'MUST',
      title: 'mmap is an optimisation',
      citation: 'linux/vfio.h (sparse cap); vfio_pci_core.c',
      statement:
        'mmapped (sparse) areas and read/write access reach the same registers. While memory decode is off or device is in D3, mmapped access faults or fails; after re-enable it works without a new mmap.',
      appliesTo: 'vfio',
      check: 'compare both; toggle -> equal [access width]',
      variations: 'kvmtool slots; QEMU; history: kvmtool 8d98772',
    },
    {
      id: 'VFIO-012',
      strength: 'MUST',
      title: 'Reset ioctl',
      citation: 'linux/vfio.h; vfio_pci_core.c',
      statement:
        'DEVICE_RESET (if supported) resets the device. The Linux kernel restores the saved config afterwards: virtual BARs and Command stay as they were, installed interrupts stay installed, so the VMM itself must return its view to reset values. A server with its own config (libvfio-user) may show reset values.',
      appliesTo: 'vfio',
      check:
        'reset; dump -> virtual BARs, Command and masks all as before, or all RST-001 values; device registers in BARs reset [listed]',
    },
    {
      id: 'VFIO-013',
      strength: 'MUST',
      title: 'DMA isolation is not a BAR matter',
      citation: 'linux/vfio.h (type1 MAP_DMA, group, HOT_RESET); vfio driver-api document',
      statement:
        "Device DMA reaches only addresses mapped through the container's IOMMU interface; config and BAR writes by the guest never widen it. All devices of a group are owned together; a bus-level reset needs all affected groups.",
      appliesTo: 'vfio',
      check: 'DMA outside mapped ranges; HOT_RESET without all groups -> no effect on memory; error [all bits]',
      variations: 'moving BARs may add/remove peer-to-peer maps (MAP-012); history: cloud-hypervisor 2f2182743',
    },
  ],
};

export const vpci: Area = {
  name: 'Xen vPCI guest view',
  rules: [
    {
      id: 'VPCI-001',
      strength: 'MUST',
      title: 'Virtual topology',
      citation: 'Xen vPCI patch series, part 3; xen/drivers/vpci/vpci.c',
      statement:
        'A domU sees one host bridge, segment 0, bus 0, 32 slots, one function each (function 0); other BDFs read all ones; virtual slot and physical BDF are unrelated.',
      appliesTo: 'Xen',
      check: 'scan from guest -> only assigned slots answer [all bits]',
      preconditions: 'domU',
      variations: 'history: Xen d6a7fd8303, ad3ac58a9d (virtual topology)',
    },
    {
      id: 'VPCI-002',
      strength: 'MUST',
      title: 'Guest BAR view is separate',
      citation: 'Xen vPCI patch series, part 3; vpci/header.c',
      statement:
        'The guest reads and writes a virtual BAR value; host BARs are unchanged; for the hardware domain the view is the physical one (identity).',
      appliesTo: 'Xen',
      check: 'domU programs BAR; host BAR read -> independent [all bits]',
      variations: 'history: Xen 8c5bca7074 (guest BAR handlers)',
    },
    {
      id: 'VPCI-003',
      strength: 'MUST',
      title: 'Map on memory enable',
      citation: 'Xen vPCI patch series, part 3; vpci/header.c',
      statement:
        'Setting memory decode creates the p2m map guest frame -> machine frame for each BAR; clearing removes it. Afterwards no stale frame is reachable.',
      appliesTo: 'Xen',
      check: 'toggle; probe -> follows [access width]',
      variations: 'work is deferred; vCPU is held until done; history: Xen 52ebde3cfa (p2m from guest view)',
    },
    {
      id: 'VPCI-004',
      strength: 'MAY',
      title: 'BAR writes while mapped',
      citation: 'vpci/header.c (guest BAR write)',
      statement: 'A guest BAR write with memory decode on may be ignored; read-back then shows the old address.',
      appliesTo: 'Xen',
      check: 'MSE=1; cw32(bar,B); cr32 -> old value (profile) or new [address bits]',
      variations:
        'conflicts with BAR-014; a declared deviation; history: Xen 7abd7bc162 (refuse only if the BAR is mapped)',
    },
    {
      id: 'VPCI-005',
      strength: 'MUST',
      title: 'Page offset must agree',
      citation: 'vpci/header.c',
      statement:
        "A guest BAR whose page offset differs from the host's cannot be mapped: memory enable does not take effect (bit reads 0) and other BARs stay consistent.",
      appliesTo: 'Xen',
      check: 'program offset 0x800 for sub-page BAR; enable -> not enabled [0x2]',
      preconditions: 'BAR < 4 KiB',
    },
    {
      id: 'VPCI-006',
      strength: 'MUST',
      title: 'Per-BAR range sets with holes',
      citation: 'Xen vPCI patch series, part 3; vpci/header.c',
      statement:
        "MSI-X table/PBA pages and ranges of other enabled BARs are cut out of each BAR's own set; cut pages are trapped, the rest direct.",
      appliesTo: 'Xen',
      check: 'probe whole BAR -> all bytes reachable, table emulated [access width]',
      variations: 'history: Xen 622bdd9628 (range sets per BAR), 677053fac1 (MSI-X hole), 4acab25a93, 7c24d58a6e',
    },
    {
      id: 'VPCI-007',
      strength: 'MUST',
      title: 'Command is emulated',
      citation: 'Xen vPCI patch series, part 3; vpci/header.c',
      statement:
        "On assignment the guest's Command is 0; reserved and RsvdP bits are kept from the guest; it sees its own value for allowed bits. While MSI or MSI-X is on, physical INTx disable is set whatever the guest wrote.",
      appliesTo: 'Xen',
      check: 'dump on start; write all ones -> 0; implemented bits only [0xFFFF]',
      variations: 'history: Xen 9c831e429c, 0290d553e0',
    },
    {
      id: 'VPCI-008',
      strength: 'MUST',
      title: 'Table emulation handler accounting',
      citation: 'Xen vPCI patch series, part 3 (Arm vpci handlers); vpci/msix.c',
      statement:
        'The number of trap regions per domain covers bridges and MSI-X tables; entries written are effective at the next unmask; accesses of other sizes read ones.',
      appliesTo: 'Xen',
      check: 'several devices with MSI-X; write entries -> all trapped [all bits]',
      variations: 'history: Xen b4f2116060, 7a502b4fbc, d98df4c531',
    },
    {
      id: 'VPCI-009',
      strength: 'MUST',
      title: 'Unhandled registers',
      citation: 'Xen vPCI patch series, part 3; vpci/vpci.c',
      statement:
        'For a domU a register without a handler reads all ones and drops writes; nothing is passed through. The hardware domain passes through. Handlers and their state are per domain.',
      appliesTo: 'Xen',
      check: 'read gaps -> 0xFF bytes [all bits]',
      preconditions: 'domU',
      variations: "differs from ECAM-012's zeros: declared profile; history: Xen 80b0eb095a",
    },
  ],
};
