/** Accesses to configuration space in words. */

import type { Access } from '../../access/access.ts';
import type { AccessStep } from '../../check/trace-steps.ts';
import type { ConfigurationPlace } from '../../model/decoder/decoder.ts';
import type { KnownFunction, KnownStructure } from '../../model/decoder/known-function.ts';
import { className } from '../class-names.ts';
import type { Annotation, FieldValue, SubjectKind } from './annotation.ts';
import type { BarProbes } from './bars.ts';
import { barPlace, barWords } from './bars.ts';
import { readWords, registerMeaning, writeWords } from './field-words.ts';
import { fieldsOf, OF_BRIDGE, OF_ENDPOINT, touchedBy } from './registers.ts';
import type { Touched, TouchedRegister } from './registers.ts';
import { digits, hex, listed } from './words.ts';

const MSI = 0x05;
const MSIX = 0x11;

/** What a configuration access adds to an annotation. */
export type ConfigurationWords = Pick<
  Annotation,
  'bdf' | 'mechanism' | 'offset' | 'width' | 'structure' | 'place' | 'fields' | 'meaning' | 'subject' | 'f' | 'bar'
>;

export function configurationWords(step: AccessStep, place: ConfigurationPlace, probes: BarProbes): ConfigurationWords {
  const { access, decoder } = step;
  const { bdf, mechanism, offset, width } = place;
  const f = decoder.find(bdf);
  const touched = touchedBy(step, place, f);
  const fields = touched.registers.flatMap((one) => fieldsOf(one, access.write));
  const common = { bdf, mechanism, offset, width, structure: touched.structure?.name ?? '', fields, f };
  if (isNotReady(access, place)) {
    const meaning = 'Request Retry Status: not ready yet';
    return { ...common, place: placeName(touched, place, f), meaning, subject: 'identity' };
  }
  if (f === undefined) {
    const isOnes = isAllOnes(access.valueLo, width);
    const answer = isOnes ? 'no function answers' : 'from a function that is not known';
    const meaning = access.write ? 'no function is known there' : answer;
    return { ...common, place: placeName(touched, place, f), meaning, subject: 'identity' };
  }
  const index = f.barAt(offset >>> 2);
  if (index >= 0) {
    const bar = probes.follow(step, place, f, index);
    return {
      ...common,
      place: barPlace(bar, offset, access.width),
      meaning: barWords(bar, access.write),
      subject: 'bars',
      bar,
    };
  }
  return {
    ...common,
    place: placeName(touched, place, f),
    meaning:
      touched.structure === undefined && offset >= 0x100 && !access.write && isAllOnes(access.valueLo, width)
        ? 'no extended configuration space'
        : meaningOf(touched, fields, f, access.write),
    subject: subjectOf(touched.structure, place, f, access.write),
  };
}

/** The answer of Configuration RRS Software Visibility: a Vendor ID of 0001h, and ones behind it (PCIe 2.3.2). */
function isNotReady({ write, valueLo }: Access, { offset, width }: ConfigurationPlace): boolean {
  return !write && offset === 0 && ((width === 2 && valueLo === 1) || (width === 4 && valueLo === (0xffff0001 | 0)));
}

function isAllOnes(value: number, width: number): boolean {
  const mask = width >= 4 || width === 0 ? -1 : (1 << (8 * width)) - 1;
  return (value & mask) === mask;
}

/** Names of what is touched, with the structure where the register's own name does not say it. */
function placeName(
  { structure, registers }: Touched,
  { offset }: ConfigurationPlace,
  f: KnownFunction | undefined,
): string {
  if (registers.length === 0) return unnamed(structure, offset, f);
  const names = registerNames(registers);
  if (structure === undefined || structure.kind === 'header') return names.join(', ');
  const [first = ''] = names;
  const isHead = first === 'Capability ID' || first === 'Next Capability Pointer' || first.startsWith('Extended Cap');
  if (names.length > 1 || isHead) return `${structure.name} at ${hex(structure.offset)}: ${names.join(', ')}`;
  return first.startsWith(structure.name) ? first : `${structure.name} ${first}`;
}

