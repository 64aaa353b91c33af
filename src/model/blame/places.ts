/**
 * Functions that a request reaches when it goes astray: the one of the same number in another segment (ECAM-011), and
 * those of the same device number on a bus below that which was addressed (RTE-001) or above it (CAM-010).
 */

import type { WrongAnswer } from './blame.ts';
import { ROLE_BAR, ROLE_ROM } from '../function.ts';
import type { Bus, PciFunction } from '../function.ts';
import type { MachineState } from '../state.ts';

/** Whether the two functions have the same bus, device and function number in different segments. */
export function inOtherSegment(one: PciFunction, other: PciFunction): boolean {
  const difference = one.bus.number ^ other.bus.number;
  return one.deviceFunction === other.deviceFunction && difference !== 0 && (difference & 0xff) === 0;
}

/** Whether the function lies on a bus below `bus`. */
export function liesBelow(bus: Bus, f: PciFunction): boolean {
  for (let bridge = f.bus.owner; bridge !== undefined; bridge = bridge.bus.owner) if (bridge.bus === bus) return true;
  return false;
}

/** Where the answer surely comes from instead, when it is what another function holds in this register. */
export function strayAnswer(
  state: MachineState,
  { function: f, d, mask, answer }: WrongAnswer,
): 'segment' | 'below' | 'above' | undefined {
  if (mask !== -1 || answer === 0 || answer === -1) return undefined;
  for (const other of state.routing.functions()) {
    if (other.deviceFunction !== f.deviceFunction || other === f || d >= other.config.length) continue;
    const place = inOtherSegment(f, other)
      ? 'segment'
      : liesBelow(f.bus, other)
        ? 'below'
        : liesBelow(other.bus, f)
          ? 'above'
          : undefined;
    if (place === undefined) continue;
    // Contents that one function has and no other: identities, and addresses that software has given.
    const telling = other.config.readOnly[d] === -1 || (other.roles[d]! & (ROLE_BAR | ROLE_ROM)) !== 0;
    if (telling && other.config.known(d) === -1 && other.config.contradiction(d, -1, answer) === 0) return place;
  }
  return undefined;
}
