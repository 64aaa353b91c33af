/**
 * Virtual functions (SR-IOV, PCIe 9): they read all ones as their identity, need neither function 0 nor its
 * multifunction bit, and come and go with a register of their physical function.
 */

import { ABSENT } from '../function.ts';
import type { Bus, PciFunction } from '../function.ts';

const SRIOV = 0x0010;
const ARI = 0x000e;

/** Whether functions of the bus may be virtual ones, or be numbered by ARI, as far as known. */
export function mayHoldVirtual(bus: Bus): boolean {
  return bus.functions.some((f) => {
    if (f === undefined || f.presence === ABSENT || f.express !== true) return false;
    if (f.extended.some(({ id }) => id === SRIOV || id === ARI)) return true;
    // A port has none; of an endpoint it is open until its list was read.
    return !f.extendedComplete && (f.portType === 0 || f.portType === 9 || f.portType < 0);
  });
}

/** Whether dword `d` of the function switches virtual functions. */
export function controlsVirtual(f: PciFunction, d: number): boolean {
  return f.extended.some(({ id, offset }) => id === SRIOV && d === (offset + 8) >>> 2);
}
