/** Small questions about what the model holds, for those who decide what to do next; nothing is copied. */

import type { PciFunction } from './function.ts';
import type { MachineState } from './state.ts';

export class ModelQueries {
  private readonly state: MachineState;

  constructor(state: MachineState) {
    this.state = state;
  }

  /** Number by which the function at the end of a path is, or was last, reached; -1: the model does not know it. */
  bdf(path: readonly number[]): number {
    const f = this.find(path);
    return f === undefined ? -1 : (f.bus.number << 8) | f.deviceFunction;
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

  /** Follows root bus number and the bridges' device and function numbers. */
  private find(path: readonly number[]): PciFunction | undefined {
    const { roots } = this.state.routing;
    let bus = roots[0]?.number === path[0] ? roots[0] : roots.find(({ number }) => number === path[0]);
    let f: PciFunction | undefined;
    for (let depth = 1; depth < path.length; depth++) {
      f = bus?.functions[path[depth]!];
      bus = f?.secondary;
    }
    return f;
  }
}
