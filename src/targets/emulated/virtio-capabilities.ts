/** The five vendor-specific capabilities of a virtio function, and the window in the last of them (virtio 1.2 4.1.4). */
import { Data } from './bar-memory.ts';
import type { CapabilityList } from './capability-list.ts';
import { COMMAND_MEMORY } from './device-function.ts';
import type { DeviceFunction } from './device-function.ts';
import type { Place, VirtioLayout } from './layout.ts';
import { commonArea, COMMON_LENGTH, deviceArea, isrArea, kickArea, notifyArea, notifyLength } from './virtio-areas.ts';
import { legacyArea } from './virtio-legacy.ts';
import { Virtio } from './virtio.ts';

const VENDOR_SPECIFIC = 0x09;

export function addVirtio(fn: DeviceFunction, list: CapabilityList, layout: VirtioLayout): void {
  const virtio = new Virtio(fn, layout);
  const { common, notify, isr, device, kicks } = layout;
  place(fn, list, 1, common, COMMON_LENGTH);
  const notifyAt = place(fn, list, 2, notify, notifyLength(layout.queues.length, layout.multiplier), 20);
  fn.config.define(notifyAt + 16, 4, layout.multiplier);
  place(fn, list, 3, isr, 1);
  place(fn, list, 4, device, device.length);
  addWindow(fn, list);
  if (fn.machine.faulty('snapshot-cfg-cap-offset-zero')) {
    fn.config.onRead(0, () => (virtio.restored ? 0 : undefined));
  }
  fn.barMemory[common.bar]?.add(commonArea(virtio, common.offset));
  fn.barMemory[notify.bar]?.add(notifyArea(virtio, notify.offset));
  fn.barMemory[isr.bar]?.add(isrArea(virtio, isr.offset));
  fn.barMemory[device.bar]?.add(deviceArea(virtio, device.offset));
  fn.barMemory[kicks.bar]?.add(kickArea(virtio, kicks.offset));
  if (layout.transitional) fn.barMemory[0]?.add(legacyArea(virtio));
}

function place(fn: DeviceFunction, list: CapabilityList, type: number, at: Place, length: number, size = 16): number {
  const offset = list.place(VENDOR_SPECIFIC, size);
  fn.config.define(offset + 2, 1, fn.machine.faulty('cap-length-excludes-header') ? size - 2 : size);
  fn.config.define(offset + 3, 1, type);
  fn.config.define(offset + 4, 1, at.bar);
  fn.config.define(offset + 8, 4, at.offset);
  fn.config.define(offset + 12, 4, length);
  return offset;
}

/** VIRTIO_PCI_CAP_PCI_CFG: an access to its data is an access to a BAR, whatever decodes (virtio 1.2 4.1.4.9). */
function addWindow(fn: DeviceFunction, list: CapabilityList): void {
  const offset = list.place(VENDOR_SPECIFIC, 20);
  const { config } = fn;
  const data = offset + 16;
  const into = new Data();
  config.define(offset + 2, 1, 20);
  config.define(offset + 3, 1, 5);
  config.define(offset + 4, 1, 0, { writable: 0xff });
  config.define(offset + 8, 4, 0, { writable: -1 });
  config.define(offset + 12, 4, 0, { writable: -1 });
  config.define(data, 4, 0, { writable: -1 });
  const target = (): { memory: DeviceFunction['barMemory'][number]; at: number; length: number } => {
    const memory = fn.barMemory[config.byte(offset + 4)];
    const at = config.dword(offset + 8) >>> 0;
    const length = config.dword(offset + 12) >>> 0;
    const off = fn.machine.faulty('virtio-window-needs-decode') && (fn.command & COMMAND_MEMORY) === 0;
    const legal = !off && (length === 1 || length === 2 || length === 4) && at % length === 0;
    return { memory: legal && memory !== undefined && at + length <= memory.size ? memory : undefined, at, length };
  };
  config.onRead(data, (lane, width) => {
    const { memory, at, length } = target();
    // One access for one access: that is the one that begins with the first byte of the field.
    if (memory === undefined || lane !== 0) return undefined;
    memory.read(at, fn.machine.faulty('virtio-window-length-ignored') ? 4 : length, into);
    config.change(data, -1, into.lo);
    return width === 4 ? into.lo : into.lo & (width === 2 ? 0xffff : 0xff);
  });
  config.onWrite(data, (_before, after, _value, lanes) => {
    const { memory, at, length } = target();
    if (memory !== undefined && (lanes & 0xff) !== 0)
      memory.write(at, fn.machine.faulty('virtio-window-length-ignored') ? 4 : length, after, 0);
  });
}
