/** What lies below a bridge. */

import type { Bus, PciFunction } from '../function.ts';

/** All functions below a bridge, on every level. */
export function* below(bridge: PciFunction): Generator<PciFunction> {
  for (const bus of busesBelow(bridge)) for (const f of bus.functions) if (f !== undefined) yield f;
}

/** All buses below a bridge, the nearest first. */
export function* busesBelow(bridge: PciFunction): Generator<Bus> {
  const queue = bridge.secondary === undefined ? [] : [bridge.secondary];
  for (let bus = queue.shift(); bus !== undefined; bus = queue.shift()) {
    yield bus;
    for (const f of bus.functions) if (f?.secondary !== undefined) queue.push(f.secondary);
    for (const spill of bus.spills) if (spill !== undefined) queue.push(spill);
  }
}
