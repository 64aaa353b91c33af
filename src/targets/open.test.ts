import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { Access } from '../access/access.ts';
import { openTarget } from './open.ts';
import { TargetError } from './target-error.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'barometer-open-'));
});

function write(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

test('without a layout: the default one; each machine is a fresh one', async () => {
  const open = await openTarget('emulated');
  const [one, other] = [open(), open()];
  expect(one.description.configuration).toBe('default');
  const access = new Access();
  Object.assign(access, { write: true, addressLo: 0x1000, valueLo: 7 });
  one.access(access);
  access.write = false;
  other.access(access);
  expect(access.valueLo).toBe(0);
});

test('a layout at random has its seed as its name, and equal seeds give equal machines', async () => {
  const open = await openTarget('emulated', 'random:a seed');
  expect(open().description.configuration).toBe('random-a seed');
  expect((await openTarget('emulated', 'random:a seed'))().description).toEqual(open().description);
});

test('a layout from a file', async () => {
  const path = write(
    'small.yaml',
    "name: small\nfunctions: [{ at: '02.0', kind: integrated, capabilities: [express: {}] }]\n",
  );
  expect((await openTarget('emulated', path))().description.configuration).toBe('small');
});

test('all that is wrong with a layout is told, with its places', async () => {
  const path = write('wrong.yaml', "functions:\n  - { at: '02.0', kind: intgrated }\nextra: 1\n");
  const problem = await openTarget('emulated', path).catch((error: unknown) => error);
  expect(problem).toBeInstanceOf(TargetError);
  const lines = (problem as TargetError).message.split('\n');
  expect(lines.length).toBe(2);
  expect(lines.every((line) => line.startsWith(`${path}:`))).toBe(true);
});

test.each([
  ['random:', 'a seed is expected'],
  ['not-there.yaml', 'there is no such file'],
])('%s: %s', async (layout, sentence) => {
  await expect(openTarget('emulated', layout)).rejects.toThrow(sentence);
  await expect(openTarget('emulated', layout)).rejects.toThrow(TargetError);
});

test('a file that is no text, or a folder', async () => {
  await expect(openTarget('emulated', write('binary', new Uint8Array(9)))).rejects.toThrow('binary file');
  await expect(openTarget('emulated', folder)).rejects.toThrow('this is a directory');
});

test('the name is looked at before the layout', async () => {
  await expect(openTarget('emulatde', 'not-there.yaml')).rejects.toThrow('Did you mean emulated?');
});
