/** Small questions about what the model holds, for those who decide what to do next; nothing is copied. */

import { abstractState, NO_STATE } from './abstract-state.ts';
import type { AbstractState } from './abstract-state.ts';
import type { Cells } from './cells.ts';
import { mustShowInterrupt } from './configuration/special-reads.ts';
import { PRESENT } from './function.ts';
import type { PciFunction } from './function.ts';
import type { MachineState } from './state.ts';

/** In the dword of Command and Status. */
const INTERRUPT_STATUS = 1 << 19;

export class ModelQueries {
  private readonly machine: MachineState;

  constructor(state: MachineState) {
    this.machine = state;
  }

  /** Number by which the function at the end of a path is, or was last, reached; -1: the model does not know it. */
  bdf(path: readonly number[]): number {
    const f = this.find(path);
    return f === undefined ? -1 : (f.bus.number << 8) | f.deviceFunction;
  }

  /** The function that an event means by its number, where that is certain. */
  named(bdf: number): PciFunction | undefined {
    return this.machine.routing.surely(bdf >>> 8)?.functions[bdf & 0xff];
  }

  /**
   * Best guess at a register that lies in one dword: what was last read or written. Undefined where a bit of it was
   * neither, or the model does not know the function.
   */
  register(path: readonly number[], offset: number, width: number): number | undefined {
    const config = this.find(path)?.config;
    const d = offset >>> 2;
    if (config === undefined || d >= config.length) return undefined;
    const shift = (offset & 3) << 3;
    const mask = (width === 4 ? -1 : (1 << (8 * width)) - 1) << shift;
    const pending = config.pending[d]! & config.writtenMask[d]!;
    if ((mask & ~(config.seen[d]! | config.zero[d]! | pending)) !== 0) return undefined;
    const value = (config.value[d]! & ~pending & ~config.zero[d]!) | (config.written[d]! & pending);
    return ((value & mask) >>> shift) >>> 0;
  }

  /** The state of a function in a few bits, for coverage. */
  state(path: readonly number[]): AbstractState {
    const f = this.find(path);
    return f === undefined ? NO_STATE : abstractState(f);
  }

  /** How often each rule has had something to judge so far. */
  get exercised(): ReadonlyMap<string, number> {
    return this.machine.reporter.exercised;
  }

  /** Numbers of the functions that the model takes to be there, in the order of the hierarchy. */
  present(): number[] {
    return this.machine.routing
      .functions()
      .filter((f) => f.presence === PRESENT)
      .map((f) => (f.bus.number << 8) | f.deviceFunction);
  }

  /**
   * Offsets of the dwords that would be worth a read, were configuration space of a function these bytes: what they
   * contradict, what is open, and what holds something that nobody has seen. Undefined: the model knows no such function
   * at this number.
   */
  telling(bdf: number, image: Uint8Array, offsets: number[]): void {
    const f = this.machine.routing.bus(bdf >>> 8)?.functions[bdf & 0xff];
    if (f === undefined || f.presence !== PRESENT) {
      offsets.push(0);
      return;
    }
    const { config } = f;
    const end = Math.min(config.length, image.length >>> 2);
    // Little can be said of it before it is known to be the one that it was.
    if (f.doubt !== 'none') identifying(config, end, offsets);
    for (let d = 0; d < end; d++) {
      const at = 4 * d;
      const value = image[at]! | (image[at + 1]! << 8) | (image[at + 2]! << 16) | (image[at + 3]! << 24);
      const open = config.pending[d]! | config.otherMask[d]! | (config.unread[d]! & ~config.changing[d]!);
      const hidden = d === 1 && (value & INTERRUPT_STATUS) === 0 && mustShowInterrupt(this.machine, f);
      const unseen = value & ~config.seen[d]!;
      if ((open | unseen) !== 0 || hidden || config.contradiction(d, -1, value) !== 0) offsets.push(at);
    }
  }

  /** Offsets of the dwords that do something and were right before the machine went back to its snapshot, and that nothing has touched since. */
  restored(bdf: number, offsets: number[]): void {
    const f = this.machine.routing.bus(bdf >>> 8)?.functions[bdf & 0xff];
    if (f?.presence !== PRESENT) return;
    const { config, roles, restoredAt } = f;
    for (let d = 0; d < config.length; d++) {
      if (config.confirmedAt[d]! >= restoredAt || config.changedAt[d]! >= restoredAt) continue;
      if ((d === 0 || roles[d] !== 0) && (config.kept?.[d] ?? 0) !== 0) offsets.push(4 * d);
    }
  }

  /** Offsets of the first dwords of the MSI-X table of a function of which bits are known; none: no table of it is known. */
  knownEntries(path: readonly number[], most: number): number[] {
    const table = this.find(path)?.msix?.table;
    const offsets: number[] = [];
    for (let d = 0; d < (table?.length ?? 0) && offsets.length < most; d++)
      if (table!.known(d) !== 0 && table!.seen[d] !== 0) offsets.push(4 * d);
    return offsets;
  }

  /** Follows root bus number and the bridges' device and function numbers. */
  private find(path: readonly number[]): PciFunction | undefined {
    const { roots } = this.machine.routing;
    let bus = roots[0]?.number === path[0] ? roots[0] : roots.find(({ number }) => number === path[0]);
    let f: PciFunction | undefined;
    for (let depth = 1; depth < path.length; depth++) {
      f = bus?.functions[path[depth]!];
      bus = f?.secondary;
    }
    return f;
  }
}

/** Constants that tell one function from another, at most. */
const CONSTANTS_AT_MOST = 16;

function identifying(config: Cells, end: number, offsets: number[]): void {
  for (let d = 0; d < end && offsets.length < CONSTANTS_AT_MOST; d++)
    if ((config.known(d) & config.readOnly[d]!) !== 0) offsets.push(4 * d);
}
