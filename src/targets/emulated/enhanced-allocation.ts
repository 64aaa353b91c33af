/** Enhanced Allocation: ranges that hardware fixes, in place of BARs (PCIe 7.8.5). */
import { MEMORY, PORT } from '../../access/access.ts';
import { parseNumber } from '../../core/hex.ts';
import { BarMemory } from './bar-memory.ts';
import type { CapabilityList } from './capability-list.ts';
import { Decoder } from './decoder.ts';
import type { AddressSource } from './decoder.ts';
import { COMMAND_IO, COMMAND_MEMORY } from './device-function.ts';
import type { DeviceFunction } from './device-function.ts';
import type { EaEntry } from './layout.ts';
import { Part } from './part.ts';

const PROPERTIES = { memory: 0, prefetchable: 1, io: 2 };
const UNAVAILABLE = 0xff;
const ENABLE = 1 << 31;
/** In base and MaxOffset: another dword with the upper half follows. */
const WIDE = 2;

export class EnhancedAllocation extends Part implements AddressSource {
  readonly baseHi: number;
  readonly baseLo: number;
  private readonly entry: EaEntry;
  private readonly offset: number;

  /** `offset`: of the entry. */
  constructor(fn: DeviceFunction, entry: EaEntry, offset: number) {
    super(fn);
    this.entry = entry;
    this.offset = offset;
    const base = parseNumber(entry.base) ?? { hi: 0, lo: 0 };
    this.baseHi = base.hi >>> 0;
    this.baseLo = base.lo >>> 0;
    const memory = new BarMemory(entry.size, { fn, bar: entry.bar });
    fn.barMemory[entry.bar] = memory;
    fn.contents.push(memory);
    const decoder = new Decoder(fn, entry.bar, entry.space === 'io' ? PORT : MEMORY, memory, this);
    this.defineEntry(base);
    fn.config.onWrite(offset, () => decoder.update());
  }

  private defineEntry(base: { hi: number; lo: number }): void {
    const { config } = this.fn;
    const { bar, size, space, switchable } = this.entry;
    const maxHi = Math.floor((size - 1) / 2 ** 32);
    const following = entryDwords(this.entry) - 1;
    const first = following | (bar << 4) | (PROPERTIES[space] << 8) | (UNAVAILABLE << 16) | ENABLE;
    config.define(this.offset, 4, first, { writable: switchable ? ENABLE : 0 });
    config.define(this.offset + 4, 4, (base.lo & ~3) | (base.hi !== 0 ? WIDE : 0));
    config.define(this.offset + 8, 4, (((size - 1) % 2 ** 32) & ~3) | (maxHi !== 0 ? WIDE : 0));
    let next = this.offset + 12;
    if (base.hi !== 0) {
      config.define(next, 4, base.hi);
      next += 4;
    }
    if (maxHi !== 0) config.define(next, 4, maxHi);
  }

  get enabled(): boolean {
    const command = this.entry.space === 'io' ? COMMAND_IO : COMMAND_MEMORY;
    const on = (this.fn.config.dword(this.offset) & ENABLE) !== 0 || this.faulty('ea-enable-ignored');
    return (this.fn.command & command) !== 0 && on;
  }
}

/** Dwords that an entry takes. */
export function entryDwords(entry: EaEntry): number {
  return 3 + ((parseNumber(entry.base)?.hi ?? 0) === 0 ? 0 : 1) + (entry.size > 2 ** 32 ? 1 : 0);
}

export function addEnhancedAllocation(fn: DeviceFunction, list: CapabilityList, entries: EaEntry[], at?: number): void {
  const dwords = entries.reduce((sum, entry) => sum + entryDwords(entry), 0);
  const offset = list.place(0x14, 4 + dwords * 4, at);
  fn.config.define(offset + 2, 1, entries.length);
  let next = offset + 4;
  for (const entry of entries) {
    new EnhancedAllocation(fn, entry, next);
    next += entryDwords(entry) * 4;
  }
}
