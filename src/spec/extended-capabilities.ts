/**
 * Extended capability headers (PCIe 7.6.3), and the extended capabilities of a few registers. No area of the catalogue
 * is about these: what is constant in them is held to CAP-003, as are enables that plainly are RW or hardwired 0.
 * Fields whose writes may be refused or have other results than single bits are left open.
 *
 * What lies between the structures of extended space reads 0 (ECAM-012), so a layout is undefined until its whole length
 * is certain.
 */

import { field, register, reserved, whole } from './build.ts';
import type { Field, Layout, LayoutContext, Register, Structure } from './register.ts';

const RULE = 'CAP-003';

export function extendedHeader(): Register[] {
  return [
    register('Extended Capability Header', 0x00, 4, [
      field('Extended Capability ID', [15, 0], 'RO', RULE),
      field('Capability Version', [19, 16], 'RO', RULE),
      field('Next Capability Offset', [31, 20], 'RO', RULE),
    ]),
  ];
}

/** An extended capability of which only the header is known. */
export function extendedHeaderOnly(name: string): Layout {
  const structure: Structure = { name, length: 4, registers: extendedHeader() };
  return () => structure;
}

/** Enables that are RW, or hardwired 0 where the function lacks what they enable. */
function enables(names: readonly string[]): Field[] {
  return names.map((name, bit) => field(name, bit, 'choice0', RULE));
}

export function deviceSerialNumber(): Structure {
  return {
    name: 'Device Serial Number',
    length: 12,
    registers: [
      ...extendedHeader(),
      whole('Serial Number Lower', 0x04, 4, 'RO', RULE),
      whole('Serial Number Upper', 0x08, 4, 'RO', RULE),
    ],
  };
}

/** The version in the header; -1 while it is not known. */
export function versionOf(context: LayoutContext): number {
  const byte = context.peek(0x02, 1);
  return byte === undefined ? -1 : byte & 0xf;
}

/** The egress control vector, one bit a port or function, if there is egress control. */
function egressVector(capabilities: number): Register[] {
  if ((capabilities & 0x20) === 0) return [];
  const bits = capabilities >>> 8 === 0 ? 256 : capabilities >>> 8;
  return Array.from({ length: Math.ceil(bits / 32) }, (_, dword) =>
    whole('Egress Control Vector', 0x08 + dword * 4, 4, 'choice0', RULE, { reset: 'open' }),
  );
}

export function accessControlServices(context: LayoutContext): Structure | undefined {
  const capabilities = context.peek(0x04, 2);
  if (capabilities === undefined) return undefined;
  const vector = egressVector(capabilities);
  return {
    name: 'Access Control Services',
    length: 8 + vector.length * 4,
    registers: [
      ...extendedHeader(),
      whole('ACS Capability', 0x04, 2, 'RO', RULE),
      register('ACS Control', 0x06, 2, [
        ...enables([
          'ACS Source Validation Enable',
          'ACS Translation Blocking Enable',
          'ACS P2P Request Redirect Enable',
          'ACS P2P Completion Redirect Enable',
          'ACS Upstream Forwarding Enable',
          'ACS P2P Egress Control Enable',
          'ACS Direct Translated P2P Enable',
          'ACS I/O Request Blocking Enable',
        ]),
        field('ACS Enhanced Control', [12, 8], 'choice0', RULE),
        field('Reserved', [15, 13], 'open', RULE),
      ]),
      ...vector,
    ],
  };
}

/** FLR may keep or reset the function groups (RST-003). */
export function alternativeRouting(): Structure {
  const either = { flr: 'open' } as const;
  return {
    name: 'Alternative Routing-ID Interpretation',
    length: 8,
    registers: [
      ...extendedHeader(),
      whole('ARI Capability', 0x04, 2, 'RO', RULE),
      register('ARI Control', 0x06, 2, [
        field('MFVC Function Groups Enable', 0, 'choice0', RULE, either),
        field('ACS Function Groups Enable', 1, 'choice0', RULE, either),
        reserved([3, 2]),
        field('Function Group', [6, 4], 'choice0', RULE, either),
        reserved([15, 7]),
      ]),
    ],
  };
}

export function addressTranslation(): Structure {
  return {
    name: 'Address Translation Services',
    length: 8,
    registers: [
      ...extendedHeader(),
      whole('ATS Capability', 0x04, 2, 'RO', RULE),
      register('ATS Control', 0x06, 2, [
        // It may refuse to change while the function translates.
        field('Smallest Translation Unit', [4, 0], 'open', RULE),
        field('Reserved', [14, 5], 'open', RULE),
        field('Enable', 15, 'choice0', RULE),
      ]),
    ],
  };
}

export function pageRequest(): Structure {
  return {
    name: 'Page Request Interface',
    length: 16,
    registers: [
      ...extendedHeader(),
      whole('Page Request Control', 0x04, 2, 'open', RULE),
      whole('Page Request Status', 0x06, 2, 'volatile', RULE),
      whole('Outstanding Page Request Capacity', 0x08, 4, 'RO', RULE),
      whole('Outstanding Page Request Allocation', 0x0c, 4, 'open', RULE),
    ],
  };
}

