/** What the model knows of one function, by the names of its registers. */

import {
  capabilityLayout,
  capabilityName,
  extendedCapabilityLayout,
  extendedCapabilityName,
} from '../../spec/capabilities.ts';
import { extendedHeader } from '../../spec/extended-capabilities.ts';
import { namedExtendedRegisters, namedRegisters } from '../../spec/named-registers.ts';
import type { Register } from '../../spec/register.ts';
import { capabilityHeader } from '../../spec/small-capabilities.ts';
import { EXTENDED } from '../layout/layout.ts';
import { barCount, barDword, barSize, ROM_INDEX } from '../layout/base-address.ts';
import type { BarKind, FoundCapability, PciFunction } from '../function.ts';
import type { FunctionIdentity } from '../verdict.ts';
import { VIRTIO_TAILS } from '../../spec/virtio.ts';
import { windowsOf } from '../decode/window.ts';
import type { ForwardedRange } from '../decode/window.ts';

/** A header, a capability, or an extended capability of a function. */
export interface KnownStructure {
  kind: 'header' | 'capability' | 'extended capability';
  /** As the specification calls it. */
  name: string;
  /** Capability ID; -1 of the header. */
  id: number;
  /** Where it begins in configuration space. */
  offset: number;
  /** Bytes as far as known; at least its own header. */
  length: number;
  registers: readonly Register[];
}

/** A BAR or the expansion ROM. */
export interface KnownBar {
  /** 6: expansion ROM. */
  index: number;
  kind: BarKind;
  /** `undefined` while its type is not known. */
  prefetchable: boolean | undefined;
  /** Bytes as a power of two; -1: not known. */
  exponent: number;
  /** Whether all its address bits are known to be hardwired to 0. */
  none: boolean;
  /** Address that is in the register now, as far as it was read or written. */
  address: bigint | undefined;
}

/** What every capability begins with, for those whose layout is not known yet. */
const HEAD = capabilityHeader();
const EXTENDED_HEAD = extendedHeader();

/** A structure with registers behind those of its layout. */
function withMore(structure: KnownStructure, more: readonly Register[]): KnownStructure {
  const last = more.at(-1);
  if (last === undefined) return structure;
  const length = Math.max(structure.length, last.offset + last.size);
  return { ...structure, length, registers: [...structure.registers, ...more] };
}

export class KnownFunction {
  private readonly f: PciFunction;

  constructor(f: PciFunction) {
    this.f = f;
  }

  isSame(other: KnownFunction | undefined): boolean {
    return this.f === other?.f;
  }

  /** -1 stands for what is not known. */
  get identity(): FunctionIdentity {
    return this.f.identity();
  }

  /** 0, 1, 2; -1: not known. */
  get headerType(): number {
    return this.f.headerType;
  }

  /** Bits of a dword that are known, or as they were last read or written, and which these are. */
  dword(d: number): { value: number; known: number } {
    const { config } = this.f;
    if (d >= config.length) return { value: 0, known: 0 };
    const pending = config.pending[d]! & config.writtenMask[d]!;
    const known = (config.seen[d]! | config.zero[d]! | pending) & ~config.otherMask[d]!;
    const value = (config.value[d]! & ~pending & ~config.zero[d]!) | (config.written[d]! & pending);
    return { value: value & known, known };
  }

  /** A register of up to four bytes in one dword; undefined while a bit of it is not known. */
  register(offset: number, size: number): number | undefined {
    const { value, known } = this.dword(offset >>> 2);
    const shift = (offset & 3) << 3;
    const mask = (size === 4 ? -1 : (1 << (8 * size)) - 1) << shift;
    return (known & mask) === mask ? ((value & mask) >>> shift) >>> 0 : undefined;
  }

  /** Names of the capabilities that were found so far, in the order of the lists. */
  get capabilities(): string[] {
    return this.structures()
      .filter(({ kind }) => kind !== 'header')
      .map(({ name }) => name);
  }

