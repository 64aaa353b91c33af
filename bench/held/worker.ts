/** One campaign on a stock QEMU for each machine that the main thread names. */

import { join } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { fuzz } from '../../src/campaign/fuzz.ts';
import { judge } from '../../src/check/gate.ts';
import { readProfile } from '../../src/check/profile.ts';
import { makeResults, resultsText } from '../../src/check/results.ts';
import type { LiveRun } from '../../src/check/results.ts';
import { sha256 } from '../../src/core/hash.ts';
import { openTarget } from '../../src/targets/open.ts';
import { interruptsOfQemu } from '../../src/targets/wire/qemu.ts';
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
  /** Whether no message comes later than its cause, so that a run has the same bytes each time. */
  isPrompt: boolean;
  /** Of the bytes of `results.json`, and of the findings alone. */
  bytes: string;
  verdicts: string;
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
  const report = fuzzed.tally.report(name, '');
  const { findings, messages } = report;
  const failures = fuzzed.failures.map(({ finding: { id }, program, reproduced }) => {
    return [id, { failure: id, steps: program.length >>> 3, reproduced }] as const;
  });
  const live: LiveRun = { target: 'qemu', seed, sweepAccesses: fuzzed.sweepAccesses, failures: new Map(failures) };
  const verdicts = findings.map(({ id, known }) => `${id} ${known}`).toSorted();
  return {
    name,
    accesses: fuzzed.accesses,
    sweepAccesses: fuzzed.sweepAccesses,
    messages,
    known: findings.filter((finding) => finding.known).map(({ id }) => id),
    isPrompt: interruptsOfQemu(words).isPrompt,
    bytes: sha256(
      resultsText(makeResults('fuzz', 'barometer', [report], judge([report], [], [], { strict: false }), live)),
    ),
    verdicts: sha256(verdicts.join('\n')),
    fresh: fuzzed.failures.map(({ finding, scenario }) => ({
      id: finding.id,
      what: `${finding.first.register}: ${finding.first.shape}`,
      scenario,
    })),
  };
}

parentPort?.on('message', (job: HeldJob) => void held(job).then((result) => parentPort?.postMessage(result)));
