/** What can be taken out of the model or an importer, and where that shows. */

/**
 * Ways to judge the traces:
 * - `whole`: as `barometer check` does, with the profile beside each;
 * - `middle`: from 20, 60 and 90 per cent of the entries on, with nothing known;
 * - `hidden`: without resets, ejects, plugs and messages, and not told of the power-on;
 * - `raw`: from the raw logs of QEMU, where the importer comes first; `full-smp` is among them.
 *
 * Beside them stand the conforming forms of all rule cases.
 */
export const PARTS = ['whole', 'middle', 'hidden', 'raw'] as const;
export type Part = (typeof PARTS)[number];

/** A patch of the compiled program that takes one treatment out. */
export interface Treatment {
  name: string;
  /** What the treatment is good for. */
  why: string;
  /** Path from `src`, without the ending. */
  file: string;
  /** Must occur exactly once; any white space stands for any other. */
  find: string;
  replace: string;
  /** Where it may show, beside whole traces and rule cases. A treatment of the importer shows in raw logs alone. */
  parts?: readonly Part[];
}