/** The bytes of the Class Code, which the register maps have in two registers. */
const CLASS_CODE = ['Programming Interface', 'Sub-Class Code', 'Base Class Code'] as const;

/** `Command`; of a part of it `Command, bits 15:8`. */
function registerNames(registers: readonly TouchedRegister[]): string[] {
  const hasWholeClass = registers.filter(({ register }) => register.name === 'Class Code').length > 1;
  const names = registers.map(({ register: { name, size }, at, mask, isPart }) => {
    const low = 31 - Math.clz32(mask & -mask);
    if (name === 'Class Code' && !hasWholeClass && (isPart || size === 1))
      return CLASS_CODE[at + (low >>> 3) - 9] ?? name;
    return isPart ? `${name}, bits ${31 - Math.clz32(mask)}:${low}` : name;
  });
  return [...new Set(names)];
}

/** What has no register of its own in the register maps. */
function unnamed(structure: KnownStructure | undefined, offset: number, f: KnownFunction | undefined): string {
  if (structure?.kind === 'header' && (f === undefined || f.headerType < 0)) return ofEitherType(offset);
  if (structure !== undefined) return `${structure.name} + ${hex(offset - structure.offset)}`;
  if (f === undefined) return `register ${hex(offset)}`;
  if (f.nextCapability === (offset & 0xfc) && offset < 0x100) return `capability header at ${hex(offset & 0xfc)}`;
  if (f.isUnused(offset >>> 2)) return `extended space outside structures, ${hex(offset)}`;
  if (offset >= 0x100 && offset < 0x104) return 'Extended Capability Header at 0x100';
  if (!f.isListKnown(offset)) return `register ${hex(offset)}, of no structure found so far`;
  if (offset >= 0x100) return `extended register ${hex(offset)}`;
  return `device-specific register ${hex(offset)}`;
}

/** A register of the header while its type is not known. */
function ofEitherType(offset: number): string {
  const names = [OF_ENDPOINT, OF_BRIDGE].map(
    (registers) => registers.find((one) => offset >= one.offset && offset < one.offset + one.size)?.name ?? 'Reserved',
  );
  const [one = '', other = ''] = names;
  return one === other ? one : `${one} or ${other}, by the header type`;
}

function meaningOf(touched: Touched, fields: readonly FieldValue[], f: KnownFunction, write: boolean): string {
  const both = bothIdentities(fields);
  if (both !== '') return both;
  const parts = touched.registers.map((one) => registerWords(one, fields, f, write));
  return [...new Set(parts.filter((part) => part !== ''))].join('; ');
}

function registerWords(one: TouchedRegister, all: readonly FieldValue[], f: KnownFunction, write: boolean): string {
  const { register } = one;
  const fields = all.filter((field) => field.register === register.name);
  const isWhole = register.fields.length === 1 && register.fields[0]?.name === register.name;
  if (isWhole) {
    const [{ value, before } = { value: undefined, before: undefined }] = fields;
    if (value === undefined) return '';
    const meaning = IDENTITY[register.name]?.(value) ?? registerMeaning(register.name, value);
    if (!write) return meaning ?? '';
    const window = windowWords(register.name, f);
    return listed([meaning ?? '', before === value ? 'no change' : '', window]);
  }
  if (register.name === 'Class Code') return classWords(f);
  if (register.name === 'Header Type') return headerType(fields);
  const window = windowWords(register.name, f);
  return window === '' ? (write ? writeWords(fields) : readWords(fields)) : window;
}

/** Parts of the identity. */
const IDENTITY: Readonly<Record<string, (value: number) => string>> = {
  'Vendor ID': (value) => `vendor ${digits(value, 4)}`,
  'Device ID': (value) => `device ${digits(value, 4)}`,
  'Revision ID': (value) => `revision ${digits(value, 2)}`,
  'Subsystem Vendor ID': (value) => `subsystem vendor ${digits(value, 4)}`,
  'Subsystem ID': (value) => `subsystem ${digits(value, 4)}`,
};

