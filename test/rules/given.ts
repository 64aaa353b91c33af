/**
 * Preambles of the rule cases: each makes functions known as an operating system's enumeration does (identity, header
 * type, BARs sized with all ones and restored, capability chain walked by its pointers, values read back). All values
 * are right by the specification. The machine:
 *
 *     00:00.0  host bridge, conventional, no capabilities
 *     00:03.0  PCI Express endpoint: BAR 0 64-bit memory 16 KiB, BAR 2 I/O 32 bytes, ROM 64 KiB; PM 0x40, MSI 0x50
 *              (64-bit, masks, 4 messages), MSI-X 0x70 (4 vectors; table BAR 0 + 0x2000, PBA BAR 0 + 0x3000),
 *              PCI Express 0x80 (FLR); AER 0x100, Device Serial Number 0x150
 *     00:04.0  conventional function: BAR 0 32-bit memory 4 KiB, BAR 1 I/O 64 bytes, MSI 0x40 (32-bit)
 *     00:1c.0  root port, bus 1; PM 0x40, MSI 0x50, PCI Express 0x80 (hot-plug slot with power controller)
 *     01:00.0  PCI Express endpoint: BAR 0 32-bit memory 16 KiB, BAR 2 I/O 32 bytes, BAR 4 64-bit prefetchable
 *              16 KiB; MSI-X 0x40 (4 vectors; table BAR 0 + 0x2000, PBA BAR 0 + 0x3000), PCI Express 0x80 (FLR)
 *     00:1e.0  conventional bridge, bus 2, no capabilities
 *     02:01.0  conventional function: BAR 0 32-bit memory 4 KiB, BAR 1 I/O 64 bytes, no capabilities
 *     00:1d.0  conventional bridge, buses 3 to 4; on its bus the bridge 03:01.0, bus 4; on that the function 04:01.0
 *              like 02:01.0
 *     00:05.0, 00:05.1  conventional multifunction device, each function like 02:01.0
 */

const hex = (value: number) => `0x${value.toString(16)}`;

/** Reads whole dwords: pairs of register and value. */
export function reads(bdf: string, pairs: readonly (readonly [number, number])[]): string {
  return pairs.map(([register, value]) => `cr 4 ${bdf} ${hex(register)} -> ${hex(value)}`).join('\n');
}

/** The same through ECAM, for extended configuration space. */
export function extendedReads(bdf: string, pairs: readonly (readonly [number, number])[]): string {
  return pairs.map(([register, value]) => `er 4 ${bdf} ${hex(register)} -> ${hex(value)}`).join('\n');
}

/** Writes a dword and reads back what a correct device makes of it. */
export function program(bdf: string, register: number, value: number, readBack = value): string {
  return `cw 4 ${bdf} ${hex(register)} <- ${hex(value)}\ncr 4 ${bdf} ${hex(register)} -> ${hex(readBack)}`;
}

/** Sizes one dword of a BAR (or a ROM) whose present contents are `old`, and restores it. */
export function size(bdf: string, register: number, old: number, ones: number, pattern = 0xffffffff): string {
  return `cr 4 ${bdf} ${hex(register)} -> ${hex(old)}\n${program(bdf, register, pattern, ones)}\n${program(bdf, register, old)}`;
}

/** Identity and common header: the first reads of every enumeration. */
export function identity(
  bdf: string,
  dwords: { id: number; command: number; classRevision: number; cacheLine: number },
): string {
  return [
    `cr 4 ${bdf} 0x00 -> ${hex(dwords.id)}`,
    `cr 1 ${bdf} 0x0e -> ${hex((dwords.cacheLine >>> 16) & 0xff)}`,
    reads(bdf, [
      [0x04, dwords.command],
      [0x08, dwords.classRevision],
      [0x0c, dwords.cacheLine],
    ]),
  ].join('\n');
}

