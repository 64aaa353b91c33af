import type { RememberedLayout } from './layout/layout-memo.ts';
import type { Attribute } from '../spec/register.ts';
import type { Assumption } from './life-cycle/assumption.ts';
import { Cells } from './cells.ts';
import type { ResetLevel } from './cells.ts';
import type { Region } from './decode/region.ts';
import type { SingleRoot } from './life-cycle/single-root.ts';
import type { Resize } from './life-cycle/resizable.ts';
import type { MsixTable } from './interrupts/msix-table.ts';
import type { Vectors } from './interrupts/vectors.ts';
import type { FunctionIdentity } from './verdict.ts';
import type { VirtioDevice } from './virtio/device.ts';

/** Whether a function answers, as far as known. */
export const UNKNOWN = 0;
export const PRESENT = 1;
export const ABSENT = 2;
export type Presence = typeof UNKNOWN | typeof PRESENT | typeof ABSENT;

/** Dword of the bus numbers of a bridge (PCIe 7.5.1.3). */
export const BUS_NUMBERS = 6;

/**
 * Why it is not certain that a present function is there and is the one that is known. The next read resolves it.
 * - `reset`: after a conventional reset it may need time, `flr` the same after FLR;
 * - `held`: the bus above holds it in reset;
 * - `unpowered`: its slot has no power, `power`: power came back;
 * - `replaced`: the platform may have taken it out or put another one in;
 * - `gone`: it read all ones where the source does not show removals.
 */
export type Doubt = 'none' | 'reset' | 'flr' | 'held' | 'unpowered' | 'power' | 'replaced' | 'gone';

/** Multiple Message Enable while nothing is known of it. */
export const ANY_MESSAGE_ENABLE: readonly number[] = [0, 1, 2, 3, 4, 5, 6, 7];

/** What a dword of configuration space does beyond holding a value. */
export const ROLE_COMMAND = 1;
export const ROLE_BAR = 2;
export const ROLE_ROM = 4;
export const ROLE_WINDOW = 8;
export const ROLE_BUS_NUMBERS = 16;
export const ROLE_BRIDGE_CONTROL = 32;
export const ROLE_POWER = 64;
export const ROLE_MSI = 128;
export const ROLE_MSIX = 256;
export const ROLE_DEVICE_CONTROL = 512;
export const ROLE_SLOT = 1024;
export const ROLE_SHPC = 2048;
export const ROLE_AF = 4096;
/** Bits whose kinds depend on each other (BARs, windows, Cache Line Size …). */
export const ROLE_GROUP = 8192;
/** Link Control. */
export const ROLE_LINK = 16384;
/** An entry of Enhanced Allocation. */
export const ROLE_FIXED_RANGE = 32768;
/** Decoding depends on the dword. */
export const ROLE_DECODE =
  ROLE_COMMAND | ROLE_BAR | ROLE_ROM | ROLE_WINDOW | ROLE_POWER | ROLE_BRIDGE_CONTROL | ROLE_FIXED_RANGE;

/** A field of a structure as it lies in a dword of the function. */
export interface PlacedField {
  register: string;
  field: string;
  /** Bits in the dword. */
  mask: number;
  rule: string;
  attribute: Attribute;
  /** Whether the specification leaves the value after a reset open. */
  resetOpen: boolean;
}

/** A capability that was found in one of the two lists. */
export interface FoundCapability {
  /** Capability ID. */
  id: number;
  /** Where it begins in configuration space, in bytes. */
  offset: number;
  /** Bytes; 0 while not known. */
  length: number;
}

/** Bits of one dword whose kinds (writable or hardwired) hang together. */
export interface BitGroup {
  mask: number;
  /** `upward`: above a writable bit every bit is writable; `uniform`: all bits are of one kind. */
  kind: 'upward' | 'uniform';
  rule: string;
  /** Set when the group's bits in the next dword go on upward from this one (64-bit BARs). */
  continues?: boolean;
}

/** A BAR register, by what its low bits say. */
export type BarKind = 'unknown' | 'io' | 'memory32' | 'memory64' | 'upper';

