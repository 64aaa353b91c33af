/** The layout that is used when none is named: a few dozen functions, some of every kind. */
import { parseEcam, parseRange } from '../../access/machine-text.ts';
import type { EcamRange, Range } from '../../access/machine.ts';
import { functionLayout } from './layout.ts';
import type { BarLayout, CapabilityLayout, FunctionLayout, Layout, LayoutMachine, VirtioLayout } from './layout.ts';

const KIB = 2 ** 10;
const MIB = 2 ** 20;
const GIB = 2 ** 30;

export function range(text: string): Range {
  return parseRange(text) as Range;
}

/** Apertures, memory and both ways into configuration space of a usual machine. */
export const USUAL_MACHINE: LayoutMachine = {
  cam: true,
  ecam: [parseEcam('0xb0000000,0,255') as EcamRange],
  io: [range('0x2000-0xffff')],
  mem32: [range('0xc0000000-0xefffffff')],
  mem64: [range('0x8000000000-0xffffffffff')],
  ram: [range('0x0-0x7ffffff'), range('0x100000000-0x107ffffff')],
  reserved: [range('0xfec00000-0xfeefffff')],
  line: 16,
};

function bar(index: number, kind: BarLayout['kind'], size: number, prefetchable = false): BarLayout {
  return { index, kind, size, prefetchable };
}

const POWER: CapabilityLayout = { kind: 'power', d1: false, d2: false, noSoftReset: true, pme: false };
const SOFT_RESET: CapabilityLayout = { kind: 'power', d1: true, d2: true, noSoftReset: false, pme: true };
const EXPRESS: CapabilityLayout = { kind: 'express', flr: true, ari: false };
const PORT: CapabilityLayout = { kind: 'express', flr: false, ari: false };
const MSI: CapabilityLayout = { kind: 'msi', vectors: 4, wide: true, maskable: true };
const AER: CapabilityLayout = { kind: 'aer' };

function slot(number: number): CapabilityLayout {
  return { kind: 'slot', number, power: true, indicators: true, noCommandCompleted: false };
}

/** Table and PBA on pages of their own in one BAR. */
function msix(vectors: number, inBar: number, table = 0x2000, pba = 0x3000): CapabilityLayout {
  return { kind: 'msix', vectors, table: { bar: inBar, offset: table }, pba: { bar: inBar, offset: pba } };
}

/** All structures of a virtio device on the pages of a BAR of 16 KiB. */
function virtio(inBar: number, queues: number[], multiplier: number, transitional = false): VirtioLayout {
  const at = (offset: number): { bar: number; offset: number } => ({ bar: inBar, offset });
  return {
    kind: 'virtio',
    queues,
    common: at(0),
    isr: at(0x1000),
    device: { ...at(0x2000), length: 24 },
    notify: at(0x3000),
    kicks: at(0x2800),
    multiplier,
    transitional,
  };
}

function networkCard(device: number, kind: 'integrated' | 'endpoint', plugged = true): FunctionLayout {
  return functionLayout({
    device,
    kind,
    plugged,
    vendor: 0x1af4,
    id: 0x1041,
    class: 0x020000,
    bars: [bar(1, 'mem32', 4 * KIB), bar(4, 'mem64', 16 * KIB, true)],
    rom: 64 * KIB,
    capabilities: [
      { kind: 'msix', vectors: 5, table: { bar: 1, offset: 0 }, pba: { bar: 1, offset: 0x800 } },
      EXPRESS,
      POWER,
      virtio(4, [256, 256, 64], 4),
      AER,
    ],
  });
}

/** Many virtual functions; below a port with ARI forwarding those from function 8 on can be reached. */
function physicalFunction(device: number, kind: 'integrated' | 'endpoint', total: number): FunctionLayout {
  return functionLayout({
    device,
    kind,
    id: 0x0010,
    class: 0x010802,
    bars: [bar(0, 'mem64', 16 * KIB)],
    capabilities: [
      EXPRESS,
      MSI,
      msix(16, 0),
      SOFT_RESET,
      AER,
      { kind: 'ari' },
      {
        kind: 'sriov',
        total,
        offset: 1,
        stride: 1,
        id: 0x0011,
        bars: [bar(0, 'mem64', 16 * KIB), bar(3, 'mem32', 4 * KIB)],
        msix: { vectors: 4, table: { bar: 0, offset: 0x2000 }, pba: { bar: 0, offset: 0x3000 } },
      },
    ],
  });
}