export function processAddressSpaceId(): Structure {
  return {
    name: 'Process Address Space ID',
    length: 8,
    registers: [
      ...extendedHeader(),
      whole('PASID Capability', 0x04, 2, 'RO', RULE),
      register('PASID Control', 0x06, 2, [
        ...enables(['PASID Enable', 'Execute Permission Enable', 'Privileged Mode Enable']),
        field('Reserved', [15, 3], 'open', RULE),
      ]),
    ],
  };
}

function latency(name: string, offset: number): Register {
  const either = { flr: 'open' } as const;
  return register(name, offset, 2, [
    field(`${name} Value`, [9, 0], 'choice0', RULE, either),
    field(`${name} Scale`, [12, 10], 'choice0', RULE, either),
    reserved([15, 13]),
  ]);
}

export function latencyTolerance(): Structure {
  return {
    name: 'Latency Tolerance Reporting',
    length: 8,
    registers: [...extendedHeader(), latency('Max Snoop Latency', 0x04), latency('Max No-Snoop Latency', 0x06)],
  };
}

/** Version 2 has a status register at its end. */
export function powerSubstates(context: LayoutContext): Structure | undefined {
  const version = versionOf(context);
  if (version !== 1 && version !== 2) return undefined;
  const status = version === 2 ? [whole('L1 PM Substates Status', 0x10, 4, 'volatile', RULE)] : [];
  return {
    name: 'L1 PM Substates',
    length: version === 2 ? 20 : 16,
    registers: [
      ...extendedHeader(),
      whole('L1 PM Substates Capabilities', 0x04, 4, 'RO', RULE),
      whole('L1 PM Substates Control 1', 0x08, 4, 'open', RULE),
      whole('L1 PM Substates Control 2', 0x0c, 4, 'open', RULE),
      ...status,
    ],
  };
}

export function precisionTime(): Structure {
  return {
    name: 'Precision Time Measurement',
    length: 12,
    registers: [
      ...extendedHeader(),
      whole('PTM Capability', 0x04, 4, 'RO', RULE),
      whole('PTM Control', 0x08, 4, 'open', RULE),
    ],
  };
}

/** Bytes that bits 31:20 of the dword at +4 tell; undefined if unknown, or too few for the structure's own header. */
function lengthField(context: LayoutContext, minimum: number): number | undefined {
  const upper = context.peek(0x06, 2);
  return upper === undefined || upper >>> 4 < minimum ? undefined : upper >>> 4;
}

export function vendorSpecificExtended(context: LayoutContext): Structure | undefined {
  const length = lengthField(context, 8);
  if (length === undefined) return undefined;
  return {
    name: 'Vendor-Specific Extended Capability',
    length,
    registers: [
      ...extendedHeader(),
      register('Vendor-Specific Header', 0x04, 4, [
        field('VSEC ID', [15, 0], 'RO', RULE),
        field('VSEC Rev', [19, 16], 'RO', RULE),
        field('VSEC Length', [31, 20], 'RO', RULE),
      ]),
    ],
  };
}

export function designatedVendorSpecific(context: LayoutContext): Structure | undefined {
  const length = lengthField(context, 10);
  if (length === undefined) return undefined;
  return {
    name: 'Designated Vendor-Specific Extended Capability',
    length,
    registers: [
      ...extendedHeader(),
      register('Designated Vendor-Specific Header 1', 0x04, 4, [
        field('DVSEC Vendor ID', [15, 0], 'RO', RULE),
        field('DVSEC Revision', [19, 16], 'RO', RULE),
        field('DVSEC Length', [31, 20], 'RO', RULE),
      ]),
      whole('DVSEC ID', 0x08, 2, 'RO', RULE),
    ],
  };
}

/** One virtual channel. Its control is left alone: a channel is set up in steps that depend on each other. */
function channel(index: number): Register[] {
  const offset = 0x10 + index * 0x0c;
  return [
    whole(`VC Resource Capability ${index}`, offset, 4, 'RO', RULE),
    whole(`VC Resource Control ${index}`, offset + 4, 4, 'open', RULE),
    whole(`VC Resource Status ${index}`, offset + 10, 2, 'volatile', RULE),
  ];
}

/** Only without arbitration tables, whose places and sizes are more than this map tells. */
export function virtualChannel(context: LayoutContext): Structure | undefined {
  const extra = context.peek(0x04, 1);
  if (extra === undefined) return undefined;
  const count = 1 + (extra & 7);
  const tables = [0x0b, ...Array.from({ length: count }, (_, index) => 0x13 + index * 0x0c)];
  if (tables.some((offset) => context.peek(offset, 1) !== 0)) return undefined;
  return {
    name: 'Virtual Channel',
    length: 0x10 + count * 0x0c,
    registers: [
      ...extendedHeader(),
      whole('Port VC Capability 1', 0x04, 4, 'RO', RULE),
      whole('Port VC Capability 2', 0x08, 4, 'RO', RULE),
      whole('Port VC Control', 0x0c, 2, 'open', RULE),
      whole('Port VC Status', 0x0e, 2, 'volatile', RULE),
      ...Array.from({ length: count }, (_, index) => channel(index)).flat(),
    ],
  };
}
