import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createEmulated, DEFAULT_LAYOUT } from '../emulated/index.ts';
import { LineReader, TOO_LONG } from './line-reader.ts';
import { answers } from './serve.ts';

async function* chunks(...pieces: string[]): AsyncGenerator<Buffer> {
  for (const piece of pieces) yield await Promise.resolve(Buffer.from(piece, 'latin1'));
}

async function serve(...pieces: string[]): Promise<string> {
  let text = '';
  for await (const batch of answers(createEmulated({ layout: DEFAULT_LAYOUT }), chunks(...pieces))) text += batch;
  return text;
}

test('many commands in one piece are answered in order', async () => {
  expect(await serve('writel 0 1\nwritel 4 2\nreadq 0\nnonsense\nreadl 4\n')).toBe(
    "OK\nOK\nOK 0x200000001\nFAIL there is no command 'nonsense'.\nOK 0x2\n",
  );
});

test('a command may come in any pieces', async () => {
  const text = 'writel 0 0x1234\nreadw 0\nread 0 4\n';
  const wanted = 'OK\nOK 0x1234\nOK 0x34120000\n';
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(text.length), { maxLength: 6 }), async (cuts) => {
      const ends = [...cuts.toSorted((one, other) => one - other), text.length];
      const pieces = ends.map((end, index) => text.slice(index === 0 ? 0 : ends[index - 1], end));
      expect(await serve(...pieces)).toBe(wanted);
    }),
    { numRuns: 25 },
  );
});

test('a line without its end is not carried out', async () => {
  expect(await serve('writel 0 1\nreadl 0\nreadl')).toBe('OK\nOK 0x1\n');
  expect(await serve()).toBe('');
});

test('the longest command there is, and a line beyond', async () => {
  const megabyte = 1 << 20;
  const long = `write 0x0 ${megabyte} 0x${'5a'.repeat(megabyte)}\n`;
  expect(await serve(long.slice(0, 1000), long.slice(1000), `readl ${hex(megabyte - 4)}\n`)).toBe(
    'OK\nOK 0x5a5a5a5a\n',
  );
  const limit = 2 * megabyte + 128;
  const beyond = `FAIL the line is longer than ${limit} bytes\n`;
  expect(await serve('x'.repeat(limit), 'x\nreadl 0\n')).toBe(`${beyond}OK 0x0\n`);
  expect(await serve(...Array.from({ length: 40 }, () => 'x'.repeat(100_000)), '\nreadl 0\n')).toBe(
    `${beyond}OK 0x0\n`,
  );
});

test('answers go out while there is more to do', async () => {
  const batches: string[] = [];
  const target = createEmulated({ layout: DEFAULT_LAYOUT });
  for await (const batch of answers(target, chunks('read 0 0x10000\n'.repeat(20)))) batches.push(batch);
  expect(batches.map((batch) => batch.length)).toEqual(Array.from({ length: 20 }, () => 3 + 2 + 0x20000 + 1));
});

test('the reader of lines keeps no more than its bound', () => {
  const reader = new LineReader(4);
  const lines = (text: string): unknown[] => [...reader.lines(Buffer.from(text))];
  expect(lines('abcd\n\nab')).toEqual(['abcd', '']);
  expect(lines('cde')).toEqual([]);
  expect(lines('fg\nh\n')).toEqual([TOO_LONG, 'h']);
});

function hex(number: number): string {
  return `0x${number.toString(16)}`;
}