/** A bus: the functions on it. Its number is the path's affair, so only what it was last is kept, for reports. */
export class Bus {
  /** Bridge above; undefined for a root bus. */
  owner: PciFunction | undefined;
  readonly functions: (PciFunction | undefined)[] = [];
  /** Step at which a device and function number was last found absent; -1 never. */
  readonly absentAt = new Int32Array(256).fill(-1);
  number: number;
  /** An answer came on a number that no known bridge has: the bus may lie anywhere. */
  guessed = false;
  /** Step at which its number last changed. */
  renumberedAt = -1;
  /** Whether requests may or may not arrive. */
  uncertain = false;
  /** Functions were found, or missed, on it while it was uncertain: they may lie on the bus of another bridge. */
  mixed = false;
  /** Whether the secondary number of its bridge is above the subordinate one. */
  inverted = false;

  /** Buses with the numbers behind this one, by their distance, on which its virtual functions lie. */
  readonly spills: (Bus | undefined)[] = [];
  /** Found on a number that no known bridge has, while some function has virtual ones. */
  mayHoldVirtual = false;
  /** The bus of the physical functions, of such a bus. */
  spillOf: Bus | undefined;

  constructor(owner: PciFunction | undefined, number: number) {
    this.owner = owner;
    this.number = number;
  }

  /** Whether requests come over a conventional PCI bus: its bridge is known to be none of PCI Express downstream. */
  get conventional(): boolean {
    const bridge = this.owner;
    if (bridge === undefined) return false;
    return bridge.express === false || bridge.portType === 7;
  }
}

/** One function as the model knows it: configuration space, and what was derived from it. */
export class PciFunction {
  readonly bus: Bus;
  readonly deviceFunction: number;
  config = new Cells(64);
  presence: Presence = UNKNOWN;
  doubt: Doubt = 'none';
  /** Level of the reset after which nothing but what was seen has happened; undefined: its past is not known. */
  fresh: ResetLevel | undefined;

  fields: (readonly PlacedField[] | undefined)[] = [];
  groups: (readonly BitGroup[] | undefined)[] = [];
  roles = new Uint16Array(1024);
  /** Bits on which the layout depends: when one of them becomes known, the layout is compiled anew. */
  watch = new Int32Array(1024);
  /** Structures as they were laid out last, by their offset; see layout-memo. */
  readonly layouts = new Map<number, RememberedLayout>();
  /** Dwords from which the checks of structure read. */
  structural = new Uint8Array(1024);
  headerType = -1;
  express: boolean | undefined;
  portType = -1;
  capabilities: FoundCapability[] = [];
  extended: FoundCapability[] = [];
  /** Whether the list was followed to its end. */
  listComplete = false;
  extendedComplete = false;
  /** How a list goes wrong: it leads below its space, or back to where it was. */
  listFault: 'low' | 'circle' | undefined;
  extendedFault: 'low' | 'circle' | undefined;
  /** What extended space of a conventional function reads as, once seen. */
  extendedFill: 'zero' | 'ones' | undefined;

  /** Offsets of capabilities; 0: none known. */
  powerAt = 0;
  msiAt = 0;
  msixAt = 0;
  expressAt = 0;
  shpcAt = 0;
  afAt = 0;
  aerAt = 0;
  resizeAt = 0;
  singleRootAt = 0;

  /** What is known of its virtual functions, of a physical function. */
  singleRoot: SingleRoot | undefined;
  /** Its physical function, of one that is certainly virtual. */
  virtualOf: PciFunction | undefined;
  barKinds: BarKind[] = [];
  /** What is known of the sizes of resizable BARs, by BAR. */
  readonly resizes = new Map<number, Resize>();
  /** A write may have shut the way to what is below, in a register whose layout is not known, and nothing below has answered since. */
  shutPerhaps = false;
  /** A register that nobody has read, and that may size some BAR, was written since the last reset. */
  resizedPerhaps = false;
  /** Values of BAR registers (ROM at index 6) after a reset, once read before anything was written; undefined: not known. */
  barDefaults: (number | undefined)[] = [];
  regions: Region[] = [];
  /** Bus below, of a bridge. */
  secondary: Bus | undefined;
  msix: MsixTable | undefined;
  readonly vectors: Vectors;
  /** What is known of a virtio device behind the BARs; undefined: it is none, or its structures are not known. */
  virtio: VirtioDevice | undefined;

