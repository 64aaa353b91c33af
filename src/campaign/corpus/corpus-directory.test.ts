import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { sha256 } from '../../core/hash.ts';
import { parseScenario } from '../../scenario/grammar.ts';
import { addEntry, readCorpus, removeEntry } from './corpus-directory.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'barometer-test-'));
});

const put = (name: string, content: string | Uint8Array): void => writeFileSync(join(directory, name), content);
const program = (text: string) => parseScenario(text).program;
/** Problems without the place of the directory. */
const problems = (): string[] => readCorpus(directory).problems.map((one) => one.replaceAll(`${directory}/`, ''));
const names = (): string[] => readCorpus(directory).entries.map(({ name }) => name);

const FLR = 'need fn flr\nflr fn\n';

describe('an entry', () => {
  test('is named by its canonical text, and has a remark', async () => {
    const name = `${sha256(FLR).slice(0, 16)}.txt`;
    expect(await addEntry(directory, program('need  fn flr # why\nflr fn'), 'Found by hand\nlong ago')).toBe(true);
    expect(readdirSync(directory)).toEqual([name]);
    expect(readFileSync(join(directory, name), 'utf8')).toBe(`# Found by hand\n# long ago\n${FLR}`);
    expect(readCorpus(directory)).toEqual({
      entries: [{ name, text: FLR, program: program(FLR) }],
      duplicates: [],
      problems: [],
    });
  });

  test('is not written again, nor over anything that has its name', async () => {
    expect(await addEntry(directory, program(FLR), '')).toBe(true);
    expect(await addEntry(directory, program(FLR), 'again')).toBe(false);
    const [name] = readdirSync(directory) as [string];
    expect(readFileSync(join(directory, name), 'utf8')).toBe(FLR);
    rmSync(join(directory, name));
    symlinkSync('nowhere', join(directory, name));
    expect(await addEntry(directory, program(FLR), '')).toBe(false);
    expect(existsSync(join(directory, 'nowhere'))).toBe(false);
  });

  test.each(['a\nreset', 'a\r\nreset', 'a\rreset', 'a\u2028reset', 'a\u2029reset', 'a\0\u001B[2J', '#', ' '])(
    'has no steps from its remark %j',
    async (remark) => {
      await addEntry(directory, program(FLR), remark);
      expect(readCorpus(directory)).toMatchObject({ entries: [{ text: FLR }], problems: [] });
      expect(readFileSync(join(directory, names()[0]!), 'utf8')).not.toMatch(/[^\P{Cc}\n]/u);
    },
  );

  test('is none that could not be read back', async () => {
    const long = 'config write fn.cmd 2 0x1234 via ecam\n'.repeat(30_000);
    expect(await addEntry(directory, program(long), '')).toBe(false);
    expect(await addEntry(directory, program('# nothing\n'), '')).toBe(false);
    expect(readdirSync(directory)).toEqual([]);
    expect(await addEntry(directory, program(FLR), 'x'.repeat(1 << 20))).toBe(true);
    expect(readCorpus(directory)).toMatchObject({ entries: [{ text: FLR }], problems: [] });
  });

  test('cannot be written where there is no directory', async () => {
    await expect(addEntry(join(directory, 'none'), program(FLR), '')).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('is removed unless it has become another one', () => {
    put('a.txt', FLR);
    put('b.txt', 'reset\n');
    const { entries } = readCorpus(directory);
    put('b.txt', 'save\n');
    expect(entries.map((entry) => removeEntry(directory, entry))).toEqual([true, false]);
    expect(removeEntry(directory, entries[0]!)).toBe(false);
    expect(readdirSync(directory)).toEqual(['b.txt']);
  });
});

describe('a directory', () => {
  test('is read in the order of code units, each text once, under any name and with any line ends', () => {
    put('b.txt', 'reset\r\n# x\r\n');
    put('B.txt', `\uFEFF${FLR}`);
    put('a.txt', 'need  fn  flr\nflr fn # by hand\n');
    put('ä.txt', 'save\n');
    put('.z.txt', 'restore\n');
    const { entries, duplicates } = readCorpus(directory);
    expect(entries.map(({ name, text }) => [name, text])).toEqual([
      ['.z.txt', 'restore\n'],
      ['B.txt', FLR],
      ['b.txt', 'reset\n'],
      ['ä.txt', 'save\n'],
    ]);
    expect(duplicates.map(({ name }) => name)).toEqual(['a.txt']);
    expect(problems()).toEqual([]);
  });

  test('may hold anything: each file that is no entry is one sentence, and stays', () => {
    put('good.txt', FLR);
    put('corrupt.txt', 'reset\nneed fn flr\nflr fm\n');
    put('empty.txt', '');
    put('remarks.txt', '# nothing\n');
    put('latin1.txt', Uint8Array.of(0x23, 0xe4, 0x0a));
    put(
      'binary.txt',
      Uint8Array.from({ length: 5000 }, (_, at) => (at * 7) & 0x7f),
    );
    put('huge.txt', FLR);
    truncateSync(join(directory, 'huge.txt'), 3 * 2 ** 30);
    put('escape.txt', '\u001B[2Jreset\n');
    symlinkSync('nowhere', join(directory, 'dangling.txt'));
    symlinkSync('loop.txt', join(directory, 'loop.txt'));
    symlinkSync('/dev/zero', join(directory, 'device.txt'));
    mkdirSync(join(directory, 'folder.txt'));
    execFileSync('mkfifo', [join(directory, 'pipe.txt')]);
    put('new\nline.txt', 'no\n');
    const before = readdirSync(directory);
    expect(names()).toEqual(['good.txt']);
    const said = problems();
    expect(said.map((one) => one.replace(/found .*/, 'found …'))).toEqual([
      'binary.txt:1:1: expected a step, found …',
      'corrupt.txt:3:5: expected a function (fn, fn1, fn2 …), found …',
      'dangling.txt: there is no such file, or it is a link to none.',
      'device.txt: this is a pipe, a socket or a device, not a file.',
      'empty.txt: there is no step in it.',
      'escape.txt:1:1: expected a step, found …',
      'folder.txt: this is a directory, not a file.',
      'huge.txt: this is larger than an entry of a corpus may be (1 MiB).',
      'latin1.txt: this is not text in UTF-8.',
      'loop.txt: the system says ELOOP.',
      'new\uFFFDline.txt:1:1: expected a step, found …',
      'pipe.txt: this is a pipe, a socket or a device, not a file.',
      'remarks.txt: there is no step in it.',
    ]);
    expect(said.join('')).not.toMatch(/\p{Cc}/u);
    expect(readdirSync(directory)).toEqual(before);
  });

  test('may hold what is no scenario by its name: one sentence for all of it', () => {
    put('a.txt', FLR);
    put('z.md', '');
    expect(problems()).toEqual([`${directory}: z.md is no scenario (a file NAME.txt), and is left alone.`]);
    put('.git', '');
    mkdirSync(join(directory, 'old'));
    expect(problems()).toEqual([
      `${directory}: 3 files or folders are no scenarios (files NAME.txt), and are left alone; the first is .git.`,
    ]);
    expect(names()).toEqual(['a.txt']);
  });

  test('may hold more than is read: 10 000 entries', () => {
    for (let number = 0; number < 10_003; number++) put(`${10_000 + number}.txt`, `port read ${number} 1\n`);
    put('10500.txt', 'nonsense\n');
    expect(names()).toHaveLength(10_000);
    expect(problems()).toEqual([
      `${directory}: 10000 entries and 16 MiB at most are read; 2 more are left out, the first is 20001.txt.`,
      expect.stringMatching(/^10500\.txt:1:1: /),
    ]);
  });

  test('may hold more than is read: 16 MiB', () => {
    const remark = `#${'x'.repeat((1 << 20) - 20)}\n`;
    for (let number = 10; number < 30; number++) put(`${number}.txt`, `${remark}port read ${number} 1\n`);
    const { entries } = readCorpus(directory);
    expect(entries.map(({ name }) => name).at(-1)).toBe('25.txt');
    expect(problems()).toEqual([
      `${directory}: 10000 entries and 16 MiB at most are read; 4 more are left out, the first is 26.txt.`,
    ]);
  });

  test('may be empty, and must be there', () => {
    expect(readCorpus(directory)).toEqual({ entries: [], duplicates: [], problems: [] });
    put('file', '');
    expect(() => readCorpus(join(directory, 'none'))).toThrow('ENOENT');
    expect(() => readCorpus(join(directory, 'file'))).toThrow('ENOTDIR');
  });
});
