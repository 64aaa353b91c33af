/** Classes of registers, by what the trace itself shows of the function; the rows of the bench's tables. */

import type { Answer } from './answers.ts';
import type { FunctionImage, Structure } from './function-image.ts';

/** In the order in which tables list them. */
export const REGISTER_CLASSES = [
  'Vendor ID, Device ID',
  'Command',
  'Status',
  'Class Code, Revision ID',
  'Cache Line, Latency, BIST',
  'Header Type',
  'BAR',
  'Bus numbers',
  'Bridge windows',
  'Secondary Status',
  'Bridge Control',
  'CardBus CIS, Subsystem IDs',
  'Expansion ROM',
  'Capabilities Pointer',
  'Interrupt Line',
  'Interrupt Pin, Min_Gnt, Max_Lat',
  'Reserved header bytes',
  'Capability header',
  'Power Management',
  'MSI',
  'MSI-X capability',
  'PCI Express capability',
  'Virtio capability',
  'Vendor-specific capability',
  'Other capability',
  'Device-specific bytes',
  'Extended capability header',
  'AER',
  'Other extended capability',
  'Between extended capabilities',
  'Extended space of a conventional function',
  'MSI-X table',
  'MSI-X pending bits',
] as const;
export type RegisterClass = (typeof REGISTER_CLASSES)[number];

/** Classes that the guests of the recordings read too seldom for an even draw to say much about them. */
export const RARE_CLASSES: readonly RegisterClass[] = [
  'Bus numbers',
  'Bridge windows',
  'Secondary Status',
  'Bridge Control',
  'Power Management',
  'MSI',
  'PCI Express capability',
  'Virtio capability',
];

/** First offset behind a register of the common header, and its class. */
const COMMON: readonly (readonly [number, RegisterClass])[] = [
  [0x04, 'Vendor ID, Device ID'],
  [0x06, 'Command'],
  [0x08, 'Status'],
  [0x0c, 'Class Code, Revision ID'],
  [0x0e, 'Cache Line, Latency, BIST'],
  [0x0f, 'Header Type'],
  [0x10, 'Cache Line, Latency, BIST'],
];

const ORDINARY: readonly (readonly [number, RegisterClass])[] = [
  ...COMMON,
  [0x28, 'BAR'],
  [0x30, 'CardBus CIS, Subsystem IDs'],
  [0x34, 'Expansion ROM'],
  [0x35, 'Capabilities Pointer'],
  [0x3c, 'Reserved header bytes'],
  [0x3d, 'Interrupt Line'],
  [0x40, 'Interrupt Pin, Min_Gnt, Max_Lat'],
];

const BRIDGE: readonly (readonly [number, RegisterClass])[] = [
  ...COMMON,
  [0x18, 'BAR'],
  [0x1b, 'Bus numbers'],
  [0x1c, 'Cache Line, Latency, BIST'],
  [0x1e, 'Bridge windows'],
  [0x20, 'Secondary Status'],
  [0x34, 'Bridge windows'],
  [0x35, 'Capabilities Pointer'],
  [0x38, 'Reserved header bytes'],
  [0x3c, 'Expansion ROM'],
  [0x3d, 'Interrupt Line'],
  [0x3e, 'Interrupt Pin, Min_Gnt, Max_Lat'],
  [0x40, 'Bridge Control'],
];

const CAPABILITIES: Readonly<Record<number, RegisterClass>> = {
  0x01: 'Power Management',
  0x05: 'MSI',
  0x09: 'Vendor-specific capability',
  0x10: 'PCI Express capability',
  0x11: 'MSI-X capability',
};

/** Class of the byte at `offset` of an answer's target. */
export function classOf(answer: Answer, offset: number): RegisterClass {
  if (answer.target === 'table') return 'MSI-X table';
  if (answer.target === 'pending') return 'MSI-X pending bits';
  return configurationClass(answer.image, offset);
}

function configurationClass(image: FunctionImage, offset: number): RegisterClass {
  if (offset < 0x40) {
    const header = image.headerType === 1 ? BRIDGE : ORDINARY;
    return header.find(([end]) => offset < end)?.[1] ?? 'Reserved header bytes';
  }
  if (offset >= 0x100) return extendedClass(image, offset);
  const structure = holding(image.list(), offset);
  if (structure === undefined) return 'Device-specific bytes';
  if (offset < structure.offset + 2) return 'Capability header';
  if (structure.id === 0x09 && image.isVirtio) return 'Virtio capability';
  return CAPABILITIES[structure.id] ?? 'Other capability';
}

function extendedClass(image: FunctionImage, offset: number): RegisterClass {
  if (!image.isExpress) return 'Extended space of a conventional function';
  const structure = holding(image.extendedList(), offset);
  if (structure === undefined) return offset < 0x104 ? 'Extended capability header' : 'Between extended capabilities';
  if (offset < structure.offset + 4) return 'Extended capability header';
  return structure.id === 1 ? 'AER' : 'Other extended capability';
}

function holding(structures: readonly Structure[], offset: number): Structure | undefined {
  return structures.find((one) => offset >= one.offset && offset < one.offset + one.length);
}
