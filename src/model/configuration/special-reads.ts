/** Answers that cells alone cannot judge: they depend on other registers, on events, or on what may stand beside. */

import { CAUSE_NONE } from '../cells.ts';
import { bitCount } from '../../core/bit-count.ts';
import type { PciFunction } from '../function.ts';
import { ANY_MESSAGE_ENABLE, PRESENT, ROLE_MSI } from '../function.ts';
import { slotRead } from '../interrupts/hot-plug.ts';
import { isOpen } from '../interrupts/gates.ts';
import { judgeSlotEvents } from '../interrupts/slot-events.ts';
import { powerState } from '../interrupts/gates.ts';
import { readMessagePending } from '../interrupts/pending.ts';
import { asleepAbove } from '../life-cycle/presence.ts';
import { judgeVirtualRead } from '../life-cycle/single-root.ts';
import { judgeResize } from '../life-cycle/resizable.ts';
import { DOWNSTREAM_PORT, ROOT_PORT } from '../../spec/port-type.ts';
import { compareBits } from '../bits.ts';
import { formatBits } from '../text.ts';
import type { MachineState } from '../state.ts';

/** Extended space of a function that has none. Returns whether the answer is dealt with. */
export function judgeExtendedSpace(
  state: MachineState,
  f: PciFunction,
  d: number,
  mask: number,
  data: number,
): boolean {
  if (f.bus.conventional) {
    // The number may lead to another bus.
    if (f.bus.uncertain) return true;
    state.reporter.count('ECAM-008');
    if (data !== mask) {
      state.reporter.diverge({
        rule: 'ECAM-008',
        function: f,
        register: 'Extended configuration space',
        shape: 'answer beyond a conventional bus',
        expected: 'all ones',
        actual: formatBits(data, mask),
        explanation: 'A request for an extended register cannot cross a conventional PCI bus.',
      });
    }
    return true;
  }
  if (f.express === true && d === 64 && mask === -1 && (data === -1 || data === 0)) {
    state.reporter.learn('ext_empty', data === 0 ? 'zero' : 'ones');
  }
  if (f.express !== false) return false;
  // PCI-X functions of mode 2 have extended space too.
  if (f.capabilities.some(({ id }) => id === PCI_X)) return true;
  const fill = data === mask ? 'ones' : data === 0 ? 'zero' : undefined;
  if (d === 64 && fill === undefined && mask === -1 && isExtendedCapability(data) && isListHidden(f)) {
    state.reporter.count('STS-001');
    state.reporter.diverge({
      rule: 'STS-001',
      function: f,
      register: 'Status',
      shape: 'no capability list in a function with extended capabilities',
      expected: 'Capabilities List 1',
      actual: 'Capabilities List 0',
      explanation: 'A function with extended capabilities is one of PCI Express, which always has a capability list.',
    });
    return true;
  }
  state.reporter.count('ECAM-007');
  if (fill !== undefined && (f.extendedFill === undefined || f.extendedFill === fill)) {
    f.extendedFill = fill;
    return true;
  }
  state.reporter.diverge({
    rule: 'ECAM-007',
    function: f,
    register: 'Extended configuration space',
    shape: fill === undefined ? 'neither zeros nor ones' : 'not always the same',
    expected:
      f.extendedFill === undefined
        ? 'all zeros or all ones'
        : `all ${f.extendedFill === 'zero' ? 'zeros' : 'ones'} as before`,
    actual: formatBits(data, mask),
    explanation: `Register 0x${(d << 2).toString(16)} lies beyond the 256 bytes of a conventional function.`,
  });
  return true;
}

/** Whether a dword looks like the header of an extended capability (PCIe 7.6.3). */
function isExtendedCapability(data: number): boolean {
  const id = data & 0xffff;
  const version = (data >>> 16) & 0xf;
  const next = data >>> 20;
  return id > 0 && id < 0x80 && version > 0 && version < 8 && (next === 0 || (next > 0x100 && (next & 3) === 0));
}

/** Whether Status says that there is no capability list, and the byte at 0x34 leads somewhere nevertheless. */
function isListHidden({ config }: PciFunction): boolean {
  return config.bit(6, 4) === 0 && (config.peek(0x34, 1) ?? 0) >= 0x40;
}

