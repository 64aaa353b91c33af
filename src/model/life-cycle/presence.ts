/** Whether a function is there: functions appear, vanish, are replaced, or are mere repetitions of others. */

import { renumberedAbove } from './way.ts';
import { forwardsAgain, mayBeRefused } from '../configuration/ari.ts';
import { blameFields } from '../blame/blame.ts';
import { CAUSE_PLUG, CAUSE_WRITE } from '../cells.ts';
import { ABSENT, PRESENT, UNKNOWN } from '../function.ts';
import type { Bus, PciFunction } from '../function.ts';
import { clear, mixUp, replace, resolveReplaced, suspectAlias } from './replaced.ts';
import { compareBits } from '../bits.ts';
import { formatBits } from '../text.ts';
import type { MachineState } from '../state.ts';
import { mayBeVirtual } from './virtual-functions.ts';

/** All ones from a place where no function is known. */
export function answerOfAbsent(state: MachineState, bus: Bus, deviceFunction: number): void {
  state.absentReads++;
  state.reporter.count('CAM-007');
  const zero = bus.functions[deviceFunction & ~7];
  // What was written to it cannot have made it a bridge with numbers.
  if (bus.functions[deviceFunction]?.presence === UNKNOWN) state.routing.invalidate(state.step);
  bus.absentAt[deviceFunction] = state.step;
  mixUp(bus);
  if ((deviceFunction & 7) !== 0) notRepeated(state, bus, deviceFunction, zero);
}

/** One function number of a device repeats function 0, this one does not (HDR-017). */
function notRepeated(state: MachineState, bus: Bus, deviceFunction: number, zero: PciFunction | undefined): void {
  if (zero === undefined || zero.reported.has('HDR-017')) return;
  for (let at = (deviceFunction & ~7) + 1; at < (deviceFunction & ~7) + 8; at++) {
    const f = bus.functions[at];
    if (f?.presence !== PRESENT || f.aliasOf !== zero || f.aliasMatches < 2) continue;
    zero.reported.add('HDR-017');
    state.reporter.diverge({
      rule: 'HDR-017',
      function: zero,
      register: 'Vendor ID',
      shape: 'only some function numbers repeat function 0',
      expected: 'the same behaviour at all of the functions 1 to 7',
      actual: `function ${at & 7} repeats function 0, function ${deviceFunction & 7} does not answer`,
      explanation: 'A single-function device decodes the function number, or ignores it; not both.',
    });
    return;
  }
}

/** An answer comes from a place where no function is known. Returns the function, or undefined: judged to the end. */
export function appear(
  state: MachineState,
  bus: Bus,
  deviceFunction: number,
  d: number,
  mask: number,
  data: number,
): PciFunction | undefined {
  const known = bus.functions[deviceFunction];
  if (known !== undefined && known.removed) {
    state.reporter.diverge({
      rule: 'HP-001',
      function: known,
      register: 'Configuration space',
      shape: 'answer after removal',
      expected: 'all ones',
      actual: formatBits(data, mask),
      explanation: 'The function was removed, as the source says.',
    });
    return undefined;
  }
  if (known === undefined && !state.hasRoom()) {
    state.undecode('more functions than Barometer follows', false);
    return undefined;
  }
  // A function that went away and comes back may be another one.
  const f = known?.presence === UNKNOWN ? known : replace(state, bus, deviceFunction);
  if (known?.presence === ABSENT && known.tainted) f.tainted = true;
  f.presence = PRESENT;
  // On a bus of which it is not known where it lies, it may have been seen before under another number.
  const isNew = !bus.guessed && !bus.uncertain;
  if (state.powerOn && isNew && f.fresh === undefined && !f.tainted) {
    const wasAbsent = bus.absentAt[deviceFunction]! >= 0;
    f.fresh = state.wasReset && !wasAbsent ? 'machine' : 'power';
    if (wasAbsent) f.config.cause.fill(CAUSE_PLUG);
  }
  state.map.touch(f);
  state.firstOf((bus.number << 8) | deviceFunction, f);
  checkPlace(state, f);
  suspectAlias(f, d, mask, data);
  return f;
}

/** Places where no function can be. */
function checkPlace(state: MachineState, f: PciFunction): void {
  const { bus } = f;
  const bridge = bus.owner;
  const forwarding = bridge !== undefined && bridge.expressAt > 0 ? bridge.config.bit(bridge.expressAt + 0x28, 5) : 0;
  // Where nobody has looked it is of no use but for a device that numbers its functions by ARI.
  const forwardsAri = forwarding === 1 || (forwarding < 0 && mayBeVirtual(bus, state.powerOn));
  const isPort = bridge !== undefined && (bridge.portType === 4 || bridge.portType === 6);
  // A number that is only known from before may lead elsewhere now.
  if (isPort && bus.spillOf === undefined && !bus.uncertain) {
    state.reporter.count('RTE-006');
    if (f.device > 0 && !forwardsAri) {
      f.reported.add('RTE-006');
      state.reporter.diverge({
        rule: 'RTE-006',
        function: f,
        register: 'Vendor ID',
        shape: 'device above 0 below a port',
        expected: 'no answer from device numbers above 0',
        actual: `device ${f.device} answers`,
        explanation: 'A link leads to one device, number 0, unless ARI forwarding is on.',
      });
    }
  }
}

