/** `fuzz --queue URL`: the lanes of a campaign are played elsewhere, and come back as journals. */
import { lanesOf } from '../campaign/plan.ts';
import type { Plan } from '../campaign/plan.ts';
import { collectLanes, QueueError } from '../campaign/queue/redis-queue.ts';
import { withoutSecret } from '../core/without-secret.ts';
import type { CampaignDirectory } from '../campaign/state/campaign-directory.ts';
import type { Objection } from '../check/gate.ts';
import { plural } from '../report/wrap.ts';
import { UsageError } from './exit-status.ts';

interface Waiting {
  say(this: void, text: string): void;
  stopped(this: void): boolean;
}

/** Returns the lanes in which workers that played the same came to different results. Rejects with a UsageError. */
export async function playByQueue(
  url: string,
  plan: Plan,
  directory: CampaignDirectory,
  { say, stopped }: Waiting,
): Promise<Objection[]> {
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
    const what = 'two workers came to different results; the target does not do the same twice.';
    const objections = differing.map((lane): Objection => ({ kind: 'differing', where: `lane ${lane}`, what }));
    for (const { where } of objections) say(`${where}: ${what}`);
    return objections;
  } catch (error) {
    if (error instanceof QueueError)
      throw new UsageError(`barometer fuzz: --queue ${withoutSecret(url)}: ${error.message.replace(/\.$/, '')}.`);
    throw error;
  }
}
