/** Conditions of decoding, three-valued: is the function there, is it enabled? */

import { PORT } from '../../access/access.ts';
import type { MEMORY } from '../../access/access.ts';
import { PRESENT } from '../function.ts';
import type { PciFunction } from '../function.ts';
import { MAYBE, OFF, ON } from './region.ts';
import type { Decode } from './region.ts';

export function presence(f: PciFunction): Decode {
  if (f.presence !== PRESENT) return OFF;
  if (f.doubt === 'none') return ON;
  return f.doubt === 'unpowered' ? OFF : MAYBE;
}

/** Whether the function or a bridge above is only assumed to have been reset. */
export function isAssumed(f: PciFunction): boolean {
  for (let one: PciFunction | undefined = f; one !== undefined; one = one.bus.owner)
    if (one.assumption !== undefined) return true;
  return false;
}

export function three(bit: 0 | 1 | -1): Decode {
  return bit < 0 ? MAYBE : bit === 1 ? ON : OFF;
}

export function enable(f: PciFunction, space: typeof PORT | typeof MEMORY): Decode {
  return three(f.config.bit(4, space === PORT ? 0 : 1));
}
