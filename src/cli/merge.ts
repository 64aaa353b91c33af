/** `barometer merge DIR…` */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Outcome } from '../campaign/outcome.ts';
import type { FoundInCampaign } from '../campaign/outcome.ts';
import { differences, lanesOf, wantedBy } from '../campaign/plan.ts';
import type { Plan } from '../campaign/plan.ts';
import type { Failure } from '../campaign/reduce.ts';
import type { Round } from '../campaign/round.ts';
import { failureKey, PLAN_FILE, readFailures, readPlan } from '../campaign/state/campaign-directory.ts';
import { readRounds } from '../campaign/state/journal.ts';
import type { Objection } from '../check/gate.ts';
import { startStopwatch } from '../core/clock.ts';
import { describeSystemError } from '../core/system-error.ts';
import { findingTexts } from '../report/finding-text.ts';
import { paintFor } from '../report/paint.ts';
import { plural } from '../report/wrap.ts';
import { defaultOut, reportCampaign } from './campaign-report.ts';
import { UsageError } from './exit-status.ts';
import { refuseForeignDirectory } from './finish-run.ts';
import { gateOptions } from './gate-options.ts';
import type { GateWords } from './gate-options.ts';
import { print, say } from './say.ts';

export interface MergeOptions extends GateWords {
  out?: string;
  json?: boolean;
  quiet?: boolean;
}

/** The campaign in one directory. */
interface Part {
  directory: string;
  plan: Plan;
}

/** Puts the shards of a campaign together. Throws a UsageError for directories that are not parts of one campaign. */
export async function runMerge(directories: readonly string[], options: MergeOptions): Promise<number> {
  const elapsed = startStopwatch();
  const parts = directories.map(partIn);
  const [{ plan }] = parts as [Part];
  for (const part of parts) refuseOther(parts[0]!, part);
  const gate = gateOptions('merge', options, new Set(plan.skip));
  const out = options.out ?? defaultOut([plan], undefined);
  refuseCampaign(out);
  await refuseForeignDirectory(out);

  const style = options.json === true ? 'json' : options.quiet === true ? 'quiet' : 'text';
  const paint = paintFor(process.stdout);
  const outcome = new Outcome(lanesOf(plan), plan.profile ?? undefined, wantedBy(plan));
  const missing: number[] = [];
  const unfinished: number[] = [];
  const differing: Objection[] = [];
  for (const lane of lanesOf(plan)) {
    const rounds = reading(lane, parts, (where) => {
      const what = `the target does not do the same twice: ${where}; what comes first is kept.`;
      differing.push({ kind: 'differing', where: `lane ${lane}`, what });
      say(`lane ${lane}: ${what}`);
    });
    for (const round of rounds) outcome.add(round);
    if (rounds.length === 0) missing.push(lane);
    else if (!rounds.at(-1)!.ended) unfinished.push(lane);
  }
  if (missing.length > 0 && !outcome.complete)
    throw new UsageError(
      `barometer merge: of the ${plan.lanes} lanes of this campaign ${plural(missing.length, 'lane')} ` +
        `(${missing.join(', ')}) ${missing.length === 1 ? 'is' : 'are'} in none of these directories.`,
    );
  outcome.finish();
  const textOf = findingTexts(plan.target, paint);
  for (const { finding } of outcome.found) if (style !== 'json') print(textOf(finding));
  const { firsts } = outcome;
  const failures = failuresOf(firsts, parts);
  const unshortened = firsts.length - failures.length;
  const { status } = await reportCampaign({
    sides: [{ plan, label: '', outcome, failures, milliseconds: Math.round(elapsed()) }],
    shard: undefined,
    complete: (outcome.complete || unfinished.length === 0) && unshortened === 0,
    gate,
    objections: differing,
    out,
    style,
    paint,
  });
  if (unfinished.length > 0 && !outcome.complete)
    say(`${plural(unfinished.length, 'lane')} of ${plan.lanes} had not come to an end.`);
  if (unshortened > 0) say(`${plural(unshortened, 'finding')} had not been made shorter when a shard was interrupted.`);
  say(`seed ${plan.seed}, report: ${out}`);
  return status;
}

/** The rounds of a campaign would go with the report that is replaced. */
function refuseCampaign(out: string): void {
  if (existsSync(join(out, 'campaign')))
    throw new UsageError(`barometer merge: --out ${out}: a campaign is kept there; name another directory.`);
}

function partIn(directory: string): Part {
  const inside = join(directory, 'campaign');
  const place = existsSync(join(inside, PLAN_FILE)) ? inside : directory;
  try {
    const plan = readPlan(place);
    if (plan !== undefined) return { directory: place, plan };
  } catch (error) {
    if (!(error instanceof SyntaxError))
      throw new UsageError(`barometer merge: ${directory}: ${describeSystemError(error)}`);
    throw new UsageError(`barometer merge: ${join(place, PLAN_FILE)} is no plan of a campaign.`);
  }
  throw new UsageError(
    `barometer merge: ${directory}: there is no campaign of one target here; what fuzz --shard has written is expected.`,
  );
}

function refuseOther(first: Part, other: Part): void {
  const different = differences(first.plan, other.plan);
  if (different.length > 0)
    throw new UsageError(
      `barometer merge: ${first.directory} and ${other.directory} are not parts of one campaign: ` +
        `they differ in ${different.join(', ')}.`,
    );
}

/** The rounds of a lane: of those who have played it, who has come furthest; the others must have come to the same. */
function reading(lane: number, parts: readonly Part[], differ: (where: string) => void): Round[] {
  let best: Round[] = [];
  let from = '';
  for (const { directory } of parts) {
    const rounds = orUsageError(directory, () => readRounds(directory, lane));
    const at = rounds.findIndex(
      (round, index) => best[index] !== undefined && JSON.stringify(round) !== JSON.stringify(best[index]),
    );
    if (at >= 0) differ(`round ${at} in ${from} and ${directory}`);
    else if (rounds.length > best.length) {
      best = rounds;
      from = directory;
    }
  }
  return best;
}

function failuresOf(found: readonly FoundInCampaign[], parts: readonly Part[]): Failure[] {
  const all = new Map(
    parts.toReversed().flatMap(({ directory }) => [...orUsageError(directory, () => readFailures(directory))]),
  );
  return found.flatMap((one) => all.get(failureKey(one, one.finding.id)) ?? []);
}

function orUsageError<T>(directory: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    throw new UsageError(`barometer merge: ${directory}: ${describeSystemError(error)}`);
  }
}
