/** `fuzz` and `run` on targets behind a wire, as a user runs them. */

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { TOP } from '../support/repository.ts';
import { newFolder, runCli } from '../support/run-cli.ts';

const misbehaving = (how: string, at: number): string =>
  `exec:exec '${process.execPath}' '${join(TOP, 'test/wire/misbehaving.mjs')}' '${how}' ${at}`;

let folder: string;
beforeEach(() => {
  folder = newFolder();
});

interface Document {
  target: { kind: string };
  totals: { crashes: number };
  findings: { rule: string; actual: string; explanation: string; reproduced: boolean; failure: string }[];
}

const results = (): Document => JSON.parse(readFileSync(join(folder, 'out/results.json'), 'utf8')) as Document;

test('the example adapter conforms', () => {
  const adapter = join(folder, 'adapter');
  const words = ['-Wall', '-Wextra', '-Werror', '-o', adapter, join(TOP, 'docs/examples/adapter.c')];
  const compiled = spawnSync('cc', words, { encoding: 'utf8' });
  expect(compiled.stderr).toBe('');
  const { status, stdout } = runCli(folder, ['fuzz', '--target', 'exec:./adapter', '--accesses', '1000']);
  expect(stdout).toContain('1 function\n');
  expect(stdout).toContain('CONFORMS');
  expect(status).toBe(0);
});

test('fuzz: a death is a finding with the last commands and what the target said, and the campaign goes on', () => {
  const words = ['fuzz', '--target', misbehaving('is killed', 3000), '--accesses', '400', '--out', 'out'];
  const { status, stdout, stderr } = runCli(folder, [...words, '--shrink-runs', '5']);
  expect(stderr).not.toContain('    at ');
  expect(status).toBe(1);
  expect(stdout).toContain('BROKEN TARGET-crash A target survives what a guest does');
  const { target, totals, findings } = results();
  expect({ target, crashes: totals.crashes }).toEqual({ target: { kind: 'exec' }, crashes: 1 });
  const [death] = findings.filter(({ rule }) => rule === 'TARGET-crash');
  expect(death!.actual).toContain('was ended by SIGSEGV');
  expect(death!.explanation).toMatch(/The last commands were: .*(in|out|read|write)[bwlq] 0x.* \(not answered\)/);
  expect(death!.explanation).toContain('Assertion `bar < 6` failed.');
  expect(readdirSync(join(folder, 'out', death!.failure)).toSorted()).toEqual([
    'command.txt',
    'report.md',
    'reproduce.qtest',
    'scenario.txt',
    'trace.txt',
  ]);
});

test('a target that does not start any more ends the campaign, and what was found stays', () => {
  // The third start, after that which asks who it is and the first machine, fails.
  const script = `n=$(cat count 2>/dev/null || echo 0); echo $((n + 1)) >count; [ $n -lt 2 ] || exit 9; ${misbehaving('nothing', 0).slice(5)}`;
  const words = ['fuzz', '--target', `exec:${script}`, '--accesses', '100000', '--shrink-runs', '3', '--out', 'out'];
  const { status, stderr } = runCli(folder, words);
  expect(stderr).not.toContain('    at ');
  expect(status).toBe(1);
  expect(results().findings).toMatchObject([
    { rule: 'TARGET-crash', actual: 'It ended with exit status 9.', reproduced: false },
  ]);
});

test('run: so it is there; several scenarios get a fresh target each', () => {
  writeFileSync(join(folder, 'one.txt'), 'decode on fn\n');
  writeFileSync(join(folder, 'two.txt'), 'decode off fn\n');
  const words = ['run', 'one.txt', 'two.txt', '--target', misbehaving('no ASCII', 150), '--out', 'out'];
  const { status, stdout } = runCli(folder, words);
  expect(status).toBe(1);
  expect(stdout).toContain('BROKEN TARGET-protocol');
  expect(results().findings.map(({ rule }) => rule)).toEqual(['TARGET-protocol']);
});

test.each([
  ['exec:exit 3', 'exec:exit 3: It ended with exit status 3.'],
  ['exec:echo trouble >&2; exit 1', '\ntrouble\n'],
  ['unix:socket', 'Nobody connected to socket within 500 ms.'],
  ['exec:sleep 60', 'No answer came within 500 ms.'],
])('%s: a target that never answers is exit status 3 and a sentence', (target, sentence) => {
  const { status, stdout, stderr } = runCli(folder, ['fuzz', '--target', target, '--timeout', '0.5', '--out', 'out']);
  expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
  expect(stderr).toContain(sentence);
  expect(stderr).not.toContain('    at ');
  expect(readdirSync(folder)).toEqual([]);
});

test.each([
  [['--target', 'exec:'], 'a command is expected after the colon'],
  [['--target', 'unix:'], 'the path of a socket is expected'],
  [['--target', `unix:${'x'.repeat(200)}`], 'at most 100 bytes'],
  [['--target', 'qemu:qemu-system-pdp11 -M x'], 'the Debian package qemu-system-misc has it'],
  [['--target', 'exec:true', '--layout', 'random:x'], 'only the emulated target is built from a layout'],
  [['--target', 'exec:true', '--timeout', 'soon'], '--timeout soon: seconds are expected'],
])('%j is a usage error', (words, sentence) => {
  const { status, stdout, stderr } = runCli(folder, ['fuzz', ...words]);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain(sentence);
});

test.each(['SIGINT', 'SIGKILL'] as const)('ended by %s it leaves no process and no socket', async (signal) => {
  // It neither answers nor cares for the end of its input, and has a child; the folder is in the command lines of all.
  const target = `exec:touch '${folder}/alive'; sleep 1000; : in ${folder}`;
  const words = [join(TOP, 'dist/cli/main.js'), 'fuzz', '--target', target, '--timeout', '60'];
  const child = spawn(process.execPath, words, { cwd: folder, stdio: 'ignore' });
  for (let times = 0; times < 500 && !existsSync(join(folder, 'alive')); times++) await pause(20);
  expect(processesOf(folder, child.pid!)).toBeGreaterThan(0);
  child.kill(signal);
  await once(child, 'exit');
  for (let times = 0; times < 250 && processesOf(folder, child.pid!) > 0; times++) await pause(20);
  expect(processesOf(folder, child.pid!)).toBe(0);
});

test('interrupted, fuzz writes what it has found so far, and ends with 130', async () => {
  const words = [join(TOP, 'dist/cli/main.js'), 'fuzz', '--target', 'emulated:msix-initial-mask', '--out', 'out'];
  const child = spawn(process.execPath, [...words, '--accesses', '100000000', '--json'], { cwd: folder });
  child.stdout.resume();
  // The seed is told at the start; the signal comes in the middle of the search or of the shrinking.
  await once(child.stderr, 'data');
  await pause(1500);
  child.kill('SIGINT');
  const [status] = (await once(child, 'exit')) as [number | null];
  expect(status).toBe(130);
  expect(results().findings.map(({ rule }) => rule)).toContain('MSIX-009');
});

async function pause(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Processes beside `own` that have a word in their command line. */
function processesOf(word: string, own: number): number {
  return readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name) || Number(name) === own || !existsSync(`/proc/${name}/cmdline`)) return false;
    try {
      return readFileSync(`/proc/${name}/cmdline`, 'latin1').includes(word);
    } catch {
      return false;
    }
  }).length;
}
