/** How much of the catalogue the model judges. */

/** Numbers of the rules for which `test/rules/` shows that they bite, by the prefix of their ids. */
const BY_AREA: Readonly<Record<string, readonly number[]>> = {
  CAM: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16],
  ECAM: [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12],
  RTE: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
  HDR: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19],
  CMD: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
  STS: [1, 2, 3, 4],
  BAR: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 25, 26, 27, 28, 29, 30],
  MAP: [1, 2, 3, 4, 5, 6, 7, 8, 10, 11],
  ROM: [1, 2, 3, 4, 5, 6],
  CAP: [1, 2, 3, 4],
  ECAP: [1, 2],
  MSI: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
  MSIX: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26],
  INTX: [1, 2, 3, 5],
  PM: [1, 2, 3, 4, 5, 6],
  RST: [1, 2, 3, 4, 5, 6, 7],
  PCIE: [1, 2],
  AER: [1, 2, 3, 4],
  RBAR: [1, 2, 3, 4],
  SRIOV: [1, 2, 3, 4],
  EA: [1, 2],
  BRG: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13],
  ADDR: [1, 2, 4, 5, 7],
  HP: [1, 3, 4, 5, 6, 7],
  VIO: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
  SNAP: [1, 2, 3, 4],
};

export const IMPLEMENTED: ReadonlySet<string> = new Set(
  Object.entries(BY_AREA).flatMap(([area, numbers]) =>
    numbers.map((number) => `${area}-${String(number).padStart(3, '0')}`),
  ),
);

/**
 * Rules that no guest of one machine can see broken, or that need inputs which Barometer does not take; with the
 * reason. What a live target could show is not here, but not implemented yet.
 */
export const NOT_OBSERVABLE: ReadonlyMap<string, string> = new Map([
  ['CAM-013', 'It shows only where index writes of two CPUs overlap, and a trace has one moment of each access.'],
  [
    'BAR-024',
    'It lets a device answer anything in the unused part of a BAR; the rules of the used part judge any harm.',
  ],
  [
    'MAP-009',
    "It permits every answer to an access that straddles the end of a BAR, and its effects are the device's own.",
  ],
  ['MAP-012', 'It needs accesses of one device to another, and a trace has those of the CPUs only.'],
  [
    'MAP-013',
    'It permits a device, RAM or a hole in the ranges that a class implies, so that no answer there breaks it.',
  ],
  [
    'INTX-004',
    'The tables that describe the routing are no accesses to PCI, and what Interrupt Line holds is a number of the platform.',
  ],
  [
    'ADDR-003',
    'The registers cannot hold anything else; BRG-002 to BRG-004 and BAR-004 judge their bits, and plans are held to it.',
  ],
  ['ADDR-006', 'It permits every valid placement; ADDR-001 to ADDR-005 judge whether one is valid.'],
  [
    'ADDR-008',
    'It permits software to keep the addresses that it finds, and to move them; BAR-014 and BAR-016 judge what a BAR does.',
  ],
  [
    'ECAM-010',
    "A write that takes effect late and one that is lost look alike at the read behind it; the register's own rule judges it.",
  ],
  ['VFIO-001', 'A guest does not see the region and interrupt indexes of the VFIO interface.'],
  ['VFIO-002', 'The user of a VFIO region reads beyond its end, never a guest.'],
  ['VFIO-003', "It compares with the BARs of the host's device; BAR-002 and BAR-003 judge what the guest reads."],
  ['VFIO-004', "It compares with Command of the host's device; CMD-003 judges what the guest sees."],
  ['VFIO-005', "It compares with the capabilities of the host's device; CAP-001 judges what the guest sees."],
  ['VFIO-006', 'It depends on SET_IRQS calls of the VFIO user, which no access of a guest shows.'],
  ['VFIO-007', 'It is about the result of SET_IRQS calls, which the VFIO user makes.'],
  ['VFIO-008', 'It is about the arguments of SET_IRQS calls, which the VFIO user makes.'],
  ['VFIO-009', 'It is about signals between the VFIO interface and its user.'],
  ['VFIO-010', 'It is about the counts of eventfds, which the VFIO user reads.'],
  ['VFIO-011', 'It compares two ways in which the VFIO user reaches a region; the guest sees one of them.'],
  ['VFIO-012', 'It is about the DEVICE_RESET call, which the VFIO user makes.'],
  ['VFIO-013', 'It needs the mappings of the IOMMU of the host.'],
  ['VPCI-001', 'It holds for Xen guests only, and neither a trace nor a profile says that a machine is one.'],
  ['VPCI-002', "It compares with the BARs of the host's device, which a guest does not see."],
  ['VPCI-003', 'It is about page tables of the hypervisor; CMD-003 judges what the guest reaches.'],
  ['VPCI-004', 'It permits to Xen what BAR-014 forbids; the deviation bar_write_enabled declares it.'],
  ['VPCI-005', "It depends on the page offsets of the host's BARs, which a guest does not see."],
  ['VPCI-006', 'It is about the pages that the hypervisor traps, which a guest reaches as it reaches the others.'],
  ['VPCI-007', "It compares with Command of the host's device; CMD-001 and CMD-002 judge what the guest sees."],
  ['VPCI-008', 'It counts the trap regions inside the hypervisor.'],
  ['VPCI-009', 'It holds for Xen guests only, and neither a trace nor a profile says that a machine is one.'],
  ['CONC-001', 'It needs the start and the end of each access, and a trace has one moment of each.'],
  ['CONC-002', 'It needs the start and the end of each port access, and a trace has one moment of each.'],
  ['CONC-003', 'It needs reads that are known to overlap a Command write of another CPU.'],
  ['CONC-004', 'It needs accesses that are known to overlap a BAR write of another CPU.'],
  ['CONC-005', 'It needs Command writes of two CPUs that are known to overlap.'],
  ['CONC-006', 'It needs interrupt events that are known to overlap the write of a mask.'],
  ['CAM-011', 'What a read has changed cannot be told from what changed by itself between two reads.'],
  ['CAM-015', 'How often a write was applied shows only in a counter of the device, which lies in no register map.'],
  ['HP-002', 'It needs accesses that are known to overlap a removal; HP-001 judges the later ones.'],
  ['SNAP-005', 'It needs two versions of the target, one that saves and one that restores.'],
]);
