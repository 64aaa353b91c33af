/** Accesses to an MSI-X table or its pending bits (PCIe 7.7.2.5 to 7.7.2.9). */

import { differenceHi, differenceLo } from '../../core/pair.ts';
import { CAUSE_PLUG, CAUSE_WRITE } from '../cells.ts';
import { isLostByRestore } from '../blame/blame-restore.ts';
import { findDamage } from '../blame/damage.ts';
import type { PciFunction } from '../function.ts';
import { followPending } from './after-restore.ts';
import { ENTRY_FIELDS } from './msix-table.ts';
import type { MsixTable, Placement } from './msix-table.ts';
import type { Region } from '../decode/region.ts';
import { MAYBE } from '../decode/region.ts';
import { compareCells, expectedText } from '../bits.ts';
import { formatBits } from '../text.ts';
import { shapeOf, TABLE } from '../state.ts';
import type { MachineState } from '../state.ts';
import { isUnreached, noteStructure } from './unreached.ts';
import { judgePending } from './pending.ts';
import { tableWritten } from './release.ts';

/** Bytes that an access carries; halves as int32. */
export interface Carried {
  width: number;
  lo: number;
  hi: number;
}

/** Where an offset of a BAR lies in the table or the pending bits; undefined: elsewhere. */
export function locate(
  f: PciFunction,
  bar: number,
  offset: number,
): { what: 'table' | 'pending'; at: number } | undefined {
  const { msix } = f;
  if (msix === undefined || offset < 0) return undefined;
  const inside = (placement: Placement | undefined, length: number): boolean =>
    placement !== undefined &&
    placement.bar === bar &&
    offset >= placement.offset &&
    offset < placement.offset + length;
  if (inside(msix.placement, 16 * msix.size)) return { what: 'table', at: offset - msix.placement.offset };
  if (!inside(msix.pendingPlacement, 4 * msix.pending.length)) return undefined;
  return { what: 'pending', at: offset - (msix.pendingPlacement?.offset ?? 0) };
}

export function readTable(state: MachineState, region: Region, msix: MsixTable, at: number, carried: Carried): void {
  const { width, lo, hi } = carried;
  if ((width !== 4 && width !== 8) || at % width !== 0) {
    readOdd(state, region.function, msix, at, carried);
    return;
  }
  readEntryDword(state, region, msix, at >>> 2, lo, width);
  if (width === 8) readEntryDword(state, region, msix, (at >>> 2) + 1, hi, width);
  state.watcher?.interrupts(region.function, at >>> 4);
}

function readEntryDword(
  state: MachineState,
  region: Region,
  msix: MsixTable,
  d: number,
  answer: number,
  width: number,
): void {
  const { table } = msix;
  const f = region.function;
  if (d >= table.length) return;
  const odd = msix.oddWrites.get(d);
  if (odd !== undefined) {
    msix.oddWrites.delete(d);
    // Bits that may be hardwired to 0 (MSIX-010, MSIX-011) prove nothing.
    const firm = table.readWrite[d]!;
    if (
      ![0, 8, 16, 24].every((shift) =>
        mayBe((answer >>> shift) & 0xff, [odd.old, ...odd.data], (firm >>> shift) & 0xff),
      )
    ) {
      report(
        state,
        f,
        'MSIX-008',
        'a write of open width made something else',
        'the old bytes, the written ones, zeros or ones',
        answer,
        'An access of another width than 4 or 8 bytes leaves the dword, writes its bytes, or extends them; nothing else.',
      );
    }
    table.learn(d, -1, answer, state.step, shapeOf(width, TABLE));
    return;
  }
  const wrong = table.contradiction(d, -1, answer);
  state.reporter.count('MSIX-006');
  if (wrong === 0) {
    if (table.known(d) !== 0) noteStructure(state, region, answer);
    table.learn(d, -1, answer, state.step, shapeOf(width, TABLE));
    return;
  }
  const offset = (msix.placement?.offset ?? 0) + 4 * d;
  if (
    isUnreached(
      state,
      region,
      offset,
      answer,
      table.confirmedAt[d]!,
      (d & 3) === 0 && (wrong & 3) !== 0 && table.cause[d] !== CAUSE_WRITE,
    )
  )
    return;
  const { rule, why } = blame(state, f, msix, d, wrong, answer, width);
  state.reporter.diverge({
    rule,
    function: f,
    register: `MSI-X table entry, ${DWORDS[d & 3]}`,
    shape: `bits ${(answer & wrong) === wrong ? 'set' : (answer & wrong) === 0 ? 'cleared' : 'changed'}`,
    expected: expectedText(table, d, -1, wrong),
    actual: formatBits(answer, -1),
    explanation: why,
    bits: compareCells(table, d, -1, wrong, answer, ENTRY_FIELDS[d & 3]),
  });
  table.adopt(d, -1, answer, wrong, state.step);
}

