/** An answer comes from a bus number that no known bridge forwards (RTE-002, RTE-003, RTE-007). */

import { CAUSE_MACHINE_RESET, CAUSE_NONE, CAUSE_WRITE, lanes } from '../cells.ts';
import { PRESENT } from '../function.ts';
import type { Bus, PciFunction } from '../function.ts';
import { formatBits } from '../text.ts';
import type { MachineState } from '../state.ts';
import { mayForwardTo } from './contested.ts';

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
  // A bridge whose numbers are open may have it.
  for (const f of state.routing.functions())
    if (f.bus.number >>> 8 === number >>> 8 && mayForwardTo(f, number & 0xff))
      return state.routing.addRoot(number, true);
  const former = state.routing.former.get(number);
  const f = former?.functions[bdf & 0xff];
  if (
    former?.owner?.presence === PRESENT &&
    !former.uncertain &&
    f !== undefined &&
    stillThere(f, offset, width, answer) &&
    numbersKnown(former.owner)
  ) {
    reportFormer(state, former.owner, f, answer, width);
    return undefined;
  }
  const inverted = behindInverted(state, number, bdf & 0xff, offset, width, answer);
  if (inverted !== undefined) {
    reportInverted(state, inverted, answer, width);
    return undefined;
  }
  return state.routing.addRoot(number, !state.powerOn || state.firmware);
}

/** Whether the answer is the one of a function that was reached by this number before. */
function stillThere(f: PciFunction, offset: number, width: number, answer: number): boolean {
  const mask = lanes(offset, width);
  const data = (answer << ((offset & 3) << 3)) & mask;
  const d = offset >>> 2;
  const same = f.presence === PRESENT && f.doubt !== 'replaced' && f.doubt !== 'gone';
  return same && (f.config.known(d) & mask) !== 0 && f.config.contradiction(d, mask, data) === 0;
}

/**
 * The function whose content is seen at a number between the subordinate and the secondary number of the bridge above
 * it, or at one that the bridge had before, while the two are in the wrong order (RTE-004).
 */
function behindInverted(
  state: MachineState,
  number: number,
  deviceFunction: number,
  offset: number,
  width: number,
  answer: number,
): PciFunction | undefined {
  if (!state.powerOn || (answer & lanes(0, width)) === 0) return undefined;
  for (const bus of state.routing.buses()) {
    if (!bus.inverted || bus.owner === undefined || (bus.number & ~0xff) !== (number & ~0xff)) continue;
    const f = bus.functions[deviceFunction];
    const subordinate = bus.owner.config.peek(0x1a, 1);
    // Firmware hides what is below with 0; any number would be above it, and that of another host bridge too.
    const known = subordinate !== undefined && subordinate > 0;
    const inside = known && (number & 0xff) >= subordinate && number < bus.number;
    if (!inside && state.routing.former.get(number) !== bus) continue;
    const mask = lanes(offset, width);
    if (f !== undefined && (f.config.known(offset >>> 2) & mask) === mask && stillThere(f, offset, width, answer))
      return f;
  }
  return undefined;
}

function reportInverted(state: MachineState, f: PciFunction, answer: number, width: number): void {
  state.reporter.diverge({
    rule: 'RTE-004',
    function: f,
    register: 'Secondary Bus Number',
    shape: 'reached at another number than the secondary one',
    expected: 'all ones',
    actual: formatBits(answer, lanes(0, width)),
    explanation:
      'The secondary number of its bridge is above the subordinate one: no bus is forwarded, and at most the secondary number leads below.',
  });
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
