import type { ConfigSpace } from './config-space.ts';
import type { Faulty } from './faults/ask.ts';

/** Places capabilities one after another and chains them, in the first 256 bytes and above (PCIe 7.5.1.1.11, 7.6). */
export class CapabilityList {
  readonly faulty: Faulty;
  private readonly config: ConfigSpace;
  private free = 0x40;
  private last: number | undefined;
  private freeExtended = 0x100;
  private lastExtended: number | undefined;

  constructor(config: ConfigSpace) {
    this.config = config;
    this.faulty = config.faulty;
  }

  /** Returns where the capability begins. `at`: where it must. */
  place(id: number, length: number, at?: number): number {
    const offset = at ?? this.free;
    this.free = Math.max(this.free, (offset + length + 3) & ~3);
    const swapped = this.faulty('cap-id-next-swapped') && this.last === undefined;
    this.config.define(swapped ? offset + 1 : offset, 1, id);
    if (this.last === undefined) {
      this.config.define(0x34, 1, offset);
      this.config.define(this.faulty('status-cap-bit-wrong-half') ? 0x04 : 0x06, 2, 0x10);
    } else {
      const first = this.last === this.config.byte(0x34) && this.faulty('cap-id-next-swapped');
      this.config.define(first ? this.last : this.last + 1, 1, offset);
    }
    this.last = offset;
    return offset;
  }

  /** Returns where the extended capability begins; the first one is always at 0x100. */
  placeExtended(id: number, version: number, length: number, at?: number): number {
    const offset = this.lastExtended === undefined ? 0x100 : (at ?? this.freeExtended);
    this.freeExtended = Math.max(this.freeExtended, (offset + length + 3) & ~3);
    this.config.define(offset, 4, id | (version << 16));
    if (this.lastExtended !== undefined) this.config.define(this.lastExtended, 4, offset << 20);
    this.lastExtended = offset;
    return offset;
  }
}
