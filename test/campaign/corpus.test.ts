/** The commands that keep a corpus, on directories that are in order and on others. */

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, test } from 'vitest';
import { TOP } from '../support/repository.ts';
import { GOOD_TRACE, runCli } from '../support/run-cli.ts';
import type { CliResult } from '../support/run-cli.ts';
import { campaignFolder } from './campaigns.ts';

let folder: string;
beforeEach(() => {
  folder = campaignFolder();
});

const corpus = (...words: string[]): CliResult => runCli(folder, ['corpus', ...words]);
/** On the small machine. */
const onSmall = (command: string, ...words: string[]): CliResult =>
  corpus(command, 'c', '--target', 'emulated', '--layout', 'small.yaml', ...words);
const put = (name: string, content: string | Uint8Array): void => writeFileSync(join(folder, name), content);
const files = (directory = 'c'): string[] => readdirSync(join(folder, directory)).toSorted();
const texts = (): string[] => files().map((name) => readFileSync(join(folder, 'c', name), 'utf8'));

interface StatsDocument {
  features: number;
  bound: number;
  unbound: number;
  died: number;
  problems: number;
  duplicates: number;
  rules: string[];
  steps: { sum: number; median: number; longest: number };
  entries: { name: string; steps: number; features: number; alone: number; unbound: string | null; died: boolean }[];
}

const stats = (...words: string[]): StatsDocument =>
  JSON.parse(onSmall('stats', '--json', ...words).stdout) as StatsDocument;

/** What the guest did to 00:03.0. */
const TRACE = `barometer.trace/1
machine cam=1
power-on
write port 0xcf8 4 <- 0x80001800
read port 0xcfc 4 -> 0x10418086
write port 0xcf8 4 <- 0x80001808
read port 0xcfc 4 -> 0x2000001
write port 0xcf8 4 <- 0x8000180c
read port 0xcfe 1 -> 0x0
write port 0xcf8 4 <- 0x80001804
read port 0xcfc 2 -> 0x0
write port 0xcfc 2 <- 0x4
`;

const FIRED = 'need fn msix 1\nenable fn.msix\nfire fn.msix[0]\nread fn.pba 8\n';
const RESET = 'need fn flr\nconfig read fn.cmd 2\nflr fn\nconfig read fn.cmd 2\n';
const SIZED = 'need fn memory-bar\nsize bar fn.memory decode kept\n';

/** Two reach all that any of them reaches on the small machine: others begin as they do, or do nothing more. */
const REDUNDANT = {
  'copy.txt': `# once more\n${FIRED}`,
  'fired.txt': FIRED,
  'fired-and-more.txt': `${FIRED}port read 0x80 1\n`,
  'idle.txt': 'port read 0x80 1\n',
  'sizing.txt': SIZED,
  'sizing-and-more.txt': `${SIZED}port read 0x80 1\n`,
  'virtio.txt': 'need fn virtio\nactivate fn\n',
  'whole.txt': `${FIRED}${RESET}`,
} as const;

function putRedundant(): void {
  mkdirSync(join(folder, 'c'));
  for (const [name, text] of Object.entries(REDUNDANT)) put(`c/${name}`, text);
}

/** A target that does something wrong at its command of this number. */
const misbehaving = (how: string, at: number): string =>
  `exec:exec ${process.execPath} '${join(TOP, 'test/wire/misbehaving.mjs')}' '${how}' ${at}`;

function expectSentences({ stderr }: CliResult): void {
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(stderr).not.toContain('bug in Barometer');
}

