/**
 * Virtio devices with everything in their capabilities known and their BARs placed:
 *
 *     00:07.0  `virtio-device`: modern, interrupt pin INTA. BAR 0 64-bit memory 16 KiB at 0xc0040000: common configuration
 *              +0x0, ISR +0x100, device configuration +0x200, notifications +0x1000 (16 bytes, multiplier 4), MSI-X
 *              table +0x2000 and PBA +0x3000 (3 vectors). Capabilities: common 0x40, notifications 0x50, ISR 0x64,
 *              device 0x74, window 0x84 (data 0x94), MSI-X 0x98
 *     00:08.0  `virtio-plain`: the same without MSI-X, at 0xc0050000
 *     00:09.0  `virtio-legacy`: transitional, BAR 0 I/O 64 bytes at 0xc200, BAR 1 memory 4 KiB at 0xc0060000 with the
 *              MSI-X table (2 vectors); MSI-X 0x40
 */

import { identity, noBars, program, reads, size } from './given.ts';

const hex = (value: number) => `0x${value.toString(16)}`;

function modern(bdf: string, base: number, messages: boolean): string {
  return `
${identity(bdf, { id: 0x10421af4, command: 0x00100000, classRevision: 0x01000001, cacheLine: 0 })}
${size(bdf, 0x10, 0x00000004, 0xffffc004)}
${size(bdf, 0x14, 0x00000000, 0xffffffff)}
${noBars(bdf, [0x18, 0x1c, 0x20, 0x24])}
${size(bdf, 0x30, 0, 0, 0xfffff800)}
${reads(bdf, [
  [0x28, 0x00000000],
  [0x2c, 0x11001af4],
  [0x34, 0x00000040],
  [0x38, 0x00000000],
  [0x3c, 0x00000100],
  [0x40, 0x01105009], // Common configuration.
  [0x44, 0x00000000],
  [0x48, 0x00000000],
  [0x4c, 0x0000003c],
  [0x50, 0x02146409], // Notifications.
  [0x54, 0x00000000],
  [0x58, 0x00001000],
  [0x5c, 0x00000010],
  [0x60, 0x00000004],
  [0x64, 0x03107409], // ISR status.
  [0x68, 0x00000000],
  [0x6c, 0x00000100],
  [0x70, 0x00000001],
  [0x74, 0x04108409], // Device configuration.
  [0x78, 0x00000000],
  [0x7c, 0x00000200],
  [0x80, 0x00000040],
  [0x84, messages ? 0x05149809 : 0x05140009], // Window.
  [0x88, 0x00000000],
  [0x8c, 0x00000000],
  [0x90, 0x00000000],
])}
${
  messages
    ? reads(bdf, [
        [0x98, 0x00020011], // MSI-X, 3 vectors.
        [0x9c, 0x00002000],
        [0xa0, 0x00003000],
      ])
    : ''
}
${program(bdf, 0x10, base, base + 4)}
${program(bdf, 0x14, 0)}
cw 2 ${bdf} 0x04 <- 0x0006
cr 2 ${bdf} 0x04 -> 0x0006
`;
}

/** A driver's set-up from the reset of the device on: two queues of 256 are looked at, none is enabled. */
function setUp(base: number): string {
  const at = (offset: number) => hex(base + offset);
  return `
mw 1 ${at(0x14)} <- 0x00
mr 1 ${at(0x14)} -> 0x00
mw 1 ${at(0x14)} <- 0x01
mw 1 ${at(0x14)} <- 0x03
mw 4 ${at(0x08)} <- 0x00000001
mw 4 ${at(0x0c)} <- 0x00000001
mw 1 ${at(0x14)} <- 0x0b
mr 1 ${at(0x14)} -> 0x0b
mr 2 ${at(0x12)} -> 0x0003
${[0, 1]
  .map(
    (queue) => `
mw 2 ${at(0x16)} <- ${hex(queue)}
mr 2 ${at(0x18)} -> 0x0100
mr 2 ${at(0x1c)} -> 0x0000
mr 2 ${at(0x1e)} -> ${hex(queue)}`,
  )
  .join('\n')}
`;
}

const legacy = `
${identity('00:09.0', { id: 0x10001af4, command: 0x00100000, classRevision: 0x02000000, cacheLine: 0 })}
${size('00:09.0', 0x10, 0x00000001, 0xffffffc1)}
${size('00:09.0', 0x14, 0x00000000, 0xfffff000)}
${noBars('00:09.0', [0x18, 0x1c, 0x20, 0x24])}
${size('00:09.0', 0x30, 0, 0, 0xfffff800)}
${reads('00:09.0', [
  [0x28, 0x00000000],
  [0x2c, 0x00011af4],
  [0x34, 0x00000040],
  [0x38, 0x00000000],
  [0x3c, 0x00000100],
  [0x40, 0x00010011], // MSI-X, 2 vectors.
  [0x44, 0x00000001],
  [0x48, 0x00000801],
])}
${program('00:09.0', 0x10, 0xc200, 0xc201)}
${program('00:09.0', 0x14, 0xc0060000)}
cw 2 00:09.0 0x04 <- 0x0007
cr 2 00:09.0 0x04 -> 0x0007
`;

export const GIVEN_VIRTIO: Record<string, string> = {
  'virtio-device': modern('00:07.0', 0xc0040000, true),
  /** `virtio-device` after the driver has reset it and agreed on VERSION_1 alone. */
  'virtio-set-up': modern('00:07.0', 0xc0040000, true) + setUp(0xc0040000),
  'virtio-plain': modern('00:08.0', 0xc0050000, false),
  'virtio-legacy': legacy,
};
