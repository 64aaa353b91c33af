/** Real bugs of addresses and configuration space that these views of a machine cannot show. */
import type { Waiting } from './fault.ts';

export const ADDRESSES_WAITING: readonly Waiting[] = [
  {
    id: 'crash-region-lookup-overflow',
    why: 'It stopped the VMM; the top of the address space lies in no aperture, so that no value read there is wrong.',
  },
  {
    id: 'bar-region-shared-register-file',
    why: 'What lies behind a BAR is the business of the device, which may show the same registers in two of them.',
  },
  {
    id: 'rom-raw-register-without-backing',
    why: 'A ROM that never answers cannot be told from one whose bytes are all ones.',
  },
  {
    id: 'bar-move-iommu-not-updated',
    why: 'It needs an access of one device to another, and the views have those of the guest only.',
  },
  {
    id: 'guest-bar-hi-lo-handlers',
    why: 'It needs the vPCI of a hypervisor in front of a physical BAR, which would have to be compared.',
  },
  {
    id: 'irq-range-overflow',
    why: 'The interrupt ranges are arguments of calls of the VFIO user, which no guest makes.',
  },
  {
    id: 'bridge-nonpref-32bit-window',
    why: 'It needs an allocator inside the VMM, to be tried with the layouts of other machines.',
  },
  {
    id: 'bridge-pref-and-nonpref-share-window',
    why: 'It needs an allocator inside the VMM that computes windows of both kinds.',
  },
  {
    id: 'bridge-window-1mib-alignment',
    why: 'It needs an allocator inside the VMM whose windows are not yet register contents.',
  },
  { id: 'bridge-window-exclusive', why: 'It needs an allocator inside the VMM that places BARs beside windows.' },
  {
    id: 'bridge-window-unsorted-bars',
    why: 'It needs an allocator inside the VMM that computes a window from a list of BARs.',
  },
  { id: 'bridge-align-mask-typo', why: 'It needs an allocator inside the VMM that rounds windows.' },
  {
    id: 'bridge-window-open-at-reset',
    why: 'What base and limit hold after a reset is open (BRG-006), so that no answer is wrong.',
  },
  { id: 'bdf-slot-overflow-alloc', why: 'Numbers of slots are given out inside the VMM, before a guest is there.' },
  {
    id: 'alloc-natural-alignment',
    why: 'It needs an allocator inside the VMM; a BAR register cannot hold the address that it chose.',
  },
  { id: 'alloc-overlap-already-aligned', why: 'It needs an allocator inside the VMM with free ranges to search.' },
  {
    id: 'alloc-move-failure-frees-old',
    why: 'It needs an allocator inside the VMM whose free ranges devices plugged in later take.',
  },
  {
    id: 'rom-bar-missing',
    why: 'A function may have no ROM (ROM-005), and a guest cannot know that an image was attached.',
  },
  {
    id: 'unhandled-register-reaches-hardware',
    why: 'It is seen in a register of the physical device behind, which the views do not have.',
  },
  { id: 'cap-status-bit-unchecked', why: 'It needs an assigned device without a list whose bytes look like one.' },
  {
    id: 'cap-failed-init-still-visible',
    why: 'It needs an assigned device with a capability that cannot be emulated.',
  },
  {
    id: 'cap-area-limited-to-0xc0',
    why: 'A capability that is left out is not missed: nothing tells the guest what was configured.',
  },
  { id: 'cap-null-entry-terminator', why: 'Id 0 is the Null capability, which may stand in a list (PCI Express 7.9).' },
  {
    id: 'msix-host-table-vs-guest-address',
    why: 'It needs an assigned device whose table has another address in the host.',
  },
  {
    id: 'allones-upper-bits-not-masked',
    why: 'An access has the bytes of its width and no others, so that what is above is not seen.',
  },
  {
    id: 'vbdf-translation-missing',
    why: 'It needs a guest whose functions have other numbers than those of the host.',
  },
  {
    id: 'acpi-hotplug-reg-width',
    why: 'The register block of ACPI hot plug is no part of PCI, and the machine has none.',
  },
  {
    id: 'subsystem-ids-swapped',
    why: 'Which two numbers are right stands in the configuration of the device, which the guest does not see.',
  },
  { id: 'vfio-unallocated-region-access', why: 'It is a loop over the regions of a VFIO device when the VMM starts.' },
  { id: 'vfio-relocated-table-offset', why: 'It needs an assigned device whose table the VMM puts elsewhere.' },
  { id: 'vfio-prefetch-bit-dropped', why: 'The bit is open (BAR-023), and the physical one is not seen.' },
  {
    id: 'sriov-numvfs-unbounded',
    why: 'NumVFs above TotalVFs may read as written (SRIOV-003); what lay past the array was memory of the host.',
  },
  {
    id: 'queue-write-after-enable',
    why: 'The driver must not write there (virtio 4.1.4.3.2), and no rule says what a device does then.',
  },
];
