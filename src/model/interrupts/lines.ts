/**
 * Inputs of the interrupt controller that functions drive by INTx (PCIe 6.1.3, 2.2.8.1; PCI-to-PCI Bridge 9.1). A line
 * is up while any function on it asserts. Which line a function drives, the machine's description states, or the
 * rotation of pins over bridges tells.
 */

import type { PciFunction } from '../function.ts';
import type { MachineState } from '../state.ts';
import { asksForIntx } from './hot-plug.ts';
import { assertedWrongly, assertion, hasComeAgain, settleAssertion } from './intx.ts';

/** Inputs that are followed; a trace that names more of them is noise. */
const LINES_AT_MOST = 1024;

export class Lines {
  /** A condition was told of a function that nobody has seen. */
  strangers = false;
  /** Something has happened that may change a level. */
  dirty = false;
  /** Inputs that went up and down since the last cause. */
  readonly rose = new Set<number>();
  readonly fell = new Set<number>();
  /** Inputs that went up, and down again before the cause was settled, and not up since. */
  readonly pulsed = new Set<number>();
  /** Functions of whose INTx events have told. */
  readonly told = new Set<PciFunction>();
  /** The line of each function that the machine's description names. */
  readonly stated = new Map<PciFunction, number>();
  /** -1: not known. */
  private readonly levels = new Map<number, 0 | 1 | -1>();
  /** Inputs that were up though no function of which events tell drove them: something else may be on them. */
  private readonly foreign = new Set<number>();
  /** Whether any input was told: else the source does not show lines at all. */
  seen = false;
  /** Whether an input of which nothing was told is down, as at power-on. */
  private fresh = true;

  /** Whether an access may make a level wrong. */
  get isWatched(): boolean {
    return this.told.size > 0 || this.levels.size > 0;
  }

  follow(f: PciFunction): void {
    this.told.add(f);
    this.dirty = true;
  }

  /** The source tells a level. */
  change(input: number, level: 0 | 1): void {
    if (!this.levels.has(input) && this.levels.size >= LINES_AT_MOST) return;
    if (this.levels.get(input) !== level) (level === 1 ? this.rose : this.fell).add(input);
    if (level === 1) this.pulsed.delete(input);
    else if (this.rose.has(input)) this.pulsed.add(input);
    this.levels.set(input, level);
    this.seen = true;
    this.dirty = true;
  }

  /** Level of an input; -1: not known. */
  level(input: number, powerOn: boolean): 0 | 1 | -1 {
    return this.levels.get(input) ?? (powerOn && this.fresh ? 0 : -1);
  }

  /** Whether an input that is up says something of the functions. */
  isOwn(input: number): boolean {
    return !this.foreign.has(input);
  }

  share(input: number): void {
    this.foreign.add(input);
  }

  up(): number[] {
    const inputs: number[] = [];
    for (const [input, level] of this.levels) if (level === 1) inputs.push(input);
    return inputs;
  }

  /** A wrong level was reported: it is as it is. */
  adopt(input: number): void {
    if (this.levels.has(input) || this.levels.size < LINES_AT_MOST) this.levels.set(input, -1);
    else this.fresh = false;
  }

  /** After a lost stretch levels are not known until they are told again. */
  forget(): void {
    this.levels.clear();
    this.pulsed.clear();
    this.rose.clear();
    this.fell.clear();
    this.fresh = false;
  }

  /** The levels at present, to be compared with those of a snapshot. */
  present(): Lines {
    const copy = new Lines();
    for (const [input, level] of this.levels) copy.levels.set(input, level);
    copy.fresh = this.fresh;
    return copy;
  }

  /** Back at a snapshot: a level that was another one right before is told again or not, and not known until then. */
  restored(before: Lines): void {
    this.pulsed.clear();
    this.rose.clear();
    this.fell.clear();
    for (const input of new Set([...this.levels.keys(), ...before.levels.keys()]))
      if (before.level(input, true) !== this.level(input, true)) this.adopt(input);
    this.fresh &&= before.fresh;
  }
}

/** Judges the levels when nothing more can come of the last cause. */
export function settleLines(state: MachineState): void {
  const { lines } = state;
  lines.dirty = false;
  for (const f of lines.told) {
    if (f.bus.functions[f.deviceFunction] === f) settleAssertion(state, f);
    else lines.told.delete(f);
  }
  if (state.machine.irq.length > 0 && lines.seen) judgeLevels(state);
  lines.rose.clear();
  lines.fell.clear();
}

