/**
 * A scenario as integers: eight words a step, an operation and its operands. Every Int32Array is a program: words are
 * taken modulo what they can mean, a rest of less than eight words is no step. Two programs that mean the same have
 * one canonical form, and only that is printed, stored and compared.
 */

import {
  BUS_PLACES,
  COUNTED_NEEDS,
  DECODINGS,
  ENTRY_ORDERS,
  FACILITIES,
  NEEDS,
  ORDERS,
  PATTERNS,
  POWER_STATES,
  RELATIVE_NEEDS,
  RESETS,
  SELECTIONS,
  SPACES,
  VIAS,
  WIDTHS,
  WINDOW_PLACES,
  WINDOWS,
} from './names.ts';
import {
  address,
  bar,
  bits,
  count,
  destination,
  enumeration,
  functionOperand,
  hexadecimal,
  literal,
  member,
  optional,
  region,
  register,
  related,
  value,
  VARIABLES,
  variableName,
  vector,
} from './operand.ts';
import type { Operand } from './operand.ts';

/** Words of a step. */
export const STEP_WORDS = 8;

/** Steps of a scenario as text; a longer one is no scenario but an accident. */
export const STEPS_AT_MOST = 100_000;
/** Steps of one of the programs of a campaign: all that a machine gets must be one scenario, too. */
export const PROGRAM_STEPS_AT_MOST = STEPS_AT_MOST / 10;

/** A canonical program. */
export type Program = Int32Array;

export interface Operation {
  readonly name: string;
  readonly operands: readonly Operand[];
  /** Word of each operand in the step. */
  readonly at: readonly number[];
}

const width = enumeration(WIDTHS, 'a width');
const narrowWidth = enumeration(WIDTHS.slice(0, 3), 'a width');
const via = optional('via', enumeration(VIAS, 'a mechanism'));
const order = optional('order', enumeration(ORDERS, 'an order'));
const decode = optional('decode', enumeration(DECODINGS, 'what becomes of decoding'));
const pattern = optional('pattern', enumeration(PATTERNS, 'a pattern'));
/** Width of a control register's write; the register's own first. */
const controlWidth = optional('width', enumeration(['2', '1', '4'], 'a width'));
const facility = member(FACILITIES, 'what is to be enabled (fn.msix, fn.master, fn.all …)');
const window = member(WINDOWS, 'a window (fn.memory-window …)');

/** `need fn msix 4`, `need fn1 below fn`. Words: function, need, number. */
const need: Operand = {
  words: 3,
  canonical: (step, at) => {
    step[at] = (step[at]! >>> 0) % VARIABLES;
    step[at + 1] = (step[at + 1]! >>> 0) % NEEDS.length;
    const name = NEEDS[step[at + 1]!]!;
    if (RELATIVE_NEEDS.has(name)) step[at + 2] = (step[at + 2]! >>> 0) % VARIABLES;
    else step[at + 2] = COUNTED_NEEDS.has(name) ? step[at + 2]! & 0xffff : 0;
  },
  format: (step, at) => {
    const name = NEEDS[step[at + 1]!]!;
    const number = step[at + 2]!;
    const rest = RELATIVE_NEEDS.has(name) ? ` ${variableName(number)}` : COUNTED_NEEDS.has(name) ? ` ${number}` : '';
    return `${variableName(step[at]!)} ${name}${rest}`;
  },
  parse: (reader, step, at) => {
    functionOperand.parse(reader, step, at);
    step[at + 1] = reader.choice(NEEDS, 'what the function must have');
    const name = NEEDS[step[at + 1]!]!;
    const counted = COUNTED_NEEDS.get(name);
    if (RELATIVE_NEEDS.has(name)) functionOperand.parse(reader, step, at + 2);
    else if (counted !== undefined) step[at + 2] = reader.number(`a number (${counted})`, 2).lo;
  },
};

