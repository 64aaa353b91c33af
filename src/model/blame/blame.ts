/**
 * Names the rule that a wrong answer breaks: first by what happened since the register was last right (the access
 * path, a write elsewhere, a reset, its own last write), then by the field.
 */

import { blameBarWrite, isSizeMask } from './blame-bar.ts';
import { isLostByRestore } from './blame-restore.ts';
import {
  CAUSE_BUS_RESET,
  CAUSE_D3,
  CAUSE_FLR,
  CAUSE_MACHINE_RESET,
  CAUSE_NONE,
  CAUSE_PLUG,
  CAUSE_SLOT_POWER,
  CAUSE_UNSEEN,
  CAUSE_WRITE,
} from '../cells.ts';
import { blameResized } from './blame-resized.ts';
import { findDamage, findReset, resetsBelow } from './damage.ts';
import { ROLE_BAR, ROLE_ROM } from '../function.ts';
import type { PciFunction, PlacedField } from '../function.ts';
import { blamePath } from './blame-path.ts';
import { blameElsewhere } from './blame-elsewhere.ts';
import { SHAPE_ALIAS, SHAPE_CROSSING, SHAPE_UNSUPPORTED_STATE } from '../state.ts';
import type { MachineState } from '../state.ts';

export interface Blame {
  rule: string;
  why: string;
  excusedBy?: string;
  /** Shape for the identity, when the default one (kind of change, cause) does not tell enough. */
  shape?: string;
}

/** A wrong answer: bits of one dword that contradict what is known. */
export interface WrongAnswer {
  function: PciFunction;
  d: number;
  mask: number;
  answer: number;
  wrong: number;
  shape: number;
}

const HEADER_WITH_SEVERAL_REGISTERS = new Set([1, 3, 15]);

/** One blame for each field with wrong bits. */
export function blameFields(
  state: MachineState,
  answer: WrongAnswer,
): { field: PlacedField; bits: number; blame: Blame }[] {
  const { function: f, d, wrong } = answer;
  const fields = (f.fields[d] ?? []).filter(({ mask }) => (mask & wrong) !== 0);
  const all = blameResized(answer) ?? whole(state, answer);
  return fields.map((field) => ({
    field,
    bits: wrong & field.mask,
    blame: all ?? blameField(state, answer, field),
  }));
}

/** What explains the wrong answer whatever its fields: the register was right after its own last change. */
function whole(state: MachineState, answer: WrongAnswer): Blame | undefined {
  const { function: f, d, wrong } = answer;
  const { config } = f;
  const confirmed = config.confirmedAt[d]!;
  const victim = { function: f, d, table: false, wrong, answer: answer.answer };
  const unseen = (config.confirmed[d]! & wrong) !== wrong;
  // What was right before a snapshot and is reset now lost its value by a reset since rather than by the way back.
  const lost = unseen && isLostByRestore(f.restoredAt, config, d, wrong);
  const damage = lost
    ? findReset(state, victim, answer.mask, f.restoredAt)
    : unseen
      ? undefined
      : findDamage(state, victim, confirmed);
  if (damage !== undefined)
    return { rule: damage.rule, why: `The register was right before ${damage.by}.`, shape: 'changed by another write' };
  if (unseen) return blameElsewhere(state, answer);
  return blamePath(state, answer);
}

function blameField(state: MachineState, answer: WrongAnswer, field: PlacedField): Blame {
  const { function: f, d, wrong } = answer;
  const { config } = f;
  const bits = wrong & field.mask;
  if (isLostByRestore(f.restoredAt, config, d, bits)) {
    return { rule: 'SNAP-001', why: `${field.register} was not written since the machine went back to its snapshot.` };
  }
  if (field.field === 'Multi-Function Device' && (f.deviceFunction & 7) !== 0) {
    return { rule: 'HDR-007', why: 'The bit is not used in functions above 0, but it is constant.' };
  }
  const changedLast = (config.confirmed[d]! & bits) !== bits;
  const cause = config.cause[d]!;
  if (changedLast && cause === CAUSE_WRITE) return blameWrite(state, answer, field, bits);
  if (cause !== CAUSE_WRITE && (changedLast || field.resetOpen))
    return blameReset(f, d, field, bits, cause, changedLast);
  if (field.attribute === 'RW1C') return statusBit(field, bits, f, d);
  return { rule: field.rule, why: `${field.register} changed though nothing wrote to it.` };
}

