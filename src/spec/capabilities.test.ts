import { describe, expect, test } from 'vitest';
import { capabilityLayout, capabilityName, extendedCapabilityLayout, extendedCapabilityName } from './capabilities.ts';
import type { Field, LayoutContext, Structure } from './register.ts';
import { ruleById } from './rules.ts';

const EXTENDED = 0x100;

/** A context whose structure has the given dwords from its first byte on; what is not given is not known. */
function contextOf(dwords: readonly (number | undefined)[], extra: Partial<LayoutContext> = {}): LayoutContext {
  return {
    express: true,
    portType: -1,
    headerType: 0,
    classCode: 0x020000,
    vendor: 0x8086,
    physical: true,
    peek(offset, size, bits = -1) {
      const dword = dwords[offset >>> 2];
      return dword === undefined ? undefined : (((dword >>> ((offset & 3) * 8)) % 2 ** (size * 8)) & bits) >>> 0;
    },
    ...extra,
  };
}

function layOut(
  id: number,
  dwords: readonly (number | undefined)[],
  extra?: Partial<LayoutContext>,
): Structure | undefined {
  const layout = id >= EXTENDED ? extendedCapabilityLayout(id - EXTENDED) : capabilityLayout(id);
  return layout(contextOf(dwords, extra));
}

/** Extended capability ids, told from the others in the tables below. */
const extended = (id: number) => EXTENDED + id;

const [PM, MSI, VENDOR, PCIE, MSIX, EA] = [0x01, 0x05, 0x09, 0x10, 0x11, 0x14];
const AER = extended(0x0001);
const VC = extended(0x0002);
const ACS = extended(0x000d);
const RBAR = extended(0x0015);
const VIRTIO = { vendor: 0x1af4 };

/** The first dword of a PCI Express capability. */
const pcie = (version: number, type: number, slot = 0) => 0x10 | (version << 16) | (type << 20) | (slot << 24);

interface Row {
  name: string;
  id: number;
  dwords: readonly (number | undefined)[];
  extra?: Partial<LayoutContext>;
  /** Undefined: there must be no layout. */
  length: number | undefined;
}

const EA_ENTRIES = [0x00020014, 0x80ff0012, 0xdf000000, 0x00000ffc, 0xc0000024, 2, 0xfc, 0, 0];
const SR_IOV = Array.from({ length: 16 }, () => 0);
const VC_PLAIN = [0x00010002, 1, 0, 0, 0, 0x800000ff, 0, 0, 0, 0];

