/** The power management capability: D0, D3hot, and D1 and D2 where the function has them (PCIe 7.5.2). */
import type { CapabilityList } from './capability-list.ts';
import type { DeviceFunction } from './device-function.ts';
import type { PowerLayout } from './layout.ts';
import { Part } from './part.ts';

const POWER_STATE = 3;
const D3HOT = 3;
const NO_SOFT_RESET = 8;

export class Power extends Part {
  private readonly offset: number;
  private readonly supported: readonly boolean[];
  private readonly noSoftReset: boolean;

  constructor(fn: DeviceFunction, list: CapabilityList, layout: PowerLayout, at?: number) {
    super(fn);
    this.noSoftReset = layout.noSoftReset;
    this.supported = [true, layout.d1, layout.d2, true];
    this.offset = list.place(0x01, 8, at);
    const { config } = fn;
    // PME from D0 and D3hot; without power there is none, so PME_Status is never seen set.
    const pmc = 3 | (layout.d1 ? 1 << 9 : 0) | (layout.d2 ? 1 << 10 : 0) | (layout.pme ? 0x4800 : 0);
    config.define(this.offset + 2, 2, pmc);
    config.define(this.offset + 4, 2, layout.noSoftReset ? NO_SOFT_RESET : 0, {
      writable: POWER_STATE | (layout.pme ? 0x100 : 0) | (this.faulty('pm-no-soft-reset-writable') ? NO_SOFT_RESET : 0),
      clearable: 0x8000,
    });
    config.onWrite(this.offset + 4, (before, after) => this.written(before & POWER_STATE, after & POWER_STATE));
    fn.power = this;
  }

  /** 0 to 3. */
  get state(): number {
    return this.fn.config.dword(this.offset + 4) & POWER_STATE;
  }

  private written(before: number, after: number): void {
    const { fn } = this;
    // A state that the function does not have is dropped (PCIe 7.5.2.2).
    if (this.supported[after] !== true && !this.faulty('power-unsupported-state-taken')) {
      fn.config.change(this.offset + 4, POWER_STATE, before);
      return;
    }
    if (before === after) return;
    if (before === D3HOT && after === 0 && (!this.noSoftReset || this.faulty('no-soft-reset-ignored'))) {
      fn.reset('soft');
      return;
    }
    if (after === D3HOT && this.faulty('d3hot-clears-command')) fn.config.change(0x04, 0xffff, 0);
    fn.remap();
    fn.interrupts.modeChanged();
    fn.bridge?.powerChanged();
  }
}
