/** What the expansion of steps asks about the present state of a target. Lockstep answers from the model. */

import type { TopologyFunction } from '../topology/topology.ts';

export interface StateView {
  /** Number by which a function is reached now, or was last; by bus numbers as they are programmed. */
  bdf(f: TopologyFunction): number;
  /**
   * Best guess at a register (1, 2 or 4 bytes, not across a dword), unsigned; undefined where nothing is known. It
   * decides only where the next access goes, never what is right.
   */
  register(f: TopologyFunction, offset: number, width: number): number | undefined;
}

/** A view without state: everything is where enumeration left it. */
export const AS_ENUMERATED: StateView = {
  bdf: (f) => f.bdf,
  register: () => undefined,
};
