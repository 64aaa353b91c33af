/** A campaign whose lanes are played by workers that come and go. */

import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Queue } from 'bullmq';
import type { Job } from 'bullmq';
import { Redis } from 'ioredis';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { planKey } from '../../src/campaign/plan.ts';
import type { Plan } from '../../src/campaign/plan.ts';
import type { Round } from '../../src/campaign/round.ts';
import { parseRecords, recordText } from '../../src/campaign/state/journal.ts';
import { hash8 } from '../../src/core/hash.ts';
import { TOP } from '../support/repository.ts';
import { runCli } from '../support/run-cli.ts';
import { CAMPAIGN, campaignFolder, documentIn, reportIn } from './campaigns.ts';

const hasRedis = spawnSync('redis-server', ['--version']).status === 0;
if (!hasRedis) process.stderr.write('left out: redis-server is not installed (Debian package redis-server)\n');

const TARGET = CAMPAIGN[CAMPAIGN.indexOf('--target') + 1]!;

let folder: string;
beforeAll(() => {
  folder = campaignFolder();
  runCli(folder, [...CAMPAIGN, '--out', 'whole']);
});
const report = (name: string): Map<string, string> => reportIn(join(folder, name));

/** A process and what it has said on standard error. */
interface Started {
  child: ChildProcess;
  said: () => string;
  ended: Promise<number | null>;
}

const running = new Set<ChildProcess>();
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
});

