/** Decoded regions against QEMU's `info mtree -f`. */

import { formatBdf } from '../../src/access/bdf.ts';
import type { RegionSnapshot } from '../../src/model/snapshot.ts';
import { baseOf } from '../../src/model/bridge-view.ts';
import { Collector, hex } from './scenario.ts';
import type { Comparison, Scenario } from './scenario.ts';

/** Where a machine's CPU sees PCI addresses: offsets to add; `ports`: port space is a view of its own. */
interface Apertures {
  memory: (address: bigint) => bigint;
  io: bigint | 'ports';
}

const same = (address: bigint): bigint => address;

const APERTURES: readonly (readonly [RegExp, Apertures])[] = [
  [/arm/, { memory: same, io: 0x3eff0000n }],
  [/riscv64/, { memory: same, io: 0x3000000n }],
  [/mac99/, { memory: same, io: 0xf2000000n }],
  [/alpha/, { memory: (address) => address + 0x80000000000n, io: 0x801fc000000n }],
  [
    /pseries/,
    { memory: (address) => (address < 0x100000000n ? address + 0x200000000000n : address), io: 0x200000000000n },
  ],
  [/ppce500/, { memory: (address) => address - 0xe0000000n + 0xc00000000n, io: 0xfe1000000n }],
];

/** x86, and PA-RISC. */
const PLAIN: Apertures = { memory: same, io: 'ports' };

/** Fills windows where no device is. */
const FILLER = /^(gpex_|unin-pci-isa-mmio|io$|pci0-io|isa-io|lsi-pci-io)/;

/** Names of what devices map through BARs. Others belong to the platform. */
const IN_BAR = new RegExp(
  `^(${[
    'msix-(table|pba)',
    'nvme',
    'ahci(-idp)?',
    'virtio-pci.*',
    'e1000e?-(mmio|io)',
    'operational|capabilities|runtime|doorbell|usb[23] port #\\d+',
    'rtl8139|ne2000|uhci|ohci|intel-hda|edu-mmio|shpc-mmio|pm-smbus',
    'bochs-display-(mmio|vram)|vga\\.(mmio|vram)',
    'pci-testdev-(mmio|portio)|ivshmem-mmio|pvscsi-io',
    'piix-bmdma|bmdma|cmd646-.*|lsi-(mmio|ram|io)|pcnet-(mmio|io)|vmxnet3-b[01]',
  ].join('|')})$`,
);

interface Leaf {
  from: bigint;
  to: bigint;
  name: string;
}

/** The flat view of an address space by its name. */
function view(text: string, space: string): Leaf[] {
  const part = text.split(/^FlatView #/m).find((one) => one.includes(`\n AS "${space}", root:`)) ?? '';
  return [
    ...part.matchAll(/^ {2}([0-9a-f]{16})-([0-9a-f]{16}) \(prio -?\d+, [^)]*\): (.*?)(?: @[0-9a-f]{16})?(?: KVM)?$/gm),
  ].map((match) => ({ from: BigInt(`0x${match[1]}`), to: BigInt(`0x${match[2]}`), name: match[3] as string }));
}

interface Placed {
  name: string;
  region: RegionSnapshot;
  from: bigint;
  to: bigint;
}

export function compareMap(scenario: Scenario): Comparison {
  const out = new Collector();
  const text = scenario.text('mtree.txt') ?? '';
  const apertures = APERTURES.find(([pattern]) => pattern.test(scenario.name))?.[1] ?? PLAIN;
  const memory = view(text, 'memory');
  const ports = apertures.io === 'ports' ? view(text, 'I/O') : memory;
  const placed = place(scenario, apertures);
  for (const space of ['memory', 'io'] as const) {
    const leaves = (space === 'memory' ? memory : ports).filter(({ name }) => !FILLER.test(name));
    const regions = placed.filter(({ region }) => region.space === space);
    for (const one of regions.filter(({ region }) => region.decode === 'on')) {
      out.count('regions that are on');
      if (!leaves.some((leaf) => one.from <= leaf.from && leaf.to <= one.to)) {
        out.differ(`${one.name} at ${hex(one.from)}: on, but truth maps nothing there`);
      }
    }
  }
  // Where ports are seen through memory both kinds lie in one view.
  const both = [
    ...memory.map((leaf) => ({ leaf, spaces: apertures.io === 'ports' ? ['memory'] : ['memory', 'io'] })),
    ...(apertures.io === 'ports' ? ports.map((leaf) => ({ leaf, spaces: ['io'] })) : []),
  ].filter(({ leaf }) => IN_BAR.test(leaf.name));
  for (const { leaf, spaces } of both) {
    const owners = placed.filter(
      ({ region, from, to }) => spaces.includes(region.space ?? '') && from <= leaf.from && leaf.to <= to,
    );
    if (owners.some(({ region }) => region.decode === 'on')) out.count('mapped pieces in regions that are on');
    else if (owners.some(({ region }) => region.decode === 'maybe'))
      out.count('mapped pieces in regions that may be on');
    else out.differ(`${leaf.name} at ${hex(leaf.from)}: mapped, but no region of the model is on there`);
  }
  return out;
}

/** Regions with a known place, by the addresses of the CPU. */
function place({ functions }: Scenario, apertures: Apertures): Placed[] {
  return [...functions.values()].flatMap((f) =>
    f.regions.flatMap((region): Placed[] => {
      const base = baseOf(region);
      if (base === undefined || region.exponent < 0) return [];
      const io = apertures.io === 'ports' ? 0n : apertures.io;
      const from = region.space === 'io' ? base + io : apertures.memory(base);
      const name = `${formatBdf(f.bdf)} ${region.index === 6 ? 'ROM' : `BAR ${region.index}`}`;
      return [{ name, region, from, to: from + (1n << BigInt(region.exponent)) - 1n }];
    }),
  );
}
