/** What the model holds at one moment, as plain data for reports and tests. */

import { PORT } from '../access/access.ts';
import type { EcamRange } from '../access/machine.ts';
import { MAYBE, ON } from './decode/region.ts';
import type { FoundCapability, PciFunction } from './function.ts';
import { PRESENT } from './function.ts';
import type { MachineState } from './state.ts';

/** A block of registers by dwords; one element a dword in each array. */
export interface CellsSnapshot {
  /** Values; bits that are not known are 0. */
  value: Int32Array;
  /** Bits whose value the model claims: any other answer would be a divergence. */
  known: Int32Array;
  /** Bits that were read since the dword was last written or reset; they may have changed by themselves meanwhile. */
  seen: Int32Array;
  /** Bits that are known to be no writable ones though they might have been (of BARs, windows and the like). */
  hardwired: Int32Array;
}

/** What lies behind a BAR or an expansion ROM. */
export interface RegionSnapshot {
  /** BAR index; 6: expansion ROM. */
  index: number;
  /** Undefined: not known. */
  space: 'io' | 'memory' | undefined;
  /** 64-bit BAR. */
  wide: boolean;
  /** Whether the BAR says so. */
  prefetchable: boolean;
  /** Known base address as int32 halves; undefined: not known. */
  base: { hi: number; lo: number } | undefined;
  /** Size is two to this power; -1: not known. */
  exponent: number;
  /** Whether it answers; `maybe`: that is not known. */
  decode: 'on' | 'maybe' | 'off';
  /** Why it does not decode; empty when it does. */
  why: string;
}

/** MSI-X of a function. */
export interface VectorsSnapshot {
  /** Offset of the capability. */
  offset: number;
  /** MSI-X Enable; undefined: not known. */
  enabled: boolean | undefined;
  /** Function Mask; undefined: not known. */
  functionMask: boolean | undefined;
  /** BAR index of the table. */
  bar: number;
  /** Bytes from the start of that BAR. */
  tableOffset: number;
  /** BAR index of the pending bits; undefined: not known. */
  pendingBar: number | undefined;
  /** Bytes from the start of that BAR; undefined: not known. */
  pendingOffset: number | undefined;
  /** Vectors. */
  size: number;
  /** Four dwords an entry. */
  table: CellsSnapshot;
}

/** A function as the model knows it. */
export interface FunctionSnapshot {
  /** segment << 16 | bus << 8 | device << 3 | function. */
  bdf: number;
  /** Vendor ID; -1: not known. */
  vendor: number;
  /** Device ID; -1: not known. */
  device: number;
  /** 24 bits; -1: not known. */
  classCode: number;
  /** 0, 1, 2; -1 while not known. */
  headerType: number;
  /** Whether it has a PCI Express capability; undefined: not known. */
  express: boolean | undefined;
  /** Device/Port Type of the PCI Express capability; -1: none known. */
  portType: number;
  /** Why it is not certain that this is the function; `none` when it is. */
  doubt: string;
  /** Whether it is known which bus it is on, and that it is no repetition of another function. */
  placed: boolean;
  /** Configuration space. */
  config: CellsSnapshot;
  /** BARs and expansion ROM of which something is known. */
  regions: RegionSnapshot[];
  /** Of the list in the first 256 bytes. */
  capabilities: FoundCapability[];
  /** Of the list behind them. */
  extended: FoundCapability[];
  /** Undefined: it has no MSI-X, as far as known. */
  msix: VectorsSnapshot | undefined;
  /** Bus below a bridge, as far as its functions were seen. */
  below: FunctionSnapshot[];
}

/** What the model holds at one moment. */
export interface ModelSnapshot {
  /** Functions on the root buses, those behind bridges below them; in order of bus, device, function. */
  functions: FunctionSnapshot[];
  /** Where configuration space lies in memory, as far as known. */
  ecam: EcamRange[];
  /** Configuration accesses since something was last written that decides who decodes which addresses. */
  quiet: number;
  /** Of these, reads that no function answered: somebody was looking for functions. */
  searches: number;
  /** Whether configuration space was reached by the ports 0xcf8 and 0xcfc. */
  ports: boolean;
}

export function takeSnapshot(state: MachineState, ecam: readonly EcamRange[], ports: boolean): ModelSnapshot {
  state.map.update();
  const { accesses, absent } = state.lastPlacing;
  const quiet = state.configurationReads + state.configurationWrites - accesses;
  const functions = state.routing.roots.flatMap(({ functions: on }) => on.filter(isThere).map((f) => snapshotOf(f)));
  return {
    functions: functions.toSorted((one, other) => one.bdf - other.bdf),
    ecam: [...ecam],
    quiet,
    searches: state.absentReads - absent,
    ports,
  };
}

function isThere(f: PciFunction | undefined): f is PciFunction {
  return f !== undefined && f.presence === PRESENT;
}

function snapshotOf(f: PciFunction): FunctionSnapshot {
  const { headerType, express, portType, doubt } = f;
  return {
    ...f.identity(),
    headerType,
    express,
    portType,
    doubt,
    placed: !f.bus.guessed && !f.bus.uncertain && f.aliasOf === undefined,
    config: cellsOf(f.config),
    regions: regionsOf(f),
    capabilities: f.capabilities.map((found) => ({ ...found })),
    extended: f.extended.map((found) => ({ ...found })),
    msix: vectorsOf(f),
    below: (f.secondary?.functions ?? []).filter(isThere).map((lower) => snapshotOf(lower)),
  };
}

function cellsOf(cells: PciFunction['config']): CellsSnapshot {
  const known = new Int32Array(cells.length);
  const seen = new Int32Array(cells.length);
  const value = new Int32Array(cells.length);
  const hardwired = new Int32Array(cells.length);
  for (let d = 0; d < cells.length; d++) {
    known[d] = cells.known(d);
    seen[d] = cells.confirmed[d]! & cells.seen[d]! & ~cells.pending[d]! & ~cells.otherMask[d]!;
    value[d] = cells.knownValue(d);
    hardwired[d] = cells.isHardwired[d]!;
  }
  return { value, known, seen, hardwired };
}

function regionsOf(f: PciFunction): RegionSnapshot[] {
  return f.regions.flatMap((region): RegionSnapshot[] => {
    const { index, state, why, located, baseHi, baseLo } = region;
    const exponent = region.exponent();
    if (region.entry !== undefined) return [];
    if (!located && exponent < 0 && !region.loose) return [];
    const kind = f.barKinds[index];
    return [
      {
        index,
        space: kind === 'unknown' ? undefined : region.space === PORT ? 'io' : 'memory',
        wide: kind === 'memory64',
        prefetchable: !region.isRom && kind !== 'io' && f.config.bit(0x10 + 4 * index, 3) === 1,
        base: located ? { hi: baseHi, lo: baseLo } : undefined,
        exponent,
        decode: state === ON ? 'on' : state === MAYBE ? 'maybe' : 'off',
        why,
      },
    ];
  });
}

function vectorsOf(f: PciFunction): VectorsSnapshot | undefined {
  const { msix, msixAt, config } = f;
  if (msix === undefined) return undefined;
  const three = (bit: number): boolean | undefined => (bit < 0 ? undefined : bit === 1);
  return {
    offset: msixAt,
    enabled: three(config.bit(msixAt + 2, 15)),
    functionMask: three(config.bit(msixAt + 2, 14)),
    bar: msix.placement.bar,
    tableOffset: msix.placement.offset,
    pendingBar: msix.pendingPlacement?.bar,
    pendingOffset: msix.pendingPlacement?.offset,
    size: msix.size,
    table: cellsOf(msix.table),
  };
}
