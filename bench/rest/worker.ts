/** Twenty faults that are known, and one more, for the choices that the main thread names. */

import { parentPort } from 'node:worker_threads';
import { search } from '../../src/campaign/fuzz.ts';
import { updateProfileText } from '../../src/check/profile-update.ts';
import { parseProfile } from '../../src/check/profile.ts';
import type { Finding } from '../../src/check/finding.ts';
import { randomStream } from '../../src/core/random.ts';
import { createEmulated, DEFAULT_LAYOUT, FAULTS } from '../../src/targets/emulated/index.ts';

export interface RestJob {
  choice: number;
  seed: string;
  accesses: number;
  /** Faults at rest. */
  faults: number;
  /** Runs until they must be known. */
  runs: number;
}

export interface Rested {
  job: RestJob;
  /** New findings of each run in which the faults became known. */
  fresh: number[];
  /** The fault that came last, and how often another was drawn before it whose findings were known already. */
  last: string;
  redrawn: number;
  /** Rules of the new findings of the run with that one, under a rule of its list or not. */
  named: string[];
  strays: string[];
}

parentPort?.on('message', (job: RestJob) => void rest(job).then((rested) => parentPort?.postMessage(rested)));

async function rest(job: RestJob): Promise<Rested> {
  const { choice, seed, accesses, faults, runs } = job;
  const stream = randomStream(`${seed}/${choice}`);
  const drawn = new Set<string>();
  while (drawn.size < faults) drawn.add(stream.pick(FAULTS).id);
  let text = '';
  const run = async (ids: ReadonlySet<string>, name: string, stop: boolean): Promise<Finding[]> => {
    const profile = await parseProfile(text, 'rest');
    const found: Finding[] = [];
    const { tally } = search(
      {
        open: () => createEmulated({ layout: DEFAULT_LAYOUT, faults: ids }),
        choices: profile.choices,
        skip: new Set(),
        profile,
        seed: `${seed}/${choice}/${name}`,
        accesses,
        stopAfterFindings: stop ? 1 : 0,
        shrinkRuns: 0,
      },
      ({ finding }) => found.push(finding),
    );
    if (!stop) text = updateProfileText(text, [tally.report('rest', '')]).text;
    return found;
  };
  const fresh: number[] = [];
  for (let number = 0; number < runs; number++) fresh.push((await run(drawn, `run ${number}`, false)).length);
  const resting = text;
  for (let redrawn = 0; ; redrawn++) {
    const { id, rules } = stream.pick(FAULTS);
    if (drawn.has(id)) continue;
    text = resting;
    const all = await run(new Set([...drawn, id]), `last ${redrawn}`, false);
    text = resting;
    // What the twenty alone show for the first time in this run is not the last one's.
    const without = new Set((await run(drawn, `last ${redrawn}`, false)).map((one) => one.id));
    const found = all.filter((one) => !without.has(one.id));
    const named = found.filter(({ rule }) => rules.includes(rule));
    if (named.length === 0) {
      text = '';
      const [alone] = await run(new Set([id]), `alone ${redrawn}`, true);
      if (alone !== undefined && resting.includes(alone.id)) continue;
    }
    const strays = found.filter(({ rule }) => !rules.includes(rule));
    const rulesOf = (findings: readonly Finding[]): string[] => [...new Set(findings.map(({ rule }) => rule))];
    return { job, fresh, last: id, redrawn, named: rulesOf(named), strays: rulesOf(strays) };
  }
}
