/** Judges the answer to a configuration read and learns from it (the step of the oracle for cells). */

import { isRefused, judgeRefused } from './ari.ts';
import { answerOfAbsent, appear, mayBeCutOff, resolveDoubt, vanish } from '../life-cycle/presence.ts';
import { judgeAlone, withoutFunctionZero } from '../life-cycle/function-zero.ts';
import { assumeReset, decide } from '../life-cycle/assumption.ts';
import { settleGroups, groupConflict } from '../layout/bit-groups.ts';
import { blameFields, shapeText } from '../blame/blame.ts';
import type { WrongAnswer } from '../blame/blame.ts';
import { addressMask, barDword, barIndexAt, ROM_INDEX } from '../layout/base-address.ts';
import { CAUSE_WRITE, lanes } from '../cells.ts';
import { bitCount } from '../../core/bit-count.ts';
import { checkStructure } from '../layout/checks.ts';
import type { Bus, PciFunction } from '../function.ts';
import {
  PRESENT,
  ROLE_BAR,
  ROLE_BUS_NUMBERS,
  ROLE_DECODE,
  ROLE_GROUP,
  ROLE_MSI,
  ROLE_MSIX,
  ROLE_ROM,
} from '../function.ts';
import { compileLayout } from '../layout/layout.ts';
import { discoverTable } from '../interrupts/msix-table.ts';
import { judgeExtendedSpace, judgeSpecial } from './special-reads.ts';
import { judgeIdentity, judgePlace } from '../life-cycle/virtual-reads.ts';
import type { Place } from './virtual-places.ts';
import { noteWay } from '../life-cycle/way.ts';
import { resizeMark } from '../life-cycle/resizable.ts';
import { compareCells, expectedText } from '../bits.ts';
import { formatBits } from '../text.ts';
import { shapeOf } from '../state.ts';
import type { MachineState, Mechanism } from '../state.ts';
import { discoverVirtio, virtioRead, virtioReadPerhaps } from '../virtio/window.ts';

/** A read of `width` bytes at `offset`, inside one dword, on a bus that is reached. `answer` is cut to the width. */
export function readConfiguration(
  state: MachineState,
  bus: Bus,
  bdf: number,
  offset: number,
  width: number,
  answer: number,
  mechanism: Mechanism,
): void {
  const mask = lanes(offset, width);
  const data = (answer << ((offset & 3) << 3)) & mask;
  const ones = data === mask;
  const deviceFunction = bdf & 0xff;
  if (deviceFunction > 7 && isRefused(bus, deviceFunction) && judgeRefused(state, bus, deviceFunction, mask, data))
    return;
  const place = state.routing.placeAt(bdf);
  if (place !== undefined && judgePlace(state, place, bus, deviceFunction, offset >>> 2, mask, data)) return;
  const found = bus.functions[deviceFunction];
  if (isRetry(offset, mask, data) && (found?.presence !== PRESENT || found.doubt !== 'none')) return;
  if (found === undefined || found.presence !== PRESENT) {
    if (ones) {
      // Any other register of a function that is there may hold ones, and extended space of a conventional one reads so.
      if (offset === 0 && (mask & 0xffff) === 0xffff) {
        answerOfAbsent(state, bus, deviceFunction);
        if ((deviceFunction & 7) === 0) withoutFunctionZero(state, bus, deviceFunction);
      } else state.absentReads++;
      return;
    }
    const f = appear(state, bus, deviceFunction, offset >>> 2, mask, data);
    if (f === undefined) return;
    recompile(state, f);
  }
  let f = bus.functions[deviceFunction]!;
  followPlace(f, place);
  if (f.aliasOf !== undefined && state.reporter.choice('fn_alias') === 'alias' && !ones) f = f.aliasOf;
  readDword(state, f, offset >>> 2, mask, data, shapeOf(width, mechanism), ones);
}

/** A function at the place of a virtual one is one, unless it has shown an identity of its own before. */
function followPlace(f: PciFunction, place: Place | undefined): void {
  if (place === undefined || place.physical.singleRoot?.enable !== 1) f.virtualOf = undefined;
  else if ((f.config.peek(0, 2) ?? 0xffff) === 0xffff) f.virtualOf = place.physical;
}

