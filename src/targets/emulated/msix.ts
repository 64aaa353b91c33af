/** The MSI-X capability, its table and its pending bits (PCIe 7.7.2). */
import type { Area, BarMemory } from './bar-memory.ts';
import type { CapabilityList } from './capability-list.ts';
import type { ResetKind } from './config-space.ts';
import { COMMAND_MEMORY } from './device-function.ts';
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
  /** What faults keep beside the registers: control, masks, contents, and whether the vectors are in use. */
  private ownControl = 0;
  private heldMask = 0;
  private readonly ownMasks: Uint8Array;
  private firstUnmask = false;
  private route: Int32Array | undefined;
  private unused = false;
  private readonly tableMemory: BarMemory | undefined;

  constructor(fn: DeviceFunction, list: CapabilityList, layout: Omit<MsixLayout, 'kind'>, at?: number) {
    super(fn);
    this.vectors = layout.vectors;
    this.tableBar = layout.table.bar;
    this.table = new Int32Array(layout.vectors * 4);
    this.pending = new Int32Array(Math.ceil(layout.vectors / 64) * 2);
    this.ownMasks = new Uint8Array(layout.vectors).fill(1);
    this.offset = list.place(0x11, 12, at);
    const { config } = fn;
    const size = this.faulty('msix-size-n-instead-of-n-1') ? layout.vectors : layout.vectors - 1;
    config.define(this.offset + 2, 2, size, { writable: this.faulty('msix-ctl-wrong-mask') ? 0x3000 : 0xc000 });
    config.define(this.offset + 4, 4, layout.table.offset | layout.table.bar);
    config.define(this.offset + 8, 4, layout.pba.offset | layout.pba.bar);
    config.onWrite(this.offset, (before, after, _value, lanes) => this.controlWritten(before ^ after, after, lanes));
    this.tableMemory = fn.barMemory[layout.table.bar];
    const start = this.faulty('msix-table-offset-shifted') ? (layout.table.offset >> 3) & ~3 : layout.table.offset;
    if (!this.faulty('msix-table-page-not-trapped')) this.tableMemory?.add(this.tableArea(start));
    if (this.faulty('msix-shared-page-registers-dropped')) {
      const length = ((layout.table.offset & 0xfff) + layout.vectors * 16 + 0xfff) & ~0xfff;
      this.tableMemory?.add({ start: layout.table.offset & ~0xfff, length, read: () => -1, write: () => {} });
    }
    fn.barMemory[layout.pba.bar]?.add(this.pendingArea(layout.pba.offset));
    fn.interrupts.msix = this;
    this.reset('power');
  }

  get enabled(): boolean {
    return (this.control & ENABLE) !== 0;
  }

  private get control(): number {
    return this.faulty('msix-config-and-emulation-diverge') ? this.ownControl : this.fn.config.dword(this.offset);
  }

  /** Whether a BAR holds the table. */
  tableIn(memory: BarMemory): boolean {
    return memory === this.tableMemory;
  }

  private controlWritten(changed: number, after: number, lanes: number): void {
    const { fn } = this;
    this.ownControl = after;
    this.unused = false;
    if ((changed & FUNCTION_MASK) !== 0) this.heldMask = after & FUNCTION_MASK;
    if (this.faulty('msix-ctl-byte-write') && (lanes === 0xff0000 || lanes === 0xff << 24)) {
      fn.config.change(this.offset, lanes & 0x3fff0000, (after & 0xff) * 0x01010000);
    }
    if (this.faulty('msix-was-enabled-sampled-late')) return;
    if ((changed & ENABLE) !== 0) {
      this.firstUnmask = true;
      if (this.faulty('msix-update-while-unmasked')) this.route = this.table.slice();
      if (this.faulty('msix-hole-for-unmapped-bar')) fn.remap();
      if (this.faulty('msix-enable-without-flush')) fn.interrupts.updateLine();
      else fn.interrupts.modeChanged();
    } else if ((changed & FUNCTION_MASK) !== 0) {
      if (this.faulty('msix-function-mask-sets-entries') && this.heldMask !== 0) {
        for (let entry = 0; entry < this.vectors; entry++) this.table[entry * 4 + CONTROL] = 1;
      }
      if (!this.faulty('msix-function-mask-without-flush')) this.review();
    }
  }

  private tableArea(start: number): Area {
    return {
      start,
      length: this.faulty('msix-table-pba-rounded-beyond-bar') ? 0x10000 : this.vectors * 16,
      read: (offset) => this.table[offset >> 2] ?? 0,
      write: (offset, value, mask) => this.tableWritten(offset >> 2, value, mask),
    };
  }

  private tableWritten(index: number, value: number, mask: number): void {
    const writable = (WRITABLE[index & 3] as number) & mask;
    if (this.faulty('msix-vector-control-offset')) {
      if ((index & 3) === CONTROL) return;
      if ((index & 3) === ADDRESS && index > 0) this.table[index - 1] = value & mask & 1;
    }
    this.table[index] = ((this.table[index] as number) & ~writable) | (value & writable);
    const missed = this.faulty('msix-qword-control-address') && this.fn.barMemory[this.tableBar]?.upperOfEight;
    if (this.route !== undefined && !this.faulty('msix-update-while-unmasked')) this.route[index] = this.table[index];
    if ((index & 3) === CONTROL) this.maskWritten(index >> 2, (this.table[index] as number) & 1);
    if ((index & 3) === CONTROL && this.pendingCount > 0 && missed !== true) this.review();
  }

  /** Some faults act on a copy of the masks that some writes do not reach. */
  private maskWritten(vector: number, masked: number): void {
    const missed = this.firstUnmask && this.faulty('msix-first-unmask-missed');
    this.firstUnmask = false;
    if (!missed && !(masked === 1 && this.faulty('msix-mask-requests-dropped-disabled')))
      this.ownMasks[vector] = masked;
  }

  /** Software must not write the pending bits; what it writes is dropped (PCIe 7.7.2.9). */
  private pendingArea(start: number): Area {
    return {
      start,
      length: this.faulty('msix-pba-size-rounding') ? (this.vectors >> 6) * 8 : this.pending.length * 4,
      read: (offset) => this.pending[(offset >> 2) ^ (this.faulty('msix-pba-dwords-swapped') ? 1 : 0)] as number,
      write: () => {},
    };
  }

  private isMasked(vector: number): boolean {
    const functionMask = this.faulty('msix-maskall-sticky-assign') ? this.heldMask : this.control & FUNCTION_MASK;
    if (functionMask !== 0 && !this.faulty('msix-function-mask-ignored')) return true;
    if (this.faulty('msix-vector-mask-ignored')) return false;
    if (this.faulty('msix-first-unmask-missed') || this.faulty('msix-mask-requests-dropped-disabled')) {
      return this.ownMasks[vector] === 1;
    }
    return ((this.table[vector * 4 + CONTROL] as number) & 1) !== 0;
  }

  event(vector: number): void {
    if (!this.isMasked(vector) && this.maySend) this.send(vector);
    else if (!this.faulty('msix-vfio-pending-when-masked')) this.setPending(vector);
  }

  private get maySend(): boolean {
    if (this.faulty('msix-needs-memory-enable') && (this.fn.command & COMMAND_MEMORY) === 0) return false;
    return this.fn.interrupts.maySend;
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
    if (this.pendingCount === 0 || !this.enabled || !this.maySend) return;
    for (let vector = 0; vector < this.vectors; vector++) {
      if ((this.pending[vector >> 5] as number) === 0) {
        vector |= 31;
        continue;
      }
      if (!this.isPending(vector) || this.isMasked(vector)) continue;
      if (!this.faulty('msix-unmask-leaves-pending')) this.clearPending(vector);
      this.send(vector);
    }
  }

  private send(vector: number): void {
    if (this.unused) return;
    const entry = vector * 4;
    const table = this.route ?? this.table;
    const addressHi = table[entry + UPPER_ADDRESS] as number;
    this.fn.interrupts.send(addressHi, table[entry + ADDRESS] as number, table[entry + DATA] as number);
  }

  /** Every entry is masked after every reset of the function (PCIe 7.7.2.8). */
  override reset(kind: ResetKind): void {
    if (kind === 'function' && this.faulty('flr-keeps-msix')) {
      this.fn.config.change(this.offset, ENABLE, this.ownControl);
      return;
    }
    this.ownControl = 0;
    this.ownMasks.fill(1);
    this.route = undefined;
    this.unused = false;
    this.table.fill(0);
    const mask = this.faulty('msix-initial-mask') ? 0 : 1;
    for (let entry = 0; entry < this.vectors; entry++) this.table[entry * 4 + CONTROL] = mask;
    this.pending.fill(0);
    this.pendingCount = 0;
  }

  override save(): unknown {
    const state = { table: this.table.slice(), pending: this.pending.slice(), count: this.pendingCount };
    if (this.faulty('msix-host-guest-mask-mixed')) {
      for (let entry = 0; entry < this.vectors; entry++) this.table[entry * 4 + CONTROL] = 0;
    }
    return state;
  }

  override restore(state: unknown): void {
    const { table, pending, count } = state as { table: Int32Array; pending: Int32Array; count: number };
    if (this.faulty('snapshot-vectors-leak')) this.route = this.table.slice();
    if (this.faulty('vectors-in-use-after-load')) this.unused = true;
    this.table.set(table);
    for (let vector = 0; vector < this.vectors; vector++)
      this.ownMasks[vector] = (table[vector * 4 + CONTROL] ?? 0) & 1;
    if (this.faulty('snapshot-pending-lost')) {
      this.pending.fill(0);
      this.pendingCount = 0;
      return;
    }
    this.pending.set(pending);
    this.pendingCount = count;
  }
}