const DWORDS = ['Message Address', 'Message Upper Address', 'Message Data', 'Vector Control'];

function blame(
  state: MachineState,
  f: PciFunction,
  msix: MsixTable,
  d: number,
  wrong: number,
  answer: number,
  width: number,
): { rule: string; why: string } {
  const { table } = msix;
  const confirmed = table.confirmedAt[d]!;
  const part = d & 3;
  if (isLostByRestore(f.restoredAt, table, d, wrong))
    return { rule: 'SNAP-001', why: 'Nothing wrote to the entry since the machine went back to its snapshot.' };
  const open = part === 0 && (wrong & 3) !== 0 ? 'MSIX-011' : part === 3 && (wrong & 1) === 0 ? 'MSIX-010' : undefined;
  if (confirmed > table.changedAt[d]!) {
    if (isWrittenBeside(state, f, confirmed))
      return {
        rule: 'MSIX-006',
        why: 'The entry was right before a write to the BARs of the function beside its table.',
      };
    const damage = findDamage(state, { function: f, d, table: true, wrong, answer }, confirmed);
    if (damage !== undefined) return { rule: damage.rule, why: `The entry was right before ${damage.by}.` };
    if (width === 8 && (table.confirmedBy[d]! & 0xf) === 4) {
      return {
        rule: 'MSIX-007',
        why: 'An aligned access of 8 bytes covers two dwords; by 4 bytes this one read otherwise.',
      };
    }
    if (open === undefined && part < 3 && table.cause[d] !== CAUSE_WRITE) {
      return { rule: 'MSIX-011', why: 'What the entry holds after a reset is open, but it does not change by itself.' };
    }
    return { rule: open ?? 'MSIX-006', why: 'The entry changed though nothing wrote to it.' };
  }
  if (table.cause[d] === CAUSE_PLUG)
    return {
      rule: 'HP-003',
      why: 'A function that was put in begins at power-on state, and decodes once it is enabled.',
    };
  if (table.cause[d] !== CAUSE_WRITE) {
    if (open !== undefined) return { rule: open, why: 'After a reset these bits are 0.' };
    return { rule: 'MSIX-009', why: 'The mask bit of every entry is 1 after a reset.' };
  }
  if ((table.shape[d]! & 0xf) === 8) return { rule: 'MSIX-007', why: 'An aligned write of 8 bytes writes two dwords.' };
  return { rule: open ?? 'MSIX-006', why: 'An entry reads back what was written to it.' };
}

/** Whether the last write that reached the function since `step` was one behind its BARs, and none to the table. */
function isWrittenBeside({ journal }: MachineState, f: PciFunction, step: number): boolean {
  const { barWrittenAt } = f;
  if (barWrittenAt <= step) return false;
  for (const entry of journal.since(barWrittenAt - 1)) if (entry.function === f) return false;
  return true;
}

/** Bytes of open width: each is a stored byte of a dword that is touched, 00h or FFh (MSIX-008). */
function readOdd(state: MachineState, f: PciFunction, msix: MsixTable, at: number, { width, lo, hi }: Carried): void {
  const { table } = msix;
  const stored: number[] = [];
  for (let d = at >>> 2; d <= (at + width - 1) >>> 2; d++) {
    if (d >= table.length || table.known(d) !== -1 || msix.oddWrites.has(d)) return;
    stored.push(table.knownValue(d));
  }
  state.reporter.count('MSIX-008');
  for (let index = 0; index < width; index++) {
    const byte = ((index < 4 ? lo : hi) >>> ((index & 3) << 3)) & 0xff;
    if (mayBe(byte, stored)) continue;
    report(
      state,
      f,
      'MSIX-008',
      'a read of open width gives something else',
      'stored bytes, zeros or ones',
      lo,
      'An access of another width than 4 or 8 bytes gives stored bytes, zeros or ones.',
    );
    return;
  }
}

