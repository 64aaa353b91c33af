/** Fields and registers by their meaning. Data: a name, and what a value of it says. */

import { formatBdf } from '../../access/bdf.ts';
import { capabilityName, extendedCapabilityName } from '../../spec/capabilities.ts';
import { NO_VECTOR } from '../../spec/virtio-common.ts';
import { PORT_TYPES } from '../port-types.ts';
import type { FieldValue } from './annotation.ts';
import { hex } from './words.ts';

type Meaning = (value: number) => string;

function oneOf(...words: readonly string[]): Meaning {
  return (value) => words[value] ?? 'a reserved value';
}

/** Six codes, each twice the one before; the last two are reserved. */
const doubled = (first: number, unit = ''): Meaning =>
  oneOf(...Array.from({ length: 6 }, (_, code) => `${first << code}${unit}`));
const bytes = doubled(128, ' bytes');
const powerOfTwo = doubled(1);
/** Upper bits of an address, at their place in it; `last`: the byte of it that a limit includes. */
const address =
  (factor: number, last = 0): Meaning =>
  (value) =>
    hex(value * factor + last);
const indicator = oneOf('a reserved value', 'on', 'blinking', 'off');
const speed = oneOf('not known', '2.5 GT/s', '5 GT/s', '8 GT/s', '16 GT/s', '32 GT/s', '64 GT/s');
const linkWidth: Meaning = (value) => `x${value}`;
const bus: Meaning = (value) => `bus ${value.toString(16).padStart(2, '0')}`;

/** Fields of several bits. */
const FIELDS: Readonly<Record<string, Meaning>> = {
  PowerState: oneOf('D0', 'D1', 'D2', 'D3hot'),
  'Table Size': (value) => `${value + 1}`,
  'Table Offset': address(8),
  'PBA Offset': address(8),
  Max_Payload_Size: bytes,
  Max_Read_Request_Size: bytes,
  'Multiple Message Capable': powerOfTwo,
  'Multiple Message Enable': powerOfTwo,
  'Message Address': address(4),
  'I/O Base': address(0x1000),
  'I/O Limit': address(0x1000, 0xfff),
  'Memory Base': address(0x100000),
  'Memory Limit': address(0x100000, 0xfffff),
  'Prefetchable Memory Base': address(0x100000),
  'Prefetchable Memory Limit': address(0x100000, 0xfffff),
  'Max_Payload_Size Supported': bytes,
  'Max Link Speed': speed,
  'Current Link Speed': speed,
  'Maximum Link Width': linkWidth,
  'Negotiated Link Width': linkWidth,
  'ASPM Support': oneOf('none', 'L0s', 'L1', 'L0s and L1'),
  'PME Requester ID': (value) => formatBdf(value),
  'Physical Slot Number': (value) => String(value),
  'Device/Port Type': (value) => PORT_TYPES[value] ?? 'a reserved type',
  'DEVSEL Timing': oneOf('fast', 'medium', 'slow', 'a reserved value'),
  'Next Capability Offset': (value) => (value === 0 ? 'none' : hex(value)),
  'Extended Capability ID': extendedCapabilityName,
  'Attention Indicator Control': indicator,
  'Power Indicator Control': indicator,
  'Power Controller Control': oneOf('on', 'off'),
  'ASPM Control': oneOf('off', 'L0s', 'L1', 'L0s and L1'),
};

/** Of those, the ones of which a 0 says nothing worth a word. */
const SILENT: ReadonlySet<string> = new Set([
  'DEVSEL Timing',
  'ASPM Control',
  'Attention Indicator Control',
  'Power Indicator Control',
  'PME Requester ID',
  'Physical Slot Number',
  'ASPM Support',
]);