function judgeLevels(state: MachineState): void {
  const { lines } = state;
  // Always: who had a number first is known only while it has it.
  findStated(state);
  const asserting: PciFunction[] = [];
  for (const f of lines.told) if (assertion(state, f).level === 1) asserting.push(f);
  const up = lines.up();
  // Mostly all is down, and nothing asserts.
  if (asserting.length === 0 && up.length === 0 && lines.pulsed.size === 0) return;
  const must = new Map<number, PciFunction>();
  for (const f of asserting) {
    const line = lineOf(state, f);
    if (line !== undefined && !must.has(line)) must.set(line, f);
  }
  const stuck = up.filter((input) => !must.has(input) && isUndriven(state, input));
  // One that went up instead, now or before.
  const stray = up.find((input) => lines.rose.has(input) && !must.has(input)) ?? stuck[0];
  // What nobody asserts any more has gone down for good reason.
  for (const input of lines.pulsed) if (!must.has(input) && isUndriven(state, input)) lines.pulsed.delete(input);
  for (const [input, f] of must) {
    state.reporter.count(f.bus.owner === undefined ? 'INTX-001' : 'INTX-003');
    if (lines.level(input, state.powerOn) === 0) reportDown(state, f, input, stray);
  }
  for (const input of stuck) if (lines.level(input, state.powerOn) === 1 && lines.isOwn(input)) reportUp(state, input);
}

/** Finds the functions that the machine's description names. It means those of its own bus numbers, which may change. */
function findStated(state: MachineState): void {
  const { lines, machine, routing } = state;
  lines.stated.clear();
  for (const { bdf, line } of machine.irq) {
    const f = routing.surely(bdf >>> 8)?.functions[bdf & 0xff];
    if (f === undefined || lines.stated.has(f)) continue;
    // Another card in the same place may use another pin.
    if (state.firstOf(bdf, f) === f) lines.stated.set(f, line);
  }
}

/** Whether no function can be driving an input of INTx. */
function isUndriven(state: MachineState, input: number): boolean {
  if (!state.powerOn || state.lines.strangers || !state.machine.irq.some(({ line }) => line === input)) return false;
  for (const f of state.routing.functions()) {
    if (assertion(state, f).level === 0) continue;
    const line = lineOf(state, f);
    if (line === undefined || line === input) return false;
  }
  return true;
}

/** The input that a function drives; undefined while it is not known, or where two ways to tell disagree. */
function lineOf(state: MachineState, f: PciFunction): number | undefined {
  const stated = state.lines.stated.get(f);
  if (stated !== undefined && f.bus.owner === undefined) return stated;
  const place = rootPin(f);
  const derived = place === undefined ? undefined : derive(state, f, place);
  if (stated === undefined) return derived;
  return derived === undefined || derived === stated ? stated : undefined;
}

function derive(state: MachineState, f: PciFunction, place: string): number | undefined {
  let line: number | undefined;
  for (const [other, theirs] of state.lines.stated) {
    if (other === f || rootPin(other) !== place) continue;
    if (line !== undefined && line !== theirs) return undefined;
    line = theirs;
  }
  return line;
}

/** Root bus, device and pin at which the INTx of a function appears (INTX-003); undefined while it is not known. */
function rootPin(f: PciFunction): string | undefined {
  const own = f.config.peek(0x3d, 1) ?? 0;
  if (own < 1 || own > 4) return undefined;
  let pin = own - 1;
  let at = f;
  for (let bridge = at.bus.owner; bridge !== undefined; bridge = bridge.bus.owner) {
    if (bridge.expressAt === 0 ? !bridge.listComplete : bridge.portType < 0) return undefined;
    // Below a port there is one device, whatever its number looks like with ARI.
    const port = bridge.portType === 4 || bridge.portType === 6;
    pin = (pin + (port ? 0 : at.device)) & 3;
    at = bridge;
  }
  return `${at.bus.number}:${at.device}:${pin}`;
}

/** Functions of which it is known that they drive an input. */
function drivers(state: MachineState, input: number): PciFunction[] {
  return state.routing.functions().filter((f) => lineOf(state, f) === input);
}

/** A function that should not have driven an input that was up, where none is known that should. */
export function wrongDriver(state: MachineState, input: number): ReturnType<typeof upRule> {
  findStated(state);
  const all = drivers(state, input);
  if (all.some((f) => assertion(state, f).level === 1)) return undefined;
  const found = all.find((f) => f.vectors.wire.condition === 1 && assertion(state, f).level === 0);
  return found && { function: found, ...assertedWrongly(found, assertion(state, found).because) };
}

/** An input is down though a function asserts. `wrong`: one that went up instead. */
function reportDown(state: MachineState, f: PciFunction, input: number, wrong: number | undefined): void {
  const { lines } = state;
  const { rule, why } = downRule(state, f, input, wrong);
  state.reporter.diverge({
    rule,
    function: f,
    register: 'Interrupt line',
    shape: wrong === undefined ? 'line down while INTx is asserted' : 'another line',
    expected: `line ${input} up`,
    actual: wrong === undefined ? `line ${input} down` : `line ${wrong} up`,
    explanation: why,
  });
  lines.adopt(input);
  if (wrong !== undefined) lines.adopt(wrong);
}

