import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { HOSTILE, ODD } from '../../test/support/hostile.ts';
import { inertLine } from '../core/inert-text.ts';
import { shellWord } from './shell-word.ts';

test('what needs no quotes has none', () => {
  expect(shellWord('traces/a.txt')).toBe('traces/a.txt');
  expect(shellWord("it's")).toBe(String.raw`'it'\''s'`);
  expect(shellWord('')).toBe("''");
});

// A zero ends an argument, and a half of a pair is none: no command line has them.
test.each(Object.entries(HOSTILE).filter(([, text]) => !/\0|\p{Cs}/u.test(text)))(
  '%s: nothing odd is shown, and a shell reads what was meant',
  (_name, text) => {
    const word = shellWord(text);
    expect(word).not.toMatch(ODD);
    expect(inertLine(word)).toBe(word);
    const { stdout } = spawnSync('bash', ['-c', `printf %s ${word}`], { encoding: 'utf8' });
    expect(stdout).toBe(text);
  },
);
