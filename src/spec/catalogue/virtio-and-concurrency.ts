/** Virtio over PCI; accesses of several CPUs at once. */

import type { Area } from './area.ts';

export const virtio: Area = {
  name: 'Virtio over PCI',
  rules: [
    {
      id: 'VIO-001',
      strength: 'MUST',
      title: 'Vendor capability layout',
      citation: 'virtio 1.2 4.1.4, 4.1.4.3-.9',
      statement:
        'cap_vndr 09h, cap_len, cfg_type, bar (0..5), offset, length; notify has a multiplier; PCI_CFG a 4-byte data field; the region lies inside the BAR (not asked of PCI_CFG, whose bar/offset/length are RW); offset alignment: common and device config 4, notify 2 (4 with NOTIFICATION_DATA), ISR any. Notify length is at least the largest queue_notify_off * multiplier + 2 (4).',
      appliesTo: 'virtio-pci',
      check: 'parse -> inside BAR, aligned [all bits]',
      preconditions: 'modern device',
      variations: 'kvmtool: PCI_CFG not implemented (zero)',
    },
    {
      id: 'VIO-002',
      strength: 'MUST',
      title: 'Notify address',
      citation: 'virtio 1.2 4.1.4.4, 4.1.4.4.1',
      statement:
        'Queue notify address = BAR(cap.bar) + cap.offset + queue_notify_off * multiplier; multiplier 0 or a power of two that is at least 2 (the text\'s "even power of 2"), with NOTIFICATION_DATA at least 4; the address lies in cap.length.',
      appliesTo: 'virtio-pci',
      check: 'compute per queue; write -> queue kicked [all bits]',
      variations: 'history: cloud-hypervisor: one ioeventfd per queue',
    },
    {
      id: 'VIO-003',
      strength: 'MUST',
      title: 'Notifications follow the BAR',
      citation: 'virtio 1.2 4.1.4.4; PCIe 7.5.1.2.1',
      statement:
        "After the notify BAR moves, a write at the new address kicks and at the old address does nothing; no other BAR's move affects it.",
      appliesTo: 'virtio-pci with ioeventfd',
      check: 'move; kick new/old; move another BAR -> new kicks only [all bits]',
      variations:
        'kvmtool: ioeventfds registered with the address at enable; not re-registered on move (verified in source); history: cloud-hypervisor c7cabc88b4: updated only when the containing BAR moves, unregister needed; crosvm 3ef88c31d (kick handled by BAR write as fallback)',
    },
    {
      id: 'VIO-004',
      strength: 'MUST',
      title: 'Kick with decode off',
      citation: 'PCIe 7.5.1.1.3; virtio 1.2 4.1.4.4',
      statement:
        'With memory decode off a write to the notify address does not kick, also not through a left-over ioeventfd.',
      appliesTo: 'virtio-pci',
      check: 'MSE=0; write; MSE=1 -> no kick [all bits]',
      variations: 'left-over eventfds are common (profile late_kick)',
    },
    {
      id: 'VIO-005',
      strength: 'MUST',
      title: 'PCI_CFG window',
      citation: 'virtio 1.2 4.1.4.9, 4.1.4.9.1',
      statement:
        'bar/offset/length fields of the capability are RW; access to its data field does one access of `length` bytes at offset in that BAR, also after BAR moves, and (by design of the window; the text is silent) also with memory decode off.',
      appliesTo: 'virtio-pci',
      check: 'program; cr/cw data; compare with BAR access -> same register [8*length bits]',
      preconditions: 'length 1,2,4; aligned; inside a virtio region',
      variations:
        'kvmtool missing; cloud-hypervisor respected length only later; history: cloud-hypervisor feb1c4a2d, c3f1c3ee3',
    },
    {
      id: 'VIO-006',
      strength: 'UNDEFINED',
      title: 'PCI_CFG misuse',
      citation: 'virtio 1.2 4.1.4.9.2',
      statement: 'Bad bar, length or offset outside a virtio region.',
      allowed:
        'read: any value of the right width (0, ones, old data); write: dropped, or performed at that offset in the named BAR or in a virtio region of the same function; config and VMM remain sane',
      appliesTo: 'virtio-pci',
      check: 'program bad; access -> see allowed [all bits]',
      variations: 'history: cloud-hypervisor 78a30012f class',
    },
    {
      id: 'VIO-007',
      strength: 'MUST',
      title: 'ISR',
      citation: 'virtio 1.2 4.1.4.5, 4.1.4.5.1',
      statement:
        'With MSI-X off: reading ISR returns and clears the bits (0 queue, 1 config) and drops INTx; Interrupt Status in config mirrors it. With MSI-X on the ISR value is open and no line is raised.',
      appliesTo: 'virtio-pci',
      check: 'raise; cr Status; read ISR twice -> bits; 0 [0x3]',
      preconditions: 'MSI-X off',
      variations: 'kvmtool line level; history: kvmtool fe21827',
    },
    {
      id: 'VIO-008',
      strength: 'MUST',
      title: 'Vector mapping',
      citation: 'virtio 1.2 4.1.5.1.2, 4.1.5.1.2.1',
      statement:
        'config_msix_vector and queue_msix_vector reset to 0xFFFF; a write of an existing vector reads back, or 0xFFFF if the device has no resources for it; any other write reads 0xFFFF; with MSI-X on and 0xFFFF no interrupt is sent.',
      appliesTo: 'virtio-pci',
      check: 'write valid/invalid vectors -> as stated [0xFFFF]',
      preconditions: 'function has MSI-X (without it both fields read 0xFFFF); existing queue selected',
      variations: 'history: cloud-hypervisor: vectors and msix config',
    },
    {
      id: 'VIO-009',
      strength: 'MUST',
      title: 'Queue select out of range',
      citation: 'virtio 1.2 4.1.4.3.1',
      statement:
        'Selecting a queue that does not exist makes queue_size read 0; no crash at any access to queue fields.',
      appliesTo: 'virtio-pci',
      check: 'select 0xFFFF; read/write all -> queue_size 0 [0xFFFF]',
      variations: 'history: cloud-hypervisor 082fdc4d0 (panic)',
    },
    {
      id: 'VIO-010',
      strength: 'MUST',
      title: 'Legacy layout shift',
      citation: 'virtio 1.2 4.1.4.10',
      statement:
        'Transitional I/O BAR: device config starts at 20 or, with MSI-X enabled, at 24; vectors appear only when enabled.',
      appliesTo: 'virtio-pci legacy',
      check: 'toggle MSI-X; read config -> shift by 4 [all bits]',
      preconditions: 'transitional device',
      variations: 'kvmtool legacy',
    },
    {
      id: 'VIO-011',
      strength: 'MUST',
      title: 'Device reset leaves PCI config',
      citation: 'virtio 1.2 2.4 / 4.1.4.3.1 (unverified for the PCI part)',
      statement:
        'Writing 0 to device_status resets virtio state (queues, vectors to none, ISR) but not Command, BARs or MSI-X enable and table; MSI-X pending bits may be cleared.',
      appliesTo: 'virtio-pci',
      check: 'reset by status; dump config -> PCI part equal [all bits]',
    },
    {
      id: 'VIO-012',
      strength: 'MUST',
      title: '64-bit fields by halves',
      citation: 'virtio 1.2 4.1.3.1, 4.1.3.2 (text read; numbers unverified)',
      statement:
        'The 64-bit fields of common config (queue_desc, queue_driver, queue_device) and of device config can be read and written as two aligned 32-bit halves in any order, each without changing the other; 8-, 16- and 32-bit fields by accesses of their own width.',
      appliesTo: 'virtio-pci modern',
      check:
        'select a queue; mw32(high), mw32(low), mr32 each; other order; mr of every field in its width -> each half reads back alone [all bits of the half]',
      preconditions: "queue exists, not enabled; one 8-byte access is the device's choice",
    },
  ],
};

