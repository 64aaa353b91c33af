/** Steps about virtio devices: the driver's start, and the doorbells (virtio 1.2, 3.1.1, 4.1.4.3, 4.1.4.4). */

import type { TopologyFunction } from '../topology/topology.ts';
import type { Pair } from '../core/hex.ts';
import { sumHi, sumLo } from '../core/pair.ts';
import type { Actions, Driver } from './driver.ts';
import type { StepContext, StepHandler } from './expand.ts';
import { REGIONS } from './names.ts';
import { resolve } from './regions.ts';
import type { OperationName } from './steps.ts';

const COMMON = REGIONS.indexOf('common');
const NOTIFY = REGIONS.indexOf('notify');

/** Fields of the common configuration. */
const DEVICE_FEATURE_SELECT = 0x00;
const DEVICE_FEATURE = 0x04;
const DRIVER_FEATURE_SELECT = 0x08;
const DRIVER_FEATURE = 0x0c;
const NUMBER_OF_QUEUES = 0x12;
const DEVICE_STATUS = 0x14;
const QUEUE_SELECT = 0x16;
const QUEUE_SIZE = 0x18;
const QUEUE_VECTOR = 0x1a;
const QUEUE_ENABLE = 0x1c;
const QUEUE_NOTIFY_OFFSET = 0x1e;
const QUEUE_ADDRESSES = [0x20, 0x28, 0x30] as const;

/** RAM that scenarios leave to queues, from this offset of the first range on: three pages a queue. */
const QUEUES_OFFSET = 0x300000;

function* common(driver: Driver, f: TopologyFunction, at: number, width: number): Actions<number> {
  const place = resolve(driver, f, COMMON, 0, at);
  if (place === undefined) return 0;
  const access = driver.at(place.io, false, place, width);
  yield access;
  return access.valueLo;
}

function* setCommon(driver: Driver, f: TopologyFunction, at: number, width: number, value: number): Actions {
  const place = resolve(driver, f, COMMON, 0, at);
  if (place !== undefined) yield driver.at(place.io, true, place, width, value);
}

/** Goes through the driver's start with one queue. */
function* activate({ driver, binding, words }: StepContext): Actions {
  const f = binding.functionOf(words[1]!);
  if (f.virtio.every(({ type }) => type !== 1)) return;
  const set = (at: number, width: number, value: number): Actions => setCommon(driver, f, at, width, value);
  yield* set(DEVICE_STATUS, 1, 0);
  yield* common(driver, f, DEVICE_STATUS, 1);
  yield* set(DEVICE_STATUS, 1, 1);
  yield* set(DEVICE_STATUS, 1, 3);
  for (const half of [0, 1]) {
    yield* set(DEVICE_FEATURE_SELECT, 4, half);
    const offered = yield* common(driver, f, DEVICE_FEATURE, 4);
    yield* set(DRIVER_FEATURE_SELECT, 4, half);
    // VERSION_1 alone: no feature changes what the queue looks like.
    yield* set(DRIVER_FEATURE, 4, half === 1 ? offered & 1 : 0);
  }
  yield* set(DEVICE_STATUS, 1, 0xb);
  yield* common(driver, f, DEVICE_STATUS, 1);
  const queue = words[2]! % Math.max((yield* common(driver, f, NUMBER_OF_QUEUES, 2)) & 0xffff, 1);
  yield* set(QUEUE_SELECT, 2, queue);
  yield* common(driver, f, QUEUE_SIZE, 2);
  yield* set(QUEUE_SIZE, 2, 8);
  yield* set(QUEUE_VECTOR, 2, 0);
  yield* common(driver, f, QUEUE_VECTOR, 2);
  const [ram] = driver.machine.ram ?? [];
  for (const [page, at] of QUEUE_ADDRESSES.entries()) {
    const distance = QUEUES_OFFSET + (((f.index & 63) * 16 + (queue & 15)) * 3 + page) * 0x1000;
    yield* set(at, 4, sumLo(ram?.loLo ?? 0, distance));
    yield* set(at + 4, 4, sumHi(ram?.loHi ?? 0, ram?.loLo ?? 0, 0, distance));
  }
  yield* set(QUEUE_ENABLE, 2, 1);
  yield* set(DEVICE_STATUS, 1, 0xf);
}

const RING_WIDTHS = [2, 4, 1, 8] as const;

function* ring({ driver, binding, words }: StepContext): Actions {
  const f = binding.functionOf(words[1]!);
  const notify = f.virtio.find(({ type }) => type === 2);
  if (notify === undefined) return;
  const queue = words[2]! % Math.max((yield* common(driver, f, NUMBER_OF_QUEUES, 2)) & 0xffff, 1);
  yield* setCommon(driver, f, QUEUE_SELECT, 2, queue);
  // A queue that is there has a size.
  yield* common(driver, f, QUEUE_SIZE, 2);
  const offset = (yield* common(driver, f, QUEUE_NOTIFY_OFFSET, 2)) & 0xffff;
  const anchor = words[4] === 1 ? 2 : 0;
  const base = resolve(driver, f, NOTIFY, anchor, 0);
  if (base === undefined) return;
  const distance = offset * notify.multiplier;
  const place: Pair = {
    hi: sumHi(base.hi, base.lo, Math.floor(distance / 2 ** 32), distance | 0),
    lo: sumLo(base.lo, distance | 0),
  };
  yield driver.at(base.io, true, place, RING_WIDTHS[words[3]!]!, queue, 0);
}

export const VIRTIO_STEPS = { activate, ring } satisfies Partial<Record<OperationName, StepHandler>>;
