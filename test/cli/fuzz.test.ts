/** The commands that drive a target: fuzz, run, shrink. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { newFolder, runCli } from '../support/run-cli.ts';

let folder: string;
beforeEach(() => {
  folder = newFolder();
});

const SCENARIO = `need fn memory-bar
decode off fn
move bar fn.memory to free 1 decode left-off
decode on fn
read fn.memory 4
`;

interface Document {
  command: string;
  seed: string | null;
  target: { kind: string };
  totals: { accesses: number; sweepAccesses: number; rulesExercised: number };
}

describe('fuzz', () => {
  const words = ['fuzz', '--target', 'emulated', '--accesses', '3000', '--seed', 'a test', '--quiet'];

  test('the same seed gives the same bytes, and another one other accesses', () => {
    runCli(folder, [...words, '--out', 'one']);
    runCli(folder, [...words, '--out', 'two']);
    runCli(folder, [...words.map((word) => (word === 'a test' ? 'another' : word)), '--out', 'three']);
    const results = (name: string): string => readFileSync(join(folder, name, 'results.json'), 'utf8');
    expect(results('two')).toBe(results('one'));
    expect(results('three')).not.toBe(results('one'));
    const document = JSON.parse(results('one')) as Document;
    expect(document).toMatchObject({ command: 'fuzz', seed: 'a test', target: { kind: 'emulated' } });
    expect(document.totals.sweepAccesses).toBeGreaterThan(1000);
    expect(document.totals.rulesExercised).toBeGreaterThan(30);
  });

  test.each([
    [['--accesses', 'many'], '--accesses many: a whole number from 1 on is expected'],
    [['--seed', ''], 'a seed is any text that is not empty'],
    [['--target', 'emulatd'], 'there is no target of this name'],
    [['--target', 'qemu'], 'something is expected after it'],
    [['--target', 'emulated:no-such-fault'], 'there is no fault of this name'],
    [['--layout', 'missing.yaml'], 'missing.yaml'],
    [['--only', 'BAR-999'], 'BAR-999'],
    [['--profile', 'no-such-profile'], 'no-such-profile'],
  ])('%j is refused with a sentence', (more, sentence) => {
    const { status, stderr, stdout } = runCli(folder, [...words, ...more]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(sentence);
    expect(stderr).not.toContain('    at ');
  });
});

describe('--update-profile', () => {
  const run = (command: string, ...words: string[]) =>
    runCli(folder, [
      command,
      ...words,
      '--target',
      'emulated:msix-initial-mask',
      '--out',
      'report',
      '--update-profile',
    ]);

  test.each([
    ['fuzz', '--accesses', '1'],
    ['run', 'move.txt'],
  ])('%s: what was found is known the next time', (command, ...words) => {
    writeFileSync(join(folder, 'move.txt'), SCENARIO);
    writeFileSync(join(folder, 'mine.yaml'), '');
    const before = run(command, ...words, '--profile', 'mine.yaml');
    expect(before.status).toBe(1);
    expect(before.stderr).toMatch(/^mine\.yaml: added \d+ choices? and \d+ findings?$/m);
    expect(readFileSync(join(folder, 'mine.yaml'), 'utf8')).toMatch(/^ {2}- (id: MSIX-009-|rule: MSIX-009$)/m);
    expect(run(command, ...words, '--profile', 'mine.yaml').status).toBe(0);
  });

  test('without a profile there is nothing to update', () => {
    const { status, stderr } = run('fuzz');
    expect(status).toBe(2);
    expect(stderr).toContain('has no profile to update');
  });
});

describe('run', () => {
  const run = (...words: string[]) => runCli(folder, ['run', ...words, '--target', 'emulated', '--out', 'report']);

  test('a scenario that breaks nothing', () => {
    writeFileSync(join(folder, 'move.txt'), SCENARIO);
    const { status, stdout } = run('move.txt');
    expect(status).toBe(0);
    expect(stdout).toContain('move.txt: nothing found');
  });

  test('a scenario that cannot be bound says which operand and why', () => {
    writeFileSync(join(folder, 'move.txt'), SCENARIO);
    writeFileSync(join(folder, 'many.txt'), 'need fn msix 2048\nneed fn rom\nneed fn bridge\nread fn.bar0 4\n');
    const both = run('move.txt', 'many.txt');
    expect(both.status).toBe(0);
    expect(both.stderr).toMatch(/^many\.txt: it cannot be bound: fn: no function with .*\.$/m);
    expect(run('move.txt', 'many.txt', '--strict').status).toBe(1);
    const alone = run('many.txt');
    expect(alone.status).toBe(2);
    expect(alone.stderr).toContain('no scenario could be bound');
  });

  test.each([
    ['sise bar fn.0\n', 'scenario.txt:1:1'],
    ['read fn.bar0 4\nread fn.bar0 3\n', 'scenario.txt:2:'],
    ['read fn.bar0\n', 'scenario.txt:1:'],
  ])('%j is refused with its place', (text, place) => {
    writeFileSync(join(folder, 'scenario.txt'), text);
    const { status, stderr } = run('scenario.txt');
    expect(status).toBe(2);
    expect(stderr).toContain(place);
  });

  test('a file that is not there', () => {
    const { status, stderr } = run('nothing.txt');
    expect(status).toBe(2);
    expect(stderr).toContain('nothing.txt');
  });

  test('a folder stands for the scenarios in it and below', () => {
    mkdirSync(join(folder, 'all/below'), { recursive: true });
    for (const name of ['all/second.txt', 'all/below/first.txt']) writeFileSync(join(folder, name), SCENARIO);
    writeFileSync(join(folder, 'all/README.md'), 'no scenario');
    const { status, stdout } = run('all', 'all/second.txt');
    expect(status).toBe(0);
    expect(stdout.match(/^.*: nothing found$/gm)).toEqual([
      'all/below/first.txt: nothing found',
      'all/second.txt: nothing found',
    ]);
    mkdirSync(join(folder, 'empty'));
    expect(run('empty')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('there is no scenario') as string,
    });
  });
});

describe('shrink', () => {
  test('a scenario that breaks nothing is said to', () => {
    writeFileSync(join(folder, 'move.txt'), SCENARIO);
    const { status, stdout, stderr } = runCli(folder, ['shrink', 'move.txt', '--target', 'emulated']);
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
    expect(stderr).toContain('it does not break any rule');
  });
});

test('a machine in which nothing can be done ends the campaign at once', () => {
  writeFileSync(join(folder, 'host.yaml'), "name: host\nfunctions:\n  - { at: '00.0', kind: host-bridge }\n");
  const words = [
    'fuzz',
    '--target',
    'emulated',
    '--layout',
    'host.yaml',
    '--accesses',
    '1000',
    '--quiet',
    '--out',
    'out',
  ];
  const { status, stderr } = runCli(folder, words);
  expect(stderr).not.toContain('    at ');
  expect(status).toBe(0);
});
