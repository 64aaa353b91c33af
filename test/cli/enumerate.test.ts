/** What a guest sees of a target, saved and compared. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Enumeration } from '../../src/check/enumeration/schema.ts';
import { newFolder, runCli } from '../support/run-cli.ts';

let folder: string;
beforeEach(() => {
  folder = newFolder();
});

const words = ['enumerate', '--target', 'emulated'];

function saved(more: readonly string[] = []): Enumeration {
  const { status } = runCli(folder, [...words, ...more, '--save', 'saved.json']);
  expect(status).toBe(0);
  return JSON.parse(readFileSync(join(folder, 'saved.json'), 'utf8')) as Enumeration;
}

/** Saves the default machine as it would look with something changed, and compares. */
function compared(change: (one: Enumeration) => void): { status: number | null; stderr: string } {
  const document = saved();
  change(document);
  writeFileSync(join(folder, 'saved.json'), JSON.stringify(document));
  return runCli(folder, [...words, '--expect', 'saved.json']);
}

function at(document: Enumeration, name: string): Enumeration['functions'][number] {
  const f = document.functions.find((one) => one.function === name);
  if (f === undefined) throw new Error(`${name} is not in the default layout`);
  return f;
}

describe('enumerate', () => {
  test('prints the tree, what a function has, and nothing of this machine', () => {
    const { status, stdout, stderr } = runCli(folder, words);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^emulated {2}\d+ functions, by [\d ]+ accesses\n/);
    expect(stdout).toContain('00:04.0  Ethernet controller [020000] 1af4:1041');
    expect(stdout).toContain('MSI-X   off, 5 vectors, table at BAR 1 + 0x0');
  });

  test('what is saved is what --json prints, twice the same, and expected again', () => {
    const document = saved();
    expect(document.functions.length).toBeGreaterThan(20);
    const { stdout } = runCli(folder, [...words, '--json']);
    expect(stdout).toBe(readFileSync(join(folder, 'saved.json'), 'utf8'));
    const { status, stderr } = runCli(folder, [...words, '--expect', 'saved.json']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: 'As in saved.json.\n' });
  });

  test('sizes and addresses are those of the layout', () => {
    const { bars, capabilities } = at(saved(), '00:02.0');
    expect(bars).toMatchObject([
      { bar: 'BAR 0', kind: 'memory32', size: '0x4000' },
      { bar: 'BAR 3', kind: 'memory64', size: '0x100000' },
    ]);
    expect(capabilities[0]).toEqual({ id: '0x11', offset: '0x40' });
  });

  test.each<[string, (one: Enumeration) => void, string]>([
    ['a size', (one) => void (at(one, '00:02.0').bars[0]!.size = '0x8000'), '00:02.0 BAR 0: memory32, 0x4000 bytes at'],
    ['a BAR', (one) => void at(one, '00:02.0').bars.pop(), '00:02.0 BAR 3: memory64, 0x100000 bytes at'],
    [
      'a device',
      (one) => void (at(one, '00:02.0').device = '0x0e01'),
      'identity: 1b36:0e00, class ff0000, expected 1b36:0e01',
    ],
    [
      'a capability',
      (one) => void at(one, '00:02.0').capabilities.shift(),
      'capability at 0x40: MSI-X, expected nothing',
    ],
    ['a register', (one) => void (at(one, '00:02.0').registers['0x02c'] = '0x12345678'), 'register 0x02c: '],
    [
      'a function',
      (one) => void one.functions.splice(1, 1),
      '00:01.0 function: 1b36:0e00, class ff0000, expected nothing',
    ],
    [
      'no function',
      (one) => void one.functions.push({ ...one.functions[1]!, function: '00:1b.7' }),
      '00:1b.7 function: nothing',
    ],
  ])('%s that is otherwise than expected fails', (_, change, sentence) => {
    const { status, stderr } = compared(change);
    expect(status).toBe(1);
    expect(stderr).toContain('1 difference from saved.json');
    expect(stderr).toContain(sentence);
  });

  test('a register is told beside a BAR, and the BAR not twice', () => {
    const { stderr } = compared((one) => {
      const f = at(one, '00:02.0');
      f.bars[0]!.address = '0xd0000000';
      f.registers['0x010'] = '0xd0000000';
      f.registers['0x02c'] = '0x12345678';
    });
    expect(stderr).toContain('2 differences from saved.json');
    expect(stderr).toContain('00:02.0 BAR 0: ');
    expect(stderr).toContain('00:02.0 register 0x02c: ');
  });

  test('bits that may change by themselves are no difference', () => {
    const { status } = compared((one) => {
      const f = at(one, '00:01.0');
      const [value = ''] = f.registers['0x004']!.split(' & ');
      f.registers['0x004'] = `${value} & 0x0000ffff`;
    });
    expect(status).toBe(0);
  });

  test.each([
    ['', 'this is no JSON'],
    ['{"schema": "barometer.enumeration/1"', 'this is no JSON'],
    ['[]', 'the document: '],
    ['{"schema": "barometer.enumeration/9", "functions": []}', 'schema: '],
    ['{"schema": "barometer.enumeration/1", "functions": [{"function": 3}]}', 'functions.0.function: '],
  ])('a file that is no enumeration is refused: %j', (text, sentence) => {
    writeFileSync(join(folder, 'bad.json'), text);
    const { status, stderr, stdout } = runCli(folder, [...words, '--expect', 'bad.json']);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(`--expect bad.json: ${sentence}`);
    expect(stderr).not.toContain('    at ');
  });

  test('a place where nothing can be saved, and a file that is not there', () => {
    const unsaved = runCli(folder, [...words, '--save', 'no/such/folder.json']);
    expect(unsaved.status).toBe(2);
    expect(unsaved.stderr).toBe(
      'barometer enumerate: --save no/such/folder.json: there is no such file. Is the folder there?\n',
    );
    const missing = runCli(folder, [...words, '--expect', 'missing.json']);
    expect(missing.status).toBe(2);
    expect(missing.stderr).toBe(
      'barometer enumerate: --expect missing.json: there is no such file. Make one with --save missing.json.\n',
    );
  });

  test('rules that a target breaks on the way are said', () => {
    const { status, stderr } = runCli(folder, ['enumerate', '--target', 'emulated:cap-id-next-swapped']);
    expect(status).toBe(0);
    expect(stderr).toMatch(/findings? on the way \(CAP-001/);
  });
});

describe('doctor', () => {
  test('names each kind of target, and the package of what is missing', () => {
    const { status, stdout } = runCli(folder, ['doctor'], { env: { PATH: '/nowhere' } });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^emulated +ready/m);
    expect(stdout).toMatch(/^qemu-system-x86_64 +missing .*apt-get install qemu-system-x86\b/m);
    expect(stdout).toMatch(/^qemu-system-aarch64 +missing .*apt-get install qemu-system-arm\b/m);
  });

  test('says why a program that is installed does not start', () => {
    const script = '#!/bin/sh\necho "cannot open libfoo.so.1" >&2\nexit 127\n';
    writeFileSync(join(folder, 'qemu-system-x86_64'), script, { mode: 0o755 });
    const { status, stdout } = runCli(folder, ['doctor'], { env: { PATH: `${folder}:/bin:/usr/bin` } });
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^qemu-system-x86_64 +missing +it is installed and does not start: cannot open libfoo.so.1$/m,
    );
  });
});