/**
 * All ones where something else is known. Returns whether the answer is dealt with; else it is judged like any other.
 */
export function vanish(
  state: MachineState,
  f: PciFunction,
  d: number,
  mask: number,
  data: number,
  shape: number,
  wrong: number,
): boolean {
  const { doubt } = f;
  state.absentReads++;
  // Whether it has come back, or another one in its place, ones do not tell where software may have shut the way.
  const mayBeBack = doubt === 'power' || doubt === 'replaced';
  if (mayBeBack ? mayBeShutAbove(f) || mayBeRefused(f) : mayBeCutOff(f)) return true;
  switch (doubt) {
    case 'held':
    case 'flr':
    case 'reset':
      return true;
    case 'unpowered':
      f.silent = true;
      state.map.touch(f);
      return true;
    case 'power':
    case 'replaced':
      f.presence = ABSENT;
      f.tainted = false;
      f.bus.absentAt[f.deviceFunction] = state.step;
      mixUp(f.bus);
      if (f.isBridge) state.routing.invalidate(state.step);
      state.map.touch(f);
      return true;
    case 'gone':
      return true;
    case 'none':
      break;
  }
  if (!state.showsResets) {
    doubtGone(state, f);
    return true;
  }
  // Only a Vendor ID of all ones says that nobody is there; anywhere else it may be the register that is wrong.
  if (!renumberedAbove(f) && (d !== 0 || (mask & 0xffff) !== 0xffff)) return false;
  const vendor = f.config.seen[0]! & 0xffff;
  if ((f.config.value[0]! & vendor) === vendor)
    return mayBeVirtual(f.bus, state.powerOn, f) || reportPhantom(state, f, mask, data);
  const rule = silenceRule(f);
  const field = blameFields(state, { function: f, d, mask, answer: data, wrong: wrong === 0 ? mask : wrong, shape })[0];
  state.reporter.diverge({
    rule: rule?.rule ?? field?.blame.rule ?? 'HDR-001',
    function: f,
    register: field?.field.register ?? 'Configuration space',
    shape: 'no answer from a present function',
    expected: formatBits(f.config.knownValue(d), f.config.known(d) & mask),
    actual: formatBits(data, mask),
    explanation: rule?.why ?? 'The function is present, and nothing has removed or reset it.',
    bits: compareBits(4 * d, mask, f.config.known(d), f.config.knownValue(d), data, f.fields[d]),
  });
  doubtGone(state, f);
  return true;
}

/** Something answered for one register, and the Vendor ID reads all ones: there is no function (CAM-007). */
function reportPhantom(state: MachineState, f: PciFunction, mask: number, data: number): boolean {
  state.reporter.diverge({
    rule: 'CAM-007',
    function: f,
    register: 'Configuration space',
    shape: 'an absent function answers for one register',
    expected: 'all ones in every register',
    actual: `Vendor ID ${formatBits(data, mask)} after an answer for another register`,
    explanation: 'A function that does not exist reads all ones whatever the register and the width.',
  });
  state.retire(f);
  f.bus.functions[f.deviceFunction] = undefined;
  f.bus.absentAt[f.deviceFunction] = state.step;
  return true;
}

function doubtGone(state: MachineState, f: PciFunction): void {
  f.doubt = 'gone';
  // Recordings that tell of no removal have ones for many reasons: any value that was written shows the old function.
  f.doubtedAt = Number.POSITIVE_INFINITY;
  f.telling = 0;
  f.virtio?.forget();
  state.map.touch(f);
}

/** A bridge above that is not in D0 does not forward configuration requests (RTE-009). */
export function asleepAbove(f: PciFunction): PciFunction | undefined {
  for (let bridge = f.bus.owner; bridge !== undefined; bridge = bridge.bus.owner) {
    if (bridge.powerAt > 0 && ((bridge.config.peek(bridge.powerAt + 4, 1) ?? 0) & 3) !== 0) return bridge;
  }
  return undefined;
}

/** Whether a bridge above is not in D0, or was sent to another state and has not been read since. */
export function mayBeAsleepAbove(f: PciFunction): boolean {
  for (let bridge = f.bus.owner; bridge !== undefined; bridge = bridge.bus.owner) {
    if (bridge.shutPerhaps && (!bridge.listComplete || (bridge.expressAt > 0 && bridge.portType < 0))) return true;
    if (bridge.powerAt !== 0 && mayBeSet(bridge, bridge.powerAt + 4, 3)) return true;
  }
  return false;
}

/**
 * Whether requests may not get to a function, whatever its own state: its bus may be another's, the way there may be
 * shut or open to other requests alone, or a bridge above may hold what is below in reset.
 */
export function mayBeCutOff(f: PciFunction): boolean {
  if (f.bus.uncertain || mayBeShutAbove(f) || mayBeRefused(f)) return true;
  let { bus } = f;
  for (let bridge = bus.owner; bridge !== undefined; bridge = bus.owner) {
    // Since its last reset it was not seen to be there.
    if (bridge.doubt !== 'none' && bridge.answeredAt <= bridge.config.changedAt[0]!) return true;
    bus = bridge.bus;
  }
  return bus.guessed;
}

