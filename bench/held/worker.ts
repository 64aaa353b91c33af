/** One campaign on a stock QEMU for each machine that the main thread names. */

import { join } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { fuzz } from '../../src/campaign/fuzz.ts';
import { readProfile } from '../../src/check/profile.ts';
import { openTarget } from '../../src/targets/open.ts';
import type { HeldMachine } from './machines.ts';

export interface HeldJob extends HeldMachine {
  seed: string;
  accesses: number;
}

export interface Held {
  name: string;
  accesses: number;
  sweepAccesses: number;
  messages: number;
  /** Ids of findings that the profile knows and that came. */
  known: string[];
  /** Findings that it does not know. */
  fresh: { id: string; what: string; scenario: string }[];
}

/** Milliseconds that QEMU may take for an answer while both cores are busy. */
const TIMEOUT = 60_000;
const SHRINK_RUNS = 100;

async function held({ name, profile: profileName, words, seed, accesses }: HeldJob): Promise<Held> {
  const profile = await readProfile(join('profiles', `${profileName}.yaml`), profileName);
  const fuzzed = fuzz({
    open: await openTarget(`qemu:${words}`, undefined, TIMEOUT),
    choices: profile.choices,
    skip: new Set(),
    profile,
    seed,
    accesses,
    stopAfterFindings: 0,
    shrinkRuns: SHRINK_RUNS,
  });
  const { findings, messages } = fuzzed.tally.report(name, '');
  return {
    name,
    accesses: fuzzed.accesses,
    sweepAccesses: fuzzed.sweepAccesses,
    messages,
    known: findings.filter((finding) => finding.known).map(({ id }) => id),
    fresh: fuzzed.failures.map(({ finding, scenario }) => ({
      id: finding.id,
      what: `${finding.first.register}: ${finding.first.shape}`,
      scenario,
    })),
  };
}

parentPort?.on('message', (job: HeldJob) => void held(job).then((result) => parentPort?.postMessage(result)));
