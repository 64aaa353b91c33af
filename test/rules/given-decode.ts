/**
 * Preambles for rules of decoding. The functions:
 *
 *     00:08.0, 00:09.0  `small`: conventional functions with a BAR 0 of 256 bytes of memory each, no others
 *     00:06.0           `fixed`: a range of 4 KiB by Enhanced Allocation in place of BAR 1
 */

import { identity, noBars, program, reads, size } from './given.ts';

function smallFunction(bdf: string, device: number, address: number): string {
  return `
${identity(bdf, { id: (device * 0x10000 + 0x8086) >>> 0, command: 0x02000000, classRevision: 0x02000003, cacheLine: 0 })}
${size(bdf, 0x10, 0x00000000, 0xffffff00)}
${noBars(bdf, [0x14, 0x18, 0x1c, 0x20, 0x24])}
${size(bdf, 0x30, 0, 0, 0xfffff800)}
${reads(bdf, [
  [0x34, 0x00000000],
  [0x3c, 0x00000100],
])}
${program(bdf, 0x10, address)}
cw 2 ${bdf} 0x04 <- 0x0006
cr 2 ${bdf} 0x04 -> 0x0006
`;
}

const fixed = `
${identity('00:06.0', { id: 0x20001234, command: 0x00100000, classRevision: 0x02000000, cacheLine: 0 })}
${noBars('00:06.0', [0x10, 0x14, 0x18, 0x1c, 0x20, 0x24])}
${size('00:06.0', 0x30, 0, 0, 0xfffff800)}
cr 1 00:06.0 0x34 -> 0x40
${reads('00:06.0', [
  [0x40, 0x00010014], // Enhanced Allocation with one entry.
  [0x44, 0x80ff0012], // Enabled; memory, in place of BAR 1.
  [0x48, 0xdf000000],
  [0x4c, 0x00000ffc],
])}
cw 2 00:06.0 0x04 <- 0x0006
cr 2 00:06.0 0x04 -> 0x0006
`;

export const GIVEN_DECODE: Record<string, string> = {
  /** BAR 0 of 00:08.0 at 0xc0060000, that of 00:09.0 in another page, at 0xc0070100; both enabled. */
  small: smallFunction('00:08.0', 0x1111, 0xc0060000) + smallFunction('00:09.0', 0x2222, 0xc0070100),
  /** The range is at 0xdf000000, the entry enabled, and so is memory. */
  fixed,
};
