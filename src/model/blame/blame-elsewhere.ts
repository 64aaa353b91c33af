/**
 * A register that was not seen right since its own last change, so that its own rule would be named: unless the answer
 * is plainly that of another register or another function, or what was written to one since.
 */

import type { Blame, WrongAnswer } from './blame.ts';
import { isOtherLane, STRAY } from './blame-path.ts';
import { bitCount } from '../../core/bit-count.ts';
import { inOtherSegment, liesBelow } from './places.ts';
import type { Cells } from '../cells.ts';
import { PRESENT } from '../function.ts';
import type { PciFunction } from '../function.ts';
import { ECAM } from '../state.ts';
import type { MachineState } from '../state.ts';

/** Wrong bits that are enough to tell another byte lane. */
const LANE_BITS = 4;

export function blameElsewhere(state: MachineState, answer: WrongAnswer): Blame | undefined {
  const { function: f, d, mask, wrong, shape } = answer;
  if (isAbove(state, answer)) return STRAY.above;
  if (answer.answer === 0 || answer.answer === mask) return undefined;
  if (isOtherSegments(state, answer)) return STRAY.segment;
  const { config } = f;
  const mechanism = (shape >>> 4) & 0xf;
  const before = (config.confirmedBy[d]! >>> 4) & 0xf;
  // Bits that no write changes are those of somebody else.
  if (
    mechanism === ECAM &&
    before !== 0 &&
    before !== ECAM &&
    (wrong & config.readOnly[d]!) !== 0 &&
    isAnothers(state, answer)
  )
    return {
      rule: 'ECAM-001',
      why: 'This is the register of another function: the address is decoded wrongly.',
      shape: 'another function',
    };
  const width = shape & 0xf;
  // A few bits are like those of the neighbour by chance.
  if (width < 4 && bitCount(wrong) >= LANE_BITS && isOtherLane(answer, width))
    return {
      rule: mechanism === ECAM ? 'ECAM-004' : 'CAM-005',
      why: 'These are other bytes of the same dword: the byte lanes are wrong.',
      shape: 'other lanes',
    };
  return writtenToSibling(state, answer);
}

/** Registers of the header that must be those of the other function, beside the wrong one, and not zeros. */
const ALIKE_AT_LEAST = 4;
const HEADER = 16;

/** Whether all of the header that was seen since the last reset is that of the function of this number on a bus above. */
function isAbove(state: MachineState, { function: f, d, mask, wrong, answer }: WrongAnswer): boolean {
  for (const { bus, deviceFunction, config, presence } of state.routing.functions()) {
    if (deviceFunction !== f.deviceFunction || bus === f.bus || presence !== PRESENT || !liesBelow(bus, f)) continue;
    if (d >= config.length || (config.known(d) & wrong) !== wrong || config.contradiction(d, mask, answer) !== 0)
      continue;
    // Bits that no write changes need less.
    if (alike(f, config) >= ((wrong & f.config.readOnly[d]!) === 0 ? ALIKE_AT_LEAST : 1)) return true;
  }
  return false;
}

/**
 * How many registers of the header that were read since they last changed are those of `config`; -1: some are not, or all
 * are such as two cards of one kind share: only what software has assigned tells them apart.
 */
function alike({ config: own }: PciFunction, config: Cells): number {
  let count = 0;
  let assigned = false;
  for (let d = 0; d < HEADER; d++) {
    if (own.confirmedAt[d]! <= own.changedAt[d]!) continue;
    if (config.contradiction(d, own.known(d), own.knownValue(d)) !== 0) return -1;
    if ((own.knownValue(d) & config.known(d)) !== 0) count++;
    if (d >= 4 && d < 10 && (own.knownValue(d) & config.known(d) & ~0xf) !== 0) assigned = true;
  }
  return assigned ? count : -1;
}

/** Whether the function of this number in another segment holds the answer. */
function isOtherSegments(state: MachineState, { function: f, d, mask, answer }: WrongAnswer): boolean {
  for (const other of state.routing.functions()) {
    if (!inOtherSegment(f, other) || d >= other.config.length) continue;
    if ((other.config.known(d) & mask) === mask && other.config.contradiction(d, mask, answer) === 0) return true;
  }
  return false;
}

/** Whether another function holds the answer, as far as is known, and surely where it is wrong. */
function isAnothers(state: MachineState, { function: f, d, mask, wrong, answer }: WrongAnswer): boolean {
  for (const { config } of state.routing.functions())
    if (
      config !== f.config &&
      d < config.length &&
      (config.known(d) & wrong) === wrong &&
      config.contradiction(d, mask, answer) === 0
    )
      return true;
  return false;
}

/** What was written to another function of the device since this one was written is found here. */
function writtenToSibling(state: MachineState, { function: f, d, wrong, answer }: WrongAnswer): Blame | undefined {
  for (const { function: other, kind, d: at, mask, data } of state.journal.since(f.config.changedAt[d]!)) {
    if (kind !== 'register' || other === undefined || other === f || at !== d) continue;
    if (other.bus !== f.bus || other.device !== f.device) continue;
    if ((wrong & mask) !== wrong || ((answer ^ data) & wrong) !== 0) continue;
    return {
      rule: f.aliasOf === other || other.aliasOf === f ? 'HDR-017' : 'HDR-019',
      why: 'It holds what was written to this register of another function of the device.',
      shape: 'changed by another write',
    };
  }
  return undefined;
}
