/** A campaign with a corpus: it begins with what is there, leaves what it found, and comes to the same bytes. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { TOP } from '../support/repository.ts';
import { runCli } from '../support/run-cli.ts';
import { CAMPAIGN, campaignFolder, documentIn, reportIn } from './campaigns.ts';

let folder: string;
beforeEach(() => {
  folder = campaignFolder();
  mkdirSync(join(folder, 'seeds'));
  for (const [name, text] of Object.entries(SEEDS)) writeFileSync(join(folder, 'seeds', `${name}.txt`), text);
});

const SEEDS = {
  fired: 'need fn msix 1\nenable fn.msix\nfire fn.msix[0]\nread fn.pba 8\n',
  sized: 'need fn memory-bar\nsize bar fn.memory decode kept\n',
  hidden: 'need fn sriov 1\nenable fn.vf\n',
};

const at = (...names: string[]): string => join(folder, ...names);
const report = (name: string): Map<string, string> => reportIn(at(name));
const entries = (directory: string): string[] => readdirSync(at(directory)).toSorted();
const fuzz = (out: string, corpus: string, ...words: string[]) =>
  runCli(folder, [...CAMPAIGN, '--accesses', '1500', '--corpus', corpus, '--out', out, ...words]);

/** A copy that a campaign may add to. */
function corpus(name: string): string {
  cpSync(at('seeds'), at(name), { recursive: true });
  return name;
}

test('by any number of workers, in shards, and by the entries that it leaves', () => {
  const { status, stderr } = fuzz('one', corpus('c1'), '--workers', '1');
  expect(status).toBe(1);
  const [, added] = /^corpus c1: 3 entries played, of which the target has no place for 1; (\d+) new entries$/m.exec(
    stderr,
  )!;
  expect(Number(added)).toBeGreaterThan(5);
  expect(entries('c1').length).toBe(3 + Number(added));
  const { campaign } = documentIn(at('one'));
  expect(campaign).toMatchObject({ seeds: 3, unbound: 1 });

  fuzz('two', corpus('c2'), '--workers', '3');
  expect(report('two')).toEqual(report('one'));
  for (const name of entries('c1'))
    expect(readFileSync(at('c2', name), 'utf8')).toBe(readFileSync(at('c1', name), 'utf8'));
  expect(entries('c2')).toEqual(entries('c1'));

  for (const number of [1, 2]) fuzz(`shard-${number}`, corpus(`s${number}`), '--shard', `${number}/2`);
  runCli(folder, ['merge', 'shard-1', 'shard-2', '--out', 'merged']);
  expect(report('merged')).toEqual(report('one'));
});

