/** `barometer worker --queue URL --target T` */
import { threadMember } from '../campaign/players/member.ts';
import { END_NOW } from '../campaign/players/player.ts';
import type { Plan } from '../campaign/plan.ts';
import { QueueError, serveLanes } from '../campaign/queue/redis-queue.ts';
import { withoutSecret } from '../core/without-secret.ts';
import type { Round } from '../campaign/round.ts';
import { plural } from '../report/wrap.ts';
import { EXIT, UsageError } from './exit-status.ts';
import { describe, wholeNumber } from './lockstep-options.ts';
import { toolName } from './package.ts';
import { targetOf } from './target-of.ts';
import { say } from './say.ts';

export interface WorkerCommandOptions {
  queue: string;
  target: string;
  workers: string;
  untilEmpty?: boolean;
}

/** Plays lanes of campaigns that `fuzz --queue` offers. Throws a UsageError for a target or a queue that is not there. */
export async function runWorker(options: WorkerCommandOptions): Promise<number> {
  const { queue, target } = options;
  const concurrency = wholeNumber('worker', '--workers', options.workers, 1);
  // A target that does not exist is said now, not with the first lane.
  await targetOf(target, undefined);
  const patience = new Int32Array(new SharedArrayBuffer(8));
  let end = (): void => undefined;
  const stop = new Promise<void>((resolve) => (end = resolve));
  let interrupts = 0;
  const interrupt = (): void => {
    interrupts++;
    end();
    if (interrupts === 1) say('ending when the lanes at work are over; again to leave them to others');
    // The lanes come back to the queue when nobody has heard of this worker for a while.
    else process.exit(EXIT.interrupted);
  };
  process.on('SIGINT', interrupt);
  try {
    const tool = toolName();
    const play = (plan: Plan, lane: number): Promise<Round[]> => {
      // Whoever can write to the queue must not choose what is started here.
      if (plan.target !== target || plan.tool !== tool)
        throw new Error('it is of another target or version than this worker is for');
      return playLane(plan, lane, patience);
    };
    const untilEmpty = options.untilEmpty === true;
    const played = await serveLanes(queue, { tool, target }, { play, say, concurrency, untilEmpty, stop });
    say(`played ${plural(played, 'lane')}`);
    return interrupts > 0 ? EXIT.interrupted : EXIT.conforms;
  } catch (error) {
    if (error instanceof QueueError)
      throw new UsageError(`barometer worker: --queue ${withoutSecret(queue)}: ${error.message.replace(/\.$/, '')}.`);
    throw error;
  } finally {
    Atomics.store(patience, 0, END_NOW);
    process.removeListener('SIGINT', interrupt);
  }
}

/** In a thread of its own, so that the queue hears of this worker in the meantime. */
async function playLane(plan: Plan, lane: number, patience: Int32Array): Promise<Round[]> {
  await refuseOther(plan);
  const member = threadMember({ plan, directory: undefined, reproduce: false, patience, record: false });
  try {
    const rounds: Round[] = [];
    do rounds.push(await member.round(lane, rounds.length));
    while (!rounds.at(-1)!.ended);
    return rounds;
  } finally {
    await member.close();
  }
}

/** Another version of a target on this machine would come to something else, and nobody would know why. */
async function refuseOther(plan: Plan): Promise<void> {
  const open = await targetOf(plan.target, plan.layout ?? undefined, plan.timeout);
  const target = open();
  const description = describe(target.description);
  target.close?.();
  if (description !== plan.description)
    throw new Error('the target says something else of itself here than where the campaign was begun');
}
