/** A device without function 0 is none: system software that finds no function 0 does not look for the others. */

import { PRESENT } from '../function.ts';
import type { Bus, PciFunction } from '../function.ts';
import type { MachineState } from '../state.ts';
import { mayBeCutOff } from './presence.ts';
import { mayBeVirtual } from './virtual-functions.ts';

/** Answers of a function without function 0 that are no accident of the order of events. */
const ANSWERS_ALONE = 2;

/** Function 0 does not answer, though another function of its device does (CAM-014). */
export function withoutFunctionZero(state: MachineState, bus: Bus, deviceFunction: number): void {
  for (let at = deviceFunction + 1; at < deviceFunction + 8; at++) {
    const f = bus.functions[at];
    if (f?.presence === PRESENT && f.doubt === 'none') reportAlone(state, f);
  }
}

/**
 * A function answers, of whose device function 0 was taken out (CAM-014). One read may come between the events of two
 * functions that go together; a source that shows everything in order has told of both by the second.
 */
export function judgeAlone(state: MachineState, f: PciFunction): void {
  const zero = f.bus.functions[f.deviceFunction & ~7];
  if (zero === undefined || zero === f || !zero.removed) f.alone = 0;
  else if (state.shown.ordered && state.shown.instant && ++f.alone >= ANSWERS_ALONE) reportAlone(state, f);
}

function reportAlone(state: MachineState, f: PciFunction): void {
  if (f.reported.has('CAM-014') || mayBeVirtual(f.bus, state.powerOn, f) || mayBeCutOff(f)) return;
  f.reported.add('CAM-014');
  state.reporter.diverge({
    rule: 'CAM-014',
    function: f,
    register: 'Vendor ID',
    shape: 'function without function 0',
    expected: 'no answer, as function 0 of the device does not answer',
    actual: `function ${f.deviceFunction & 7} answers, function 0 does not`,
    explanation: 'System software that finds no function 0 takes the whole device for absent.',
  });
}
