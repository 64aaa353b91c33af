/** Bus numbers in the order in which an operating system meets the bridges: depth first (PCIe 7.5.1.3.2). */

import type { Conflict } from './bounds.ts';
import type { DeviceTree, TreeFunction } from './device-tree.ts';

export interface BusNumbers {
  primary: number;
  secondary: number;
  subordinate: number;
}

/** The numbers of each bridge by its name, or why there are too few. */
export function numberBuses(tree: DeviceTree): ReadonlyMap<string, BusNumbers> | Conflict {
  const numbers = new Map<string, BusNumbers>();
  const [ecam] = tree.host.ecam;
  const root = ecam?.firstBus ?? 0;
  const last = ecam?.lastBus ?? 255;
  /** Numbers what is below a bus; returns the highest number that it took. */
  const walk = (functions: readonly TreeFunction[], primary: number, taken: number): number => {
    let highest = taken;
    for (const { name, bridge } of functions) {
      if (bridge === undefined) continue;
      const secondary = highest + 1;
      const own = walk(bridge.children, secondary, secondary);
      highest = Math.max(own, secondary + Math.max(bridge.reserve.buses, 1) - 1);
      numbers.set(name, { primary, secondary, subordinate: highest });
    }
    return highest;
  };
  const highest = walk(tree.functions, root, root);
  if (highest <= last) return numbers;
  const missing = highest - last;
  return {
    constraint: 'bus numbers',
    subject: 'bridges',
    missing: 0n,
    text: `Bridges and their reserves need buses up to ${highest}, but the last bus is ${last}: ${missing} are missing.`,
  };
}