  /** Steps at which a write last changed I/O Space Enable and Memory Space Enable. */
  readonly enableChangedAt: [number, number] = [-1, -1];
  /** Step at which a write last changed any bit of Command. */
  commandChangedAt = -1;
  /** Steps of the last answer, and of the last write into one of its BARs. */
  answeredAt = -1;
  barWrittenAt = -1;
  /** It may have been reset before it was first looked at, so it is not known to be as at power-on. */
  tainted = false;
  /** Another function was known at its place before it: a guest may know it without having looked again. */
  again = false;
  /** Taken out, as an event says: it must not answer. */
  removed = false;
  /** Without power it has read all ones once, so that it must go on doing so. */
  silent = false;
  /** Answers that agreed with what was known, since there is a doubt whether it was replaced. */
  telling = 0;
  /** Step at which this doubt came up; what was written since may have gone to the other one. */
  doubtedAt = -1;
  /** Function that this one may be a mere repetition of (function or device number not decoded). */
  aliasOf: PciFunction | undefined;
  aliasMatches = 0;
  aliasProved = false;
  /** Interrupt Line at power-on, once read before anything was written; undefined: not known. */
  lineDefault: number | undefined;
  /** Values of Multiple Message Enable that are open, as after a write of more than is offered. */
  openMessageEnable: readonly number[] | undefined;
  /** Level of its own INTx as events tell it; undefined: not told. */
  intx: 0 | 1 | undefined;
  /** Step at which that was told last. */
  intxAt = -1;
  /** Step at which the machine last went back to a snapshot in which the function was; -1: never. */
  restoredAt = -1;
  /** Step at which it was last put in; -1: not seen. */
  pluggedAt = -1;
  /** Answers since function 0 of its device was taken out. */
  alone = 0;
  /** Step at which Status was last read. */
  statusReadAt = -1;
  /** A reset that nobody saw and that is not confirmed yet. */
  assumption: Assumption | undefined;
  /** Checks of structure that were reported already. */
  readonly reported = new Set<string>();

  constructor(bus: Bus, deviceFunction: number, vectors: (owner: PciFunction) => Vectors) {
    this.bus = bus;
    this.deviceFunction = deviceFunction;
    this.vectors = vectors(this);
  }

  get device(): number {
    return this.deviceFunction >>> 3;
  }

  get isBridge(): boolean {
    return this.headerType === 1;
  }

  /** Another function may stand in its place from now on. */
  mayBeReplaced(step: number): void {
    if (this.doubt !== 'replaced' || this.doubtedAt > step) this.doubtedAt = step;
    this.doubt = 'replaced';
    this.telling = 0;
    // Another one may answer for what was written and not read back, which then tells nothing about the bits. They stay
    // unread: each may be 1.
    const { config } = this;
    for (let d = 0; d < config.length; d++) {
      const unread = config.undecided(d) & (config.pending[d]! | (config.writtenMask[d]! & ~config.seen[d]!));
      if (unread !== 0) config.forgetBits(d, unread);
    }
  }

  /** A reset: what lies behind its BARs may be another content, but what read as before answers as before. */
  renewContents(step: number): void {
    for (const region of this.regions) region.freshAt = step;
  }

  /** The MSI-X table may have been written, nobody knows with what: what its vectors held may have been sent. */
  forgetEntries(): void {
    if (this.msix === undefined) return;
    this.msix.forgetEntries();
    this.vectors.uncertain = true;
    this.vectors.perhapsSent();
  }

  /** What was read behind its BARs proves nothing any more. */
  forgetContents(): void {
    for (const region of this.regions) region.markers.clear();
  }

  identity(): FunctionIdentity {
    const { config } = this;
    return {
      bdf: (this.bus.number << 8) | this.deviceFunction,
      vendor: config.peek(0, 2) ?? -1,
      device: config.peek(2, 2) ?? -1,
      classCode: classCodeOf(config),
    };
  }

  /** Dword `d` of configuration space; makes room for extended space when it is first reached. */
  reach(d: number): void {
    if (d >= this.config.length) this.config.grow(1024);
  }
}

/** Class code, 24 bits, or -1 while any of it is not known. */
export function classCodeOf(config: Cells): number {
  const interfaceCode = config.peek(9, 1);
  const classes = config.peek(10, 2);
  return interfaceCode === undefined || classes === undefined ? -1 : ((classes << 8) | interfaceCode) >>> 0;
}

/** Whether `above` is a bridge on the path to `below`. */
export function isAncestor(above: PciFunction, below: PciFunction): boolean {
  for (let bridge = below.bus.owner; bridge !== undefined; bridge = bridge.bus.owner) if (bridge === above) return true;
  return false;
}
