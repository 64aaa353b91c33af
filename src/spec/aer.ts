/**
 * Advanced Error Reporting (0001h; PCIe 7.8.4). Which errors a function implements is its own choice, but for four that
 * every function with a link must know. Status, masks and severities are sticky.
 */

import { field, register, reserved, whole } from './build.ts';
import { extendedHeader, versionOf } from './extended-capabilities.ts';
import { ROOT_PORT, EVENT_COLLECTOR } from './port-type.ts';
import type { Attribute, Field, LayoutContext, Register, Structure } from './register.ts';

/** Uncorrectable errors by bit. Bit 0 had a meaning once and is undefined now. */
const UNCORRECTABLE: readonly (readonly [bit: number, name: string])[] = [
  [4, 'Data Link Protocol Error'],
  [5, 'Surprise Down Error'],
  [12, 'Poisoned TLP Received'],
  [13, 'Flow Control Protocol Error'],
  [14, 'Completion Timeout'],
  [15, 'Completer Abort'],
  [16, 'Unexpected Completion'],
  [17, 'Receiver Overflow'],
  [18, 'Malformed TLP'],
  [19, 'ECRC Error'],
  [20, 'Unsupported Request Error'],
  [21, 'ACS Violation'],
  [22, 'Uncorrectable Internal Error'],
  [23, 'MC Blocked TLP'],
  [24, 'AtomicOp Egress Blocked'],
  [25, 'TLP Prefix Blocked Error'],
  [26, 'Poisoned TLP Egress Blocked'],
  [27, 'DMWr Request Egress Blocked'],
  [28, 'IDE Check Failed'],
  [29, 'Misrouted IDE TLP'],
  [30, 'PCRC Check Failed'],
  [31, 'TLP Translation Egress Blocked'],
];

/** Errors of newer revisions, from this bit on: their defaults are not certain. */
const RECENT = 26;
const INTERNAL_ERROR = 22;
/** AER-002: every function with a link detects these and lets software choose their mask and severity. */
const MANDATORY: readonly number[] = [4, 12, 18, 20];
/** AER-003: fatal by default. */
const FATAL: readonly number[] = [4, 5, 13, 17, 18, INTERNAL_ERROR];

const ADVISORY = 13;
const CORRECTABLE: readonly (readonly [bit: number, name: string])[] = [
  [0, 'Receiver Error'],
  [6, 'Bad TLP'],
  [7, 'Bad DLLP'],
  [8, 'REPLAY_NUM Rollover'],
  [12, 'Replay Timer Timeout'],
  [ADVISORY, 'Advisory Non-Fatal Error'],
  [14, 'Corrected Internal Error'],
  [15, 'Header Log Overflow'],
];

/** Kinds that surely have the four errors: bridges and what is inside a root complex are left out. */
function hasMandatory(context: LayoutContext): boolean {
  const isKind = [0, 1, 4, 5, 6].includes(context.portType);
  return isKind && context.physical;
}

function uncorrectable(name: string, offset: number, one: (bit: number, error: string) => Field): Register {
  return register(name, offset, 4, [
    field('Undefined', 0, 'open', 'AER-001'),
    reserved([3, 1]),
    reserved([11, 6]),
    ...UNCORRECTABLE.map(([bit, error]) => one(bit, error)),
  ]);
}

function correctable(name: string, offset: number, one: (bit: number, error: string) => Field): Register {
  return register(name, offset, 4, [
    reserved([5, 1]),
    reserved([11, 9]),
    ...CORRECTABLE.map(([bit, error]) => one(bit, error)),
    reserved([31, 16]),
  ]);
}

