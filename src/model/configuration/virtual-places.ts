/**
 * Where the virtual functions of all physical ones lie: routing id of the physical function + First VF Offset + (n - 1)
 * VF Stride, which may be on a bus number behind its own (PCIe 9.2.1.2).
 */

import { Bus, PRESENT } from '../function.ts';
import type { PciFunction } from '../function.ts';

/** Virtual functions whose places are kept. */
const PLACES_AT_MOST = 4096;

export interface Place {
  physical: PciFunction;
  /** Number of the virtual function, from 1. */
  index: number;
}

/** Places by routing id (with segment), as far as they are certain; makes the buses that they spill over to. */
export function findPlaces(physicals: Set<PciFunction>): Map<number, Place> {
  const places = new Map<number, Place>();
  const doubtful = new Set<number>();
  for (const physical of physicals) {
    const { bus, deviceFunction, singleRoot } = physical;
    if (bus.functions[deviceFunction] !== physical) {
      physicals.delete(physical);
      continue;
    }
    if (physical.presence !== PRESENT || singleRoot === undefined) continue;
    const { numbers, offset, stride } = singleRoot;
    const count = Math.max(0, ...numbers);
    if (offset <= 0 || stride < 0 || (stride === 0 && count > 1) || places.size + count > PLACES_AT_MOST) continue;
    const segment = (bus.number & ~0xff) << 8;
    const own = ((bus.number & 0xff) << 8) | deviceFunction;
    for (let index = 1; index <= count; index++) {
      const id = own + offset + (index - 1) * stride;
      if (id > 0xffff) break;
      const bdf = segment | id;
      if (places.has(bdf)) doubtful.add(bdf);
      places.set(bdf, { physical, index });
      if (id >>> 8 !== own >>> 8) spill(bus, (id >>> 8) - (own >>> 8));
    }
  }
  for (const bdf of doubtful) places.delete(bdf);
  return places;
}

function spill(bus: Bus, distance: number): void {
  if (bus.spills[distance] !== undefined) return;
  const behind = new Bus(bus.owner, bus.number + distance);
  behind.spillOf = bus;
  bus.spills[distance] = behind;
}
