/**
 * Devices and bridges as system software sees them: what they ask for, and where it was put. Plain data, shared by the
 * allocator, the checker and the files; nothing here decides anything.
 */

/** Range of addresses, both ends included. */
export interface AddressRange {
  first: bigint;
  last: bigint;
}

/** Where configuration space lies in memory; `base` is the address of the first bus. */
export interface EcamWindow {
  base: bigint;
  segment: number;
  firstBus: number;
  lastBus: number;
}

/** What is known of the address space. An empty list of apertures: not known. */
export interface HostRanges {
  /** Apertures in which BARs and windows may be placed. */
  io: readonly AddressRange[];
  mem32: readonly AddressRange[];
  mem64: readonly AddressRange[];
  ram: readonly AddressRange[];
  /** Holes in the apertures. */
  reserved: readonly AddressRange[];
  ecam: readonly EcamWindow[];
  /** Whether the fixed ports of a PC are there: configuration ports, serial ports, timer, clock. */
  platformPorts: boolean;
}

export type BarKind = 'io' | 'mem32' | 'mem64';

/** Index of the expansion ROM beside the BARs 0 to 5. */
export const ROM = 6;

/** One BAR, or the expansion ROM (a 32-bit memory BAR that is not prefetchable). */
export interface Bar {
  index: number;
  kind: BarKind;
  prefetchable: boolean;
  /** Bytes, a power of two. */
  size: bigint;
  /** Address at which it must stay. */
  fixed?: bigint;
}

/** The kinds of window that a bridge has. */
export type WindowKind = 'io' | 'memory' | 'prefetchable';

/** What a bridge is beyond a function. */
export interface BridgePart {
  /** Bits of the addresses of its I/O window; 0: it has none. */
  ioBits: 0 | 16 | 32;
  /** Bits of the addresses of its prefetchable window; 0: it has none. */
  prefetchableBits: 0 | 32 | 64;
  /** Whether cards come and go behind it. */
  hotPlug: boolean;
  /** Passes on what nobody else claims (PCI-to-PCI Bridge Architecture, subtractive decode). */
  subtractive: boolean;
  /** Least sizes of the windows and least number of buses below, for cards that come later. */
  reserve: Readonly<Record<WindowKind, bigint>> & { readonly buses: number };
  children: readonly TreeFunction[];
}

export interface TreeFunction {
  /** Unique in the tree. */
  name: string;
  /** Class code, 24 bits; -1: not known. */
  classCode: number;
  /** Whether it is a PCI Express function; undefined: not known. */
  express: boolean | undefined;
  /** PCI segment; functions of different segments share no bus and no ports. */
  segment: number;
  bars: readonly Bar[];
  bridge?: BridgePart;
}

export interface DeviceTree {
  host: HostRanges;
  /** Functions on root buses. */
  functions: readonly TreeFunction[];
}

/** A window of a bridge: its range, `closed`, or undefined where nothing is known. */
export type WindowState = AddressRange | 'closed' | undefined;

/** What software wrote into one function. */
export interface Placement {
  /** Addresses by BAR index; one that is missing is not known or not assigned. */
  bars: ReadonlyMap<number, bigint>;
  /** Whether the function certainly decodes I/O, memory, and its expansion ROM. */
  io: boolean;
  memory: boolean;
  rom: boolean;
  /** Of bridges. */
  windows?: Readonly<Record<WindowKind, WindowState>>;
  buses?: { primary: number; secondary: number; subordinate: number };
}

/** Placements by the names of the functions; a function without one is not known. */
export type Assignment = ReadonlyMap<string, Placement>;