/** BARs of a type 0 header that are not implemented. */
export function noBars(bdf: string, registers: readonly number[]): string {
  return registers.map((register) => size(bdf, register, 0, 0)).join('\n');
}

/** A conventional function without capabilities: BAR 0 32-bit memory 4 KiB, BAR 1 I/O 64 bytes, pin INTA. */
function plainFunction(bdf: string, headerType = 0): string {
  return `
${identity(bdf, { id: 0x100e8086, command: 0x02000000, classRevision: 0x02000003, cacheLine: headerType * 0x10000 })}
${size(bdf, 0x10, 0x00000000, 0xfffff000)}
${size(bdf, 0x14, 0x00000001, 0xffffffc1)}
${noBars(bdf, [0x18, 0x1c, 0x20, 0x24])}
${size(bdf, 0x30, 0, 0, 0xfffff800)}
${reads(bdf, [
  [0x28, 0x00000000],
  [0x2c, 0x00018086],
  [0x34, 0x00000000],
  [0x38, 0x00000000],
  [0x3c, 0x00000100],
])}
`;
}

/** Places the BARs of a plain function (or of 00:04.0) and enables decoding and bus master. */
function assignPlain(bdf: string, memory: number, io: number): string {
  return `
${program(bdf, 0x10, memory)}
${program(bdf, 0x14, io, io | 1)}
cw 2 ${bdf} 0x04 <- 0x0007
cr 2 ${bdf} 0x04 -> 0x0007
`;
}

interface Windows {
  /** Dword 0x20: limit in the upper half, base in the lower. */
  memory: number;
  /** Dword 0x24, without its type bits. */
  prefetchable: number;
  /** Word 0x1c, without its type bits: limit in the upper byte, base in the lower. */
  io: number;
}

/** A conventional bridge without capabilities: 16-bit I/O window, 32-bit prefetchable window, its own latency timer. */
function plainBridge(bdf: string, busNumbers: number, windows: Windows): string {
  return `
${identity(bdf, { id: 0x00011b36, command: 0x00a00000, classRevision: 0x06040000, cacheLine: 0x00010000 })}
${noBars(bdf, [0x10, 0x14])}
${reads(bdf, [
  [0x18, 0x00000000],
  [0x1c, 0x00000000],
  [0x20, 0x00000000],
  [0x24, 0x00000000],
  [0x28, 0x00000000],
  [0x2c, 0x00000000],
  [0x30, 0x00000000],
  [0x34, 0x00000000],
  [0x3c, 0x00000000],
])}
${size(bdf, 0x38, 0, 0, 0xfffff800)}
${program(bdf, 0x18, busNumbers)}
${bridgeWindow(bdf, 0x20, 0xfff0fff0, 0xfff0fff0, windows.memory)}
${bridgeWindow(bdf, 0x24, 0xfff0fff0, 0xfff0fff0, windows.prefetchable)}
cw 2 ${bdf} 0x1c <- 0xf0f0
cr 2 ${bdf} 0x1c -> 0xf0f0
cw 2 ${bdf} 0x1c <- ${hex(windows.io)}
cr 2 ${bdf} 0x1c -> ${hex(windows.io)}
cw 2 ${bdf} 0x04 <- 0x0007
cr 2 ${bdf} 0x04 -> 0x0007
`;
}

/** Finds out which bits of a window register can be written, then programs it. */
function bridgeWindow(bdf: string, register: number, pattern: number, readBack: number, value: number): string {
  return `${program(bdf, register, pattern, readBack)}\n${program(bdf, register, value, (value | (readBack & 0x000f000f)) >>> 0)}`;
}

const host = `
${identity('00:00.0', { id: 0x29c08086, command: 0x00000000, classRevision: 0x06000000, cacheLine: 0 })}
${noBars('00:00.0', [0x10, 0x14, 0x18, 0x1c, 0x20, 0x24])}
${size('00:00.0', 0x30, 0, 0, 0xfffff800)}
${reads('00:00.0', [
  [0x28, 0x00000000],
  [0x2c, 0x11001af4],
  [0x34, 0x00000000],
  [0x38, 0x00000000],
  [0x3c, 0x00000000],
])}
`;