const ROWS: readonly Row[] = [
  { name: 'power management', id: PM, dwords: [], length: 8 },
  { name: 'power management without PME', id: PM, dwords: [0x00030001, 8], length: 8 },
  { name: 'power management with PME', id: PM, dwords: [0x48030001, 8], length: 8 },
  { name: 'power management with PME from D3cold', id: PM, dwords: [0xc8030001, 8], length: 8 },
  { name: 'MSI, control unknown', id: MSI, dwords: [], length: undefined },
  { name: 'MSI, 32-bit', id: MSI, dwords: [0x00000005], length: 10 },
  { name: 'MSI, 32-bit, extended data', id: MSI, dwords: [0x02000005], length: 12 },
  { name: 'MSI, 32-bit, masking', id: MSI, dwords: [0x01000005], length: 20 },
  { name: 'MSI, 64-bit', id: MSI, dwords: [0x00800005], length: 14 },
  { name: 'MSI, 64-bit, extended data', id: MSI, dwords: [0x02800005], length: 16 },
  { name: 'MSI, 64-bit, masking, 4 vectors', id: MSI, dwords: [0x01847005], length: 24 },
  { name: 'MSI, 64-bit, masking, 32 vectors', id: MSI, dwords: [0x038a0005], length: 24 },
  { name: 'MSI-X', id: MSIX, dwords: [], length: 12 },
  { name: 'PCI Express, unknown', id: PCIE, dwords: [], length: 12 },
  { name: 'PCI Express 2, endpoint', id: PCIE, dwords: [pcie(2, 0)], length: 60 },
  { name: 'PCI Express 2, legacy endpoint', id: PCIE, dwords: [pcie(2, 1)], length: 60 },
  { name: 'PCI Express 2, root port', id: PCIE, dwords: [pcie(2, 4)], length: 60 },
  { name: 'PCI Express 2, root port with slot', id: PCIE, dwords: [pcie(2, 4, 1), 0, 0, 0x100000, 0, 2], length: 60 },
  { name: 'PCI Express 2, upstream port', id: PCIE, dwords: [pcie(2, 5)], length: 60 },
  { name: 'PCI Express 2, downstream port with slot', id: PCIE, dwords: [pcie(2, 6, 1)], length: 60 },
  { name: 'PCI Express 2, bridge to PCI', id: PCIE, dwords: [pcie(2, 7)], length: 60 },
  { name: 'PCI Express 2, bridge from PCI', id: PCIE, dwords: [pcie(2, 8)], length: 60 },
  { name: 'PCI Express 2, integrated endpoint', id: PCIE, dwords: [pcie(2, 9)], length: 60 },
  { name: 'PCI Express 2, event collector', id: PCIE, dwords: [pcie(2, 10)], length: 60 },
  { name: 'PCI Express 2, reserved type', id: PCIE, dwords: [pcie(2, 15)], length: 60 },
  { name: 'PCI Express 1, endpoint', id: PCIE, dwords: [pcie(1, 0)], length: 20 },
  { name: 'PCI Express 1, integrated endpoint', id: PCIE, dwords: [pcie(1, 9)], length: 12 },
  { name: 'PCI Express 1, downstream port', id: PCIE, dwords: [pcie(1, 6)], length: 20 },
  { name: 'PCI Express 1, downstream port with slot', id: PCIE, dwords: [pcie(1, 6, 1)], length: 28 },
  { name: 'PCI Express 1, root port', id: PCIE, dwords: [pcie(1, 4)], length: 36 },
  { name: 'vendor-specific, length unknown', id: VENDOR, dwords: [], length: 3 },
  { name: 'vendor-specific', id: VENDOR, dwords: [0x00500009], length: 0x50 },
  { name: 'virtio common', id: VENDOR, dwords: [0x01100009], extra: VIRTIO, length: 16 },
  { name: 'virtio notifications', id: VENDOR, dwords: [0x02140009], extra: VIRTIO, length: 20 },
  { name: 'virtio ISR', id: VENDOR, dwords: [0x03100009], extra: VIRTIO, length: 16 },
  { name: 'virtio device', id: VENDOR, dwords: [0x04100009], extra: VIRTIO, length: 16 },
  { name: 'virtio window', id: VENDOR, dwords: [0x05140009], extra: VIRTIO, length: 20 },
  { name: 'virtio shared memory', id: VENDOR, dwords: [0x08180009], extra: VIRTIO, length: 24 },
  { name: 'vital product data', id: 0x03, dwords: [], length: 8 },
  { name: 'slot numbering', id: 0x04, dwords: [], length: 4 },
  { name: 'HyperTransport', id: 0x08, dwords: [], length: 2 },
  { name: 'standard hot plug', id: 0x0c, dwords: [], length: 8 },
  { name: 'subsystem ids', id: 0x0d, dwords: [], length: 8 },
  { name: 'advanced features', id: 0x13, dwords: [], length: 6 },
  { name: 'unknown', id: 0xe7, dwords: [], length: 2 },
  { name: 'enhanced allocation, unknown', id: EA, dwords: [], length: 4 },
  { name: 'enhanced allocation, second entry unknown', id: EA, dwords: EA_ENTRIES.slice(0, 4), length: 20 },
  { name: 'enhanced allocation', id: EA, dwords: EA_ENTRIES, length: 36 },
  { name: 'enhanced allocation of a bridge', id: EA, dwords: [0x14], extra: { headerType: 1 }, length: 8 },
  { name: 'AER, port type unknown', id: AER, dwords: [0x00010001], length: undefined },
  { name: 'AER of an endpoint', id: AER, dwords: [0x00020001], extra: { portType: 0 }, length: 44 },
  {
    name: 'AER of a virtual function',
    id: AER,
    dwords: [0x00020001],
    extra: { portType: 0, physical: false },
    length: 44,
  },
  { name: 'AER of a root port', id: AER, dwords: [0x00020001], extra: { portType: 4 }, length: 56 },
  { name: 'AER of an event collector', id: AER, dwords: [0x00010001], extra: { portType: 10 }, length: 56 },
  { name: 'AER with TLP prefixes', id: AER, dwords: [0x00020001], extra: { portType: 4, tlpPrefix: true }, length: 72 },
  { name: 'AER of flit mode', id: AER, dwords: [0x00030001], extra: { portType: 0 }, length: undefined },
  { name: 'virtual channel', id: VC, dwords: VC_PLAIN, length: 40 },
  { name: 'virtual channel with a table', id: VC, dwords: VC_PLAIN.with(2, 0x04000000), length: undefined },
  { name: 'serial number', id: extended(0x0003), dwords: [], length: 12 },
  { name: 'VSEC, length unknown', id: extended(0x000b), dwords: [0x0001000b], length: undefined },
  { name: 'VSEC', id: extended(0x000b), dwords: [0x0001000b, 0x02c10001], length: 44 },
  { name: 'DVSEC', id: extended(0x0023), dwords: [0x00010023, 0x03801e98], length: 56 },
  { name: 'ACS', id: ACS, dwords: [0x0001000d, 0x0000001f], length: 8 },
  { name: 'ACS with egress control', id: ACS, dwords: [0x0001000d, 0x0000213f], length: 16 },
  { name: 'ACS with the largest vector', id: ACS, dwords: [0x0001000d, 0x0000003f], length: 40 },
  { name: 'ARI', id: extended(0x000e), dwords: [], length: 8 },
  { name: 'ATS', id: extended(0x000f), dwords: [], length: 8 },
  { name: 'SR-IOV', id: extended(0x0010), dwords: SR_IOV, length: 64 },
  { name: 'PRI', id: extended(0x0013), dwords: [], length: 16 },
  { name: 'resizable BAR, unknown', id: RBAR, dwords: [0x00010015], length: undefined },
  { name: 'resizable BAR, one', id: RBAR, dwords: [0x00010015, 0xf0, 0x20], length: 12 },
  { name: 'resizable BAR, three', id: RBAR, dwords: [0x00010015, 0xf0, 0x60], length: 28 },
  { name: 'LTR', id: extended(0x0018), dwords: [], length: 8 },
  { name: 'PASID', id: extended(0x001b), dwords: [], length: 8 },
  { name: 'L1 PM substates', id: extended(0x001e), dwords: [0x0001001e], length: 16 },
  { name: 'L1 PM substates 2', id: extended(0x001e), dwords: [0x0002001e], length: 20 },
  { name: 'PTM', id: extended(0x001f), dwords: [], length: 12 },
  { name: 'unknown extended', id: extended(0x7777), dwords: [], length: 4 },
];

