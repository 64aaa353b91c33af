/** Whoever follows what the model makes of a machine over time: who decodes what, and what interrupt vectors may do. */

import type { Range } from '../access/machine.ts';
import type { PciFunction } from './function.ts';

export interface Watcher {
  /**
   * Decoding of these functions was decided anew: their regions and windows may be others since the step `since`. Also
   * told of a function that is no longer there, which has no regions then.
   */
  decoding(functions: Iterable<PciFunction>, since: number): void;
  /** ECAM is here now. */
  ecam(ranges: readonly Range[]): void;
  /** Enables, masks, contents or pending bits of interrupts may have changed. `index`: MSI-X vector; -1: of any. */
  interrupts(f: PciFunction, index: number): void;
}