/** Judges what the cells accept. Returns whether it was reported, or must not be learned. */
export function judgeSpecial(state: MachineState, f: PciFunction, d: number, mask: number, data: number): boolean {
  const sleeper = f.bus.owner === undefined ? undefined : asleepAbove(f);
  if (sleeper !== undefined && data !== mask) return behindSleeper(state, sleeper, mask, data);
  if (d === 1) judgeErrors(state, f, mask, data);
  if (d === 1 && judgeStatus(state, f, mask, data)) return true;
  if ((f.roles[d]! & ROLE_MSI) !== 0) {
    if (judgeMessageEnable(state, f, d, mask, data)) return true;
    readMessagePending(state, f, d, mask, data);
  }
  if (d >= 64) {
    judgeResize(state, f, d, mask, data);
    judgeVirtualRead(state, f, d, mask, data);
  }
  if (f.expressAt > 0 && f.portType >= 4) {
    judgePort(state, f, d, mask, data);
    if (d === (f.expressAt + 0x18) >>> 2) {
      slotRead(state, f, mask, data);
      judgeSlotEvents(state, f, mask, data);
    }
  }
  if (f.aliasOf !== undefined) judgeAlias(state, f, d, mask, data);
  return judgeStored(state, f, d, mask, data);
}

function behindSleeper(state: MachineState, bridge: PciFunction, mask: number, data: number): boolean {
  state.reporter.diverge({
    rule: 'RTE-009',
    function: bridge,
    register: 'Power Management Control/Status',
    shape: 'forwards outside D0',
    expected: 'all ones',
    actual: formatBits(data, mask),
    explanation: 'A bridge that is not in D0 does not forward configuration requests.',
    excusedBy: 'bridge_pm=ignored',
  });
  return false;
}

/** Whether Interrupt Status must be 1: the function has a condition behind INTx that the source tells of (STS-002). */
export function mustShowInterrupt(state: MachineState, f: PciFunction): boolean {
  // Whether the bit follows the line while messages are used or INTx may be disabled, is not clear everywhere.
  const messages =
    (f.msixAt > 0 && f.config.bit(f.msixAt + 2, 15) !== 0) || (f.msiAt > 0 && f.config.bit(f.msiAt + 2, 0) !== 0);
  const pin = f.config.peek(0x3d, 1) ?? 0;
  if (pin === 0 || messages || !f.listComplete || (f.config.writable(1) & 0x400) === 0) return false;
  if (f.intx === 1) return true;
  // The condition that the source tells of is what the bit mirrors. Whoever touched a register of the device may have
  // served it, as a read of virtio's ISR status does.
  const { wire } = f.vectors;
  const awake = f.doubt === 'none' && (f.powerAt === 0 || powerState(f) === 0);
  return (
    state.shown.conditions && wire.condition === 1 && wire.quiet && awake && !f.vectors.mayBeServed(wire.changedAt)
  );
}

/** Interrupt Status: 0 without a pin, 1 while the condition behind INTx is known to hold (STS-002). */
function judgeStatus(state: MachineState, f: PciFunction, mask: number, data: number): boolean {
  const bit = 1 << 19;
  if ((mask & bit) === 0) return false;
  const pin = f.config.peek(0x3d, 1);
  if (pin === undefined) return false;
  state.reporter.count('STS-002');
  const set = (data & bit) !== 0;
  const told = mustShowInterrupt(state, f);
  const wrong = (pin === 0 && set) || (told && !set);
  if (!wrong) return false;
  const lost = told && f.intxAt < f.restoredAt && f.config.confirmedAt[1]! < f.restoredAt;
  state.reporter.diverge({
    rule: lost ? 'SNAP-003' : 'STS-002',
    function: f,
    register: 'Status',
    shape: set
      ? 'pending without a pin'
      : f.intx === 1
        ? 'nothing pending while INTx is asserted'
        : 'nothing pending while the condition holds',
    expected: set ? 'Interrupt Status 0' : 'Interrupt Status 1',
    actual: `Interrupt Status ${set ? 1 : 0}`,
    explanation: set
      ? 'The function has no interrupt pin.'
      : 'Interrupt Status is 1 while the condition behind INTx holds, whatever Interrupt Disable says.',
    excusedBy: set ? undefined : 'intx_status=absent',
  });
  return true;
}

/** Error bits of Status; RW1C. */
const ERRORS = 0xf9000000 | 0;

