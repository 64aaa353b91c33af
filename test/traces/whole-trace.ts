/** Bundled traces in memory, to be judged in parts, or with something left out. */

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Access } from '../../src/access/access.ts';
import type { Event, Located } from '../../src/access/event.ts';
import { emptyMachine } from '../../src/access/machine.ts';
import type { MachineDescription } from '../../src/access/machine.ts';
import { FindingTable } from '../../src/check/finding.ts';
import type { Finding } from '../../src/check/finding.ts';
import { KnownFindings } from '../../src/check/known-findings.ts';
import { readProfile } from '../../src/check/profile.ts';
import { Model } from '../../src/model/model.ts';
import type { FunctionSnapshot } from '../../src/model/snapshot.ts';
import type { Note } from '../../src/model/verdict.ts';
import { readTrace } from '../../src/trace/index.ts';
import { Collector } from '../collect.ts';
import { TOP } from '../support/repository.ts';

const CORPUS = join(TOP, 'corpora/traces');

export type Entry = Access | Located<Event>;

/** All bundled traces but the unfiltered ones: these have the same accesses to devices and a hundred times as much beside. */
export const FILTERED = readdirSync(CORPUS)
  .filter((name) => !name.startsWith('full'))
  .toSorted();

export interface WholeTrace {
  /** Without remarks. */
  entries: readonly Entry[];
  /** As the trace tells it, but for where it begins. */
  machine: MachineDescription;
  /** What the profile beside it accepts. */
  accepted: KnownFindings;
}

export async function readWhole(name: string): Promise<WholeTrace> {
  const collector = new Collector();
  const result = await readTrace(join(CORPUS, name, 'trace.txt.gz'), {}, collector);
  if (result.truncated !== undefined || result.problemCount > 0) throw new Error(`${name} cannot be read to its end`);
  const beside = join(CORPUS, name, 'profile.yaml');
  return {
    entries: collector.entries.filter((entry) => entry instanceof Access || entry.kind !== 'remark'),
    machine: { ...emptyMachine(), ...collector.headers[0]?.machine, powerOn: false },
    accepted: new KnownFindings(existsSync(beside) ? (await readProfile(beside)).known : []),
  };
}

export interface Judged {
  findings: Finding[];
  notes: Note[];
  /** Of configuration answers of present functions: bits known before the answer, and all. */
  bitsKnown: number;
  bitsAnswered: number;
  /** What the model holds at the end. */
  end: readonly FunctionSnapshot[];
}

/** What a model that is told nothing but the machine makes of some entries. */
export function judge(entries: readonly Entry[], machine: MachineDescription): Judged {
  const table = new FindingTable();
  const notes: Note[] = [];
  const model = new Model({
    machine,
    choices: {},
    skip: new Set(),
    divergence: (divergence) => table.add(divergence),
    note: (note) => notes.push(note),
  });
  for (const entry of entries) {
    if (entry instanceof Access) model.access(entry);
    else model.event(entry);
  }
  model.finish();
  const { bitsKnown, bitsAnswered } = model.statistics();
  return { findings: table.list(), notes, bitsKnown, bitsAnswered, end: model.snapshot().functions };
}
