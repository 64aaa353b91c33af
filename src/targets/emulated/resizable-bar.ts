/** Resizable BAR: software chooses the size of a BAR among some (PCIe 7.8.6). */
import type { Bar } from './bars.ts';
import type { CapabilityList } from './capability-list.ts';
import type { ResetKind } from './config-space.ts';
import { COMMAND_MEMORY } from './device-function.ts';
import type { DeviceFunction } from './device-function.ts';
import { Part } from './part.ts';

const MIB = 2 ** 20;
const SIZE_FIELD = 0x3f00;

export class ResizableBar extends Part {
  private readonly control: number;
  private readonly bar: Bar;
  private readonly sizes: readonly number[];

  constructor(fn: DeviceFunction, at: { offset: number; number: number; of: number }, bar: Bar, sizes: number[]) {
    super(fn);
    this.bar = bar;
    this.sizes = sizes;
    const entry = at.offset + 4 + at.number * 8;
    this.control = entry + 4;
    let supported = 0;
    for (const size of sizes) supported |= 1 << (4 + Math.log2(size / MIB));
    fn.config.define(entry, 4, supported);
    const encoded = Math.log2(bar.memory.size / MIB);
    const count = at.number === 0 ? at.of << 5 : 0;
    fn.config.define(this.control, 4, bar.index | count | (encoded << 8), { writable: SIZE_FIELD });
    fn.config.onWrite(this.control, (before, after) => this.written(before, after));
  }

  /** Only an advertised size, and only while memory decoding is off (PCIe 7.8.6.3). */
  private written(before: number, after: number): void {
    if (((before ^ after) & SIZE_FIELD) === 0) return;
    const size = sizeOf(after);
    if (!this.sizes.includes(size) || (this.fn.command & COMMAND_MEMORY) !== 0) {
      this.fn.config.change(this.control, SIZE_FIELD, before);
      return;
    }
    this.bar.resize(size);
  }

  override reset(_kind: ResetKind): void {
    this.bar.resize();
  }

  override refresh(): void {
    this.bar.resize(sizeOf(this.fn.config.dword(this.control)));
  }
}

function sizeOf(control: number): number {
  return MIB * 2 ** ((control >>> 8) & 0x3f);
}

/** `bars`: those of the function, by index. */
export function addResizableBars(
  fn: DeviceFunction,
  list: CapabilityList,
  entries: { index: number; sizes: number[] }[],
  bars: ReadonlyMap<number, Bar>,
  at?: number,
): void {
  const offset = list.placeExtended(0x0015, 1, 4 + 8 * entries.length, at);
  entries.forEach(({ index, sizes }, number) => {
    const bar = bars.get(index);
    if (bar !== undefined) new ResizableBar(fn, { offset, number, of: entries.length }, bar, sizes);
  });
}
