/** A campaign comes to the same bytes however it is divided, and however often it is killed. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { randomStream } from '../../src/core/random.ts';
import { TOP } from '../support/repository.ts';
import { runCli } from '../support/run-cli.ts';
import { CAMPAIGN, CAMPAIGN_BY_CLOCK, campaignFolder, documentIn, reportIn } from './campaigns.ts';

let folder: string;
let whole: Map<string, string>;
let stdout: string;
beforeAll(() => {
  folder = campaignFolder();
  ({ stdout } = runCli(folder, [...CAMPAIGN, '--workers', '1', '--out', 'whole']));
  whole = report('whole');
});

const report = (name: string): Map<string, string> => reportIn(join(folder, name));
const document = (name: string): ReturnType<typeof documentIn> => documentIn(join(folder, name));

/** The rounds that are on the disk while a campaign runs. */
function roundsOf(name: string): number {
  const directory = join(folder, `${name}.unfinished`);
  if (!existsSync(directory)) return 0;
  const lanes = readdirSync(directory).filter((file) => file.startsWith('lane-'));
  const lines = (file: string): number => readFileSync(join(directory, file), 'utf8').split('\n').length - 1;
  return lanes.reduce((sum, file) => sum + lines(file), 0);
}

function started(name: string, words: readonly string[]) {
  const all = [join(TOP, 'dist/cli/main.js'), ...CAMPAIGN, ...words, '--out', name];
  return spawn(process.execPath, all, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
}

/** Starts it, and sends a signal when so many rounds are on the disk. */
async function signalled(name: string, words: readonly string[], rounds: number, signal: NodeJS.Signals) {
  const child = started(name, words);
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const watch = setInterval(() => {
    if (roundsOf(name) < rounds) return;
    clearInterval(watch);
    child.kill(signal);
  }, 5);
  const [status, died] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  clearInterval(watch);
  return { status, died, stderr };
}

test('there is something to compare', () => {
  const { totals, campaign } = document('whole');
  expect(totals.findings).toBeGreaterThan(1);
  expect(campaign).toMatchObject({ lanes: 6, shard: null, complete: true });
  expect(campaign.rounds).toBeGreaterThan(20);
});

test('each finding has a scenario, or is like one that has', () => {
  const { findings } = document('whole');
  const own = new Set(findings.filter(({ failure }) => failure !== null).map(({ id }) => id));
  expect(own.size).toBeGreaterThan(1);
  expect(own.size).toBeLessThan(findings.length);
  for (const { id, alike } of findings) expect(own).toContain(alike ?? id);
  for (const { id, alike } of findings) expect(alike === null).toBe(own.has(id));
});

test.each(['2', '4'])('%s workers', (workers) => {
  const run = runCli(folder, [...CAMPAIGN, '--workers', workers, '--out', `workers-${workers}`]);
  expect(report(`workers-${workers}`)).toEqual(whole);
  expect(run.stdout).toBe(stdout);
});

test('three shards put together', () => {
  for (const number of [1, 2, 3]) runCli(folder, [...CAMPAIGN, '--shard', `${number}/3`, '--out', `shard-${number}`]);
  expect(document('shard-2').campaign).toMatchObject({ shard: '2/3', complete: true });
  const merged = runCli(folder, ['merge', 'shard-3', 'shard-1', 'shard-2', '--out', 'merged']);
  expect(report('merged')).toEqual(whole);
  expect(merged).toMatchObject({ status: 1, stdout });

  const part = runCli(folder, ['merge', 'shard-3', 'shard-1', '--out', 'part']);
  expect(part).toMatchObject({ status: 2, stdout: '' });
  expect(part.stderr).toContain('2 lanes (1, 4) are in none of these directories');
});

test('an end after some findings is the same for shards and workers', () => {
  const words = [...CAMPAIGN, '--stop-after-findings', '2'];
  runCli(folder, [...words, '--workers', '1', '--out', 'two']);
  runCli(folder, [...words, '--workers', '3', '--out', 'two-by-three']);
  for (const number of [1, 2]) runCli(folder, [...words, '--shard', `${number}/2`, '--out', `two-${number}`]);
  runCli(folder, ['merge', 'two-1', 'two-2', '--out', 'two-merged']);
  expect(report('two-by-three')).toEqual(report('two'));
  expect(report('two-merged')).toEqual(report('two'));
  const { complete, rounds } = document('two').campaign;
  expect(complete).toBe(true);
  expect(rounds).toBeLessThan(document('whole').campaign.rounds);
});

describe('ended before its time, and resumed', () => {
  test('by SIGKILL, five times at moments by chance', async () => {
    const stream = randomStream('killed');
    for (let time = 0, rounds = 0; time < 5; time++) {
      rounds += stream.below(8);
      const { died } = await signalled('killed', time === 0 ? [] : ['--resume'], rounds, 'SIGKILL');
      expect(died).toBe('SIGKILL');
    }
    expect(roundsOf('killed')).toBeGreaterThan(6);
    const { status } = runCli(folder, [...CAMPAIGN, '--resume', '--workers', '2', '--out', 'killed']);
    expect(status).toBe(1);
    expect(report('killed')).toEqual(whole);
  });

  test('with a record that was written in part, and one that was damaged', async () => {
    await signalled('damaged', [], 5, 'SIGKILL');
    const lane = (number: number): string => join(folder, `damaged.unfinished/lane-0${number}.jsonl`);
    const [first] = readFileSync(lane(0), 'utf8').split('\n');
    appendFileSync(lane(0), first!.slice(0, first!.length / 2));
    appendFileSync(lane(1), `${first!.replace('"lane":0', '"lane":1')}\n`);
    // A whole record, of another lane.
    appendFileSync(lane(2), `${first}\n`);
    runCli(folder, [...CAMPAIGN, '--resume', '--out', 'damaged']);
    expect(report('damaged')).toEqual(whole);
  });

  test('by SIGINT twice while findings are made shorter', async () => {
    const child = started('shrinking', ['--workers', '2']);
    let kills = 0;
    const isShrinking = (): boolean => existsSync(join(folder, 'shrinking.unfinished/failures.jsonl'));
    const watch = setInterval(() => {
      if (kills < 2 && isShrinking()) child.kill('SIGINT');
      if (isShrinking()) kills++;
    }, 5);
    const [status] = (await once(child, 'exit')) as [number | null];
    clearInterval(watch);
    expect(status).toBe(130);
    expect(document('shrinking').campaign.complete).toBe(false);
    runCli(folder, [...CAMPAIGN, '--resume', '--out', 'shrinking']);
    expect(report('shrinking')).toEqual(whole);
  });

  test('by SIGINT, which ends with a report', async () => {
    const { status, died, stderr } = await signalled('interrupted', ['--workers', '2'], 5, 'SIGINT');
    expect({ status, died }).toEqual({ status: 130, died: null });
    expect(stderr).toContain('interrupted');
    const { campaign } = document('interrupted');
    expect(campaign.complete).toBe(false);
    expect(campaign.rounds).toBeGreaterThan(4);
    expect(campaign.rounds).toBeLessThan(document('whole').campaign.rounds);
    expect(existsSync(join(folder, 'interrupted.unfinished'))).toBe(false);
    runCli(folder, [...CAMPAIGN, '--resume', '--out', 'interrupted']);
    expect(report('interrupted')).toEqual(whole);
  });
});

test('ended by the clock: each lane has played a beginning of what it would have played', () => {
  const { stderr } = runCli(folder, [...CAMPAIGN_BY_CLOCK, '--workers', '2', '--out', 'timed']);
  expect(stderr).toContain('ended by --time');
  expect(document('timed').campaign.complete).toBe(false);
  const rounds = (name: string, lane: number): string[] => {
    const file = join(folder, name, `campaign/lane-0${lane}.jsonl`);
    return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
  };
  let compared = 0;
  for (let lane = 0; lane < 6; lane++) {
    // The last round of a lane with a budget ends where that is spent.
    const full = rounds('whole', lane).slice(0, -1);
    const timed = rounds('timed', lane).slice(0, full.length);
    expect(timed).toEqual(full.slice(0, timed.length));
    compared += timed.length;
  }
  expect(compared).toBeGreaterThan(0);
});
