/** What a campaign cannot be begun with, or not be kept in: a sentence, and nothing is lost. */

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Round } from '../../src/campaign/round.ts';
import { parseRecords, recordText } from '../../src/campaign/state/journal.ts';
import { TOP } from '../support/repository.ts';
import { runCli } from '../support/run-cli.ts';
import { CAMPAIGN, campaignFolder, documentIn, reportIn } from './campaigns.ts';

let folder: string;
beforeEach(() => {
  folder = campaignFolder();
});

const fuzz = (...words: string[]) => runCli(folder, [...CAMPAIGN, '--accesses', '600', '--out', 'out', ...words]);

/** A campaign that was killed. */
async function killed(): Promise<void> {
  const words = [join(TOP, 'dist/cli/main.js'), ...CAMPAIGN, '--accesses', '600', '--out', 'out'];
  const child = spawn(process.execPath, words, { cwd: folder, stdio: 'ignore' });
  const watch = setInterval(() => {
    if (existsSync(join(folder, 'out.unfinished/lane-00.jsonl'))) child.kill('SIGKILL');
  }, 5);
  await once(child, 'exit');
  clearInterval(watch);
}

test.each([
  [['--lanes', '0'], '--lanes 0: a whole number from 1 on is expected'],
  [['--lanes', '2000'], '--lanes 2000: at most 1000 is possible'],
  [['--workers', 'all'], '--workers all: a whole number from 1 on is expected'],
  [['--max-steps', '1000000'], '--max-steps 1000000: at most 10000 is possible'],
  [['--time', 'long'], '--time long: seconds, minutes or hours are expected'],
  [['--time', '99d'], '--time 99d: seconds'],
  [['--time', '0'], '--time 0: seconds'],
  [['--shard', '1'], '--shard 1: I/N is expected'],
  [['--shard', '0/2'], '--shard 0/2: I/N is expected'],
  [['--shard', '3/2'], '--shard 3/2: I/N is expected'],
  [['--shard', '1/7'], 'the campaign has 6 lanes'],
  [['--shard', '1/2', '--target', 'emulated'], '--shard: a campaign over several machines has one target'],
  [['--seed', ''], 'a seed is any text that is not empty'],
  [['--out', 'small.yaml/out'], 'this place holds something that is not a report'],
  [['--out', '/proc/out'], '--out /proc/out: '],
])('%j is refused', (words, sentence) => {
  const { status, stdout, stderr } = fuzz(...words);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain(sentence);
  expect(stderr).not.toContain('    at ');
});

describe('a campaign that was killed', () => {
  test('is not begun anew by accident, nor gone on with by another command', async () => {
    await killed();
    const again = fuzz();
    expect(again.status).toBe(2);
    expect(again.stderr).toContain('--resume goes on with it');
    for (const [words, what] of [
      [['--seed', 'other'], 'another --seed'],
      [['--accesses', '700'], 'another --accesses'],
      [['--lanes', '3', '--max-steps', '9'], 'another --lanes, another --max-steps'],
      [['--skip', 'BAR'], 'other --only or --skip'],
    ] as const) {
      const { status, stderr } = fuzz('--resume', ...words);
      expect(status).toBe(2);
      expect(stderr).toContain(`is a campaign with ${what}`);
    }
    expect(fuzz('--resume').status).toBe(1);
    expect(existsSync(join(folder, 'out/results.json'))).toBe(true);
  });

  test('is not gone on with by a command with other targets, nor begun anew', async () => {
    await killed();
    const two = ['--target', 'emulated', '--target', 'emulated'];
    for (const words of [two, [...two, '--resume']]) {
      const { status, stderr } = runCli(folder, ['fuzz', ...words, '--accesses', '100', '--out', 'out']);
      expect(status).toBe(2);
      expect(stderr).toContain(words === two ? '--resume goes on with it' : 'another number of targets');
    }
    expect(existsSync(join(folder, 'out.unfinished/lane-00.jsonl'))).toBe(true);
  });

  test('with a plan that is none', async () => {
    await killed();
    for (const text of ['{', '{"format":"other"}', '']) {
      writeFileSync(join(folder, 'out.unfinished/plan.json'), text);
      const { status, stderr } = fuzz('--resume');
      expect(status).toBe(2);
      expect(stderr).toContain('plan.json is no plan of a campaign');
    }
  });
});

test('a report that was written keeps its campaign when another command wants to go on with it', () => {
  fuzz('--shard', '1/2');
  const { status, stderr } = fuzz('--shard', '1/2', '--resume', '--seed', 'other');
  expect(status).toBe(2);
  expect(stderr).toContain('out/campaign is a campaign with another --seed');
  expect(existsSync(join(folder, 'out/campaign/plan.json'))).toBe(true);
  expect(existsSync(join(folder, 'out.unfinished'))).toBe(false);
});