test('what it leaves is good to begin with', () => {
  fuzz('first', corpus('c'));
  const left = entries('c').length;
  const { stderr } = fuzz('next', 'c', '--seed', 'next');
  expect(stderr).toContain(`corpus c: ${left} entries played`);
  expect(stderr).not.toMatch(/^c\//m);
});

test('a place that a report replaces is none for a corpus', () => {
  for (const name of ['out', 'out/c', './out.unfinished/c']) {
    const { status, stderr } = fuzz('out', name);
    expect(status).toBe(2);
    expect(stderr).toContain(`--corpus ${name}: the report goes to out and replaces what is there`);
  }
});

test('one that is gone in the end takes nothing of the report away', async () => {
  const words = [...CAMPAIGN, '--accesses', '3000', '--corpus', corpus('gone'), '--out', 'out'];
  const child = spawn(process.execPath, [join(TOP, 'dist/cli/main.js'), ...words], { cwd: folder });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdout.resume();
  const watch = setInterval(() => {
    if (!existsSync(at('out.unfinished/lane-00.jsonl'))) return;
    clearInterval(watch);
    rmSync(at('gone'), { recursive: true });
    writeFileSync(at('gone'), '');
  }, 5);
  const [status] = (await once(child, 'exit')) as [number];
  expect(status).toBe(1);
  expect(stderr).toContain('--corpus gone: ');
  expect(stderr).toMatch(/report: out$/m);
  expect(existsSync(at('out/results.json'))).toBe(true);
});

test('killed, and resumed when the corpus has others', async () => {
  fuzz('whole', corpus('c'));
  const words = [...CAMPAIGN, '--accesses', '1500', '--corpus', corpus('k'), '--out', 'killed'];
  const child = spawn(process.execPath, [join(TOP, 'dist/cli/main.js'), ...words], { cwd: folder, stdio: 'ignore' });
  const watch = setInterval(() => {
    if (existsSync(at('killed.unfinished/lane-03.jsonl'))) child.kill('SIGKILL');
  }, 5);
  await once(child, 'exit');
  clearInterval(watch);
  expect(existsSync(at('killed.unfinished'))).toBe(true);

  writeFileSync(at('k/late.txt'), 'need fn flr\nflr fn\n');
  const without = runCli(folder, [...CAMPAIGN, '--accesses', '1500', '--out', 'killed', '--resume']);
  expect(without.status).toBe(2);
  expect(without.stderr).toContain('is a campaign with --corpus');
  expect(fuzz('killed', 'k', '--resume').status).toBe(1);
  expect(report('killed')).toEqual(report('whole'));
});

test('an entry that shows a fault shows it at once', () => {
  const text = 'need fn flr\nneed fn msix 1\nenable fn.msix\nmask fn.msix\nflr fn\nconfig read fn.msix+2 2\n';
  writeFileSync(at('seeds/flr.txt'), text);
  const words = [
    'fuzz',
    '--target',
    'emulated:flr-keeps-msix',
    '--layout',
    'small.yaml',
    '--lanes',
    '1',
    '--accesses',
    '40',
  ];
  const run = (...more: string[]) => runCli(folder, [...words, '--max-steps', '1', '--quiet', ...more]);
  expect(run('--out', 'without').stdout).toBe('');
  expect(run('--out', 'with', '--corpus', 'seeds').stdout).toContain('RST-');
});

describe('a corpus that is none, or not in order', () => {
  test.each([
    ['small.yaml', '--corpus small.yaml: '],
    ['/proc/corpus', '--corpus /proc/corpus: '],
    ['small.yaml/c', '--corpus small.yaml/c: '],
  ])('%s is refused', (directory, sentence) => {
    const { status, stdout, stderr } = fuzz('out', directory);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(sentence);
    expect(stderr).not.toContain('    at ');
    expect(existsSync(at('out.unfinished'))).toBe(false);
  });

  test('what is no entry is said and left; the rest is played', () => {
    writeFileSync(at('seeds/corrupt.txt'), 'need fn msix 1\nenable nothing at all\n');
    writeFileSync(at('seeds/binary.txt'), Uint8Array.of(0xff, 0xfe, 0, 1, 2));
    writeFileSync(at('seeds/huge.txt'), '');
    truncateSync(at('seeds/huge.txt'), 3e9);
    symlinkSync('nowhere', at('seeds/dangling.txt'));
    mkdirSync(at('seeds/folder.txt'));
    writeFileSync(at('seeds/thesis.tex'), '');
    const before = entries('seeds');
    const { status, stderr } = fuzz('out', 'seeds');
    expect(status).toBe(1);
    for (const name of ['corrupt.txt:2:', 'binary.txt', 'huge.txt', 'dangling.txt', 'folder.txt', 'thesis.tex'])
      expect(stderr).toContain(`seeds/${name}`.replace('seeds/thesis', 'seeds: thesis'));
    expect(stderr).toContain('corpus seeds: 3 entries played');
    expect(stderr).not.toContain('    at ');
    for (const name of before) expect(entries('seeds')).toContain(name);
  });

  test('an empty one, and one that is not there, are begun', () => {
    mkdirSync(at('empty'));
    for (const name of ['empty', 'new/corpus']) {
      expect(fuzz(`out-${name.length}`, name).stderr).toContain(`corpus ${name}: 0 entries played; `);
      expect(entries(name).length).toBeGreaterThan(5);
    }
  });
});
