/**
 * Registers of capabilities of which the register maps have the header alone: nothing in them is judged, but they have
 * names (PCIe 7.7 to 7.9; AGP 3.0 6.1; PCI-X 2.0 7.2; AHCI 1.3.1 2.4; EHCI 1.0 2.1 for the debug port). Offsets count from
 * the capability.
 */

import { whole } from './build.ts';
import type { Register } from './register.ts';

type Row = readonly [offset: number, size: 1 | 2 | 4, name: string];

const open = (rows: readonly Row[]): Register[] =>
  rows.map(([offset, size, name]) => whole(name, offset, size, 'open', 'CAP-003'));

const CAPABILITIES: ReadonlyMap<number, readonly Register[]> = new Map([
  [
    0x02,
    open([
      [0x02, 2, 'AGP Identifier'],
      [0x04, 4, 'AGP Status'],
      [0x08, 4, 'AGP Command'],
    ]),
  ],
  [
    0x07,
    open([
      [0x02, 2, 'PCI-X Command'],
      [0x04, 4, 'PCI-X Status'],
    ]),
  ],
  [0x0a, open([[0x02, 2, 'Debug Port Offset']])],
  [
    0x12,
    open([
      [0x02, 2, 'SATA Capability Register 0'],
      [0x04, 4, 'SATA Capability Register 1'],
    ]),
  ],
]);

/** A capability register, a control and a status register of 32 bits each. */
const capabilityControlStatus = (name: string): Register[] =>
  open([
    [0x04, 4, `${name} Capabilities`],
    [0x08, 4, `${name} Control`],
    [0x0c, 4, `${name} Status`],
  ]);

const EXTENDED_CAPABILITIES: ReadonlyMap<number, readonly Register[]> = new Map([
  [
    0x0004,
    open([
      [0x04, 1, 'Power Budgeting Data Select'],
      [0x08, 4, 'Power Budgeting Data'],
      [0x0c, 1, 'Power Budget Capability'],
    ]),
  ],
  [
    0x0012,
    open([
      [0x04, 2, 'Multicast Capability'],
      [0x06, 2, 'Multicast Control'],
      [0x08, 4, 'Multicast Base Address'],
      [0x0c, 4, 'Multicast Base Address, upper half'],
      [0x10, 4, 'Multicast Receive'],
      [0x14, 4, 'Multicast Receive, upper half'],
      [0x18, 4, 'Multicast Block All'],
      [0x1c, 4, 'Multicast Block All, upper half'],
      [0x20, 4, 'Multicast Block Untranslated'],
      [0x24, 4, 'Multicast Block Untranslated, upper half'],
    ]),
  ],
  [
    0x0016,
    open([
      [0x04, 4, 'Dynamic Power Allocation Capability'],
      [0x08, 4, 'Dynamic Power Allocation Latency Indicator'],
      [0x0c, 2, 'Dynamic Power Allocation Status'],
      [0x0e, 2, 'Dynamic Power Allocation Control'],
    ]),
  ],
  [
    0x0017,
    open([
      [0x04, 4, 'TPH Requester Capability'],
      [0x08, 4, 'TPH Requester Control'],
    ]),
  ],
  [
    0x0019,
    open([
      [0x04, 4, 'Link Control 3'],
      [0x08, 4, 'Lane Error Status'],
    ]),
  ],
  [
    0x001d,
    open([
      [0x04, 2, 'DPC Capability'],
      [0x06, 2, 'DPC Control'],
      [0x08, 2, 'DPC Status'],
      [0x0a, 2, 'DPC Error Source ID'],
    ]),
  ],
  [
    0x0022,
    open([
      [0x04, 4, 'Readiness Time Reporting 1'],
      [0x08, 4, 'Readiness Time Reporting 2'],
    ]),
  ],
  [
    0x0024,
    open(
      Array.from({ length: 6 }, (_, entry): Row[] => [
        [0x04 + 8 * entry, 4, `VF Resizable BAR Capability ${entry}`],
        [0x08 + 8 * entry, 4, `VF Resizable BAR Control ${entry}`],
      ]).flat(),
    ),
  ],
  [
    0x0025,
    open([
      [0x04, 4, 'Data Link Feature Capabilities'],
      [0x08, 4, 'Data Link Feature Status'],
    ]),
  ],
  [0x0026, capabilityControlStatus('16.0 GT/s')],
  [
    0x0027,
    open([
      [0x04, 2, 'Margining Port Capabilities'],
      [0x06, 2, 'Margining Port Status'],
    ]),
  ],
  [0x002a, capabilityControlStatus('32.0 GT/s')],
  [
    0x002e,
    [
      ...capabilityControlStatus('DOE'),
      ...open([
        [0x10, 4, 'DOE Write Data Mailbox'],
        [0x14, 4, 'DOE Read Data Mailbox'],
      ]),
    ],
  ],
]);

const NONE: readonly Register[] = [];

const PCI_X = 0x07;
/** PCI-X of a bridge (PCI-X 2.0 8.6.2). */
const PCI_X_BRIDGE = open([
  [0x02, 2, 'PCI-X Secondary Status'],
  [0x04, 4, 'PCI-X Bridge Status'],
]);

/** Registers of a capability that have a name and nothing else, beside its header. */
export function namedRegisters(id: number, headerType: number): readonly Register[] {
  if (id === PCI_X && headerType === 1) return PCI_X_BRIDGE;
  return CAPABILITIES.get(id) ?? NONE;
}

/** The same of an extended capability. */
export function namedExtendedRegisters(id: number): readonly Register[] {
  return EXTENDED_CAPABILITIES.get(id) ?? NONE;
}
