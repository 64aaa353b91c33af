/** The type 1 header: bus numbers, windows, Bridge Control, and the bus below (PCIe 7.5.1.3). */
import { contains, EVERYWHERE, intersectAll, low } from './address.ts';
import type { Interval } from './address.ts';
import { forwardedMemory, forwardedPorts } from './bridge-windows.ts';
import { Bus } from './bus.ts';
import type { ResetKind } from './config-space.ts';
import { COMMAND_IO, COMMAND_MEMORY } from './device-function.ts';
import type { DeviceFunction } from './device-function.ts';
import type { Express } from './express.ts';
import { hasLink, isExpress } from './layout.ts';
import { Part } from './part.ts';

const SECONDARY_BUS_RESET = 0x40 << 16;

export class Bridge extends Part {
  readonly secondary: Bus;
  /** Whether the secondary bus is a link, on which there is one device only. */
  readonly link: boolean;
  /** The PCI Express capability of a port. */
  express: Express | undefined;
  /** Memory that the bridge keeps from going up. */
  private claimed: readonly Interval[] = [];

  constructor(fn: DeviceFunction) {
    super(fn);
    this.link = hasLink(fn.layout.kind);
    this.secondary = new Bus(fn.bus.segment, fn, { memory: [], ports: [] }, fn.machine.faulty);
    this.defineRegisters();
    fn.bridge = this;
  }

  private defineRegisters(): void {
    const { config, layout } = this.fn;
    const { io, prefetchable, vga, isa } = layout.windows;
    const express = isExpress(layout.kind);
    const timer = !express || this.faulty('secondary-latency-timer-on-link');
    config.define(0x18, 4, 0, { writable: timer ? 0xf8ffffff | 0 : 0xffffff });
    config.onWrite(0x18, () => this.fn.machine.routesChanged());
    // Windows are closed after a reset: base above limit. Their reset contents are open (PCIe 7.5.1.3.6).
    if (io !== 0) {
      const nibble = io === 32 ? 1 : 0;
      config.define(0x1c, 1, 0xf0 | nibble, { writable: 0xf0 });
      config.define(0x1d, 1, nibble, { writable: 0xf0 });
      if (io === 32) config.define(0x30, 4, 0, { writable: -1 });
    }
    config.define(0x1e, 2, express ? 0 : 0x0280, { clearable: 0xf900 });
    config.define(0x20, 4, 0x0000fff0, { writable: 0xfff0fff0 | 0 });
    if (prefetchable !== 0) {
      const nibbles = prefetchable === 64 ? 0x00010001 : 0;
      config.define(0x24, 4, 0xfff0 | nibbles, { writable: 0xfff0fff0 | 0 });
      if (prefetchable === 64) config.define(0x28, 4, 0, { writable: -1 });
      if (prefetchable === 64) config.define(0x2c, 4, 0, { writable: -1 });
    }
    const all = this.fn.machine.faulty('bridge-control-mask-incomplete');
    const control = 0x43 | (isa ? 0x04 : 0) | (vga ? 0x18 : 0) | (all ? 0x0f80 : express ? 0 : 0x0b20);
    config.define(0x3e, 2, 0, { writable: control, clearable: express ? 0 : 0x0400 });
    for (const offset of [0x1c, 0x20, 0x24, 0x28, 0x2c, 0x30]) config.onWrite(offset, () => this.windowsChanged());
    config.onWrite(0x3c, (before, after) => this.controlWritten(before, after));
  }

  private controlWritten(before: number, after: number): void {
    if (((before ^ after) & SECONDARY_BUS_RESET) !== 0) {
      const begins = (after & SECONDARY_BUS_RESET) !== 0 && !this.faulty('bridge-secondary-reset-noop');
      if (begins) this.resetBelow('conventional');
      if (begins && this.faulty('bus-reset-clears-bridge')) {
        for (let at = 0x18; at < 0x34; at += 4)
          this.fn.config.change(at, -1, this.fn.config.initial[at >> 2] as number);
      }
      this.linkChanged();
    }
    this.windowsChanged();
  }