/** Registers that are one field. */
const REGISTERS: Readonly<Record<string, Meaning>> = {
  'Capabilities Pointer': (value) => (value === 0 ? 'no capability' : `first capability at ${hex(value & 0xfc)}`),
  'Capability ID': capabilityName,
  'Next Capability Pointer': (value) => (value === 0 ? 'the last one' : `next at ${hex(value & 0xfc)}`),
  'Primary Bus Number': bus,
  'Secondary Bus Number': bus,
  'Subordinate Bus Number': bus,
  'CardBus Bus Number': bus,
  'Interrupt Pin': (value) => (value === 0 ? 'none' : value <= 4 ? `INT${'ABCD'[value - 1]}` : 'a reserved value'),
  'Interrupt Line': (value) => (value === 0xff ? 'not connected, or not known' : `input ${value}`),
  'Cache Line Size': (value) => `${value * 4} bytes`,
};

/** Registers of a virtio device that hold something else than a number. */
export const VIRTIO_REGISTERS: Readonly<Record<string, Meaning>> = {
  config_msix_vector: vector,
  queue_msix_vector: vector,
  queue_select: (value) => `queue ${value}`,
  queue_enable: oneOf('off', 'on'),
};

function vector(value: number): string {
  return value === NO_VECTOR ? 'no vector' : `vector ${value}`;
}

/** What the value of a register says that is one field; undefined: nothing beyond the number. */
export function registerMeaning(register: string, value: number): string | undefined {
  return REGISTERS[register]?.(value);
}

/** A field of several bits as text. */
export function fieldValue(field: string, value: number): string {
  return FIELDS[field]?.(value) ?? (value > 9 ? hex(value) : String(value));
}

/** Fields of one register that was read: `MSI-X Enable, Function Mask; Table Size 4`. */
export function readWords(fields: readonly FieldValue[]): string {
  const set = fields.filter(({ width, value, field }) => width === 1 && value === 1 && FIELDS[field] === undefined);
  const numbers = fields.filter(
    ({ width, field, value }) =>
      (FIELDS[field] !== undefined && !SILENT.has(field)) || ((width > 1 || SILENT.has(field)) && value !== 0),
  );
  const parts = [
    ...numbers.map(({ field, value }) => `${field} ${fieldValue(field, value)}`),
    ...set.map(({ field }) => field),
  ];
  const hasFlags = fields.some(({ width }) => width === 1);
  return parts.length === 0 && hasFlags ? 'nothing set' : parts.join(', ');
}

/** What a write of one register changes: `sets MSI-X Enable; clears Function Mask`; where it is not known, what it writes. */
export function writeWords(fields: readonly FieldValue[]): string {
  const isFlag = ({ width, field }: FieldValue): boolean => width === 1 && FIELDS[field] === undefined;
  const written = fields.filter(({ kind }) => kind === 'plain' || kind === 'volatile').map(withCertainty);
  const flags = written.filter(isFlag);
  const sets = flags.filter(({ value, before }) => value === 1 && before === 0);
  const resets = fields.filter((one) =>
    one.kind === 'clears'
      ? one.value !== 0
      : one.kind === 'plain' && isFlag(one) && one.value === 0 && one.before === 1,
  );
  const on = flags.filter(({ value, before }) => value === 1 && before === undefined);
  const numbers = written.filter(
    (one) => !isFlag(one) && one.value !== one.before && (one.before !== undefined || one.value !== 0),
  );
  const parts = [
    named('sets', sets),
    named('clears', resets),
    ...numbers.map(({ field, value, before }) =>
      before === undefined
        ? `${field} ${fieldValue(field, value)}`
        : `${field} ${fieldValue(field, before)} → ${fieldValue(field, value)}`,
    ),
    on.length === 0 ? '' : `${named('with', on)} on`,
  ].filter((part) => part !== '');
  if (parts.length > 0) return parts.join('; ');
  const isKnown = written.every(({ kind, before }) => kind !== 'plain' || before !== undefined);
  return fields.length > 0 && isKnown ? 'no change' : '';
}

/** What hardware changes by itself may have been anything before. */
function withCertainty(field: FieldValue): FieldValue {
  return field.kind === 'volatile' ? { ...field, before: undefined } : field;
}

function named(verb: string, fields: readonly FieldValue[]): string {
  return fields.length === 0 ? '' : `${verb} ${fields.map(({ field }) => field).join(', ')}`;
}
