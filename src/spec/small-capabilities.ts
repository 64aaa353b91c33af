/**
 * Capability headers, and the capabilities of a few bytes: Vital Product Data (03h), slot numbering (04h), hot plug of
 * conventional buses (0Ch), subsystem ids of bridges (0Dh), Advanced Features (13h).
 */

import { field, register, reserved, whole } from './build.ts';
import type { Layout, Register, Structure } from './register.ts';

/** Capability id and next pointer, the first two bytes of every capability (PCIe 7.5.1.1.11). */
export function capabilityHeader(): Register[] {
  return [whole('Capability ID', 0x00, 1, 'RO', 'CAP-003'), whole('Next Capability Pointer', 0x01, 1, 'RO', 'CAP-003')];
}

/** A capability of which only the header is known. */
export function headerOnly(name: string): Layout {
  const structure: Structure = { name, length: 2, registers: capabilityHeader() };
  return () => structure;
}

/** Bits that the function announces in `supported`; a bit that is not there, or not known, counts as 0. */
export function has(supported: number | undefined, bit: number): boolean {
  return supported !== undefined && ((supported >>> bit) & 1) === 1;
}

/** Vital Product Data (PCIe 7.9.18): address and data are a window into a memory that is not configuration space. */
export function vitalProductData(): Structure {
  const rule = 'RTE-011';
  return {
    name: 'Vital Product Data',
    length: 8,
    registers: [
      ...capabilityHeader(),
      register('VPD Address', 0x02, 2, [
        field('VPD Address', [14, 0], 'volatile', rule),
        field('F', 15, 'volatile', rule),
      ]),
      whole('VPD Data', 0x04, 4, 'volatile', rule),
    ],
  };
}

/** Slot numbering of conventional bridges (PCI-to-PCI 1.2, 13.2). The chassis number may be kept in a memory. */
export function slotNumbering(): Structure {
  const rule = 'CAP-003';
  return {
    name: 'Slot Numbering',
    length: 4,
    registers: [
      ...capabilityHeader(),
      register('Expansion Slot', 0x02, 1, [
        field('Expansion Slots Provided', [4, 0], 'RO', rule),
        field('First in Chassis', 5, 'RO', rule),
        reserved([7, 6]),
      ]),
      whole('Chassis Number', 0x03, 1, 'choice', rule, { reset: 'open', flr: 'open' }),
    ],
  };
}

/** Standard Hot-Plug Controller: a select byte and a window into its working registers, and what is pending in them. */
export function standardHotPlug(): Structure {
  const rule = 'RTE-011';
  return {
    name: 'Standard Hot-Plug Controller',
    length: 8,
    registers: [
      ...capabilityHeader(),
      whole('DWORD Select', 0x02, 1, 'volatile', rule),
      whole('Pending', 0x03, 1, 'volatile', rule),
      whole('DWORD Data', 0x04, 4, 'volatile', rule),
    ],
  };
}

/** Subsystem ID and Subsystem Vendor ID of a type 1 header (PCIe 7.9.23). */
export function subsystemIds(): Structure {
  return {
    name: 'Subsystem ID and Subsystem Vendor ID',
    length: 8,
    registers: [
      ...capabilityHeader(),
      register('Reserved', 0x02, 2, [reserved([15, 0])]),
      whole('Subsystem Vendor ID', 0x04, 2, 'RO', 'HDR-014'),
      whole('Subsystem ID', 0x06, 2, 'RO', 'HDR-014'),
    ],
  };
}

/** Conventional PCI Advanced Features (PCIe 7.9.21): FLR of conventional functions. */
export function advancedFeatures(): Structure {
  const rule = 'RST-002';
  return {
    name: 'Advanced Features',
    length: 6,
    registers: [
      ...capabilityHeader(),
      whole('Length', 0x02, 1, 'RO', 'CAP-003'),
      register('AF Capabilities', 0x03, 1, [
        field('Transactions Pending', 0, 'RO', rule),
        field('Function Level Reset', 1, 'RO', rule),
        reserved([7, 2]),
      ]),
      register('AF Control', 0x04, 1, [field('Initiate FLR', 0, 'zero', rule), reserved([7, 1])]),
      register('AF Status', 0x05, 1, [field('Transactions Pending', 0, 'volatile', rule), reserved([7, 1])]),
    ],
  };
}
