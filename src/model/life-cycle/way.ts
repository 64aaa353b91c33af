/** The way to a function through the bridges above, and when it was last seen or changed (PCIe 7.5.1.3.2). */

import { CAUSE_WRITE } from '../cells.ts';
import type { PciFunction } from '../function.ts';

/** Whether the bus numbers on its path were written since the function answered last. */
export function renumberedAbove(f: PciFunction): boolean {
  if (f.bus.renumberedAt > f.answeredAt) return true;
  for (let bridge = f.bus.owner; bridge !== undefined; bridge = bridge.bus.owner)
    if (bridge.config.cause[6] === CAUSE_WRITE && bridge.config.changedAt[6]! > f.answeredAt) return true;
  return false;
}

/** An answer from below a bridge shows that the bridge is there, and lets requests through. */
export function noteWay(f: PciFunction, step: number): void {
  for (let bridge = f.bus.owner; bridge !== undefined; bridge = bridge.bus.owner) {
    bridge.answeredAt = step;
    bridge.shutPerhaps = false;
  }
}
