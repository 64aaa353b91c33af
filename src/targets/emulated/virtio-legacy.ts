/** The legacy interface of a transitional device: registers in an I/O BAR (virtio 1.2 4.1.4.10). */
import type { Area } from './bar-memory.ts';
import { NO_VECTOR } from './virtio.ts';
import type { Virtio } from './virtio.ts';
import { readDevice, writeDevice } from './virtio-areas.ts';

/** Where the device-specific configuration begins; MSI-X puts two vector fields before it. */
const DEVICE = 0x14;
const DEVICE_WITH_VECTORS = 0x18;

export function legacyLength(device: number): number {
  return DEVICE_WITH_VECTORS + device;
}

export function legacyArea(virtio: Virtio): Area {
  return {
    start: 0,
    length: legacyLength(virtio.device.length),
    read: (offset, mask) => read(virtio, offset, mask),
    write: (offset, value, mask) => write(virtio, offset, value, mask),
  };
}

function vectorsShown(virtio: Virtio): boolean {
  return virtio.fn.interrupts.msix?.enabled === true && !virtio.fn.machine.faulty('virtio-legacy-no-shift');
}

function read(virtio: Virtio, offset: number, mask: number): number {
  const { state, selected } = virtio;
  switch (offset) {
    case 0x00:
      return virtio.deviceFeatures(0);
    case 0x04:
      return state.driverFeatures[0];
    case 0x08:
      return selected?.page ?? 0;
    case 0x0c:
      return (virtio.layout.queues[state.queueSelect] ?? 0) | (state.queueSelect << 16);
    case 0x10:
      return (state.status << 16) | ((mask & 0xff000000) !== 0 ? virtio.takeIsr() << 24 : 0);
    default:
      if (!vectorsShown(virtio)) return readDevice(virtio, offset - DEVICE);
      if (offset >= DEVICE_WITH_VECTORS) return readDevice(virtio, offset - DEVICE_WITH_VECTORS);
      return state.configVector | ((selected?.vector ?? NO_VECTOR) << 16);
  }
}

function write(virtio: Virtio, offset: number, value: number, mask: number): void {
  const { state, selected } = virtio;
  const merged = (before: number): number => (before & ~mask) | (value & mask);
  switch (offset) {
    case 0x00:
      return;
    case 0x04:
      state.driverFeatures[0] = merged(state.driverFeatures[0]);
      return;
    case 0x08:
      if (selected !== undefined) selected.page = merged(selected.page);
      return;
    case 0x0c:
      if ((mask & 0xffff0000) !== 0) state.queueSelect = (merged(state.queueSelect << 16) >>> 16) & 0xffff;
      return;
    case 0x10:
      if ((mask & 0xffff) === 0xffff) virtio.kick(value & 0xffff);
      if ((mask & 0xff0000) !== 0) virtio.setStatus((value >>> 16) & 0xff);
      return;
    default:
      if (!vectorsShown(virtio)) writeDevice(virtio, offset - DEVICE, value, mask);
      else if (offset >= DEVICE_WITH_VECTORS) writeDevice(virtio, offset - DEVICE_WITH_VECTORS, value, mask);
      else writeVectors(virtio, value, mask);
  }
}

function writeVectors(virtio: Virtio, value: number, mask: number): void {
  const { state, selected } = virtio;
  if ((mask & 0xffff) !== 0) {
    state.configVector = virtio.acceptedVector(((state.configVector & ~mask) | (value & mask)) & 0xffff);
  }
  if ((mask & 0xffff0000) !== 0 && selected !== undefined) {
    const merged = (((selected.vector << 16) & ~mask) | (value & mask)) >>> 16;
    selected.vector = virtio.acceptedVector(merged);
  }
}