const endpoint = `
${identity('00:03.0', { id: 0x10411af4, command: 0x00100000, classRevision: 0x02000001, cacheLine: 0 })}
${size('00:03.0', 0x10, 0x00000004, 0xffffc004)}
${size('00:03.0', 0x14, 0x00000000, 0xffffffff)}
${size('00:03.0', 0x18, 0x00000001, 0xffffffe1)}
${noBars('00:03.0', [0x1c, 0x20, 0x24])}
${size('00:03.0', 0x30, 0, 0xffff0000, 0xfffff800)}
${reads('00:03.0', [
  [0x28, 0x00000000],
  [0x2c, 0x11001af4],
  [0x34, 0x00000040],
  [0x38, 0x00000000],
  [0x3c, 0x00000100],
  [0x40, 0x00035001], // Power management, version 3.
  [0x44, 0x00000008], // D0, No_Soft_Reset.
  [0x50, 0x01847005], // MSI, 64-bit, per-vector masking, 4 messages.
  [0x54, 0x00000000],
  [0x58, 0x00000000],
  [0x5c, 0x00000000],
  [0x60, 0x00000000],
  [0x64, 0x00000000],
  [0x70, 0x00038011], // MSI-X, 4 vectors.
  [0x74, 0x00002000],
  [0x78, 0x00003000],
  [0x80, 0x00020010], // PCI Express, version 2, endpoint.
  [0x84, 0x10008000], // Role-based error reporting, FLR.
  [0x88, 0x00002810],
  [0x8c, 0x00400011],
  [0x90, 0x00110000],
  [0x94, 0x00000000],
  [0x98, 0x00000000],
  [0x9c, 0x00000000],
  [0xa0, 0x00000000],
  [0xa4, 0x00000000],
  [0xa8, 0x00000000],
  [0xac, 0x00000002],
  [0xb0, 0x00000001],
  [0xb4, 0x00000000],
  [0xb8, 0x00000000],
])}
${extendedReads('00:03.0', [
  [0x100, 0x15020001], // Advanced error reporting, version 2.
  [0x104, 0x00000000],
  [0x108, 0x00000000],
  [0x10c, 0x00062030],
  [0x110, 0x00000000],
  [0x114, 0x00002000],
  [0x118, 0x00000000],
  [0x11c, 0x00000000],
  [0x120, 0x00000000],
  [0x124, 0x00000000],
  [0x128, 0x00000000],
  [0x150, 0x00010003], // Device serial number.
  [0x154, 0x56781234],
  [0x158, 0x9abcdef0],
])}
`;

const assignEndpoint = `
${program('00:03.0', 0x10, 0xc0000000, 0xc0000004)}
${program('00:03.0', 0x14, 0x00000000)}
${program('00:03.0', 0x18, 0x0000c000, 0x0000c001)}
cw 2 00:03.0 0x04 <- 0x0007
cr 2 00:03.0 0x04 -> 0x0007
`;

const conventional = `
${identity('00:04.0', { id: 0x100e8086, command: 0x02100000, classRevision: 0x02000003, cacheLine: 0 })}
${size('00:04.0', 0x10, 0x00000000, 0xfffff000)}
${size('00:04.0', 0x14, 0x00000001, 0xffffffc1)}
${noBars('00:04.0', [0x18, 0x1c, 0x20, 0x24])}
${size('00:04.0', 0x30, 0, 0, 0xfffff800)}
${reads('00:04.0', [
  [0x28, 0x00000000],
  [0x2c, 0x00018086],
  [0x34, 0x00000040],
  [0x38, 0x00000000],
  [0x3c, 0x00000100],
  [0x40, 0x00000005], // MSI, 32-bit, one message.
  [0x44, 0x00000000],
  [0x48, 0x00000000],
])}
`;