/** Retry status of a function that is not ready: Vendor ID 0001h, which nobody has, and ones (PCIe 2.3.2). */
function isRetry(offset: number, mask: number, data: number): boolean {
  return offset === 0 && (mask & 0xffff) === 0xffff && data === ((0xffff0001 | 0) & mask);
}

/** Judges one dword of a present function. `ones`: every byte of the access reads FFh. */
export function readDword(
  state: MachineState,
  pciFunction: PciFunction,
  d: number,
  mask: number,
  data: number,
  shape: number,
  ones: boolean,
): void {
  let f = pciFunction;
  f.reach(d);
  if (d >= 64 && judgeExtendedSpace(state, f, d, mask, data)) return;
  if (f.virtualOf !== undefined && d < 16) judgeIdentity(state, f, d, mask, data);
  const { config } = f;
  let wrong = config.contradiction(d, mask, data);
  // What contradicts has changed since whatever was touched before.
  if (wrong !== 0 || ones || f.doubt !== 'none') state.map.update();
  if (!ones && f.bus.owner !== undefined && f.bus.owner.doubt !== 'none') noteWay(f, state.step);
  if (f.doubt !== 'none' || ones) {
    // Not all answers are judged that far.
    if (f.virtio !== undefined) virtioReadPerhaps(state, f, f.virtio, d);
    if (ones && (wrong !== 0 || d === 0)) {
      if (vanish(state, f, d, mask, data, shape, wrong)) return;
    } else if (ones && (f.doubt !== 'none' || mayBeCutOff(f)) && (config.known(d) & mask) !== mask) {
      // Content, or nobody there: it cannot be told, so nothing is learned.
      return;
    } else if (f.doubt !== 'none') {
      const resolved = resolveDoubt(state, f, d, mask, data, wrong);
      if (resolved === undefined) return;
      if (resolved !== f) {
        f = resolved;
        recompile(state, f);
      }
      wrong = f.config.contradiction(d, mask, data);
    }
  }
  if (!ones) judgeAlone(state, f);
  judge(state, f, d, mask, data, wrong, shape);
}

function judge(
  state: MachineState,
  f: PciFunction,
  d: number,
  mask: number,
  data: number,
  wrong: number,
  shape: number,
): void {
  if (f.assumption !== undefined && settleAssumption(state, f, d, mask, data)) {
    judge(state, f, d, mask, data, f.config.contradiction(d, mask, data), shape);
    return;
  }
  const { config } = f;
  const roles = f.roles[d]!;
  const known = config.known(d) & mask;
  state.bitsAnswered += bitCount(mask);
  if (known !== 0) {
    state.bitsKnown += bitCount(known);
    config.judged[d]!++;
    if (f.restoredAt > config.confirmedAt[d]!) state.reporter.count('SNAP-001');
  }
  if (wrong !== 0) {
    const answer = { function: f, d, mask, answer: data, wrong, shape };
    if (assumeReset(state, answer)) learn(state, f, d, mask, data, shape);
    else reportWrong(state, answer);
    f.answeredAt = state.step;
    return;
  }
  if (d >= 16 && f.listComplete && config.drifted(d, mask, data) !== 0) {
    state.reporter.note('device-specific', 'A device-specific register changed though nothing wrote to it.', f);
  }
  const conflict = (roles & ROLE_GROUP) !== 0 ? groupConflict(f, d, mask, data) : undefined;
  if (conflict !== undefined) {
    reportGroup(state, f, d, mask, data, conflict);
    config.adopt(d, mask, data, 0, state.step);
    f.answeredAt = state.step;
    return;
  }
  if (!judgeSpecial(state, f, d, mask, data)) learn(state, f, d, mask, data, shape);
  if (f.virtio !== undefined) virtioRead(state, f, f.virtio, d, mask, data);
  f.answeredAt = state.step;
}

/** An answer may refute the assumption of an unseen reset: then the answer that led to it was wrong. */
function settleAssumption(state: MachineState, f: PciFunction, d: number, mask: number, data: number): boolean {
  const { assumption } = f;
  if (assumption === undefined || !decide(state, f, d, mask, data)) return false;
  state.reporter.during(assumption.access, assumption.step, () => reportWrong(state, assumption.cause));
  return true;
}