export const concurrency: Area = {
  name: 'Concurrency',
  rules: [
    {
      id: 'CONC-001',
      strength: 'MUST',
      title: 'Linearizability of accesses',
      citation: 'x86 / PCIe 7.2.2 (completion of each access); model definition',
      statement:
        "Any set of concurrent config, BAR and port accesses has an order, consistent with each CPU's program order and real time of non-overlapping accesses, in which the sequential model gives every observed value.",
      appliesTo: 'system',
      check: 'record invocation/response intervals; search an order -> an order exists [all bits]',
      variations: 'history: kvmtool: stress by 4 + 4 vCPUs',
    },
    {
      id: 'CONC-002',
      strength: 'GUEST-OBLIGATION',
      title: 'CAM index/data pair is not atomic',
      citation: 'PCI 3.0 3.2.2.3.2 (unverified for multi-processor remark)',
      statement:
        "Two CPUs that use CAM without a lock may hit each other's register; the emulation must treat each port access as one atomic step.",
      appliesTo: 'host bridge',
      check: 'two vCPUs, no lock -> each data access acts on the last index in some order [all bits]',
      variations: 'VMM-wide mutex (kvmtool), per-domain (Xen)',
    },
    {
      id: 'CONC-003',
      strength: 'MUST',
      title: 'Decode toggle against access',
      citation: 'PCIe 7.5.1.1.3',
      statement:
        "While one CPU clears and sets memory enable, another CPU's BAR read returns device data or a hole's value (MAP-002); nothing else; after the toggling stops reads give device data.",
      appliesTo: 'all functions',
      check: '4 vCPUs toggle, 4 read marker registers -> {device value, all ones} [access width]',
      variations:
        'profile hole=any widens the second element; kvmtool: errors of racing activations are benign, final state must still match Command; history: kvmtool 46e0413, 09577ac',
    },
    {
      id: 'CONC-004',
      strength: 'MUST',
      title: 'Move against access',
      citation: 'PCIe 7.5.1.2.1',
      statement:
        "A read at old or new address during a move gives device data or a hole's value (MAP-002) (or another claimant's data); a write hits the device at most once and is never applied elsewhere.",
      appliesTo: 'all functions',
      check: 'mover + writers with counters -> each write 0 or 1 time [all bits]',
      variations: '64-bit two-step moves add the mixed address to the candidates; history: kvmtool; crosvm',
    },
    {
      id: 'CONC-005',
      strength: 'MUST',
      title: 'Two CPUs toggling enables',
      citation: 'PCIe 7.5.1.1.3',
      statement: 'Concurrent Command writes end as one of the written values and a decode that equals it.',
      appliesTo: 'all functions',
      check:
        'two vCPUs write different enables; settle; probe -> final register == one of the writes; decode matches [0x7]',
      variations:
        'kvmtool PCI code takes no lock for Command/BAR writes (comment in mmio.c; by reading): the final decode can disagree with the register; history: kvmtool: benign activation errors',
    },
    {
      id: 'CONC-006',
      strength: 'MUST',
      title: 'Interrupt against mask',
      citation: 'PCIe 6.1.4.5, 6.1.4.6',
      statement:
        'An event racing with mask/unmask is delivered once, before the mask or after the unmask; a message sent before the mask write completed may arrive after it; none after a later serialising read.',
      appliesTo: 'MSI/MSI-X',
      check:
        'race trigger and mask; count -> n events -> 1..n messages (one more per unmask while a cause is unacknowledged, MSIX-014), none lost after final unmask [all bits]',
    },
  ],
};