/** A restore reports no errors: Status of a function that issues no requests, and to which nothing was done (SNAP-004). */
function judgeErrors(state: MachineState, f: PciFunction, mask: number, data: number): void {
  if ((mask & ERRORS) !== ERRORS) return;
  const before = f.statusReadAt;
  f.statusReadAt = state.step;
  if (f.restoredAt <= before || before <= state.disturbedAt || f.headerType !== 0) return;
  const { config } = f;
  if (config.bit(4, 2) !== 0 || config.peek(0x0b, 1) === 6) return;
  state.reporter.count('SNAP-004');
  const set = data & ~config.value[1]! & config.seen[1]! & config.clearable[1]! & ERRORS;
  if (set === 0) return;
  state.reporter.diverge({
    rule: 'SNAP-004',
    function: f,
    register: 'Status',
    shape: 'error bits set by a restore',
    expected: formatBits(0, set),
    actual: formatBits(data, set),
    bits: compareBits(4, mask, set, 0, data, f.fields[1]),
    explanation:
      'The bits were 0 at the snapshot, and nothing was done to the function since but reads of its registers.',
  });
}

/** Multiple Message Enable after more was asked for than is offered (MSI-003). */
function judgeMessageEnable(state: MachineState, f: PciFunction, d: number, mask: number, data: number): boolean {
  const field = 0x70 << 16;
  if (f.openMessageEnable === undefined || d !== f.msiAt >>> 2 || (mask & field) !== field) return false;
  const enable = (data >>> 20) & 7;
  if (f.openMessageEnable !== ANY_MESSAGE_ENABLE) state.reporter.count('MSI-003');
  if (f.openMessageEnable.includes(enable)) {
    f.openMessageEnable = undefined;
    return false;
  }
  state.reporter.diverge({
    rule: 'MSI-003',
    function: f,
    register: 'MSI Message Control',
    shape: 'Multiple Message Enable is another number',
    expected: `Multiple Message Enable ${[...new Set(f.openMessageEnable)].join(' or ')}`,
    actual: `Multiple Message Enable ${enable}`,
    explanation:
      'More messages than offered were enabled: the value may be stored, clamped to what is offered, or refused.',
  });
  f.openMessageEnable = undefined;
  f.config.adopt(d, mask, data, 0, state.step);
  return true;
}

const PCI_X = 0x07;

/** So many kinds of errors do not happen at once, and just those that were cleared. */
const STORED_AT_LEAST = 4;

/**
 * Status bits that hold the ones which were written to them though they were 0 (STS-003, BRG-011). A few bits prove
 * nothing: what they tell of may have happened since.
 */
function judgeStored(state: MachineState, f: PciFunction, d: number, mask: number, data: number): boolean {
  const candidates = f.config.stored[d]! & mask;
  if ((candidates & data) === 0) return false;
  let reported = false;
  const told = new Set<string>();
  for (const { register, rule } of f.fields[d] ?? []) {
    if (told.has(register)) continue;
    told.add(register);
    const mine = bitsOf(f, d, register) & candidates;
    if (bitCount(mine) < STORED_AT_LEAST || (data & mine) !== mine) continue;
    reported = true;
    state.reporter.diverge({
      rule: (f.fields[d] ?? []).find((field) => (field.mask & mine) !== 0)?.rule ?? rule,
      function: f,
      register,
      shape: 'status bits store ones',
      expected: formatBits(0, mine),
      actual: formatBits(data, mine),
      bits: compareBits(4 * d, mask, mine, 0, data, f.fields[d]),
      explanation: 'Writing 1 clears a status bit or leaves it 0; it never sets it.',
      excusedBy: 'status_kind=stored',
    });
  }
  if (reported) f.config.adopt(d, mask, data, 0, state.step);
  return reported;
}

function bitsOf(f: PciFunction, d: number, register: string): number {
  return (f.fields[d] ?? []).filter((field) => field.register === register).reduce((bits, { mask }) => bits | mask, 0);
}

