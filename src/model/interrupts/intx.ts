/** The INTx of one function: whether it should be asserted, and where the source tells, whether it is (PCIe 6.1.3). */

import { ABSENT, PRESENT } from '../function.ts';
import type { PciFunction } from '../function.ts';
import type { MachineState } from '../state.ts';
import { isOpen, powerState } from './gates.ts';
import { asksForIntx, isIdle, isQuietSlot } from './hot-plug.ts';
import { isEnabled } from './release.ts';

/** What decides that a function does not assert INTx. */
type Because = 'condition' | 'disabled' | 'messages' | 'gone' | 'open';

interface Assertion {
  /** -1: either is allowed, or it is not known. */
  level: 0 | 1 | -1;
  because: Because;
}

const OPEN: Assertion = { level: -1, because: 'open' };

/** Whether a function asserts INTx by all that is known of it. */
export function assertion(state: MachineState, f: PciFunction): Assertion {
  if (f.removed || f.presence === ABSENT) return { level: 0, because: 'gone' };
  if (f.presence !== PRESENT || f.doubt === 'replaced' || f.doubt === 'gone') return OPEN;
  // Without a pin there is nothing to assert.
  if (f.config.peek(0x3d, 1) === 0) return { level: 0, because: 'condition' };
  const condition = conditionOf(state, f);
  // A reset takes its time where time is the guest's affair.
  if (f.doubt !== 'none' && !state.shown.instant) return OPEN;
  if (condition === 0) return { level: 0, because: f.vectors.wire.ended ? 'gone' : 'condition' };
  if (f.config.bit(4, 10) === 1) return { level: 0, because: 'disabled' };
  if (isEnabled(f, true) === 1 || isEnabled(f, false) === 1) return { level: 0, because: 'messages' };
  if (f.config.bit(4, 10) !== 0) return OPEN;
  const { wire } = f.vectors;
  // Whoever touched a register of the device may have served the source, as a read of virtio's ISR status does.
  const told = condition === 1 && wire.quiet && !f.vectors.mayBeServed(wire.changedAt);
  if (!told && !asksForIntx(state, f)) return OPEN;
  if (f.doubt !== 'none' || isOpen(f.bus)) return OPEN;
  if (isEnabled(f, true) !== 0 || isEnabled(f, false) !== 0 || powerState(f) !== 0) return OPEN;
  const pin = f.config.peek(0x3d, 1) ?? 0;
  if (pin < 1 || pin > 4) return OPEN;
  for (let bridge = f.bus.owner; bridge !== undefined; bridge = bridge.bus.owner) {
    if (bridge.presence !== PRESENT || bridge.doubt !== 'none' || isOpen(bridge.bus)) return OPEN;
    if (powerState(bridge) !== 0) return OPEN;
  }
  return { level: 1, because: 'condition' };
}

/** Condition behind INTx: what events tell, where the function has no causes of its own beside them. */
function conditionOf(state: MachineState, f: PciFunction): 0 | 1 | -1 {
  const { wire, working } = f.vectors;
  const told = wire.condition ?? (state.powerOn ? 0 : -1);
  return told === 0 && ((working ?? !state.powerOn) || !isIdle(f)) ? -1 : told;
}

/** The condition behind the INTx of a function begins or ends. */
export function conditionChanged(state: MachineState, bdf: number, level: 0 | 1): void {
  const f = state.routing.surely(bdf >>> 8)?.functions[bdf & 0xff];
  if (f === undefined || f.presence === ABSENT) {
    if (level === 1) state.lines.strangers = true;
    for (const one of state.routing.perhapsNamed(bdf)) conditionPerhaps(state, one, level);
    return;
  }
  const { wire } = f.vectors;
  if (wire.condition !== level) {
    wire.changedAt = state.step;
    if (level === 1) wire.quiet = isEnabled(f, true) === 0 && isEnabled(f, false) === 0;
  }
  wire.condition = level;
  wire.ended = false;
  state.lines.follow(f);
}

/** An event that tells of a condition may mean this function, or another one that lies under the same number. */
function conditionPerhaps(state: MachineState, f: PciFunction, level: 0 | 1): void {
  const { wire } = f.vectors;
  if (f.presence === ABSENT || (wire.condition ?? (state.powerOn ? 0 : -1)) === level) return;
  wire.condition = -1;
  wire.changedAt = state.step;
}

