/** A device tree as the plain document that `read-devices.ts` reads, with the addresses where they are known. */

import { formatAddressRange } from './check-ranges.ts';
import { ROM } from './device-tree.ts';
import type {
  AddressRange,
  Assignment,
  Bar,
  BridgePart,
  DeviceTree,
  Placement,
  TreeFunction,
  WindowState,
} from './device-tree.ts';

/** Version of the document. It changes when a key goes or changes its meaning; keys may be added. */
const TOPOLOGY = 'barometer.topology/1';

/** The document; `assigned` and `enabled` stand where the assignment says something. */
export function topologyDocument({ host, functions }: DeviceTree, assignment: Assignment): object {
  const ranges = (list: readonly AddressRange[]): string[] => list.map(formatAddressRange);
  return {
    schema: TOPOLOGY,
    machine: {
      cam: host.platformPorts,
      ecam: host.ecam.map(
        ({ base, firstBus, lastBus, segment }) =>
          `${hex(base)},${firstBus},${lastBus}${segment === 0 ? '' : `,${segment}`}`,
      ),
      io: ranges(host.io),
      mem32: ranges(host.mem32),
      mem64: ranges(host.mem64),
      ram: ranges(host.ram),
      reserved: ranges(host.reserved),
    },
    devices: functions.map((f) => functionDocument(f, assignment)),
  };
}

function functionDocument(f: TreeFunction, assignment: Assignment): object {
  const at = assignment.get(f.name);
  const rom = f.bars.find(({ index }) => index === ROM);
  const bars = f.bars.filter(({ index }) => index !== ROM);
  return {
    name: f.name,
    ...(f.classCode < 0 ? {} : { class: hex(BigInt(f.classCode)) }),
    ...(f.express === undefined ? {} : { express: f.express }),
    ...(at === undefined ? {} : { enabled: [...(at.io ? ['io'] : []), ...(at.memory ? ['memory'] : [])] }),
    ...(bars.length === 0 ? {} : { bars: Object.fromEntries(bars.map((bar) => [bar.index, barDocument(bar, at)])) }),
    ...(rom === undefined ? {} : { rom: { size: hex(rom.size), ...addresses(rom, at) } }),
    ...(f.bridge === undefined ? {} : { bridge: bridgeDocument(f.bridge, at, assignment) }),
  };
}

function barDocument(bar: Bar, at: Placement | undefined): object {
  const { kind, size, prefetchable } = bar;
  return { kind, size: hex(size), prefetchable, ...addresses(bar, at) };
}

function addresses({ index, fixed }: Bar, at: Placement | undefined): object {
  const assigned = at?.bars.get(index);
  return {
    ...(fixed === undefined ? {} : { address: hex(fixed) }),
    ...(assigned === undefined ? {} : { assigned: hex(assigned) }),
  };
}

function bridgeDocument(bridge: BridgePart, at: Placement | undefined, assignment: Assignment): object {
  const { ioBits, prefetchableBits, hotPlug, subtractive, reserve, children } = bridge;
  const width = (bits: number): number | 'none' => (bits === 0 ? 'none' : bits);
  const sizes = { io: hex(reserve.io), memory: hex(reserve.memory), prefetchable: hex(reserve.prefetchable) };
  return {
    io: width(ioBits),
    prefetchable: width(prefetchableBits),
    ...(subtractive ? { subtractive } : {}),
    ...(hotPlug ? { hotplug: { ...sizes, buses: reserve.buses } } : {}),
    ...(at?.windows === undefined ? {} : { assigned: assignedDocument(at, at.windows) }),
    devices: children.map((child) => functionDocument(child, assignment)),
  };
}

function assignedDocument({ buses }: Placement, windows: NonNullable<Placement['windows']>): object {
  const text = (window: WindowState): string | null =>
    typeof window === 'object' ? formatAddressRange(window) : (window ?? null);
  return {
    ...(buses === undefined ? {} : { buses: { ...buses } }),
    io: text(windows.io),
    memory: text(windows.memory),
    prefetchable: text(windows.prefetchable),
  };
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}
