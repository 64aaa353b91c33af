/** The functions that a target turns out to have, as plain data. Everything that uses them refers to them by index. */

/** Index of the expansion ROM among the BARs of a function. */
export const ROM_INDEX = 6;

/** A BAR or the expansion ROM, as its size probe showed it. */
export interface Bar {
  /** 0 to 5; 6: the expansion ROM. */
  index: number;
  kind: 'io' | 'memory32' | 'memory64';
  prefetchable: boolean;
  /** The size is two to this power. */
  exponent: number;
  /** Base address at the end of enumeration. */
  address: bigint;
  /** Whether it was given an address. The ROM never is: its enable stays off. */
  assigned: boolean;
}

/** A range that hardware fixes in place of a BAR: an entry of Enhanced Allocation (PCIe 7.8.5.3). */
export interface FixedRange {
  /** BAR Equivalent Indicator. */
  equivalent: number;
  io: boolean;
  base: bigint;
  last: bigint;
  /** Offset of its entry in configuration space. */
  at: number;
}

export interface Capability {
  id: number;
  offset: number;
}

/** A structure that lies behind a BAR. */
export interface Located {
  bar: number;
  offset: number;
}

export interface VirtioStructure extends Located {
  /** cfg_type: 1 common, 2 notifications, 3 ISR, 4 device, 5 window in configuration space. */
  type: number;
  length: number;
  /** notify_off_multiplier; 0 for all but type 2. */
  multiplier: number;
  /** Offset of its capability. */
  at: number;
}

/** A range that a bridge forwards, inclusive; undefined: closed. */
export type Window = { base: bigint; last: bigint } | undefined;

export interface Bridge {
  secondary: number;
  subordinate: number;
  io: Window;
  memory: Window;
  prefetchable: Window;
}

export interface TopologyFunction {
  /** Place in `Topology.functions`. */
  index: number;
  /** Number of the root bus (segment << 8 | bus), then device << 3 | function of each bridge on the way and of itself. */
  path: readonly number[];
  /** Number at the end of enumeration. */
  bdf: number;
  /** Index of the bridge above; -1 on a root bus. */
  parent: number;
  vendor: number;
  device: number;
  /** Base class, sub-class, interface: 24 bits. */
  classCode: number;
  headerType: number;
  multifunction: boolean;
  pin: number;
  /** In the order of their indexes, the ROM last; BARs without a size are left out. */
  bars: readonly Bar[];
  capabilities: readonly Capability[];
  extended: readonly Capability[];
  /** `slot`: Slot Implemented, with `hotPlug` as its capabilities say. */
  express: { offset: number; portType: number; slot: boolean; hotPlug: boolean; functionReset: boolean } | undefined;
  msi: { offset: number; vectors: number; wide: boolean; masks: boolean } | undefined;
  msix: { offset: number; vectors: number; table: Located; pending: Located } | undefined;
  /** `bars`: of the virtual functions, each with the size of one. */
  sriov: { offset: number; virtualFunctions: number; bars: readonly Bar[] } | undefined;
  fixed: readonly FixedRange[];
  virtio: readonly VirtioStructure[];
  bridge: Bridge | undefined;
}

export interface Topology {
  /** In the order of the scan: a bridge stands before what is below it. */
  functions: readonly TopologyFunction[];
  /** What did not fit or made no sense, a sentence each. */
  remarks: readonly string[];
}

/** Offset of a capability by its id; 0: the function has none. */
export function capabilityAt(list: readonly Capability[], id: number): number {
  return list.find((found) => found.id === id)?.offset ?? 0;
}

/** Offset of a BAR's register. */
export function barRegister(f: Pick<TopologyFunction, 'headerType'>, index: number): number {
  return index === ROM_INDEX ? (f.headerType === 1 ? 0x38 : 0x30) : 0x10 + 4 * index;
}
