import { mkdtemp, readFile, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { replaceDirectory, writeFileAtomically } from './atomic-file.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'barometer-atomic-'));
});

test('a file is replaced whole and no temporary neighbour stays', async () => {
  await writeFileAtomically(join(folder, 'a.txt'), 'one');
  await writeFileAtomically(join(folder, 'a.txt'), 'two');
  expect(await readFile(join(folder, 'a.txt'), 'utf8')).toBe('two');
  expect(await readdir(folder)).toEqual(['a.txt']);
});

test('a file that cannot be written rejects and leaves nothing', async () => {
  await expect(writeFileAtomically(join(folder, 'absent', 'a.txt'), 'x')).rejects.toThrow('ENOENT');
  expect(await readdir(folder)).toEqual([]);
});

test('a directory is replaced with all its content', async () => {
  const target = join(folder, 'deep', 'report');
  await replaceDirectory(target, (directory) => writeFile(join(directory, 'old'), ''));
  await replaceDirectory(target, (directory) => writeFile(join(directory, 'new'), ''));
  expect(await readdir(target)).toEqual(['new']);
  expect(await readdir(join(folder, 'deep'))).toEqual(['report']);
});

test('when filling fails the old directory stays as it was', async () => {
  const target = join(folder, 'report');
  await replaceDirectory(target, (directory) => writeFile(join(directory, 'old'), ''));
  const failing = replaceDirectory(target, async () => {
    throw new Error('disk is full');
  });
  await expect(failing).rejects.toThrow('disk is full');
  expect(await readdir(target)).toEqual(['old']);
  expect(await readdir(folder)).toEqual(['report']);
});