function blameWrite(state: MachineState, answer: WrongAnswer, field: PlacedField, bits: number): Blame {
  const blame = blameWriteAlone(state, answer, field, bits);
  // A cause that a profile may excuse goes first.
  return blame.excusedBy === undefined ? (ownBusReset(state, answer) ?? blame) : blame;
}

function blameWriteAlone(state: MachineState, answer: WrongAnswer, field: PlacedField, bits: number): Blame {
  const { function: f, d } = answer;
  const { config } = f;
  const shape = config.shape[d]!;
  const width = shape & 0xf;
  if ((shape & SHAPE_ALIAS) !== 0) {
    return { rule: 'HDR-017', why: 'A function that answers at other function numbers takes writes there too.' };
  }
  if ((shape & SHAPE_CROSSING) !== 0 && !isConstant(answer, bits)) {
    return {
      rule: width === 8 ? 'ECAM-006' : 'ECAM-005',
      why: 'A write beyond a dword changes the addressed bytes, a part of them from the first on, or nothing.',
    };
  }
  if (f.headerType === 1 && d >= 6 && d <= 9 && isSizedLikeBar(answer)) {
    return {
      rule: 'BAR-027',
      why: 'A type 1 header has two BARs; the register is one of the bridge and does not answer to sizing.',
      shape: 'behaves as a BAR',
    };
  }
  if ((f.roles[d]! & (ROLE_BAR | ROLE_ROM)) !== 0 && field.register !== 'Capabilities Pointer') {
    return blameBarWrite(state, f, d, answer.wrong, answer.answer);
  }
  if ((shape & SHAPE_UNSUPPORTED_STATE) !== 0 && field.field === 'PowerState') {
    return { rule: 'PM-002', why: 'The function lacks this power state: the write completes and the state stays.' };
  }
  const beside = bits & ~config.unread[d]! & config.seen[d]! & (config.value[d]! ^ answer.answer);
  if (beside !== 0 && width < 4) return besideLanes(answer, field, beside);
  if (field.attribute === 'RW1C') return statusBit(field, bits, f, d);
  if (field.register === 'Command') {
    const toggled = (config.before[d]! ^ config.written[d]!) & config.unread[d]! & 3;
    const rest = answer.wrong & 0xffff;
    if (toggled !== 0 && (rest & 3) === 0 && (config.isWritable[d]! & rest) === rest) {
      return { rule: 'CMD-008', why: 'A write that changes a decode enable applies its other bits too.' };
    }
    if (width === 1) return { rule: 'CMD-009', why: 'A byte write of Command obeys the same masks as a word write.' };
  }
  const unchanged = ((answer.answer ^ config.before[d]!) & bits) === 0;
  if (field.rule === 'MSIX-001' && field.attribute === 'RW' && width !== 2 && unchanged)
    return { rule: 'MSIX-002', why: 'A byte or dword write reaches enable and function mask as a word write does.' };
  const writable = config.writable(d);
  if (width === 4 && HEADER_WITH_SEVERAL_REGISTERS.has(d) && (bits & ~writable) === 0 && unchanged) {
    return {
      rule: 'HDR-018',
      why: 'A dword write to several registers treats each byte by its own rule; none is refused because of its neighbours.',
    };
  }
  if (field.rule === 'CMD-001')
    return {
      rule: 'CMD-001',
      why: 'Reserved Command bits read 0, and a bit stays what it is: writable or hardwired.',
      excusedBy: 'cmd_extra=0xffff',
    };
  return {
    rule: field.rule,
    why: `${field.register}, ${field.field}: ${KINDS[field.attribute] ?? 'it does not read so'}.`,
  };
}

