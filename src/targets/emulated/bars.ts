/** Base address registers, expansion ROM and the regions that they map. */
import { MEMORY, PORT } from '../../access/access.ts';
import { BarMemory } from './bar-memory.ts';
import { BarRegister } from './bar-register.ts';
import { Decoder } from './decoder.ts';
import type { AddressSource } from './decoder.ts';
import { COMMAND_IO, COMMAND_MEMORY } from './device-function.ts';
import type { DeviceFunction } from './device-function.ts';
import { isBridge } from './layout.ts';
import type { BarLayout } from './layout.ts';
import { Part } from './part.ts';

/** Number of the ROM among the decoders of a function. */
const ROM_INDEX = 6;

export class Bar extends Part implements AddressSource {
  readonly register: BarRegister;
  readonly memory: BarMemory;
  readonly index: number;
  private readonly initialSize: number;
  private readonly decoder: Decoder;
  /** Faults: where the region stays although the register says another address. */
  private lost: { baseHi: number; baseLo: number } | undefined;

  constructor(fn: DeviceFunction, layout: BarLayout) {
    super(fn);
    const offset = 0x10 + layout.index * 4;
    this.index = layout.index;
    this.initialSize = layout.size;
    this.register = new BarRegister(fn.config, offset, layout);
    this.memory = new BarMemory(layout.size, { fn, bar: layout.index });
    fn.barMemory[layout.index] = this.memory;
    fn.contents.push(this.memory);
    this.decoder = new Decoder(fn, layout.index, this.register.isPort ? PORT : MEMORY, this.memory, this);
    fn.config.onWrite(offset, () => this.written());
    if (layout.kind === 'mem64') fn.config.onWrite(offset + 4, () => this.written());
  }

  private written(): void {
    this.lost = undefined;
    this.decoder.update();
  }

  override restore(_state: unknown): void {
    if (!this.faulty('snapshot-pending-bar-move-lost') || this.enabled) return;
    const { baseHi, baseLo } = this.decoder;
    this.lost = { baseHi, baseLo };
  }

  get enabled(): boolean {
    const { msix } = this.fn.interrupts;
    if (this.faulty('msix-hole-for-unmapped-bar') && msix?.enabled === true && msix.tableIn(this.memory)) return true;
    return (this.fn.command & (this.register.isPort ? COMMAND_IO : COMMAND_MEMORY)) !== 0;
  }

  get baseHi(): number {
    return this.lost?.baseHi ?? this.register.baseHi;
  }

  get baseLo(): number {
    return this.lost?.baseLo ?? this.register.baseLo;
  }

  /** Of a resizable BAR: its size from now on; undefined: the one it was built with. */
  resize(size: number = this.initialSize): void {
    if (size === this.memory.size) return;
    this.memory.size = size;
    this.register.setSize(size);
    this.decoder.update();
  }
}

/** The expansion ROM base address register: 0x30, in bridges 0x38 (PCIe 7.5.1.2.4). */
export class Rom extends Part implements AddressSource {
  private readonly offset: number;

  constructor(fn: DeviceFunction, size: number) {
    super(fn);
    this.offset = isBridge(fn.layout.kind) ? 0x38 : 0x30;
    fn.config.define(this.offset, 4, 0, { writable: (-size & 0xfffff800) | 1 });
    const memory = new BarMemory(size, { fn, bar: ROM_INDEX, readOnly: true });
    const decoder = new Decoder(fn, ROM_INDEX, MEMORY, memory, this);
    fn.config.onWrite(this.offset, () => decoder.update());
  }

  get enabled(): boolean {
    return (this.fn.command & COMMAND_MEMORY) !== 0 && (this.fn.config.dword(this.offset) & 1) !== 0;
  }

  get baseHi(): number {
    return 0;
  }

  get baseLo(): number {
    return (this.fn.config.dword(this.offset) & 0xfffff800) >>> 0;
  }
}
