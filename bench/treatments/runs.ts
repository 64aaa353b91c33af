/** Judges all traces in the ways of `Part`, and compares with the clean program. */

import { existsSync } from 'node:fs';
import type { MachineDescription } from '../../src/access/machine.ts';
import { FindingTable } from '../../src/check/finding.ts';
import type { Finding } from '../../src/check/finding.ts';
import { KnownFindings } from '../../src/check/known-findings.ts';
import { readProfile } from '../../src/check/profile.ts';
import type { Access } from '../../src/access/access.ts';
import type { Event, Located } from '../../src/access/event.ts';
import { play, Recording } from '../support/recording.ts';
import type { Taker } from '../support/recording.ts';
import { loadScenario, scenarioNames } from '../support/scenarios.ts';
import type { Scenario } from '../support/scenarios.ts';
import type { Program } from './program.ts';
import type { Part } from './treatment.ts';

const CUTS = [0.2, 0.6, 0.9];
const INSIDE = new Set(['power-on', 'reset', 'eject', 'plug', 'unplug', 'message']);
const POWER_ON = new Set(['power-on']);

/** What one way to judge one trace gave. */
interface Result {
  /** The finding of each divergence, by its identity and step (of the cut, too). */
  divergences: Map<string, Finding>;
  known: number;
  answered: number;
}

/** Divergences that the clean program lacks, and what else is different. */
export interface Difference {
  /** By trace; of those alone that have any. */
  more: Record<string, number>;
  /** Divergences of the clean program that are lost. */
  fewer: number;
  /** Bits known before they were answered, in per cent; less is negative. */
  known: number;
}

interface Trace extends Scenario {
  /** What the profile accepts. */
  accepted: KnownFindings;
}

export class Runs {
  private readonly traces = new Map<string, Promise<Trace>>();
  private readonly clean = new Map<Part, Promise<Map<string, Result>>>();
  private readonly program: Program;

  /** `program`: the clean one. */
  constructor(program: Program) {
    this.program = program;
  }

  async compare(part: Part, patched: Program): Promise<Difference> {
    const before = await this.cleanResults(part);
    const after = await this.results(part, patched);
    const more: Record<string, number> = {};
    let fewer = 0;
    const sums = { known: 0, answered: 0, knownBefore: 0, answeredBefore: 0 };
    for (const [name, now] of after) {
      const then = before.get(name);
      if (then === undefined) continue;
      const { accepted } = await this.trace(name);
      const extra = [...now.divergences].filter(([key, finding]) => {
        return !then.divergences.has(key) && !accepted.judge(finding).known;
      });
      if (extra.length > 0) more[name] = extra.length;
      for (const key of then.divergences.keys()) if (!now.divergences.has(key)) fewer++;
      sums.known += now.known;
      sums.answered += now.answered;
      sums.knownBefore += then.known;
      sums.answeredBefore += then.answered;
    }
    return { more, fewer, known: 100 * (sums.known / sums.answered - sums.knownBefore / sums.answeredBefore) };
  }

  private cleanResults(part: Part): Promise<Map<string, Result>> {
    const made = this.clean.get(part) ?? this.results(part, this.program);
    this.clean.set(part, made);
    return made;
  }

  private trace(name: string): Promise<Trace> {
    const made = this.traces.get(name) ?? loadTrace(name);
    this.traces.set(name, made);
    return made;
  }

  private async results(part: Part, program: Program): Promise<Map<string, Result>> {
    const results = new Map<string, Result>();
    for (const name of namesOf(part)) results.set(name, await judge(part, program, await this.trace(name)));
    return results;
  }
}

async function loadTrace(name: string): Promise<Trace> {
  const beside = `corpora/traces/${name}/profile.yaml`;
  const known = existsSync(beside) ? (await readProfile(beside)).known : [];
  return { ...(await loadScenario(name)), accepted: new KnownFindings(known) };
}

function rawLog(name: string): string {
  return `corpora/traces/${name}/raw.log.gz`;
}

function namesOf(part: Part): string[] {
  const names = scenarioNames();
  return part === 'raw'
    ? names.filter((name) => existsSync(rawLog(name)))
    : names.filter((name) => !name.startsWith('full'));
}

async function judge(part: Part, program: Program, trace: Trace): Promise<Result> {
  const { recording, machine } = trace;
  const result: Result = { divergences: new Map(), known: 0, answered: 0 };
  const untold = { ...machine, powerOn: false };
  switch (part) {
    case 'whole':
      run(program, machine, trace.choices, result, 0, (model) => play(recording, model));
      break;
    case 'middle':
      for (const cut of CUTS) {
        const first = Math.floor(recording.length * cut);
        run(program, untold, {}, result, first, (model) => play(recording, new Without(model, POWER_ON), first));
      }
      break;
    case 'hidden':
      run(program, untold, {}, result, 0, (model) => play(recording, new Without(model, INSIDE)));
      break;
    case 'raw': {
      const imported = new Recording();
      await program.readTrace(rawLog(trace.name), { machine }, imported);
      run(program, machine, trace.choices, result, 0, (model) => play(imported, model));
      break;
    }
  }
  return result;
}

/** Plays a trace to a new model and adds up what it says. `mark`: tells runs of one trace apart. */
function run(
  { Model }: Program,
  machine: MachineDescription,
  choices: Readonly<Record<string, string>>,
  result: Result,
  mark: number,
  playTo: (model: Taker) => void,
): void {
  const findings = new FindingTable();
  const model = new Model({
    machine,
    choices,
    skip: new Set(),
    divergence: (divergence) => {
      const { finding } = findings.add(divergence);
      result.divergences.set(`${finding.id}@${mark}:${divergence.index}`, finding);
    },
    note: () => undefined,
  });
  playTo(model);
  model.finish();
  const { bitsKnown, bitsAnswered } = model.statistics();
  result.known += bitsKnown;
  result.answered += bitsAnswered;
}

/** Hands on everything but some kinds of events. */
class Without implements Taker {
  private readonly model: Taker;
  private readonly kinds: ReadonlySet<string>;

  constructor(model: Taker, kinds: ReadonlySet<string>) {
    this.model = model;
    this.kinds = kinds;
  }

  access(access: Access): void {
    this.model.access(access);
  }

  event(event: Located<Event>): void {
    if (!this.kinds.has(event.kind)) this.model.event(event);
  }
}
