/** Ranges that a class code implies and no BAR names (MAP-013): who answers there is open. */

import { MEMORY } from '../../access/access.ts';
import { ABSENT, classCodeOf } from '../function.ts';
import type { PciFunction } from '../function.ts';
import type { Place } from './place.ts';
import type { MachineState } from '../state.ts';

/** Class and subclass of what claims such ranges: VGA, and IDE with channels in compatibility mode. */
const VGA = 0x0300;
const OLD_VGA = 0x0001;
const IDE = 0x0101;

/** Whether a function that is there, or may be, claims the address without a BAR. */
export function isLegacy(state: MachineState, { space, hi, lo }: Place): boolean {
  if (hi !== 0 || lo >>> 0 > 0xbffff) return false;
  const vga = space === MEMORY ? (lo & ~0x1ffff) === 0xa0000 : isVgaPort(lo);
  const ide = space !== MEMORY && isIdePort(lo);
  if (!vga && !ide) return false;
  if (!state.powerOn) return true;
  for (const f of state.routing.functions()) if (mayClaim(f, vga)) return true;
  return false;
}

/** A write there may change what lies behind the BARs of those that may claim it: the window of VGA shows its memory. */
export function writtenToLegacy(state: MachineState, { space, hi, lo }: Place): void {
  if (hi !== 0 || lo >>> 0 > 0xbffff) return;
  const vga = space === MEMORY ? (lo & ~0x1ffff) === 0xa0000 : isVgaPort(lo) || isDisplayPort(lo);
  if (!vga && (space === MEMORY || !isIdePort(lo))) return;
  for (const f of state.routing.functions()) if (mayClaim(f, vga)) f.forgetContents();
}

function mayClaim(f: PciFunction, vga: boolean): boolean {
  if (f.presence === ABSENT) return false;
  const code = classCodeOf(f.config);
  if (code < 0) return true;
  const kind = code >>> 8;
  return vga ? kind === VGA || kind === OLD_VGA : kind === IDE;
}

/** Ports of VGA, with those that differ in bits above 9. */
function isVgaPort(port: number): boolean {
  const low = port & 0x3ff;
  return port <= 0xffff && ((low >= 0x3b0 && low <= 0x3bb) || (low >= 0x3c0 && low <= 0x3df));
}

/** Index and data of the display interface of Bochs, which many VMMs have. */
function isDisplayPort(port: number): boolean {
  return port >= 0x1ce && port <= 0x1d1;
}

function isIdePort(port: number): boolean {
  return (port & ~7) === 0x1f0 || (port & ~7) === 0x170 || port === 0x3f6 || port === 0x376;
}