const CONVENTIONAL: FunctionLayout[] = [
  functionLayout({ device: 0, kind: 'host-bridge', vendor: 0x8086, id: 0x29c0 }),
  functionLayout({
    device: 1,
    kind: 'conventional',
    bars: [
      bar(0, 'io', 256),
      bar(1, 'mem32', 4 * KIB),
      bar(2, 'mem64', 64 * KIB, true),
      bar(4, 'io16', 16),
      bar(5, 'mem32', 16),
    ],
    rom: 32 * KIB,
    capabilities: [
      { kind: 'msi', vectors: 1, wide: false, maskable: false },
      SOFT_RESET,
      { kind: 'vendor', length: 12 },
      { kind: 'advanced-features', flr: true },
    ],
  }),
  ...[0, 1, 2, 3].map((number) =>
    functionLayout({
      device: 3,
      function: number,
      kind: 'conventional',
      class: 0x0c0300 | (number << 4),
      pin: number + 1,
      bars: [bar(number, number === 1 ? 'io' : 'mem32', number === 1 ? 32 : 256 << number)],
      capabilities: number === 0 ? [] : [{ kind: 'msi', vectors: 1 << number, wide: true, maskable: number > 1 }],
    }),
  ),
  functionLayout({
    device: 5,
    kind: 'conventional',
    vendor: 0x1af4,
    id: 0x1001,
    revision: 0,
    class: 0x010000,
    bars: [bar(0, 'io', 128), bar(1, 'mem32', 4 * KIB), bar(4, 'mem64', 16 * KIB, true)],
    capabilities: [
      { kind: 'msix', vectors: 2, table: { bar: 1, offset: 0 }, pba: { bar: 1, offset: 0x800 } },
      virtio(4, [128], 0, true),
    ],
  }),
];

const INTEGRATED: FunctionLayout[] = [
  functionLayout({
    device: 2,
    kind: 'integrated',
    bars: [bar(0, 'mem32', 16 * KIB), bar(3, 'mem64', MIB)],
    capabilities: [msix(33, 0, 0x1008, 0x18), EXPRESS, MSI, POWER, AER, { kind: 'vendor-extended', length: 24 }],
  }),
  networkCard(4, 'integrated'),
  functionLayout({
    device: 6,
    kind: 'integrated',
    bars: [bar(0, 'mem64', 2 * MIB, true), bar(2, 'mem32', MIB)],
    capabilities: [
      EXPRESS,
      {
        kind: 'resizable-bar',
        bars: [
          { index: 0, sizes: [MIB, 2 * MIB, 64 * MIB, 8 * GIB] },
          { index: 2, sizes: [MIB, 4 * MIB] },
        ],
      },
      { kind: 'serial-number', value: '0x0011223344556677' },
    ],
  }),
  functionLayout({
    device: 7,
    kind: 'integrated',
    bars: [bar(4, 'mem32', 4 * KIB)],
    capabilities: [
      {
        kind: 'enhanced-allocation',
        entries: [
          { bar: 0, base: '0xf0000000', size: 64 * KIB, space: 'memory', switchable: true },
          { bar: 2, base: '0x7000000000', size: 8 * GIB, space: 'prefetchable', switchable: false },
        ],
      },
      EXPRESS,
      msix(8, 0),
    ],
  }),
  physicalFunction(8, 'integrated', 7),
  functionLayout({
    device: 10,
    kind: 'integrated',
    bars: [bar(1, 'mem64', 8 * GIB, true), bar(3, 'mem64', 64 * KIB)],
    capabilities: [EXPRESS, msix(2048, 3, 0, 0x8000)],
  }),
];

