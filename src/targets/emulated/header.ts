/** The configuration header: identity, Command, Status, and the registers of type 0 that are no BAR (PCIe 7.5.1). */
import type { ResetKind } from './config-space.ts';
import { COMMAND_INTX_DISABLE, COMMAND_IO, COMMAND_MASTER, COMMAND_MEMORY } from './device-function.ts';
import type { DeviceFunction } from './device-function.ts';
import { isBridge, isExpress } from './layout.ts';
import { Part } from './part.ts';

/** Status bits that a written 1 clears: 15:11 and 8. Nothing here ever sets one. */
const STATUS_ERRORS = 0xf900;

/** Status bit 3, as it stands in the dword of Command. */
const INTERRUPT_STATUS = 1 << 19;

export class Header extends Part {
  constructor(fn: DeviceFunction, multifunction: boolean) {
    super(fn);
    const { config, layout } = fn;
    const express = isExpress(layout.kind);
    const virtual = fn.virtual !== undefined;
    config.define(0x00, 2, virtual ? 0xffff : layout.vendor);
    config.define(0x02, 2, virtual ? 0xffff : layout.id);
    config.define(0x04, 2, layout.kind === 'host-bridge' ? COMMAND_MEMORY | COMMAND_MASTER : 0, {
      writable: commandMask(fn),
    });
    if (this.faulty('command-guest-controls-host-bits') && !virtual)
      config.define(0x04, 2, 0x100, { writable: 0xffff });
    if (this.faulty('status-per-spec-bits-passthrough')) config.define(0x06, 2, 0x06);
    // Medium decoding time and fast back-to-back are for conventional functions only (PCIe 7.5.1.1.4).
    config.define(0x06, 2, express || layout.kind === 'host-bridge' ? 0 : 0x0280, {
      clearable: virtual || this.faulty('status-errors-settable') ? 0 : STATUS_ERRORS,
      writable: this.faulty('status-errors-settable') ? STATUS_ERRORS : 0,
    });
    config.define(0x08, 4, layout.revision | (layout.class << 8));
    config.define(0x0c, 1, 0, { writable: virtual ? 0 : 0xff });
    config.define(0x0d, 1, 0, { writable: express ? 0 : 0xf8 });
    const bridgeLayout = layout.kind === 'host-bridge' && this.faulty('header-type-bridge-for-host-bridge');
    const several = multifunction && !this.faulty('multifunction-bit-leaks');
    config.define(0x0e, 1, (isBridge(layout.kind) || bridgeLayout ? 1 : 0) | (several ? 0x80 : 0));
    if (!isBridge(layout.kind)) {
      config.define(0x2c, 2, layout.subsystemVendor);
      config.define(0x2e, 2, layout.subsystem);
    }
    config.define(0x3c, 1, 0, { writable: virtual ? 0 : 0xff });
    config.define(0x3d, 1, layout.pin);
    config.onWrite(0x04, (before, after, _value, lanes) => this.changed(before, after, lanes));
    if (this.faulty('rom-empty-reads-all-ones') && !isBridge(layout.kind) && !virtual) this.showOnesForNothing();
    if (this.faulty('interrupt-line-of-function-0') && !isBridge(layout.kind)) this.shareLine();
  }

  /** A register that nobody handles reads ones. */
  private showOnesForNothing(): void {
    const { config } = this.fn;
    for (const offset of [0x10, 0x14, 0x18, 0x1c, 0x20, 0x24, 0x30]) {
      config.onRead(offset, (_lane, width) => {
        if (config.writable[offset >> 2] !== 0) return undefined;
        return width === 4 ? -1 : width === 2 ? 0xffff : 0xff;
      });
    }
  }

  private shareLine(): void {
    const { bus, config, devfn } = this.fn;
    config.onWrite(0x3c, (_before, after) => bus.functions[devfn & ~7]?.config.change(0x3c, 0xff, after));
  }

  private changed(before: number, written: number, lanes: number): void {
    const { fn } = this;
    let after = written;
    if (this.faulty('command-other-bits-dropped') && ((before ^ after) & COMMAND_MEMORY) !== 0) {
      after = (before & ~COMMAND_MEMORY) | (after & COMMAND_MEMORY);
      fn.config.change(0x04, 0xffff, after);
    }
    if ((after & COMMAND_MEMORY) !== 0) fn.activations++;
    else fn.activations = Math.max(0, fn.activations - 1);
    for (const part of fn.parts) part.commandWritten(after, lanes);
    const changed = before ^ after;
    if ((changed & (COMMAND_IO | COMMAND_MEMORY)) !== 0) {
      fn.remap();
      fn.bridge?.windowsChanged();
    }
    if ((changed & COMMAND_INTX_DISABLE) !== 0) {
      this.showInterrupt();
      fn.interrupts.updateLine();
    }
    if ((changed & COMMAND_MASTER) !== 0) {
      fn.interrupts.review();
      fn.bridge?.reviewBelow();
    }
  }

  override reset(_kind: ResetKind): void {
    this.fn.activations = 0;
  }

  override refresh(): void {
    this.showInterrupt();
  }

  /** Interrupt Status mirrors the condition, whatever Interrupt Disable says (PCIe 7.5.1.1.4). */
  showInterrupt(): void {
    const hidden = this.faulty('intx-status-follows-disable') && (this.fn.command & COMMAND_INTX_DISABLE) !== 0;
    const pending = this.fn.interrupts.condition && this.fn.layout.pin !== 0 && !hidden;
    this.fn.config.change(0x04, INTERRUPT_STATUS, pending ? INTERRUPT_STATUS : 0);
  }
}

/** Which Command bits software can set, by kind of function (PCIe 7.5.1.1.3). */
function commandMask(fn: DeviceFunction): number {
  const { layout } = fn;
  if (fn.virtual !== undefined) return COMMAND_MASTER;
  const interrupts = layout.pin === 0 ? 0 : COMMAND_INTX_DISABLE;
  if (layout.kind === 'host-bridge') return 0x0140 | interrupts;
  const ports = layout.bars.some((bar) => bar.kind === 'io' || bar.kind === 'io16') || isBridge(layout.kind);
  const conventional = isExpress(layout.kind) ? 0 : 0x0010;
  return 0x0146 | (ports || isExpress(layout.kind) ? COMMAND_IO : 0) | interrupts | conventional;
}
