/** What a strict run does not let pass is one verdict: on the screen, in each file of the report, and as the exit status. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import type { Round } from '../../src/campaign/round.ts';
import { parseRecords, recordText } from '../../src/campaign/state/journal.ts';
import type { Results } from '../../src/check/results-schema.ts';
import { TOP } from '../support/repository.ts';
import { GOOD_TRACE, newFolder, runCli } from '../support/run-cli.ts';

let folder: string;
beforeEach(() => {
  folder = newFolder();
});

/** What each output says of a run: the word, and whether it tells of the objection. */
function told(words: readonly string[], where: string) {
  writeFileSync(join(folder, 'summary.md'), '');
  const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: 'summary.md' };
  const { status, stdout } = runCli(folder, [...words, '--out', 'out'], { env });
  const file = (name: string): string => readFileSync(join(folder, name), 'utf8');
  const results = JSON.parse(file('out/results.json')) as Results;
  const { runs } = JSON.parse(file('out/results.sarif')) as {
    runs: [{ invocations: [{ exitCode: number; toolExecutionNotifications: { level: string; message: object }[] }] }];
  };
  const [{ exitCode, toolExecutionNotifications }] = runs[0].invocations;
  const [, suite = ''] = file('out/junit.xml').split('<testsuite name="the run as a whole"');
  const summary = file('summary.md');
  const page = file('out/index.html');
  return {
    status,
    screen: /^(CONFORMS|DIVERGES|INCOMPLETE): /m.exec(stdout)?.[1],
    annotation: new RegExp(`^::error .*::${where}: `, 'm').test(stdout),
    json: results.verdict.status,
    objections: results.objections.map((one) => `${one.where} ${one.fails}`),
    junit: /failures="(\d+)"/.exec(suite)?.[1],
    junitCase: suite.includes(`classname="${where}"`),
    sarif: exitCode,
    sarifLevel: toolExecutionNotifications.map(({ level }) => level),
    summary: /^## Barometer \w+: (\w+)$/m.exec(summary)?.[1],
    summaryTells: summary.includes(`- \`${where}\`: `),
    page: /"verdict":"(\w+)"/.exec(page)?.[1],
  };
}

const expected = (where: string, fails: boolean) => ({
  status: fails ? 1 : 0,
  screen: fails ? 'DIVERGES' : 'CONFORMS',
  annotation: fails,
  json: fails ? 1 : 0,
  objections: [`${where} ${fails}`],
  junit: fails ? '1' : '0',
  junitCase: true,
  sarif: fails ? 1 : 0,
  sarifLevel: [fails ? 'error' : 'note'],
  summary: fails ? 'diverges' : 'conforms',
  summaryTells: true,
  page: fails ? 'diverges' : 'conforms',
});

test('run: a scenario that has no place on the target', () => {
  writeFileSync(join(folder, 'good.txt'), 'need fn memory-bar\ndecode off fn\ndecode on fn\nread fn.memory 4\n');
  writeFileSync(join(folder, 'many.txt'), 'need fn msix 2048\nneed fn rom\nneed fn bridge\nread fn.bar0 4\n');
  const words = ['run', 'good.txt', 'many.txt', '--target', 'emulated'];
  expect(told(words, 'many.txt')).toEqual(expected('many.txt', false));
  expect(told([...words, '--strict'], 'many.txt')).toEqual(expected('many.txt', true));
});

/** What fails a run whether it is strict or not. */
const incomplete = (where: string) => ({
  ...expected(where, true),
  status: 2,
  screen: 'INCOMPLETE',
  json: 2,
  sarif: 2,
  summary: 'incomplete',
  page: 'incomplete',
});

test('run: no scenario has a place on the target', () => {
  writeFileSync(join(folder, 'many.txt'), 'need fn msix 2048\nneed fn rom\nneed fn bridge\nread fn.bar0 4\n');
  expect(told(['run', 'many.txt', '--target', 'emulated'], 'many.txt')).toEqual(incomplete('many.txt'));
});

test('check: a trace of which nothing can be judged', () => {
  writeFileSync(join(folder, 'empty.txt'), 'barometer.trace/1\n');
  expect(told(['check', 'empty.txt'], 'empty.txt')).toEqual(incomplete('empty.txt'));
});

test('fuzz: a corpus that takes nothing', () => {
  copyFileSync(join(TOP, 'bench/scope/layout.yaml'), join(folder, 'small.yaml'));
  const size = ['--accesses', '300', '--lanes', '1', '--layout', 'small.yaml', '--corpus', '/proc/sys/abi'];
  const where = '--corpus /proc/sys/abi';
  expect(told(['fuzz', '--target', 'emulated', ...size], where)).toEqual(incomplete(where));
});

test('a report that cannot be written is told where something can be told', () => {
  writeFileSync(join(folder, 'good.txt'), GOOD_TRACE);
  writeFileSync(join(folder, 'summary.md'), '');
  const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: 'summary.md' };
  const { status, stdout } = runCli(folder, ['check', 'good.txt', '--out', '/proc/out'], { env });
  expect(status).toBe(2);
  expect(stdout).toMatch(/^INCOMPLETE: .*1 place that cannot be written/m);
  expect(stdout).toContain('::error title=The run as a whole::--out /proc/out: the report cannot be written: ');
  expect(readFileSync(join(folder, 'summary.md'), 'utf8')).toContain('## Barometer check: incomplete');
});

test('standard output that is full is no finding, and takes no report away', () => {
  writeFileSync(join(folder, 'good.txt'), GOOD_TRACE);
  const command = `'${process.execPath}' '${join(TOP, 'dist/cli/main.js')}' check good.txt --out out >/dev/full; echo $?`;
  const { stdout, stderr } = spawnSync('bash', ['-c', command], { cwd: folder, encoding: 'utf8' });
  expect(stdout).toBe('2\n');
  expect(stderr).toContain('barometer: standard output cannot be written: ENOSPC');
  expect(stderr).not.toContain('    at ');
  expect(JSON.parse(readFileSync(join(folder, 'out/results.json'), 'utf8'))).toMatchObject({ verdict: { status: 0 } });
});

test('merge: shards that disagree', () => {
  copyFileSync(join(TOP, 'bench/scope/layout.yaml'), join(folder, 'small.yaml'));
  const shard = (number: number, out: string): void => {
    const size = ['--accesses', '600', '--lanes', '2', '--shard', `${number}/2`, '--out', out];
    runCli(folder, ['fuzz', '--target', 'emulated', '--layout', 'small.yaml', ...size]);
  };
  shard(1, 'shard-1');
  shard(2, 'shard-2');
  shard(2, 'twice');
  const file = join(folder, 'twice/campaign/lane-01.jsonl');
  const [first, ...rest] = parseRecords<Round>(readFileSync(file, 'utf8')).records;
  writeFileSync(file, [{ ...first, asked: first!.asked + 1 }, ...rest].map(recordText).join(''));
  const words = ['merge', 'shard-1', 'shard-2', 'twice'];
  expect(told(words, 'lane 1')).toEqual(expected('lane 1', false));
  expect(told([...words, '--strict'], 'lane 1')).toEqual(expected('lane 1', true));
});
