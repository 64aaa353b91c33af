/** A configuration access taken apart into the registers and fields that it touches. */

import type { AccessStep } from '../../check/trace-steps.ts';
import type { ConfigurationPlace } from '../../model/decoder/decoder.ts';
import type { KnownFunction, KnownStructure } from '../../model/decoder/known-function.ts';
import { header0, header1 } from '../../spec/header.ts';
import { namedFields } from '../../spec/named-fields.ts';
import type { Attribute, LayoutContext, Register } from '../../spec/register.ts';
import type { FieldValue } from './annotation.ts';

/** A register with the bits that an access has of it. Bit 0 is the lowest bit of the register. */
export interface TouchedRegister {
  register: Register;
  /** Offset in configuration space. */
  at: number;
  /** Bits that were read or written, and which these are. */
  value: number;
  mask: number;
  /** Bits before the access as far as they are known. */
  before: number;
  beforeKnown: number;
  /** Whether the access is known to leave out bytes of it. */
  isPart: boolean;
}

export interface Touched {
  structure: KnownStructure | undefined;
  registers: readonly TouchedRegister[];
}

/** What a layout may ask, of a function of which nothing is known. */
const NOTHING: LayoutContext = {
  express: undefined,
  portType: -1,
  headerType: -1,
  classCode: -1,
  vendor: -1,
  physical: false,
  peek: () => undefined,
};

/** Registers of the two common headers, by their names alone. */
export const OF_ENDPOINT = header0(NOTHING).registers;
export const OF_BRIDGE = header1(NOTHING).registers;

/** What all header layouts share, for functions of which nothing is known. */
const SHARED: KnownStructure = {
  kind: 'header',
  name: 'Header',
  id: -1,
  offset: 0,
  length: 0x40,
  registers: OF_ENDPOINT.filter(({ offset }) => offset < 0x10 || offset === 0x34 || (offset >= 0x3c && offset < 0x3e)),
};

/** The structure and the registers that an access touches; the structure is that of its first byte that lies in one. */
export function touchedBy(step: AccessStep, place: ConfigurationPlace, f: KnownFunction | undefined): Touched {
  const end = place.offset + Math.max(place.width, 1);
  const structures = f === undefined ? [SHARED] : f.structures();
  let structure: KnownStructure | undefined;
  const registers: TouchedRegister[] = [];
  for (const one of structures) {
    if (one.offset >= end || one.offset + one.length <= place.offset) continue;
    if (structure === undefined || one.offset < structure.offset) structure = one;
    for (const register of one.registers) {
      const at = one.offset + register.offset;
      if (at < end && at + register.size > place.offset) registers.push(touch(step, place, register, at));
    }
  }
  registers.sort((one, other) => one.at - other.at);
  return { structure, registers };
}

function touch(
  { access, before }: AccessStep,
  place: ConfigurationPlace,
  judged: Register,
  at: number,
): TouchedRegister {
  const fields = namedFields(judged.name);
  const register = fields === undefined ? judged : { ...judged, fields };
  const touched: TouchedRegister = { register, at, value: 0, mask: 0, before: 0, beforeKnown: 0, isPart: false };
  for (let index = 0; index < register.size; index++) {
    const offset = at + index;
    const lane = offset - place.offset;
    const shift = 8 * index;
    const isTouched = lane >= 0 && lane < place.width;
    if (!isTouched) touched.isPart = access.width > 0;
    else {
      const half = lane < 4 ? access.valueLo : access.valueHi;
      touched.value |= ((half >>> ((lane & 3) << 3)) & 0xff) << shift;
      touched.mask |= 0xff << shift;
    }
    const dword = before[(offset >>> 2) - (place.offset >>> 2)];
    if (dword === undefined) continue;
    touched.before |= ((dword.value >>> ((offset & 3) << 3)) & 0xff) << shift;
    touched.beforeKnown |= ((dword.known >>> ((offset & 3) << 3)) & 0xff) << shift;
  }
  return touched;
}

/** What a write does to a field, where it is not that it changes it. */
const KINDS: Readonly<Partial<Record<Attribute, FieldValue['kind']>>> = {
  RW1C: 'clears',
  RO: 'constant',
  volatile: 'volatile',
};

/** The fields of which the access has every bit, or of which the others are known. Reserved ones are left out. */
export function fieldsOf(touched: TouchedRegister, write: boolean): FieldValue[] {
  const { register, value, mask, before, beforeKnown } = touched;
  const found: FieldValue[] = [];
  const bits = (value & mask) | (before & beforeKnown & ~mask);
  for (const { name, bits: range, attribute } of register.fields) {
    const [high, low] = range;
    const width = high - low + 1;
    const all = (width === 32 ? -1 : (1 << width) - 1) << low;
    if (name === 'Reserved' || (all & mask) === 0 || (all & ~(mask | beforeKnown)) !== 0) continue;
    found.push({
      register: register.name,
      field: name,
      value: (bits & all) >>> low,
      before: write && (all & ~beforeKnown) === 0 ? (before & all) >>> low : undefined,
      width,
      kind: KINDS[attribute] ?? 'plain',
    });
  }
  return found;
}