  /** Everything with a name, in the order of the lists. */
  structures(): KnownStructure[] {
    const { f } = this;
    const header = f.layouts.get(0)?.structure;
    return [
      {
        kind: 'header',
        name: header?.name ?? 'Header',
        id: -1,
        offset: 0,
        length: 0x40,
        registers: header?.registers ?? [],
      },
      ...f.capabilities.map((found): KnownStructure => this.capability(found)),
      ...f.extended.map((found): KnownStructure => this.extended(found)),
    ];
  }

  private capability({ id, offset, length }: FoundCapability): KnownStructure {
    const known = this.f.layouts.get(offset);
    const structure = known?.layout === capabilityLayout(id) ? known.structure : undefined;
    const name = structure?.name ?? capabilityName(id);
    // Who asks for the last register of a virtio structure knows that it is there, though nobody has read the length.
    const tail = this.register(offset + 2, 1) === undefined ? VIRTIO_TAILS.get(name) : undefined;
    const more = tail === undefined ? namedRegisters(id, this.headerType) : [tail];
    return withMore({ kind: 'capability', name, id, offset, length, registers: structure?.registers ?? HEAD }, more);
  }

  private extended({ id, offset, length }: FoundCapability): KnownStructure {
    const known = this.f.layouts.get(offset);
    const structure = known?.layout === extendedCapabilityLayout(id) ? known.structure : undefined;
    const name = structure?.name ?? extendedCapabilityName(id);
    const registers = structure?.registers ?? EXTENDED_HEAD;
    return withMore({ kind: 'extended capability', name, id, offset, length, registers }, namedExtendedRegisters(id));
  }

  /** Whether the list that a register may belong to was followed to its end. */
  isListKnown(offset: number): boolean {
    return offset < 0x100 ? this.f.listComplete : this.f.extendedComplete;
  }

  /** Where a list goes on to a capability whose header has not been read yet; undefined: no list does. */
  get nextCapability(): number | undefined {
    const last = this.f.capabilities.at(-1);
    const pointer = last === undefined ? this.register(0x34, 1) : this.register(last.offset + 1, 1);
    return pointer === undefined || (pointer & 0xfc) < 0x40 ? undefined : pointer & 0xfc;
  }

  /** Whether a dword is in extended space that belongs to no structure. */
  isUnused(d: number): boolean {
    return d >= EXTENDED && this.f.fields[d]?.[0]?.field === 'Unused';
  }

  /** Index of the BAR (6: the ROM) whose register lies in a dword; the lower one of a 64-bit pair. -1: none. */
  barAt(d: number): number {
    const { f } = this;
    const count = barCount(f);
    if (count > 0 && d === barDword(f, ROM_INDEX)) return ROM_INDEX;
    const index = d - 4;
    if (index < 0 || index >= count) return -1;
    return f.barKinds[index] === 'upper' ? index - 1 : index;
  }

  bar(index: number): KnownBar {
    const { f } = this;
    const kind = index === ROM_INDEX ? 'memory32' : (f.barKinds[index] ?? 'unknown');
    const { exponent, none } = barSize(f, index);
    const d = barDword(f, index);
    const low = this.register(4 * d, 4);
    const high = kind === 'memory64' ? this.register(4 * d + 4, 4) : 0;
    const mask = index === ROM_INDEX ? 0xfffff800 : kind === 'io' ? 0xfffffffc : 0xfffffff0;
    const isWhole = kind !== 'unknown' && low !== undefined && high !== undefined;
    const bit = f.config.bit(4 * d, 3);
    return {
      index,
      kind,
      prefetchable: index === ROM_INDEX || kind === 'io' ? false : bit < 0 ? undefined : bit === 1,
      exponent,
      none,
      address: isWhole ? (BigInt(high) << 32n) | BigInt((low & mask) >>> 0) : undefined,
    };
  }

  /** What a bridge forwards downstream by its windows. */
  windows(): ForwardedRange[] {
    return this.f.headerType === 1 ? windowsOf(this.f) : [];
  }
}