/** Whether a byte is 00h, FFh or one of the bytes of some dwords, in the bits of `firm`. */
function mayBe(byte: number, dwords: readonly number[], firm = 0xff): boolean {
  const same = (other: number): boolean => ((other ^ byte) & firm) === 0;
  return (
    same(0) || same(0xff) || dwords.some((dword) => [0, 8, 16, 24].some((shift) => same((dword >>> shift) & 0xff)))
  );
}

function report(
  state: MachineState,
  f: PciFunction,
  rule: string,
  shape: string,
  expected: string,
  answer: number,
  explanation: string,
): void {
  state.reporter.diverge({
    rule,
    function: f,
    register: 'MSI-X table entry',
    shape,
    expected,
    actual: formatBits(answer, -1),
    explanation,
  });
}

/** An aligned write of 4 or 8 bytes to the table; through a region that perhaps does not decode it may be lost. */
export function writeTable(state: MachineState, region: Region, msix: MsixTable, at: number, carried: Carried): void {
  const { width, lo, hi } = carried;
  // The data of an unmasking write of 8 bytes is in place before the mask goes (MSIX-019).
  const unmasking = width === 8 && (at & 0xf) === 8 && (hi & 1) === 0;
  writeEntryDword(state, region, msix, at >>> 2, lo, width, unmasking);
  if (width === 8) writeEntryDword(state, region, msix, (at >>> 2) + 1, hi, width, unmasking);
  state.watcher?.interrupts(region.function, at >>> 4);
}

function writeEntryDword(
  state: MachineState,
  region: Region,
  msix: MsixTable,
  d: number,
  data: number,
  width: number,
  unmasking: boolean,
): void {
  if (d >= msix.table.length) return;
  const f = region.function;
  note(state, f, d, data, width);
  f.vectors.beforeTable(d, -1, data, unmasking);
  msix.oddWrites.delete(d);
  if (region.state === MAYBE) msix.table.writePerhaps(d, -1, data, state.step, shapeOf(width, TABLE));
  else msix.table.write(d, -1, data, state.step, shapeOf(width, TABLE));
  tableWritten(state, f, d);
}

/**
 * A write of which it is open what it made of the dwords that it touched: of another width than 4 or 8 bytes, not aligned,
 * begun outside of the table, or one that several regions claim. `at` may be below 0.
 */
function writeOdd(state: MachineState, f: PciFunction, msix: MsixTable, at: number, { width, lo, hi }: Carried): void {
  const { table } = msix;
  for (let d = Math.max(at >> 2, 0); d <= (at + width - 1) >> 2 && d < table.length; d++) {
    note(state, f, d, lo, width);
    const known = table.known(d) === -1;
    table.writePerhaps(d, -1, lo, state.step, shapeOf(width, TABLE));
    table.seen[d] = 0;
    table.otherMask[d] = 0;
    if (known) msix.oddWrites.set(d, { old: table.before[d]!, data: width === 8 ? [lo, hi] : [lo] });
    else msix.oddWrites.delete(d);
    f.vectors.uncertain = true;
    const vector = (d & 3) === 3 && mayUnmask(f, 4 * d - at, width, lo, hi) ? f.vectors.known(d >>> 2) : undefined;
    if (vector !== undefined) vector.pending = 0;
  }
}

/**
 * Whether an odd write may have taken the mask of an entry away, and with it what was pending. `byte`: where in the write
 * the lowest byte of Vector Control lies; outside of it the mask may have got a 0 all the same.
 */
