import { expect, test } from 'vitest';
import { readOptions } from '../../bench/support/options.ts';
import { UsageError } from '../../src/cli/exit-status.ts';

const DEFAULTS = { flips: 500, seed: 'barometer', list: false };

test('options take the place of their defaults, each as the kind that its default is', () => {
  expect(readOptions([], DEFAULTS)).toEqual(DEFAULTS);
  expect(readOptions(['--flips', '7', '--seed=8', '--list'], DEFAULTS)).toEqual({ flips: 7, seed: '8', list: true });
});

test.each([
  ['--flip 7', '--flip: there is no such option. Did you mean flips?'],
  ['--constructor', '--constructor: there is no such option.'],
  ['--flips many', '--flips must be a whole number above 0, not many'],
  ['--flips 0', '--flips must be a whole number above 0, not 0'],
  ['--flips', '--flips needs a value'],
  ['--seed --list', '--seed needs a value'],
  ['--__proto__=1', '--__proto__: there is no such option.'],
  ['--list=yes', '--list takes no value'],
  ['7', '7: a bench takes options only'],
])('%s is refused in one line', (words, message) => {
  expect(() => readOptions(words.split(' '), DEFAULTS)).toThrow(new UsageError(message));
});
