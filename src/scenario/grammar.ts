/** Scenarios as text: one step a line; `#` begins a remark, which is no part of the program. */

import { LineReader } from './reader.ts';
import { canonicalProgram, OPERATIONS, STEP_WORDS, stepCount, STEPS_AT_MOST } from './steps.ts';
import type { Operation, Program } from './steps.ts';

export { ScenarioError } from './reader.ts';

/** Longest line that is read. */
const LINE_AT_MOST = 1000;

/** A scenario that was read. */
export interface ParsedScenario {
  /** Its steps as integers, in canonical form. */
  program: Program;
  /** Line of the text for each step, from 1. */
  lines: readonly number[];
}

/** Reads a scenario. Throws a ScenarioError at the first line that is none; `file` stands in its message. */
export function parseScenario(text: string, file = 'scenario'): ParsedScenario {
  const words: number[] = [];
  const lines: number[] = [];
  let line = 0;
  for (const whole of text.split(/\r\n|\n|\r/)) {
    line++;
    const content = whole.replace(/#.*$/, '');
    if (content.trim() === '') continue;
    const reader = new LineReader(file, line, content.slice(0, LINE_AT_MOST + 1));
    if (content.length > LINE_AT_MOST)
      throw reader.error(`expected a line of at most ${LINE_AT_MOST} characters`, LINE_AT_MOST + 1);
    if (lines.length >= STEPS_AT_MOST) throw reader.error(`expected at most ${STEPS_AT_MOST} steps`, 1);
    for (const word of parseStep(reader)) words.push(word);
    lines.push(line);
  }
  return { program: canonicalProgram(Int32Array.from(words)), lines };
}

/** The text of a program, one step a line, each line ended. */
export function formatScenario(words: Int32Array): string {
  const program = canonicalProgram(words);
  let text = '';
  for (let step = 0; step < stepCount(program); step++) text += `${formatStep(program, step)}\n`;
  return text;
}

/** The line of one step of a canonical program. */
export function formatStep(program: Program, step: number): string {
  const start = step * STEP_WORDS;
  const { name, operands, at } = OPERATIONS[program[start]!]!;
  const parts = operands.map((operand, index) => operand.format(program, start + at[index]!));
  return [name, ...parts.filter((part) => part !== '')].join(' ');
}

const BY_FIRST_WORD = new Map<string, [number, Operation][]>();
for (const [number, operation] of OPERATIONS.entries()) {
  const first = operation.name.split(' ')[0] as string;
  BY_FIRST_WORD.set(first, [...(BY_FIRST_WORD.get(first) ?? []), [number, operation]]);
}

function parseStep(reader: LineReader): Int32Array {
  const step = new Int32Array(STEP_WORDS);
  const [number, operation] = parseOperation(reader);
  step[0] = number;
  for (const [index, operand] of operation.operands.entries()) {
    if (operand.key === undefined) operand.parse(reader, step, operation.at[index]!);
  }
  const keys = operation.operands.flatMap(({ key }) => key ?? []);
  const given = new Set<string>();
  while (reader.peek() !== undefined) {
    const token = reader.next('the end of the line');
    const index = operation.operands.findIndex(({ key }) => key === token.text);
    if (index < 0) {
      const expected = keys.length === 0 ? 'the end of the line' : `the end of the line or ${keys.join(', ')}`;
      throw reader.wrong(token, expected, keys);
    }
    if (given.has(token.text)) throw reader.wrong(token, `'${token.text}' once`);
    given.add(token.text);
    operation.operands[index]!.parse(reader, step, operation.at[index]!);
  }
  return step;
}

function parseOperation(reader: LineReader): [number, Operation] {
  const candidates = BY_FIRST_WORD.get(reader.peek() ?? '') ?? [];
  const [first] = candidates;
  for (const found of candidates) {
    const words = found[1].name.split(' ');
    if (words.length > 1 && words[1] === reader.peek(1)) {
      reader.skip(2);
      return found;
    }
  }
  const token = reader.next('a step');
  const alone = candidates.find(([, { name }]) => name === token.text);
  if (alone !== undefined) return alone;
  if (first === undefined) {
    throw reader.wrong(
      token,
      'a step',
      OPERATIONS.map(({ name }) => name.split(' ')[0] as string),
    );
  }
  const seconds = candidates.map(([, { name }]) => name.split(' ')[1] as string);
  const second = reader.next(`'${seconds.join(`', '`)}' after '${token.text}'`);
  throw reader.wrong(second, `'${seconds.join(`', '`)}' after '${token.text}'`, seconds);
}
