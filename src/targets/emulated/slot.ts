/** The slot of a port: presence, power, events and their interrupt (PCIe 6.7, 7.5.3.9 to .11). */
import type { ResetKind } from './config-space.ts';
import type { DeviceFunction } from './device-function.ts';
import type { Express } from './express.ts';
import { SLOT } from './interrupts.ts';
import type { SlotLayout } from './layout.ts';
import { Part } from './part.ts';

/** Event bits of Slot Status, which are at the same places as their enables in Slot Control, but for the link. */
const ATTENTION_BUTTON = 0x001;
const POWER_FAULT = 0x002;
const LATCH = 0x004;
const PRESENCE_CHANGED = 0x008;
const COMMAND_COMPLETED = 0x010;
const PRESENT = 0x040;
const LINK_CHANGED = 0x100;

const INTERRUPT_ENABLE = 0x020;
const POWER_OFF = 0x400;
const LINK_CHANGED_ENABLE = 0x1000;

export class Slot extends Part {
  private readonly express: Express;
  private readonly layout: SlotLayout;
  /** Of the dword of Slot Control and Slot Status. */
  private readonly registers: number;
  private condition = false;

  constructor(fn: DeviceFunction, express: Express, layout: SlotLayout) {
    super(fn);
    this.express = express;
    this.layout = layout;
    this.registers = express.offset + 0x18;
    const { config } = fn;
    const capabilities =
      0x61 | (layout.power ? 2 : 0) | (layout.indicators ? 0x18 : 0) | (layout.noCommandCompleted ? 1 << 18 : 0);
    config.define(express.offset + 0x14, 4, capabilities | (layout.number << 19));
    const completed = layout.noCommandCompleted ? 0 : COMMAND_COMPLETED;
    const control =
      ATTENTION_BUTTON |
      PRESENCE_CHANGED |
      INTERRUPT_ENABLE |
      LINK_CHANGED_ENABLE |
      completed |
      (layout.indicators ? 0x3c0 : 0) |
      (layout.power ? POWER_OFF : 0);
    // Indicators begin as off.
    config.define(this.registers, 2, layout.indicators ? 0x3c0 : 0, { writable: control });
    config.define(this.registers + 2, 2, 0, {
      clearable: ATTENTION_BUTTON | POWER_FAULT | LATCH | PRESENCE_CHANGED | LINK_CHANGED | completed,
    });
    config.onWrite(this.registers, (before, after, value, lanes) => this.written(before, after, value, lanes));
  }

  /** Whether a device is in the slot. */
  get occupied(): boolean {
    return this.fn.bridge?.secondary.functions[0]?.there === true;
  }

  get powered(): boolean {
    return this.faulty('slot-power-off-ignored') || (this.fn.config.dword(this.registers) & POWER_OFF) === 0;
  }

  private written(before: number, after: number, value: number, lanes: number): void {
    if (this.faulty('rw1c-slot-status-lost-event') && value >>> 16 !== 0) {
      this.fn.config.change(this.registers, 0x11f << 16, 0);
    }
    const command = (lanes & 0xffff) !== 0;
    if (command && ((before ^ after) & POWER_OFF) !== 0) this.powerChanged();
    // Every write to Slot Control is a command, also one that changes nothing (PCIe 6.7.3.2).
    const tells = !this.faulty('slot-completes-changes-only') || ((before ^ after) & 0xffff) !== 0;
    if (command && !this.layout.noCommandCompleted && tells) this.setEvent(COMMAND_COMPLETED);
    this.review(this.faulty('hotplug-interrupt-when-disabled'));
  }

  /** Without power the device forgets everything; with power it begins anew (PCIe 6.7.1.8). */
  private powerChanged(): void {
    const { bridge } = this.fn;
    if (!this.faulty('slot-power-keeps-device')) bridge?.resetBelow('power');
    bridge?.linkChanged();
    this.express.updateLink();
  }

  /** A device came into the slot or was taken out. */
  presenceChanged(): void {
    this.showPresence();
    if (!this.faulty('slot-presence-change-missing')) this.setEvent(PRESENCE_CHANGED);
    this.fn.bridge?.linkChanged();
    this.express.updateLink();
    this.review();
  }

  linkActiveChanged(): void {
    this.setEvent(LINK_CHANGED);
    this.review();
  }

  private setEvent(event: number): void {
    this.fn.config.change(this.registers, event << 16, event << 16);
  }

  private showPresence(): void {
    if (!this.occupied && this.faulty('slot-presence-stuck')) return;
    this.fn.config.change(this.registers, PRESENT << 16, this.occupied ? PRESENT << 16 : 0);
  }

  /** One message each time the condition comes true; INTx for as long as it holds (PCIe 6.7.3.4). */
  private review(falling = false): void {
    const register = this.fn.config.dword(this.registers);
    const status = register >>> 16;
    const enabled = register & (ATTENTION_BUTTON | POWER_FAULT | LATCH | PRESENCE_CHANGED | COMMAND_COMPLETED);
    const link = (status & LINK_CHANGED) !== 0 && (register & LINK_CHANGED_ENABLE) !== 0;
    const condition = (register & INTERRUPT_ENABLE) !== 0 && ((status & enabled) !== 0 || link);
    if (condition === this.condition || (condition && falling)) return;
    this.condition = condition;
    const { interrupts } = this.fn;
    interrupts.setSource(SLOT, condition);
    if (condition) interrupts.event(0);
    else interrupts.withdraw(0);
  }

  override reset(_kind: ResetKind): void {
    this.condition = false;
  }

  /** Registers show what is in the slot, without an event: nothing has happened to it. */
  override refresh(): void {
    this.showPresence();
    this.express.showLink();
  }

  override save(): unknown {
    return this.condition;
  }

  override restore(state: unknown): void {
    this.condition = state as boolean;
  }
}
