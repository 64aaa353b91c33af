/** The register itself is right, but this access did not show it: its mechanism, its width or its lanes are wrong. */

import type { Blame, WrongAnswer } from './blame.ts';
import { strayAnswer } from './places.ts';
import { CAM, ECAM } from '../state.ts';
import type { MachineState } from '../state.ts';

export const STRAY: Readonly<Record<'segment' | 'below' | 'above', Blame>> = {
  segment: {
    rule: 'ECAM-011',
    why: 'This is the register of the function with the same number in another segment.',
    shape: 'another segment',
  },
  below: {
    rule: 'RTE-001',
    why: 'This is the register of the function with the same device number on a bus below.',
    shape: 'a bus below',
  },
  above: {
    rule: 'CAM-010',
    why: 'This is the register of the function with the same device number on a bus above: bus numbers are not decoded.',
    shape: 'a bus above',
  },
};

/** Blames the access when the same register read right by another mechanism or width before; else undefined. */
export function blamePath(state: MachineState, answer: WrongAnswer): Blame | undefined {
  const { function: f, d, shape } = answer;
  const stray = strayAnswer(state, answer);
  if (stray !== undefined) return STRAY[stray];
  if (state.indexInPart && ((shape >>> 4) & 0xf) === CAM)
    return {
      rule: 'CAM-003',
      why: 'Accesses of less than a dword at the index port are ordinary I/O and do not load the index.',
      shape: 'another register after a part of the index was written',
      excusedBy: 'cam_sub_index=merge',
    };
  const confirmedBy = f.config.confirmedBy[d]!;
  const mechanism = (shape >>> 4) & 0xf;
  const before = (confirmedBy >>> 4) & 0xf;
  if (before !== 0 && before !== mechanism) {
    if (mechanism === ECAM && showsAnother(state, answer)) {
      return {
        rule: 'ECAM-001',
        why: 'This is the register of another function: the address is decoded wrongly.',
        shape: 'another function',
      };
    }
    return {
      rule: 'ECAM-003',
      why: 'The other configuration mechanism showed another value, and nothing has written to the register since.',
      shape: 'mechanisms differ',
    };
  }
  const width = shape & 0xf;
  const wider = confirmedBy & 0xf;
  if (width === 0 || wider <= width) return undefined;
  if (isOtherLane(answer, width)) {
    return {
      rule: mechanism === ECAM ? 'ECAM-004' : 'CAM-005',
      why: 'These are other bytes of the same dword: the byte lanes are wrong.',
      shape: 'other lanes',
    };
  }
  return {
    rule: 'CAM-012',
    why: `A read of ${wider} bytes has shown other bytes here, and nothing has written to the register since.`,
    shape: 'width matters',
  };
}

/** Whether the answer is that of the same dword of another function. */
function showsAnother(state: MachineState, { function: f, d, mask, answer }: WrongAnswer): boolean {
  if (answer === 0) return false;
  for (const other of state.routing.functions()) {
    if (other !== f && other.config.contradiction(d, mask, answer) === 0 && (other.config.known(d) & mask) === mask)
      return true;
  }
  return false;
}

/** Whether the answer is what other bytes of the dword hold. */
export function isOtherLane({ function: f, d, mask, answer }: WrongAnswer, width: number): boolean {
  const { config } = f;
  const at = Math.clz32(mask & -mask);
  const shift = 31 - at;
  const value = answer >>> shift;
  const bits = width === 1 ? 0xff : 0xffff;
  for (let lane = 0; lane + width <= 4; lane++) {
    const other = lane << 3;
    if (other === shift) continue;
    const known = (config.known(d) >>> other) & bits;
    if (known === bits && ((config.knownValue(d) >>> other) & bits) === (value & bits)) return true;
  }
  return false;
}
