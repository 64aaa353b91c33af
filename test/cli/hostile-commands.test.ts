/** Names of files, and what files and programs say, in the commands that write no report: on both streams nothing is steered. */
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { ODD } from '../support/hostile.ts';
import { GOOD_TRACE, newFolder, runCli } from '../support/run-cli.ts';

/** Controls, a change of the direction of writing, a command for the log of a CI system, a new line. */
const NAME = '\u001B[2J\u001B[31m\u202Eevil\u2066\n::error::boo ##[error]x\u0007.txt';
/** A guest that does something to a function. */
const CONFIGURED = `barometer.trace/1
machine cam=1
power-on
write port 0xcf8 4 <- 0x80001800
read port 0xcfc 4 -> 0x10418086
write port 0xcf8 4 <- 0x80001804
read port 0xcfc 2 -> 0x0
write port 0xcfc 2 <- 0x4
`;
const COLOURS = new RegExp(String.raw`\u001B\[(?:1|2|22|32|33|39)m`, 'g');
const SCENARIO = 'need fn memory-bar\ndecode off fn\ndecode on fn\nread fn.memory 4\n';

let folder: string;
beforeEach(() => {
  folder = newFolder();
});

function expectInert(text: string): void {
  // Tabs are part of what lspci prints.
  expect(text.replaceAll('\t', ' ')).not.toMatch(ODD);
  expect(text).not.toContain('##[');
  expect(text).not.toMatch(/^\s*::/m);
}

/** Runs it, and holds both streams to it. */
function run(words: readonly string[], options: { input?: string; env?: Record<string, string> } = {}) {
  const result = runCli(folder, words, options);
  expectInert(result.stdout);
  expectInert(result.stderr);
  return result;
}

/** The same in colours: nothing but these is more. Red is none that these commands make: it comes with the name. */
function runPainted(words: readonly string[], env: Record<string, string> = {}): void {
  const { stdout, stderr } = runCli(folder, words, { env: { ...env, FORCE_COLOR: '1' } });
  expect(stdout).toContain('\u001B[');
  expectInert(stdout.replaceAll(COLOURS, ''));
  expectInert(stderr);
}

test('enumerate: the file of --expect, what it says, what cannot be saved, the target', () => {
  const { stdout } = run(['enumerate', '--target', 'emulated', '--save', NAME]);
  expect(stdout).not.toBe('');
  const same = run(['enumerate', '--target', 'emulated', '--expect', NAME]);
  expect(same.stderr).toMatch(/^As in .*evil.*\.txt\.$/m);
  const saved = JSON.parse(readFileSync(join(folder, NAME), 'utf8')) as { functions: Record<string, unknown>[] };
  saved.functions[0]!['vendor'] = '0xdead';
  writeFileSync(join(folder, NAME), JSON.stringify(saved));
  const other = run(['enumerate', '--target', 'emulated', '--expect', NAME]);
  expect({ status: other.status, lines: other.stderr.trimEnd().split('\n').length }).toEqual({ status: 1, lines: 2 });
  expect(other.stderr).toMatch(/^1 difference from .*evil.*:$/m);
  runPainted(['enumerate', '--target', 'emulated', '--expect', NAME, '--save', `no/${NAME}`]);
  expect(run(['enumerate', '--target', 'emulated', '--lspci']).stdout).toContain('\t');
  expect(run(['enumerate', '--target', `exec:false #${NAME}`, '--timeout', '5']).status).toBe(3);
  expect(run(['enumerate', '--target', NAME]).status).toBe(2);
});

