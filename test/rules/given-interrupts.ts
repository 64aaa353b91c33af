/**
 * Preambles of the cases about interrupts. The functions:
 *
 *     00:1a.0  `slot-port`: root port with a hot-plug slot; PM 0x40, MSI 0x50 (32-bit, masks, one message), PCI Express
 *              0x80 (interrupt message number 0), no extended capabilities
 *     02:05.0  `behind-bridge-too`: conventional function without BARs and capabilities, pin INTA
 */

import { extendedReads, identity, noBars, reads } from './given.ts';

const slotPort = `
${identity('00:1a.0', { id: 0x34208086, command: 0x00100000, classRevision: 0x06040000, cacheLine: 0x00010000 })}
${noBars('00:1a.0', [0x10, 0x14])}
${reads('00:1a.0', [
  [0x18, 0x00000000],
  [0x1c, 0x00000101],
  [0x20, 0x00000000],
  [0x24, 0x00010001],
  [0x28, 0x00000000],
  [0x2c, 0x00000000],
  [0x30, 0x00000000],
  [0x34, 0x00000040],
  [0x3c, 0x00000100],
  [0x40, 0xc8035001], // Power management, version 3, PME from D0, D3hot and D3cold.
  [0x44, 0x00000008],
  [0x50, 0x01008005], // MSI, 32-bit, per-vector masking, one message.
  [0x54, 0x00000000],
  [0x58, 0x00000000],
  [0x5c, 0x00000000],
  [0x60, 0x00000000],
  [0x80, 0x01420010], // PCI Express, version 2, root port with slot.
  [0x84, 0x00008000],
  [0x88, 0x00000000],
  [0x8c, 0x00500011],
  [0x90, 0x20110000],
  [0x94, 0x0008005b], // Attention button, power controller, indicators, hot-plug capable.
  [0x98, 0x004001c0], // Power on, card present.
  [0x9c, 0x00000000],
  [0xa0, 0x00000000],
  [0xa4, 0x00000000],
  [0xa8, 0x00000000],
  [0xac, 0x00000002],
  [0xb0, 0x00000001],
  [0xb4, 0x00000000],
  [0xb8, 0x00000000],
])}
${extendedReads('00:1a.0', [[0x100, 0x00000000]])}
cw 2 00:1a.0 0x04 <- 0x0007
cr 2 00:1a.0 0x04 -> 0x0007
`;

/** MSI of the slot port sends 0x4041 to 0xfee00000, enabled and not masked. */
const slotMessage = `
cw 4 00:1a.0 0x54 <- 0xfee00000
cr 4 00:1a.0 0x54 -> 0xfee00000
cw 2 00:1a.0 0x58 <- 0x4041
cr 2 00:1a.0 0x58 -> 0x4041
cw 2 00:1a.0 0x52 <- 0x0001
cr 2 00:1a.0 0x52 -> 0x0101
`;

/** Hot-plug interrupts for the attention button; the command that says so has completed, and no event is left. */
const slotButton = `
cw 2 00:1a.0 0x98 <- 0x01e1
cr 4 00:1a.0 0x98 -> 0x005001e1
cw 2 00:1a.0 0x9a <- 0x0010
cr 4 00:1a.0 0x98 -> 0x004001e1
`;

const behindBridge = `
${identity('02:05.0', { id: 0x100e8086, command: 0x00000000, classRevision: 0x02000003, cacheLine: 0 })}
${reads('02:05.0', [
  [0x34, 0x00000000],
  [0x3c, 0x00000100],
])}
`;

export const GIVEN_INTERRUPTS: Record<string, string> = {
  'behind-bridge-too': behindBridge,
  'slot-port': slotPort,
  /** `slot-port` with MSI enabled: 0x4041 to 0xfee00000. */
  'slot-message': slotPort + slotMessage,
  /** `slot-message` with hot-plug interrupts enabled for the attention button. */
  'slot-button': slotPort + slotMessage + slotButton,
};
