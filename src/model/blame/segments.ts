/** Segments are apart: each ECAM window reaches its own, and ports 0xcf8 and 0xcfc reach segment 0 (ECAM-011). */

import type { WrongAnswer } from './blame.ts';
import type { PciFunction } from '../function.ts';
import type { MachineState } from '../state.ts';

/** Whether the two functions have the same bus, device and function number in different segments. */
export function inOtherSegment(one: PciFunction, other: PciFunction): boolean {
  const difference = one.bus.number ^ other.bus.number;
  return one.deviceFunction === other.deviceFunction && difference !== 0 && (difference & 0xff) === 0;
}

/** Whether the answer is surely what the function of the same number in another segment holds. */
export function showsOtherSegment(state: MachineState, { function: f, d, mask, answer }: WrongAnswer): boolean {
  if (answer === 0 || answer === mask || state.machine.ecam.length < 2) return false;
  for (const other of state.routing.functions()) {
    if (!inOtherSegment(f, other) || d >= other.config.length) continue;
    if ((other.config.known(d) & mask) === mask && other.config.contradiction(d, mask, answer) === 0) return true;
  }
  return false;
}
