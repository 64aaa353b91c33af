import type { BarMemory } from './bar-memory.ts';
import type { Bridge } from './bridge.ts';
import type { Bus } from './bus.ts';
import { ConfigSpace } from './config-space.ts';
import type { ResetKind } from './config-space.ts';
import type { Decoder } from './decoder.ts';
import type { Interrupts } from './interrupts.ts';
import { isExpress } from './layout.ts';
import type { FunctionLayout } from './layout.ts';
import type { Machine } from './machine.ts';
import type { Part } from './part.ts';
import type { Power } from './power.ts';
import type { Sriov } from './sriov.ts';
import type { Slot } from './slot.ts';
import type { Virtio } from './virtio.ts';

/** Bits of the Command register. */
export const COMMAND_IO = 1;
export const COMMAND_MEMORY = 2;
export const COMMAND_MASTER = 4;
export const COMMAND_INTX_DISABLE = 0x400;

/** One function: its registers, its parts, its decoders, and its place in the tree. */
export class DeviceFunction {
  readonly machine: Machine;
  readonly layout: FunctionLayout;
  /** Position in the machine's list: part of its markers, and its rank where regions overlap. */
  readonly index: number;
  readonly bus: Bus;
  readonly devfn: number;
  readonly config: ConfigSpace;
  readonly parts: Part[] = [];
  readonly decoders: Decoder[] = [];
  /** What lies behind each BAR, also behind those that Enhanced Allocation stands for. */
  readonly barMemory: (BarMemory | undefined)[] = [undefined, undefined, undefined, undefined, undefined, undefined];
  /** All contents that a reset wipes: BARs and ROM. */
  readonly contents: BarMemory[] = [];
  /** Of a virtual function: its physical function, and its number from 1 on. */
  readonly virtual: { owner: DeviceFunction; number: number } | undefined;
  /** Whether the function is in its place: plugged in, or a virtual function that is enabled. */
  there: boolean;
  /** Command writes that switched memory decoding on, less those that switched it off; a fault counts on it. */
  activations = 0;
  /** Faults: whether its regions have been told of, and whether its interrupts lead anywhere. */
  ready = true;
  routed = true;
  bridge: Bridge | undefined;
  slot: Slot | undefined;
  power: Power | undefined;
  sriov: Sriov | undefined;
  virtio: Virtio | undefined;
  /** Set while the function is built, right after the header. */
  interrupts!: Interrupts;

  constructor(
    machine: Machine,
    layout: FunctionLayout,
    bus: Bus,
    devfn: number,
    index: number,
    virtual?: { owner: DeviceFunction; number: number },
  ) {
    this.machine = machine;
    this.layout = layout;
    this.bus = bus;
    this.devfn = devfn;
    this.index = index;
    this.virtual = virtual;
    this.there = virtual === undefined;
    this.config = new ConfigSpace(isExpress(layout.kind) ? 4096 : 256, machine.faulty);
  }

  get command(): number {
    return this.config.word(4);
  }

  /** In the power state D0, in which alone it decodes and sends. */
  get awake(): boolean {
    return this.power === undefined || this.power.state === 0;
  }

  /** Whether its decoders may answer at all, whatever Command says. */
  get decoding(): boolean {
    if (!this.ready) return false;
    return this.there && this.bus.live && (this.awake || this.machine.faulty('d3hot-still-decodes'));
  }

  /** segment << 16 | bus << 8 | device << 3 | function, by the bus numbers programmed now. */
  get bdf(): number {
    const owner = this.bus.owner;
    const number = owner === undefined ? this.machine.rootBusNumber(this.bus.segment) : owner.config.byte(0x19);
    return ((this.bus.segment << 16) | (number << 8) | this.devfn) >>> 0;
  }

  /** Brings the region table up to date for this function. */
  remap(): void {
    if (this.machine.faulty('deferred-map-vcpu-runs-early')) this.machine.later(8, () => this.remapNow());
    else this.remapNow();
  }

  remapNow(): void {
    for (const decoder of this.decoders) decoder.update();
  }

  /** The dwords that a faulty reset does not reach. */
  private leftByReset(kind: ResetKind): { first: number; end: number } {
    const { faulty } = this.machine;
    if (kind === 'function' && faulty('flr-keeps-command')) return { first: 1, end: 2 };
    if (kind === 'conventional' && faulty('reset-leaves-command')) return { first: 1, end: 10 };
    const bridge = this.bridge !== undefined && kind === 'conventional' && faulty('bridge-regs-not-reset');
    return bridge ? { first: 6, end: 12 } : { first: 0, end: 0 };
  }

  /** Resets this function alone. */
  reset(kind: ResetKind): void {
    const { words } = this.config;
    const left = this.leftByReset(kind);
    const before = words.slice(left.first, left.end);
    this.config.reset(kind === 'function' && this.machine.faulty('flr-clears-sticky') ? 'power' : kind);
    words.set(before, left.first);
    if (kind === 'function' && this.virtual === undefined && this.machine.faulty('flr-resets-siblings')) {
      for (const other of this.bus.present()) {
        const beside = other !== this && other.virtual === undefined && other.devfn >> 3 === this.devfn >> 3;
        if (beside) other.reset('soft');
      }
    }
    for (const memory of this.contents) memory.reset();
    for (const part of this.parts) part.reset(kind);
    if (kind === 'function' && this.machine.faulty('command-shadow-mismatch-passthrough')) return;
    this.refresh();
  }

  /** Works out again all that hangs on the registers. */
  refresh(): void {
    for (const part of this.parts) part.refresh();
    this.remap();
  }
}