/** Every field with the first and the last bit that it takes in the structure. */
function spans(structure: Structure): { field: Field; first: number; last: number; bits: number }[] {
  return structure.registers.flatMap(({ offset, size, fields }) =>
    fields.map((field) => ({
      field,
      first: offset * 8 + field.bits[1],
      last: offset * 8 + field.bits[0],
      bits: size * 8,
    })),
  );
}

/** The field at one bit of the structure. */
function at(structure: Structure | undefined, offset: number, bit = 0): Field | undefined {
  const wanted = offset * 8 + bit;
  return structure && spans(structure).find(({ first, last }) => first <= wanted && wanted <= last)?.field;
}

const LAID_OUT = ROWS.filter(({ length }) => length !== undefined);

describe.each(LAID_OUT)('$name', ({ id, dwords, extra, length }) => {
  const structure = layOut(id, dwords, extra)!;

  test('has its length and its name', () => {
    expect(structure.length).toBe(length);
    expect(structure.name).not.toBe('');
  });

  test('has registers inside the structure, none across a dword', () => {
    for (const { offset, size } of structure.registers) {
      expect(offset % size).toBe(0);
      expect(offset + size).toBeLessThanOrEqual(structure.length);
    }
  });

  test('has fields inside their registers that do not overlap', () => {
    const taken = new Set<number>();
    for (const { field, first, last, bits } of spans(structure)) {
      expect(field.bits[1]).toBeGreaterThanOrEqual(0);
      expect(field.bits[0]).toBeLessThan(bits);
      expect(last).toBeGreaterThanOrEqual(first);
      for (let bit = first; bit <= last; bit++) {
        expect(taken.has(bit), `${field.name}, bit ${bit}`).toBe(false);
        taken.add(bit);
      }
    }
  });

  test('names a rule for every field', () => {
    const unknown = spans(structure).filter(({ field }) => ruleById(field.rule) === undefined);
    expect(unknown.map(({ field }) => field.name)).toEqual([]);
  });

  test('has reset values that fit their fields', () => {
    const tooLarge = spans(structure).filter(({ field: { reset }, first, last }) => {
      return typeof reset === 'number' && reset >= 2 ** (last - first + 1);
    });
    expect(tooLarge).toEqual([]);
  });

  test('has a read-only header', () => {
    for (let byte = 0; byte < (id >= EXTENDED ? 4 : 2); byte++) {
      expect(at(structure, byte)).toMatchObject({ attribute: 'RO', rule: 'CAP-003' });
    }
  });
});

test.each(ROWS.filter(({ length }) => length === undefined))('$name is not laid out', ({ id, dwords, extra }) => {
  expect(layOut(id, dwords, extra)).toBeUndefined();
});

