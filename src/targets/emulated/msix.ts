/** The MSI-X capability, its table and its pending bits (PCIe 7.7.2). */
import type { Area } from './bar-memory.ts';
import type { CapabilityList } from './capability-list.ts';
import type { ResetKind } from './config-space.ts';
import type { DeviceFunction } from './device-function.ts';
import type { MsixLayout } from './layout.ts';
import { Part } from './part.ts';

const ENABLE = 1 << 31;
const FUNCTION_MASK = 1 << 30;

/** Dwords of an entry. */
const ADDRESS = 0;
const UPPER_ADDRESS = 1;
const DATA = 2;
const CONTROL = 3;
const WRITABLE = [~3, -1, -1, 1];

export class Msix extends Part {
  readonly vectors: number;
  private readonly offset: number;
  private readonly table: Int32Array;
  private readonly pending: Int32Array;
  private pendingCount = 0;
  private readonly tableBar: number;

  constructor(fn: DeviceFunction, list: CapabilityList, layout: Omit<MsixLayout, 'kind'>, at?: number) {
    super(fn);
    this.vectors = layout.vectors;
    this.tableBar = layout.table.bar;
    this.table = new Int32Array(layout.vectors * 4);
    this.pending = new Int32Array(Math.ceil(layout.vectors / 64) * 2);
    this.offset = list.place(0x11, 12, at);
    const { config } = fn;
    config.define(this.offset + 2, 2, layout.vectors - 1, { writable: 0xc000 });
    config.define(this.offset + 4, 4, layout.table.offset | layout.table.bar);
    config.define(this.offset + 8, 4, layout.pba.offset | layout.pba.bar);
    config.onWrite(this.offset, (before, after) => this.controlWritten(before ^ after));
    fn.barMemory[layout.table.bar]?.add(this.tableArea(layout.table.offset));
    fn.barMemory[layout.pba.bar]?.add(this.pendingArea(layout.pba.offset));
    fn.interrupts.msix = this;
    this.reset('power');
  }

  get enabled(): boolean {
    return (this.fn.config.dword(this.offset) & ENABLE) !== 0;
  }

  private controlWritten(changed: number): void {
    if ((changed & ENABLE) !== 0) this.fn.interrupts.modeChanged();
    else if ((changed & FUNCTION_MASK) !== 0) this.review();
  }

  private tableArea(start: number): Area {
    return {
      start,
      length: this.vectors * 16,
      read: (offset) => this.table[offset >> 2] as number,
      write: (offset, value, mask) => this.tableWritten(offset >> 2, value, mask),
    };
  }

  private tableWritten(index: number, value: number, mask: number): void {
    const writable = (WRITABLE[index & 3] as number) & mask;
    this.table[index] = ((this.table[index] as number) & ~writable) | (value & writable);
    const missed = this.faulty('msix-qword-control-address') && this.fn.barMemory[this.tableBar]?.upperOfEight;
    if ((index & 3) === CONTROL && this.pendingCount > 0 && missed !== true) this.review();
  }

  /** Software must not write the pending bits; what it writes is dropped (PCIe 7.7.2.9). */
  private pendingArea(start: number): Area {
    return {
      start,
      length: this.pending.length * 4,
      read: (offset) => this.pending[offset >> 2] as number,
      write: () => {},
    };
  }

  private isMasked(vector: number): boolean {
    if ((this.fn.config.dword(this.offset) & FUNCTION_MASK) !== 0) return true;
    return ((this.table[vector * 4 + CONTROL] as number) & 1) !== 0;
  }

  event(vector: number): void {
    if (this.isMasked(vector) || !this.fn.interrupts.maySend) this.setPending(vector);
    else this.send(vector);
  }

  isPending(vector: number): boolean {
    return (((this.pending[vector >> 5] ?? 0) >>> (vector & 31)) & 1) === 1;
  }

  private setPending(vector: number): void {
    if (this.isPending(vector)) return;
    this.pending[vector >> 5] = (this.pending[vector >> 5] as number) | (1 << (vector & 31));
    this.pendingCount++;
  }

  clearPending(vector: number): void {
    if (!this.isPending(vector)) return;
    this.pending[vector >> 5] = (this.pending[vector >> 5] as number) & ~(1 << (vector & 31));
    this.pendingCount--;
  }

  /** Sends every pending message that nothing holds any more, in the order of vectors. */
  review(): void {
    if (this.pendingCount === 0 || !this.enabled || !this.fn.interrupts.maySend) return;
    for (let vector = 0; vector < this.vectors; vector++) {
      if ((this.pending[vector >> 5] as number) === 0) {
        vector |= 31;
        continue;
      }
      if (!this.isPending(vector) || this.isMasked(vector)) continue;
      this.clearPending(vector);
      this.send(vector);
    }
  }

  private send(vector: number): void {
    const entry = vector * 4;
    const addressHi = this.table[entry + UPPER_ADDRESS] as number;
    this.fn.interrupts.send(addressHi, this.table[entry + ADDRESS] as number, this.table[entry + DATA] as number);
  }

  /** Every entry is masked after every reset of the function (PCIe 7.7.2.8). */
  override reset(_kind: ResetKind): void {
    this.table.fill(0);
    for (let entry = 0; entry < this.vectors; entry++) this.table[entry * 4 + CONTROL] = 1;
    this.pending.fill(0);
    this.pendingCount = 0;
  }

  override save(): unknown {
    return { table: this.table.slice(), pending: this.pending.slice(), count: this.pendingCount };
  }

  override restore(state: unknown): void {
    const { table, pending, count } = state as { table: Int32Array; pending: Int32Array; count: number };
    this.table.set(table);
    this.pending.set(pending);
    this.pendingCount = count;
  }
}
