/** Deliberate bugs of interrupts, and the real ones that cannot be shown here. */

import type { Fault, Waiting } from './fault.ts';
import { INTX_FAULTS } from './intx.ts';
import { MSIX_FAULTS } from './msix.ts';
import { MSI_FAULTS } from './msi.ts';

export const INTERRUPT_FAULTS: readonly Fault[] = [...MSI_FAULTS, ...MSIX_FAULTS, ...INTX_FAULTS];

export const INTERRUPTS_WAITING: readonly Waiting[] = [
  {
    id: 'msi-unbind-loop-index',
    why: 'It needs an interrupt of the host that cannot be bound; no command makes one fail.',
  },
  {
    id: 'msi-redirection-hint',
    why: 'The fault is in the choice of a CPU from the address of a message; messages are told of with their address, and no CPU is modelled.',
  },
  {
    id: 'msix-2048-vectors',
    why: 'A device with 2048 vectors was refused when it was built; a machine that runs does not have it.',
  },
  {
    id: 'msix-pba-guest-writable',
    why: 'Software must not write the PBA, and MSIX-020 permits that what it writes is stored.',
  },
  { id: 'msix-pba-read-wrong-mapping', why: 'It needs a host address of the BAR that differs from that of the guest.' },
  {
    id: 'msix-vector-remap-after-activation',
    why: 'The harness fires vectors, not queues, so that no message shows to which vector a queue is mapped.',
  },
  {
    id: 'msix-table-pba-alloc-smaller-than-reported',
    why: 'It is in the allocator that places BARs before the guest runs; firmware here takes the sizes that BARs report.',
  },
  {
    id: 'isr-not-set-before-notify',
    why: 'A virtio device sets its interrupt status for events of its own, which no command causes: the condition behind INTx may be held past it.',
  },
  {
    id: 'config-change-irq-spurious',
    why: 'A device may change its configuration at any time and tell of it; that nothing has changed, a guest cannot know.',
  },
];
