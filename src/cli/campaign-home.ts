/**
 * Where `fuzz` keeps what it must not lose: `OUT.unfinished` while it runs, `OUT/campaign` when its report is written. What
 * was killed leaves the first, what was interrupted the second; `--resume` goes on with either.
 */
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { differences } from '../campaign/plan.ts';
import type { Plan } from '../campaign/plan.ts';
import { CampaignDirectory, PLAN_FILE, readPlan } from '../campaign/state/campaign-directory.ts';
import { claim, CLAIM_FILE } from '../campaign/state/in-use.ts';
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

/** What a campaign of one target, or the folder of several, is made of. */
const OURS =
  /^(in-use\.json(\.\d+(\.stale)?)?|plan\.json(\.new)?|stats\.jsonl|failures\.jsonl|lane-\d+\.jsonl(\.new)?|target-\d+)$/;

export class CampaignHome {
  /** As they are in force: a campaign that goes on has the corpus that it began with. */
  readonly plans: readonly Plan[];
  /** One for each plan. */
  readonly directories: readonly CampaignDirectory[];
  readonly path: string;
  private readonly out: string;
  private readonly release: () => void;
  private isClosed = false;

  private constructor(path: string, out: string, plans: readonly Plan[], release: () => void) {
    this.path = path;
    this.out = out;
    this.plans = plans;
    this.directories = plans.map((plan, index) => CampaignDirectory.open(join(path, placeOf(plans, index)), plan));
    this.release = release;
  }

  /** Throws a UsageError for a place that cannot be used, is in use, or holds another campaign. */
  static open(out: string, plans: readonly Plan[], resume: boolean): CampaignHome {
    const path = `${out.replace(/\/+$/, '')}.unfinished`;
    try {
      const finished = join(out, 'campaign');
      if (resume && !existsSync(path) && existsSync(finished)) {
        refuseOther(finished, plans);
        renameSync(finished, path);
      }
      makeDirectory(path);
      refuseForeign(path, out);
      const release = claim(path);
      if (release === undefined)
        throw new UsageError(`barometer fuzz: --out ${out}: another run writes there at present.`);
      try {
        if (!resume && plansIn(path).length > 0)
          throw new UsageError(
            `barometer fuzz: --out ${out}: a campaign was ended there before its time. --resume goes on with it; ` +
              `without ${path} a new one begins.`,
          );
        refuseOther(path, plans);
        return new CampaignHome(
          path,
          out,
          plans.map((plan, index) => asBegun(path, plans, plan, index)),
          release,
        );
      } catch (error) {
        release();
        throw error;
      }
    } catch (error) {
      if (error instanceof UsageError) throw error;
      throw new UsageError(`barometer fuzz: --out ${out}: ${describeSystemError(error)}`);
    }
  }

  /** The report is written: the campaign goes beside it. Throws the system's error. */
  settle(): void {
    const place = join(this.out, 'campaign');
    // The mark moves with the place, so that nobody takes it in between.
    this.close(() => {
      renameSync(this.path, place);
      rmSync(join(place, CLAIM_FILE), { force: true });
    });
  }

  /** Leaves the campaign where it is, if anything was played; `leave` does something else with it. Once. */
  close(leave: () => void = () => undefined): void {
    if (this.isClosed) return;
    this.isClosed = true;
    for (const directory of this.directories) directory.close();
    const isEmpty = this.directories.every((directory) => directory.isEmpty);
    if (isEmpty) rmSync(this.path, { recursive: true, force: true });
    else leave();
    this.release();
  }
}

/** Each plan's place below the campaign's: several targets have a folder each. */
function placeOf(plans: readonly unknown[], index: number): string {
  return plans.length === 1 ? '.' : `target-${index + 1}`;
}

/** The places below one that hold plans. */
function plansIn(path: string): string[] {
  const below = readdirSync(path).filter((name) => name.startsWith('target-'));
  return ['.', ...below].filter((place) => existsSync(join(path, place, PLAN_FILE)));
}

/** A directory of this name that holds other things is not written to. */
function refuseForeign(path: string, out: string): void {
  const foreign = readdirSync(path).find((name) => !OURS.test(name));
  if (foreign !== undefined)
    throw new UsageError(
      `barometer fuzz: --out ${out}: a running campaign is kept in ${path}, which holds something else: ${foreign}.`,
    );
}

/** The corpus has what earlier campaigns left there, this one perhaps among them. */
function asBegun(path: string, plans: readonly Plan[], plan: Plan, index: number): Plan {
  const there = planIn(join(path, placeOf(plans, index)));
  return there === undefined ? plan : { ...plan, corpus: there.corpus };
}

function refuseOther(path: string, plans: readonly Plan[]): void {
  const refuse = (what: string): never => {
    throw new UsageError(
      `barometer fuzz: --resume: ${path} is a campaign with ${what}; the command must be the one that began it.`,
    );
  };
  const places = plansIn(path);
  if (places.length > 0 && places.length !== plans.length) refuse('another number of targets');
  for (const [index, plan] of plans.entries()) {
    const place = placeOf(plans, index);
    if (places.length > 0 && !places.includes(place)) refuse('other targets');
    const there = planIn(join(path, place));
    if (there === undefined) continue;
    const different = differences(there, plan)
      // What it holds may be another one by now.
      .filter((name) => name !== 'corpus')
      .map((name) => WORDS[name] ?? `another --${name}`);
    if ((there.corpus === null) !== (plan.corpus === null))
      different.push(there.corpus === null ? 'no --corpus' : '--corpus');
    if (different.length > 0) refuse(different.join(', '));
  }
}

function planIn(directory: string): Plan | undefined {
  try {
    return readPlan(directory);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new UsageError(`barometer fuzz: --resume: ${join(directory, PLAN_FILE)} is no plan of a campaign.`);
  }
}
