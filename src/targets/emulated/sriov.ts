/** Single Root I/O Virtualization: a physical function and the virtual ones that it brings forth (PCIe 9.3.3). */
import { MEMORY } from '../../access/access.ts';
import { BarMemory } from './bar-memory.ts';
import { BarRegister } from './bar-register.ts';
import type { CapabilityList } from './capability-list.ts';
import type { ResetKind } from './config-space.ts';
import { Decoder } from './decoder.ts';
import type { AddressSource } from './decoder.ts';
import type { DeviceFunction } from './device-function.ts';
import type { SriovLayout } from './layout.ts';
import { Part } from './part.ts';

const VF_ENABLE = 1;
const VF_MEMORY = 8;
/** Page sizes of 4 KiB, 8 KiB, 64 KiB, 256 KiB, 1 MiB and 4 MiB, as every device must have them. */
const PAGE_SIZES = 0x553;

interface VirtualBar {
  index: number;
  register: BarRegister;
  /** As the layout states it; a larger system page makes it larger. */
  least: number;
  size: number;
  /** One piece for each virtual function. */
  pieces: BarMemory[];
}

export class Sriov extends Part {
  private readonly offset: number;
  private readonly layout: SriovLayout;
  private readonly functions: DeviceFunction[] = [];
  private readonly bars: VirtualBar[];

  constructor(fn: DeviceFunction, list: CapabilityList, layout: SriovLayout, at?: number) {
    super(fn);
    this.layout = layout;
    this.offset = list.placeExtended(0x0010, 1, 0x40, at);
    const { config } = fn;
    config.define(this.offset + 8, 2, 0, { writable: VF_ENABLE | VF_MEMORY });
    config.define(this.offset + 0x0c, 4, layout.total | (layout.total << 16));
    // Function Dependency Link: this function itself.
    const own = fn.bus.owner?.bridge?.link === true ? fn.devfn : fn.devfn & 7;
    config.define(this.offset + 0x10, 4, own << 16, { writable: 0xffff });
    config.define(this.offset + 0x14, 4, layout.offset | (layout.stride << 16));
    config.define(this.offset + 0x1a, 2, layout.id);
    config.define(this.offset + 0x1c, 4, PAGE_SIZES);
    config.define(this.offset + 0x20, 4, 1, { writable: PAGE_SIZES });
    this.bars = layout.bars.map((bar) => ({
      index: bar.index,
      register: new BarRegister(config, this.offset + 0x24 + bar.index * 4, bar),
      least: bar.size,
      size: bar.size,
      pieces: [],
    }));
    config.onWrite(this.offset + 8, (before, after) => this.controlWritten(before, after));
    config.onWrite(this.offset + 0x10, (before, after) => this.countWritten(before, after));
    config.onWrite(this.offset + 0x20, (before) => this.pageSizeWritten(before));
    for (const { register, index } of this.bars) {
      config.onWrite(this.offset + 0x24 + index * 4, () => this.remapAll());
      if (register.kind === 'mem64') config.onWrite(this.offset + 0x28 + index * 4, () => this.remapAll());
    }
    fn.sriov = this;
  }

  /** Where the BARs of virtual functions begin in configuration space. */
  get barOffset(): number {
    return this.offset + 0x24;
  }

  /** Gives a virtual function its slice of every BAR. Called while it is built, in the order of numbers. */
  adopt(virtual: DeviceFunction, number: number): void {
    this.functions.push(virtual);
    for (const bar of this.bars) {
      const memory = new BarMemory(bar.size, { fn: virtual, bar: 8 + bar.index });
      bar.pieces.push(memory);
      virtual.barMemory[bar.index] = memory;
      virtual.contents.push(memory);
      new Decoder(virtual, bar.index, MEMORY, memory, new Slice(this, bar, number));
    }
  }

  /** Virtual functions decode by VF MSE, not by any Command register (PCIe 9.3.3.3.4). */
  get memoryEnabled(): boolean {
    return (this.fn.config.dword(this.offset + 8) & VF_MEMORY) !== 0;
  }

  /** A fault: the first virtual function has the second slice. */
  get countsFromZero(): boolean {
    return this.faulty('sriov-slices-from-zero');
  }

  private get enabled(): boolean {
    return (this.fn.config.dword(this.offset + 8) & VF_ENABLE) !== 0;
  }

  private controlWritten(before: number, after: number): void {
    const changed = before ^ after;
    if ((changed & VF_ENABLE) !== 0) this.showFunctions();
    if ((changed & VF_MEMORY) !== 0) this.remapAll();
  }

  /** NumVFs is locked while VF Enable is set, and never above TotalVFs (PCIe 9.3.3.7). */
  private countWritten(before: number, after: number): void {
    if (this.enabled) this.fn.config.change(this.offset + 0x10, 0xffff, before);
    else if ((after & 0xffff) > this.layout.total) {
      this.fn.config.change(this.offset + 0x10, 0xffff, this.layout.total);
    }
  }

  private pageSizeWritten(before: number): void {
    if (this.enabled) this.fn.config.change(this.offset + 0x20, -1, before);
    this.setSizes();
    this.remapAll();
  }

  /** BARs of virtual functions are multiples of the system page (PCIe 9.3.3.13). */
  private setSizes(): void {
    const pages = this.fn.config.dword(this.offset + 0x20);
    const page = pages === 0 ? 4096 : 4096 * (pages & -pages);
    for (const bar of this.bars) {
      const size = Math.max(bar.least, page);
      if (size === bar.size) continue;
      bar.size = size;
      bar.register.setSize(size);
      for (const piece of bar.pieces) piece.size = size;
    }
  }

  /** Virtual functions appear in reset state, or go away. */
  private showFunctions(): void {
    const count =
      this.enabled || this.faulty('sriov-functions-while-disabled') ? this.fn.config.word(this.offset + 0x10) : 0;
    this.functions.forEach((virtual, index) => {
      const there = index < count;
      if (virtual.there === there) return;
      virtual.there = there;
      virtual.reset('power');
    });
  }

  private remapAll(): void {
    for (const virtual of this.functions) virtual.remap();
  }

  override reset(kind: ResetKind): void {
    this.setSizes();
    for (const virtual of this.functions) {
      virtual.there = false;
      virtual.reset(kind);
    }
  }

  override refresh(): void {
    this.setSizes();
    this.remapAll();
  }
}

/** The n-th virtual function's part of a BAR: at base + (n - 1) * size (PCIe 9.3.3.14). */
class Slice implements AddressSource {
  private readonly sriov: Sriov;
  private readonly bar: VirtualBar;
  private readonly number: number;

  constructor(sriov: Sriov, bar: VirtualBar, number: number) {
    this.sriov = sriov;
    this.bar = bar;
    this.number = number;
  }

  /** A slice past the end of the address space is nowhere: nothing wraps. */
  get enabled(): boolean {
    return this.sriov.memoryEnabled && this.high < (this.bar.register.kind === 'mem64' ? 2 ** 32 : 1);
  }

  get baseLo(): number {
    return (this.bar.register.baseLo + this.distance) % 2 ** 32;
  }

  get baseHi(): number {
    return this.high;
  }

  private get high(): number {
    return this.bar.register.baseHi + Math.floor((this.bar.register.baseLo + this.distance) / 2 ** 32);
  }

  /** From the first virtual function, in bytes; below 2^53. */
  private get distance(): number {
    const first = this.sriov.countsFromZero ? 0 : 1;
    return (this.number - first) * this.bar.size;
  }
}
