/**
 * Preambles of the cases about address assignment:
 *
 *     02:02.0  `prefetchable`: conventional function behind 00:1e.0; BAR 0 32-bit prefetchable memory 64 KiB, no other
 *     01:00.0  `wide`: PCI Express endpoint behind 00:1c.0; BAR 0 64-bit memory 64 KiB that is not prefetchable
 */

import { identity, noBars, program, reads, size } from './given.ts';

const prefetchable = `
${identity('02:02.0', { id: 0x20011234, command: 0x00000000, classRevision: 0x04000000, cacheLine: 0 })}
${size('02:02.0', 0x10, 0x00000008, 0xffff0008)}
${noBars('02:02.0', [0x14, 0x18, 0x1c, 0x20, 0x24])}
${program('02:02.0', 0x10, 0xc3000000, 0xc3000008)}
cw 2 02:02.0 0x04 <- 0x0006
cr 2 02:02.0 0x04 -> 0x0006
`;

const wide = `
${identity('01:00.0', { id: 0x20021234, command: 0x00100000, classRevision: 0x02000000, cacheLine: 0 })}
${size('01:00.0', 0x10, 0x00000004, 0xffff0004)}
${size('01:00.0', 0x14, 0x00000000, 0xffffffff)}
${noBars('01:00.0', [0x18, 0x1c, 0x20, 0x24])}
cr 1 01:00.0 0x34 -> 0x40
${reads('01:00.0', [[0x40, 0x00020010]])}
${program('01:00.0', 0x10, 0xc1000000, 0xc1000004)}
${program('01:00.0', 0x14, 0x00000000)}
cw 2 01:00.0 0x04 <- 0x0006
cr 2 01:00.0 0x04 -> 0x0006
`;

export const GIVEN_ASSIGNMENT: Record<string, string> = {
  /** `pci-bridge` comes first. BAR 0 at 0xc3000000, in the prefetchable window; memory and bus master enabled. */
  prefetchable,
  /** `root-port` comes first. BAR 0 at 0xc1000000, in the memory window; memory and bus master enabled. */
  wide,
};
