/**
 * Further preambles of the rule cases. Most of them stop short of what a case itself shows at first sight: a size, a
 * capability, a register after power-on. The functions:
 *
 *     00:06.0  `fresh`, `fresh-capabilities`, `express`, `express-without-flr` or `soft-reset`, one of them a case
 *     00:07.0  `virtio`: modern virtio function, BAR 0 64-bit memory 16 KiB; its capabilities are left to the case
 *     00:1b.0  `aer-port`: root port without slot; PCI Express 0x40, AER 0x100
 */

import { extendedReads, identity, noBars, program, reads, size } from './given.ts';

const FRESH_ID = 0x20001234;

const fresh = identity('00:06.0', { id: FRESH_ID, command: 0x00000000, classRevision: 0x02000000, cacheLine: 0 });

const withCapabilities = identity('00:06.0', {
  id: FRESH_ID,
  command: 0x00100000,
  classRevision: 0x02000000,
  cacheLine: 0,
});

const freshCapabilities = `
${withCapabilities}
${size('00:06.0', 0x10, 0x00000000, 0xffffe000)}
${noBars('00:06.0', [0x14, 0x18, 0x1c, 0x20, 0x24])}
cr 1 00:06.0 0x34 -> 0x40
`;

/** A PCI Express endpoint with its capability at 0x40 and one more, unread, at 0x80; nothing of it is sized. */
function express(deviceCapabilities: number): string {
  return `
${withCapabilities}
cr 1 00:06.0 0x34 -> 0x40
cr 1 00:06.0 0x3d -> 0x01
${reads('00:06.0', [
  [0x40, 0x00028010], // PCI Express, version 2, endpoint.
  [0x44, deviceCapabilities],
  [0x48, 0x00002810],
  [0x4c, 0x00400011],
  [0x50, 0x00110000],
  [0x54, 0x00000000],
  [0x58, 0x00000000],
  [0x5c, 0x00000000],
  [0x60, 0x00000000],
  [0x64, 0x00000000],
  [0x68, 0x00000000],
  [0x6c, 0x00000002],
  [0x70, 0x00000001],
  [0x74, 0x00000000],
  [0x78, 0x00000000],
])}
`;
}

const softReset = `
${withCapabilities}
${size('00:06.0', 0x10, 0x00000000, 0xfffff000)}
${noBars('00:06.0', [0x14, 0x18, 0x1c, 0x20, 0x24])}
${reads('00:06.0', [
  [0x34, 0x00000040],
  [0x3c, 0x00000100],
  [0x40, 0x00030001], // Power management, version 3, without D1 and D2.
  [0x44, 0x00000000], // D0, No_Soft_Reset clear.
])}
${program('00:06.0', 0x10, 0xc0030000)}
cw 2 00:06.0 0x04 <- 0x0006
cr 2 00:06.0 0x04 -> 0x0006
`;

const virtio = `
${identity('00:07.0', { id: 0x10411af4, command: 0x00100000, classRevision: 0x02000001, cacheLine: 0 })}
${size('00:07.0', 0x10, 0x00000004, 0xffffc004)}
${size('00:07.0', 0x14, 0x00000000, 0xffffffff)}
${noBars('00:07.0', [0x18, 0x1c, 0x20, 0x24])}
cr 1 00:07.0 0x34 -> 0x40
`;

const aerPort = `
${identity('00:1b.0', { id: 0x000d1b36, command: 0x00100000, classRevision: 0x06040000, cacheLine: 0x00010000 })}
${noBars('00:1b.0', [0x10, 0x14])}
${reads('00:1b.0', [
  [0x34, 0x00000040],
  [0x40, 0x00420010], // PCI Express, version 2, root port without slot.
  [0x44, 0x00008000],
  [0x48, 0x00000000],
  [0x4c, 0x00400011],
  [0x50, 0x00110000],
  [0x54, 0x00000000],
  [0x58, 0x00400000], // A port without slot registers still shows presence.
  [0x5c, 0x00000000],
  [0x60, 0x00000000],
  [0x64, 0x00000000],
  [0x68, 0x00000000],
  [0x6c, 0x00000002],
  [0x70, 0x00000001],
  [0x74, 0x00000000],
  [0x78, 0x00000000],
])}
${extendedReads('00:1b.0', [
  [0x100, 0x00010001], // Advanced error reporting, the last in its list.
  [0x104, 0x00000000],
  [0x108, 0x00000000],
  [0x10c, 0x00062030],
  [0x110, 0x00000000],
  [0x114, 0x00002000],
  [0x118, 0x00000000],
  [0x12c, 0x00000000],
  [0x130, 0x00000000],
  [0x134, 0x00000000],
])}
`;

export const GIVEN_MORE: Record<string, string> = {
  /** Conventional function without capabilities, of which only the identity is known. */
  fresh,
  /** Conventional function: BAR 0 32-bit memory 8 KiB, no other; its capability list begins at 0x40, unread. */
  'fresh-capabilities': freshCapabilities,
  /** PCI Express endpoint with FLR and a payload of up to 256 bytes. */
  express: express(0x10008001),
  'express-without-flr': express(0x00008001),
  /** Conventional function with power management at 0x40, No_Soft_Reset clear; BAR 0 4 KiB at 0xc0030000, enabled. */
  'soft-reset': softReset,
  virtio,
  'aer-port': aerPort,
};
