import { expect, test } from 'vitest';
import { HOSTILE, LONG_LINE, ODD } from '../../test/support/hostile.ts';
import { inertJson, inertLine, inertLines } from './inert-text.ts';

test.each(Object.entries(HOSTILE))('%s: nothing odd is left, and no command for a log', (_, text) => {
  for (const made of [inertLine(text), inertLines(text), inertJson({ [text]: [text] })]) {
    expect(made).not.toMatch(ODD);
    expect(made).not.toMatch(/^\s*::/m);
    expect(made).not.toContain('##[');
  }
  expect(inertLine(text)).not.toContain('\n');
  // Read back, JSON says the same as before. Half a pair is no text, and stays what it is.
  expect(JSON.parse(inertJson({ text }))).toEqual({ text });
});

test('what is odd stays visible, and what is not stays as it is', () => {
  expect(inertLine('a\u001B[1mb\u202Ec')).toBe(String.raw`a\u001b[1mb\u202ec`);
  expect(inertLine('x\u{E0041}')).toBe(String.raw`x\udb40\udc41`);
  expect(inertLine('Größe 面 😀 C++ std::vector')).toBe('Größe 面 😀 C++ std::vector');
  expect(inertLines('one\r\ntwo\tthree')).toBe('one\ntwo  three');
  expect(inertLine('one\r\ntwo\tthree')).toBe('one two three');
});

test('long text is cut, but no pair is', () => {
  const made = inertLine(LONG_LINE);
  expect(made.length).toBeLessThan(4100);
  expect(made).toMatch(/… \(9996000 letters more\)$/);
  expect(inertLine('ab😀c', 3)).toBe('ab… (3 letters more)');
  expect(inertLine('abc', 3)).toBe('abc');
});
