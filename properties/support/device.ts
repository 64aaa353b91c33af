/** A correct PCI function in the most straightforward way: registers as bytes, BARs as arithmetic. */

import { Registers } from './registers.ts';

export interface BarPlan {
  index: number;
  kind: 'io' | 'memory32' | 'memory64';
  /** Bytes, a power of two. */
  size: bigint;
  prefetchable: boolean;
}

/** What a function is built of. Capabilities have fixed places: see `CAPABILITY`. */
export interface DevicePlan {
  express: boolean;
  bridge: boolean;
  /** Base class, sub-class, interface and revision, as the dword at 08h. */
  classRevision: number;
  id: number;
  subsystem: number;
  multifunction: boolean;
  /** Interrupt Pin. */
  pin: number;
  bars: readonly BarPlan[];
  /** Bytes; 0: no expansion ROM. */
  rom: number;
  /** Whether I/O BARs have their upper 16 bits. */
  wideIo: boolean;
  /** Command bits that can be written. */
  command: number;
  /** Bits of Cache Line Size and of Latency Timer that can be written. */
  cacheLine: number;
  latency: number;
  power?: { noSoftReset: boolean };
  msi?: { wide: boolean; masks: boolean; log2: number };
  msix?: { size: number; bar: number; table: number; pba: number };
}

/** Where capabilities are, in the order of their list. */
export const CAPABILITY = { power: 0x40, msi: 0x50, msix: 0x70, express: 0x80 } as const;

/** Bytes of the expansion ROM's place in `region()` and `base()`. */
export const ROM = 6;

const LISTED = ['power', 'msi', 'msix', 'express'] as const;

export class Device {
  readonly plan: DevicePlan;
  readonly registers: Registers;
  /** MSI-X entries and pending bits. */
  readonly table: Registers;
  readonly pending: Registers;
  /** Bytes that were written behind BARs, by `bar:offset`. */
  private readonly memory = new Map<string, number>();
  /** Tells its device registers from those of other devices. */
  private readonly salt: number;
  present = true;

  constructor(plan: DevicePlan, salt: number) {
    this.plan = plan;
    this.salt = salt;
    this.registers = new Registers(plan.express ? 4096 : 256);
    const vectors = plan.msix?.size ?? 0;
    this.table = new Registers(16 * vectors);
    this.pending = new Registers(8 * Math.ceil(vectors / 64));
    for (let entry = 0; entry < vectors; entry++) defineEntry(this.table, 16 * entry);
    this.defineHeader();
    if (plan.bridge) this.defineBridge();
    else this.registers.define(0x2c, 4, plan.subsystem);
    this.defineCapabilities();
  }

  private defineHeader(): void {
    const { plan, registers } = this;
    const listed = LISTED.some((name) => this.has(name));
    registers.define(0x00, 4, plan.id);
    registers.define(0x04, 2, 0, { writable: plan.command });
    registers.define(0x06, 2, listed ? 0x10 : 0, { clears: 0xf900 });
    registers.define(0x08, 4, plan.classRevision);
    registers.define(0x0c, 1, 0, { writable: plan.cacheLine });
    registers.define(0x0d, 1, 0, { writable: plan.latency });
    registers.define(0x0e, 1, (plan.bridge ? 1 : 0) | (plan.multifunction ? 0x80 : 0));
    for (const bar of plan.bars) {
      const mask = ~(bar.size - 1n) & 0xffffffffffffffffn;
      const low = Number(mask & 0xffffffffn);
      const io = bar.kind === 'io';
      const writable = io ? (low & ~3 & (plan.wideIo ? -1 : 0xffff)) >>> 0 : (low & ~0xf) >>> 0;
      registers.define(0x10 + 4 * bar.index, 4, typeBits(bar), { writable });
      if (bar.kind === 'memory64') registers.define(0x14 + 4 * bar.index, 4, 0, { writable: Number(mask >> 32n) });
    }
    if (plan.rom > 0) registers.define(this.romAt, 4, 0, { writable: (~(plan.rom - 1) | 1) >>> 0 });
    registers.define(0x3c, 1, 0, { writable: 0xff });
    registers.define(0x3d, 1, plan.pin);
  }

