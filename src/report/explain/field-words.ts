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
/** The names of the bits that are set. */
const each =
  (names: readonly string[], unit = ''): Meaning =>
  (value) => {
    const set = names.filter((_, bit) => ((value >>> bit) & 1) === 1);
    return set.length === 0 ? 'none' : `${set.join(', ')}${unit}`;
  };
const speeds = each(['2.5', '5', '8', '16', '32', '64'], ' GT/s');
/** Latencies that double from code to code; the last code has no upper end. */
const from = (borders: readonly string[]): Meaning =>
  oneOf(
    `less than ${borders[0]}`,
    ...borders.slice(1).map((border, index) => `${borders[index]} to ${border}`),
    `more than ${borders.at(-1)}`,
  );
const acceptable = (borders: readonly string[]): Meaning => oneOf(...borders, 'no limit');
const L0S = ['64 ns', '128 ns', '256 ns', '512 ns', '1 µs', '2 µs', '4 µs'];
const L1 = ['1 µs', '2 µs', '4 µs', '8 µs', '16 µs', '32 µs', '64 µs'];
const COMPLETION_TIMEOUTS: Readonly<Record<number, string>> = {
  0: '50 µs to 50 ms',
  1: '50 to 100 µs',
  2: '1 to 10 ms',
  5: '16 to 55 ms',
  6: '65 to 210 ms',
  9: '260 to 900 ms',
  10: '1 to 3.5 s',
  13: '4 to 13 s',
  14: '17 to 64 s',
};
/** Of Data_Select: what the data register tells, in eight states of power. */
const POWER_STATES = ['consumed', 'dissipated'].flatMap((way) =>
  [0, 1, 2, 3].map((state) => `power ${way} in D${state}`),
);
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
  // PCIe 7.5.2.1 and 7.5.2.2.
  Aux_Current: oneOf(...[0, 55, 100, 160, 220, 270, 320, 375].map((current) => `${current} mA`)),
  PME_Support: each(['D0', 'D1', 'D2', 'D3hot', 'D3cold']),
  Data_Select: oneOf(...POWER_STATES, 'power of the common logic'),
  Data_Scale: oneOf('not known', '0.1 W', '0.01 W', '0.001 W'),
  // PCIe 7.5.3.3 and 7.5.3.6.
  'Endpoint L0s Acceptable Latency': acceptable(L0S),
  'Endpoint L1 Acceptable Latency': acceptable(L1),
  'L0s Exit Latency': from(L0S),
  'L1 Exit Latency': from(L1),
  // PCIe 7.5.3.15 to 7.5.3.20.
  'Completion Timeout Ranges Supported': each(['A', 'B', 'C', 'D']),
  'Completion Timeout Value': (value) => COMPLETION_TIMEOUTS[value] ?? 'a reserved value',
  'TPH Completer Supported': oneOf('none', 'TPH', 'a reserved value', 'TPH and Extended TPH'),
  'OBFF Supported': oneOf('none', 'by message', 'by WAKE#', 'by WAKE# and message'),
  'OBFF Enable': oneOf('off', 'by message, variation A', 'by message, variation B', 'by WAKE#'),
  'Supported Link Speeds Vector': speeds,
  'Lower SKP OS Generation Supported Speeds Vector': speeds,
  'Lower SKP OS Reception Supported Speeds Vector': speeds,
  // Who supports nothing faster than 2.5 GT/s may hardwire it to 0.
  'Target Link Speed': (value) => speed(value === 0 ? 1 : value),
  'Crosslink Resolution': oneOf('not supported', 'an Upstream Port', 'a Downstream Port', 'not completed'),
  'Downstream Component Presence': oneOf(
    'not determined, link down',
    'not present',
    'present, link down',
    'a reserved value',
    'present',
    'present, with DRS',
  ),
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
  'Aux_Current',
  'PME_Support',
  'Data_Select',
  'Data_Scale',
  'Endpoint L0s Acceptable Latency',
  'Endpoint L1 Acceptable Latency',
  'L0s Exit Latency',
  'L1 Exit Latency',
  'Completion Timeout Ranges Supported',
  'Completion Timeout Value',
  'TPH Completer Supported',
  'OBFF Supported',
  'OBFF Enable',
  'Supported Link Speeds Vector',
  'Lower SKP OS Generation Supported Speeds Vector',
  'Lower SKP OS Reception Supported Speeds Vector',
  'Target Link Speed',
  'Crosslink Resolution',
  'Downstream Component Presence',
]);

/** Fields that say something together, and what; empty: nothing worth a word. */
const TOGETHER: readonly { first: string; second: string; words: (first: number, second: number) => string }[] = [
  ...['Slot Power Limit', 'Captured Slot Power Limit'].map((name) => ({
    first: `${name} Value`,
    second: `${name} Scale`,
    words: (value: number, scale: number) => (value === 0 ? '' : `${name} ${watts(value, scale)}`),
  })),
  {
    first: 'End-End TLP Prefix Supported',
    second: 'Max End-End TLP Prefixes',
    words: (supported, most) => (supported === 0 ? '' : `End-End TLP Prefixes up to ${most === 0 ? 4 : most}`),
  },
];

/** Slot power (PCIe 6.0, 7.5.3.9): a number of tenths to the power of the scale; the highest codes are numbers of their own. */
function watts(value: number, scale: number): string {
  if (scale === 0 && value === 0xff) return 'above 600 W';
  return `${scale === 0 && value >= 0xf0 ? 250 + 25 * (value - 0xf0) : value / 10 ** scale} W`;
}

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
export function readWords(all: readonly FieldValue[]): string {
  const { told, fields } = together(all);
  const set = fields.filter(({ width, value, field }) => width === 1 && value === 1 && FIELDS[field] === undefined);
  const numbers = fields.filter(
    ({ width, field, value }) =>
      (FIELDS[field] !== undefined && !SILENT.has(field)) || ((width > 1 || SILENT.has(field)) && value !== 0),
  );
  const parts = [
    ...numbers.map(({ field, value }) => `${field} ${fieldValue(field, value)}`),
    ...told,
    ...set.map(({ field }) => field),
  ];
  const hasFlags = fields.some(({ width }) => width === 1);
  return parts.length === 0 && hasFlags ? 'nothing set' : parts.join(', ');
}

/** What fields say together, and the other fields. */
function together(all: readonly FieldValue[]): { told: string[]; fields: readonly FieldValue[] } {
  const told: string[] = [];
  let fields = all;
  for (const { first, second, words } of TOGETHER) {
    const [one, other] = [first, second].map((name) => fields.find(({ field }) => field === name));
    if (one === undefined || other === undefined) continue;
    const text = words(one.value, other.value);
    if (text !== '') told.push(text);
    fields = fields.filter((field) => field !== one && field !== other);
  }
  return { told, fields };
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
