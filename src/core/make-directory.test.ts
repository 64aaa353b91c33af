import { mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeDirectory } from './make-directory.ts';

test('those above are made, and what is there stays', () => {
  const top = mkdtempSync(join(tmpdir(), 'barometer-test-'));
  makeDirectory(join(top, 'a/b/c'));
  makeDirectory(join(top, 'a/b/c'));
  makeDirectory(join(top, 'a/b/d/'));
  expect(statSync(join(top, 'a/b/d')).isDirectory()).toBe(true);
});

test('where nothing can be made it says so, and ends', () => {
  const top = mkdtempSync(join(tmpdir(), 'barometer-test-'));
  writeFileSync(join(top, 'file'), '');
  expect(() => makeDirectory(join(top, 'file'))).toThrow('EEXIST');
  expect(() => makeDirectory(join(top, 'file/below/it'))).toThrow('ENOTDIR');
  expect(() => makeDirectory('/proc/nothing/here')).toThrow('ENOENT');
});