  private defineBridge(): void {
    const { registers, plan } = this;
    for (const offset of [0x18, 0x19, 0x1a]) registers.define(offset, 1, 0, { writable: 0xff });
    registers.define(0x1b, 1, 0, { writable: plan.express ? 0 : 0xf8 });
    registers.define(0x1c, 2, 0x0101, { writable: 0xf0f0 });
    registers.define(0x1e, 2, 0, { clears: 0xf900 });
    registers.define(0x20, 4, 0, { writable: 0xfff0fff0 });
    registers.define(0x24, 4, 0x00010001, { writable: 0xfff0fff0 });
    registers.define(0x28, 4, 0, { writable: 0xffffffff });
    registers.define(0x2c, 4, 0, { writable: 0xffffffff });
    registers.define(0x30, 4, 0, { writable: 0xffffffff });
    registers.define(0x3e, 2, 0, { writable: plan.express ? 0x5f : 0x0bff });
  }

  /** Whether the function has a capability. */
  has(name: (typeof LISTED)[number]): boolean {
    return name === 'express' ? this.plan.express : this.plan[name] !== undefined;
  }

  private defineCapabilities(): void {
    const { registers, plan } = this;
    const found = LISTED.filter((name) => this.has(name));
    registers.define(0x34, 1, found[0] === undefined ? 0 : CAPABILITY[found[0]]);
    for (const [order, name] of found.entries()) {
      const next = found[order + 1];
      const ids = { power: 0x01, msi: 0x05, msix: 0x11, express: 0x10 };
      registers.define(CAPABILITY[name], 1, ids[name]);
      registers.define(CAPABILITY[name] + 1, 1, next === undefined ? 0 : CAPABILITY[next]);
    }
    if (plan.power !== undefined) {
      registers.define(0x42, 2, 0x0003);
      registers.define(0x44, 4, plan.power.noSoftReset ? 8 : 0, { writable: 3 });
    }
    if (plan.msi !== undefined) this.defineMsi(plan.msi);
    if (plan.msix !== undefined) {
      registers.define(0x72, 2, plan.msix.size - 1, { writable: 0xc000 });
      registers.define(0x74, 4, plan.msix.table + plan.msix.bar);
      registers.define(0x78, 4, plan.msix.pba + plan.msix.bar);
    }
    if (plan.express) this.defineExpress();
  }

  private defineMsi({ wide, masks, log2 }: { wide: boolean; masks: boolean; log2: number }): void {
    const { registers } = this;
    registers.define(0x52, 2, (log2 << 1) | (wide ? 0x80 : 0) | (masks ? 0x100 : 0), { writable: 0x71 });
    registers.define(0x54, 4, 0, { writable: 0xfffffffc });
    if (wide) registers.define(0x58, 4, 0, { writable: 0xffffffff });
    const data = wide ? 0x5c : 0x58;
    registers.define(data, 2, 0, { writable: 0xffff });
    if (masks) registers.define(data + 4, 4, 0, { writable: 2 ** (2 ** log2) - 1 });
  }

  /** Endpoint with FLR, or root port without slot. */
  private defineExpress(): void {
    const { registers, plan } = this;
    registers.define(0x82, 2, plan.bridge ? 0x0042 : 0x0002);
    registers.define(0x84, 4, plan.bridge ? 0x00008000 : 0x10008000);
    registers.define(0x88, 2, plan.bridge ? 0x0000 : 0x2810, {
      writable: plan.bridge ? 0x000f : 0x78ff,
      flrKeeps: 0xe0,
    });
    registers.define(0x8a, 2, 0, { clears: 0xf });
    registers.define(0x8c, 4, 0x00400011);
    registers.define(0x90, 2, 0, { writable: 0x40, flrKeeps: 0x40 });
    registers.define(0x92, 2, 0x0011);
    if (plan.bridge) registers.define(0x9a, 2, 0x0040);
    if (plan.bridge) registers.define(0x9c, 2, 0, { writable: 0xf });
    registers.define(0xac, 4, 2);
    registers.define(0xb0, 2, 1);
  }

  get romAt(): number {
    return this.plan.bridge ? 0x38 : 0x30;
  }

