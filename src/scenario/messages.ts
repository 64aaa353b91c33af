/** What the number of a message in a `program` step stands for: an address and data, different for each number. */

import type { MachineDescription } from '../access/machine.ts';
import type { Pair } from '../core/hex.ts';
import { differenceLo, sumHi, sumLo } from '../core/pair.ts';

export interface Message {
  address: Pair;
  data: number;
}

export type Messages = (content: number) => Message;

/** RAM that scenarios leave to messages, from this offset of the first range on. */
const RAM_OFFSET = 0x200000;

/**
 * A target that tells of messages gets addresses of the local APICs, as on any PC, or those that it says it watches; on
 * another messages go to RAM, where they can be read back. The low five bits of the data are left to MSI's vectors.
 */
export function messagesOf(machine: Partial<MachineDescription>): Messages {
  const data = (content: number): number => 0x4000 | ((content & 0x1ff) << 5);
  const [watched] = machine.messages ?? [];
  if (watched !== undefined) {
    const places = Math.max(1, (differenceLo(watched.hiLo, watched.loLo) + 1) >>> 2);
    return (content) => {
      // Contents with the same data differ by 512.
      const distance = 4 * ((content + (content >>> 9)) % places);
      const address = { hi: sumHi(watched.loHi, watched.loLo, 0, distance), lo: sumLo(watched.loLo, distance) };
      return { address, data: data(content) };
    };
  }
  const [ram] = machine.ram ?? [];
  if (ram === undefined || (machine.caps ?? []).includes('msi')) {
    return (content) => ({
      address: { hi: (content & 0x38) === 0x28 ? 1 : 0, lo: (0xfee00000 + (((content >>> 9) & 0x7f) << 12)) | 0 },
      data: data(content),
    });
  }
  return (content) => {
    const distance = RAM_OFFSET + 4 * (content & 0x3fff);
    const address = { hi: sumHi(ram.loHi, ram.loLo, 0, distance), lo: sumLo(ram.loLo, distance) };
    return { address, data: data(content) };
  };
}
