/**
 * Turns a rule case into traces in the text notation: expands the macros and splits the conforming forms from the
 * violating one.
 *
 * Macros (W: bytes, BDF: `00:1f.2`, REG: register offset, ADDR: address or port):
 *  - `cam BDF REG`: the write of the CAM index register that selects the dword of REG;
 *  - `cr W BDF REG -> V`, `cw W BDF REG <- V`: the same, then the access to the data window at the byte of REG;
 *  - `er W BDF REG -> V`, `ew W BDF REG <- V`: the memory access at the function's ECAM address;
 *  - `mr W ADDR -> V`, `mw W ADDR <- V`: a memory access; `pr`, `pw`: a port access;
 *  - `given NAME`: a preamble of given.ts or given-more.ts.
 * A leading `@N ` (vCPU) goes to every line that the macro becomes. `#` begins a comment.
 */

import type { MachineDescription } from '../../src/access/machine.ts';
import { emptyMachine } from '../../src/access/machine.ts';
import { parseMachineWord } from '../../src/access/machine-text.ts';
import type { RuleCase } from './case.ts';
import { GIVEN } from './given.ts';
import { GIVEN_CONFIG } from './given-config.ts';
import { GIVEN_INTERRUPTS } from './given-interrupts.ts';
import { GIVEN_ASSIGNMENT } from './given-assignment.ts';
import { GIVEN_MORE } from './given-more.ts';
import { GIVEN_VIRTIO } from './given-virtio.ts';
import { GIVEN_DECODE } from './given-decode.ts';

/** Base of the ECAM window of the machine that all cases share; it serves buses 0 to 255. */
const ECAM_BASE = 0xe0000000;

/** Every preamble by its name. */
export const PREAMBLES: Readonly<Record<string, string>> = {
  ...GIVEN,
  ...GIVEN_MORE,
  ...GIVEN_CONFIG,
  ...GIVEN_VIRTIO,
  ...GIVEN_DECODE,
  ...GIVEN_ASSIGNMENT,
  ...GIVEN_INTERRUPTS,
};

export interface ExpandedCase {
  /** Lines of the preambles; every form begins with them. */
  given: string[];
  /** What follows the preambles in each conforming form. */
  conforming: string[][];
  /** What follows them in the violating form. */
  violating: string[];
}

/** The machine of all cases: CAM and ECAM, and the apertures in which the preambles place their BARs; `words` change it. */
export function caseMachine(words = ''): MachineDescription {
  const own: Partial<MachineDescription> = {};
  for (const word of words.split(' ').filter((one) => one !== '')) {
    const problem = parseMachineWord(word, own);
    if (problem !== undefined) throw new CaseError(`machine '${word}': ${problem}`);
  }
  const range = (loHi: number, loLo: number, hiHi: number, hiLo: number) => ({ loHi, loLo, hiHi, hiLo });
  return {
    ...emptyMachine(),
    ecam: [{ baseHi: 0, baseLo: ECAM_BASE | 0, firstBus: 0, lastBus: 255, segment: 0 }],
    io: [range(0, 0xc000, 0, 0xffff)],
    mem32: [range(0, 0xc0000000 | 0, 0, 0xdfffffff | 0)],
    mem64: [range(0x8, 0, 0xf, 0xffffffff | 0)],
    ram: [range(0, 0, 0, 0x7fffffff)],
    ...own,
  };
}

/** Thrown for a case that is written wrongly. */
export class CaseError extends Error {}

export function expandCase(ruleCase: RuleCase): ExpandedCase {
  const lines = significantLines(ruleCase.steps);
  const forms = Math.max(1, ...lines.map((line) => split(line).conforming.length));
  const conforming = Array.from({ length: forms }, (_, form) =>
    lines.flatMap((line) => conformingLine(line, form, forms)),
  );
  const violating = lines.flatMap((line) => violatingLine(line));
  if (ruleCase.violatingMachine === undefined && conforming.some((form) => form.join('\n') === violating.join('\n'))) {
    throw new CaseError(`${ruleCase.rule} (${ruleCase.title}): a conforming form is the same as the violating form`);
  }
  return {
    given: ruleCase.given.flatMap((name) => preamble(name)).flatMap((line) => expandLine(line)),
    conforming: conforming.map((form) => form.flatMap((line) => expandLine(line))),
    violating: violating.flatMap((line) => expandLine(line)),
  };
}

/** Lines of a text without comments and empty lines. */
function significantLines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter((line) => line !== '');
}

