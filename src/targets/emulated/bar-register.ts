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
    config.define(offset, 4, typeBits(layout), {});
    this.setSize(layout.size);
  }

  /** Makes the address bits below the size read-only zeros (PCIe 7.5.1.2.1). */
  setSize(size: number): void {
    const [low, high] = addressMasks(this.kind, size);
    const index = this.offset >> 2;
    this.config.writable[index] = low;
    this.config.change(this.offset, ~low & this.addressBits, 0);
    if (this.kind !== 'mem64') return;
    this.config.writable[index + 1] = high;
    this.config.change(this.offset + 4, ~high, 0);
  }

  private get addressBits(): number {
    return this.isPort ? ~3 : ~0xf;
  }

  get isPort(): boolean {
    return this.kind === 'io' || this.kind === 'io16';
  }

  get baseLo(): number {
    return (this.config.dword(this.offset) & this.addressBits) >>> 0;
  }

  get baseHi(): number {
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
