/** A campaign on one machine of the sweep, or the shortest form of one kind of finding. */

import { join } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { TargetDied } from '../../src/access/target-died.ts';
import { search, shorten } from '../../src/campaign/fuzz.ts';
import type { Found, FuzzOptions } from '../../src/campaign/fuzz.ts';
import { divergenceText } from '../../src/check/divergence-text.ts';
import { kindOfFunction } from '../../src/check/finding.ts';
import { readProfile } from '../../src/check/profile.ts';
import { qtestScript } from '../../src/report/qtest-script.ts';
import { CHOICES } from '../../src/spec/choices.ts';
import { openTarget } from '../../src/targets/open.ts';
import { qemuCommand } from '../../src/targets/wire/qemu.ts';
import type { SweptMachine } from './machines.ts';
import { kindOf } from './rows.ts';
import type { Kind, Row, SweptFinding } from './rows.ts';

export type SweepJob = { seed: string; checked: number; shrinkRuns: number; machine: SweptMachine } & (
  { finding?: undefined } | { finding: SweptFinding }
);

export type SweepResult = Row | Kind;

/** Milliseconds that QEMU may take for an answer while all cores are busy. */
const TIMEOUT = 60_000;
/** What ends a campaign is `checked`, not the accesses of its programs. */
const ENOUGH = 1_000_000;

async function optionsOf({ seed, checked, shrinkRuns, machine }: SweepJob): Promise<FuzzOptions> {
  const name = `qemu-${machine.machine}`;
  const profile = await readProfile(join('profiles', `${name}.yaml`), name);
  const deviations = new Set(CHOICES.filter(({ kind }) => kind === 'deviation').map((one) => one.name));
  return {
    open: await openTarget(`qemu:${machine.words}`, undefined, TIMEOUT),
    // What the specification leaves open; what it forbids is to be found.
    choices: Object.fromEntries(Object.entries(profile.choices).filter(([choice]) => !deviations.has(choice))),
    skip: new Set(),
    seed: `${seed}/${machine.device}/${machine.place}`,
    accesses: ENOUGH,
    checked,
    stopAfterFindings: 0,
    shrinkRuns,
    reproduce: true,
  };
}

function sweptOf({ finding, program }: Found): SweptFinding {
  const { first } = finding;
  return {
    id: finding.id,
    rule: finding.rule,
    register: first.register,
    shape: first.shape,
    function: kindOfFunction(first.function),
    access: divergenceText(first),
    expected: first.expected,
    actual: first.actual,
    explanation: first.explanation,
    program: [...program],
  };
}

function sweep({ machine: { device, place, words } }: SweepJob, options: FuzzOptions): Row {
  const row = { device, place, words, checked: 0, messages: 0, exercised: {}, findings: [] };
  try {
    options.open().close?.();
  } catch (error) {
    if (!(error instanceof TargetDied)) throw error;
    return { ...row, refused: error.death.stderr.trim() };
  }
  const findings: SweptFinding[] = [];
  const { tally, accesses, sweepAccesses } = search(options, (found) => void findings.push(...found.map(sweptOf)));
  const { exercised, messages } = tally.report(device, '');
  return { ...row, checked: accesses + sweepAccesses, messages, exercised, findings };
}

function shortest(finding: SweptFinding, { words }: SweptMachine, options: FuzzOptions): Kind {
  const { program, ...rest } = finding;
  const found: Found = {
    // Only its rule is looked at.
    finding: { id: finding.id, rule: finding.rule } as Found['finding'],
    program: Int32Array.from(program),
    accesses: 0,
  };
  const { scenario, reproduced, reproducer } = shorten(found, options);
  const script = reproducer === undefined ? '' : qtestScript(reproducer, qemuCommand(words, 'stdio').command, 'SCRIPT');
  return { key: kindOf(finding), words, finding: rest, scenario, reproduced, script };
}

async function work(job: SweepJob): Promise<SweepResult> {
  const options = await optionsOf(job);
  return job.finding === undefined ? sweep(job, options) : shortest(job.finding, job.machine, options);
}

parentPort?.on('message', (job: SweepJob) => void work(job).then((result) => parentPort?.postMessage(result)));
