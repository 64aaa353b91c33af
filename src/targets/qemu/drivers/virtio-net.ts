/**
 * virtio-net: a request in its control queue is answered, even one of an unknown class, and the queue has any vector that
 * it is given (virtio 1.2, 4.1.4.3, 2.7, 5.1.6.5).
 */

import type { Pair } from '../../../core/hex.ts';
import type { Accesses, Device, InterruptDriver, Refusal } from './device.ts';

const VENDOR_SPECIFIC = 0x09;
const COMMON = 1;
const NOTIFY = 2;

/** Common configuration. */
const FEATURE_SELECT = 0x08;
const FEATURES = 0x0c;
const QUEUES = 0x12;
const STATUS = 0x14;
const QUEUE_SELECT = 0x16;
const QUEUE_SIZE = 0x18;
const QUEUE_VECTOR = 0x1a;
const QUEUE_ENABLE = 0x1c;
const QUEUE_NOTIFY_OFFSET = 0x1e;
const QUEUE_ADDRESSES = [0x20, 0x28, 0x30] as const;

/** Acknowledge, Driver, Features OK, Driver OK. */
const STARTED = 0xf;
const CONTROL_QUEUE = 1 << 17;
/** VERSION_1, in the upper half. */
const VERSION_1 = 1;

/** Flags of a descriptor. */
const HAS_NEXT = 1;
const DEVICE_WRITES = 2;
const UNKNOWN_CLASS = 0xee;

/** Receive, transmit, control. */
const QUEUES_WITHOUT_MQ = 3;
const LENGTH = 16;

/** RAM that scenarios leave to nobody: descriptors, available and used ring, the request and its answer. */
const RAM: Pair = { hi: 0, lo: 0x380000 };
const PAGES = [0, 0x1000, 0x2000] as const;
const [DESCRIPTORS, AVAILABLE, USED] = PAGES;
const REQUEST = 0x3000;
const ANSWER = 0x3010;

interface Structures {
  common: Pair;
  notify: Pair;
  multiplier: number;
}

function* structures(device: Device): Accesses<Structures | undefined> {
  let common: Pair | undefined;
  let notify: Pair | undefined;
  let multiplier = 0;
  for (const at of yield* device.capabilities(VENDOR_SPECIFIC)) {
    const type = yield* device.config(at + 3, 1);
    if (type === COMMON) common ??= yield* structure(device, at);
    if (type !== NOTIFY || notify !== undefined) continue;
    notify = yield* structure(device, at);
    multiplier = yield* device.config(at + 16, 4);
  }
  return common === undefined || notify === undefined ? undefined : { common, notify, multiplier };
}

function* structure(device: Device, at: number): Accesses<Pair | undefined> {
  const bar = yield* device.config(at + 4, 1);
  const base = bar > 5 ? undefined : yield* device.bar(bar);
  return base === undefined ? undefined : { hi: base.hi, lo: (base.lo + (yield* device.config(at + 8, 4))) | 0 };
}

/** Whether the device works with our queue, which is selected, and has answered everything in it. */
function* isStarted(device: Device, common: Pair): Accesses<boolean> {
  if ((yield* device.read(common, STATUS, 1)) !== STARTED) return false;
  if ((yield* device.read(common, QUEUE_ENABLE, 2)) !== 1) return false;
  for (const [index, at] of QUEUE_ADDRESSES.entries())
    if ((yield* device.read(common, at, 4)) !== RAM.lo + PAGES[index]!) return false;
  const available = yield* device.read(RAM, AVAILABLE, 4);
  return available >>> 16 === (yield* device.read(RAM, USED, 4)) >>> 16;
}

function* start(device: Device, common: Pair, queue: number): Accesses<void> {
  for (const status of [0, 1, 3]) yield* device.write(common, STATUS, 1, status);
  for (const [half, features] of [CONTROL_QUEUE, VERSION_1].entries()) {
    yield* device.write(common, FEATURE_SELECT, 4, half);
    yield* device.write(common, FEATURES, 4, features);
  }
  yield* device.write(common, STATUS, 1, 0xb);
  yield* device.write(common, QUEUE_SELECT, 2, queue);
  yield* device.write(common, QUEUE_SIZE, 2, LENGTH);
  for (const [index, at] of QUEUE_ADDRESSES.entries()) {
    yield* device.write(common, at, 4, RAM.lo + PAGES[index]!);
    yield* device.write(common, at + 4, 4, RAM.hi);
  }
  // Two bytes that the device reads, then one that it writes.
  const first = [RAM.lo + REQUEST, 0, 2, HAS_NEXT | (1 << 16)];
  const second = [RAM.lo + ANSWER, 0, 1, DEVICE_WRITES];
  for (const [index, dword] of [...first, ...second].entries())
    yield* device.write(RAM, DESCRIPTORS + 4 * index, 4, dword);
  yield* device.write(RAM, REQUEST, 4, UNKNOWN_CLASS);
  // Flags, index, and the ring: every request is that of descriptor 0.
  for (let at = 0; at < 4 + 2 * LENGTH; at += 4) yield* device.write(RAM, AVAILABLE + at, 4, 0);
  yield* device.write(RAM, USED, 4, 0);
  yield* device.write(common, QUEUE_ENABLE, 2, 1);
  yield* device.write(common, STATUS, 1, STARTED);
}

function* fire(device: Device, vector: number): Accesses<Refusal> {
  if (!(yield* device.isMaster())) return 'it may not read its queues: Bus Master Enable is 0';
  const found = yield* structures(device);
  if (found === undefined) return 'its structures are not reached behind its BARs';
  const { common, notify, multiplier } = found;
  const queue = (yield* device.read(common, QUEUES, 2)) - 1;
  if (queue !== QUEUES_WITHOUT_MQ - 1) return 'it does not have exactly three queues';
  yield* device.write(common, QUEUE_SELECT, 2, queue);
  if (!(yield* isStarted(device, common))) yield* start(device, common, queue);
  if (!(yield* isStarted(device, common))) return 'it does not start';
  // Taking a vector back clears its pending bit, so only one that is not the queue's yet is written.
  if ((yield* device.read(common, QUEUE_VECTOR, 2)) !== vector) {
    yield* device.write(common, QUEUE_VECTOR, 2, vector);
    if ((yield* device.read(common, QUEUE_VECTOR, 2)) !== vector) return 'its queue does not take the vector';
  }
  const offset = (yield* device.read(common, QUEUE_NOTIFY_OFFSET, 2)) * multiplier;
  const requests = ((yield* device.read(RAM, AVAILABLE, 4)) >>> 16) + 1;
  const index = (requests & 0xffff) << 16;
  yield* device.write(RAM, AVAILABLE, 4, index);
  yield* device.happens();
  yield* device.write(notify, offset, 2, queue);
  const answered = yield* device.until(RAM.lo + USED, 0xffff0000, index);
  return answered ? undefined : 'it did not answer the request';
}

export const VIRTIO_NET: InterruptDriver = {
  names: ['virtio-net-pci', 'virtio-net-pci-non-transitional', 'virtio-net-pci-transitional'],
  ids: [0x10001af4, 0x10411af4],
  byAddress: true,
  // Else a doorbell rings in the main loop, some time after its access.
  isPrompt: (options) => /,ioeventfd=(off|false|no)\b/.test(options),
  fire,
};
