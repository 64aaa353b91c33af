/**
 * Where `fuzz` keeps what it must not lose: `OUT.unfinished` while it runs, `OUT/campaign` when its report is written. What
 * was killed leaves the first, what was interrupted the second; `--resume` goes on with either.
 */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { differences } from '../campaign/plan.ts';
import type { Plan } from '../campaign/plan.ts';
import { CampaignDirectory, PLAN_FILE, readPlan } from '../campaign/state/campaign-directory.ts';
import { claim } from '../campaign/state/in-use.ts';
import { makeDirectory } from '../core/make-directory.ts';
import { describeSystemError } from '../core/system-error.ts';
import { UsageError } from './exit-status.ts';

/** What the parts of a plan are called on the command line. */
const WORDS: Partial<Record<keyof Plan, string>> = {
  tool: 'another version of Barometer',
  description: 'a target that says something else of itself',
  skip: 'other --only or --skip',
  maxSteps: 'another --max-steps',
  stopAfterFindings: 'another --stop-after-findings',
  shrinkRuns: 'another --shrink-runs',
};

export class CampaignHome {
  /** One for each plan. */
  readonly directories: readonly CampaignDirectory[];
  readonly path: string;
  private readonly out: string;
  private readonly release: () => void;

  private constructor(path: string, out: string, directories: readonly CampaignDirectory[], release: () => void) {
    this.path = path;
    this.out = out;
    this.directories = directories;
    this.release = release;
  }

  /** Rejects with a UsageError for a place that cannot be used, is in use, or holds another campaign. */
  static async open(out: string, plans: readonly Plan[], resume: boolean): Promise<CampaignHome> {
    const path = `${out.replace(/\/+$/, '')}.unfinished`;
    const finished = join(out, 'campaign');
    try {
      if (!existsSync(path) && resume && existsSync(finished)) await rename(finished, path);
      makeDirectory(path);
      refuseForeign(path, out);
      const release = claim(path);
      if (release === undefined)
        throw new UsageError(`barometer fuzz: --out ${out}: another run writes there at present.`);
      try {
        if (!resume && existsSync(join(placeOf(path, plans, 0), PLAN_FILE)))
          throw new UsageError(
            `barometer fuzz: --out ${out}: a campaign was ended there before its time. --resume goes on with it; ` +
              `without ${path} a new one begins.`,
          );
        for (const [index, plan] of plans.entries()) refuseOther(placeOf(path, plans, index), plan);
        const directories = plans.map((plan, index) => CampaignDirectory.open(placeOf(path, plans, index), plan));
        return new CampaignHome(path, out, directories, release);
      } catch (error) {
        release();
        throw error;
      }
    } catch (error) {
      if (error instanceof UsageError) throw error;
      throw new UsageError(`barometer fuzz: --out ${out}: ${describeSystemError(error)}`);
    }
  }

  /** The report is written: the campaign goes beside it. */
  async settle(): Promise<void> {
    this.close();
    await rename(this.path, join(this.out, 'campaign'));
  }

  /** Leaves the campaign where it is, if anything was played. */
  close(): void {
    for (const directory of this.directories) directory.close();
    this.release();
    if (existsSync(this.path) && this.directories.every(({ isEmpty }) => isEmpty))
      rmSync(this.path, { recursive: true, force: true });
  }
}

/** A directory of this name that holds other things is not written to. */
function refuseForeign(path: string, out: string): void {
  const foreign = readdirSync(path).find(
    (name) =>
      !/^(in-use\.json(\.\d+)?|plan\.json(\.new)?|stats\.jsonl|failures\.jsonl|lane-\d+\.jsonl(\.new)?|target-\d+)$/.test(
        name,
      ),
  );
  if (foreign !== undefined)
    throw new UsageError(
      `barometer fuzz: --out ${out}: a running campaign is kept in ${path}, which holds something else: ${foreign}.`,
    );
}

function placeOf(path: string, plans: readonly unknown[], index: number): string {
  return plans.length === 1 ? path : join(path, `target-${index + 1}`);
}

function refuseOther(directory: string, plan: Plan): void {
  let there: Plan | undefined;
  try {
    there = readPlan(directory);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new UsageError(`barometer fuzz: --resume: ${join(directory, 'plan.json')} is no plan of a campaign.`);
  }
  if (there === undefined) return;
  const different = differences(there, plan).map((name) => WORDS[name] ?? `another --${name}`);
  if (different.length > 0)
    throw new UsageError(
      `barometer fuzz: --resume: ${directory} is a campaign with ${different.join(', ')}; ` +
        'the command must be the one that began it.',
    );
}
