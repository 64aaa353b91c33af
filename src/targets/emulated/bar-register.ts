/** The one or two dwords of a base address register; the same for the BARs of virtual functions. */
import type { ConfigSpace } from './config-space.ts';
import type { BarKind, BarLayout } from './layout.ts';

export class BarRegister {
  readonly kind: BarKind;
  private readonly config: ConfigSpace;
  private readonly offset: number;

  constructor(config: ConfigSpace, offset: number, layout: BarLayout) {
    this.config = config;
    this.offset = offset;
    this.kind = layout.kind;
    const narrowAsWide = layout.kind === 'mem32' && config.faulty('bar-64-flag-on-32bit-bar');
    config.define(offset, 4, this.seemsUpper ? 0 : typeBits(layout) | (narrowAsWide ? 4 : 0), {});
    this.setSize(layout.size);
  }

  /** Makes the address bits below the size read-only zeros (PCIe 7.5.1.2.1). */
  setSize(size: number): void {
    const [low, high] = this.deviating(addressMasks(this.kind, size), size);
    const index = this.offset >> 2;
    this.config.writable[index] = low;
    this.config.change(this.offset, ~low & this.addressBits, 0);
    if (this.kind !== 'mem64') return;
    this.config.writable[index + 1] = high;
    this.config.change(this.offset + 4, ~high, 0);
  }

  private deviating([low, high]: [low: number, high: number], size: number): [low: number, high: number] {
    const { faulty } = this.config;
    if (faulty('bar-attr-nibble-overwritten')) return [low | (this.isPort ? 3 : 0xf), high];
    if (this.isPort) return [low, high];
    if (faulty('bar-size-not-power-of-two') && size < 2 ** 31) return [-(size * 1.5) & ~0xf, high];
    if (faulty('bar-64-low-half-size-lost-above-4g') && size >= 2 ** 32) return [~0xf, high];
    if (faulty('bar-64-probe-args-swapped')) return [low, 0];
    return this.seemsUpper ? [-1, high] : [low, high];
  }

  /** By a wrong rule: that a BAR of 64 bits begins at an even index, and what has an odd one is an upper half. */
  private get seemsUpper(): boolean {
    return this.kind === 'mem64' && (this.offset & 4) !== 0 && this.config.faulty('bar-64-only-even-index');
  }

  private get addressBits(): number {
    return this.isPort ? ~3 : ~0xf;
  }

  get isPort(): boolean {
    return this.kind === 'io' || this.kind === 'io16';
  }

  get baseLo(): number {
    const bits = this.config.faulty('bar-type-decides-address') ? ~0xf : this.addressBits;
    return (this.config.dword(this.offset) & bits) >>> 0;
  }

  get baseHi(): number {
    if (this.config.faulty('bar-64-address-getter-low-only')) return 0;
    if (this.kind === 'mem32' && this.offset < 0x24 && this.config.faulty('bar-type-decides-address')) {
      return this.config.dword(this.offset + 4) >>> 0;
    }
    return this.kind === 'mem64' ? this.config.dword(this.offset + 4) >>> 0 : 0;
  }
}

function typeBits(layout: BarLayout): number {
  if (layout.kind === 'io' || layout.kind === 'io16') return 1;
  return (layout.kind === 'mem64' ? 4 : 0) | (layout.prefetchable ? 8 : 0);
}

/** The writable bits of the low and the high dword. */
function addressMasks(kind: BarKind, size: number): [low: number, high: number] {
  if (kind === 'io16') return [-size & 0xffff, 0];
  if (size >= 2 ** 32) return [0, -(size / 2 ** 32)];
  return [-size | 0, -1];
}