  /** Address that a BAR (or the ROM) holds. */
  base(index: number): bigint {
    const low = BigInt(this.registers.read(index === ROM ? this.romAt : 0x10 + 4 * index, 4));
    if (index === ROM) return low & 0xfffff800n;
    const bar = this.plan.bars.find((one) => one.index === index);
    if (bar?.kind === 'io') return low & 0xfffffffcn;
    const high = bar?.kind === 'memory64' ? BigInt(this.registers.read(0x14 + 4 * index, 4)) : 0n;
    return (high << 32n) | (low & 0xfffffff0n);
  }

  /** Whether the low half of an address may lie in a range; spares most of the arithmetic of `base`. */
  mayHold(index: number, size: bigint, low: number): boolean {
    if (size >= 0x1_0000_0000n) return true;
    const register = this.registers.read(index === ROM ? this.romAt : 0x10 + 4 * index, 4);
    const from = (register & -Number(size)) >>> 0;
    return low >= from && low - from < Number(size);
  }

  /** Whether the function's own registers let it decode in a space. */
  enabled(space: 'port' | 'memory'): boolean {
    return this.present && this.powered && (this.registers.read(4, 2) & (space === 'port' ? 1 : 2)) !== 0;
  }

  get powered(): boolean {
    return this.plan.power === undefined || (this.registers.read(0x44, 1) & 3) === 0;
  }

  /** Reads behind a BAR or the ROM; at most 4 bytes. */
  regionRead(index: number, offset: number, width: number): number {
    const found = this.structure(index, offset);
    if (found !== undefined) return found.registers.read(found.offset, width);
    let value = 0;
    for (let byte = width - 1; byte >= 0; byte--) value = value * 256 + this.byte(index, offset + byte);
    return value;
  }

  regionWrite(index: number, offset: number, width: number, data: number): void {
    const found = this.structure(index, offset);
    if (found !== undefined) {
      if (found.registers === this.table) found.registers.write(found.offset, width, data);
      return;
    }
    if (index === ROM) return;
    for (let byte = 0; byte < width; byte++) {
      this.memory.set(`${index}:${offset + byte}`, Math.floor(data / 2 ** (8 * byte)) & 0xff);
    }
  }

  private structure(index: number, offset: number): { registers: Registers; offset: number } | undefined {
    const { msix } = this.plan;
    if (msix === undefined || index !== msix.bar) return undefined;
    const inTable = offset - msix.table;
    if (inTable >= 0 && inTable < this.table.value.length) return { registers: this.table, offset: inTable };
    const inPending = offset - msix.pba;
    if (inPending >= 0 && inPending < this.pending.value.length) return { registers: this.pending, offset: inPending };
    return undefined;
  }

  /** Device registers that nobody has written hold a value that no other device has. */
  private byte(index: number, offset: number): number {
    const word = offset - (offset % 4);
    const mixed = Math.imul(this.salt * 8 + index + 1, 0x9e3779b1) ^ Math.imul(word + 1, 0x85ebca6b);
    return this.memory.get(`${index}:${offset}`) ?? (((mixed >>> (8 * (offset % 4))) & 0xff) | 1) % 255;
  }

  /** Copies everything that can change. Returns what puts it back. */
  save(): () => void {
    const files = [this.registers, this.table, this.pending].map(({ value }) => ({ value, copy: value.slice() }));
    const memory = new Map(this.memory);
    const { present } = this;
    return () => {
      for (const { value, copy } of files) value.set(copy);
      this.memory.clear();
      for (const [at, byte] of memory) this.memory.set(at, byte);
      this.present = present;
    };
  }

  reset(kind: 'power' | 'conventional' | 'flr'): void {
    this.registers.reset(kind);
    this.table.reset('power');
    this.pending.reset('power');
    this.memory.clear();
  }
}

/** Type bits of a BAR: space, width, prefetchable. */
export function typeBits(bar: BarPlan): number {
  return bar.kind === 'io' ? 1 : (bar.kind === 'memory64' ? 4 : 0) | (bar.prefetchable ? 8 : 0);
}

function defineEntry(table: Registers, offset: number): void {
  table.define(offset, 4, 0, { writable: 0xfffffffc });
  table.define(offset + 4, 4, 0, { writable: 0xffffffff });
  table.define(offset + 8, 4, 0, { writable: 0xffffffff });
  table.define(offset + 12, 4, 1, { writable: 1 });
}