/** Slot and link tell of what is below (HP-004). */
function judgePort(state: MachineState, port: PciFunction, d: number, mask: number, data: number): void {
  const link = (port.expressAt + 0x10) >>> 2;
  const slot = (port.expressAt + 0x18) >>> 2;
  if (d !== link && d !== slot) return;
  const below = port.secondary?.functions[0];
  if (below === undefined || isOpen(below.bus)) return;
  const active = 1 << 29;
  // Where removals are not shown, what has answered may be gone.
  const answers =
    state.showsResets &&
    below.presence === PRESENT &&
    below.doubt === 'none' &&
    below.answeredAt > port.config.changedAt[slot]!;
  if (d === link && (mask & active) !== 0 && port.config.bit(port.expressAt + 0x0e, 4) === 1) {
    state.reporter.count('HP-004');
    // Link Disable takes it down, and may have been set by a write of which it was open if it arrives.
    const disabled = (data & mask & 0x10) !== 0;
    if (answers && !disabled && (data & active) === 0 && !port.reported.has('HP-004 link')) {
      port.reported.add('HP-004 link');
      state.reporter.diverge(
        slotVerdict(
          port,
          'Link Status',
          'Data Link Layer Link Active 1',
          'Data Link Layer Link Active 0',
          'A function below the port answers, so its link is active.',
        ),
      );
    }
  }
  const sure = port.doubt === 'none';
  const gone = sure && below.removed && state.shown.ordered && state.shown.instant;
  if (d === link && gone && (data & mask & active) !== 0 && !port.reported.has('HP-004 link')) {
    port.reported.add('HP-004 link');
    state.reporter.diverge(
      slotVerdict(
        port,
        'Link Status',
        'Data Link Layer Link Active 0',
        'Data Link Layer Link Active 1',
        'What was in the slot was removed, as the source says, and there is no link to an empty slot.',
      ),
    );
  }
  const present = 1 << 22;
  if (d === slot && (mask & present) !== 0 && port.config.bit(port.expressAt + 3, 0) === 1) {
    state.reporter.count('HP-004');
    // Presence that is told of by the link may be switched off (PCIe 7.5.3.10 bit 14).
    const byLink = port.config.bit(port.expressAt + 0x19, 6) === 0;
    const hasSlot = port.portType === ROOT_PORT || port.portType === DOWNSTREAM_PORT;
    if (answers && byLink && hasSlot && (data & present) === 0 && !port.reported.has('HP-004 presence')) {
      port.reported.add('HP-004 presence');
      state.reporter.diverge(
        slotVerdict(
          port,
          'Slot Status',
          'Presence Detect State 1',
          'Presence Detect State 0',
          'A function below the port answers, so there is a card in its slot.',
        ),
      );
    }
    if (below.removed && (data & present) !== 0 && !port.reported.has('HP-004 slot')) {
      port.reported.add('HP-004 slot');
      state.reporter.diverge(
        slotVerdict(
          port,
          'Slot Status',
          'Presence Detect State 0',
          'Presence Detect State 1',
          'What was in the slot was removed, as the source says.',
        ),
      );
    }
  }
}

function slotVerdict(port: PciFunction, register: string, expected: string, actual: string, explanation: string) {
  return { rule: 'HP-004', function: port, register, shape: actual, expected, actual, explanation };
}

/** Evidence for or against a function being a mere repetition of another one (HDR-017). */
function judgeAlias(state: MachineState, f: PciFunction, d: number, mask: number, data: number): void {
  const source = f.aliasOf;
  if (source === undefined || f.aliasProved) return;
  if (source.config.contradiction(d, mask, data) !== 0) {
    f.aliasOf = undefined;
    return;
  }
  const known = source.config.known(d) & mask;
  if (known !== mask) return;
  f.aliasMatches++;
  // A value that software wrote there and that no reset gives proves it.
  const programmed = source.config.writtenMask[d]! & source.config.writable(d) & mask;
  const proof =
    programmed !== 0 && (data & programmed) !== 0 && f.config.cause[d] === CAUSE_NONE && f.config.writtenMask[d] === 0;
  if (!proof || source.bus !== f.bus || source.device !== f.device) return;
  if (source.express === true) {
    state.reporter.diverge({
      rule: 'HDR-017',
      function: source,
      register: 'Vendor ID',
      shape: 'repeats itself at other function numbers',
      expected: 'no answer from a function that does not exist',
      actual: 'the registers of function 0, with what was written to it',
      explanation: 'A PCI Express function decodes the function number fully.',
      excusedBy: 'fn_alias=alias',
    });
    f.aliasProved = true;
  } else if (source.express === false) {
    state.reporter.learn('fn_alias', 'alias');
  }
}