/** `8086:29c0`, where both were read. */
function bothIdentities(fields: readonly FieldValue[]): string {
  const value = (name: string): number | undefined => fields.find(({ field }) => field === name)?.value;
  const [vendor, device] = [value('Vendor ID'), value('Device ID')];
  return vendor === undefined || device === undefined ? '' : `${digits(vendor, 4)}:${digits(device, 4)}`;
}

/** The class by name, also while its programming interface is not known. */
export function classWords(f: KnownFunction): string {
  const classes = f.register(0x0a, 2);
  return classes === undefined ? '' : className((classes << 8) | (f.register(0x09, 1) ?? 0));
}

/** `8086:29c0`. */
export function identityWords({ identity: { vendor, device } }: KnownFunction): string {
  const four = (value: number): string => (value < 0 ? '?' : digits(value, 4));
  return `${four(vendor)}:${four(device)}`;
}

function headerType(fields: readonly FieldValue[]): string {
  const value = (name: string): number | undefined => fields.find(({ field }) => field === name)?.value;
  const layout = value('Header Layout');
  const many = value('Multi-Function Device') === 1;
  return listed([layout === undefined ? '' : `type ${layout}`, many ? 'multi-function' : '']);
}

/** Registers of a window, and the window that they make. */
const WINDOWS: Readonly<Record<string, 'I/O' | 'memory' | 'prefetchable'>> = {
  'I/O Base': 'I/O',
  'I/O Limit': 'I/O',
  'I/O Base Upper 16 Bits': 'I/O',
  'I/O Limit Upper 16 Bits': 'I/O',
  'Memory Base': 'memory',
  'Memory Limit': 'memory',
  'Prefetchable Memory Base': 'prefetchable',
  'Prefetchable Memory Limit': 'prefetchable',
  'Prefetchable Base Upper 32 Bits': 'prefetchable',
  'Prefetchable Limit Upper 32 Bits': 'prefetchable',
};

function windowWords(register: string, f: KnownFunction): string {
  const kind = WINDOWS[register];
  const found = kind === undefined ? undefined : f.windows().find((window) => window.kind === kind);
  if (found === undefined) return '';
  const { range } = found;
  return `${kind} window ${range === undefined ? 'closed' : `${hex(range.base)} to ${hex(range.last)}`}`;
}

function subjectOf(
  structure: KnownStructure | undefined,
  { offset, width }: ConfigurationPlace,
  f: KnownFunction,
  write: boolean,
): SubjectKind {
  if (structure === undefined)
    return f.nextCapability === (offset & 0xfc) && !write ? 'capabilities' : 'device-specific';
  if (structure.kind === 'header') return headerSubject(offset, f.headerType, write);
  const head = structure.kind === 'capability' ? 2 : 4;
  const at = offset - structure.offset;
  if (at < head && !write) return 'capabilities';
  if (structure.kind === 'capability' && structure.id === MSI) return 'msi';
  if (structure.kind === 'capability' && structure.id === MSIX) return 'msi-x';
  return at + width <= head ? 'capabilities' : 'structure';
}

function headerSubject(offset: number, headerType: number, write: boolean): SubjectKind {
  if (offset < 0x04 || (offset >= 0x08 && offset < 0x0c) || offset === 0x0e) return 'identity';
  if (offset >= 0x06 && offset < 0x08 && !write) return 'capabilities';
  if (offset < 0x10) return 'command';
  if (offset >= 0x34 && offset < 0x3c) return 'capabilities';
  if (offset === 0x3c || offset === 0x3d) return 'interrupt pin';
  if (headerType === 1) return 'bridge';
  return offset >= 0x2c && offset < 0x30 ? 'identity' : 'structure';
}