function start(words: readonly string[]): Started {
  const child = spawn(process.execPath, [join(TOP, 'dist/cli/main.js'), ...words], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  running.add(child);
  let text = '';
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const ended = once(child, 'exit').then(([status]) => status as number | null);
  return { child, said: () => text, ended };
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

describe.runIf(hasRedis)('with Redis', () => {
  let port: number;
  let redis: ChildProcess;
  let url: string;

  async function startRedis(): Promise<void> {
    const words = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    redis = spawn('redis-server', [...words, '--dir', folder], { stdio: 'ignore' });
    running.add(redis);
    await until(() => answers(port));
  }

  beforeEach(async () => {
    port = await freePort();
    url = `redis://127.0.0.1:${port}`;
    await startRedis();
  });

  const fuzz = (out: string, ...words: string[]): Started =>
    start([...CAMPAIGN, '--queue', url, '--out', out, ...words]);
  const worker = (...words: string[]): Started => start(['worker', '--queue', url, '--target', TARGET, ...words]);

  test('three workers, of which one is killed in the middle, come to what one process comes to', async () => {
    const campaign = fuzz('fleet');
    const victim = worker();
    await until(() => victim.said().includes('lane '));
    victim.child.kill('SIGKILL');
    const others = [worker(), worker()];
    expect(await campaign.ended).toBe(1);
    expect(report('fleet')).toEqual(report('whole'));
    const taken = others.map(
      ({ said }) =>
        said()
          .split('\n')
          .filter((line) => line.startsWith('lane ')).length,
    );
    expect(taken.reduce((sum, one) => sum + one, 0)).toBeGreaterThanOrEqual(5);
    for (const { child, ended } of others) {
      child.kill('SIGINT');
      expect(await ended).toBe(130);
    }
  });

  test('Redis goes away, and comes back without what it held', async () => {
    const campaign = fuzz('lost');
    const player = worker();
    await until(() => campaign.said().includes('is there'));
    redis.kill('SIGKILL');
    await once(redis, 'exit');
    await until(() => campaign.said().includes('Redis does not answer; waiting for it'));
    await startRedis();
    expect(await campaign.ended).toBe(1);
    expect(campaign.said()).toContain('Redis is back');
    expect(report('lost')).toEqual(report('whole'));
    player.child.kill('SIGKILL');
  });

  test('a worker that comes to something else is heard of', async () => {
    const plan = JSON.parse(readFileSync(join(folder, 'whole/campaign/plan.json'), 'utf8')) as Plan;
    const { records } = parseRecords<Round>(readFileSync(join(folder, 'whole/campaign/lane-00.jsonl'), 'utf8'));
    const [first, ...rest] = records;
    const other = [{ ...first, asked: first!.asked + 1 }, ...rest].map(recordText).join('');
    const client = new Redis(url);
    await client.set(`barometer:result:${planKey(plan).slice(0, 32)}-0`, other);
    client.disconnect();
    const campaign = fuzz('differing', '--strict');
    await until(() => campaign.said().includes('lanes offered'));
    const player = worker('--until-empty');
    expect(await campaign.ended).toBe(1);
    expect(campaign.said()).toContain('lane 0: two workers came to different results');
    expect(await player.ended).toBe(0);
    expect(player.said()).toContain('another worker came to something else');
  });

  test('a lane that a worker cannot play ends the campaign, and what was over is kept', async () => {
    const adapter = join(folder, 'adapter.sh');
    const serve = `exec ${process.execPath} ${join(TOP, 'dist/cli/main.js')} serve emulated --layout small.yaml`;
    writeFileSync(adapter, serve);
    const words = ['--target', 'exec:sh adapter.sh', '--queue', url];
    const campaign = start(['fuzz', ...words, '--accesses', '2000', '--lanes', '2', '--out', 'other']);
    await until(() => campaign.said().includes('lanes offered'));
    writeFileSync(adapter, serve.replace('--layout small.yaml', ''));
    const player = start(['worker', ...words]);
    expect(await campaign.ended).toBe(2);
    expect(campaign.said()).toContain('cannot be played by the worker that took it: the target says something else');
    player.child.kill('SIGKILL');
  });

  test('a job that names another target than its queue starts nothing', async () => {
    const plan = JSON.parse(readFileSync(join(folder, 'whole/campaign/plan.json'), 'utf8')) as Plan;
    const queue = new Queue(`barometer-${plan.tool.replaceAll(/[^\w.]+/g, '-')}-${hash8(TARGET)}`, {
      connection: { url },
    });
    await queue.add('lane', { plan: { ...plan, target: 'exec:touch started' }, lane: 0 }, { jobId: 'foreign' });
    const player = worker();
    await until(async () => (await queue.getJob('foreign'))?.failedReason !== undefined);
    expect(((await queue.getJob('foreign')) as Job).failedReason).toContain('of another target or version');
    expect(existsSync(join(folder, 'started'))).toBe(false);
    await queue.close();
    player.child.kill('SIGKILL');
  });

  test('a campaign that nobody plays can be interrupted, also while Redis is away, and gone on with', async () => {
    const campaign = fuzz('waiting');
    await until(() => campaign.said().includes('lanes offered'));
    const player = worker();
    await until(() => campaign.said().includes('is there'));
    player.child.kill('SIGKILL');
    redis.kill('SIGKILL');
    await once(redis, 'exit');
    campaign.child.kill('SIGINT');
    expect(await campaign.ended).toBe(130);
    expect(documentIn(join(folder, 'waiting')).campaign.complete).toBe(false);
    await startRedis();
    const again = fuzz('waiting', '--resume');
    const other = worker();
    expect(await again.ended).toBe(1);
    expect(report('waiting')).toEqual(report('whole'));
    other.child.kill('SIGKILL');
  });

  test('a result that was lost is played again', async () => {
    const campaign = fuzz('lost-result');
    await until(() => campaign.said().includes('lanes offered'));
    campaign.child.kill('SIGKILL');
    const player = worker('--until-empty');
    expect(await player.ended).toBe(0);
    const client = new Redis(url);
    const [result] = await client.keys('barometer:result:*');
    await client.del(result!);
    client.disconnect();
    const again = fuzz('lost-result-again');
    const other = worker();
    expect(await again.ended).toBe(1);
    expect(report('lost-result-again')).toEqual(report('whole'));
    other.child.kill('SIGKILL');
  });

  test('a worker for a target that does not exist', () => {
    expect(runCli(folder, ['worker', '--queue', url, '--target', 'emulatd'])).toMatchObject({ status: 2, stdout: '' });
  });
});

describe('without Redis', () => {
  test.each([['fuzz'], ['worker']])('%s says so', async (command) => {
    const url = `redis://127.0.0.1:${await freePort()}`;
    const words = command === 'fuzz' ? [...CAMPAIGN, '--out', 'alone'] : ['worker', '--target', TARGET];
    const { status, stdout, stderr } = runCli(folder, [...words, '--queue', url]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(`--queue ${url}: Redis does not answer: `);
  });

  test.each([
    [['--queue', 'localhost'], 'redis://HOST:PORT is expected'],
    [['--queue', 'redis://['], 'redis://HOST:PORT is expected'],
    [['--queue', 'redis://u:secret@127.0.0.1:1'], '--queue redis://127.0.0.1:1: Redis does not answer'],
    [['--queue', 'redis://localhost', '--shard', '1/2'], '--shard is another way'],
    [['--queue', 'redis://localhost', '--time', '1m'], 'needs a budget: --accesses, not --time'],
    [['--queue', 'redis://localhost', '--record', 'all.txt'], '--record: the machines are on other computers'],
    [['--queue', 'redis://localhost', '--target', 'emulated'], 'a campaign over several machines has one target'],
  ])('%j is refused', (words, sentence) => {
    const { status, stderr } = runCli(folder, [...CAMPAIGN, '--out', 'alone', ...words]);
    expect(status).toBe(2);
    expect(stderr).toContain(sentence);
  });
});
