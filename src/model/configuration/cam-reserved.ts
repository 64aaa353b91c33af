/**
 * The reserved bits of the index of ports 0xcf8 and 0xcfc: bits 27:24 reach extended registers on some hardware (the
 * choice `amd_ext_cfg`), bits 1:0 join the byte offset in some VMMs (the choice `cam_low_bits`). Elsewhere they do
 * nothing (CAM-002, CAM-009).
 */

import type { Access } from '../../access/access.ts';
import { certain, fits, mayBeSilence, pieces, readPerhaps, readRegister, writeRegister } from './configuration.ts';
import type { Piece } from './configuration.ts';
import type { PciFunction } from '../function.ts';
import { CAM, shapeOf } from '../state.ts';
import type { MachineState } from '../state.ts';
import { formatBits } from '../text.ts';
import { writeAnyPerhaps } from './write-perhaps.ts';

/** Bits 11:8 of the register number that the index would give where its bits 27:24 have a meaning. */
export function extendedBits(index: number): number {
  return (index >>> 16) & 0xf00;
}

/** An access whose index has some of bits 27:24 set, and bits 1:0 clear. `lane`: first byte in the data window. */
export function accessExtended(state: MachineState, index: number, lane: number, access: Access): void {
  const bdf = (index >>> 8) & 0xffff;
  const clean = (index & 0xfc) + lane;
  const extended = clean | extendedBits(index);
  const { width, valueLo: value } = access;
  const choice = state.reporter.choice('amd_ext_cfg');
  if (choice === undefined) {
    openRegister(state, bdf, clean, extended, access);
    return;
  }
  const meant = choice === 'on' ? extended : clean;
  const other = choice === 'on' ? clean : extended;
  const f = certain(state, bdf);
  const [elsewhere] = pieces(other, width, value, 0);
  if (access.write) {
    if (f !== undefined && elsewhere !== undefined && choice === 'off') {
      const { d, mask, data } = elsewhere;
      const { step } = state;
      state.journal.add({ step, kind: 'extended', function: f, d, mask, data, width, roles: 0, open: false });
    }
    writeRegister(state, bdf, meant, width, value, CAM);
    return;
  }
  state.reporter.count('CAM-009');
  const contradicts = f !== undefined && !fits(f, pieces(meant, width, value, 0));
  if (contradicts && elsewhere !== undefined && shows(f, elsewhere)) reportOther(state, f, choice === 'on', elsewhere);
  else readRegister(state, bdf, meant, width, value, CAM);
}

/** Whether the answer is surely the content of a register: all of it known, and neither zeros nor ones. */
function shows(f: PciFunction, piece: Piece): boolean {
  return known(f, piece) && fits(f, [piece]) && piece.data !== 0 && piece.data !== piece.mask;
}

function known(f: PciFunction, { d, mask }: Piece): boolean {
  return d < f.config.length && (f.config.known(d) & mask) === mask;
}

function reportOther(state: MachineState, f: PciFunction, extends_: boolean, { mask, data }: Piece): void {
  state.reporter.diverge({
    rule: extends_ ? 'CAM-002' : 'CAM-009',
    function: f,
    register: 'CONFIG_DATA',
    shape: extends_ ? 'index bits 27:24 are ignored' : 'reaches extended registers',
    expected: extends_ ? 'the extended register' : 'the register of the clean index',
    actual: `${formatBits(data, mask)}, which is the other of the two`,
    explanation: extends_
      ? 'Index bits 27:24 are bits 11:8 of the register number here, and always.'
      : 'The ports address 64 dwords of a function; index bits 27:24 are reserved here.',
  });
}

/** It is not known yet whether bits 27:24 have a meaning: the first answer that tells decides. */
function openRegister(state: MachineState, bdf: number, clean: number, extended: number, access: Access): void {
  const { width, valueLo: value } = access;
  const f = certain(state, bdf);
  const first = pieces(clean, width, value, 0);
  const second = pieces(extended, width, value, 0);
  if (access.write) {
    writeAnyPerhaps(state, bdf, [...first, ...second], shapeOf(width, CAM));
    return;
  }
  readPerhaps(state, bdf, [...first, ...second]);
  if (f === undefined) {
    if (first.every(({ mask, data }) => data === mask)) state.absentReads++;
    return;
  }
  const { reporter } = state;
  reporter.count('CAM-002');
  const asClean = fits(f, first);
  const asExtended = fits(f, second);
  if (asClean !== asExtended && [...first, ...second].every((piece) => known(f, piece)))
    reporter.learn('amd_ext_cfg', asExtended ? 'on' : 'off');
  const gone = !state.showsResets && first.every(({ mask, data }) => data === mask);
  if (asClean || asExtended || gone || mayBeSilence(f, first)) return;
  reporter.diverge({
    rule: 'CAM-002',
    function: f,
    register: 'CONFIG_DATA',
    shape: 'index bits 27:24 lead elsewhere',
    expected: 'the register of the clean index, or the extended one that bits 27:24 name',
    actual: formatBits(value, -1),
    explanation: 'Reserved bits of the index must not lead to another register.',
  });
}

