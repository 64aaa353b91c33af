/** What the emulated target is built from: plain data, from YAML, at random, or written by a test. */
import type { EcamRange, Range } from '../../access/machine.ts';

export interface Layout {
  name: string;
  machine: LayoutMachine;
  /** Firmware has numbered buses, assigned BARs and opened windows; Command is 0 nevertheless. */
  assigned: boolean;
  functions: FunctionLayout[];
}

export interface LayoutMachine {
  cam: boolean;
  ecam: EcamRange[];
  io: Range[];
  mem32: Range[];
  mem64: Range[];
  ram: Range[];
  reserved: Range[];
  /** The first of the four inputs of the interrupt controller that INTx drives. */
  line: number;
}

export const FUNCTION_KINDS = [
  'host-bridge',
  'conventional',
  'bridge',
  'integrated',
  'root-port',
  'endpoint',
  'legacy-endpoint',
  'upstream-port',
  'downstream-port',
  'express-to-pci',
] as const;
export type FunctionKind = (typeof FUNCTION_KINDS)[number];

export interface FunctionLayout {
  /** Of functions on a root bus. */
  segment: number;
  device: number;
  function: number;
  kind: FunctionKind;
  vendor: number;
  id: number;
  /** 24 bits: class, subclass, interface. */
  class: number;
  revision: number;
  subsystemVendor: number;
  subsystem: number;
  /** 0: none, 1 to 4: INTA to INTD. */
  pin: number;
  bars: BarLayout[];
  /** Size of the expansion ROM; 0: none. */
  rom: number;
  capabilities: CapabilityLayout[];
  windows: WindowsLayout;
  /** Functions on the secondary bus of a bridge. */
  below: FunctionLayout[];
  /** Whether the device is in its slot at power-on. */
  plugged: boolean;
}

export type BarKind = 'io' | 'io16' | 'mem32' | 'mem64';

export interface BarLayout {
  index: number;
  /** `io16`: bits 31:16 of the register are hardwired to 0. */
  kind: BarKind;
  size: number;
  prefetchable: boolean;
}

/** What a bridge can forward. Meaningless in other functions. */
export interface WindowsLayout {
  io: 0 | 16 | 32;
  prefetchable: 0 | 32 | 64;
  /** Bridge Control has the VGA bits, and the ISA bit. */
  vga: boolean;
  isa: boolean;
}

/** A place in a BAR. */
export interface Place {
  bar: number;
  offset: number;
}

/** Structures in the order of their list. `at`: a place in configuration space; without it the next free one. */
export type CapabilityLayout = { at?: number } & (
  | PowerLayout
  | MsiLayout
  | MsixLayout
  | ExpressLayout
  | SlotLayout
  | { kind: 'advanced-features'; flr: boolean }
  | { kind: 'subsystem' }
  | { kind: 'vendor'; length: number }
  | { kind: 'enhanced-allocation'; entries: EaEntry[] }
  | VirtioLayout
  | { kind: 'aer' }
  | { kind: 'serial-number'; value: string }
  | { kind: 'ari' }
  | { kind: 'vendor-extended'; length: number }
  | { kind: 'resizable-bar'; bars: { index: number; sizes: number[] }[] }
  | SriovLayout
);

export interface PowerLayout {
  kind: 'power';
  d1: boolean;
  d2: boolean;
  noSoftReset: boolean;
  pme: boolean;
}

export interface MsiLayout {
  kind: 'msi';
  /** 1, 2, 4 … 32 messages. */
  vectors: number;
  wide: boolean;
  maskable: boolean;
}

export interface MsixLayout {
  kind: 'msix';
  vectors: number;
  table: Place;
  pba: Place;
}

export interface ExpressLayout {
  kind: 'express';
  flr: boolean;
  /** Ports: ARI forwarding can be enabled. */
  ari: boolean;
}

/** Slot registers of a port; they stand in its PCI Express capability. */
export interface SlotLayout {
  kind: 'slot';
  number: number;
  power: boolean;
  indicators: boolean;
  /** Commands take effect at once and Command Completed is never set. */
  noCommandCompleted: boolean;
}

export interface EaEntry {
  /** The BAR Equivalent Indicator: 0 to 5. */
  bar: number;
  /** First address: `0x` text, since it may need 64 bits. */
  base: string;
  size: number;
  space: 'io' | 'memory' | 'prefetchable';
  /** Whether software can switch the entry. */
  switchable: boolean;
}

export interface VirtioLayout {
  kind: 'virtio';
  /** Sizes of the queues. */
  queues: number[];
  common: Place;
  notify: Place;
  /** Multiplier of the queue notify offsets: 0, or a power of two from 2 on. */
  multiplier: number;
  isr: Place;
  device: Place & { length: number };
  /** Where the counter of doorbell writes lies. */
  kicks: Place;
  /** BAR 0 is the I/O BAR of the legacy interface. */
  transitional: boolean;
}

export interface SriovLayout {
  kind: 'sriov';
  total: number;
  offset: number;
  stride: number;
  id: number;
  /** Size of one virtual function's BAR; memory only. */
  bars: BarLayout[];
  /** MSI-X of the virtual functions. */
  msix?: { vectors: number; table: Place; pba: Place };
}

const EXTENDED = new Set(['aer', 'serial-number', 'ari', 'vendor-extended', 'resizable-bar', 'sriov']);

/** Whether a structure lies above the first 256 bytes. */
export function isExtended(capability: CapabilityLayout): boolean {
  return EXTENDED.has(capability.kind);
}

/** Functions with configuration space of 4 KiB and a PCI Express capability. */
export function isExpress(kind: FunctionKind): boolean {
  return kind !== 'host-bridge' && kind !== 'conventional' && kind !== 'bridge';
}

/** Functions with a type 1 header. */
export function isBridge(kind: FunctionKind): boolean {
  return kind === 'bridge' || kind === 'express-to-pci' || kind.endsWith('-port');
}

/** Ports whose secondary bus is a link, with one device on it. */
export function hasLink(kind: FunctionKind): boolean {
  return kind === 'root-port' || kind === 'downstream-port';
}

/** A function with every value that a layout need not state. */
export function functionLayout(
  stated: Partial<FunctionLayout> & Pick<FunctionLayout, 'device' | 'kind'>,
): FunctionLayout {
  return {
    segment: 0,
    function: 0,
    vendor: 0x1b36,
    id: 0x0e00,
    class: defaultClass(stated.kind),
    revision: 1,
    subsystemVendor: isBridge(stated.kind) ? 0 : 0x1af4,
    subsystem: isBridge(stated.kind) ? 0 : 0x1100,
    pin: stated.kind === 'host-bridge' ? 0 : 1,
    bars: [],
    rom: 0,
    capabilities: [],
    windows: { io: 32, prefetchable: 64, vga: true, isa: true },
    below: [],
    plugged: true,
    ...stated,
  };
}

function defaultClass(kind: FunctionKind): number {
  if (kind === 'host-bridge') return 0x060000;
  return isBridge(kind) ? 0x060400 : 0xff0000;
}