/** Whether no write changes the bits: then they have the wrong kind, however a write came there. */
function isConstant({ function: f, d }: WrongAnswer, bits: number): boolean {
  return (f.config.unread[d]! & bits) === bits && (f.config.writable(d) & bits) === 0;
}

/** Whether all ones were written and the answer is the size of a BAR: ones down to a power of two, then type bits. */
function isSizedLikeBar({ function: f, d, mask, answer }: WrongAnswer): boolean {
  if (mask !== -1 || f.config.written[d] !== -1 || (f.config.writable(d) & ~answer) === 0) return false;
  const io = (answer & 3) === 1;
  if (!io && ((answer & 1) !== 0 || (answer & 6) === 2 || (answer & 6) === 6)) return false;
  const address = io ? ~3 : ~15;
  return isSizeMask(answer & address, address, io);
}

const KINDS: Partial<Record<PlacedField['attribute'], string>> = {
  RO: 'a read-only field keeps its value whatever is written',
  RW: 'a writable field reads back what was written',
  choice: 'each bit is writable or hardwired, and stays what it is',
  choice0: 'each bit is writable or hardwired to 0, and stays what it is',
  zero: 'a reserved or unimplemented field reads 0 whatever is written',
};

/** A bridge that has reset the bus below since the register was written, and shows reset values beside what was written, too. */
function ownBusReset(state: MachineState, { function: f, d, answer, wrong }: WrongAnswer): Blame | undefined {
  const { config } = f;
  if ((wrong & ~config.unread[d]!) === 0 || ((answer ^ config.resetValue[d]!) & wrong) !== 0) return undefined;
  return resetsBelow(state, f, config.changedAt[d]!)
    ? {
        rule: 'RST-006',
        why: 'Secondary Bus Reset was written since, which must not reset the bridge itself.',
        shape: 'changed by another write',
      }
    : undefined;
}

/** Bits outside the lanes of the last write. */
function besideLanes(answer: WrongAnswer, field: PlacedField, beside: number): Blame {
  const { config } = answer.function;
  const { d } = answer;
  if (field.register === 'Command')
    return { rule: 'CMD-009', why: 'A byte write of Command leaves the other byte as it is.' };
  if (field.attribute === 'RW1C') return statusBit(field, beside, answer.function, d);
  const ecam = ((config.shape[d]! >>> 4) & 0xf) === 2;
  return {
    rule: ecam ? 'ECAM-004' : 'CAM-005',
    why: 'A write acts on the addressed bytes and on no other byte of the dword.',
  };
}

/** A status bit that a 1 clears. */
function statusBit(field: PlacedField, bits: number, f: PciFunction, d: number): Blame {
  if ((f.config.stored[d]! & bits) !== 0) {
    return {
      rule: field.rule,
      why: `${field.register}: a status bit that is 0 must not become 1 by writing 1 to it.`,
      shape: 'status bits store ones',
      excusedBy: 'status_kind=stored',
    };
  }
  const header = field.rule === 'STS-003' || field.rule === 'BRG-011';
  return {
    rule: header ? 'HDR-016' : field.rule,
    why: `${field.register}, ${field.field}: a status bit stays 1 until a 1 is written to it.`,
  };
}

const BUS_NUMBERS = /^(Primary|Secondary|Subordinate) Bus Number$/;
const WINDOWS = new Set(['BRG-002', 'BRG-003', 'BRG-004']);

/** Rules for values that a reset leaves open, but that must then be stable or stem from somewhere. */
const OPEN_AFTER_RESET: Readonly<Record<string, string>> = {
  'MSI-004': 'MSI-005',
  'HDR-010': 'HDR-011',
  'BAR-003': 'BAR-016',
  'ROM-001': 'BAR-016',
};