const PORTS: FunctionLayout[] = [
  functionLayout({
    device: 16,
    kind: 'root-port',
    capabilities: [PORT, slot(1), MSI, POWER, { kind: 'subsystem' }, AER],
    below: [
      networkCard(0, 'endpoint'),
      functionLayout({
        device: 0,
        function: 1,
        kind: 'endpoint',
        pin: 2,
        bars: [bar(0, 'mem32', 4 * KIB)],
        capabilities: [EXPRESS],
      }),
    ],
  }),
  functionLayout({
    device: 17,
    kind: 'root-port',
    capabilities: [PORT, slot(2), POWER],
    below: [networkCard(0, 'endpoint', false)],
  }),
  functionLayout({
    device: 18,
    kind: 'root-port',
    bars: [bar(0, 'mem64', 4 * KIB)],
    rom: 2 * KIB,
    capabilities: [{ kind: 'express', flr: false, ari: true }, msix(1, 0, 0, 0x800), POWER],
    below: [physicalFunction(0, 'endpoint', 12)],
  }),
  functionLayout({
    device: 19,
    kind: 'root-port',
    capabilities: [PORT, MSI],
    below: [
      functionLayout({
        device: 0,
        kind: 'upstream-port',
        pin: 0,
        capabilities: [PORT, POWER],
        below: [
          functionLayout({
            device: 0,
            kind: 'downstream-port',
            capabilities: [PORT, slot(3), MSI, POWER],
            below: [networkCard(0, 'endpoint')],
          }),
          functionLayout({
            device: 1,
            kind: 'downstream-port',
            windows: { io: 0, prefetchable: 64, vga: false, isa: false },
            capabilities: [PORT],
            below: [0, 1].map((number) =>
              functionLayout({
                device: 0,
                function: number,
                kind: number === 0 ? 'endpoint' : 'legacy-endpoint',
                pin: number + 1,
                bars: [bar(0, 'mem64', 128 << number, true), bar(2, 'mem32', 8 * KIB)],
                capabilities: [EXPRESS, MSI, SOFT_RESET],
              }),
            ),
          }),
        ],
      }),
    ],
  }),
];

const CONVENTIONAL_BRIDGES: FunctionLayout[] = [
  functionLayout({
    device: 20,
    kind: 'root-port',
    capabilities: [PORT],
    below: [
      functionLayout({
        device: 0,
        kind: 'express-to-pci',
        pin: 0,
        windows: { io: 32, prefetchable: 64, vga: true, isa: true },
        capabilities: [PORT],
        below: [
          functionLayout({
            device: 3,
            kind: 'conventional',
            pin: 2,
            bars: [bar(0, 'mem32', 4 * KIB), bar(1, 'io', 64)],
          }),
        ],
      }),
    ],
  }),
  functionLayout({
    device: 30,
    kind: 'bridge',
    pin: 0,
    windows: { io: 16, prefetchable: 32, vga: true, isa: true },
    capabilities: [{ kind: 'subsystem' }],
    below: [
      functionLayout({
        device: 1,
        kind: 'conventional',
        // The smaller ports fit among those of a VGA card.
        bars: [bar(0, 'io', 256), bar(1, 'mem32', 64 * KIB, true), bar(2, 'io', 16)],
        capabilities: [{ kind: 'msi', vectors: 32, wide: false, maskable: true }],
      }),
      functionLayout({
        device: 2,
        kind: 'bridge',
        windows: { io: 0, prefetchable: 0, vga: false, isa: false },
        below: [functionLayout({ device: 5, kind: 'conventional', pin: 3, bars: [bar(0, 'mem32', 32)] })],
      }),
    ],
  }),
];

const OTHER_SEGMENT: FunctionLayout[] = [
  functionLayout({
    segment: 1,
    device: 0,
    kind: 'integrated',
    bars: [bar(0, 'mem64', 4 * KIB)],
    capabilities: [EXPRESS, MSI],
  }),
  functionLayout({
    segment: 1,
    device: 1,
    kind: 'root-port',
    capabilities: [PORT],
    below: [functionLayout({ device: 0, kind: 'endpoint', bars: [bar(0, 'mem32', MIB)], capabilities: [EXPRESS] })],
  }),
];

export const DEFAULT_LAYOUT: Layout = {
  name: 'default',
  machine: { ...USUAL_MACHINE, ecam: [...USUAL_MACHINE.ecam, parseEcam('0x4010000000,0,15,1') as EcamRange] },
  assigned: false,
  functions: [...CONVENTIONAL, ...INTEGRATED, ...PORTS, ...CONVENTIONAL_BRIDGES, ...OTHER_SEGMENT],
};
