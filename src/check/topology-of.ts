/** The model's snapshot as a device tree with its assignment. What is not certain is left out. */

import { formatBdf } from '../access/bdf.ts';
import type { MachineDescription, Range } from '../access/machine.ts';
import { baseOf, bridgeView, wide } from '../model/bridge-view.ts';
import type { WindowView } from '../model/bridge-view.ts';
import { KnownBits } from '../model/known-bits.ts';
import type { FunctionSnapshot, ModelSnapshot, RegionSnapshot } from '../model/snapshot.ts';
import { ROM } from '../topology/device-tree.ts';
import type {
  AddressRange,
  Bar,
  BridgePart,
  DeviceTree,
  HostRanges,
  Placement,
  TreeFunction,
  WindowState,
} from '../topology/device-tree.ts';

export interface KnownTopology {
  tree: DeviceTree;
  assignment: ReadonlyMap<string, Placement>;
  /** The functions of the snapshot by their names in the tree. */
  functions: ReadonlyMap<string, FunctionSnapshot>;
}

/** Enhanced Allocation: fixed addresses that are no business of software. */
const EA = 0x14;
const HOST_BRIDGE = 0x0600;

/** `withPlaces`: whether addresses mean anything at this moment. */
export function assignmentOf(snapshot: ModelSnapshot, machine: MachineDescription, withPlaces: boolean): KnownTopology {
  const assignment = new Map<string, Placement>();
  const functions = new Map<string, FunctionSnapshot>();
  const convert = (f: FunctionSnapshot): TreeFunction => {
    const plain = formatBdf(f.bdf);
    // While bus numbers are set up two functions may have one address.
    const name = functions.has(plain) ? `${plain} (${functions.size})` : plain;
    functions.set(name, f);
    if (withPlaces && isCertain(f)) assignment.set(name, placementOf(f));
    const converted = functionOf(f, name);
    const bridge = f.headerType === 1 ? bridgeOf(f, f.below.map(convert)) : undefined;
    return bridge === undefined ? converted : { ...converted, bridge };
  };
  const tree = { host: hostOf(snapshot, machine), functions: snapshot.functions.map(convert) };
  return { tree, assignment, functions };
}

/** Whether it is known which function this is, where it is, and that its BARs are software's business. */
function isCertain(f: FunctionSnapshot): boolean {
  if (f.doubt !== 'none' || !f.placed || f.headerType < 0 || f.classCode < 0) return false;
  // A host bridge's registers look at the bus from the other side.
  return f.classCode >>> 8 !== HOST_BRIDGE && !f.capabilities.some(({ id }) => id === EA);
}

function functionOf(f: FunctionSnapshot, name: string): TreeFunction {
  return {
    name,
    classCode: f.classCode,
    express: f.express,
    segment: f.bdf >>> 16,
    bars: f.regions.flatMap((region) => barOf(region)),
  };
}

function barOf(region: RegionSnapshot): Bar[] {
  const { index, space, wide: isWide, prefetchable, exponent } = region;
  if (space === undefined || exponent < 0) return [];
  const kind = space === 'io' ? 'io' : isWide ? 'mem64' : 'mem32';
  return [{ index, kind, prefetchable, size: 1n << BigInt(exponent) }];
}

function placementOf(f: FunctionSnapshot): Placement {
  const bits = new KnownBits(f.config);
  const bars = new Map<number, bigint>();
  for (const region of f.regions) {
    const base = baseOf(region);
    // Address 0 is what a BAR has that nobody placed.
    if (base !== undefined && base !== 0n) bars.set(region.index, base);
  }
  const placement: Placement = {
    bars,
    io: bits.flag(4, 0) === true,
    memory: bits.flag(4, 1) === true,
    rom: bits.flag(f.headerType === 1 ? 0x38 : 0x30, 0) === true && bars.has(ROM),
  };
  const view = bridgeView(f);
  if (view === undefined) return placement;
  const windows = {
    io: windowOf(view.io),
    memory: windowOf(view.memory),
    prefetchable: windowOf(view.prefetchable),
  };
  return { ...placement, windows };
}

/** A window at address 0 is one that nobody has set up. */
function windowOf(window: WindowView | 'none' | undefined): WindowState {
  if (window === undefined) return undefined;
  if (window === 'none' || !window.open) return 'closed';
  return window.base === 0n ? undefined : { first: window.base, last: window.limit };
}

function bridgeOf(f: FunctionSnapshot, children: readonly TreeFunction[]): BridgePart {
  return {
    ioBits: 32,
    prefetchableBits: 64,
    hotPlug: isHotPlugPort(f),
    subtractive: (f.classCode & 0xff) === 1,
    reserve: { io: 0n, memory: 0n, prefetchable: 0n, buses: 0 },
    children,
  };
}

/** PCI Express Slot Capabilities, Hot-Plug Capable, of a port that has a slot. */
function isHotPlugPort(f: FunctionSnapshot): boolean {
  const at = f.capabilities.find(({ id }) => id === 0x10)?.offset;
  if (at === undefined) return false;
  const bits = new KnownBits(f.config);
  return bits.flag(at + 2, 8) === true && bits.flag(at + 0x14, 6) === true;
}

function hostOf(snapshot: ModelSnapshot, machine: MachineDescription): HostRanges {
  const ranges = (list: readonly Range[]): AddressRange[] =>
    list.map(({ loHi, loLo, hiHi, hiLo }) => ({ first: wide(loHi, loLo), last: wide(hiHi, hiLo) }));
  return {
    io: ranges(machine.io),
    mem32: ranges(machine.mem32),
    mem64: ranges(machine.mem64),
    ram: ranges(machine.ram),
    reserved: ranges(machine.reserved),
    ecam: snapshot.ecam.map(({ baseHi, baseLo, segment, firstBus, lastBus }) => {
      return { base: wide(baseHi, baseLo), segment, firstBus, lastBus };
    }),
    // Where ports are reached through memory there is no PC.
    platformPorts: machine.cam && snapshot.ports && machine.ioWindow === undefined,
  };
}
