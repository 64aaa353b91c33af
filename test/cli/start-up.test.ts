import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { TOP } from '../support/repository.ts';

const ROUNDS = 12;

function milliseconds(words: readonly string[]): number {
  const begin = process.hrtime.bigint();
  expect(spawnSync(process.execPath, words).status).toBe(0);
  return Number(process.hrtime.bigint() - begin) / 1e6;
}

// The best of several interleaved runs: other tests share the cores, and what is left then is the program's own time.
test('--version takes at most twice as long as an empty program', () => {
  const version: number[] = [];
  const empty: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    version.push(milliseconds([join(TOP, 'dist/cli/main.js'), '--version']));
    empty.push(milliseconds(['-e', '0']));
  }
  expect(Math.min(...version) / Math.min(...empty)).toBeLessThan(2);
});