  /** The bus below is held in reset (PCIe 7.5.1.3.13). */
  private get holdsReset(): boolean {
    if (this.faulty('bridge-secondary-reset-noop')) return false;
    return (this.fn.config.dword(0x3c) & SECONDARY_BUS_RESET) !== 0;
  }

  /** Whether the devices below are within reach at all. */
  get linkUp(): boolean {
    if (this.holdsReset || this.express?.linkDisabled === true) return false;
    return this.fn.slot === undefined || this.fn.slot.powered;
  }

  /** A bridge that is not in D0 forwards no configuration requests (PCIe 5.3.1.4.1). */
  get forwards(): boolean {
    return this.fn.awake || this.faulty('bridge-asleep-forwards-configuration');
  }

  /** Whether a Type 1 request for a bus number goes below. */
  covers(bus: number): boolean {
    const { config } = this.fn;
    const last = config.byte(0x1a);
    return config.byte(0x19) <= bus && (this.faulty('subordinate-bus-excluded') ? bus < last : bus <= last);
  }

  get ariForwarding(): boolean {
    return this.express?.ariForwarding === true;
  }

  /** Whether a memory write from below stays below: inverse decoding, whatever the enables (PCI-to-PCI 1.2 4). */
  claims(hi: number, lo: number): boolean {
    return this.claimed.some((range) => contains(range, hi, lo));
  }

  /** What comes down has changed: works it out again, and maps everything below anew. */
  windowsChanged(): void {
    const { fn, secondary } = this;
    this.claimed = forwardedMemory(fn.config);
    const open = fn.decoding && this.linkUp;
    const above = this.faulty('window-above-not-asked') ? [EVERYWHERE] : fn.bus.memory;
    const on = (fn.command & COMMAND_MEMORY) !== 0 || this.faulty('bridge-windows-without-enable');
    const memory = open && on ? intersectAll(this.claimed, above) : [];
    const ports =
      open && (fn.command & COMMAND_IO) !== 0
        ? intersectAll(intersectAll(forwardedPorts(fn.config), [low(0, 0xffff)]), fn.bus.ports)
        : [];
    if (same(memory, secondary.memory) && same(ports, secondary.ports)) return;
    secondary.memory = memory;
    secondary.ports = ports;
    for (const below of secondary.present()) {
      below.remap();
      below.bridge?.windowsChanged();
    }
  }

  /** The bus below comes into reach or goes out of it. */
  linkChanged(): void {
    this.fn.machine.routesChanged();
    this.windowsChanged();
    for (const below of this.secondary.present()) {
      below.remap();
      below.bridge?.windowsChanged();
    }
  }

  powerChanged(): void {
    this.fn.machine.routesChanged();
    this.windowsChanged();
    this.reviewBelow();
  }

  /** Messages from below may have got a way up. */
  reviewBelow(): void {
    for (const below of this.secondary.present()) {
      below.interrupts.review();
      below.bridge?.reviewBelow();
    }
  }

  /** Virtual functions are reset by their physical one. */
  resetBelow(kind: ResetKind): void {
    for (const below of this.secondary.present()) if (below.virtual === undefined) below.reset(kind);
  }

  override reset(kind: ResetKind): void {
    if (kind === 'conventional' && this.faulty('bridge-reset-hides-children')) return;
    this.resetBelow(kind);
  }

  override refresh(): void {
    this.fn.machine.routesChanged();
    this.windowsChanged();
  }
}

function same(some: readonly Interval[], others: readonly Interval[]): boolean {
  return (
    some.length === others.length &&
    some.every((one, index) => {
      const other = others[index] as Interval;
      return (
        one.firstHi === other.firstHi &&
        one.firstLo === other.firstLo &&
        one.lastHi === other.lastHi &&
        one.lastLo === other.lastLo
      );
    })
  );
}
