/**
 * Which rules may be named for a flipped bit of each class of registers. Reviewed by hand against the catalogue: a rule
 * stands here if it says what that register holds, or when. Rules about what a register of this class leads to (a header
 * type decides where BARs are) do not count.
 */

import type { RegisterClass } from './register-class.ts';

/** The register is right and the access that shows it is wrong: such a rule speaks of any register. */
const PATH = [
  'CAM-002',
  'CAM-005',
  'CAM-006',
  'CAM-012',
  'ECAM-001',
  'ECAM-003',
  'ECAM-004',
  'ECAM-005',
  'ECAM-006',
] as const;

/** A write elsewhere must not have changed this register: the rule names the innocent register as its subject. */
const DAMAGE = ['CAM-004', 'CAM-008', 'CAM-010', 'HDR-017', 'HDR-018', 'HDR-019', 'RTE-011', 'RST-004'] as const;

/** Rules about what a reset leaves in any register that can be written. */
const RESET = ['RST-001', 'RST-003', 'RST-006', 'HP-003', 'HP-007', 'PM-003', 'PM-004', 'PM-005'] as const;

const IDENTITY = ['HDR-001', 'CAM-007', 'CAM-014', 'HP-001', 'RST-005', 'RTE-002', 'RTE-003'] as const;

const LISTS = ['CAP-001', 'CAP-002', 'CAP-003', 'CAP-004'] as const;

// prettier-ignore
const BARS = [
  'BAR-001', 'BAR-002', 'BAR-003', 'BAR-004', 'BAR-005', 'BAR-006', 'BAR-007', 'BAR-008',
  'BAR-009', 'BAR-010', 'BAR-011', 'BAR-012', 'BAR-013', 'BAR-014', 'BAR-016', 'BAR-017',
  'BAR-021', 'BAR-022', 'BAR-023', 'BAR-027', 'BAR-030', 'BRG-007', 'CMD-006', 'MAP-004', 'RBAR-001', 'RBAR-002',
  'RBAR-003',
] as const;

const OWN: Readonly<Record<RegisterClass, readonly string[]>> = {
  'Vendor ID, Device ID': IDENTITY,
  Command: ['CMD-001', 'CMD-002', 'CMD-006', 'CMD-007', 'CMD-008', 'CMD-009', 'CMD-011', 'CMD-012', 'HDR-015'],
  Status: ['STS-001', 'STS-002', 'STS-003', 'STS-004', 'HDR-015', 'HDR-016'],
  'Class Code, Revision ID': ['HDR-002'],
  'Cache Line, Latency, BIST': ['HDR-003', 'HDR-004', 'HDR-008', 'BRG-001'],
  'Header Type': ['HDR-005', 'HDR-006', 'HDR-007', 'HDR-017'],
  BAR: BARS,
  'Bus numbers': ['BRG-001', 'RTE-003'],
  'Bridge windows': ['BRG-002', 'BRG-003', 'BRG-004', 'BRG-005', 'BRG-006', 'HDR-015'],
  'Secondary Status': ['BRG-011', 'HDR-016', 'STS-003', 'STS-004', 'HDR-015'],
  'Bridge Control': ['BRG-010', 'HDR-015'],
  'CardBus CIS, Subsystem IDs': ['HDR-013', 'HDR-014'],
  'Expansion ROM': ['ROM-001', 'ROM-002', 'ROM-005', 'ROM-006', 'BAR-016', 'BAR-022', 'CMD-006'],
  'Capabilities Pointer': ['HDR-009', 'CAP-001', 'HDR-015'],
  'Interrupt Line': ['HDR-010', 'HDR-011'],
  'Interrupt Pin, Min_Gnt, Max_Lat': ['HDR-012', 'HDR-013'],
  'Reserved header bytes': ['HDR-015'],
  'Capability header': LISTS,
  'Power Management': ['PM-001', 'PM-002', 'PM-006', 'HDR-015'],
  MSI: ['MSI-001', 'MSI-002', 'MSI-003', 'MSI-004', 'MSI-005', 'MSI-009', 'MSI-011', 'HDR-015'],
  'MSI-X capability': ['MSIX-001', 'MSIX-003', 'MSIX-004', 'MSIX-005', 'MSIX-015', 'MSI-011', 'HDR-015'],
  'PCI Express capability': ['PCIE-001', 'PCIE-002', 'RST-002', 'HP-004', 'HDR-015', 'HDR-016'],
  'Virtio capability': ['VIO-001', 'VIO-002', 'VIO-005', 'VIO-006', 'CAP-003'],
  'Vendor-specific capability': ['CAP-003'],
  'Other capability': ['CAP-003', 'EA-001', 'RST-002', 'HDR-014', 'HDR-015'],
  'Device-specific bytes': [],
  'Extended capability header': ['ECAP-001', 'ECAP-002', 'CAP-003'],
  // A function without a prefix log or root error registers ends its structure earlier.
  AER: ['AER-001', 'AER-002', 'AER-003', 'AER-004', 'CAP-003', 'HDR-015', 'HDR-016', 'ECAM-012'],
  'Other extended capability': ['CAP-003', 'RBAR-001', 'SRIOV-001', 'SRIOV-002', 'SRIOV-003', 'HDR-015'],
  'Between extended capabilities': ['ECAM-012'],
  'Extended space of a conventional function': ['ECAM-007', 'ECAM-008'],
  'MSI-X table': ['MSIX-006', 'MSIX-007', 'MSIX-008', 'MSIX-009', 'MSIX-010', 'MSIX-011', 'MSIX-015', 'MSIX-023'],
  'MSI-X pending bits': ['MSIX-013', 'MSIX-014', 'MSIX-016', 'MSIX-020', 'MSIX-021'],
};

/** How a rule that was named belongs to the register: by what it holds, by the way to it, by what befell it, or not. */
export type Naming = 'own' | 'path' | 'write elsewhere' | 'reset' | 'foreign';
export const NAMINGS: readonly Naming[] = ['own', 'path', 'write elsewhere', 'reset', 'foreign'];

const SETS: readonly (readonly [Naming, ReadonlySet<string>])[] = [
  ['path', new Set<string>(PATH)],
  ['write elsewhere', new Set<string>(DAMAGE)],
  ['reset', new Set<string>(RESET)],
];

export function namingOf(registerClass: RegisterClass, rule: string): Naming {
  if (OWN[registerClass].includes(rule)) return 'own';
  return SETS.find(([, rules]) => rules.has(rule))?.[0] ?? 'foreign';
}
