/** Is each treatment needed that keeps false alarms away? Takes one out at a time and judges all traces again. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startStopwatch } from '../../src/core/clock.ts';
import { benchOptions } from '../support/options.ts';
import { print, printTable } from '../support/print.ts';
import { inWorkers } from '../support/workers.ts';
import { patched } from './program.ts';
import { PARTS } from './treatment.ts';
import type { Part } from './treatment.ts';
import { TREATMENTS } from './treatments.ts';
import type { Taken } from './worker.ts';

const options = benchOptions({ threads: 2, only: '' });

const elapsed = startStopwatch();
const waiting = TREATMENTS.map((_, index) => index).filter((index) => TREATMENTS[index]?.name.includes(options.only));
// All patches are tried before the first run: a mistake in one of them shows at once.
TREATMENTS.forEach(patched);
const folder = mkdtempSync(join(tmpdir(), 'barometer-treatments-'));
try {
  printReport(
    await inWorkers<number, Taken>(import.meta.url, waiting, options.threads, {
      data: (number) => join(folder, String(number)),
    }),
  );
} finally {
  rmSync(folder, { recursive: true });
}
print();
print(`${(elapsed() / 1000).toFixed(0)} s`);

function countOf({ parts }: Taken, part: Part): number | undefined {
  const found = parts.find((one) => one.part === part);
  return found === undefined ? undefined : total(found.difference.more);
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function printReport(done: readonly Taken[]): void {
  const row = (taken: Taken): string[] => {
    const whole = taken.parts.find(({ part }) => part === 'whole')?.difference;
    const lost = taken.parts.reduce((sum, { difference }) => sum + difference.fewer, 0);
    const known = whole?.known ?? 0;
    return [
      TREATMENTS[taken.index]?.name ?? '',
      ...PARTS.map((part) => countOf(taken, part)?.toString() ?? ''),
      total(taken.cases).toString(),
      lost === 0 ? '' : lost.toString(),
      Math.abs(known) < 0.005 ? '' : known.toFixed(2),
      isNeeded(taken) ? where(taken) : 'not needed by these traces',
    ];
  };
  printTable(
    'Without a treatment: new divergences by the way to judge, rule cases that diverge, divergences lost, known bits in per cent',
    [['', ...PARTS, 'cases', 'lost', 'known', 'where'], ...done.map(row)],
    [0, PARTS.length + 4],
  );
  print();
  const needed = done.filter(isNeeded).length;
  const byCases = done.filter((taken) => !isNeeded(taken) && total(taken.cases) > 0).length;
  print(`${done.length} treatments: ${needed} are needed by these traces, ${byCases} more by rule cases`);
}

function isNeeded(taken: Taken): boolean {
  return PARTS.some((part) => (countOf(taken, part) ?? 0) > 0);
}

/** The traces with the most new divergences. */
function where({ parts }: Taken): string {
  const counts = new Map<string, number>();
  for (const { difference } of parts) {
    for (const [name, count] of Object.entries(difference.more)) counts.set(name, (counts.get(name) ?? 0) + count);
  }
  const sorted = [...counts].toSorted(([, one], [, other]) => other - one);
  const shown = sorted.slice(0, 3).map(([name, count]) => `${name} ${count}`);
  return [...shown, ...(sorted.length > 3 ? [`${sorted.length - 3} more`] : [])].join(', ');
}
