/** What a virtio device shows in its BARs: the modern structures (virtio 1.2 4.1.4). */
import type { Area } from './bar-memory.ts';
import { NO_VECTOR } from './virtio.ts';
import type { Virtio } from './virtio.ts';

export const COMMON_LENGTH = 0x38;

export function commonArea(virtio: Virtio, start: number): Area {
  return {
    start,
    length: COMMON_LENGTH,
    read: (offset) => readCommon(virtio, offset),
    write: (offset, value, mask) => writeCommon(virtio, offset, value, mask),
  };
}

function readCommon(virtio: Virtio, offset: number): number {
  const { state, selected } = virtio;
  switch (offset) {
    case 0x00:
      return state.deviceFeatureSelect;
    case 0x04:
      return virtio.deviceFeatures(state.deviceFeatureSelect);
    case 0x08:
      return state.driverFeatureSelect;
    case 0x0c:
      return state.driverFeatures[state.driverFeatureSelect] ?? 0;
    case 0x10:
      return state.configVector | (state.queues.length << 16);
    case 0x14:
      return state.status | (state.queueSelect << 16);
    case 0x18:
      return (sizeShown(virtio) ?? 0) | ((virtio.vectorQueue?.vector ?? NO_VECTOR) << 16);
    case 0x1c:
      return (selected?.enabled ?? 0) | ((selected === undefined ? 0 : state.queueSelect) << 16);
    default:
      return selected?.addresses[(offset - 0x20) >> 2] ?? 0;
  }
}

function writeCommon(virtio: Virtio, offset: number, value: number, mask: number): void {
  const { state, selected } = virtio;
  const lowWord = (mask & 0xffff) !== 0;
  const highWord = (mask & 0xffff0000) !== 0;
  const merged = (before: number): number => (before & ~mask) | (value & mask);
  switch (offset) {
    case 0x00:
      state.deviceFeatureSelect = merged(state.deviceFeatureSelect);
      return;
    case 0x08:
      state.driverFeatureSelect = merged(state.driverFeatureSelect);
      return;
    case 0x0c: {
      const half = state.driverFeatureSelect;
      if (half === 0 || half === 1) state.driverFeatures[half] = merged(state.driverFeatures[half]);
      return;
    }
    case 0x10:
      if (lowWord) state.configVector = virtio.acceptedVector(merged(state.configVector) & 0xffff);
      return;
    case 0x14:
      if (highWord) state.queueSelect = (merged(state.queueSelect << 16) >>> 16) & 0xffff;
      if ((mask & 0xff) !== 0) virtio.setStatus(value & 0xff);
      return;
    case 0x18:
      if (selected !== undefined && lowWord) setSize(virtio, merged(selected.size) & 0xffff);
      if (virtio.vectorQueue !== undefined && highWord) {
        const vector = (merged(virtio.vectorQueue.vector << 16) >>> 16) & 0xffff;
        virtio.vectorQueue.vector = virtio.acceptedVector(vector);
      }
      return;
    case 0x1c:
      if (selected !== undefined && (mask & value & 1) !== 0) selected.enabled = 1;
      return;
    default: {
      // A queue that is enabled stays as it is (virtio 1.2 4.1.4.3.2).
      const index = (offset - 0x20) >> 2;
      if (selected === undefined || selected.enabled !== 0 || index < 0) return;
      selected.addresses[index] = merged(selected.addresses[index] ?? 0);
      if (virtio.fn.machine.faulty('virtio-half-write-clears-other')) selected.addresses[index ^ 1] = 0;
    }
  }
}

function sizeShown({ fn, selected, state }: Virtio): number | undefined {
  return selected?.size ?? (fn.machine.faulty('virtio-absent-queue-has-size') ? state.queues[0]?.size : undefined);
}

/** A power of two up to the size that the device offers. */
function setSize(virtio: Virtio, size: number): void {
  const { selected, state } = virtio;
  const most = virtio.layout.queues[state.queueSelect] ?? 0;
  const legal = size > 0 && size <= most && (size & (size - 1)) === 0;
  if (selected !== undefined && selected.enabled === 0 && legal) selected.size = size;
}

export function isrArea(virtio: Virtio, start: number): Area {
  return {
    start,
    length: 1,
    read: (_offset, mask) => ((mask & 0xff) !== 0 ? virtio.takeIsr() : 0),
    write: () => {},
  };
}

export function deviceArea(virtio: Virtio, start: number): Area {
  return {
    start,
    length: virtio.device.length,
    read: (offset) => readDevice(virtio, offset),
    write: (offset, value, mask) => writeDevice(virtio, offset, value, mask),
  };
}

/** Four bytes of the device-specific configuration from an offset on; zeros past its end. */
export function readDevice(virtio: Virtio, offset: number): number {
  let value = 0;
  for (let byte = 0; byte < 4; byte++) value |= (virtio.device[offset + byte] ?? 0) << (byte * 8);
  return value;
}

export function writeDevice(virtio: Virtio, offset: number, value: number, mask: number): void {
  for (let byte = 0; byte < 4; byte++) {
    const inside = offset + byte < virtio.device.length;
    if (inside && ((mask >>> (byte * 8)) & 1) !== 0) virtio.device[offset + byte] = (value >>> (byte * 8)) & 0xff;
  }
}

/** Length of the notification structure: up to the last queue's address, and two bytes there. */
export function notifyLength(queues: number, multiplier: number): number {
  return (queues - 1) * multiplier + 2;
}

/** Doorbells: a write of 2 or 4 bytes at the address of a queue (virtio 1.2 4.1.4.4). */
export function notifyArea(virtio: Virtio, start: number): Area {
  const { queues, multiplier } = virtio.layout;
  return {
    start,
    length: (notifyLength(queues.length, multiplier) + 3) & ~3,
    read: () => 0,
    write: (offset, value, mask) => {
      if (virtio.astray || (mask !== -1 && virtio.fn.machine.faulty('ioeventfd-datamatch-length'))) return;
      if ((mask & 0xffff) === 0xffff) ring(virtio, offset, value & 0xffff);
      if (mask >>> 16 === 0xffff && mask << 16 === 0) ring(virtio, offset + 2, value >>> 16);
    },
  };
}

function ring(virtio: Virtio, offset: number, value: number): void {
  const { multiplier } = virtio.layout;
  // Without a multiplier all queues share one address, and the value tells which is meant.
  if (multiplier === 0) {
    if (offset === 0) virtio.kick(value);
  } else if (virtio.fn.machine.faulty('virtio-multiplier-ignored')) virtio.kick(offset);
  else if (offset % multiplier === 0) {
    virtio.kick(offset / multiplier);
  }
}

/** A dword that counts the doorbell writes. */
export function kickArea(virtio: Virtio, start: number): Area {
  return { start, length: 4, read: () => virtio.kicks, write: () => {} };
}
