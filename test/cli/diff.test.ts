import { mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { BAD_TRACE, GOOD_TRACE, newFolder, runCli } from '../support/run-cli.ts';

let folder: string;
beforeAll(() => {
  folder = newFolder();
  writeFileSync(join(folder, 'good.txt'), GOOD_TRACE);
  writeFileSync(join(folder, 'bad.txt'), BAD_TRACE);
  runCli(folder, ['check', 'good.txt', '--out', 'good']);
  runCli(folder, ['check', 'bad.txt', '--out', 'bad']);
});

const diff = (...words: string[]) => runCli(folder, ['diff', ...words]);

test('0: nothing got worse; 1: there is a new finding; directories and files are taken', () => {
  expect(diff('good', 'good')).toMatchObject({ status: 0, stderr: '' });
  expect(diff('bad', 'good/results.json')).toMatchObject({ status: 0 });
  const worse = diff('good/results.json', 'bad');
  expect(worse.status).toBe(1);
  expect(worse.stdout).toMatch(/^new findings\n {2}[A-Z]+-\d{3}-[0-9a-f]{8} /m);
  expect(worse.stdout).toMatch(/^WORSE: 1 new finding, /m);
});

test('--json prints a document that names what gates', () => {
  const { status, stdout } = diff('good', 'bad', '--json');
  const document = JSON.parse(stdout) as { schema: string; gating: string[]; findings: { new: { id: string }[] } };
  expect(status).toBe(1);
  expect(document.schema).toBe('barometer.diff/1');
  expect(document.gating).toEqual(document.findings.new.map(({ id }) => id));
});

test('coverage that was lost fails with --strict', () => {
  const shorter = GOOD_TRACE.split('\n').slice(0, 5).join('\n');
  writeFileSync(join(folder, 'short.txt'), `${shorter}\n`);
  runCli(folder, ['check', 'short.txt', '--out', 'short', '--skip', 'HDR']);
  expect(diff('good', 'short').status).toBe(0);
  expect(diff('good', 'short', '--strict').status).toBe(1);
  expect(diff('good', 'short', '--strict').stdout).toContain('coverage was lost');
});

test('a file that is too large for one text is named, with its size and what to do', () => {
  mkdirSync(join(folder, 'large'));
  const file = join(folder, 'large/results.json');
  writeFileSync(file, '');
  // It has no blocks on the disk.
  truncateSync(file, 600 * 2 ** 20);
  const { status, stdout, stderr } = diff('good', 'large');
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toMatch(
    /^barometer diff: large\/results\.json: this has 600 MiB, and at most 512 MiB can be compared; /,
  );
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
});

test('what cannot be compared is refused, with the reason', () => {
  const put = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return name;
  };
  const results = readFileSync(join(folder, 'good/results.json'), 'utf8');
  mkdirSync(join(folder, 'empty'), { recursive: true });
  const refused: [string, string][] = [
    ['nowhere', 'A report of check, run, fuzz, merge or start is expected'],
    ['empty', 'A report of check'],
    [put('text.json', 'no JSON'), 'this is not JSON'],
    [put('other.json', '{"schema":"another/1"}'), 'no results.json of Barometer'],
    [put('null.json', 'null'), 'no results.json of Barometer'],
    [
      put('later.json', results.replace('barometer.results/1', 'barometer.results/2')),
      'it is written as barometer.results/2',
    ],
    [put('damaged.json', results.replace('"findings": []', '"findings": [1]')), 'findings'],
  ];
  for (const [place, reason] of refused) {
    const { status, stdout, stderr } = diff('good', place);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(`barometer diff: ${place}`);
    expect(stderr).toContain(reason);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  }
  expect(diff('empty', 'good').status).toBe(2);
  // A later version may say more than this one knows.
  const more = put('more.json', results.replace('"notes"', '"more": 1, "notes"'));
  expect(diff('good', more).status).toBe(0);
});
