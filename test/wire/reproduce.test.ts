/** Scripts of the target protocol that show a finding without Barometer. */

import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { TOP } from '../support/repository.ts';
import { newFolder, runCli } from '../support/run-cli.ts';

const MAIN = join(TOP, 'dist/cli/main.js');
const installed = spawnSync('qemu-system-x86_64', ['--version'], { encoding: 'utf8' }).status === 0;

/** The scripts of all findings of a short campaign, by identity. */
function scripts(target: string, accesses: number): Map<string, string> {
  const folder = newFolder();
  const words = ['fuzz', '--target', target, '--seed', 'script', '--accesses', String(accesses), '--timeout', '30'];
  const { status, stderr } = runCli(folder, [
    ...words,
    '--stop-after-findings',
    '1',
    '--shrink-runs',
    '30',
    '--out',
    'out',
  ]);
  expect({ status, stderr }).toMatchObject({ status: 1 });
  const failures = join(folder, 'out/failures');
  return new Map(readdirSync(failures).map((id) => [id, readFileSync(join(failures, id, 'reproduce.qtest'), 'utf8')]));
}

/** The command by which a script says that it is run, and the answer to its last command. */
const told = (script: string): { command: string; last: string } => ({
  command: /^# (.*) < reproduce\.qtest$/m.exec(script)?.[1] ?? '',
  last: /^# The last answer is (.*)$/m.exec(script)?.[1] ?? '',
});

test('of a fault of the emulated target', () => {
  const found = scripts(`exec:exec ${process.execPath} '${MAIN}' serve emulated:command-other-bits-dropped`, 400);
  expect(found.size).toBeGreaterThan(0);
  for (const script of found.values()) {
    const { command, last } = told(script);
    const answers = execFileSync('/bin/sh', ['-c', command], { input: script, encoding: 'utf8' }).trimEnd().split('\n');
    expect(answers.length).toBe(script.trimEnd().split('\n').length);
    expect(answers.at(-1)).toBe(last);
    // Without the fault the same commands have other answers.
    const sound = command.replace(/emulated:\S+/, 'emulated');
    const others = execFileSync('/bin/sh', ['-c', sound], { input: script, encoding: 'utf8' }).trimEnd().split('\n');
    expect(others).not.toEqual(answers);
    expect(answers.length).toBeLessThan(60);
  }
});

const SERVE = `exec ${process.execPath} '${MAIN}' serve emulated`;

test('of a target that dies', () => {
  // Behind a filter that ends at the first write of 7 to a Command register.
  const filter = "sed -u '/^outw 0xcfc 0x7$/Q'";
  const [script = ''] = scripts(`exec:${filter} | ( ${SERVE} )`, 400).values();
  expect(script).toContain('# The last command is not answered\n');
  expect(script.trimEnd().split('\n').slice(4)).toEqual(['outl 0xcf8 0x80000804', 'outw 0xcfc 0x7']);
});

test('a target that does not start any more ends nothing', () => {
  const folder = newFolder();
  // Six machines, of which the campaign has the first.
  const count = `n=$(cat count 2>/dev/null || echo 0); echo $((n + 1)) > count; [ $n -lt 6 ] || exit 1`;
  const target = `exec:${count}; ${SERVE}:command-other-bits-dropped`;
  const words = ['fuzz', '--target', target, '--seed', 'script', '--accesses', '400', '--timeout', '30'];
  const { status } = runCli(folder, [...words, '--stop-after-findings', '1', '--shrink-runs', '3', '--out', 'out']);
  expect(status).toBe(1);
  expect(readdirSync(join(folder, 'out/failures')).length).toBe(1);
});

test('of a stock QEMU', () => {
  if (!installed) {
    process.stderr.write('left out: qemu-system-x86_64 is not installed (Debian package qemu-system-x86)\n');
    return;
  }
  const [script = ''] = scripts('qemu:-machine q35 -device nvme,serial=s', 1000).values();
  const { command, last } = told(script);
  // It does not end with its input.
  const { stdout } = spawnSync('/bin/sh', ['-c', command], { input: script, encoding: 'utf8', timeout: 4000 });
  expect(stdout.trimEnd().split('\n').at(-1)).toBe(last);
});
