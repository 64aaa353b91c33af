/**
 * Preambles of the cases about configuration mechanisms, routing, resizable BARs and virtual functions. The functions:
 *
 *     0001:00:03.0  `segment-one`: conventional function in segment 1, whose ECAM window is at 0x1000000000
 *     00:00.0       `device-zero`: a host bridge, as far as a case about routing needs it
 *     03:01.0       `beside-nested`: the inner bridge of `nested`, whose BARs were read once more
 *     00:06.0       `resizable`: `express` whose BAR 0 has a resizable size, at 0xc5000000, not enabled
 *     01:01.0       `ari-function`: function 8 of the device 01:00.0 by ARI
 */

import { extendedReads, identity, program, reads, size } from './given.ts';

const hex = (value: number) => `0x${value.toString(16)}`;

/** Where the ECAM window of segment 1 begins in the cases that have one. */
export const SEGMENT_ONE = 0x1000000000;

/** Reads of 0001:00:03.0: pairs of register and value. */
function segmentReads(pairs: readonly (readonly [number, number])[]): string {
  return pairs.map(([register, value]) => `mr 4 ${hex(SEGMENT_ONE + 0x18000 + register)} -> ${hex(value)}`).join('\n');
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

const deviceZero = `
${identity('00:00.0', { id: 0x29c08086, command: 0x00000000, classRevision: 0x06000000, cacheLine: 0 })}
${reads('00:00.0', [[0x3c, 0x00000000]])}
`;

/** What 03:01.0, a bridge, holds in its BARs is known: none. So 04:01.0 alone has an address in this register. */
const besideNested = reads('03:01.0', [[0x10, 0x00000000]]);

/** 01:00.0 is an ARI device with a function 8, which is seen with ARI forwarding on. */
const ariFunction = `
cw 2 00:1c.0 0xa8 <- 0x0020
cr 2 00:1c.0 0xa8 -> 0x0020
${identity('01:01.0', { id: 0x10421af4, command: 0x00100000, classRevision: 0x02000001, cacheLine: 0 })}
${reads('01:01.0', [
  [0x34, 0x00000040],
  [0x3c, 0x00000100],
  [0x40, 0x00020010], // PCI Express, version 2, endpoint.
])}
`;

/** BAR 0 with 1 MiB to 128 MiB, at first 16 MiB. */
const resizable = `
given express
${size('00:06.0', 0x10, 0x00000000, 0xff000000)}
${extendedReads('00:06.0', [
  [0x100, 0x00010015],
  [0x104, 0x00000ff0],
  [0x108, 0x00000420],
])}
${program('00:06.0', 0x10, 0xc5000000)}
`;

export const GIVEN_CONFIG: Record<string, string> = {
  /** Needs a machine with `ecam=0x1000000000,0,255,1`. */
  'segment-one': segmentOne,
  resizable,
  'device-zero': deviceZero,
  'beside-nested': besideNested,
  'ari-function': ariFunction,
};