/** The register was not written since a reset (or since power-on). */
function blameReset(
  f: PciFunction,
  d: number,
  field: PlacedField,
  bits: number,
  cause: number,
  changedLast: boolean,
): Blame {
  const because = `${field.register}, ${field.field}: it was not written since ${CAUSES[cause] ?? 'the machine was switched on'}`;
  if (!changedLast) {
    return { rule: OPEN_AFTER_RESET[field.rule] ?? field.rule, why: `${because}, so its value must be stable.` };
  }
  const why = `${because}.`;
  const constant = field.attribute === 'RO' || field.attribute === 'zero';
  if (constant) return { rule: WINDOWS.has(field.rule) && cause === CAUSE_MACHINE_RESET ? 'BRG-006' : field.rule, why };
  if ((f.config.flrKeeps[d]! & ~f.config.sticky[d]! & bits) !== 0 && cause === CAUSE_FLR)
    return { rule: 'RST-003', why };
  if ((f.config.sticky[d]! & bits) !== 0 && cause !== CAUSE_NONE) return { rule: field.rule, why };
  const powered: Readonly<Record<number, string>> = {
    [CAUSE_BUS_RESET]: 'RST-006',
    [CAUSE_SLOT_POWER]: 'HP-007',
    [CAUSE_PLUG]: 'HP-003',
    [CAUSE_D3]: 'PM-005',
  };
  const special = powered[cause];
  if (special !== undefined) return { rule: special, why };
  if (cause === CAUSE_UNSEEN) return { rule: field.rule, why };
  if (field.register === 'Interrupt Line') return { rule: 'HDR-011', why };
  if ((f.roles[d]! & (ROLE_BAR | ROLE_ROM)) !== 0 && field.field !== 'Expansion ROM Enable') {
    return { rule: OPEN_AFTER_RESET[field.rule] ?? field.rule, why };
  }
  if (field.register === 'Command')
    return { rule: 'CMD-002', why, excusedBy: cause === CAUSE_FLR ? 'flr_restore=on' : 'preassigned=on' };
  if (BUS_NUMBERS.test(field.register)) return { rule: 'RTE-003', why };
  if (cause === CAUSE_MACHINE_RESET) return { rule: 'RST-001', why };
  if (cause === CAUSE_FLR) return { rule: 'RST-001', why, excusedBy: 'flr_restore=on' };
  return { rule: field.rule.startsWith('AER-00') && field.rule !== 'AER-004' ? 'AER-003' : field.rule, why };
}

const CAUSES: Readonly<Record<number, string>> = {
  [CAUSE_MACHINE_RESET]: 'the reset of the machine',
  [CAUSE_BUS_RESET]: 'the reset of its bus',
  [CAUSE_FLR]: 'the reset of the function',
  [CAUSE_D3]: 'the return from D3hot',
  [CAUSE_PLUG]: 'the function was put in',
  [CAUSE_SLOT_POWER]: 'the slot got power',
  [CAUSE_UNSEEN]: 'a reset that the trace does not show',
};

/** In which way the bits differ and since when, without values: part of a finding's identity. */
export function shapeText(answer: WrongAnswer, field: PlacedField, bits: number): string {
  const { config } = answer.function;
  const { d } = answer;
  const set = answer.answer & bits;
  const how = `${field.field}: bits ${set === bits ? 'set' : set === 0 ? 'cleared' : 'changed'}`;
  if (isLostByRestore(answer.function.restoredAt, config, d, bits)) return `${how} after a restore`;
  if ((config.unread[d]! & bits) !== 0) return `${how} after a write`;
  // A field that must always be 0 is wrong whatever came before, so that may not tell findings apart.
  if (field.attribute === 'zero') return how;
  if ((config.confirmed[d]! & bits) === bits || config.cause[d] === CAUSE_WRITE) return `${how} by itself`;
  return config.cause[d] === CAUSE_NONE ? `${how} at first` : `${how} after a reset`;
}
