/** The machine as the C program of this bench reads it: the registers of each function, with masks of writable bits. */

import { Access, PORT } from '../../src/access/access.ts';
import type { Target } from '../../src/access/target.ts';

const DWORDS = 1024;

/** Registers at power-on, bits that a write changes and bits that a written 1 clears, of every function, found by trying. */
export function describeRegisters(open: () => Target, functions: readonly number[]): Uint8Array {
  const target = open();
  const words = new Int32Array(functions.length * (1 + 3 * DWORDS));
  for (const [number, bdf] of functions.entries()) {
    const at = number * (1 + 3 * DWORDS);
    words[at] = bdf;
    const image = target.images?.([bdf])[0]?.slice();
    if (image === undefined) continue;
    const bytes = new DataView(image.buffer, image.byteOffset, image.length);
    for (let d = 0; d < image.length >>> 2; d++) {
      const before = bytes.getInt32(4 * d, true);
      words[at + 1 + d] = before;
      // The ports reach no further; what lies beyond counts as read-only.
      if (d >= 64) continue;
      const read = (data: number): number => {
        target.command({ kind: 'save' });
        write(target, bdf, d, data);
        const after = target.images?.([bdf])[0];
        const value =
          after === undefined
            ? before
            : new DataView(after.buffer, after.byteOffset, after.length).getInt32(4 * d, true);
        target.command({ kind: 'restore' });
        target.takeEvents();
        return value;
      };
      const ones = read(-1);
      const zeros = read(0);
      words[at + 1 + DWORDS + d] = ones & ~zeros;
      words[at + 1 + 2 * DWORDS + d] = before & zeros & ~ones;
    }
  }
  return new Uint8Array(words.buffer);
}

function write(target: Target, bdf: number, d: number, data: number): void {
  const access = new Access();
  access.write = true;
  access.space = PORT;
  access.width = 4;
  access.addressLo = 0xcf8;
  access.valueLo = 0x80000000 | (bdf << 8) | (d << 2);
  target.access(access);
  access.addressLo = 0xcfc;
  access.valueLo = data;
  target.access(access);
}