test('every id has a layout and a name', () => {
  for (let id = 0; id < 0x100; id++) {
    expect(capabilityLayout(id)(contextOf([]))?.length ?? 2).toBeGreaterThanOrEqual(2);
    expect(capabilityName(id)).not.toBe('');
    expect(extendedCapabilityLayout(id)(contextOf([]))?.length ?? 4).toBeGreaterThanOrEqual(4);
    expect(extendedCapabilityName(id)).not.toBe('');
  }
  expect(capabilityName(0xe7)).toBe('Unknown Capability');
});

test('a structure has the name of its id, but for virtio', () => {
  for (const { id, dwords, extra } of LAID_OUT.filter((row) => row.extra !== VIRTIO)) {
    const name = id >= EXTENDED ? extendedCapabilityName(id - EXTENDED) : capabilityName(id);
    expect(layOut(id, dwords, extra)?.name).toBe(name);
  }
});

describe('power management', () => {
  const of = (pmc: number | undefined) => layOut(PM, [pmc])!;

  test('PME_En is RW where the function names a PME state', () => {
    expect(at(of(0x48030001), 4, 8)?.attribute).toBe('RW');
    expect(at(of(0x00030001), 4, 8)?.attribute).toBe('choice0');
    expect(at(of(undefined), 4, 8)?.attribute).toBe('choice0');
  });

  test('PME_Status is 0 where there is no PME, and sticky where it comes from D3cold', () => {
    expect(at(of(0x00030001), 4, 15)?.attribute).toBe('zero');
    expect(at(of(0x48030001), 4, 15)).toMatchObject({ attribute: 'RW1C' });
    expect(at(of(0x48030001), 4, 15)?.sticky).toBeUndefined();
    expect(at(of(0xc8030001), 4, 15)).toMatchObject({ attribute: 'RW1C', sticky: true });
  });
});

describe('MSI', () => {
  test('has a mask and a pending bit for every message, and no more', () => {
    const structure = layOut(MSI, [0x01847005]);
    expect(at(structure, 0x10, 3)).toMatchObject({ attribute: 'RW', rule: 'MSI-009' });
    expect(at(structure, 0x10, 4)).toMatchObject({ attribute: 'zero', rule: 'MSI-009' });
    expect(at(structure, 0x14, 3)?.attribute).toBe('volatile');
    expect(at(structure, 0x14, 4)).toMatchObject({ attribute: 'zero', rule: 'MSI-009' });
  });

  test('has two bytes above the data only with masking or extended data', () => {
    expect(at(layOut(MSI, [0x01847005]), 0x0e)).toMatchObject({ attribute: 'zero', rule: 'MSI-004' });
    expect(at(layOut(MSI, [0x02800005]), 0x0e)).toMatchObject({ attribute: 'RW', rule: 'MSI-004' });
    expect(at(layOut(MSI, [0x00800005]), 0x0e)).toBeUndefined();
  });

  test('has address and data without a reset value', () => {
    expect(at(layOut(MSI, [5]), 4, 2)).toMatchObject({ attribute: 'RW', reset: 'open' });
    expect(at(layOut(MSI, [5]), 8)).toMatchObject({ attribute: 'RW', reset: 'open' });
  });
});

describe('PCI Express', () => {
  const of = (first: number, extra?: Partial<LayoutContext>) => layOut(PCIE, [first, 0, 0, 0x00100000, 0, 2], extra);

  test('error reporting is RW, but not inside the root complex and not in virtual functions', () => {
    expect(at(of(pcie(2, 0)), 8, 3)?.attribute).toBe('RW');
    expect(at(of(pcie(2, 4)), 8, 3)?.attribute).toBe('RW');
    expect(at(of(pcie(2, 9)), 8, 3)?.attribute).toBe('choice0');
    expect(at(of(pcie(2, 0), { physical: false }), 8, 3)?.attribute).toBe('choice0');
  });

  test('the bit that starts FLR reads 0, but is another one in a bridge to PCI', () => {
    expect(at(of(pcie(2, 0)), 8, 15)).toMatchObject({ attribute: 'zero', rule: 'RST-002' });
    expect(at(of(pcie(2, 7)), 8, 15)).toMatchObject({ attribute: 'choice0', rule: 'PCIE-002' });
  });

  test('FLR keeps payload size and link control', () => {
    expect(at(of(pcie(2, 0)), 8, 5)?.flr).toBe('keep');
    expect(at(of(pcie(2, 0)), 0x10, 6)?.flr).toBe('keep');
  });

  test('there are slot registers only in ports', () => {
    expect(at(of(pcie(2, 0)), 0x14)).toMatchObject({ attribute: 'zero', rule: 'PCIE-001' });
    expect(at(of(pcie(2, 4, 1)), 0x14)?.attribute).toBe('RO');
    expect(at(of(pcie(2, 4, 0)), 0x14)?.attribute).toBe('RO');
    expect(at(of(pcie(2, 4, 0)), 0x1a, 6)?.attribute).toBe('volatile');
  });

  test('slot control follows what slot and link can do', () => {
    const slot = of(pcie(2, 4, 1));
    expect(at(slot, 0x18, 10)).toMatchObject({ attribute: 'RW', rule: 'HP-007' });
    expect(at(slot, 0x18, 12)?.attribute).toBe('RW');
    const plain = layOut(PCIE, [pcie(2, 4, 1), 0, 0, 0, 0, 0]);
    expect(at(plain, 0x18, 10)?.attribute).toBe('choice0');
    expect(at(plain, 0x18, 12)?.attribute).toBe('choice0');
  });

  test('there are root registers only in root ports and event collectors', () => {
    expect(at(of(pcie(2, 4)), 0x1c)?.attribute).toBe('RW');
    expect(at(of(pcie(2, 10)), 0x1c)?.attribute).toBe('choice0');
    expect(at(of(pcie(2, 6, 1)), 0x1c)).toMatchObject({ attribute: 'zero', rule: 'PCIE-001' });
  });
});

