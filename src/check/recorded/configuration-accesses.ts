/** Accesses to configuration space, whichever way they take, as a guest means them. */

import { CONFIG, MEMORY, PORT } from '../../access/access.ts';
import type { Access } from '../../access/access.ts';
import type { EcamRange } from '../../access/machine.ts';
import { differenceHi, differenceLo } from '../../core/pair.ts';

export interface ConfigurationAccess {
  /** Segment << 16 | bus << 8 | device << 3 | function. */
  bdf: number;
  offset: number;
  width: number;
  write: boolean;
  /** Unsigned. */
  value: number;
}

const ENABLE = 0x80000000;

/** Follows the index of the ports. What is no plain access of up to four bytes inside a dword is passed over. */
export class ConfigurationAccesses {
  private readonly ecam: readonly EcamRange[];
  private index = 0;

  constructor(ecam: readonly EcamRange[]) {
    this.ecam = ecam;
  }

  /** Undefined: it is none. */
  read(access: Access): ConfigurationAccess | undefined {
    const { width, addressLo: at } = access;
    if (access.space === PORT && at === 0xcf8 && width === 4 && access.write) this.index = access.valueLo >>> 0;
    const place = this.placeOf(access);
    if (place === undefined || width === 0 || width === 8 || (place.offset & 3) + width > 4) return undefined;
    return { ...place, width, write: access.write, value: access.valueLo >>> 0 };
  }

  private placeOf({ space, addressHi, addressLo }: Access): { bdf: number; offset: number } | undefined {
    if (space === CONFIG) return { bdf: addressHi, offset: addressLo };
    if (space === PORT) {
      if (addressLo < 0xcfc || addressLo > 0xcff || this.index < ENABLE) return undefined;
      return { bdf: (this.index >>> 8) & 0xffff, offset: (this.index & 0xfc) | (addressLo & 3) };
    }
    if (space !== MEMORY) return undefined;
    for (const { baseHi, baseLo, firstBus, lastBus, segment } of this.ecam) {
      const above = differenceLo(addressLo, baseLo) >>> 0;
      const size = (lastBus - firstBus + 1) * 2 ** 20;
      if (differenceHi(addressHi, addressLo, baseHi, baseLo) !== 0 || above >= size) continue;
      return { bdf: (segment << 16) | ((firstBus << 8) + (above >>> 12)), offset: above & 0xfff };
    }
    return undefined;
  }
}