test('what could not be begun leaves nothing behind', () => {
  expect(fuzz('--queue', 'redis://127.0.0.1:1').status).toBe(2);
  expect(existsSync(join(folder, 'out.unfinished'))).toBe(false);
});

test('a place that another run uses is left alone', async () => {
  const words = [join(TOP, 'dist/cli/main.js'), ...CAMPAIGN, '--accesses', '1000000', '--out', 'out'];
  const child = spawn(process.execPath, words, { cwd: folder, stdio: 'ignore' });
  while (!existsSync(join(folder, 'out.unfinished/plan.json'))) await new Promise((resolve) => setTimeout(resolve, 10));
  const { status, stderr } = fuzz('--resume');
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(status).toBe(2);
  expect(stderr).toContain('another run writes there at present');
});

test('a directory that holds something else is not written to', () => {
  mkdirSync(join(folder, 'out.unfinished'));
  writeFileSync(join(folder, 'out.unfinished/thesis.tex'), '');
  const { status, stderr } = fuzz();
  expect(status).toBe(2);
  expect(stderr).toContain('which holds something else: thesis.tex');
});

test('a disk that is full: what was over is kept, and goes on when there is room', () => {
  fuzz('--out', 'whole');
  const all = reportIn(join(folder, 'whole'));
  // Files may have 4 KiB: a few rounds. The signal that comes with it is not for us.
  const command = [process.execPath, join(TOP, 'dist/cli/main.js'), ...CAMPAIGN, '--accesses', '600', '--out', 'out'];
  const script = `trap '' XFSZ; ulimit -f 4; exec "$@"`;
  const limited = spawnSync('bash', ['-c', script, 'bash', ...command], { cwd: folder, encoding: 'utf8' });
  expect(limited.status).toBe(2);
  expect(limited.stderr).toContain('--resume goes on with them');
  expect(limited.stderr).not.toContain('    at ');
  expect(fuzz('--resume').status).toBe(1);
  expect(reportIn(join(folder, 'out'))).toEqual(all);
});

describe('merge', () => {
  const shard = (number: number, ...words: string[]) =>
    fuzz('--shard', `${number}/2`, '--out', `shard-${number}`, ...words);

  test('of what is no campaign, or another one', () => {
    mkdirSync(join(folder, 'empty'));
    mkdirSync(join(folder, 'broken/campaign'), { recursive: true });
    writeFileSync(join(folder, 'broken/campaign/plan.json'), 'none');
    shard(1);
    shard(2, '--seed', 'other');
    for (const [words, sentence] of [
      [['nowhere'], 'nowhere: there is no campaign of one target here'],
      [['empty'], 'empty: there is no campaign of one target here'],
      [['small.yaml'], 'small.yaml: there is no campaign of one target here'],
      [['broken'], 'broken/campaign/plan.json is no plan of a campaign'],
      [['shard-1', 'shard-2'], 'are not parts of one campaign: they differ in seed'],
      [['shard-1'], '3 lanes (1, 3, 5) are in none of these directories'],
      [['shard-1', '--out', 'shard-1'], '--out shard-1: a campaign is kept there'],
    ] as const) {
      const { status, stderr } = runCli(folder, ['merge', ...words, '--quiet']);
      expect({ words, status }).toEqual({ words, status: 2 });
      expect(stderr).toContain(sentence);
      expect(stderr).not.toContain('    at ');
    }
  });

  test('of a shard twice, of which one came to something else', () => {
    shard(1);
    shard(2);
    fuzz('--shard', '2/2', '--out', 'twice');
    const alike = runCli(folder, ['merge', 'shard-1', 'shard-2', 'twice', '--quiet', '--out', 'm']);
    expect(alike.stderr).not.toContain('the same twice');
    const same = reportIn(join(folder, 'm'));
    const file = join(folder, 'twice/campaign/lane-01.jsonl');
    const [first, ...others] = parseRecords<Round>(readFileSync(file, 'utf8')).records;
    writeFileSync(file, [{ ...first, asked: first!.asked + 1 }, ...others].map(recordText).join(''));
    const other = runCli(folder, ['merge', 'shard-1', 'shard-2', 'twice', '--quiet', '--out', 'm']);
    expect(other.stderr).toMatch(
      /^lane 1: the target does not do the same twice: round 0 in shard-2\S* and twice\S*;/m,
    );
    const { objections, ...rest } = documentIn(join(folder, 'm'));
    expect(objections).toMatchObject([{ kind: 'differing', where: 'lane 1', fails: false }]);
    expect({ ...rest, objections: [] }).toEqual(JSON.parse(same.get('results.json')!));
  });
});