/** The operations with their operands. Their order is part of the encoding: only append. */
const DEFINED = {
  'config read': [register, width, via],
  'config write': [register, width, value, via],
  'config set': [register, narrowWidth, bits, via],
  'config clear': [register, narrowWidth, bits, via],
  read: [region, width],
  write: [region, width, value],
  'port read': [hexadecimal(0xffff, 'a port'), narrowWidth],
  'port write': [hexadecimal(0xffff, 'a port'), narrowWidth, bits],
  'memory read': [address, width],
  'memory write': [address, width, value],
  'route read': [related, hexadecimal(0xfff, 'an offset'), width, via],
  'route write': [related, hexadecimal(0xfff, 'an offset'), narrowWidth, bits, via],
  select: [register, optional('as', enumeration(SELECTIONS, 'how the register is selected'))],
  'size bar': [bar, pattern, order, decode],
  'move bar': [bar, literal('to'), destination, order, decode],
  swap: [bar, literal('with'), bar, order, decode],
  'decode on': [functionOperand, optional('space', enumeration(SPACES, 'a space')), controlWidth],
  'decode off': [functionOperand, optional('space', enumeration(SPACES, 'a space')), controlWidth],
  enable: [facility, controlWidth, optional('count', count(0x10000, 'a number'))],
  disable: [facility, controlWidth],
  mask: [vector(true), optional('width', enumeration(['4', '1', '8', '2'], 'a width'))],
  unmask: [vector(true), optional('width', enumeration(['4', '1', '8', '2'], 'a width'))],
  program: [
    vector(false),
    count(0x10000, 'the number of a message'),
    optional('order', enumeration(ENTRY_ORDERS, 'an order')),
  ],
  fire: [vector(false)],
  raise: [functionOperand],
  lower: [functionOperand],
  reset: [],
  flr: [functionOperand, optional('by', enumeration(RESETS, 'a capability'))],
  'bus reset': [functionOperand],
  power: [functionOperand, enumeration(POWER_STATES, 'a power state')],
  save: [],
  restore: [],
  unplug: [functionOperand],
  plug: [functionOperand],
  window: [window, literal('to'), enumeration(WINDOW_PLACES, 'a place')],
  buses: [functionOperand, literal('to'), enumeration(BUS_PLACES, 'bus numbers'), controlWidth],
  activate: [functionOperand, optional('queue', count(0x10000, 'a queue'))],
  ring: [
    functionOperand,
    optional('queue', count(0x10000, 'a queue')),
    optional('width', enumeration(['2', '4', '1', '8'], 'a width')),
    optional('at', enumeration(['now', 'former'], 'now or former')),
  ],
  'sweep config': [functionOperand, optional('width', enumeration(['4', '2', '1'], 'a width')), via],
  'sweep regions': [],
  'sweep buses': [functionOperand, via],
  need: [need],
  'bring up': [functionOperand],
  'looks off': [],
  'looks on': [],
} as const satisfies Record<string, readonly Operand[]>;

export type OperationName = keyof typeof DEFINED;

function operation(name: string, operands: readonly Operand[]): Operation {
  let next = 1;
  const at = operands.map(({ words }) => (next += words) - words);
  if (next > STEP_WORDS) throw new RangeError(`${name}: ${next} words`);
  return { name, operands, at };
}

/** By their numbers. */
export const OPERATIONS: readonly Operation[] = Object.entries(DEFINED).map(([name, operands]) =>
  operation(name, operands),
);

const NUMBERS = new Map(OPERATIONS.map(({ name }, number) => [name, number]));

/** Number of an operation. */
export function operationNumber(name: OperationName): number {
  return NUMBERS.get(name) as number;
}

/** Name of the operation of a step of a canonical program. */
export function operationOf(program: Program, step: number): OperationName {
  return OPERATIONS[program[step * STEP_WORDS]!]!.name as OperationName;
}

/** Number of steps. */
export function stepCount(program: Int32Array): number {
  return Math.floor(program.length / STEP_WORDS);
}

/** The canonical program of any words. */
export function canonicalProgram(words: Int32Array): Program {
  const program = words.slice(0, stepCount(words) * STEP_WORDS);
  for (let start = 0; start < program.length; start += STEP_WORDS) canonicalStep(program, start);
  return program;
}

function canonicalStep(program: Int32Array, start: number): void {
  const number = (program[start]! >>> 0) % OPERATIONS.length;
  const { operands, at } = OPERATIONS[number]!;
  program[start] = number;
  let end = start + 1;
  for (const [index, operand] of operands.entries()) {
    operand.canonical(program, start + at[index]!);
    end = start + at[index]! + operand.words;
  }
  program.fill(0, end, start + STEP_WORDS);
}

/** Collects steps into a program. */
export class ProgramBuilder {
  private words: number[] = [];

  get steps(): number {
    return this.words.length / STEP_WORDS;
  }

  /** Adds a step; operands that are left out are 0. */
  step(name: OperationName, ...operands: number[]): this {
    const step = [operationNumber(name), ...operands];
    for (let word = 0; word < STEP_WORDS; word++) this.words.push(step[word] ?? 0);
    return this;
  }

  /** The canonical program of the first `steps` steps. */
  program(steps = Infinity): Program {
    return canonicalProgram(Int32Array.from(this.words.slice(0, steps * STEP_WORDS)));
  }
}
