/** The registers that every header layout shares: offsets 00h to 0Fh, Interrupt Line and Interrupt Pin (PCIe 7.5.1.1). */

import { field, register, reserved, whole } from './build.ts';
import { PCIE_TO_PCI_BRIDGE, PCI_TO_PCIE_BRIDGE } from './port-type.ts';
import type { Attribute, Field, LayoutContext, Register } from './register.ts';

const IDE_CONTROLLER = 0x0101;

/**
 * Attribute that depends on whether the function is PCI Express. While that is not known the map says only what holds
 * for both kinds, which the third argument names.
 */
export function byKind(
  context: LayoutContext,
  express: Attribute,
  conventional: Attribute,
  either: Attribute,
): Attribute {
  // The upper side of a PCI-to-PCIe bridge is conventional; only the port type tells it from other bridges.
  if (context.express === undefined || (context.express && context.portType < 0 && context.headerType !== 0))
    return either;
  if (context.portType === PCI_TO_PCIE_BRIDGE) return conventional;
  return context.express ? express : conventional;
}

/** Switch and root ports, the only bridges of which PCI Express fixes every bit. */
export function isPort(context: LayoutContext): boolean {
  return context.portType >= 4 && context.portType <= 6;
}

function command(context: LayoutContext): Register {
  // Host and ISA bridges may have the first three bits hardwired to 1. Everywhere else the only hardwired value is 0.
  const subclass = context.classCode < 0 ? -1 : context.classCode >>> 8;
  const enable: Attribute = subclass < 0 || subclass === 0x0600 || subclass === 0x0601 ? 'choice' : 'choice0';
  // A PCIe-to-PCI bridge has a conventional bus below, on which some of them act.
  const old = byKind(context, context.portType === PCIE_TO_PCI_BRIDGE ? 'choice0' : 'zero', 'choice0', 'choice0');
  const rule = 'CMD-001';
  return register('Command', 0x04, 2, [
    field('I/O Space Enable', 0, enable, rule),
    field('Memory Space Enable', 1, enable, rule),
    field('Bus Master Enable', 2, enable, rule),
    field('Special Cycle Enable', 3, old, rule),
    field('Memory Write and Invalidate', 4, old, rule),
    field('VGA Palette Snoop', 5, old, rule),
    field('Parity Error Response', 6, 'choice0', rule),
    field('IDSEL Stepping/Wait Cycle Control', 7, byKind(context, 'zero', 'choice', 'choice'), rule),
    field('SERR# Enable', 8, 'choice0', rule),
    field('Fast Back-to-Back Transactions Enable', 9, old, rule),
    field('Interrupt Disable', 10, 'choice0', rule),
    field('Reserved', [15, 11], 'zero', rule),
  ]);
}

function status(context: LayoutContext): Register {
  const conventional = byKind(context, 'zero', 'RO', 'RO');
  const error = 'STS-003';
  const fixed = 'STS-004';
  return register('Status', 0x06, 2, [
    field('Immediate Readiness', 0, 'RO', fixed),
    field('Reserved', [2, 1], 'zero', fixed),
    field('Interrupt Status', 3, 'volatile', 'STS-002'),
    field('Capabilities List', 4, 'RO', 'STS-001'),
    field('66 MHz Capable', 5, conventional, fixed),
    // User Definable Features of PCI 2.1 in conventional functions.
    field('UDF Supported', 6, conventional, fixed),
    field('Fast Back-to-Back Transactions Capable', 7, conventional, fixed),
    field('Master Data Parity Error', 8, 'RW1C', error),
    field('DEVSEL Timing', [10, 9], conventional, fixed),
    field('Signaled Target Abort', 11, 'RW1C', error),
    field('Received Target Abort', 12, 'RW1C', error),
    field('Received Master Abort', 13, 'RW1C', error),
    field('Signaled System Error', 14, 'RW1C', error),
    field('Detected Parity Error', 15, 'RW1C', error),
  ]);
}

/** Constant, but for the modes of the two channels of an IDE controller (PCI IDE Controller Specification 2.1). */
function programmingInterface(context: LayoutContext): Field[] {
  const name = 'Programming Interface';
  const rule = 'HDR-002';
  if (context.peek(0x0a, 2) !== IDE_CONTROLLER) return [field(name, [7, 0], 'RO', rule)];
  const mode = { reset: 'open', flr: 'open' } as const;
  return [
    field(name, [7, 3], 'RO', rule),
    field('Secondary channel in native mode', 2, 'choice', rule, mode),
    field(name, 1, 'RO', rule),
    field('Primary channel in native mode', 0, 'choice', rule, mode),
  ];
}