/** Bits 1:0 of the index are set: reserved, or part of the byte offset. `register`: where the clean index leads. */
export function accessShifted(
  state: MachineState,
  index: number,
  register: number,
  lane: number,
  access: Access,
): void {
  const bdf = (index >>> 8) & 0xffff;
  const choice = state.reporter.choice('cam_low_bits');
  const f = certain(state, bdf);
  const bytesAt = (at: number): Piece[] => pieces(at, access.width, access.valueLo, access.valueHi);
  const clean = bytesAt(register + lane);
  const shifted = bytesAt(register + ((index & 3) | lane));
  // With bits 27:24 beside, and their meaning open, it may be another register altogether.
  const beyondToo = extendedBits(index) !== 0 && state.reporter.choice('amd_ext_cfg') === undefined;
  if (access.write) {
    const possible = choice === 'on' ? shifted : choice === 'off' ? clean : [...clean, ...shifted];
    const more = beyondToo ? possible.map((piece) => ({ ...piece, d: piece.d | (extendedBits(index) >>> 2) })) : [];
    writeAnyPerhaps(state, bdf, [...possible, ...more], shapeOf(access.width, CAM));
    return;
  }
  readPerhaps(state, bdf, [...clean, ...shifted]);
  if (beyondToo) return;
  if (f === undefined) {
    // Whichever bytes were meant, an absent function gives ones; what a present one gives is judged when it is known.
    if (clean.every(({ mask, data }) => data === mask)) state.absentReads++;
    return;
  }
  if (mayBeSilence(f, clean)) return;
  state.reporter.count('CAM-002');
  const inside = shifted.filter(({ d }) => d < 64);
  const asClean = choice !== 'on' && fits(f, clean);
  const asShifted = choice !== 'off' && fits(f, inside);
  const decided = [...clean, ...shifted].every((piece) => piece.d < 64 && known(f, piece));
  if (asClean !== asShifted && decided && choice === undefined)
    state.reporter.learn('cam_low_bits', asShifted ? 'on' : 'off');
  if (asClean || asShifted) return;
  state.reporter.diverge({
    rule: 'CAM-002',
    function: f,
    register: 'CONFIG_DATA',
    shape: 'low index bits lead elsewhere',
    expected: 'the register of the clean index, or bytes shifted by the low bits',
    actual: formatBits(access.valueLo, -1),
    explanation: 'Reserved bits of the index must not lead to another register.',
  });
}

/**
 * Whether the low bits of the index may join the offset of an access that is not aligned: into which parts a host cuts
 * that before is its own affair, and each part begins where the bits lead it (seen with QEMU).
 */
export function joinsOddly(state: MachineState, index: number, lane: number, width: number): boolean {
  return (index & 3) !== 0 && (lane & (width - 1)) !== 0 && state.reporter.choice('cam_low_bits') !== 'off';
}

/** Such an access: what it reads is no matter of PCI; what it writes may be any of its bytes, in this dword or the next. */
export function accessInParts(
  state: MachineState,
  index: number,
  register: number,
  lane: number,
  access: Access,
): void {
  const bdf = (index >>> 8) & 0xffff;
  const parts = anyParts(index, register, lane, access.width, access.valueLo);
  if (access.write) writeAnyPerhaps(state, bdf, withExtended(index, parts), shapeOf(access.width, CAM));
  else readPerhaps(state, bdf, parts);
}

/** What an access of `width` bytes may reach, of which it is open how the host cuts it and what its index means. */
export function possiblePieces(
  state: MachineState,
  index: number,
  register: number,
  lane: number,
  width: number,
  value: number,
): Piece[] {
  const joins = (index & 3) !== 0 && state.reporter.choice('cam_low_bits') !== 'off';
  const parts = joins ? anyParts(index, register, lane, width, value) : pieces(register + lane, width, value, 0);
  return state.reporter.choice('amd_ext_cfg') === undefined ? withExtended(index, parts) : parts;
}

function anyParts(index: number, register: number, lane: number, width: number, value: number): Piece[] {
  const first = register + ((index & 3) | lane);
  const parts: Piece[] = pieces(register + lane, width, value, 0);
  for (let at = register; at < first + width; at++)
    for (let byte = 0; byte < width; byte++) parts.push(...pieces(at, 1, value >>> (8 * byte), 0));
  return parts;
}

/** The same where bits 27:24 of the index have a meaning. */
function withExtended(index: number, parts: readonly Piece[]): Piece[] {
  const extended = extendedBits(index) >>> 2;
  const more = extended === 0 ? [] : parts.map((piece) => ({ ...piece, d: piece.d | extended }));
  return [...parts, ...more];
}
