/**
 * A table or pending bits that read as neither can: it is not always what lies behind the BAR that is wrong. Where
 * nothing of the region was seen right since its place or its enables last changed, the decoder is (PCIe 7.5.1.2.1).
 */

import { sumHi, sumLo } from '../../core/pair.ts';
import type { Region } from '../decode/region.ts';
import { OFF, ON } from '../decode/region.ts';
import { OFF_RULES } from '../decode/off-rules.ts';
import { lastChange, silenceRule } from '../decode/silence.ts';
import { formatBits } from '../text.ts';
import type { MachineState } from '../state.ts';

/** A dword of the table or the pending bits read as it may, and not as a hole does. */
export function noteStructure(state: MachineState, region: Region, answer: number): void {
  // Nor as a hole does that begins behind the first byte.
  if (answer >>> 8 === 0xffffff) return;
  region.structure.step = state.step;
  region.structure.baseLo = region.baseLo;
  region.structure.baseHi = region.baseHi;
}

/**
 * Whether a wrong answer is that of a hole or of a neighbour: then that is reported. `confirmed`: step at which this
 * dword was last right;
 * `impossible`: whether no table or pending bits can hold the answer, whatever was written.
 */
export function isUnreached(
  state: MachineState,
  region: Region,
  offset: number,
  answer: number,
  confirmed: number,
  impossible: boolean,
): boolean {
  const changed = lastChange(region);
  if (confirmed > changed) return false;
  if (answer === -1) return isHole(state, region, changed);
  if (!impossible) return false;
  return isNeighbour(state, region, offset, changed) || (confirmed >= 0 && isCovered(state, region, offset, answer));
}

function isHole(state: MachineState, region: Region, changed: number): boolean {
  if (region.structure.step > changed || (state.reporter.choice('hole') ?? 'ones') === 'zero') return false;
  const cause = silenceRule(state, region, region.structure);
  if (cause === undefined) return false;
  state.reporter.diverge({
    rule: cause.rule,
    function: region.function,
    register: region.register,
    shape: 'does not decode',
    expected: 'an MSI-X structure, some bits of which are 0',
    actual: `${formatBits(-1, -1)} as from a hole`,
    explanation: cause.why,
    excusedBy: cause.excusedBy,
  });
  return true;
}

/** The first dword of the region is wrong, others of the structure were right since `changed`, and another region ends right before it. */
function isNeighbour(state: MachineState, region: Region, offset: number, changed: number): boolean {
  if (offset !== 0 || region.structure.step <= changed) return false;
  const [before, ...others] = state.map.claims(
    region.space,
    sumHi(region.baseHi, region.baseLo, -1, -1),
    sumLo(region.baseLo, -1),
  );
  if (before === undefined || others.length > 0 || before.state !== ON || before.function === region.function)
    return false;
  state.reporter.diverge({
    rule: 'MAP-008',
    function: before.function,
    register: before.register,
    shape: 'answers at the first dword of the region behind',
    expected: 'an MSI-X structure of another function, some bits of which are 0',
    actual: 'a value that it cannot hold',
    explanation: 'The bytes just before and after a region do not belong to it.',
  });
  return true;
}

/** Another region lies here that is switched off: then it is that one which answers. */
function isCovered(state: MachineState, region: Region, offset: number, answer: number): boolean {
  const hi = sumHi(region.baseHi, region.baseLo, 0, offset);
  const lo = sumLo(region.baseLo, offset);
  for (const other of state.map.located(region.space)) {
    if (other.function === region.function || other.state !== OFF || !other.contains(hi, lo)) continue;
    const [rule, why, excusedBy] = OFF_RULES[other.why];
    state.reporter.diverge({
      rule,
      function: other.function,
      register: other.register,
      shape: `decodes: ${other.why}`,
      expected: 'an MSI-X structure of another function, which decodes here',
      actual: `${formatBits(answer, -1)}, which that cannot hold`,
      explanation: why,
      excusedBy,
    });
    return true;
  }
  return false;
}