test('state: the trace, its profile, and what is wrong with it', () => {
  const profile = `p${NAME}`;
  writeFileSync(join(folder, NAME), GOOD_TRACE);
  writeFileSync(join(folder, profile), 'choices:\n  hole: zero\n');
  const shown = run(['state', NAME, '--profile', profile]);
  expect(shown).toMatchObject({ status: 0, stdout: expect.stringMatching(/^\\u001b\[2J.*\n.*profile p/) });
  runPainted(['state', NAME, '--profile', profile]);
  for (const form of ['--json', '--lspci']) expect(run(['state', NAME, form]).status).toBe(0);
  writeFileSync(join(folder, NAME), `${GOOD_TRACE}read ${NAME}\n`);
  expect(run(['state', NAME]).status).toBe(2);
  expect(run(['state', `no${NAME}`]).status).toBe(2);
  expect(run(['state', NAME, '--at', NAME]).status).toBe(2);
});

test('doctor: what a QEMU says of itself, and why it does not start', () => {
  const says = (words: string): void => {
    for (const name of ['qemu-system-x86_64', 'qemu-system-aarch64']) {
      writeFileSync(join(folder, name), `#!/bin/sh\n${words}\n`);
      chmodSync(join(folder, name), 0o755);
    }
  };
  const env = { PATH: `${folder}:/bin:/usr/bin` };
  const odd = String.raw`printf '\033[2J\342\200\256QEMU ::error::boo ##[error]\007\n'`;
  says(odd);
  expect(run(['doctor'], { env }).stdout).toMatch(/^qemu-system-x86_64 +ready +\\u001b\[2J/m);
  expect(run(['doctor', '--json'], { env }).stdout).toContain('QEMU');
  says(`${odd} >&2; exit 1`);
  runPainted(['doctor'], env);
  expect(run(['doctor'], { env }).stdout).toContain('it is installed and does not start: ');
});

test('serve: commands of the other side, the layout, the socket, the target', () => {
  const { status, stdout } = run(['serve', 'emulated'], { input: `hello 1\n${NAME}\ninb ${NAME}\n` });
  expect(status).toBe(0);
  expect(stdout.split('\n').filter((line) => line.startsWith('FAIL ')).length).toBe(4);
  writeFileSync(join(folder, NAME), JSON.stringify({ [NAME]: 1 }));
  for (const words of [
    ['serve', 'emulated', '--layout', NAME],
    ['serve', 'emulated', '--layout', `no${NAME}`],
    ['serve', 'emulated', '--socket', NAME],
    ['serve', `emulated:${NAME}`],
    ['serve', NAME],
  ])
    expect(run(words)).toMatchObject({ status: 2, stdout: '' });
});

test('extract: the trace, the folder; and no line of a name becomes a step', () => {
  writeFileSync(join(folder, NAME), CONFIGURED);
  expect(run(['extract', NAME, '--out', `out${NAME}`]).stdout).toContain('evil');
  const [file] = readdirSync(join(folder, `out${NAME}`));
  const text = readFileSync(join(folder, `out${NAME}`, file!), 'utf8');
  expectInert(text);
  expect(text).toMatch(/^# What the guest of .*evil.*\nneed fn /);
  expect(run(['extract', `no${NAME}`, '--out', 'x']).status).toBe(2);
  writeFileSync(join(folder, 'file'), '');
  expect(run(['extract', NAME, '--out', `file/${NAME}`]).status).toBe(2);
});

test('assign, shrink, corpus, start: their files', () => {
  writeFileSync(join(folder, NAME), 'functions: []\n');
  run(['assign', NAME]);
  writeFileSync(join(folder, NAME), SCENARIO);
  expect(run(['shrink', NAME, '--target', 'emulated']).stderr).toContain('it does not break any rule');
  expect(run(['run', NAME, '--target', 'emulated', '--out', `r${NAME}`]).status).toBe(0);
  mkdirSync(join(folder, `c${NAME}`));
  expect(run(['corpus', 'import', `c${NAME}`, NAME]).stdout).toContain('evil');
  run(['corpus', 'stats', `c${NAME}`, '--target', 'emulated']);
  run(['corpus', 'stats', `c${NAME}`, '--target', 'emulated', '--json']);
});

test('words that are no command, no option, no rule, no fault', () => {
  for (const words of [
    [NAME],
    ['check', `--${NAME}`],
    ['rules', NAME],
    ['faults', NAME],
    ['check', 'x', '--only', NAME],
  ])
    expect(run(words).status).toBe(2);
});
