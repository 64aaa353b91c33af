/** The words of `fuzz` that say how long and in which parts. */
import { lanesFor } from '../campaign/plan.ts';
import type { Plan, Shard } from '../campaign/plan.ts';
import { PROGRAM_STEPS } from '../campaign/strategy.ts';
import { PROGRAM_STEPS_AT_MOST } from '../scenario/steps.ts';
import { UsageError } from './exit-status.ts';
import { wholeNumber } from './lockstep-options.ts';

export interface CampaignWords {
  seed: string;
  accesses?: string;
  time?: string;
  workers?: string;
  lanes?: string;
  shard?: string;
  maxSteps?: string;
  stopAfterFindings: string;
  shrinkRuns: string;
}

export interface CampaignSettings {
  plan: Pick<Plan, 'seed' | 'accesses' | 'lanes' | 'maxSteps' | 'stopAfterFindings' | 'shrinkRuns'>;
  /** Milliseconds. */
  time: number | undefined;
  workers: number | undefined;
  shard: Shard | undefined;
}

const ACCESSES = 100_000;
const LANES_AT_MOST = 1000;
const WORKERS_AT_MOST = 256;
/** What a timer can wait for. */
const MILLISECONDS_AT_MOST = 2 ** 31 - 1;
const UNITS = { s: 1000, m: 60_000, h: 3_600_000 } as const;

/** Throws a UsageError for a word that cannot be. */
export function campaignOptions(words: CampaignWords): CampaignSettings {
  if (words.seed === '') throw new UsageError('barometer fuzz: --seed: a seed is any text that is not empty.');
  const number = (name: string, text: string, least: number, most = Number.MAX_SAFE_INTEGER): number => {
    const value = wholeNumber('fuzz', name, text, least);
    if (value > most) throw new UsageError(`barometer fuzz: ${name} ${text}: at most ${most} is possible.`);
    return value;
  };
  const optional = (name: string, text: string | undefined, most: number): number | undefined =>
    text === undefined ? undefined : number(name, text, 1, most);
  const time = words.time === undefined ? undefined : duration(words.time);
  const accesses =
    words.accesses === undefined ? (time === undefined ? ACCESSES : null) : number('--accesses', words.accesses, 1);
  const lanes = optional('--lanes', words.lanes, LANES_AT_MOST) ?? lanesFor(accesses);
  return {
    plan: {
      seed: words.seed,
      accesses,
      lanes,
      maxSteps: optional('--max-steps', words.maxSteps, PROGRAM_STEPS_AT_MOST) ?? PROGRAM_STEPS,
      stopAfterFindings: number('--stop-after-findings', words.stopAfterFindings, 0),
      shrinkRuns: number('--shrink-runs', words.shrinkRuns, 0),
    },
    time,
    workers: optional('--workers', words.workers, WORKERS_AT_MOST),
    shard: words.shard === undefined ? undefined : shardOf(words.shard, lanes),
  };
}

/** Milliseconds of `90s`, `20m`, `8h` or plain seconds. */
function duration(text: string): number {
  const [, digits, unit = 's'] = /^(\d+(?:\.\d+)?)([smh])?$/.exec(text) ?? [];
  const milliseconds = Number(digits ?? Number.NaN) * UNITS[unit as keyof typeof UNITS];
  if (milliseconds >= 1 && milliseconds <= MILLISECONDS_AT_MOST) return Math.round(milliseconds);
  throw new UsageError(
    `barometer fuzz: --time ${text}: seconds, minutes or hours are expected (90s, 20m, 8h), up to 24 days.`,
  );
}

function shardOf(text: string, lanes: number): Shard {
  const [, number, of] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  const shard: Shard = { number: Number(number ?? 0), of: Number(of ?? 0) };
  if (shard.number < 1 || shard.number > shard.of)
    throw new UsageError(`barometer fuzz: --shard ${text}: I/N is expected, with I from 1 to N.`);
  if (shard.of > lanes)
    throw new UsageError(
      `barometer fuzz: --shard ${text}: the campaign has ${lanes === 1 ? 'one lane' : `${lanes} lanes`}, of which each shard ` +
        'needs one; more accesses or --lanes give more.',
    );
  return shard;
}
