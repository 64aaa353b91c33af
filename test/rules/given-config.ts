/**
 * Preambles of the cases about configuration mechanisms, routing, resizable BARs and virtual functions. The functions:
 *
 *     0001:00:03.0  `segment-one`: conventional function in segment 1, whose ECAM window is at 0x1000000000
 */

const hex = (value: number) => `0x${value.toString(16)}`;

/** Where the ECAM window of segment 1 begins in the cases that have one. */
export const SEGMENT_ONE = 0x1000000000;

/** Reads of 0001:00:03.0: pairs of register and value. */
function segmentReads(pairs: readonly (readonly [number, number])[]): string {
  return pairs
    .map(([register, value]) => `mr 4 ${hex(SEGMENT_ONE + 0x18000 + register)} -> ${hex(value)}`)
    .join('\n');
}

const segmentOne = segmentReads([
  [0x00, 0x20001234],
  [0x04, 0x00000000],
  [0x08, 0x02000000],
  [0x0c, 0x00000000],
  [0x2c, 0x00018086],
  [0x34, 0x00000000],
  [0x3c, 0x00000100],
]);

export const GIVEN_CONFIG: Record<string, string> = {
  /** Needs a machine with `ecam=0x1000000000,0,255,1`. */
  'segment-one': segmentOne,
};
