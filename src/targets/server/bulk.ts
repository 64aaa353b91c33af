/**
 * A bulk command as a sequence of aligned dword accesses, bytes at the ends. Beyond the top of the address space there
 * are ones to read and nothing to write.
 */
import { MEMORY } from '../../access/access.ts';
import type { Access } from '../../access/access.ts';
import type { Target } from '../../access/target.ts';
import type { Pair } from '../../core/hex.ts';
import { sumHi, sumLo } from '../../core/pair.ts';

export function readBytes(target: Target, access: Access, from: Pair, size: number): Buffer {
  const bytes = Buffer.alloc(size, 0xff);
  forEachPiece(access, from, size, (offset, width) => {
    access.write = false;
    target.access(access);
    for (let byte = 0; byte < width; byte++) bytes[offset + byte] = access.valueLo >>> (byte * 8);
  });
  return bytes;
}

export function writeBytes(target: Target, access: Access, from: Pair, bytes: Buffer): void {
  forEachPiece(access, from, bytes.length, (offset, width) => {
    access.write = true;
    access.valueHi = 0;
    access.valueLo = width === 4 ? bytes.readInt32LE(offset) : (bytes[offset] as number);
    target.access(access);
  });
}

/** Sets space, address and width of the access for each piece in turn. */
function forEachPiece(access: Access, from: Pair, size: number, visit: (offset: number, width: 1 | 4) => void): void {
  const end = from.hi === -1 ? Math.min(size, 2 ** 32 - (from.lo >>> 0)) : size;
  access.space = MEMORY;
  for (let offset = 0; offset < end;) {
    access.addressLo = sumLo(from.lo, offset);
    access.addressHi = sumHi(from.hi, from.lo, 0, offset);
    const width = (access.addressLo & 3) === 0 && end - offset >= 4 ? 4 : 1;
    access.width = width;
    visit(offset, width);
    offset += width;
  }
}
