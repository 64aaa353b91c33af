/** Twenty faults that are known, and one more, for the choices that the main thread names. */

import { parentPort } from 'node:worker_threads';
import { search } from '../../src/campaign/fuzz.ts';
import type { Searched } from '../../src/campaign/fuzz.ts';
import type { Found } from '../../src/campaign/lane.ts';
import { findingId } from '../../src/check/finding.ts';
import { KnownFindings } from '../../src/check/known-findings.ts';
import { trial } from '../../src/check/lockstep/trial.ts';
import type { TrialOptions } from '../../src/check/lockstep/trial.ts';
import { updateProfileText } from '../../src/check/profile-update.ts';
import { parseProfile } from '../../src/check/profile.ts';
import type { Profile } from '../../src/check/profile.ts';
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
  /** Entries of the profile then. */
  entries: number;
  /** The fault that came last, and how often another was drawn before it whose finding was known already. */
  last: string;
  redrawn: number;
  /** New findings of the run with that one: its own, and those that the others show without it. */
  own: string[];
  strays: string[];
}

parentPort?.on('message', (job: RestJob) => void rest(job).then((rested) => parentPort?.postMessage(rested)));

async function rest(job: RestJob): Promise<Rested> {
  const { choice, seed, accesses, faults, runs } = job;
  const stream = randomStream(`${seed}/${choice}`);
  const resting = new Set<string>();
  while (resting.size < faults) resting.add(stream.pick(FAULTS).id);
  const run = (ids: ReadonlySet<string>, name: string, profile?: Profile): Searched & { found: Found[] } => {
    const found: Found[] = [];
    const searched = search(
      {
        ...machine(ids),
        choices: profile?.choices ?? {},
        profile,
        seed: `${seed}/${choice}/${name}`,
        accesses,
        stopAfterFindings: profile === undefined ? 1 : 0,
        shrinkRuns: 0,
      },
      (ofMachine) => found.push(...ofMachine),
    );
    return { ...searched, found };
  };
  let text = '';
  const fresh: number[] = [];
  for (let number = 0; number < runs; number++) {
    const { tally, found } = run(resting, `run ${number}`, await parseProfile(text, 'rest'));
    text = updateProfileText(text, [tally.report('rest', '')]).text;
    fresh.push(found.length);
  }
  const profile = await parseProfile(text, 'rest');
  const known = new KnownFindings(profile.known);
  for (let redrawn = 0; ; redrawn++) {
    const { id: last } = stream.pick(FAULTS);
    if (resting.has(last)) continue;
    const [alone] = run(new Set([last]), `alone ${redrawn}`).found;
    if (alone !== undefined && known.judge(alone.finding).known) continue;
    const { found } = run(new Set([...resting, last]), 'last', profile);
    const isStray = ({ program, finding }: Found): boolean =>
      trial(machine(resting), program).divergences.some((one) => findingId(one) === finding.id);
    const strays = new Set(found.filter(isStray));
    const told = (list: readonly Found[]): string[] =>
      list.map(({ finding: { id, first } }) => `${id} (${first.register}: ${first.shape})`);
    return {
      job,
      fresh,
      entries: profile.known.length,
      last,
      redrawn,
      own: told(found.filter((one) => !strays.has(one))),
      strays: told([...strays]),
    };
  }
}

function machine(faults: ReadonlySet<string>): TrialOptions {
  return { open: () => createEmulated({ layout: DEFAULT_LAYOUT, faults }), choices: {}, skip: new Set() };
}
