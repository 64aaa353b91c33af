/** What the commands share that play a corpus on a target. */
import { readCorpus } from '../../campaign/corpus/corpus-directory.ts';
import type { Corpus, CorpusEntry } from '../../campaign/corpus/corpus-directory.ts';
import { reachOf } from '../../campaign/corpus/reach.ts';
import type { TrialOptions } from '../../check/lockstep/trial.ts';
import { describeSystemError } from '../../core/system-error.ts';
import type { Unbound } from '../../scenario/bind.ts';
import { stepCount } from '../../scenario/steps.ts';
import { UsageError } from '../exit-status.ts';
import { Progress } from '../progress.ts';
import { sayProblems } from '../say-problems.ts';

/** An entry and what it has reached. */
export interface Reached {
  entry: CorpusEntry;
  name: string;
  steps: number;
  features: Int32Array;
  rules: ReadonlySet<string>;
  /** Why it could not be bound; undefined: it was run. */
  unbound: Unbound | undefined;
  died: boolean;
}

/** Reads a corpus and says what is wrong in it. Throws a UsageError for a directory that cannot be read. */
export function usableCorpus(command: string, directory: string): Corpus {
  let corpus: Corpus;
  try {
    corpus = readCorpus(directory);
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const what = isMissing
      ? `there is no such directory. 'barometer corpus import ${directory} SOURCE…' makes one.`
      : `${describeSystemError(error)} A corpus is a directory of scenarios.`;
    throw new UsageError(`barometer corpus ${command}: ${directory}: ${what}`);
  }
  const { problems } = corpus;
  sayProblems({ name: directory, problems, problemCount: problems.length });
  return corpus;
}

/** Runs each entry on a machine of its own. Throws a TargetDied where that does not start. */
export function reachAll({ entries }: Corpus, trial: TrialOptions): Reached[] {
  const progress = new Progress(process.stderr, false);
  try {
    return entries.map((entry, index) => {
      progress.update(`entry ${index + 1} of ${entries.length}`);
      const { features, rules, unbound, died } = reachOf(trial, entry.program);
      const steps = stepCount(entry.program);
      return { entry, name: entry.name, steps, features: Int32Array.from(features), rules, unbound, died };
    });
  } finally {
    progress.clear();
  }
}

/** All features that some entries reach. */
export function featuresOf(reached: readonly Reached[]): Set<number> {
  const all = new Set<number>();
  for (const { features } of reached) for (const feature of features) all.add(feature);
  return all;
}

/** Rows behind a label, in two columns. */
export function labelled(label: string, rows: readonly string[]): string {
  return rows.map((row, index) => `${(index === 0 ? label : '').padEnd(8)}  ${row}\n`).join('');
}