describe('import', () => {
  test('takes traces, scenarios and folders of both; what is there stays as it is', () => {
    put('boot.log', TRACE);
    put('packed.gz', gzipSync(TRACE.replaceAll('0x800018', '0x800020')));
    mkdirSync(join(folder, 'more/below'), { recursive: true });
    put('more/trace.txt', TRACE);
    put('more/below/quoting.txt', `# 1@1.000001:memory_region_ops_read cpu 0\nflr fn\n`);
    put('more/below/b.txt', 'flr fn # by hand\n');
    put('more/below/idle.txt', '# nothing\n');
    put('more/below/notes.md', 'nothing\n');
    put('more/below/again.gz', gzipSync(TRACE));
    const first = corpus('import', 'new/c', 'boot.log', 'packed.gz', 'more', './more/below/b.txt');
    expect(first).toEqual({
      status: 0,
      stdout: 'new/c: 2 new entries, 5 already there, 1 scenario without steps left out\n',
      stderr: '',
    });
    expect(files('new/c').map((name) => readFileSync(join(folder, 'new/c', name), 'utf8'))).toEqual([
      expect.stringMatching(/^# What the guest of boot did to 00:03\.0 \(class 020000 8086:1041\)\nneed fn endpoint\n/),
      '# From more/below/b.txt\nflr fn\n',
    ]);
    const before = files('new/c');
    expect(corpus('import', 'new/c', 'boot.log')).toMatchObject({ stdout: 'new/c: 0 new entries, 1 already there\n' });
    expect(files('new/c')).toEqual(before);
  });

  test('names entries by their content: in any order the same files come of it', () => {
    put('boot.log', TRACE);
    put('a.txt', FIRED);
    put('b.txt', RESET);
    corpus('import', 'one', 'boot.log', 'a.txt', 'b.txt');
    corpus('import', 'two', 'b.txt', 'a.txt');
    corpus('import', 'two', 'a.txt', 'boot.log');
    const all = (directory: string) =>
      files(directory).map((name) => [name, readFileSync(join(folder, directory, name), 'utf8')]);
    expect(all('one')).toHaveLength(3);
    expect(all('two')).toEqual(all('one'));
  });

  test('of a recorded guest keeps whole what it did', () => {
    const trace = join(TOP, 'corpora/traces/linux-q35');
    const { status, stdout } = corpus('import', 'c', trace);
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'c: 8 new entries, 8 already there\n' });
    expect(Math.max(...texts().map((text) => text.split('\n').length))).toBeGreaterThan(350);
  });

  test('says what is wrong with its sources, and takes what is good', () => {
    put('cut.log', `${TRACE}write port 0xcf8 4 <- 0x8000\nwrite pott 7\n`);
    put('bad.txt', 'reset\nflr fm\n');
    put('letter.log', 'Dear all,\n');
    put('good.txt', FIRED);
    put('huge.txt', '');
    truncateSync(join(folder, 'huge.txt'), 3 * 2 ** 30);
    mkdirSync(join(folder, 'empty'));
    execFileSync('mkfifo', [join(folder, 'pipe.txt')]);
    const sources = ['cut.log', 'bad.txt', 'letter.log', 'good.txt', 'huge.txt', 'empty', 'pipe.txt', '-', 'none.txt'];
    const result = corpus('import', 'c', ...sources);
    expect(result.status).toBe(2);
    expect(result.stdout).toBe(
      'c: 2 new entries, 0 already there, 7 sources could not be read, 1 trace not taken in full\n',
    );
    for (const sentence of [
      'cut.log:14:',
      'bad.txt:2:5: expected a function',
      'letter.log: none of its first 1 lines is of a known form',
      'huge.txt: this is larger than an entry of a corpus may be (1 MiB).',
      'empty: there is no trace and no scenario (a file NAME.txt) in it or below.',
      'pipe.txt: this is a pipe, a socket or a device; what is imported must be a file.',
      'standard input: a trace is read twice here, so it must be a file.',
      'none.txt: there is no such file.',
    ])
      expect(result.stderr).toContain(sentence);
    expectSentences(result);
    expect(files()).toHaveLength(2);
  });

  test('of nothing is an error', () => {
    put('host.log', GOOD_TRACE);
    const result = corpus('import', 'c', 'host.log');
    expect(result).toMatchObject({ status: 2, stdout: 'c: 0 new entries, 0 already there\n' });
    expect(result.stderr).toBe('host.log: no function to which the guest did anything\n');
  });

  test.each([
    ['small.yaml', 'barometer corpus import: small.yaml: this is a file, not a directory.'],
    ['small.yaml/c', 'barometer corpus import: small.yaml/c: a part of this path is a file, not a directory.'],
    ['/proc/c', 'barometer corpus import: /proc/c: '],
  ])('into %s is refused', (directory, sentence) => {
    put('good.txt', FIRED);
    const result = corpus('import', directory, 'good.txt');
    expect(result).toMatchObject({ status: 2, stdout: '' });
    expect(result.stderr).toContain(sentence);
    expectSentences(result);
  });
});

