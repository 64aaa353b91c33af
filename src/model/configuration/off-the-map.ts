/** An answer comes from a bus number that no known bridge forwards (RTE-002, RTE-003, RTE-007). */

import { CAUSE_MACHINE_RESET, CAUSE_NONE, CAUSE_WRITE, lanes } from '../cells.ts';
import { PRESENT } from '../function.ts';
import type { Bus, PciFunction } from '../function.ts';
import { formatBits } from '../text.ts';
import type { MachineState } from '../state.ts';

/** Judges the answer. Returns the bus that it founds, or undefined when it is dealt with. */
export function answersOffTheMap(
  state: MachineState,
  bdf: number,
  offset: number,
  width: number,
  answer: number,
): Bus | undefined {
  const number = bdf >>> 8;
  const served = Number(state.reporter.choice('bus_range') ?? 256);
  if ((number & 0xff) >= served) {
    state.reporter.diverge({
      rule: 'RTE-007',
      register: 'Vendor ID',
      shape: 'answer beyond the buses of the host bridge',
      expected: 'all ones',
      actual: formatBits(answer, lanes(0, width)),
      explanation: `The host bridge serves ${served} buses, as the profile says.`,
    });
    return undefined;
  }
  const former = state.routing.former.get(number);
  const f = former?.functions[bdf & 0xff];
  if (
    former?.owner !== undefined &&
    f !== undefined &&
    stillThere(f, offset, width, answer) &&
    numbersKnown(former.owner)
  ) {
    reportFormer(state, former.owner, f, answer, width);
    return undefined;
  }
  return state.routing.addRoot(number, !state.powerOn || state.firmware);
}

/** Whether the answer is the one of a function that was reached by this number before. */
function stillThere(f: PciFunction, offset: number, width: number, answer: number): boolean {
  const mask = lanes(offset, width);
  const data = (answer << ((offset & 3) << 3)) & mask;
  const d = offset >>> 2;
  return f.presence === PRESENT && (f.config.known(d) & mask) !== 0 && f.config.contradiction(d, mask, data) === 0;
}

function numbersKnown(bridge: PciFunction): boolean {
  return bridge.config.peek(0x19, 1) !== undefined;
}

function reportFormer(state: MachineState, bridge: PciFunction, f: PciFunction, answer: number, width: number): void {
  const cause = bridge.config.cause[6]!;
  const reset = cause !== CAUSE_WRITE && cause !== CAUSE_NONE;
  state.reporter.diverge({
    rule: reset ? 'RTE-003' : 'RTE-002',
    function: f,
    register: 'Secondary Bus Number',
    shape: reset ? 'reached behind an unnumbered bridge' : 'reached at the old bus number',
    expected: 'all ones',
    actual: formatBits(answer, lanes(0, width)),
    explanation: reset
      ? `Its bridge has no bus numbers since ${cause === CAUSE_MACHINE_RESET ? 'the reset of the machine' : 'its reset'}, so nothing behind it is reachable.`
      : 'The bus numbers of its bridge were changed, and the new ones take effect with the write.',
    excusedBy: reset ? undefined : 'static_bus=on',
  });
}
