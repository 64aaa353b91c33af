/**
 * Preambles of the cases about configuration mechanisms, routing, resizable BARs and virtual functions. The functions:
 *
 *     0001:00:03.0  `segment-one`: conventional function in segment 1, whose ECAM window is at 0x1000000000
 *     00:00.0       `device-zero`: a host bridge, as far as a case about routing needs it
 *     03:01.0       `beside-nested`: the inner bridge of `nested`, whose BARs were read once more
 *     00:06.0       `resizable`: `express` whose BAR 0 has a resizable size, at 0xc5000000, not enabled
 *     01:00.0       `physical`: PCI Express endpoint (capability 0x40) with ARI at 0x100 and SR-IOV at 0x160
 *     01:10.0, 01:10.2  `virtual`: its first two virtual functions, enabled
 *     00:06.0, 00:06.1  `express-pair`: PCI Express device with two functions that have FLR
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

const expressPair = ['00:06.0', '00:06.1']
  .map(
    (bdf) => `
${identity(bdf, { id: 0x20001234, command: 0x00100000, classRevision: 0x02000000, cacheLine: 0x00800000 })}
${reads(bdf, [
  [0x34, 0x00000040],
  [0x3c, 0x00000100],
  [0x40, 0x00020010], // PCI Express, version 2, endpoint.
  [0x44, 0x10008000], // Role-based error reporting, FLR.
  [0x48, 0x00002810],
])}
`,
  )
  .join('');

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

/** Up to 8 virtual functions, every second function number from 01:10.0 on; 16 pages of memory for each. */
const physical = `
${identity('01:00.0', { id: 0x20001234, command: 0x00100000, classRevision: 0x02000000, cacheLine: 0 })}
${reads('01:00.0', [
  [0x34, 0x00000040],
  [0x3c, 0x00000100],
  [0x40, 0x00020010], // PCI Express, version 2, endpoint.
  [0x44, 0x10008000], // Role-based error reporting, FLR.
  [0x48, 0x00002810],
])}
${extendedReads('01:00.0', [
  [0x100, 0x1600000e], // ARI.
  [0x104, 0x00000000],
  [0x160, 0x00010010], // SR-IOV.
  [0x164, 0x00000000],
  [0x168, 0x00000000],
  [0x16c, 0x00080008],
  [0x170, 0x00000000],
  [0x174, 0x00020080],
  [0x178, 0x20010000],
  [0x17c, 0x00000553],
  [0x180, 0x00000001],
  [0x184, 0x00000000],
])}
cw 2 00:1c.0 0xa8 <- 0x0020
cr 2 00:1c.0 0xa8 -> 0x0020
`;

/** The first two of them are there: 01:10.0 and 01:10.2. */
const virtual = `
ew 2 01:00.0 0x170 <- 0x0002
er 2 01:00.0 0x170 -> 0x0002
er 4 01:00.0 0x174 -> 0x00020080
ew 2 01:00.0 0x168 <- 0x0009
er 2 01:00.0 0x168 -> 0x0009
${['01:10.0', '01:10.2']
  .map(
    (bdf) => `
er 4 ${bdf} 0x00 -> 0xffffffff
er 4 ${bdf} 0x08 -> 0x02000000
er 4 ${bdf} 0x0c -> 0x00000000
er 4 ${bdf} 0x04 -> 0x00100000
er 1 ${bdf} 0x34 -> 0x40
er 4 ${bdf} 0x40 -> 0x00020010
er 4 ${bdf} 0x44 -> 0x10008000
er 4 ${bdf} 0x48 -> 0x00000000
`,
  )
  .join('')}
`;

export const GIVEN_CONFIG: Record<string, string> = {
  /** Needs a machine with `ecam=0x1000000000,0,255,1`. */
  'segment-one': segmentOne,
  resizable,
  'express-pair': expressPair,
  physical,
  virtual,
  'device-zero': deviceZero,
  'beside-nested': besideNested,
  'ari-function': ariFunction,
};
