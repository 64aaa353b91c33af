/**
 * What a guest did to one function, as steps that any target can carry out: registers by their capabilities, sizing and
 * placing of BARs, bus numbers, windows and messages by what they mean, since their values belong to one machine alone.
 */

import type { FunctionSnapshot } from '../../model/snapshot.ts';
import { BASES } from '../../scenario/names.ts';
import type { ConfigurationAccess } from './configuration-accesses.ts';

/** Repetitions of a step in a row that are kept: more is a guest that waits. */
const REPEATED_AT_MOST = 2;
/** Bytes from the start of a capability in which registers are taken for its own, unless another one begins. */
const CAPABILITY_AT_MOST = 0x40;
const MSI = 0x05;
/** Reads as a size: nothing but ones from bit 11 on, as all probes have. */
const PROBE = 0xfffff800;

interface Place {
  base: (typeof BASES)[number]['name'];
  offset: number;
}

export class GuestSteps {
  private readonly f: FunctionSnapshot;
  private readonly lines: string[] = [];
  private readonly bases = new Set<string>();
  /** Index of the BAR (6: ROM) whose size is being asked for; -1: of none. */
  private sizing = -1;
  /** What each dword of a BAR held last, as far as the guest knows: what it read or wrote, probes apart. */
  private readonly held = new Map<number, number>();

  constructor(f: FunctionSnapshot) {
    this.f = f;
  }

  /** One access of the guest to the function's configuration space, in order. */
  add({ offset, width, write, value }: ConfigurationAccess): void {
    const bar = this.barAt(offset);
    if (bar >= 0) {
      this.barAccess(bar, offset, width, write, value);
      return;
    }
    const placed = write ? this.placing(offset) : undefined;
    if (placed !== undefined) {
      this.say(placed, 1);
      return;
    }
    const place = this.placeOf(offset);
    if (place === undefined) return;
    this.bases.add(place.base);
    const register = `fn.${place.base}+0x${place.offset.toString(16)}`;
    if (!write) this.say(`config read ${register} ${width}`);
    else this.say(`config write ${register} ${width} 0x${value.toString(16)}`);
  }

  /** The scenario without its remarks; undefined: the guest did nothing that a target could be asked to do. */
  text(): string | undefined {
    if (!this.lines.some((line) => !line.startsWith('config read'))) return undefined;
    const needs = [...this.bases].flatMap((base) => NEEDS.get(base) ?? []);
    const kind = this.f.headerType === 1 ? 'bridge' : 'endpoint';
    return [kind, ...needs.toSorted()].map((need) => `need fn ${need}\n`).join('') + this.lines.join('\n') + '\n';
  }

  private say(line: string, most = REPEATED_AT_MOST): void {
    const last = this.lines.slice(-most);
    if (last.length < most || last.some((one) => one !== line)) this.lines.push(line);
  }

  private barAt(offset: number): number {
    const d = offset >>> 2;
    const count = this.f.headerType === 0 ? 6 : this.f.headerType === 1 ? 2 : 0;
    if (d === (this.f.headerType === 1 ? 0x38 : 0x30) >>> 2) return 6;
    if (d < 4 || d >= 4 + count) return -1;
    const index = d - 4;
    // The upper half belongs to the BAR below it.
    return this.f.regions.some((one) => one.index === index - 1 && one.wide) ? index - 1 : index;
  }

  private barAccess(bar: number, offset: number, width: number, write: boolean, value: number): void {
    const name = bar === 6 ? 'rom' : `bar${bar}`;
    const upper = bar < 6 && offset >>> 2 !== 4 + bar;
    const key = offset >>> 2;
    if (!write) {
      if (width === 4 && this.sizing !== bar) this.held.set(key, value);
      if (this.sizing !== bar && !upper) this.say(`config read fn.config+0x${offset.toString(16)} ${width}`);
      return;
    }
    if (width !== 4 || !this.f.regions.some(({ index }) => index === bar)) return;
    if (value >>> 11 === PROBE >>> 11) {
      if (this.sizing !== bar && !upper) this.say(`size bar fn.${name} decode kept`, 1);
      this.sizing = bar;
      return;
    }
    const before = this.held.get(key);
    this.held.set(key, value);
    // The end of a probe; where nobody has read what there was, the BAR was empty.
    const restores = this.sizing === bar && ((before ?? 0) ^ value) >>> 4 === 0;
    if (!upper) this.sizing = -1;
    if (restores || upper) return;
    if (bar === 6) {
      if ((value & 1) === 1) this.say('enable fn.rom', 1);
    } else this.say(`move bar fn.${name} to ${before === value ? 'same' : 'free 0'} decode kept`);
  }

  /** The step for a write whose value belongs to this machine alone. */
  private placing(offset: number): string | undefined {
    if (this.f.headerType === 1) {
      if (offset >= 0x18 && offset < 0x1b) return 'buses fn to natural';
      if (offset === 0x1c || offset === 0x1d || (offset >= 0x30 && offset < 0x34))
        return 'window fn.io-window to natural';
      if (offset >= 0x20 && offset < 0x24) return 'window fn.memory-window to natural';
      if (offset >= 0x24 && offset < 0x30) return 'window fn.prefetchable-window to natural';
    }
    const msi = this.f.capabilities.find(({ id }) => id === MSI)?.offset ?? 0;
    if (msi === 0) return undefined;
    // 64-bit Address Capable: the data stand behind the upper half of the address.
    const end = (this.f.config.value[msi >>> 2]! & (0x80 << 16)) !== 0 ? msi + 0x0e : msi + 0x0a;
    return offset >= msi + 4 && offset < end ? 'program fn.msi[0] 0' : undefined;
  }

  /** The capability that holds a register; undefined: the device's own registers, or a capability without a word. */
  private placeOf(offset: number): Place | undefined {
    if (offset < 0x40) return { base: 'config', offset };
    const extended = offset >= 0x100;
    const list = extended ? this.f.extended : this.f.capabilities;
    const holder = list
      .filter((one) => one.offset <= offset)
      .toSorted((one, other) => other.offset - one.offset)
      .at(0);
    if (holder === undefined || offset >= holder.offset + CAPABILITY_AT_MOST) return undefined;
    // Of several with one id a step can only mean the first.
    if (list.filter(({ id }) => id === holder.id).length > 1) return undefined;
    const base = BASES.find((one) => one.id === holder.id && one.extended === extended);
    return base === undefined ? undefined : { base: base.name, offset: offset - holder.offset };
  }
}

/** What a function must have for the registers of a capability. */
const NEEDS: ReadonlyMap<string, string> = new Map([
  ['pm', 'pm'],
  ['msi', 'msi 1'],
  ['msix', 'msix 1'],
  ['pcie', 'express'],
  ['aer', 'aer'],
  ['sriov', 'sriov 1'],
  ['rbar', 'rbar'],
]);
