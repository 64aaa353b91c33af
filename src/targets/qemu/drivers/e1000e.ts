/**
 * e1000e: each of its five causes for MSI-X has the vector that IVAR gives it, and ICS raises them (Intel 82574 datasheet,
 * 10.2.4). A vector that has sent is quiet until its EITR has run out, so the machine's clock must run.
 */

import type { Pair } from '../../../core/hex.ts';
import type { Accesses, Device, InterruptDriver, Refusal } from './device.ts';

/** Registers behind BAR 0. */
const CAUSES = 0xc0;
const THROTTLE = 0xc4;
const RAISE = 0xc8;
const UNMASK = 0xd0;
const MASK = 0xd8;
const VECTORS = 0xe4;
const THROTTLE_OF_VECTOR = 0xe8;

/** Two receive queues, two transmit queues, all else: bits 20 to 24. */
const FIRST_CAUSE = 20;
const CAUSES_OF_VECTORS = 5;
/** Four bits a cause, in this order: valid, and its vector. */
const ONE_VECTOR_EACH = 0xcba98;

/** A vector that has sent is quiet for 500 units of 256 ns, the least that QEMU takes. */
const QUIET_MILLISECONDS = 1;

/** Whether masks and causes are where they should be: they are set and cleared by different registers. */
function* isReached(device: Device, base: Pair, cause: number): Accesses<boolean> {
  yield* device.write(base, MASK, 4, 0xffffffff);
  yield* device.write(base, CAUSES, 4, 0xffffffff);
  if ((yield* device.read(base, UNMASK, 4)) !== 0 || (yield* device.read(base, RAISE, 4)) !== 0) return false;
  yield* device.write(base, VECTORS, 4, ONE_VECTOR_EACH);
  yield* device.write(base, UNMASK, 4, cause);
  return (yield* device.read(base, UNMASK, 4)) === cause && (yield* device.read(base, VECTORS, 4)) === ONE_VECTOR_EACH;
}

function* fire(device: Device, vector: number): Accesses<Refusal> {
  const base = yield* device.bar(0);
  if (base === undefined) return 'BAR 0 does not decode';
  if (vector >= CAUSES_OF_VECTORS) return 'it has five vectors';
  const cause = 1 << (FIRST_CAUSE + vector);
  if (!(yield* isReached(device, base, cause))) return 'it is not reached behind BAR 0';
  for (const at of [THROTTLE, THROTTLE_OF_VECTOR + 4 * vector]) yield* device.write(base, at, 4, 0);
  yield* device.happens();
  yield* device.write(base, RAISE, 4, cause);
  yield* device.rests(QUIET_MILLISECONDS);
  return ((yield* device.read(base, RAISE, 4)) & cause) === 0 ? 'its interrupt register is not reached' : undefined;
}

export const E1000E: InterruptDriver = {
  names: ['e1000e'],
  ids: [0x10d38086],
  byAddress: true,
  needsClock: true,
  // It is left alone until it may send again.
  isPrompt: () => true,
  fire,
};
