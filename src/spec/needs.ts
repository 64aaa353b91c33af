/**
 * What a machine must have for a rule to have anything to judge: the catalogue's `appliesTo`, as far as a program can tell. A
 * rule that is not here may be about any function, or nothing that configuration space shows.
 */

/** Something that functions have or have not; `CAM` is of the machine. */
export const PARTS = [
  'bridge',
  'I/O BAR',
  '64-bit BAR',
  'expansion ROM',
  'interrupt pin',
  'Power Management',
  'MSI',
  'MSI-X',
  'PCI Express',
  'Advanced Features',
  'Enhanced Allocation',
  'AER',
  'Resizable BAR',
  'SR-IOV',
  'virtio',
  'CAM',
] as const;
export type Part = (typeof PARTS)[number];

const FUNCTION_LEVEL_RESET: readonly Part[] = ['PCI Express', 'Advanced Features'];
const MESSAGES: readonly Part[] = ['MSI', 'MSI-X'];

/** By the prefix of an area, or by a rule, which goes first. One of the parts is enough; none: always applicable. */
export const NEEDS: Readonly<Record<string, readonly Part[]>> = {
  CAM: ['CAM'],
  // These are about configuration accesses by any mechanism.
  'CAM-007': [],
  'CAM-008': [],
  'CAM-010': [],
  'CAM-011': [],
  'CAM-012': [],
  'CAM-014': [],
  'CAM-015': [],
  'ECAM-008': ['bridge'],
  'RTE-002': ['bridge'],
  'RTE-003': ['bridge'],
  'RTE-004': ['bridge'],
  'RTE-005': ['bridge'],
  'RTE-006': ['bridge'],
  'RTE-009': ['bridge'],
  'RTE-010': ['bridge'],
  'CMD-004': ['I/O BAR'],
  'CMD-012': ['bridge'],
  'BAR-007': ['I/O BAR'],
  'BAR-008': ['I/O BAR'],
  'BAR-009': ['64-bit BAR'],
  'BAR-011': ['64-bit BAR'],
  'BAR-027': ['bridge'],
  ROM: ['expansion ROM'],
  // That a register of no ROM is 0 throughout.
  'ROM-001': [],
  'ROM-005': [],
  ECAP: ['PCI Express'],
  MSI: ['MSI'],
  MSIX: ['MSI-X'],
  'MSIX-016': MESSAGES,
  'MSIX-022': MESSAGES,
  'MSIX-025': MESSAGES,
  'MSIX-026': MESSAGES,
  'INTX-002': ['interrupt pin'],
  'INTX-003': ['bridge'],
  'INTX-005': ['bridge'],
  PM: ['Power Management'],
  'RST-003': FUNCTION_LEVEL_RESET,
  'RST-004': FUNCTION_LEVEL_RESET,
  'RST-005': FUNCTION_LEVEL_RESET,
  'RST-006': ['bridge'],
  PCIE: ['PCI Express'],
  AER: ['AER'],
  RBAR: ['Resizable BAR'],
  SRIOV: ['SR-IOV'],
  EA: ['Enhanced Allocation'],
  BRG: ['bridge'],
  'ADDR-001': ['bridge'],
  'ADDR-002': ['bridge'],
  'HP-004': ['bridge'],
  'HP-005': ['bridge'],
  'HP-006': ['bridge'],
  'HP-007': ['bridge'],
  VIO: ['virtio'],
  'SNAP-003': [...MESSAGES, 'interrupt pin'],
};

/** One of these must be there; none: the rule is about any machine. */
export function needsOf(rule: string): readonly Part[] {
  return NEEDS[rule] ?? NEEDS[rule.slice(0, rule.indexOf('-'))] ?? [];
}

/** Whether a machine with these parts may have something that a rule is about. */
export function isApplicable(rule: string, parts: ReadonlySet<string>): boolean {
  const needs = needsOf(rule);
  return needs.length === 0 || needs.some((part) => parts.has(part));
}
