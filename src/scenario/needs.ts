/** What a function must have to fill an operand of a scenario. */

import type { Bar, TopologyFunction } from '../topology/topology.ts';
import { capabilityAt, ROM_INDEX } from '../topology/topology.ts';
import type { NEEDS } from './names.ts';

export type NeedName = (typeof NEEDS)[number];

interface NeedKind {
  /** `other`: the function that the need names, where it names one. */
  holds(f: TopologyFunction, number: number, other: TopologyFunction | undefined): boolean;
  /** Goes on from `no function`. */
  says(number: number): string;
}

function withBar(text: string, fits: (bar: Bar, number: number) => boolean): NeedKind {
  return {
    holds: (f, number) => f.bars.some((bar) => bar.index !== ROM_INDEX && fits(bar, number)),
    says: (number) => text.replace('N', String(number)),
  };
}

function simple(text: string, holds: NeedKind['holds']): NeedKind {
  return { holds, says: () => text };
}

const KINDS: Readonly<Record<NeedName, NeedKind>> = {
  endpoint: simple('that is an endpoint', (f) => f.headerType === 0 && f.classCode >>> 16 !== 6),
  bridge: simple('that is a bridge', (f) => f.bridge !== undefined),
  msix: {
    holds: (f, number) => (f.msix?.vectors ?? 0) >= Math.max(number, 1),
    says: (number) => `with MSI-X and at least ${Math.max(number, 1)} vectors`,
  },
  msi: {
    holds: (f, number) => (f.msi?.vectors ?? 0) >= Math.max(number, 1),
    says: (number) => `with MSI and at least ${Math.max(number, 1)} vectors`,
  },
  bar: withBar('with a BAR N', (bar, number) => bar.index === number),
  'memory-bar': withBar('with a memory BAR', (bar) => bar.kind !== 'io'),
  'wide-bar': withBar('with a 64-bit BAR', (bar) => bar.kind === 'memory64'),
  'narrow-bar': withBar('with a 32-bit memory BAR', (bar) => bar.kind === 'memory32'),
  'io-bar': withBar('with an I/O BAR', (bar) => bar.kind === 'io'),
  'prefetchable-bar': withBar('with a prefetchable BAR', (bar) => bar.prefetchable),
  rom: simple('with an expansion ROM', (f) => f.bars.some(({ index }) => index === ROM_INDEX)),
  virtio: simple('that is a virtio device', (f) => f.virtio.length > 0),
  slot: simple('that is a port with a slot', (f) => f.express?.slot === true),
  express: simple('with a PCI Express capability', (f) => f.express !== undefined),
  pm: simple('with Power Management', (f) => capabilityAt(f.capabilities, 0x01) !== 0),
  aer: simple('with Advanced Error Reporting', (f) => capabilityAt(f.extended, 0x01) !== 0),
  sriov: {
    holds: (f, number) => f.sriov !== undefined && f.sriov.virtualFunctions >= number,
    says: (number) => `with SR-IOV and at least ${number} virtual functions`,
  },
  rbar: simple('with Resizable BAR', (f) => capabilityAt(f.extended, 0x15) !== 0),
  pin: simple('with an interrupt pin', (f) => f.pin >= 1 && f.pin <= 4),
  flr: simple(
    'with Function Level Reset',
    (f) => f.express?.functionReset === true || capabilityAt(f.capabilities, 0x13) !== 0,
  ),
  'large-bar': withBar('with a memory BAR of at least 2^N bytes', (bar, n) => bar.kind !== 'io' && bar.exponent >= n),
  'small-bar': withBar('with a memory BAR of at most 2^N bytes', (bar, n) => bar.kind !== 'io' && bar.exponent <= n),
  multifunction: simple('of a multi-function device', (f) => f.multifunction || (f.bdf & 7) !== 0),
  'shared-table': simple(
    'with MSI-X table and pending bits in one BAR',
    (f) => f.msix !== undefined && f.msix.table.bar === f.msix.pending.bar,
  ),
  below: simple('below the other', (f, _, other) => other !== undefined && isBelow(f, other)),
  beside: simple(
    'in the same device as the other',
    (f, _, other) =>
      other !== undefined && f.parent === other.parent && f.index !== other.index && f.bdf >>> 3 === other.bdf >>> 3,
  ),
  behind: simple('behind a bridge', (f) => f.parent >= 0),
  root: simple('on a root bus', (f) => f.parent < 0),
};

function isBelow(f: TopologyFunction, bridge: TopologyFunction): boolean {
  return f.path.length > bridge.path.length && bridge.path.every((step, depth) => f.path[depth] === step);
}

export function needKind(name: NeedName): NeedKind {
  return KINDS[name];
}
