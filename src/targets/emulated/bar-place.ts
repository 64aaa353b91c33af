/**
 * Where the decoder of a BAR is: at the address in the register, at any time. The faults of this file keep a second copy
 * of the address, which does not follow the register as it should.
 */
import { contains, notAbove, spanning } from './address.ts';
import type { BarRegister } from './bar-register.ts';
import { COMMAND_MEMORY } from './device-function.ts';
import type { DeviceFunction } from './device-function.ts';
import { unsigned } from './ram.ts';

interface Place {
  hi: number;
  lo: number;
}

export class BarPlace {
  private readonly fn: DeviceFunction;
  private readonly register: BarRegister;
  /** Set by faults only. */
  private held: Place | undefined;
  private pending: Place | undefined;
  private failed = false;

  constructor(fn: DeviceFunction, register: BarRegister) {
    this.fn = fn;
    this.register = register;
  }

  get hi(): number {
    return this.held === undefined ? this.register.baseHi : this.held.hi;
  }

  get lo(): number {
    return this.held === undefined ? this.register.baseLo : this.held.lo;
  }

  private faulty(id: string): boolean {
    return this.fn.machine.faulty(id);
  }

  private get programmed(): Place {
    return { hi: this.register.baseHi, lo: this.register.baseLo };
  }

  /** A dword of the register was written. `former`: where the decoder was before; `whole`: the value, if all of it. */
  written(former: Place, high: boolean, whole: number | undefined, size: number, enabled: boolean): void {
    const now = this.programmed;
    // A value that is taken for a size probe does not move the decoder, though it may be half of an address.
    if (this.faulty('bar-64-genuine-all-ones-half') && this.register.kind === 'mem64') {
      const dismissed = whole === -1;
      this.held = {
        hi: high ? (dismissed ? former.hi : now.hi) : former.hi,
        lo: high ? former.lo : dismissed ? former.lo : now.lo,
      };
    }
    // Only ones in all bits are a probe; everything else is a relocation that waits for the next memory enable.
    if (this.faulty('bar-partial-or-masked-size-probe') && !high && !enabled) {
      const base = this.held ?? (this.pending === undefined ? former : undefined);
      if (whole !== -1 && base?.lo !== now.lo) this.pending ??= now;
      this.held ??= former;
    }
    if (this.faulty('bar-move-applied-while-decode-off')) {
      this.held = this.taken(now, size) ? former : now;
    }
    if (this.faulty('bar-move-pending-never-applied') && !enabled) this.held = former;
    if (this.faulty('bar-move-failed-leaves-register') && enabled) this.tryMove(former, now);
    if (this.faulty('bar-move-not-implemented') && enabled) this.held ??= former;
  }

  /** Command is about to take effect. */
  commandWritten(after: number, lanes: number): void {
    const on = (after & COMMAND_MEMORY) !== 0;
    if (this.faulty('bar-move-pending-never-applied') && lanes === 0xffff) this.held = undefined;
    if (this.faulty('bar-move-failed-leaves-register') && on) this.tryMove(this.programmed, this.programmed);
    if (this.faulty('bar-move-not-implemented') && on && this.register.baseLo !== 0) this.held ??= this.programmed;
    if (this.faulty('bar-partial-or-masked-size-probe') && on) {
      this.held = this.pending;
      this.pending = undefined;
    }
  }

  /** The register holds the new address, and the decoder stays; the next move then does not find its old region. */
  private tryMove(former: Place, now: Place): void {
    const { ram } = this.fn.machine.layout.machine;
    const refused = ram.some((range) => contains(unsigned(range), now.hi, now.lo));
    if (!this.failed && !refused) this.held = undefined;
    else if (now.lo !== 0 || now.hi !== 0) {
      this.held ??= former;
      this.failed = true;
    }
  }

  /** Whether a decoder of another function is at a place, switched on or not. */
  private taken(at: Place, size: number): boolean {
    const end = spanning(at.hi, at.lo, size);
    return this.fn.machine.functions.some(
      (other) =>
        other !== this.fn &&
        other.decoders.some(
          ({ baseHi, baseLo, lastHi, lastLo, isMapped }) =>
            isMapped && notAbove(baseHi, baseLo, end.lastHi, end.lastLo) && notAbove(at.hi, at.lo, lastHi, lastLo),
        ),
    );
  }

  forget(): void {
    this.held = undefined;
    this.pending = undefined;
    this.failed = false;
  }
}