function errorRegisters(context: LayoutContext): Register[] {
  const mandatory = hasMandatory(context);
  const kind = (bit: number): Attribute => (mandatory && MANDATORY.includes(bit) ? 'RW' : 'choice');
  const status = (bit: number, error: string): Field => field(error, bit, 'RW1C', 'AER-001', { sticky: true });
  return [
    uncorrectable('Uncorrectable Error Status', 0x04, status),
    uncorrectable('Uncorrectable Error Mask', 0x08, (bit, error) => {
      const reset = bit >= RECENT ? 'open' : bit === INTERNAL_ERROR ? 1 : 0;
      return field(`${error} Mask`, bit, kind(bit), 'AER-002', { reset, sticky: true });
    }),
    uncorrectable('Uncorrectable Error Severity', 0x0c, (bit, error) => {
      const reset = bit >= RECENT ? 'open' : FATAL.includes(bit) ? 1 : 0;
      return field(`${error} Severity`, bit, kind(bit), 'AER-002', { reset, sticky: true });
    }),
    correctable('Correctable Error Status', 0x10, status),
    correctable('Correctable Error Mask', 0x14, (bit, error) => {
      // Masked by default so that software of the first revision is not surprised; there since revision 1.1.
      const attribute: Attribute = bit === ADVISORY && mandatory ? 'RW' : 'choice';
      return field(`${error} Mask`, bit, attribute, 'AER-002', { reset: bit >= ADVISORY ? 1 : 0, sticky: true });
    }),
    register('Advanced Error Capabilities and Control', 0x18, 4, [
      field('First Error Pointer', [4, 0], 'volatile', 'AER-001'),
      field('ECRC Generation Capable', 5, 'RO', 'CAP-003'),
      field('ECRC Generation Enable', 6, 'choice0', 'CAP-003', { sticky: true }),
      field('ECRC Check Capable', 7, 'RO', 'CAP-003'),
      field('ECRC Check Enable', 8, 'choice0', 'CAP-003', { sticky: true }),
      field('Multiple Header Recording Capable', 9, 'RO', 'CAP-003'),
      field('Multiple Header Recording Enable', 10, 'choice0', 'CAP-003', { sticky: true }),
      field('TLP Prefix Log Present', 11, 'volatile', 'AER-001'),
      // Capabilities and log sizes of newer revisions.
      field('Header Log Properties', [31, 12], 'open', 'AER-001'),
    ]),
    ...[0x1c, 0x20, 0x24, 0x28].map((offset) => whole('Header Log', offset, 4, 'volatile', 'AER-001')),
  ];
}

/**
 * The source of an error is only written when an error arrives, which Root Error Status tells. While that reads 0 and
 * no source was seen either, the register is constant.
 */
function errorSource(context: LayoutContext): Attribute {
  const status = context.peek(0x30, 1);
  const source = context.peek(0x34, 4);
  const isQuiet = status !== undefined && (status & 0x7f) === 0;
  return isQuiet && (source === undefined || source === 0) ? 'RO' : 'volatile';
}

function rootRegisters(context: LayoutContext): Register[] {
  const rule = 'AER-004';
  const source = errorSource(context);
  const received = { sticky: true } as const;
  return [
    register('Root Error Command', 0x2c, 4, [
      field('Correctable Error Reporting Enable', 0, 'RW', rule),
      field('Non-Fatal Error Reporting Enable', 1, 'RW', rule),
      field('Fatal Error Reporting Enable', 2, 'RW', rule),
      reserved([31, 3]),
    ]),
    register('Root Error Status', 0x30, 4, [
      field('ERR_COR Received', 0, 'RW1C', rule, received),
      field('Multiple ERR_COR Received', 1, 'RW1C', rule, received),
      field('ERR_FATAL/NONFATAL Received', 2, 'RW1C', rule, received),
      field('Multiple ERR_FATAL/NONFATAL Received', 3, 'RW1C', rule, received),
      field('First Uncorrectable Fatal', 4, 'RW1C', rule, received),
      field('Non-Fatal Error Messages Received', 5, 'RW1C', rule, received),
      field('Fatal Error Messages Received', 6, 'RW1C', rule, received),
      field('ERR_COR Subclass', [8, 7], 'volatile', rule),
      reserved([26, 9]),
      // Follows Multiple Message Enable.
      field('Advanced Error Interrupt Message Number', [31, 27], 'volatile', rule),
    ]),
    register('Error Source Identification', 0x34, 4, [
      field('ERR_COR Source Identification', [15, 0], source, rule),
      field('ERR_FATAL/NONFATAL Source Identification', [31, 16], source, rule),
    ]),
  ];
}

/** Undefined until the port type is known, and for versions that may have a longer header log. */
export function advancedErrorReporting(context: LayoutContext): Structure | undefined {
  const version = versionOf(context);
  if (context.portType < 0 || version < 0 || version > 2) return undefined;
  const isRoot = context.portType === ROOT_PORT || context.portType === EVENT_COLLECTOR;
  const registers = [...extendedHeader(), ...errorRegisters(context)];
  if (isRoot) registers.push(...rootRegisters(context));
  if (context.tlpPrefix !== true) return { name: 'Advanced Error Reporting', length: isRoot ? 56 : 44, registers };
  const log = [0x38, 0x3c, 0x40, 0x44].map((offset) => whole('TLP Prefix Log', offset, 4, 'volatile', 'AER-001'));
  return { name: 'Advanced Error Reporting', length: 72, registers: [...registers, ...log] };
}
