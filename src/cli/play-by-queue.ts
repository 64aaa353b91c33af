/** `fuzz --queue URL`: the lanes of a campaign are played elsewhere, and come back as journals. */
import { lanesOf } from '../campaign/plan.ts';
import type { Plan } from '../campaign/plan.ts';
import { collectLanes, QueueError, withoutSecret } from '../campaign/queue/redis-queue.ts';
import type { CampaignDirectory } from '../campaign/state/campaign-directory.ts';
import { plural } from '../report/wrap.ts';
import { UsageError } from './exit-status.ts';

interface Waiting {
  say(this: void, text: string): void;
  stopped(this: void): boolean;
}

/** Returns whether all workers that played the same lane came to the same. Rejects with a UsageError. */
export async function playByQueue(
  url: string,
  plan: Plan,
  directory: CampaignDirectory,
  { say, stopped }: Waiting,
): Promise<boolean> {
  const lanes = lanesOf(plan).filter((lane) => directory.recoverRounds(lane).at(-1)?.ended !== true);
  let there = 0;
  try {
    const { differing } = await collectLanes(url, plan, {
      lanes,
      take({ lane, journal }) {
        directory.replaceLane(lane, journal);
        there++;
        say(`lane ${lane} is there: ${there} of ${plural(lanes.length, 'lane')}`);
      },
      say,
      stopped,
    });
    for (const lane of differing)
      say(`lane ${lane}: two workers came to different results; the target does not do the same twice`);
    return differing.length === 0;
  } catch (error) {
    if (error instanceof QueueError)
      throw new UsageError(`barometer fuzz: --queue ${withoutSecret(url)}: ${error.message.replace(/\.$/, '')}.`);
    throw error;
  }
}
