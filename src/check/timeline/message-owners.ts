/** Whose a message is: the vector that was last programmed with its address and data. Bounded, the oldest are forgotten. */

import type { Event } from '../../access/event.ts';
import type { PciFunction } from '../../model/function.ts';
import type { Content } from '../../model/interrupts/content.ts';

/** Contents that are remembered in all, and of those that are alike in address and low byte of data. */
const CONTENTS_AT_MOST = 1 << 14;
const ALIKE_AT_MOST = 64;

/** A vector, and what it sends. */
interface Owner {
  function: PciFunction;
  index: number;
  addressHi: number;
  addressLo: number;
  data: number;
}

export class MessageOwners {
  /** By address and low byte of data, which every source tells; those programmed last at the end. */
  private readonly byContent = new Map<number | string, Owner[]>();
  private readonly contents = new WeakMap<PciFunction, Map<number, Owner>>();
  private count = 0;

  /** A vector has this content now. `again`: it counts as programmed now though it has had it before. */
  add(f: PciFunction, index: number, { addressHi, addressLo, data }: Content, again: boolean): void {
    let mine = this.contents.get(f);
    if (mine === undefined) this.contents.set(f, (mine = new Map()));
    const before = mine.get(index);
    const key = keyOf(addressHi, addressLo, data);
    const alike = this.byContent.get(key);
    const isSame = before?.addressHi === addressHi && before.addressLo === addressLo && before.data === data;
    if (isSame && alike !== undefined && (alike.at(-1) === before || (!again && alike.includes(before)))) return;
    const owner = { function: f, index, addressHi, addressLo, data };
    mine.set(index, owner);
    const others = alike?.filter((one) => one.function !== f || one.index !== index || one.data !== data) ?? [];
    this.count += others.length + 1 - (alike?.length ?? 0);
    if (others.length >= ALIKE_AT_MOST) this.count -= others.splice(0, 1).length;
    others.push(owner);
    // Those that were programmed last are the last to be forgotten.
    this.byContent.delete(key);
    this.byContent.set(key, others);
    for (const [oldest, list] of this.byContent) {
      if (this.count <= CONTENTS_AT_MOST) return;
      this.byContent.delete(oldest);
      this.count -= list.length;
    }
  }

  find({
    addressHi,
    addressLo,
    data,
    dataMask,
    bdf,
  }: Extract<Event, { kind: 'message' }>): { function: PciFunction; index: number } | undefined {
    return this.byContent
      .get(keyOf(addressHi, addressLo, data))
      ?.findLast(
        (one) =>
          ((one.data ^ data) & dataMask) === 0 &&
          (bdf === undefined || bdf === ((one.function.bus.number << 8) | one.function.deviceFunction)),
      );
  }
}

/** A number where the upper half of the address is 0, as it nearly always is. */
function keyOf(hi: number, lo: number, data: number): number | string {
  const low = (lo >>> 2) * 256 + (data & 0xff);
  return hi === 0 ? low : `${hi} ${low}`;
}