/** Whether software may have shut the way: by a power state, a reset of the bus, a link that is disabled, or the power of a slot. */
function mayBeShutAbove(f: PciFunction): boolean {
  if (mayBeAsleepAbove(f)) return true;
  for (let bridge = f.bus.owner; bridge !== undefined; bridge = bridge.bus.owner) {
    if (mayBeSet(bridge, 0x3c, 1 << 22)) return true;
    const isPort = bridge.expressAt > 0 && (bridge.portType === 4 || bridge.portType === 6);
    if (!isPort) continue;
    if (mayBeSet(bridge, bridge.expressAt + 0x10, 1 << 4)) return true;
    // The power may be off, unless the slot has no power controller; where it is known to be off, so says the doubt, but
    // of what was put in since.
    const controlled = bridge.config.bit(bridge.expressAt + 0x14, 1);
    const off = bridge.config.bit(bridge.expressAt + 0x18, 10) === 1;
    if (controlled === 1 && off && f.doubt === 'replaced') return true;
    if ((controlled < 0 || (controlled === 1 && !off)) && mayBeSet(bridge, bridge.expressAt + 0x18, 1 << 10))
      return true;
  }
  return false;
}

/** Whether one of `bits` of a dword is 1, or may be: a write that may have arrived, unread since, leaves any value. */
function mayBeSet({ config }: PciFunction, offset: number, bits: number): boolean {
  const d = offset >>> 2;
  const seen = config.seen[d]!;
  const written = config.unread[d]! & ~seen & (config.written[d]! | ~config.writtenMask[d]!);
  return (((config.value[d]! & seen) | written | config.pending[d]! | config.otherMask[d]!) & bits) !== 0;
}

/** Why a function that is there might have kept silent. */
function silenceRule(f: PciFunction): { rule: string; why: string } | undefined {
  if (renumberedAbove(f)) {
    return {
      rule: 'RTE-002',
      why: 'Bus numbers above were written: what lies below is reached at every number from secondary to subordinate.',
    };
  }
  if (forwardsAgain(f))
    return { rule: 'RTE-010', why: 'The port forwards requests for the functions of an ARI device again.' };
  const off = (one: PciFunction): boolean =>
    one.config.cause[1] === CAUSE_WRITE && [0, 1, 2].every((bit) => one.config.bit(4, bit) === 0);
  for (let one: PciFunction | undefined = f; one !== undefined; one = one.bus.owner) {
    if (off(one))
      return { rule: 'RTE-008', why: 'Configuration requests are answered and forwarded whatever Command says.' };
  }
  return undefined;
}

/** An answer from a function in doubt. Returns the function that it belongs to, or undefined when it is dealt with. */
export function resolveDoubt(
  state: MachineState,
  f: PciFunction,
  d: number,
  mask: number,
  data: number,
  wrong: number,
): PciFunction | undefined {
  const { config } = f;
  const constant = config.readOnly[d]! | config.zero[d]!;
  const telling = (config.known(d) & config.readOnly[d]! & mask) !== 0;
  switch (f.doubt) {
    case 'unpowered':
      return withoutPower(state, f, mask, data);
    case 'flr':
      if (wrong !== 0 && (wrong & constant) === wrong) return duringReset(state, f, d, mask, data);
      if (telling) clear(state, f);
      return f;
    case 'reset':
    case 'none':
      // Any answer that fits and is not all ones shows that it is there.
      if (wrong === 0 && (telling || (data !== mask && (config.known(d) & mask) !== 0))) clear(state, f);
      return f;
    case 'held':
      return f;
    case 'gone':
    case 'power':
    case 'replaced':
      return resolveReplaced(state, f, d, mask, data, wrong, constant, telling);
  }
}

function withoutPower(state: MachineState, f: PciFunction, mask: number, data: number): undefined {
  // Ones are the right answer, also where the register would hold nothing but ones.
  if (data === mask || (!f.silent && !(state.shown.ordered && state.shown.instant))) return undefined;
  state.reporter.diverge({
    rule: 'HP-007',
    function: f,
    register: 'Configuration space',
    shape: 'answer without slot power',
    expected: 'all ones',
    actual: formatBits(data, mask),
    explanation: 'Power Controller Control of the port above has taken the power from the slot long enough ago.',
  });
  return undefined;
}

function duringReset(state: MachineState, f: PciFunction, d: number, mask: number, data: number): undefined {
  if (d === 0 && (data & 0xffff & mask) === (1 & mask) && (mask & 0xffff) === 0xffff) return undefined; // Retry.
  state.reporter.diverge({
    rule: 'RST-005',
    function: f,
    register: 'Configuration space',
    shape: 'nonsense during reset',
    expected: `${formatBits(f.config.knownValue(d), f.config.known(d) & mask)}, all ones, or retry status`,
    actual: formatBits(data, mask),
    explanation: 'After FLR a function answers rightly, or is not there yet.',
  });
  return undefined;
}