function builtInSelfTest(context: LayoutContext): Register {
  const value = context.peek(0x0f, 1);
  // Whether the test exists is told by bit 7. Until it has been read the bits that only exist then are not judged.
  const offered: Attribute = value !== undefined && (value & 0x80) === 0 ? 'zero' : 'volatile';
  return register('BIST', 0x0f, 1, [
    field('Completion Code', [3, 0], offered, 'HDR-008'),
    field('Reserved', [5, 4], 'zero', 'HDR-008'),
    field('Start BIST', 6, offered, 'HDR-008'),
    field('BIST Capable', 7, 'RO', 'HDR-008'),
  ]);
}

/**
 * Offsets 00h to 0Fh. Cache Line Size is declared RW-or-hardwired a bit at a time. The specification asks more of a
 * PCI Express function (all eight bits alike), but the choice `cls_ro` and VFs allow a constant 0.
 */
export function commonRegisters(context: LayoutContext): Register[] {
  return [
    whole('Vendor ID', 0x00, 2, 'RO', 'HDR-001'),
    whole('Device ID', 0x02, 2, 'RO', 'HDR-001'),
    command(context),
    status(context),
    whole('Revision ID', 0x08, 1, 'RO', 'HDR-002'),
    register('Class Code', 0x09, 1, programmingInterface(context)),
    register('Class Code', 0x0a, 2, [
      field('Sub-Class Code', [7, 0], 'RO', 'HDR-002'),
      field('Base Class Code', [15, 8], 'RO', 'HDR-002'),
    ]),
    whole('Cache Line Size', 0x0c, 1, byKind(context, 'choice0', 'choice', 'choice'), 'HDR-003'),
    whole('Latency Timer', 0x0d, 1, byKind(context, 'zero', 'choice', 'choice'), 'HDR-004'),
    register('Header Type', 0x0e, 1, [
      field('Header Layout', [6, 0], 'RO', 'HDR-005'),
      field('Multi-Function Device', 7, 'RO', 'HDR-006'),
    ]),
    builtInSelfTest(context),
  ];
}

/** Interrupt Line and Interrupt Pin, at 3Ch in every layout. */
export function interruptRegisters(context: LayoutContext): Register[] {
  const pin = context.peek(0x3d, 1);
  // A function without a pin may hardwire Interrupt Line to 0.
  const line: Attribute = pin === undefined || pin === 0 ? 'choice0' : 'RW';
  return [
    whole('Interrupt Line', 0x3c, 1, line, 'HDR-010', { reset: 'open', flr: 'open' }),
    whole('Interrupt Pin', 0x3d, 1, 'RO', 'HDR-012'),
  ];
}

/** Capabilities Pointer with the reserved bytes behind it. */
export function capabilitiesPointer(): Register[] {
  return [
    whole('Capabilities Pointer', 0x34, 1, 'RO', 'HDR-009'),
    register('Reserved', 0x35, 1, [reserved([7, 0])]),
    register('Reserved', 0x36, 2, [reserved([15, 0])]),
  ];
}

/** BAR registers. The model follows the address bits itself, for a BAR is more than the sum of its bits. */
export function baseAddressRegisters(count: number): Register[] {
  return Array.from({ length: count }, (_, index): Register =>
    whole(`BAR ${index}`, 0x10 + index * 4, 4, 'choice', 'BAR-003', { reset: 'open' }),
  );
}

/** Expansion ROM Base Address. The model follows its bits, as it does for BARs. */
export function expansionRom(offset: number): Register {
  const fields: Field[] = [
    field('Expansion ROM Enable', 0, 'choice0', 'ROM-001'),
    // Validation status and details in newer revisions, reserved before. They may change by themselves.
    field('Expansion ROM Validation', [7, 1], 'volatile', 'ROM-001'),
    field('Reserved', [10, 8], 'zero', 'ROM-001'),
    field('Expansion ROM Base Address', [31, 11], 'choice0', 'ROM-001', { reset: 'open' }),
  ];
  return register('Expansion ROM Base Address', offset, 4, fields);
}
