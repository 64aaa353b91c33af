/**
 * Lanes as jobs in Redis, by BullMQ: whoever runs the campaign offers them, workers anywhere take them. A lane is the same
 * whoever plays it, so nothing depends on its being played once: the first result wins, and another one is compared.
 */

import type { Job } from 'bullmq';
import { hash8 } from '../../core/hash.ts';
import { recordText } from '../state/journal.ts';
import type { Round } from '../round.ts';
import { lanesOf, planKey } from '../plan.ts';
import type { Plan } from '../plan.ts';

/** What cannot be: a sentence without the name of the place. */
export class QueueError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'QueueError';
  }
}

interface LaneJob {
  plan: Plan;
  lane: number;
}

/** Milliseconds for which a worker that was heard of holds its lane; then another one may take it. */
const LOCK = 10_000;
const STALLED_EVERY = 5_000;
/** Times that a lane may be taken over from a worker that has vanished. */
const TAKEN_OVER_AT_MOST = 100;
/** Seconds that results of a campaign stay which nobody has collected. */
const KEPT_FOR = 7 * 24 * 3600;
/** Milliseconds between two looks at what has come. */
const POLL_EVERY = 500;
/** Milliseconds to the first answer of Redis. */
const PATIENCE = 5_000;

async function libraries() {
  try {
    const [{ Queue, Worker, UnrecoverableError }, { Redis }] = await Promise.all([import('bullmq'), import('ioredis')]);
    return { Queue, Worker, UnrecoverableError, Redis };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new QueueError('the packages bullmq and ioredis are needed: npm install bullmq ioredis');
  }
}