function downRule(
  state: MachineState,
  f: PciFunction,
  input: number,
  another: number | undefined,
): { rule: string; why: string } {
  if (another !== undefined && f.bus.owner !== undefined)
    return { rule: 'INTX-003', why: 'A pin behind a bridge appears at the bridge rotated by the device number.' };
  const fell = state.lines.fell.has(input);
  if (another !== undefined && state.lines.rose.has(another) && !fell)
    return { rule: 'INTX-001', why: 'INTx asserts the input to which its pin is wired, whatever the registers say.' };
  const start = state.causeAt;
  const ended = (other: PciFunction): boolean =>
    other !== f &&
    (other.removed ||
      Math.max(other.vectors.wire.changedAt, other.vectors.resetAt, other.config.changedAt[1]!) >= start);
  if (fell && drivers(state, input).some((other) => ended(other)))
    return { rule: 'INTX-002', why: 'A shared line stays up while any function on it still asserts.' };
  for (let bridge = f.bus.owner; !fell && bridge !== undefined; bridge = bridge.bus.owner) {
    if (bridge.config.bit(4, 10) === 1 || bridge.config.bit(4, 2) === 0)
      return {
        rule: 'INTX-005',
        why: "A bridge's Interrupt Disable and Bus Master Enable do not block INTx from below.",
      };
  }
  if (!state.lines.pulsed.has(input) && f.vectors.wire.condition !== 1 && asksForIntx(state, f))
    return { rule: 'HP-006', why: 'INTx of a slot is asserted as long as an event and its enable are set.' };
  if (f.config.changedAt[1]! > f.vectors.wire.changedAt && ((f.config.before[1]! >>> 10) & 1) === 1)
    return {
      rule: 'CMD-011',
      why: 'When Interrupt Disable is cleared, a source that is still pending asserts INTx again.',
    };
  return { rule: 'INTX-001', why: 'INTx is a level: it is asserted as long as an enabled source is pending.' };
}

/** An input is up though no function asserts. */
function reportUp(state: MachineState, input: number): void {
  const { lines } = state;
  const found = upRule(state, input);
  // What else shares the line is not known: only a line that nothing but functions has driven says something.
  if (found === undefined) {
    lines.share(input);
    return;
  }
  lines.adopt(input);
  state.reporter.diverge({
    rule: found.rule,
    function: found.function,
    register: 'Interrupt line',
    shape: found.shape,
    expected: 'line down',
    actual: 'line up',
    explanation: found.why,
  });
}

/** Whether the condition of a function has just come, and something keeps it from the line. */
function isBlocked(state: MachineState, f: PciFunction): boolean {
  const { condition, changedAt } = f.vectors.wire;
  const { because } = assertion(state, f);
  return condition === 1 && changedAt >= state.causeAt && (because === 'disabled' || because === 'messages');
}

function upRule(state: MachineState, input: number) {
  const all = drivers(state, input);
  const rose = state.lines.rose.has(input);
  // All that may drive it are known, and their conditions are told.
  const whole = state.shown.conditions && state.machine.irq.filter(({ line }) => line === input).length === all.length;
  const just = rose && whole ? all.find((f) => isBlocked(state, f)) : undefined;
  if (just !== undefined) return { function: just, ...assertedWrongly(just, assertion(state, just).because) };
  const reset = all.find(({ vectors }) => vectors.wire.ended);
  if (reset !== undefined) {
    if (hasComeAgain(reset)) {
      return {
        function: reset,
        rule: 'HP-003',
        shape: 'INTx from before it was put in',
        why: 'A function that was put in begins at power-on state: nothing is pending.',
      };
    }
    if (rose && reset.answeredAt > reset.vectors.resetAt && !reset.removed) {
      return {
        function: reset,
        rule: 'RST-007',
        shape: 'INTx from before a reset',
        why: 'The reset of the function is complete, and its condition has not come again since.',
      };
    }
    return {
      function: reset,
      rule: 'INTX-002',
      shape: 'line up after a reset or removal',
      why: 'The reset or the removal of a function ends what it contributes to the line.',
    };
  }
  if (rose) return undefined;
  const last =
    all.find((f) => f.vectors.wire.condition === 1) ??
    all.find((f) => f.vectors.wire.changedAt >= 0) ??
    all.find((f) => f.vectors.slot.enabledAt >= 0);
  if (last === undefined) return undefined;
  const { rule, shape, why } = assertedWrongly(last, assertion(state, last).because);
  const shared = rule === 'INTX-001' && all.filter((f) => f.vectors.wire.changedAt >= 0).length > 1;
  return { function: last, rule: shared ? 'INTX-002' : rule, shape, why };
}
