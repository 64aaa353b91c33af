/** The MSI capability: up to 32 messages to one address (PCIe 7.7.1). */
import type { CapabilityList } from './capability-list.ts';
import type { DeviceFunction } from './device-function.ts';
import type { MsiLayout } from './layout.ts';
import { Part } from './part.ts';

const ENABLE = 1 << 16;

export class Msi extends Part {
  /** Messages that the function wants. */
  readonly capable: number;
  private readonly offset: number;
  private readonly wide: boolean;
  private readonly maskable: boolean;
  private readonly maskAt: number;
  /** What faults keep: the message at the last enable, and whether messages are off behind the register's back. */
  private latched = { hi: 0, lo: 0, data: 0 };
  private detached = false;

  constructor(fn: DeviceFunction, list: CapabilityList, layout: MsiLayout, at?: number) {
    super(fn);
    this.capable = layout.vectors;
    this.wide = layout.wide || this.faulty('msi-32bit-layout-mistaken');
    this.maskable = layout.maskable;
    const length = layout.maskable ? (layout.wide ? 24 : 20) : layout.wide ? 14 : 10;
    this.offset = list.place(0x05, length, at);
    const { config } = fn;
    const control = (Math.log2(layout.vectors) << 1) | (layout.wide ? 0x80 : 0) | (layout.maskable ? 0x100 : 0);
    config.define(this.offset + 2, 2, control, { writable: 0x71 });
    config.define(this.offset + 4, 4, 0, { writable: ~3 });
    if (layout.wide) config.define(this.offset + 8, 4, 0, { writable: -1 });
    config.define(this.dataAt, 2, 0, { writable: 0xffff });
    this.maskAt = this.dataAt + 4;
    if (layout.maskable) {
      const most = this.faulty('msi-mask-width-and-pending') ? 16 : 32;
      config.define(this.maskAt, 4, 0, {
        writable: layout.vectors >= most ? -1 >>> (32 - most) : (1 << layout.vectors) - 1,
      });
      config.onWrite(this.maskAt, () => this.review());
    }
    config.onWrite(this.offset, (before, after, _value, lanes) => this.controlWritten(before, after, lanes));
    fn.interrupts.msi = this;
  }

  private get dataAt(): number {
    return this.offset + (this.wide ? 0x0c : 0x08);
  }

  get enabled(): boolean {
    return (this.fn.config.dword(this.offset) & ENABLE) !== 0;
  }

  /** Messages that software granted. */
  private get allocated(): number {
    return 1 << ((this.fn.config.dword(this.offset) >>> 20) & 7);
  }

  private controlWritten(before: number, after: number, lanes: number): void {
    if (this.faulty('msi-ctl-dword-write') && (lanes & 0xffff) !== 0) {
      this.fn.config.change(this.offset, -1, before);
      return;
    }
    if (this.faulty('msi-ro-bits-write-disables')) this.detached = lanes >>> 16 === 0;
    // More than the function wants is cut to what it wants.
    if (this.allocated > this.capable) {
      this.fn.config.change(this.offset, 7 << 20, Math.log2(this.capable) << 20);
    }
    if (((before ^ after) & after & ENABLE) !== 0) this.latched = this.programmed;
    if (((before ^ after) & ENABLE) !== 0) this.fn.interrupts.modeChanged();
    else this.review();
  }

  event(vector: number): void {
    if (this.faulty('msix-assumed-present') && this.fn.interrupts.msix === undefined) return;
    const message = this.faulty('msi-count-ignored') ? vector : vector % this.allocated;
    const masked = this.maskable && ((this.masks >>> message) & 1) === 1;
    if (!masked && this.fn.interrupts.maySend) this.send(message);
    else if (this.maskable && !this.faulty('msi-mask-width-and-pending')) {
      this.fn.config.change(this.maskAt + 4, 1 << message, 1 << message);
    }
  }

  isPending(vector: number): boolean {
    if (!this.maskable) return false;
    return ((this.fn.config.dword(this.maskAt + 4) >>> (vector % this.allocated)) & 1) === 1;
  }

  clearPending(vector: number): void {
    if (this.maskable) this.fn.config.change(this.maskAt + 4, 1 << (vector % this.allocated), 0);
  }

  review(): void {
    if (!this.maskable || (!this.enabled && !this.faulty('msi-unmask-while-disabled'))) return;
    const { config, interrupts } = this.fn;
    const granted = this.allocated === 32 ? -1 : (1 << this.allocated) - 1;
    let ready = config.dword(this.maskAt + 4) & ~this.masks & granted;
    if (ready === 0 || !interrupts.maySend) return;
    for (let message = 0; ready !== 0; message++, ready >>>= 1) {
      if ((ready & 1) === 0) continue;
      if (!this.faulty('msi-pending-not-cleared')) config.change(this.maskAt + 4, 1 << message, 0);
      this.send(message);
    }
  }

  /** The low bits of the data are replaced by the number of the message (PCIe 7.7.1.5). */
  private send(message: number): void {
    if (this.detached) return;
    const { hi, lo, data } = this.faulty('msi-update-while-enabled-ignored') ? this.latched : this.programmed;
    const sent = this.faulty('msi-multi-vector-data-bits') ? data : (data & ~(this.allocated - 1)) | message;
    this.fn.interrupts.send(this.faulty('msi-upper-address-ignored') ? 0 : hi, lo, sent);
  }

  /** The message as the registers have it. */
  private get programmed(): { hi: number; lo: number; data: number } {
    const { config } = this.fn;
    const hi = this.wide ? config.dword(this.offset + 8) : 0;
    return { hi, lo: config.dword(this.offset + 4), data: config.word(this.dataAt) };
  }

  private get masks(): number {
    const masks = this.fn.config.dword(this.maskAt);
    return this.faulty('msi-multi-mask-loop-stops-early') ? masks & 1 : masks;
  }
}
