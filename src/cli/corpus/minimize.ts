/** `barometer corpus minimize DIR --target T` */
import { join } from 'node:path';
import { removeEntry } from '../../campaign/corpus/corpus-directory.ts';
import type { CorpusEntry } from '../../campaign/corpus/corpus-directory.ts';
import { cover } from '../../campaign/corpus/cover.ts';
import { printable } from '../../campaign/corpus/entry-file.ts';
import { describeSystemError } from '../../core/system-error.ts';
import { groupDigits, plural } from '../../report/wrap.ts';
import { EXIT, UsageError } from '../exit-status.ts';
import { prepare } from '../lockstep-options.ts';
import type { TargetOptions } from '../lockstep-options.ts';
import { featuresOf, labelled, reachAll, usableCorpus } from './reach-all.ts';
import type { Reached } from './reach-all.ts';
import { print } from '../say.ts';

export interface MinimizeOptions extends TargetOptions {
  dryRun?: boolean;
}

/**
 * Removes the entries without which the corpus reaches as much on this target. Those of which that is not known stay: they
 * cannot be bound, or the target died of them. Nothing is removed before all has been run. Returns the exit status.
 */
export async function runMinimize(directory: string, options: MinimizeOptions): Promise<number> {
  const corpus = usableCorpus('minimize', directory);
  const { trial } = await prepare(options);
  const reached = reachAll(corpus, trial);
  const unbound = reached.filter((one) => one.unbound !== undefined);
  const died = reached.filter((one) => one.died);
  const chosen = cover(reached.filter((one) => one.unbound === undefined && !one.died));
  // Where nothing is reached, the target is not one by which entries could be told apart.
  const kept = new Set<Reached>(chosen.length === 0 ? reached : [...unbound, ...died, ...chosen]);
  const before = featuresOf(reached).size;
  const after = featuresOf([...kept]).size;
  if (after !== before) throw new Error(`of ${before} features ${after} would be left`);

  const useless = reached.filter((one) => !kept.has(one)).map(({ entry }) => entry);
  const removed = [...useless, ...corpus.duplicates].toSorted((one, other) => (one.name < other.name ? -1 : 1));
  const dry = options.dryRun === true;
  if (dry) for (const { name } of removed) print(`would be removed: ${printable(join(directory, name))}\n`);
  else removeAll(directory, removed);

  const files = reached.length + corpus.duplicates.length;
  const rows = [
    `${groupDigits(files)} before, ${groupDigits(kept.size)} after${dry ? '; nothing has been removed yet' : ''}`,
    chosen.length > 0
      ? `${groupDigits(chosen.length)} reach all that is reached here`
      : 'none reaches anything here, so all are kept',
  ];
  if (unbound.length > 0) rows.push(`${groupDigits(unbound.length)} kept that cannot be bound here`);
  if (died.length > 0) rows.push(`${groupDigits(died.length)} kept of which the target died`);
  if (corpus.duplicates.length > 0)
    rows.push(`${groupDigits(corpus.duplicates.length)} of those removed had the text of another`);
  print(labelled('entries', rows));
  print(labelled('features', [`${groupDigits(before)} before, ${groupDigits(after)} after`]));
  return EXIT.conforms;
}

function removeAll(directory: string, entries: readonly CorpusEntry[]): void {
  for (const [index, entry] of entries.entries()) {
    try {
      removeEntry(directory, entry);
    } catch (error) {
      const before = index === 0 ? '' : ` ${plural(index, 'entry', 'entries')} had been removed by then.`;
      throw new UsageError(
        `barometer corpus minimize: ${join(directory, entry.name)}: ${describeSystemError(error)}${before}`,
      );
    }
  }
}