describe('minimize', () => {
  test('leaves entries that reach the same: the one with most first, of two alike the shorter', () => {
    putRedundant();
    const before = stats();
    const dry = onSmall('minimize', '--dry-run');
    expect(dry).toEqual({
      status: 0,
      stdout: [
        ...['copy', 'fired-and-more', 'fired', 'idle', 'sizing-and-more'].map(
          (name) => `would be removed: c/${name}.txt`,
        ),
        'entries   8 before, 3 after; nothing has been removed yet',
        '          2 reach all that is reached here',
        '          1 kept that cannot be bound here',
        '          1 of those removed had the text of another',
        `features  ${before.features} before, ${before.features} after`,
        '',
      ].join('\n'),
      stderr: '',
    });
    expect(files()).toEqual(Object.keys(REDUNDANT).toSorted());
    const done = onSmall('minimize');
    expect(done).toMatchObject({ status: 0, stderr: '' });
    expect(done.stdout).toContain('entries   8 before, 3 after\n');
    expect(files()).toEqual(['sizing.txt', 'virtio.txt', 'whole.txt']);
    const after = stats();
    expect([after.features, after.rules]).toEqual([before.features, before.rules]);
    expect(onSmall('minimize').stdout).toContain('entries   3 before, 3 after\n');
  });

  test('leaves what is no entry', () => {
    putRedundant();
    put('c/corrupt.txt', 'flr fm\n');
    put('c/notes.md', '');
    put('c/huge.txt', '');
    truncateSync(join(folder, 'c/huge.txt'), 3 * 2 ** 30);
    mkdirSync(join(folder, 'c/x.txt'));
    symlinkSync('nowhere', join(folder, 'c/dangling.txt'));
    execFileSync('mkfifo', [join(folder, 'c/pipe.txt')]);
    const result = onSmall('minimize');
    expect(result.status).toBe(0);
    expect(result.stderr.trimEnd().split('\n')).toEqual([
      'c: notes.md is no scenario (a file NAME.txt), and is left alone.',
      "c/corrupt.txt:1:5: expected a function (fn, fn1, fn2 …), found 'fm'",
      'c/dangling.txt: there is no such file, or it is a link to none.',
      'c/huge.txt: this is larger than an entry of a corpus may be (1 MiB).',
      'c/pipe.txt: this is a pipe, a socket or a device, not a file.',
      'c/x.txt: this is a directory, not a file.',
    ]);
    const others = ['corrupt.txt', 'dangling.txt', 'huge.txt', 'notes.md', 'pipe.txt', 'x.txt'];
    expect(files()).toEqual([...others, 'sizing.txt', 'virtio.txt', 'whole.txt'].toSorted());
  });

  test('keeps what a target dies of', () => {
    mkdirSync(join(folder, 'c'));
    const reads = 'config read fn.cmd 2\n'.repeat(200);
    put('c/long.txt', `need fn memory-bar\n${reads}decode off fn\ndecode on fn\n`);
    put('c/short.txt', 'need fn memory-bar\ndecode off fn\ndecode on fn\n');
    put('c/shorter.txt', 'need fn memory-bar\nread fn.memory 4\n');
    const at = 1 + commandsOf('c/short.txt');
    const result = corpus('minimize', 'c', '--target', misbehaving('exits', at));
    expect(result).toMatchObject({ status: 0, stderr: '' });
    expect(result.stdout).toContain('1 kept of which the target died');
    expect(files()).toContain('long.txt');
    expect(files()).toContain('short.txt');
    const before = files();
    const all = corpus('minimize', 'c', '--target', misbehaving('exits', 5));
    expect(all).toMatchObject({ status: 0, stderr: '' });
    expect(all.stdout).toContain('features  0 before, 0 after');
    expect(files()).toEqual(before);
  });

  test('removes copies only where nothing at all is reached', () => {
    mkdirSync(join(folder, 'c'));
    for (const name of ['a', 'b', 'c']) put(`c/${name}.txt`, name === 'c' ? 'port read 0x80 1\n' : 'reset\n');
    const result = onSmall('minimize');
    expect(result).toMatchObject({ status: 0, stderr: '' });
    expect(result.stdout).toMatch(/^entries {3}3 before, 2 after\n {10}none reaches anything here, so all are kept\n/);
    expect(files()).toEqual(['a.txt', 'c.txt']);
  });

  test('that is interrupted has removed nothing', async () => {
    putRedundant();
    for (let number = 0; number < 1000; number++) put(`c/${number}.txt`, `${FIRED}port read ${number} 1\n`);
    const before = files();
    const words = ['corpus', 'minimize', 'c', '--target', 'emulated'];
    const child = spawn(process.execPath, [join(TOP, 'dist/cli/main.js'), ...words], { cwd: folder, stdio: 'ignore' });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    child.kill('SIGINT');
    const [status, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    expect(signal ?? status).not.toBe(0);
    expect(files()).toEqual(before);
  });
});

/** Commands that a target behind a wire is sent for a scenario. */
function commandsOf(file: string): number {
  const target = `exec:tee sent | ${misbehaving('nothing', 0).slice('exec:'.length)}`;
  runCli(folder, ['run', file, '--target', target]);
  return readFileSync(join(folder, 'sent'), 'utf8').split('\n').length - 1;
}

describe('stats', () => {
  test('counts entries, steps and features, on a screen', () => {
    putRedundant();
    const { status, stdout, stderr } = onSmall('stats');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(
      /^entries {3}7; 1 more file with the text of one of them\nsteps {5}25 in all; the median 3, the longest 8\nbound {5}6 here\nunbound {3}1\n {10}1: fn: no function that is a virtio device\nfeatures {2}\d+, of which \d+ by one entry alone\nrules {5}\d+ judged\n$/,
    );
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(onSmall('stats').stdout).toBe(stdout);
  });

  test('tells of each entry what it reaches, and what no other reaches', () => {
    putRedundant();
    const document = stats();
    expect(document).toMatchObject({
      schema: 'barometer.corpus/1',
      steps: { sum: 25, median: 3, longest: 8 },
      bound: 6,
      unbound: 1,
      died: 0,
      problems: 0,
      duplicates: 1,
    });
    const byName = new Map(document.entries.map((entry) => [entry.name, entry]));
    expect([...byName.keys()]).toEqual(
      Object.keys(REDUNDANT)
        .filter((name) => name !== 'fired.txt')
        .toSorted(),
    );
    expect(byName.get('sizing.txt')!.features).toBeGreaterThan(0);
    expect(byName.get('whole.txt')!.alone).toBeGreaterThan(0);
    expect(byName.get('copy.txt')).toMatchObject({ steps: 4, alone: 0, unbound: null, died: false });
    expect(byName.get('virtio.txt')).toMatchObject({ features: 0, unbound: 'fn: no function that is a virtio device' });
    expect(document.features).toBe(byName.get('whole.txt')!.features + byName.get('sizing.txt')!.features);
    expect(document.rules).toContain('MSIX-021');
  });

  test('of a target that dies are what it reached', () => {
    mkdirSync(join(folder, 'c'));
    put('c/a.txt', 'decode off fn\n');
    const result = corpus('stats', 'c', '--target', misbehaving('exits', 5));
    expect(result).toMatchObject({ status: 0, stderr: '' });
    expect(result.stdout).toContain('bound     1 here, of which the target died of 1\n');
  });

  test('of an empty corpus are zero', () => {
    mkdirSync(join(folder, 'c'));
    expect(onSmall('stats')).toMatchObject({ status: 0, stderr: '', stdout: expect.stringMatching(/^entries {3}0\n/) });
    expect(stats()).toMatchObject({ entries: [], features: 0, steps: { sum: 0, median: 0, longest: 0 } });
    expect(onSmall('minimize')).toMatchObject({ status: 0, stderr: '' });
  });

  test('say the first problems of many', () => {
    mkdirSync(join(folder, 'c'));
    for (let number = 0; number < 500; number++) put(`c/${1000 + number}.txt`, 'nonsense\n');
    const { status, stderr } = onSmall('stats');
    expect(status).toBe(0);
    expect(stderr.trimEnd().split('\n')).toHaveLength(11);
    expect(stderr).toMatch(/c: and 490 more problems\n$/);
  });
});

describe.each(['minimize', 'stats'])('%s', (command) => {
  test.each([
    ['none', "there is no such directory. 'barometer corpus import none SOURCE…' makes one."],
    ['small.yaml', 'a part of this path is a file, not a directory. A corpus is a directory of scenarios.'],
  ])('%s is refused, and is not made', (directory, sentence) => {
    const result = corpus(command, directory, '--target', 'emulated');
    expect(result).toEqual({
      status: 2,
      stdout: '',
      stderr: `barometer corpus ${command}: ${directory}: ${sentence}\n`,
    });
    expect(existsSync(join(folder, 'none'))).toBe(false);
  });

  test('needs a target that there is, and that starts', () => {
    mkdirSync(join(folder, 'c'));
    put('c/a.txt', FIRED);
    const unknown = corpus(command, 'c', '--target', 'emulator');
    expect(unknown).toMatchObject({ status: 2, stdout: '' });
    expect(unknown.stderr).toContain('emulator');
    expectSentences(unknown);
    const dead = corpus(command, 'c', '--target', 'exec:exit 3');
    expect(dead).toMatchObject({ status: 3, stdout: '' });
    expect(dead.stderr).toContain('exec:exit 3');
    expectSentences(dead);
    const none = corpus(command, 'c');
    expect(none).toMatchObject({ status: 2, stdout: '' });
    expect(none.stderr).toContain('--target');
    expect(files()).toEqual(['a.txt']);
  });
});

test('the commands are told by name', () => {
  expect(corpus()).toMatchObject({ status: 2, stdout: '' });
  expect(corpus('--help').stdout).toMatch(/import[\s\S]*minimize[\s\S]*stats/);
  expect(corpus('import', '--help')).toMatchObject({ status: 0, stderr: '' });
  const other = corpus('minimise', 'c');
  expect(other).toMatchObject({ status: 2, stdout: '' });
  expect(other.stderr).toContain('minimize');
});
