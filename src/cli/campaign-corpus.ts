/** `fuzz --corpus DIR`: the scenarios that a campaign begins with, and those that it leaves there for the next one. */
import { resolve } from 'node:path';
import { addEntry, readCorpus } from '../campaign/corpus/corpus-directory.ts';
import type { Outcome } from '../campaign/outcome.ts';
import type { Plan } from '../campaign/plan.ts';
import { Lockstep } from '../check/lockstep/lockstep.ts';
import type { TrialOptions } from '../check/lockstep/trial.ts';
import { makeDirectory } from '../core/make-directory.ts';
import { describeSystemError } from '../core/system-error.ts';
import { bind } from '../scenario/bind.ts';
import { formatScenario, parseScenario } from '../scenario/grammar.ts';
import { portable } from '../scenario/portable.ts';
import { UsageError } from './exit-status.ts';
import { sayProblems } from './say-problems.ts';

/** Bytes of scenarios that go to workers on other machines with each lane. */
const QUEUED_AT_MOST = 1 << 20;

/** The texts of its entries; says what could not be read. Makes the directory. Throws a UsageError where that cannot be. */
export function seedsIn(directory: string): string[] {
  try {
    makeDirectory(directory);
    const { entries, problems } = readCorpus(directory);
    sayProblems({ name: directory, problems, problemCount: problems.length });
    return entries.map(({ text }) => text);
  } catch (error) {
    throw refusal(directory, error);
  }
}

/** A report is replaced as a whole, and what a campaign has found goes with it. Throws a UsageError. */
export function refuseInside(directory: string, out: string): void {
  const place = `${resolve(directory)}/`;
  if ([`${resolve(out)}/`, `${resolve(out)}.unfinished/`].some((one) => place.startsWith(one)))
    throw new UsageError(
      `barometer fuzz: --corpus ${directory}: the report goes to ${out} and replaces what is there; name a directory beside it.`,
    );
}

/** Throws a UsageError for what is too much to go with each lane. */
export function refuseQueued({ corpus }: Plan, directory: string): void {
  const bytes = (corpus ?? []).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (bytes > QUEUED_AT_MOST)
    throw new UsageError(
      `barometer fuzz: --corpus ${directory}: with --queue each lane carries the corpus, of which 1 MiB at most is ` +
        `possible; these are ${(bytes / QUEUED_AT_MOST).toFixed(1)} MiB. barometer corpus minimize makes it smaller.`,
    );
}

/** The campaign of a target, and how one gets a machine. */
interface Adding {
  plan: Plan;
  outcome: Outcome;
  trial: Pick<TrialOptions, 'open'>;
}

/**
 * Adds what the campaign of a target has kept. Returns how many entries are new. Rejects with a UsageError, and with a
 * TargetDied, since what steps need is asked of a machine.
 */
export async function addKept(directory: string, { plan, outcome, trial }: Adding, origin: string): Promise<number> {
  const { kept } = outcome;
  if (kept.length === 0) return 0;
  // One that is there under a name of its own need not be there again.
  const there = new Set(plan.corpus);
  const target = trial.open();
  let added = 0;
  try {
    const { topology } = new Lockstep(target, { divergence: () => undefined });
    for (const { scenario, rule } of kept) {
      const { program } = parseScenario(scenario);
      const bound = bind(program, topology);
      if (!bound.bound) continue;
      const mine = portable(program, bound.binding);
      if (there.has(formatScenario(mine))) continue;
      const remark = `Had something new of ${rule} judged. From ${origin}`;
      try {
        if (await addEntry(directory, mine, remark)) added++;
      } catch (error) {
        throw refusal(directory, error);
      }
    }
  } finally {
    target.close?.();
  }
  return added;
}

function refusal(directory: string, error: unknown): UsageError {
  return new UsageError(`barometer fuzz: --corpus ${directory}: ${describeSystemError(error)}`);
}
