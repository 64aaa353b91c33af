/** Configuration requests by function and register, whatever mechanism they came by. */

import { readConfiguration } from './config-read.ts';
import { writeConfiguration } from './config-write.ts';
import { writeAnyPerhaps, writePerhaps, writeUnplaced } from './write-perhaps.ts';
import { readContested, writeContested } from './contested.ts';
import { lanes } from '../cells.ts';
import { PRESENT } from '../function.ts';
import type { Bus, PciFunction } from '../function.ts';
import { answersOffTheMap } from './off-the-map.ts';
import { mayBeCutOff } from '../life-cycle/presence.ts';
import { CONFIG_SOURCE, SHAPE_CROSSING, shapeOf } from '../state.ts';
import type { MachineState, Mechanism } from '../state.ts';
import { formatBits } from '../text.ts';
import { virtioReadPerhaps } from '../virtio/window.ts';

/** Bytes that a value surely has, of a source that does not tell the width. */
export function leastWidth(offset: number, value: number): number {
  const room = 4 - (offset & 3);
  const least = (value & 0xffff0000) !== 0 ? 4 : (value & 0xff00) !== 0 ? 2 : 1;
  return least > room ? room : least;
}

/** A read inside one dword. `bdf` includes the segment; `answer` is cut to the width. */
export function readRegister(
  state: MachineState,
  bdf: number,
  offset: number,
  width: number,
  answer: number,
  mechanism: Mechanism,
): void {
  state.configurationReads++;
  const bus = state.routing.bus(bdf >>> 8);
  if (bus !== undefined) {
    readConfiguration(state, bus, bdf, offset, width, answer, mechanism);
    return;
  }
  const contest = state.routing.contest(bdf >>> 8);
  if (contest !== undefined) {
    readPerhaps(state, bdf, pieces(offset, width, answer, 0));
    readContested(state, contest, bdf & 0xff, offset, width, answer);
    return;
  }
  const mask = lanes(0, width);
  if ((answer & mask) === mask) {
    state.absentReads++;
    state.reporter.count('CAM-007');
    return;
  }
  const found = answersOffTheMap(state, bdf, offset, width, answer);
  if (found !== undefined) readConfiguration(state, found, bdf, offset, width, answer, mechanism);
}

/** A write inside one dword. */
export function writeRegister(
  state: MachineState,
  bdf: number,
  offset: number,
  width: number,
  data: number,
  mechanism: Mechanism,
): void {
  state.configurationWrites++;
  const bus = state.routing.bus(bdf >>> 8);
  const contest = bus === undefined ? state.routing.contest(bdf >>> 8) : undefined;
  if (contest === undefined) {
    writeConfiguration(state, bus, bdf, offset, width, data, mechanism);
    if (bus !== undefined) {
      const shift = (offset & 3) << 3;
      writeUnplaced(state, bdf, offset >>> 2, lanes(offset, width), data << shift, shapeOf(width, mechanism));
    }
  } else writeContested(state, contest, bdf & 0xff, offset, width, data, shapeOf(width, mechanism));
}

/** The bytes from `offset` to the end of their dword, to which a write of unknown width may have written zeros. */
export function writeRest(state: MachineState, bdf: number, offset: number): void {
  const f = functionAt(state.routing.bus(bdf >>> 8), bdf);
  if (f === undefined || (offset & 3) === 0) return;
  const mask = -1 << ((offset & 3) << 3);
  writePerhaps(state, f, offset >>> 2, mask, 0, shapeOf(0, CONFIG_SOURCE));
}

/** The part of an access beyond a dword that falls into one dword. */
export interface Piece {
  d: number;
  mask: number;
  /** Bits of the access, at their lanes in the dword. */
  data: number;
}

/** Cuts an access of up to 8 bytes at any offset into dwords. */
export function pieces(offset: number, width: number, lo: number, hi: number): Piece[] {
  const found: Piece[] = [];
  for (let index = 0; index < width; index++) {
    const byte = ((index < 4 ? lo : hi) >>> ((index & 3) << 3)) & 0xff;
    const at = offset + index;
    const d = at >>> 2;
    const shift = (at & 3) << 3;
    let piece = found.at(-1);
    if (piece?.d !== d) found.push((piece = { d, mask: 0, data: 0 }));
    piece.mask |= 0xff << shift;
    piece.data |= byte << shift;
  }
  return found;
}