/** Takes over a right answer, with all that follows from it. */
export function learn(state: MachineState, f: PciFunction, d: number, mask: number, data: number, shape: number): void {
  const { config } = f;
  const roles = f.roles[d]!;
  const fresh = mask & ~config.seen[d]!;
  const moved = (data ^ config.value[d]!) & mask;
  const open = config.pending[d]! | config.otherMask[d]!;
  if ((config.firmware[d]! & fresh) !== 0) learnAssignment(state, f, d, fresh, data);
  if ((roles & (ROLE_BAR | ROLE_ROM)) !== 0) learnDefault(state, f, d, mask, data);
  if (d === 15 && (mask & 0xff) !== 0 && f.fresh !== undefined && config.cause[15] !== CAUSE_WRITE)
    f.lineDefault ??= data & 0xff;
  if (d === 3 && f.express !== true && (mask & 0xff) === 0xff && (data & 0xff) === 0) config.learnNothing(3, 0xff);
  config.learn(d, mask, data, state.step, shape);
  if ((roles & (ROLE_MSI | ROLE_MSIX)) !== 0) state.watcher?.interrupts(f, -1);
  const settled = (roles & ROLE_GROUP) !== 0 && settle(f, d, roles);
  if (((fresh | moved) & f.watch[d]! & mask) !== 0) {
    const before = config.attributed(d);
    recompile(state, f);
    judgeFirstSight(state, f, d, mask & ~before, data, shape);
  }
  if (fresh !== 0 || moved !== 0 || settled || (open & mask) !== 0) {
    if ((roles & ROLE_DECODE) !== 0) state.map.touch(f);
    if ((roles & ROLE_BUS_NUMBERS) !== 0) {
      state.routing.invalidate(state.step);
      state.map.touch(f);
    }
    if ((roles & (ROLE_BAR | ROLE_ROM | ROLE_MSI | ROLE_MSIX)) !== 0 || (fresh !== 0 && f.structural[d] === 1)) {
      discoverVirtio(state, f);
      checkStructure(state, f);
    }
  }
}

/**
 * A register whose layout became known by this very answer: nothing was expected of it beforehand, but in a function
 * that nobody has touched it holds its reset value.
 */
function judgeFirstSight(
  state: MachineState,
  f: PciFunction,
  d: number,
  mask: number,
  data: number,
  shape: number,
): void {
  const { config } = f;
  // Nor is it as a reset left it once something was written there, though it be open whether that arrived.
  if (f.fresh === undefined || mask === 0 || config.cause[d] === CAUSE_WRITE) return;
  const wrong = (data ^ config.resetValue[d]!) & config.resetKnown(d, f.fresh) & ~config.writtenMask[d]! & mask;
  if (wrong === 0 || (f.roles[d]! & ROLE_BAR) !== 0) return;
  config.value[d]! ^= wrong;
  reportWrong(state, { function: f, d, mask, answer: data, wrong, shape });
}

/** Decode enables or bus numbers that nobody wrote show that the VMM has played firmware (the choice `preassigned`). */
function learnAssignment(state: MachineState, f: PciFunction, d: number, fresh: number, data: number): void {
  const telling = d === 1 ? 3 : d === 6 && f.headerType === 1 ? 0xffff00 : 0;
  const base = f.config.peek(0x0b, 1);
  if (f.fresh === undefined || f.config.cause[d] === CAUSE_WRITE || base === undefined) return;
  // Host and ISA bridges may have enables that are hardwired to 1.
  if (d === 1 && base === 6 && f.headerType !== 1) return;
  if ((data & fresh & telling) !== 0) state.reporter.learn('preassigned', 'on');
}

/**
 * A BAR that was read before anything was written to it since a reset shows its default, unless firmware inside the
 * VMM may have assigned what it shows: resets of less than the machine bring back the device's own default (BAR-016).
 */
function learnDefault(state: MachineState, f: PciFunction, d: number, mask: number, data: number): void {
  if (f.fresh === undefined || mask !== -1 || f.config.cause[d] === CAUSE_WRITE) return;
  const index = barIndexAt(f, d);
  if (index < 0 || f.barDefaults[index] !== undefined) return;
  const kind = f.barKinds[index];
  const address = index === ROM_INDEX ? 0xfffff800 | 0 : kind === undefined ? 0 : addressMask(kind);
  // The read that tells the kind of the register may be this one.
  const assigned = data & (address === 0 ? ((data & 1) !== 0 ? ~3 : ~15) : address);
  if (assigned !== 0 && state.firmware && (f.fresh === 'power' || f.fresh === 'machine')) return;
  f.barDefaults[index] = data;
  f.config.declareReset(d, address, data & address, false, undefined);
}

