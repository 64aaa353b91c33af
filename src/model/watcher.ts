/** Whoever follows what the model makes of a machine over time: who decodes what, and what interrupt vectors may do. */

import type { Range } from '../access/machine.ts';
import type { Extent } from './decode/place.ts';
import type { Decode } from './decode/region.ts';
import type { PciFunction } from './function.ts';

/** A window of a bridge, with whether an access gets through it from the host. */
export interface ForwardedWindow extends Extent {
  kind: 'I/O' | 'memory' | 'prefetchable';
  state: Decode;
}

export interface Watcher {
  /**
   * Decoding of these functions was decided anew: their regions and windows may be others since the step that goes with
   * each. `windows`: those of a bridge that are not certainly shut, good until the call returns.
   */
  decoding(
    functions: ReadonlyMap<PciFunction, number>,
    windows: (bridge: PciFunction) => readonly ForwardedWindow[],
  ): void;
  /** The function is not there any more, or the machine went back to before it was: it decodes and sends nothing. */
  gone(f: PciFunction): void;
  /** The bus of the function has another number now. */
  renumbered(f: PciFunction): void;
  /** The machine went back to a snapshot, and the function to what it was there. */
  restored(f: PciFunction): void;
  /** ECAM is here now. */
  ecam(ranges: readonly Range[]): void;
  /** Something on which decoding depends has changed, and perhaps more, as in a reset. */
  touched(f: PciFunction): void;
  /** Enables, masks, contents or pending bits of interrupts may have changed. `index`: MSI-X vector; -1: of any. */
  interrupts(f: PciFunction, index: number): void;
}
