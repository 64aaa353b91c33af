/** A campaign on one machine of the sweep, or the shortest form of one kind of finding. */

import { join } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { TargetDied } from '../../src/access/target-died.ts';
import { search, shorten } from '../../src/campaign/fuzz.ts';
import type { Found, FuzzOptions } from '../../src/campaign/fuzz.ts';
import { divergenceText } from '../../src/check/divergence-text.ts';
import { trial } from '../../src/check/lockstep/trial.ts';
import type { Wanted } from '../../src/check/lockstep/trial.ts';
import { kindOfFunction } from '../../src/check/finding.ts';
import { readProfile } from '../../src/check/profile.ts';
import { qtestScript } from '../../src/report/qtest-script.ts';
import { CHOICES } from '../../src/spec/choices.ts';
import { openTarget } from '../../src/targets/open.ts';
import { qemuCommand } from '../../src/targets/wire/qemu.ts';
import type { SweptMachine } from './machines.ts';
import { causeKey, kindOf } from './rows.ts';
import type { Causes, Kind, Row, SweptFinding } from './rows.ts';

export interface SweepJob {
  seed: string;
  checked: number;
  shrinkRuns: number;
  machine: SweptMachine;
  /** What is asked about this finding; none: everything that the machine shows. */
  finding?: SweptFinding;
  asked?: 'shortest' | 'causes';
}

export type SweepResult = Row | Kind | Causes;

/** Milliseconds that QEMU may take for an answer while all cores are busy. */
const TIMEOUT = 60_000;
/** What ends a campaign is `checked`, not the accesses of its programs. */
const ENOUGH = 1_000_000;

const DEVIATIONS: ReadonlySet<string> = new Set(
  CHOICES.filter(({ kind }) => kind === 'deviation').map(({ name }) => name),
);

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
    choices: Object.fromEntries(choices.filter(([choice]) => !DEVIATIONS.has(choice))),
    skip: new Set(),
    seed: `${seed}/${machine.device}/${machine.place}`,
    accesses: ENOUGH,
    checked,
    stopAfterFindings: 0,
    shrinkRuns,
    reproduce: true,
  };
  return [options, choices.filter(([choice]) => DEVIATIONS.has(choice))];
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
    finding: { id: finding.id, rule: finding.rule } as Found['finding'],
    program: Int32Array.from(program),
    accesses: 0,
  };
  const isWanted: Wanted = (one) => kindOf(one) === kindOf(finding);
  const { scenario, reproduced, reproducer } = shorten(found, options, isWanted);
  if (reproducer === undefined) return { key: kindOf(finding), words, finding: rest, scenario, reproduced, script: '' };
  const { divergence } = reproducer;
  const script = qtestScript(reproducer, qemuCommand(words, 'stdio').command, 'SCRIPT');
  const { expected, actual } = divergence;
  const shown = { ...rest, access: divergenceText(divergence), expected, actual };
  return { key: kindOf(finding), words, finding: shown, scenario, reproduced, script };
}

/** Runs what the machine had been through once more with each of the deviations. */
function causes(finding: SweptFinding, machine: SweptMachine, options: FuzzOptions, deviations: Choices): Causes {
  const comesBack = (choices: FuzzOptions['choices']): boolean => {
    const isWanted: Wanted = (one) => kindOf(one) === kindOf(finding);
    return trial({ ...options, choices }, Int32Array.from(finding.program), isWanted).broken;
  };
  const reproduced = comesBack(options.choices);
  const excusedBy = deviations.filter(([name, value]) => !comesBack({ ...options.choices, [name]: value }));
  return {
    key: causeKey(machine, finding),
    reproduced,
    excusedBy: reproduced ? excusedBy.map(([name]) => name) : [],
  };
}

async function work(job: SweepJob): Promise<SweepResult> {
  const [options, deviations] = await optionsOf(job);
  const { finding, asked, machine } = job;
  if (finding === undefined) return sweep(job, options);
  return asked === 'causes' ? causes(finding, machine, options, deviations) : shortest(finding, machine, options);
}

parentPort?.on('message', (job: SweepJob) => void work(job).then((result) => parentPort?.postMessage(result)));
