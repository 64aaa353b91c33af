/** A BAR whose size was changed does not read what its new size asks for (RBAR-002, RBAR-003). */

import type { Blame, WrongAnswer } from './blame.ts';
import { ROLE_BAR } from '../function.ts';
import { resizeMark } from '../life-cycle/resizable.ts';

export function blameResized({ function: f, d, wrong }: WrongAnswer): Blame | undefined {
  if ((f.roles[d]! & ROLE_BAR) === 0) return undefined;
  const mark = resizeMark(f, d);
  if (mark === undefined) return undefined;
  const { config } = f;
  const untouched = (config.writtenMask[d]! & wrong) === 0;
  if (mark.bar === 'set' && (wrong & config.isHardwired[d]!) !== 0) {
    return {
      rule: 'RBAR-002',
      why: 'BAR Size was written with memory decoding off: from then on the address bits below the size read 0.',
      shape: 'address bits below the new size',
    };
  }
  if (untouched) {
    return {
      rule: 'RBAR-003',
      why: 'After a change of BAR Size the address may be any, but it stays until software writes it.',
      shape: 'another address by itself',
    };
  }
  if (mark.bar === 'set' && config.written[d] === -1) {
    return {
      rule: 'RBAR-002',
      why: 'BAR Size was written with memory decoding off: from then on the BAR has this size.',
      shape: 'another size than the new one',
    };
  }
  return undefined;
}
