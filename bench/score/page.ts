/** The page `docs/score.md`: what our own faults say about the checker. */

import { recordedSteps, WAITING } from '../../src/targets/emulated/index.ts';
import { ALPHABET } from '../scope/scope.ts';
import { median, percent } from '../support/print.ts';
import { isNamed, naming, summaryOf } from './summary.ts';
import type { Score } from './summary.ts';

interface PageOptions {
  seeds: number;
  accesses: number;
  'per-layout': number;
  'shrink-runs': number;
  'scope-length': number;
  date: string;
}

export function scorePage(scores: readonly Score[], options: PageOptions): string {
  const summary = summaryOf(scores);
  const { hunts, found, own, allowed, median: middle, ninetieth, largest, steps, executions } = summary;
  const { recorded, short, recordedFindings, shortFindings, inScope } = summary;
  const named = own + allowed;
  const { seeds, accesses } = options;
  const command = `npm run score -- --seeds ${seeds} --accesses ${accesses} --per-layout ${options['per-layout']} --shrink-runs ${options['shrink-runs']} --scope-length ${options['scope-length']}`;
  return `# Mutation score

The emulated target has ${scores.length} deliberate bugs, most of them from the records of real ones (\`barometer faults\`).
Each is switched on alone and hunted by ${seeds === 1 ? 'one campaign' : `${seeds} campaigns with different seeds`}, until the first finding or for ${accesses} accesses
of programs; sweeps and enumeration come on top. This page is made by the command below and holds nothing that was
written by hand.

\`\`\`sh
${command} --write docs/score.md --date ${options.date}
\`\`\`

| figure                                         | value |
| ---------------------------------------------- | ----- |
| date                                           | ${options.date} |
| hunts                                          | ${hunts} |
| found                                          | ${found} (${percent(found, hunts)} %) |
| named by the fault's own rule                  | ${own} (${percent(own, hunts)} %) |
| named by that or another rule of its list      | ${named} (${percent(named, hunts)} %) |
| accesses until the finding, median             | ${middle} |
| … nine in ten at most                          | ${ninetieth} |
| … largest                                      | ${largest} |
| steps of the shortest scenario, median         | ${steps} |
| … at most one more than the record's sequence: faults, by their medians | ${short} of ${recorded} (${percent(short, recorded)} %) |
| … the same: findings                           | ${shortFindings} of ${recordedFindings} (${percent(shortFindings, recordedFindings)} %) |
| runs that shrinking took, median               | ${executions} |
| shown by the small scope                       | ${inScope} of ${scores.length} (${percent(inScope, scores.length)} %) |

**Own** is the first rule of the fault's list, **allowed** another of it: \`barometer faults ID\` shows the list, which is
committed before the run. A finding under any other rule counts as found, not as named.
The **small scope** is every sequence of at most ${options['scope-length']} of ${ALPHABET.length} steps about two BARs, two vectors, masks, enables, events and
decoding (\`npm run scope\`, which tries all of up to four without faults); it knows nothing of most areas.

## Not found

${list(scores.flatMap(missed))}

## Named by another rule

${list(scores.flatMap(misnamed))}

## By fault

Accesses and steps are medians over the seeds; **record**: the steps of the sequence that the record of the real bug gives;
**scope**: those of the first sequence of the small scope that breaks any rule; 0: its preamble alone does.

| fault | area | difficulty | found | named | accesses | steps | record | scope | rules |
| ----- | ---- | ---------- | ----- | ----- | -------- | ----- | ------ | ----- | ----- |
${scores.map(row).join('\n')}

## Not tried

${WAITING.length} more records of real bugs wait for views that the emulated target does not have; \`barometer faults\` gives the reason
of each.
`;
}

function list(lines: readonly string[]): string {
  return lines.length === 0 ? 'None.' : lines.map((line) => `- ${line}`).join('\n');
}

function missed({ fault, hunts }: Score): string[] {
  const seeds = hunts.flatMap(({ seed, found }) => (found === undefined ? [seed] : []));
  return seeds.length === 0 ? [] : [`\`${fault.id}\`, seed ${seeds.join(', ')}: ${fault.title}`];
}

function misnamed({ fault, hunts }: Score): string[] {
  return hunts.flatMap(({ seed, found }) => {
    if (found === undefined || isNamed(fault, found)) return [];
    const gone = naming(fault, found) === 'gone' ? ', and did not come back on a fresh machine' : '';
    return [`\`${fault.id}\`, seed ${seed}: ${found.rule} (${found.register}: ${found.shape})${gone}`];
  });
}

function row({ fault, hunts, found, inScope }: Score): string {
  const rules = [...new Set(found.map(({ rule }) => rule))];
  const cells = [
    fault.id,
    fault.area,
    String(fault.difficulty),
    `${found.length} of ${hunts.length}`,
    String(found.filter((one) => isNamed(fault, one)).length),
    found.length === 0 ? '-' : String(median(found.map(({ accesses }) => accesses))),
    found.length === 0 ? '-' : String(median(found.map(({ steps }) => steps))),
    String(recordedSteps(fault.id) ?? '-'),
    String(inScope ?? '-'),
    rules.join(', '),
  ];
  return `| ${cells.join(' | ')} |`;
}
