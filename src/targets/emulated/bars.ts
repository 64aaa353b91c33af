/** Base address registers, expansion ROM and the regions that they map. */
import { MEMORY, PORT } from '../../access/access.ts';
import { BarMemory } from './bar-memory.ts';
import { BarPlace } from './bar-place.ts';
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
  private readonly place: BarPlace;
  private readonly offset: number;
  /** Faults: where the region stays although the register says another address. */
  private lost: { baseHi: number; baseLo: number } | undefined;

  constructor(fn: DeviceFunction, layout: BarLayout) {
    super(fn);
    const offset = 0x10 + layout.index * 4;
    this.offset = offset;
    this.index = layout.index;
    this.initialSize = layout.size;
    this.register = new BarRegister(fn.config, offset, layout);
    this.place = new BarPlace(fn, this.register);
    this.memory = new BarMemory(layout.size, { fn, bar: layout.index });
    fn.barMemory[layout.index] = this.memory;
    fn.contents.push(this.memory);
    this.decoder = new Decoder(fn, layout.index, this.register.isPort ? PORT : MEMORY, this.memory, this);
    fn.config.onWrite(offset, (before, _after, value, lanes) => this.written(0, before, value, lanes));
    if (layout.kind === 'mem64') {
      fn.config.onWrite(offset + 4, (before, _after, value, lanes) => this.written(4, before, value, lanes));
    }
    if (this.faulty('bar-size-returned-as-size-not-mask')) fn.config.onRead(offset, () => this.plainSize());
  }

  private written(half: 0 | 4, before: number, value: number, lanes: number): void {
    const { fn, place, memory } = this;
    this.lost = undefined;
    if (this.faulty('bar-any-write-becomes-size')) fn.config.change(this.offset + half, this.writable(half), -1);
    if (this.faulty('peer-bars-overlap-during-rebalance') && this.decoder.liesOnAnother()) {
      fn.config.change(this.offset + half, -1, before);
    }
    const former = { hi: this.decoder.baseHi, lo: this.decoder.baseLo };
    place.written(former, half === 4, lanes === -1 ? value : undefined, memory.size, this.enabled);
    this.decoder.update();
  }

  private writable(half: 0 | 4): number {
    return this.fn.config.writable[(this.offset + half) >> 2] as number;
  }

  /** The number of bytes in place of the mask. */
  private plainSize(): number | undefined {
    const probed = (this.fn.config.dword(this.offset) & this.writable(0)) === this.writable(0);
    return probed && this.memory.size < 2 ** 32 ? this.memory.size | 0 : undefined;
  }

  override commandWritten(after: number, lanes: number): void {
    this.place.commandWritten(after, lanes);
  }

  override refresh(): void {
    this.place.forget();
  }

  override restore(_state: unknown): void {
    if (!this.faulty('snapshot-pending-bar-move-lost') || this.enabled) return;
    const { baseHi, baseLo } = this.decoder;
    this.lost = { baseHi, baseLo };
  }

  get enabled(): boolean {
    const { command, activations } = this.fn;
    const { msix } = this.fn.interrupts;
    if (this.faulty('msix-hole-for-unmapped-bar') && msix?.enabled === true && msix.tableIn(this.memory)) return true;
    if (this.register.isPort) return (command & COMMAND_IO) !== 0;
    if (this.faulty('bar-move-double-activate')) return activations > 0;
    if (this.faulty('bar-decode-toggle-ignored')) return this.place.lo !== 0;
    const routed = this.faulty('bar-mem-routed-to-io') && this.fn.layout.bars.some(({ kind }) => kind === 'io');
    return (command & COMMAND_MEMORY) !== 0 && (!routed || (command & COMMAND_IO) !== 0);
  }

  get baseHi(): number {
    return this.lost?.baseHi ?? this.place.hi;
  }

  get baseLo(): number {
    return this.lost?.baseLo ?? this.place.lo;
  }

  /** Of a resizable BAR: its size from now on; undefined: the one it was built with. */
  resize(size: number = this.initialSize): void {
    if (size === this.memory.size) return;
    this.memory.size = size;
    if (!this.faulty('rbar-mask-unchanged')) this.register.setSize(size);
    this.decoder.update();
  }
}

/** The expansion ROM base address register: 0x30, in bridges 0x38 (PCIe 7.5.1.2.4). */
export class Rom extends Part implements AddressSource {
  private readonly offset: number;

  constructor(fn: DeviceFunction, size: number) {
    super(fn);
    const bridge = isBridge(fn.layout.kind) && !this.faulty('rom-bridge-offset-0x38');
    this.offset = bridge ? 0x38 : 0x30;
    const reserved = this.faulty('rom-reserved-bits-writable') ? 0x7fe : 0;
    fn.config.define(this.offset, 4, 0, { writable: (-size & 0xfffff800) | 1 | reserved });
    if (isBridge(fn.layout.kind) && !bridge) fn.config.writable[this.offset >> 2] = (-size & 0xfffff800) | 1;
    const readOnly = !this.faulty('rom-writable');
    const memory = new BarMemory(size, { fn, bar: ROM_INDEX, readOnly });
    const decoder = new Decoder(fn, ROM_INDEX, MEMORY, memory, this);
    if (isBridge(fn.layout.kind) && !bridge) return;
    fn.config.onWrite(this.offset, (before, after) => {
      if (this.faulty('rom-toggle-rewrites-command') && ((before ^ after) & 1) !== 0) {
        fn.config.change(0x04, 0xffff, (after & 1) === 0 ? 0 : COMMAND_MEMORY);
      }
      decoder.update();
    });
  }

  get enabled(): boolean {
    const memory = (this.fn.command & COMMAND_MEMORY) !== 0 || this.faulty('rom-without-memory-enable');
    return memory && ((this.fn.config.dword(this.offset) & 1) !== 0 || this.faulty('rom-enable-ignored'));
  }

  get baseHi(): number {
    return 0;
  }

  get baseLo(): number {
    return (this.fn.config.dword(this.offset) & 0xfffff800) >>> 0;
  }
}