const rootPort = `
${identity('00:1c.0', { id: 0x000c1b36, command: 0x00100000, classRevision: 0x06040000, cacheLine: 0x00010000 })}
${noBars('00:1c.0', [0x10, 0x14])}
${reads('00:1c.0', [
  [0x18, 0x00000000],
  [0x1c, 0x00000101],
  [0x20, 0x00000000],
  [0x24, 0x00010001],
  [0x28, 0x00000000],
  [0x2c, 0x00000000],
  [0x30, 0x00000000],
  [0x34, 0x00000040],
  [0x3c, 0x00000100],
])}
${size('00:1c.0', 0x38, 0, 0, 0xfffff800)}
${reads('00:1c.0', [
  [0x40, 0xc8035001], // Power management, version 3, PME from D0, D3hot and D3cold.
  [0x44, 0x00000008],
  [0x50, 0x00008005], // MSI, 32-bit, one message.
  [0x54, 0x00000000],
  [0x58, 0x00000000],
  [0x80, 0x01420010], // PCI Express, version 2, root port with slot.
  [0x84, 0x00008000],
  [0x88, 0x00000000],
  [0x8c, 0x00500011], // Data link layer active reporting.
  [0x90, 0x20110000],
  [0x94, 0x0008005b], // Attention button, power controller, indicators, hot-plug capable.
  [0x98, 0x004001c0], // Power on, card present.
  [0x9c, 0x00000000],
  [0xa0, 0x00000000],
  [0xa4, 0x00000020], // ARI forwarding supported.
  [0xa8, 0x00000000],
  [0xac, 0x00000002],
  [0xb0, 0x00000001],
  [0xb4, 0x00000000],
  [0xb8, 0x00000000],
])}
${extendedReads('00:1c.0', [[0x100, 0x00000000]])}
${program('00:1c.0', 0x18, 0x00010100)}
${bridgeWindow('00:1c.0', 0x20, 0xfff0fff0, 0xfff0fff0, 0xc1f0c100)}
${bridgeWindow('00:1c.0', 0x24, 0xfff0fff0, 0xfff1fff1, 0x0ff00000)}
${program('00:1c.0', 0x28, 0x00000008)}
${program('00:1c.0', 0x2c, 0x00000008)}
cw 2 00:1c.0 0x1c <- 0xf0f0
cr 2 00:1c.0 0x1c -> 0xf1f1
cw 2 00:1c.0 0x1c <- 0xd0d0
cr 2 00:1c.0 0x1c -> 0xd1d1
${program('00:1c.0', 0x30, 0x00000000)}
cw 2 00:1c.0 0x04 <- 0x0007
cr 2 00:1c.0 0x04 -> 0x0007
`;

const below = `
${identity('01:00.0', { id: 0x10411af4, command: 0x00100000, classRevision: 0x02000001, cacheLine: 0 })}
${size('01:00.0', 0x10, 0x00000000, 0xffffc000)}
${noBars('01:00.0', [0x14])}
${size('01:00.0', 0x18, 0x00000001, 0xffffffe1)}
${noBars('01:00.0', [0x1c])}
${size('01:00.0', 0x20, 0x0000000c, 0xffffc00c)}
${size('01:00.0', 0x24, 0x00000000, 0xffffffff)}
${size('01:00.0', 0x30, 0, 0, 0xfffff800)}
${reads('01:00.0', [
  [0x28, 0x00000000],
  [0x2c, 0x11001af4],
  [0x34, 0x00000040],
  [0x38, 0x00000000],
  [0x3c, 0x00000100],
  [0x40, 0x00038011], // MSI-X, 4 vectors.
  [0x44, 0x00002000],
  [0x48, 0x00003000],
  [0x80, 0x00020010], // PCI Express, version 2, endpoint.
  [0x84, 0x10008000], // Role-based error reporting, FLR.
  [0x88, 0x00002810],
  [0x8c, 0x00400011],
  [0x90, 0x00110000],
  [0x94, 0x00000000],
  [0x98, 0x00000000],
  [0x9c, 0x00000000],
  [0xa0, 0x00000000],
  [0xa4, 0x00000000],
  [0xa8, 0x00000000],
  [0xac, 0x00000002],
  [0xb0, 0x00000001],
  [0xb4, 0x00000000],
  [0xb8, 0x00000000],
])}
${extendedReads('01:00.0', [[0x100, 0x00000000]])}
${program('01:00.0', 0x10, 0xc1000000)}
${program('01:00.0', 0x18, 0x0000d000, 0x0000d001)}
${program('01:00.0', 0x20, 0x00000000, 0x0000000c)}
${program('01:00.0', 0x24, 0x00000008)}
cw 2 01:00.0 0x04 <- 0x0007
cr 2 01:00.0 0x04 -> 0x0007
`;