/** What the kinds of some bits tell about others; a ROM that has an address has an enable bit. */
function settle(f: PciFunction, d: number, roles: number): boolean {
  const settled = settleGroups(f, d);
  if ((roles & ROLE_ROM) === 0 || d !== barDword(f, ROM_INDEX)) return settled;
  const { config } = f;
  const address = 0xfffff800 | 0;
  const enable = (config.isWritable[d]! & address) !== 0 ? config.decideWritable(d, 1) : 0;
  const none = (config.isHardwired[d]! & address) === address ? config.decideHardwired(d, 1) : 0;
  if (none !== 0) config.declare(d, ~address & ~1, 'zero');
  return settled || (enable | none) !== 0;
}

/** Compiles the layout anew, and looks for what it now shows. */
export function recompile(state: MachineState, f: PciFunction): void {
  const { headerType, secondary } = f;
  compileLayout(f, { firmware: state.firmware, cacheLineWritable: state.reporter.choice('cls_ro') === 'off' });
  f.msix = discoverTable(f, (size) => state.takeTable(size));
  discoverVirtio(state, f);
  if (f.singleRootAt > 0) state.routing.addPhysical(f);
  if (f.headerType !== headerType || secondary !== undefined || f.isBridge) state.routing.invalidate(state.step);
  state.map.touch(f);
  checkStructure(state, f);
}

/** Reports a wrong answer, one divergence for each rule that its fields name, and adopts it. */
export function reportWrong(state: MachineState, answer: WrongAnswer): void {
  const { function: f, d, mask, wrong } = answer;
  const { config } = f;
  const told = new Set<string>();
  let excused = 0;
  for (const { field, bits, blame } of blameFields(state, answer)) {
    if (told.has(blame.rule)) continue;
    told.add(blame.rule);
    const reported = state.reporter.diverge({
      rule: blame.rule,
      function: f,
      register: field.register,
      shape: blame.shape ?? shapeText(answer, field, bits),
      expected: expectedText(config, d, mask, wrong),
      actual: formatBits(answer.answer, mask),
      explanation: blame.why,
      excusedBy: blame.excusedBy,
      bits: compareCells(config, d, mask, wrong, answer.answer, f.fields[d]),
    });
    if (!reported && !state.reporter.isOff(blame.rule)) excused |= bits;
  }
  // What the profile excuses is how this target is: the model takes it over without keeping what it believed.
  config.adopt(d, mask, answer.answer, wrong & ~excused, state.step);
  if (excused !== 0) rolledBack(state, f, d);
  if ((f.roles[d]! & (ROLE_MSI | ROLE_MSIX)) !== 0) state.watcher?.interrupts(f, -1);
  if ((f.roles[d]! & ROLE_DECODE) !== 0) state.map.touch(f);
  if ((f.roles[d]! & ROLE_BUS_NUMBERS) !== 0) state.routing.invalidate(state.step);
}

/** A BAR write that did not take effect, as the profile declares: the old place is the place (BAR-021). */
function rolledBack(state: MachineState, f: PciFunction, d: number): void {
  const index = barIndexAt(f, d);
  const region = f.regions.find((one) => one.index === index);
  if (region !== undefined) region.rolledBackAt = state.step;
}

function reportGroup(
  state: MachineState,
  f: PciFunction,
  d: number,
  mask: number,
  data: number,
  conflict: { rule: string; bits: number },
): void {
  const field = (f.fields[d] ?? []).find((one) => (one.mask & conflict.bits) !== 0);
  const resized = resizeMark(f, d)?.bar === 'open';
  state.reporter.diverge({
    rule: resized ? 'RBAR-004' : conflict.rule,
    function: f,
    register: field?.register ?? 'Register',
    shape: 'some bits hardwired among writable ones',
    expected: `${formatBits(conflict.bits, conflict.bits)} writable like its neighbours`,
    actual: formatBits(data, mask),
    explanation:
      'Bits that belong together are writable or hardwired together; from the lowest writable bit of an address on, all are writable.',
  });
}
