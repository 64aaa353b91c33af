/** Places in BARs: every structure lies inside its BAR, aligned, and on no other one (PCIe 7.7.2, virtio 1.2 4.1.4). */
import { isPowerOfTwo } from './layout-check-bars.ts';
import type { Report } from './layout-check.ts';
import type { FunctionLayout, Place, VirtioLayout } from './layout.ts';
import { COMMON_LENGTH, notifyLength } from './virtio-areas.ts';
import { legacyLength } from './virtio-legacy.ts';

interface Stretch extends Place {
  name: string;
  length: number;
  align: number;
  /** Table and PBA share no block of 4 KiB with anything else (PCIe 7.7.2). */
  table: boolean;
  /** Where it is stated. */
  path: readonly (string | number)[];
}

export function checkAreas(fn: FunctionLayout, report: Report): void {
  const stretches: Stretch[] = [];
  fn.capabilities.forEach((capability, index) => {
    const path = ['capabilities', index];
    if (capability.kind === 'msix') stretches.push(...tableStretches(capability, path, report));
    if (capability.kind === 'virtio') stretches.push(...virtioStretches(fn, capability, path, report));
  });
  checkStretches(stretches, memorySizes(fn), report);
}

/** Table and PBA, of a function or of the virtual ones. */
export function tableStretches(
  msix: { vectors: number; table: Place; pba: Place },
  path: readonly (string | number)[],
  report: Report,
): Stretch[] {
  const { vectors, table, pba } = msix;
  if (vectors < 1 || vectors > 2048) report(path, `MSI-X has 1 to 2048 vectors, not ${vectors}`);
  return [
    { ...table, name: 'the table', length: 16 * vectors, align: 8, table: true, path },
    { ...pba, name: 'the PBA', length: 8 * Math.ceil(vectors / 64), align: 8, table: true, path },
  ];
}

function virtioStretches(
  fn: FunctionLayout,
  virtio: VirtioLayout,
  path: readonly (string | number)[],
  report: Report,
): Stretch[] {
  const { queues, multiplier, device } = virtio;
  const wholeQueues =
    queues.length > 0 && queues.length <= 64 && queues.every((size) => isPowerOfTwo(size) && size <= 0x8000);
  if (!wholeQueues) report(path, 'there are 1 to 64 queues, and the size of each is a power of two up to 32768');
  const wholeMultiplier = multiplier === 0 || (isPowerOfTwo(multiplier) && multiplier >= 2 && multiplier <= 4096);
  if (!wholeMultiplier) report(path, 'a multiplier is 0 or a power of two from 2 to 4096');
  if (device.length < 1 || device.length > 256) report(path, 'the device configuration has 1 to 256 bytes');
  const stretch = (name: string, place: Place, length: number): Stretch => ({
    bar: place.bar,
    offset: place.offset,
    name,
    length,
    align: 4,
    table: false,
    path,
  });
  const legacy = { bar: 0, offset: 0 };
  if (virtio.transitional && !fn.bars.some((bar) => bar.index === 0 && (bar.kind === 'io' || bar.kind === 'io16'))) {
    report(path, 'a transitional device has an I/O BAR 0');
  }
  return [
    stretch('the common configuration', virtio.common, COMMON_LENGTH),
    stretch('the notification structure', virtio.notify, (notifyLength(queues.length, multiplier) + 3) & ~3),
    stretch('the interrupt status', virtio.isr, 1),
    stretch('the device configuration', device, device.length),
    stretch('the counter of doorbells', virtio.kicks, 4),
    ...(virtio.transitional ? [stretch('the legacy interface', legacy, legacyLength(device.length))] : []),
  ];
}

/** The least bytes behind each memory or I/O BAR: a resizable one may become its smallest. */
function memorySizes(fn: FunctionLayout): Map<number, number> {
  const sizes = new Map(fn.bars.map((bar) => [bar.index, bar.size]));
  for (const capability of fn.capabilities) {
    if (capability.kind === 'enhanced-allocation') {
      for (const entry of capability.entries) sizes.set(entry.bar, entry.size);
    }
    if (capability.kind === 'resizable-bar') {
      for (const { index, sizes: choices } of capability.bars) sizes.set(index, Math.min(...choices));
    }
  }
  return sizes;
}

export function checkStretches(
  stretches: readonly Stretch[],
  sizes: ReadonlyMap<number, number>,
  report: Report,
): void {
  stretches.forEach((stretch, index) => {
    const { name, bar, offset, length, align, path } = stretch;
    const size = sizes.get(bar);
    if (size === undefined) report(path, `${name} lies in BAR ${bar}, which is not there`);
    else if (offset + length > size) report(path, `${name} does not fit into BAR ${bar} of ${size} bytes`);
    if (offset % align !== 0 || offset >= 2 ** 32)
      report(path, `the offset of ${name} is a multiple of ${align} below 4 GiB`);
    for (const other of stretches.slice(index + 1)) {
      const apart = other.bar !== bar || other.offset + other.length <= offset || offset + length <= other.offset;
      if (!apart) report(path, `${name} and ${other.name} overlap`);
      else if (stretch.table !== other.table && shareBlock(stretch, other)) {
        report(path, `${name} and ${other.name} lie in one block of 4 KiB`);
      }
    }
  });
}

/** Whether two places of one BAR have a naturally aligned block of 4 KiB in common. */
function shareBlock(one: Stretch, other: Stretch): boolean {
  if (one.bar !== other.bar) return false;
  const first = (stretch: Stretch): number => Math.floor(stretch.offset / 4096);
  const last = (stretch: Stretch): number => Math.floor((stretch.offset + stretch.length - 1) / 4096);
  return first(one) <= last(other) && first(other) <= last(one);
}
