/** The scenario corpus: for each fault the shortest scenario that exposes it, in a form that any target can bind. */

import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '../../src/core/atomic-file.ts';
import type { Fault } from '../../src/targets/emulated/index.ts';
import { layoutSeed } from '../support/turns.ts';
import type { Found } from './hunt.ts';
import { isNamed, naming } from './summary.ts';
import type { Score } from './summary.ts';

/**
 * Writes one file a fault, named by what goes wrong; faults of which nothing was found under a good name have none.
 * `whole`: all faults were hunted, so what else is in the folder is of faults that are no more.
 */
export async function writeCorpus(folder: string, scores: readonly Score[], whole: boolean): Promise<void> {
  await mkdir(folder, { recursive: true });
  const ids = new Set(scores.map(({ fault }) => fault.id));
  if (whole)
    for (const name of await readdir(folder))
      if (name.endsWith('.txt') && !ids.has(name.slice(0, -4))) await rm(join(folder, name));
  for (const { fault, found } of scores) {
    const best = found
      .filter((one) => isNamed(fault, one))
      .toSorted((one, other) => rank(fault, one) - rank(fault, other))[0];
    if (best !== undefined) await writeFileAtomically(join(folder, `${fault.id}.txt`), textOf(fault, best));
  }
}

/** The default layout first, then the fault's own rule, then the fewest steps. */
function rank(fault: Fault, found: Found): number {
  return (found.layout === 0 ? 0 : 2e6) + (naming(fault, found) === 'own' ? 0 : 1e6) + found.steps;
}

function textOf({ id, title, origin }: Fault, { rule, scenario, steps, layout }: Found): string {
  const from = origin === 'synthetic' ? 'synthetic' : `${origin.system} ${origin.commit.slice(0, 12)}, ${origin.date}`;
  const how = steps === 0 ? '# No step: enumeration shows it.\n' : '';
  const where = layout === 0 ? '' : `# Layout: random:${layoutSeed(layout)}\n`;
  return `# ${title}\n# From: ${from} (emulated:${id})\n# Breaks: ${rule}\n${where}${how}${scenario}`;
}
