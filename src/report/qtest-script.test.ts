import { expect, test } from 'vitest';
import type { Line } from '../check/reproduce/reproduce.ts';
import { qtestScript } from './qtest-script.ts';

const DIVERGENCE = {
  rule: 'MSIX-006',
  index: 1,
  line: 0,
  register: 'MSI-X table',
  shape: 'lost message',
  expected: 'a\nmessage',
  actual: 'none',
  explanation: '',
};
const FILLED = Buffer.alloc(16, 0x5a);
const look = (dwords: Readonly<Record<number, number>> = {}): Line[] => {
  const bytes = Buffer.from(FILLED);
  for (const [at, value] of Object.entries(dwords)) bytes.writeUInt32LE(value, Number(at));
  return [
    { line: 'b64read 0x3ff000 16', answer: `OK ${bytes.toString('base64')}` },
    { line: 'memset 0x3ff000 16 0x5a', answer: 'OK' },
  ];
};
const sent = (...lines: string[]): Line[] => lines.map((line) => ({ line, answer: 'OK' }));
const bodyOf = (lines: Line[], interrupts = true): string[] =>
  qtestScript({ lines, divergence: DIVERGENCE, interrupts }, 'start', 'file').trimEnd().split('\n');

test('comments first, each on one line', () => {
  const [rule, what, last, start, ...commands] = bodyOf([
    { line: 'hello 1', answer: 'FAIL' },
    ...sent('outb 0x80 0x1'),
  ]);
  expect(rule).toMatch(/^# MSIX-006 .* \(MUST, /);
  expect(what).toBe('# MSI-X table: expected a message, found none');
  expect(last).toBe('# The last answer is OK');
  expect(start).toBe('# start < file');
  expect(commands).toEqual(['outb 0x80 0x1']);
});

test('a look at the place of messages is a read of what came', () => {
  const lines = [...look(), ...sent('writel 0xe0000020 0'), ...look({ 4: 0x4020, 12: 0x4060 })];
  const script = bodyOf(lines);
  expect(script.slice(4)).toEqual(['writel 0xe0000020 0', 'readl 0x3ff004', 'readl 0x3ff00c']);
  expect(script[2]).toBe('# The last answer is OK 0x4060');
});

test('in between the place is emptied again', () => {
  const lines = [...sent('a'), ...look({ 0: 1 }), ...sent('b'), ...look({ 0: 1 })];
  const emptied = 'memset 0x3ff000 16 0x5a';
  expect(bodyOf(lines).slice(4)).toEqual(['a', 'readl 0x3ff000', emptied, 'b', 'readl 0x3ff000']);
});

test('where a message is missing, the last look stays', () => {
  const lines = [...sent('a'), ...look(), ...sent('b'), ...look(), ...sent('readl 0x0')];
  expect(bodyOf(lines).slice(4)).toEqual(['a', 'b', 'b64read 0x3ff000 16', 'readl 0x0']);
  expect(bodyOf(lines, false).slice(4)).toEqual(['a', 'b', 'readl 0x0']);
});

test('a command of which the target dies', () => {
  const script = bodyOf([...sent('inl 0xcfc'), { line: 'outl 0xcfc 0x0', answer: undefined }]);
  expect(script[2]).toBe('# The last command is not answered');
  expect(script.at(-1)).toBe('outl 0xcfc 0x0');
});