/** The present function of a number, without doubt; undefined: nothing can be said. */
export function certain(state: MachineState, bdf: number): PciFunction | undefined {
  const f = functionAt(state.routing.bus(bdf >>> 8), bdf);
  return f?.presence === PRESENT && f.doubt === 'none' ? f : undefined;
}

function functionAt(bus: Bus | undefined, bdf: number): PciFunction | undefined {
  return bus?.functions[bdf & 0xff];
}

/** A read of which it is open what it reaches. */
export function readPerhaps(state: MachineState, bdf: number, found: readonly Piece[]): void {
  if (!state.hasVirtio) return;
  for (const bus of state.routing.contested(bdf >>> 8) ?? [state.routing.bus(bdf >>> 8)]) {
    const f = functionAt(bus, bdf);
    if (f?.virtio !== undefined) for (const { d } of found) virtioReadPerhaps(state, f, f.virtio, d);
  }
}

/** Whether all ones may only say that the request did not arrive, which tells nothing of the form of the access. */
export function mayBeSilence(f: PciFunction, found: readonly Piece[]): boolean {
  return found.every(({ mask, data }) => data === mask) && mayBeCutOff(f);
}

/** Whether the pieces of an answer fit what is known. */
export function fits(f: PciFunction, found: readonly Piece[]): boolean {
  return found.every(({ d, mask, data }) => d >= f.config.length || f.config.contradiction(d, mask, data) === 0);
}

/** A read that the mechanism need not serve: exact, all ones, or its first part exact (ECAM-005, ECAM-006). */
export function readCrossing(
  state: MachineState,
  bdf: number,
  offset: number,
  width: number,
  lo: number,
  hi: number,
  rule: string,
): void {
  state.configurationReads++;
  const found = pieces(offset, width, lo, hi);
  readPerhaps(state, bdf, found);
  const f = certain(state, bdf);
  if (f === undefined) return;
  state.reporter.count(rule);
  if (mayBeSilence(f, found)) return;
  if (allowedForm(state, f, found, width)) return;
  state.reporter.diverge({
    rule,
    function: f,
    register: 'Configuration space',
    shape: 'access beyond a dword',
    expected: 'the exact bytes, all ones, or the first dword exact and the rest ones',
    actual: found.map(({ mask, data }) => formatBits(data, mask)).join(', '),
    explanation: 'An access beyond a dword need not be served, but it gives no other bytes than the addressed ones.',
  });
}

/** Whether the answer has a form that the host is free to give; the first one that tells pins the host's choice. */
function allowedForm(state: MachineState, f: PciFunction, found: readonly Piece[], width: number): boolean {
  const { reporter } = state;
  const name = width === 8 ? 'ecam_qword' : 'ecam_cross';
  const first = found.slice(0, 1);
  const rest = found.slice(1);
  const restIs = (value: 'ones' | 'zero'): boolean =>
    rest.every(({ mask, data }) => data === (value === 'ones' ? mask : 0));
  const forms = {
    split: fits(f, found),
    ones: found.every(({ mask, data }) => data === mask),
    [width === 8 ? 'low' : 'partial']: fits(f, first) && (restIs('ones') || (width === 8 && restIs('zero'))),
  };
  const possible = Object.entries(forms).filter(([, fit]) => fit);
  const certainly = found.every(({ d, mask }) => d < f.config.length && (f.config.known(d) & mask) === mask);
  const [only] = possible;
  const chosen = reporter.choice(name);
  if (only !== undefined && possible.length === 1 && certainly) reporter.learn(name, only[0]);
  return possible.some(([form]) => chosen === undefined || form === chosen);
}

/** Dwords of a function's configuration space, as it lies in ECAM. */
const DWORDS = 1024;

/**
 * A write that the mechanism need not serve: each dword has its old or its new bytes. What lies beyond the last register
 * of a function is the first one of the next function number.
 */
export function writeCrossing(
  state: MachineState,
  bdf: number,
  offset: number,
  width: number,
  lo: number,
  hi: number,
  mechanism: Mechanism,
): void {
  state.configurationWrites++;
  state.placing();
  for (const { d, mask, data } of pieces(offset, width, lo, hi)) {
    const reached = d < DWORDS ? bdf : bdf + 1;
    writeAnyPerhaps(state, reached, [{ d: d % DWORDS, mask, data }], shapeOf(width, mechanism) | SHAPE_CROSSING);
  }
}
