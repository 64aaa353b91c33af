/** QEMU's educational device: one MSI vector or INTx, raised by a register (QEMU, docs/specs/edu.rst). */

import type { Accesses, Device, InterruptDriver, Refusal } from './device.ts';

/** Reads as the complement of what was written. */
const LIVENESS = 0x04;
const STATUS = 0x24;
const RAISE = 0x60;
const ACKNOWLEDGE = 0x64;

const NONCE = 0x21a3c5e7;
const CAUSE = 1;

function* fire(device: Device): Accesses<Refusal> {
  const base = yield* device.bar(0);
  if (base === undefined) return 'BAR 0 does not decode';
  yield* device.write(base, LIVENESS, 4, NONCE);
  if ((yield* device.read(base, LIVENESS, 4)) !== ~NONCE >>> 0) return 'it is not reached behind BAR 0';
  yield* device.write(base, ACKNOWLEDGE, 4, CAUSE);
  if (((yield* device.read(base, STATUS, 4)) & CAUSE) !== 0) return 'its last interrupt cannot be acknowledged';
  yield* device.happens();
  yield* device.write(base, RAISE, 4, CAUSE);
  const raised = ((yield* device.read(base, STATUS, 4)) & CAUSE) !== 0;
  return raised ? undefined : 'its interrupt register is not reached';
}

export const EDU: InterruptDriver = {
  names: ['edu'],
  ids: [0x11e81234],
  byAddress: true,
  isPrompt: () => true,
  fire,
};
