/** A campaign on one machine of the sweep, or the shortest form of one kind of finding. */

import { join } from 'node:path';
import { parentPort } from 'node:worker_threads';
import type { Target } from '../../src/access/target.ts';
import { TargetDied } from '../../src/access/target-died.ts';
import { search, shorten } from '../../src/campaign/fuzz.ts';
import type { FuzzOptions } from '../../src/campaign/fuzz.ts';
import type { Found } from '../../src/campaign/lane.ts';
import { divergenceText } from '../../src/check/divergence-text.ts';
import { trialOn } from '../../src/check/lockstep/trial.ts';
import type { Wanted } from '../../src/check/lockstep/trial.ts';
import { kindOfFunction } from '../../src/check/finding.ts';
import { readProfile } from '../../src/check/profile.ts';
import { qtestScript } from '../../src/report/qtest-script.ts';
import { isDeviation } from '../../src/spec/choices.ts';
import { openTarget } from '../../src/targets/open.ts';
import { qemuCommand } from '../../src/targets/wire/qemu.ts';
import type { SweptMachine } from './machines.ts';
import { kindOf } from './rows.ts';
import type { Causes, Example, Row, SweptFinding } from './rows.ts';

export interface SweepJob {
  seed: string;
  checked: number;
  shrinkRuns: number;
  machine: SweptMachine;
  /** None: everything that the machine shows is asked for. */
  finding?: SweptFinding;
  /** The page that it is to be an example on; none: what it follows from is asked for. */
  page?: string;
}

export type SweepResult = Row | Example | Causes;

/** Milliseconds that QEMU may take for an answer while all cores are busy. */
const TIMEOUT = 60_000;
const STARTS_AT_MOST = 5;
/** What ends a campaign is `checked`, not the accesses of its programs. */
const ENOUGH = 1_000_000;

/** Choices of a profile, by name and value. */
type Choices = [name: string, value: string][];

/** How a machine is driven, and the deviations that its profile declares. */
async function optionsOf({ seed, checked, shrinkRuns, machine }: SweepJob): Promise<[FuzzOptions, Choices]> {
  const name = `qemu-${machine.machine}`;
  const profile = await readProfile(join('profiles', `${name}.yaml`), name);
  const choices = Object.entries(profile.choices);
  const options: FuzzOptions = {
    open: await openTarget(`qemu:${machine.words}`, undefined, TIMEOUT),
    // What the specification leaves open; what it forbids is to be found.
    choices: Object.fromEntries(choices.filter(([choice]) => !isDeviation(choice))),
    seed: `${seed}/${machine.device}/${machine.place}`,
    accesses: ENOUGH,
    checked,
    shrinkRuns,
    reproduce: true,
  };
  return [options, choices.filter(([choice]) => isDeviation(choice))];
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
  const { exercised, messages } = tally.report(device);
  return { ...row, checked: accesses + sweepAccesses, messages, exercised, findings };
}

/** Only the same kind of finding will do, though others may break the same rule. */
const sameKind =
  (finding: SweptFinding): Wanted =>
  (one) =>
    kindOf({ ...one, function: kindOfFunction(one.function) }) === kindOf(finding);

function shortest(page: string, finding: SweptFinding, { words }: SweptMachine, options: FuzzOptions): Example {
  const { program, ...rest } = finding;
  const found: Found = {
    finding: { id: finding.id, rule: finding.rule } as Found['finding'],
    program: Int32Array.from(program),
    accesses: 0,
  };
  const { scenario, reproduced, reproducer } = shorten(found, options, sameKind(finding));
  if (reproducer === undefined) return { page, words, finding: rest, scenario, reproduced, script: '' };
  const { divergence } = reproducer;
  const script = qtestScript(reproducer, qemuCommand(words, 'stdio').command, `${page}.qtest`);
  const { expected, actual } = divergence;
  const shown = { ...rest, access: divergenceText(divergence), expected, actual };
  return { page, words, finding: shown, scenario, reproduced, script };
}

/** Runs what the machine had been through once more, and with each of the deviations. */
function causes(finding: SweptFinding, options: FuzzOptions, deviations: Choices): Causes {
  const program = Int32Array.from(finding.program);
  const comesBack = (choices: FuzzOptions['choices']): boolean =>
    trialOn(opened(options), { choices }, program, sameKind(finding)).broken;
  const before = comesBack(options.choices);
  const excusing = deviations.filter(([name, value]) => !comesBack({ ...options.choices, [name]: value }));
  // What comes by chance would seem to be excused by anything.
  const reproduced = before && (excusing.length === 0 || comesBack(options.choices));
  return { kind: kindOf(finding), reproduced, excusedBy: reproduced ? excusing.map(([name]) => name) : [] };
}

/** A machine that does not start, as all cores are busy, would show that nothing is found. Throws a TargetDied. */
function opened(options: FuzzOptions): Target {
  for (let attempt = 1; ; attempt++) {
    try {
      return options.open();
    } catch (error) {
      if (!(error instanceof TargetDied) || attempt === STARTS_AT_MOST) throw error;
    }
  }
}

async function work(job: SweepJob): Promise<SweepResult> {
  const [options, deviations] = await optionsOf(job);
  const { finding, page, machine } = job;
  if (finding === undefined) return sweep(job, options);
  return page === undefined ? causes(finding, options, deviations) : shortest(page, finding, machine, options);
}

parentPort?.on('message', (job: SweepJob) => void work(job).then((result) => parentPort?.postMessage(result)));
