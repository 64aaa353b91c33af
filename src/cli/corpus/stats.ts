/** `barometer corpus stats DIR --target T` */
import { inertJson } from '../../core/inert-text.ts';
import { groupDigits, plural, wrap } from '../../report/wrap.ts';
import { EXIT } from '../exit-status.ts';
import { prepare } from '../lockstep-options.ts';
import type { TargetOptions } from '../lockstep-options.ts';
import { labelled, reachAll, usableCorpus } from './reach-all.ts';
import type { Reached } from './reach-all.ts';
import { print } from '../say.ts';

export interface StatsOptions extends TargetOptions {
  json?: boolean;
}

/** It changes when a field goes or changes its meaning; fields may be added. */
const SCHEMA = 'barometer.corpus/1';
/** Width of a row behind its label. */
const COLUMNS = 68;
/** Reasons that a screen shows; `--json` has all. */
const REASONS_AT_MOST = 5;

/** Prints how large a corpus is and what it reaches on a target. Returns the exit status. */
export async function runStats(directory: string, options: StatsOptions): Promise<number> {
  const { problems, duplicates, entries } = usableCorpus('stats', directory);
  const { trial } = await prepare(options);
  const reached = reachAll({ entries, duplicates, problems }, trial);
  const stats = statsOf(reached);
  const document = { schema: SCHEMA, ...stats, problems: problems.length, duplicates: duplicates.length };
  print(options.json === true ? inertJson(document) : textOf(document));
  return EXIT.conforms;
}

/** All that is told, by `--json` as it is. */
interface Stats {
  steps: { sum: number; median: number; longest: number };
  bound: number;
  unbound: number;
  died: number;
  /** Reached by any entry. */
  features: number;
  /** Ids. */
  rules: string[];
  entries: {
    name: string;
    steps: number;
    features: number;
    /** Features that no other entry reaches. */
    alone: number;
    /** Why it cannot be bound; null: it can. */
    unbound: string | null;
    died: boolean;
  }[];
}

function statsOf(reached: readonly Reached[]): Stats {
  const holders = new Map<number, number>();
  for (const { features } of reached)
    for (const feature of features) holders.set(feature, (holders.get(feature) ?? 0) + 1);
  const steps = reached.map((one) => one.steps).toSorted((one, other) => one - other);
  const unbound = reached.filter((one) => one.unbound !== undefined).length;
  return {
    steps: {
      sum: steps.reduce((sum, count) => sum + count, 0),
      median: steps[Math.floor(steps.length / 2)] ?? 0,
      longest: steps.at(-1) ?? 0,
    },
    bound: reached.length - unbound,
    unbound,
    died: reached.filter((one) => one.died).length,
    features: holders.size,
    rules: [...new Set(reached.flatMap(({ rules }) => [...rules]))].toSorted(),
    entries: reached.map((one) => ({
      name: one.name,
      steps: one.steps,
      features: one.features.length,
      alone: one.features.filter((feature) => holders.get(feature) === 1).length,
      unbound: one.unbound === undefined ? null : reasonOf(one.unbound),
      died: one.died,
    })),
  };
}

function reasonOf({ operand, reason }: { operand: string; reason: string }): string {
  return operand === '' ? reason : `${operand}: ${reason}`;
}

function textOf({
  steps,
  bound,
  unbound,
  died,
  features,
  rules,
  entries,
  duplicates,
}: Stats & { duplicates: number }): string {
  const alone = entries.reduce((sum, one) => sum + one.alone, 0);
  const also = duplicates === 0 ? '' : `; ${plural(duplicates, 'more file')} with the text of one of them`;
  return [
    labelled('entries', wrap(`${groupDigits(entries.length)}${also}`, COLUMNS)),
    labelled('steps', [
      `${groupDigits(steps.sum)} in all; the median ${groupDigits(steps.median)}, the longest ${groupDigits(steps.longest)}`,
    ]),
    labelled('bound', [
      `${groupDigits(bound)} here${died === 0 ? '' : `, of which the target died of ${groupDigits(died)}`}`,
    ]),
    labelled('unbound', unbound === 0 ? ['none'] : [groupDigits(unbound), ...reasonRows(entries)]),
    labelled('features', [`${groupDigits(features)}, of which ${groupDigits(alone)} by one entry alone`]),
    labelled('rules', [`${groupDigits(rules.length)} judged`]),
  ].join('');
}

/** The most frequent reasons first, then by their text. */
function reasonRows(entries: Stats['entries']): string[] {
  const counts = new Map<string, number>();
  for (const { unbound } of entries) if (unbound !== null) counts.set(unbound, (counts.get(unbound) ?? 0) + 1);
  const reasons = [...counts].toSorted(([one, many], [other, others]) => others - many || (one < other ? -1 : 1));
  const shown = reasons
    .slice(0, REASONS_AT_MOST)
    .flatMap(([reason, count]) => wrap(`${groupDigits(count)}: ${reason}`, COLUMNS));
  const rest = reasons.length - REASONS_AT_MOST;
  return rest > 0 ? [...shown, `and ${plural(rest, 'more reason')}`] : shown;
}
