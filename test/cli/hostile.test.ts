/** Names, reasons and what targets say, as the commands show them: on both streams, in every file of a report. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { ODD } from '../support/hostile.ts';
import { BAD_TRACE, GOOD_TRACE, newFolder, runCli } from '../support/run-cli.ts';

/** A file name may have anything in it but a slash and a zero. */
const NAME = '\u001B[2J\u202E<b>\n::error::boo, @me ##[error]x|`.txt';
const GITHUB = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: 'summary.md' };

let folder: string;
beforeEach(() => {
  folder = newFolder();
});

function expectInert(text: string, allowed: RegExp = /^$/): void {
  expect(text).not.toMatch(ODD);
  expect(text).not.toContain('##[');
  expect(text.split('\n').filter((line) => /^\s*::/.test(line) && !allowed.test(line))).toEqual([]);
}

function filesBelow(place: string): string[] {
  return readdirSync(place, { recursive: true, encoding: 'utf8' })
    .map((name) => join(place, name))
    .filter((path) => statSync(path).isFile());
}

test('a trace of a hostile name', () => {
  writeFileSync(join(folder, NAME), BAD_TRACE);
  writeFileSync(join(folder, `good${NAME}`), GOOD_TRACE);
  const { status, stdout, stderr } = runCli(folder, ['check', NAME, `good${NAME}`, '--out', 'out'], { env: GITHUB });
  expect(status).toBe(1);
  expectInert(stdout, /^::error file=/);
  expectInert(stderr);
  const files = filesBelow(join(folder, 'out'));
  expect(files.length).toBe(7);
  for (const file of [...files, join(folder, 'summary.md')]) expectInert(readFileSync(file, 'utf8'));
  const json = runCli(folder, ['check', NAME, '--json', '--out', 'out']);
  expectInert(json.stdout);
  expect((JSON.parse(json.stdout) as { inputs: { name: string }[] }).inputs[0]!.name).toBe(NAME);
});

test('a file that is not there, or is no trace, or no profile', () => {
  expectInert(runCli(folder, ['check', NAME], { env: GITHUB }).stderr);
  writeFileSync(join(folder, NAME), `${GOOD_TRACE}${'\u001B[2J::error::x '.repeat(1000)}\n`);
  for (const words of [
    ['check', NAME],
    ['check', NAME, '--profile', NAME],
    ['convert', NAME, '-'],
    ['run', NAME, '--target', 'emulated'],
    ['diff', NAME, NAME],
    ['merge', NAME],
  ]) {
    const { stderr, stdout } = runCli(folder, words, { env: GITHUB });
    expect(stderr).not.toBe('');
    expectInert(stderr);
    if (words[0] === 'check') expectInert(stdout, /^::error (file=|title=)/);
  }
});

test('the reason, the owner and the name of a known finding', () => {
  writeFileSync(join(folder, 'bad.txt'), BAD_TRACE);
  const first = runCli(folder, ['check', 'bad.txt', '--json']).stdout;
  const [{ id }] = (JSON.parse(first) as { findings: [{ id: string }] }).findings;
  const reason = JSON.stringify('\u001B[2J\u202E ::error::boo\n::error::boo </td> ]]> ##[error]');
  writeFileSync(join(folder, NAME), `known:\n  - { id: ${id}, reason: ${reason}, until: 2020-01-01 }\n`);
  const words = ['check', 'bad.txt', '--profile', NAME, '--strict', '--today', '2026-01-01', '--out', 'out'];
  const { status, stdout } = runCli(folder, words, { env: GITHUB });
  expect(status).toBe(1);
  expectInert(stdout, /^::error file=/);
  for (const file of filesBelow(join(folder, 'out'))) expectInert(readFileSync(file, 'utf8'));
});

test('what a target says on its standard error before it dies', () => {
  const said = String.raw`printf '\033[2J\342\200\256::error::boo\n::error::boo\n##[error]x\n' >&2`;
  const { status, stderr } = runCli(folder, ['fuzz', '--target', `exec:${said}; exit 7`], { env: GITHUB });
  expect(status).toBe(3);
  expect(stderr).toContain('boo');
  expectInert(stderr);
});