const pciBridge = plainBridge('00:1e.0', 0x00020200, { memory: 0xc2f0c200, prefetchable: 0xc300c300, io: 0xe0e0 });
const behindBridge = plainFunction('02:01.0') + assignPlain('02:01.0', 0xc2000000, 0xe000);

const nested = [
  plainBridge('00:1d.0', 0x00040300, { memory: 0xc5f0c400, prefetchable: 0xc600c600, io: 0xf0f0 }),
  plainBridge('03:01.0', 0x00040403, { memory: 0xc4f0c400, prefetchable: 0xc600c600, io: 0xf0f0 }),
  plainFunction('04:01.0'),
  assignPlain('04:01.0', 0xc4000000, 0xf000),
].join('');

const multifunction = plainFunction('00:05.0', 0x80) + plainFunction('00:05.1', 0x80);

export const GIVEN: Record<string, string> = {
  /** The trace begins at the machine's power-on. */
  'power-on': 'power-on',
  host,
  endpoint,
  /** `endpoint` with BAR 0 at 0xc0000000 and BAR 2 at 0xc000; memory, I/O and bus master enabled. */
  'endpoint-assigned': endpoint + assignEndpoint,
  conventional,
  /** `conventional` with BAR 0 at 0xc0010000 and BAR 1 at 0xc040; memory, I/O and bus master enabled. */
  'conventional-assigned': conventional + assignPlain('00:04.0', 0xc0010000, 0xc040),
  /** Numbered bus 1; windows memory 0xc1000000-0xc1ffffff, prefetchable 0x800000000-0x80fffffff, I/O 0xd000-0xdfff. */
  'root-port': rootPort,
  /** Behind the root port; BAR 0 at 0xc1000000, BAR 2 at 0xd000, BAR 4 at 0x800000000, all enabled. */
  below,
  /** Numbered bus 2; windows memory 0xc2000000-0xc2ffffff, prefetchable 0xc3000000-0xc30fffff, I/O 0xe000-0xefff. */
  'pci-bridge': pciBridge,
  /** Behind the conventional bridge; BAR 0 at 0xc2000000, BAR 1 at 0xe000, all enabled. */
  'behind-bridge': behindBridge,
  /**
   * 00:1d.0 (memory window 0xc4000000-0xc5ffffff, I/O 0xf000-0xffff), below it 03:01.0 (memory 0xc4000000-0xc4ffffff,
   * the same I/O), below that 04:01.0 with BAR 0 at 0xc4000000 and BAR 1 at 0xf000, all enabled.
   */
  nested,
  multifunction,
  /** `multifunction` with the BARs of function 0 at 0xc0020000 and 0xc080, those of function 1 at 0xc0021000 and 0xc0c0. */
  'multifunction-assigned':
    multifunction + assignPlain('00:05.0', 0xc0020000, 0xc080) + assignPlain('00:05.1', 0xc0021000, 0xc0c0),
};