/** A connection that waits for Redis when it goes away. Rejects with a QueueError if it is not there now. */
async function connected(url: string, say: (text: string) => void) {
  const { Redis } = await libraries();
  if (!/^rediss?:\/\//.test(url) || !URL.canParse(url)) throw new QueueError('redis://HOST:PORT is expected');
  const probe = new Redis(url, { lazyConnect: true, retryStrategy: () => null, connectTimeout: PATIENCE });
  let cause = '';
  probe.on('error', (error: Error) => (cause ||= error.message));
  try {
    await probe.connect();
    await probe.ping();
  } catch (error) {
    throw new QueueError(`Redis does not answer: ${cause || (error as Error).message}`);
  } finally {
    probe.disconnect();
  }
  const redis = new Redis(url, { maxRetriesPerRequest: null, retryStrategy: (times) => Math.min(2000, 100 * times) });
  let isAway = false;
  redis.on('error', () => {
    if (!isAway) say('Redis does not answer; waiting for it');
    isAway = true;
  });
  redis.on('ready', () => {
    if (isAway) say('Redis is back');
    isAway = false;
  });
  return redis;
}

/**
 * Versions draw different programs, and a worker starts no other target than the one that it was given: each version and
 * target has a queue of its own.
 */
const queueName = (tool: string, target: string): string =>
  `barometer-${tool.replaceAll(/[^\w.]+/g, '-')}-${hash8(target)}`;
const jobId = (key: string, lane: number): string => `${key.slice(0, 32)}-${lane}`;
const resultKey = (id: string): string => `barometer:result:${id}`;
const differingKey = (key: string): string => `barometer:differing:${key}`;

/** The result of a lane, as the text of its journal. */
export interface CollectedLane {
  lane: number;
  journal: string;
}

export interface Collection {
  /** Lanes of which two results were not the same. */
  differing: number[];
}

export interface CollectOptions {
  lanes: readonly number[];
  take(this: void, result: CollectedLane): void;
  say(this: void, text: string): void;
  /** Asked now and then; true leaves what is not there yet to whoever goes on. */
  stopped(this: void): boolean;
}

/** Offers lanes and takes their results as they come. Rejects with a QueueError where a lane cannot be played. */
export async function collectLanes(url: string, plan: Plan, options: CollectOptions): Promise<Collection> {
  const { Queue } = await libraries();
  const redis = await connected(url, options.say);
  const queue = new Queue<LaneJob>(queueName(plan.tool, plan.target), { connection: redis });
  queue.on('error', () => undefined);
  const key = planKey(plan);
  // While Redis is away its answers do not come, and whoever waits must be heard all the same.
  let clock: NodeJS.Timeout | undefined;
  const stopped = new Promise<Collection>((resolve) => {
    clock = setInterval(() => {
      if (options.stopped()) resolve({ differing: [] });
    }, POLL_EVERY);
  });
  try {
    const collected = collect();
    collected.catch(() => undefined);
    return await Promise.race([collected, stopped]);
  } finally {
    clearInterval(clock);
    redis.disconnect();
    queue.close().catch(() => undefined);
  }

  async function collect(): Promise<Collection> {
    for (const lane of options.lanes) await offer(lane);
    if (options.lanes.length > 0) options.say(`lanes offered: ${options.lanes.length}`);
    const left = new Set(options.lanes);
    while (left.size > 0) {
      for (const lane of left) {
        const journal = await redis.get(resultKey(jobId(key, lane)));
        if (journal === null || options.stopped()) continue;
        left.delete(lane);
        options.take({ lane, journal });
      }
      for (const lane of left) await lookAfter(lane);
      if (left.size > 0) await new Promise((resolve) => setTimeout(resolve, POLL_EVERY));
    }
    const differing = (await redis.lrange(differingKey(key), 0, -1)).map(Number);
    await forget();
    return { differing: [...new Set(differing)].toSorted((one, other) => one - other) };
  }

  /** Adds the job unless it is there; one that failed, or whose result is lost, is played again. */
  async function offer(lane: number): Promise<void> {
    const id = jobId(key, lane);
    const there = (await queue.getJob(id)) as Job<LaneJob> | undefined;
    if (there !== undefined && ((await there.isFailed()) || (await isLost(there)))) await there.remove();
    await queue.add('lane', { plan, lane }, { jobId: id, removeOnComplete: { age: KEPT_FOR } });
  }

  async function isLost(job: Job<LaneJob>): Promise<boolean> {
    return (await job.isCompleted()) && (await redis.get(resultKey(jobId(key, job.data.lane)))) === null;
  }

  async function lookAfter(lane: number): Promise<void> {
    const job = (await queue.getJob(jobId(key, lane))) as Job<LaneJob> | undefined;
    // Redis may have come back without what it held.
    if (job === undefined || (await isLost(job))) await offer(lane);
    else if (await job.isFailed())
      throw new QueueError(`lane ${lane} cannot be played by the worker that took it: ${job.failedReason}`);
  }

  async function forget(): Promise<void> {
    for (const lane of lanesOf(plan)) {
      const id = jobId(key, lane);
      // A worker that was thought to have vanished may be at it still; then its job stays.
      await queue.remove(id).catch(() => 0);
      await redis.del(resultKey(id));
    }
    await redis.del(differingKey(key));
  }
}

export interface ServeOptions {
  /** Plays a lane to its end. Rejects where this machine cannot. */
  play(this: void, plan: Plan, lane: number): Promise<readonly Round[]>;
  say(this: void, text: string): void;
  /** Lanes at a time. */
  concurrency: number;
  /** Ends when there is no lane left to be taken. */
  untilEmpty: boolean;
  /** Resolves when no further lane is to be taken. */
  stop: Promise<void>;
}

/** Takes lanes of campaigns of this version on one target and plays them. Resolves with their number. */
export async function serveLanes(
  url: string,
  { tool, target }: Pick<Plan, 'tool' | 'target'>,
  options: ServeOptions,
): Promise<number> {
  const { Worker, UnrecoverableError } = await libraries();
  const redis = await connected(url, options.say);
  let played = 0;
  let end = (): void => undefined;
  const emptied = new Promise<void>((resolve) => (end = resolve));
  const worker = new Worker<LaneJob>(
    queueName(tool, target),
    async (job) => {
      const { plan, lane } = job.data;
      options.say(`lane ${lane} of ${plan.target}, seed ${plan.seed}`);
      let rounds: readonly Round[];
      try {
        rounds = await options.play(plan, lane);
      } catch (error) {
        throw new UnrecoverableError((error as Error).message);
      }
      await hand(planKey(plan), lane, rounds.map(recordText).join(''));
      played++;
    },
    {
      connection: redis,
      concurrency: options.concurrency,
      lockDuration: LOCK,
      stalledInterval: STALLED_EVERY,
      maxStalledCount: TAKEN_OVER_AT_MOST,
      drainDelay: 1,
    },
  );
  worker.on('error', () => undefined);
  if (options.untilEmpty) worker.on('drained', () => end());
  await Promise.race([options.stop, emptied]);
  await worker.close();
  redis.disconnect();
  return played;

  async function hand(key: string, lane: number, journal: string): Promise<void> {
    const place = resultKey(jobId(key, lane));
    if ((await redis.set(place, journal, 'EX', KEPT_FOR, 'NX')) === 'OK') return;
    const first = await redis.get(place);
    if (first === null || first === journal) return;
    options.say(`lane ${lane}: another worker came to something else`);
    await redis.rpush(differingKey(key), lane);
    await redis.expire(differingKey(key), KEPT_FOR);
  }
}
