/** Where a campaign is kept while it runs and afterwards: its plan, the rounds of its lanes, the failures made shorter. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileDurably } from '../../core/durable-file.ts';
import { makeDirectory } from '../../core/make-directory.ts';
import { parseScenario } from '../../scenario/grammar.ts';
import type { FoundInCampaign } from '../outcome.ts';
import { PLAN_FORMAT } from '../plan.ts';
import type { Plan } from '../plan.ts';
import type { Failure } from '../reduce.ts';
import type { Round } from '../round.ts';
import { isRound, Journal, laneJournal, readRecords } from './journal.ts';

/** A failure with the place in its campaign where it was found first. */
interface FailureRecord {
  lane: number;
  round: number;
  /** Its program is its scenario. */
  failure: Omit<Failure, 'program'> & { program?: undefined };
}

export const PLAN_FILE = 'plan.json';
const FAILURES_FILE = 'failures.jsonl';

/** Its plan; undefined: there is no campaign here. Throws the system's error, and a SyntaxError for another file. */
export function readPlan(directory: string): Plan | undefined {
  let text: string;
  try {
    text = readFileSync(join(directory, PLAN_FILE), 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
  const plan = JSON.parse(text) as { format?: unknown };
  if (plan.format !== PLAN_FORMAT) throw new SyntaxError(`${PLAN_FORMAT} is expected`);
  return plan as Plan;
}

/** Which failure belongs to a finding: one that was found elsewhere has other steps. */
export function failureKey({ lane, round }: { lane: number; round: number }, id: string): string {
  return `${id} ${lane} ${round}`;
}

/** The failures of a campaign's directory by `failureKey`. Throws the system's error. */
export function readFailures(directory: string): Map<string, Failure> {
  return byKey(readRecords<FailureRecord>(join(directory, FAILURES_FILE)).records);
}

function byKey(records: readonly FailureRecord[]): Map<string, Failure> {
  return new Map(
    records.map(({ lane, round, failure }) => [
      failureKey({ lane, round }, failure.finding.id),
      { ...failure, program: parseScenario(failure.scenario).program },
    ]),
  );
}

/** One that is being written to. Methods throw the system's error. */
export class CampaignDirectory {
  readonly path: string;
  private readonly lanes = new Map<number, Journal>();
  private readonly failuresFile: Journal;

  private constructor(path: string) {
    this.path = path;
    this.failuresFile = new Journal(join(path, FAILURES_FILE));
  }

  /** Begins a campaign, or goes on with the one that is there, which has the same plan. */
  static open(path: string, plan: Plan): CampaignDirectory {
    makeDirectory(path);
    const file = join(path, PLAN_FILE);
    if (!existsSync(file)) writeFileDurably(file, `${JSON.stringify(plan, null, 2)}\n`);
    return new CampaignDirectory(path);
  }

  /** Nothing was played yet. */
  get isEmpty(): boolean {
    return !readdirSync(this.path).some((name) => name.startsWith('lane-'));
  }

  /** The rounds that have been played. */
  recoverRounds(lane: number): Round[] {
    return this.journal(lane).recover<Round>((round, index) => isRound(round, lane, index));
  }

  recoverFailures(): Map<string, Failure> {
    return byKey(this.failuresFile.recover());
  }

  appendRound(round: Round): void {
    this.journal(round.lane).append(round);
  }

  /** A whole lane that was played elsewhere, as the text of its journal. */
  replaceLane(lane: number, journal: string): void {
    this.journal(lane).close();
    this.lanes.delete(lane);
    writeFileDurably(laneJournal(this.path, lane), journal);
  }

  appendFailure({ lane, round }: FoundInCampaign, failure: Failure): void {
    this.failuresFile.append({ lane, round, failure: { ...failure, program: undefined } } satisfies FailureRecord);
  }

  close(): void {
    for (const journal of [...this.lanes.values(), this.failuresFile]) journal.close();
  }

  private journal(lane: number): Journal {
    let journal = this.lanes.get(lane);
    if (journal === undefined) this.lanes.set(lane, (journal = new Journal(laneJournal(this.path, lane))));
    return journal;
  }
}