/** A function asserts or drops its INTx, as the source shows. */
export function judgeIntx(state: MachineState, bdf: number, level: 0 | 1): void {
  const f = state.routing.surely(bdf >>> 8)?.functions[bdf & 0xff];
  if (f === undefined) {
    for (const one of state.routing.perhapsNamed(bdf)) if (one.intx !== level) one.intx = undefined;
    return;
  }
  f.intx = level;
  f.intxAt = state.step;
  state.lines.follow(f);
  if (level === 0) return;
  state.reporter.count('CMD-011');
  const disabled = f.config.bit(4, 10) === 1;
  const msix = f.msixAt > 0 && f.config.bit(f.msixAt + 2, 15) === 1;
  const msi = f.msiAt > 0 && f.config.bit(f.msiAt + 2, 0) === 1;
  if (disabled) reportAsserted(state, f, 'disabled');
  if (msix || msi) reportAsserted(state, f, 'messages');
  if (disabled || msix || msi || !state.shown.conditions) return;
  const found = assertion(state, f);
  // Events must have told of the function before: else it may have causes that the source does not show.
  if (f.vectors.wire.condition === undefined && !isQuietSlot(f)) return;
  state.reporter.count('INTX-001');
  if (found.level === 0) reportAsserted(state, f, found.because);
}

/** Whether what a function asserts is still right when nothing more can come of the last cause. */
export function settleAssertion(state: MachineState, f: PciFunction): void {
  if (f.intx === undefined || f.vectors.wire.condition === undefined) return;
  const found = assertion(state, f);
  if (found.level === -1) return;
  state.reporter.count('INTX-001');
  if (found.level === f.intx) return;
  if (f.intx === 1) {
    reportAsserted(state, f, found.because);
    return;
  }
  f.intx = undefined;
  state.reporter.diverge({
    rule: 'INTX-001',
    function: f,
    register: 'INTx',
    shape: 'INTx not asserted',
    expected: 'INTx asserted',
    actual: 'INTx not asserted',
    explanation: 'INTx is a level: it is asserted as long as an enabled source is pending.',
  });
}

/** Rule, register and shape of INTx that is asserted though it must not be. */
export function assertedWrongly(
  f: PciFunction,
  because: Because,
): { rule: string; register: string; shape: string; why: string } {
  switch (because) {
    case 'disabled':
      return {
        rule: 'CMD-011',
        register: 'Command',
        shape: 'INTx while disabled',
        why: 'Interrupt Disable is set, so the function does not assert INTx.',
      };
    case 'messages':
      return {
        rule: 'MSIX-022',
        register:
          f.msixAt > 0 && f.config.bit(f.msixAt + 2, 15) === 1 ? 'MSI-X Message Control' : 'MSI Message Control',
        shape: 'INTx while messages are enabled',
        why: 'With MSI or MSI-X enabled the function does not use INTx.',
      };
    case 'gone':
    case 'condition':
    case 'open':
      return isQuietSlot(f) && f.vectors.wire.condition !== 1 && !f.vectors.wire.ended
        ? {
            rule: 'HP-006',
            register: 'Slot Control',
            shape: 'INTx without the hot-plug condition',
            why: 'INTx of a slot is asserted as long as an event and its enable are set, and not longer.',
          }
        : {
            rule: 'INTX-001',
            register: 'INTx',
            shape: 'INTx without a source',
            why: 'INTx is a level: it drops when the last source has been cleared.',
          };
  }
}

function reportAsserted(state: MachineState, f: PciFunction, because: Because): void {
  const { rule, register, shape, why } = wrongEdge(f, because) ?? assertedWrongly(f, because);
  f.intx = undefined;
  state.reporter.diverge({
    rule,
    function: f,
    register,
    shape,
    expected: 'INTx not asserted',
    actual: 'INTx asserted',
    explanation: why,
  });
}

/** Whether what ended a condition was that the function was exchanged: it is there, and was put in since. */
export function hasComeAgain({ removed, pluggedAt, vectors }: PciFunction): boolean {
  return !removed && pluggedAt > Math.max(vectors.resetAt, vectors.wire.changedAt);
}

/** INTx of a function that was reset or taken out while its condition held, and has had none since. */
function wrongEdge(f: PciFunction, because: Because) {
  if (because !== 'gone') return undefined;
  if (hasComeAgain(f)) {
    return {
      rule: 'HP-003',
      register: 'INTx',
      shape: 'INTx from before it was put in',
      why: 'A function that was put in begins at power-on state: nothing is pending.',
    };
  }
  if (f.removed || f.answeredAt <= f.vectors.resetAt) {
    return {
      rule: 'INTX-002',
      register: 'INTx',
      shape: 'INTx after a reset or removal',
      why: 'The reset or the removal of a function ends what it contributes to the line.',
    };
  }
  return {
    rule: 'RST-007',
    register: 'INTx',
    shape: 'INTx from before a reset',
    why: 'The reset of the function is complete, and its condition has not come again since.',
  };
}
