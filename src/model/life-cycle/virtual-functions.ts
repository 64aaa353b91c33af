/**
 * Virtual functions (SR-IOV, PCIe 9): they read all ones as their identity, need neither function 0 nor its
 * multifunction bit, and come and go with a register of their physical function.
 */

import { ABSENT } from '../function.ts';
import type { Bus, PciFunction } from '../function.ts';
import { EXTENDED } from '../layout/layout.ts';

const SRIOV = 0x0010;
const ARI = 0x000e;

/**
 * Whether a function of the bus may be a virtual one, or be numbered by ARI, as far as known. `seen`: nothing has
 * happened before the trace, so that what nobody has looked for is not switched on.
 */
export function mayBeVirtual(bus: Bus, seen: boolean, suspect?: PciFunction): boolean {
  // Every virtual function is a PCI Express function.
  if (suspect?.express === false) return false;
  if (bus.spillOf !== undefined || bus.mayHoldVirtual) return true;
  return bus.functions.some((f) => {
    if (f === undefined || f.presence === ABSENT || f.express === false) return false;
    if (f.extended.some(({ id }) => id === SRIOV || id === ARI)) return true;
    // Where nobody has asked what it is, an access to extended space tells that there may be one.
    if (f.extendedComplete || ((seen || f.express !== true) && f.config.length <= EXTENDED)) return false;
    // A port has none; of an endpoint it is open until its list was read.
    return f.portType === 0 || f.portType === 9 || f.portType < 0;
  });
}

/** Whether the function has virtual ones. */
export function isPhysical(f: PciFunction): boolean {
  return f.extended.some(({ id }) => id === SRIOV);
}

/** Whether a register of which nobody has read what it is may be the one that makes virtual functions come and go. */
export function mayEnableVirtual(f: PciFunction, d: number, mask: number): boolean {
  return d >= 64 && (mask & 1) !== 0 && f.express !== false && !f.extendedComplete && f.fields[d] === undefined;
}