/** A line without its marks, and the ends that it has in the two forms. */
function split(line: string): {
  only: '+' | '-' | undefined;
  stem: string;
  conforming: string[];
  violating: string | undefined;
} {
  const mark = /^([+-])! +(.*)$/.exec(line);
  const only = mark?.[1] as '+' | '-' | undefined;
  const rest = mark?.[2] ?? line;
  const sides = rest.split(/\s\|\s/);
  if (sides.length > 2) throw new CaseError(`more than one ' | ' in '${line}'`);
  const alternatives = (sides[0] ?? '').split(/\s\|\|\s/).map((side) => side.trim());
  const first = /^(.*\s)(\S+)$/.exec(alternatives[0] ?? '');
  if (sides.length === 1 && alternatives.length === 1)
    return { only, stem: rest.trim(), conforming: [''], violating: '' };
  if (first === null) throw new CaseError(`nothing to choose from in '${line}'`);
  const conforming = [first[2] ?? '', ...alternatives.slice(1)];
  return { only, stem: first[1] ?? '', conforming, violating: sides[1]?.trim() };
}

/** The line in conforming form number `form`: where several lines have alternatives, the n-th go together. */
function conformingLine(line: string, form: number, forms: number): string[] {
  const parts = split(line);
  if (parts.only === '-') return [];
  if (parts.conforming.length > 1 && parts.conforming.length !== forms) {
    throw new CaseError(`'${line}' has ${parts.conforming.length} alternatives, another line of its case has ${forms}`);
  }
  return [parts.stem + (parts.conforming[parts.conforming.length > 1 ? form : 0] ?? '')];
}

/** The line in the violating form; a line with alternatives but no violating end takes its first alternative. */
function violatingLine(line: string): string[] {
  const parts = split(line);
  if (parts.only === '+') return [];
  return [parts.stem + (parts.violating ?? parts.conforming[0] ?? '')];
}

/** The preamble `name`, with the preambles that it names itself. */
function preamble(name: string): string[] {
  const text = PREAMBLES[name];
  if (text === undefined) throw new CaseError(`no preamble '${name}'; there are ${Object.keys(PREAMBLES).join(', ')}`);
  return significantLines(text);
}

/** Expands one line to lines of the trace notation. */
export function expandLine(line: string): string[] {
  const vcpu = /^(@\d+ )(.*)$/.exec(line);
  if (vcpu !== null) return expandLine(vcpu[2] ?? '').map((expanded) => `${vcpu[1] ?? ''}${expanded}`);
  const words = line.split(/\s+/);
  const word = (at: number) => words[at] ?? '';
  switch (word(0)) {
    case 'given':
      return preamble(word(1)).flatMap((inner) => expandLine(inner));
    case 'cam':
      return [writeIndex(word(1), number(word(2), line), line)];
    case 'cr':
    case 'cw': {
      const register = number(word(3), line);
      const port = hex(0xcfc + (register & 3));
      return [
        writeIndex(word(2), register, line),
        access(word(0) === 'cw', 'port', port, word(1), words.slice(4), line),
      ];
    }
    case 'er':
    case 'ew': {
      const address = ECAM_BASE + routingId(word(2), line) * 0x1000 + number(word(3), line);
      return [access(word(0) === 'ew', 'memory', hex(address), word(1), words.slice(4), line)];
    }
    case 'mr':
    case 'mw':
      return [access(word(0) === 'mw', 'memory', word(2), word(1), words.slice(3), line)];
    case 'pr':
    case 'pw':
      return [access(word(0) === 'pw', 'port', word(2), word(1), words.slice(3), line)];
    default:
      return [line];
  }
}

/** `rest` is the arrow and the value. */
function access(write: boolean, space: string, address: string, width: string, rest: string[], line: string): string {
  const arrow = write ? '<-' : '->';
  if (rest[0] !== arrow || rest.length !== 2) throw new CaseError(`'${line}' lacks its '${arrow} value'`);
  return `${write ? 'write' : 'read'} ${space} ${address} ${width} ${arrow} ${rest[1] ?? ''}`;
}

function writeIndex(bdf: string, register: number, line: string): string {
  if (register > 0xff) throw new CaseError(`'${line}': CAM reaches only registers up to 0xff`);
  const index = 0x80000000 + routingId(bdf, line) * 0x100 + (register & 0xfc);
  return `write port 0xcf8 4 <- ${hex(index)}`;
}

/** `bus:device.function` as the number bus << 8 | device << 3 | function. */
function routingId(bdf: string, line: string): number {
  const parts = /^([0-9a-f]{2}):([01][0-9a-f])\.([0-7])$/.exec(bdf);
  if (parts === null) throw new CaseError(`'${bdf}' in '${line}' is not bus:device.function`);
  return parseInt(parts[1] ?? '', 16) * 0x100 + parseInt(parts[2] ?? '', 16) * 8 + Number(parts[3]);
}

function number(text: string, line: string): number {
  const value = Number(text);
  if (text === '' || !Number.isInteger(value)) throw new CaseError(`'${text}' in '${line}' is not a number`);
  return value;
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