function mayUnmask(f: PciFunction, byte: number, width: number, lo: number, hi: number): boolean {
  if (f.config.bit(f.msixAt + 2, 14) === 1) return false;
  if (byte < 0 || byte >= width) return true;
  return (((byte < 4 ? lo : hi) >>> (8 * (byte & 3))) & 1) === 0;
}

/** A write to a region that reaches into the table or the pending bits, in a way that leaves open what it does there. */
export function writeBeside(state: MachineState, region: Region, hi: number, lo: number, carried: Carried): void {
  const f = region.function;
  const { msix } = f;
  if (msix === undefined) return;
  // It may begin before the region.
  const far = differenceHi(hi, lo, region.baseHi, region.baseLo);
  const near = differenceLo(lo, region.baseLo);
  const offset = far === 0 ? near >>> 0 : near;
  if (far !== 0 && (far !== -1 || offset >= 0 || offset + carried.width <= 0)) return;
  const touches = (placement: Placement | undefined, length: number): boolean =>
    placement !== undefined &&
    placement.bar === region.index &&
    offset + carried.width > placement.offset &&
    offset < placement.offset + length;
  const { placement, pendingPlacement } = msix;
  if (touches(placement, 16 * msix.size)) writeOdd(state, f, msix, offset - placement.offset, carried);
  if (pendingPlacement !== undefined && touches(pendingPlacement, 4 * msix.pending.length))
    writePending(f, msix, offset - pendingPlacement.offset, carried);
  state.watcher?.interrupts(f, -1);
}

function note(state: MachineState, f: PciFunction, d: number, data: number, width: number): void {
  state.journal.add({
    step: state.step,
    kind: 'table',
    function: f,
    d,
    mask: -1,
    data,
    width,
    roles: 0,
    open: false,
  });
}

export function readPending(
  state: MachineState,
  region: Region,
  msix: MsixTable,
  at: number,
  { width, lo, hi }: Carried,
): void {
  if ((width !== 4 && width !== 8) || at % width !== 0) return;
  readPendingDword(state, region, msix, at >>> 2, lo);
  if (width === 8) readPendingDword(state, region, msix, (at >>> 2) + 1, hi);
  state.watcher?.interrupts(region.function, -1);
}

function readPendingDword(state: MachineState, region: Region, msix: MsixTable, d: number, answer: number): void {
  const f = region.function;
  const { pending } = msix;
  if (d >= pending.length) return;
  const reserved = answer & ~msix.implemented(d);
  state.reporter.count('MSIX-021');
  const allowed = msix.pendingWritten ? pending.written[d]! : 0;
  if ((reserved & ~allowed) !== 0) {
    if (
      !msix.pendingWritten &&
      isUnreached(state, region, (msix.pendingPlacement?.offset ?? 0) + 4 * d, answer, -1, true)
    )
      return;
    state.reporter.diverge({
      rule: msix.pendingWritten ? 'MSIX-020' : 'MSIX-021',
      function: f,
      register: 'MSI-X Pending Bit Array',
      shape: 'pending bits of vectors that do not exist',
      expected: formatBits(0, ~msix.implemented(d), -1),
      actual: formatBits(answer, -1),
      explanation: msix.pendingWritten
        ? 'A write of the pending bits is ignored, or its bits are stored; it sets no others.'
        : `The function has ${msix.size} vectors; bits above the last one read 0.`,
    });
  }
  if (reserved === 0) noteStructure(state, region, answer);
  for (let bit = 0; bit < 32; bit++) {
    const index = 32 * d + bit;
    if (index < msix.size) judgePending(state, f, true, index, (answer >>> bit) & 1);
  }
  followPending(state, f, msix, d, answer);
}

/** Software must not write the pending bits; what it wrote may be stored (MSIX-020). `at` may be below 0. */
export function writePending(f: PciFunction, msix: MsixTable, at: number, { width, lo, hi }: Carried): void {
  msix.pendingWritten = true;
  for (const { vector } of f.vectors.held()) vector.pending = -1;
  const aligned = at % width === 0 && width >= 4;
  for (let d = Math.max(at >> 2, 0); d <= (at + width - 1) >> 2 && d < msix.pending.length; d++)
    msix.pending.written[d]! |= !aligned ? -1 : d === at >> 2 ? lo : hi;
}
