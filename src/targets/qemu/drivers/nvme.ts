/**
 * NVMe: a command in the admin queue is completed by vector 0, one in another queue by the vector that the queue was
 * created with (NVMe 1.4, 3.1, 4.1, 4.6, 5.3, 5.4). QEMU completes commands in its main loop, some time after the doorbell.
 */

import type { Pair } from '../../../core/hex.ts';
import type { Accesses, Device, InterruptDriver, Refusal } from './device.ts';

/** Registers behind BAR 0. */
const VERSION = 0x08;
const CONFIGURATION = 0x14;
const STATUS = 0x1c;
const ADMIN_SIZES = 0x24;
const ADMIN_SUBMISSION = 0x28;
const ADMIN_COMPLETION = 0x30;
const DOORBELLS = 0x1000;

/** Major version 1. */
const MAJOR = 1;
/** Enabled, with entries of 64 and 16 bytes. */
const ENABLED = 0x00460001;
const READY = 1;

/** Opcodes. */
const FLUSH = 0x00;
const CREATE_SUBMISSION = 0x01;
const CREATE_COMPLETION = 0x05;
const IDENTIFY = 0x06;
const IDENTIFY_CONTROLLER = 1;

/** Bits of a queue's creation: it lies in one piece, and interrupts. */
const CONTIGUOUS = 1;
const INTERRUPTS = 2;
/** Its number in the lower half, its entries less 1 in the upper one. */
const QUEUE = 1 | (15 << 16);

/** RAM that scenarios leave to nobody: a page each. */
const RAM: Pair = { hi: 0, lo: 0x390000 };
const QUEUES = { admin: [0x0000, 0x1000], own: [0x2000, 0x3000] } as const;
const DATA = 0xf000;

const COMMAND_BYTES = 64;
const COMPLETION_BYTES = 16;
/** Dword of a completion with the phase tag, which the device sets in the first round through a queue, and the status above it. */
const TAG = 12;
const PHASE = 1 << 16;

type Queue = readonly [submission: number, completion: number];

/** Dwords of a command that are not 0, by their numbers. */
type Fields = Readonly<Record<number, number>>;

/** The next commands of a fresh queue; `from`: how many it has had. `number`: that of the queue. */
function* submit(
  device: Device,
  base: Pair,
  number: number,
  queue: Queue,
  from: number,
  all: Fields[],
): Accesses<void> {
  const [submission, completion] = queue;
  for (const [index, fields] of all.entries()) {
    const at = from + index;
    for (const dword of [0, 1, 6, 10, 11])
      yield* device.write(RAM, submission + COMMAND_BYTES * at + 4 * dword, 4, fields[dword] ?? 0);
    yield* device.write(RAM, completion + COMPLETION_BYTES * at + TAG, 4, 0);
  }
  yield* device.write(base, DOORBELLS + 8 * number, 4, from + all.length);
}

function completionTag(queue: Queue, index: number): number {
  return RAM.lo + queue[1] + COMPLETION_BYTES * index + TAG;
}

/** Starts it anew, with empty queues. */
function* start(device: Device, base: Pair): Accesses<boolean> {
  yield* device.write(base, CONFIGURATION, 4, 0);
  if (((yield* device.read(base, STATUS, 4)) & READY) !== 0) return false;
  const [submission, completion] = QUEUES.admin;
  yield* device.write(base, ADMIN_SIZES, 4, 0x000f000f);
  yield* device.write(base, ADMIN_SUBMISSION, 4, RAM.lo + submission);
  yield* device.write(base, ADMIN_SUBMISSION + 4, 4, 0);
  yield* device.write(base, ADMIN_COMPLETION, 4, RAM.lo + completion);
  yield* device.write(base, ADMIN_COMPLETION + 4, 4, 0);
  if ((yield* device.read(base, ADMIN_SUBMISSION, 4)) !== RAM.lo + submission) return false;
  yield* device.write(base, CONFIGURATION, 4, ENABLED);
  return ((yield* device.read(base, STATUS, 4)) & 3) === READY;
}

function* fire(device: Device, vector: number): Accesses<Refusal> {
  if (!(yield* device.isMaster())) return 'it may not read its queues: Bus Master Enable is 0';
  const base = yield* device.bar(0);
  if (base === undefined) return 'BAR 0 does not decode';
  if ((yield* device.read(base, VERSION, 4)) >>> 16 !== MAJOR) return 'it is not reached behind BAR 0';
  if (!(yield* start(device, base))) return 'it does not start';
  const { admin, own } = QUEUES;
  if (vector === 0) {
    const identify = { 0: IDENTIFY, 6: RAM.lo + DATA, 10: IDENTIFY_CONTROLLER };
    yield* device.happens();
    yield* submit(device, base, 0, admin, 0, [identify]);
    return (yield* device.until(completionTag(admin, 0), PHASE, PHASE)) ? undefined : 'it did not complete a command';
  }
  const interrupts = CONTIGUOUS | INTERRUPTS | (vector << 16);
  yield* submit(device, base, 0, admin, 0, [
    { 0: CREATE_COMPLETION, 6: RAM.lo + own[1], 10: QUEUE, 11: interrupts },
    // Of the same number, and with that for its completions.
    { 0: CREATE_SUBMISSION, 6: RAM.lo + own[0], 10: QUEUE, 11: CONTIGUOUS | (1 << 16) },
  ]);
  for (const index of [0, 1])
    if (!(yield* device.until(completionTag(admin, index), 0xffff0000, PHASE))) return 'it does not make a queue';
  yield* device.happens();
  yield* submit(device, base, 1, own, 0, [{ 0: FLUSH, 1: 1 }]);
  return (yield* device.until(completionTag(own, 0), PHASE, PHASE)) ? undefined : 'it did not complete a command';
}

export const NVME: InterruptDriver = {
  names: ['nvme'],
  ids: [0x00101b36],
  byAddress: true,
  isPrompt: () => false,
  fire,
};
