/** QEMU's rocker switch: a test register makes any of its MSI-X vectors send (QEMU, docs/specs/rocker.rst, "Test Registers"). */

import type { Accesses, Device, InterruptDriver, Refusal } from './device.ts';

/** Reads as twice of what was written. */
const TEST_REG = 0x10;
const TEST_IRQ = 0x20;
/** Lies in the same 16 bytes as TEST_IRQ, so in the same BAR as that, whatever else lies over this one. */
const TEST_DMA_ADDR = 0x28;

const NONCE = 0x21a3c5e7;

function* fire(device: Device, vector: number): Accesses<Refusal> {
  const base = yield* device.bar(0);
  if (base === undefined) return 'BAR 0 does not decode';
  yield* device.write(base, TEST_REG, 4, NONCE);
  yield* device.write(base, TEST_DMA_ADDR, 4, NONCE + 1);
  // The upper half takes the lower one along.
  yield* device.write(base, TEST_DMA_ADDR + 4, 4, 0);
  const doubled = yield* device.read(base, TEST_REG, 4);
  const kept = yield* device.read(base, TEST_DMA_ADDR, 4);
  if (doubled !== 2 * NONCE || kept !== NONCE + 1) return 'its registers are not reached behind BAR 0';
  yield* device.happens();
  yield* device.write(base, TEST_IRQ, 4, vector);
  return undefined;
}

export const ROCKER: InterruptDriver = {
  names: ['rocker'],
  ids: [0x00061b36],
  byAddress: true,
  isPrompt: () => true,
  fire,
};