describe('virtio', () => {
  test('structures are fixed, the window is not', () => {
    expect(at(layOut(VENDOR, [0x01100009], VIRTIO), 8)).toMatchObject({ attribute: 'RO', rule: 'VIO-001' });
    expect(at(layOut(VENDOR, [0x05140009], VIRTIO), 8)).toMatchObject({ attribute: 'RW', rule: 'VIO-005' });
    expect(at(layOut(VENDOR, [0x05140009], VIRTIO), 0x10)?.attribute).toBe('volatile');
    expect(at(layOut(VENDOR, [0x02140009], VIRTIO), 0x10)?.attribute).toBe('RO');
  });

  test('other vendors have a body of their own', () => {
    expect(at(layOut(VENDOR, [0x01100009]), 8)).toBeUndefined();
    expect(at(layOut(VENDOR, [0x01100009], { vendor: -1 }), 8)).toBeUndefined();
  });
});

describe('enhanced allocation', () => {
  test('only writable entries can be written', () => {
    expect(at(layOut(EA, EA_ENTRIES), 8)).toMatchObject({ attribute: 'RO', rule: 'EA-001' });
    expect(at(layOut(EA, EA_ENTRIES), 0x14)?.attribute).toBe('choice');
  });

  test('never leaves configuration space', () => {
    const endless = [0x003f0014, ...Array.from({ length: 63 }, () => 7)];
    expect(layOut(EA, endless)?.length).toBeLessThanOrEqual(0xc0 + 32);
  });
});

describe('AER', () => {
  const of = (portType: number, physical = true) => layOut(AER, [0x00020001], { portType, physical });

  test('four errors have a mask and a severity where there is a link', () => {
    for (const bit of [4, 12, 18, 20]) {
      expect(at(of(0), 0x08, bit)).toMatchObject({ attribute: 'RW', reset: 0, sticky: true });
      expect(at(of(0), 0x0c, bit)?.attribute).toBe('RW');
      expect(at(of(9), 0x08, bit)?.attribute).toBe('choice');
      expect(at(of(0, false), 0x08, bit)?.attribute).toBe('choice');
    }
  });

  test('severities and masks have the defaults of the specification', () => {
    const value = (offset: number, last: number) => {
      const bits = Array.from({ length: last + 1 }, (_, bit) => ({ bit, reset: at(of(0), offset, bit)?.reset }));
      return bits.filter(({ reset }) => reset === 1).reduce((sum, { bit }) => sum + 2 ** bit, 0);
    };
    expect(value(0x0c, 25)).toBe(0x00462030);
    expect(value(0x08, 25)).toBe(0x00400000);
    expect(value(0x14, 15)).toBe(0x0000e000);
  });

  test('the source of an error is constant as long as there is no error', () => {
    const root = (status?: number, source?: number) => {
      const dwords = [0x00010001, ...Array.from({ length: 11 }, () => undefined), status, source];
      return at(layOut(AER, dwords, { portType: 4 }), 0x34)?.attribute;
    };
    expect(root(0, 0)).toBe('RO');
    expect(root(0)).toBe('RO');
    expect(root(1, 0)).toBe('volatile');
    expect(root(0, 0x100)).toBe('volatile');
    expect(root()).toBe('volatile');
  });
});
