/** What workers bring: two against one on the same campaign, and what it costs to add up the rounds of many. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCampaign } from '../../src/campaign/campaign.ts';
import { Outcome } from '../../src/campaign/outcome.ts';
import { lanesOf, PLAN_FORMAT } from '../../src/campaign/plan.ts';
import type { Plan } from '../../src/campaign/plan.ts';
import type { Round } from '../../src/campaign/round.ts';
import { CampaignDirectory } from '../../src/campaign/state/campaign-directory.ts';
import { Journal, readRounds } from '../../src/campaign/state/journal.ts';
import { startStopwatch } from '../../src/core/clock.ts';
import { createEmulated, DEFAULT_LAYOUT } from '../../src/targets/emulated/index.ts';
import { benchOptions } from '../support/options.ts';
import { median, print, printTable } from '../support/print.ts';

const options = benchOptions({ rounds: 5, accesses: 40_000, workers: '1,2', seed: 'scaling' });

const counts = options.workers.split(',').map(Number);
const scratch = mkdtempSync(join(tmpdir(), 'barometer-scaling-'));
const plan: Plan = {
  format: PLAN_FORMAT,
  tool: 'bench',
  target: 'emulated',
  description: '',
  layout: null,
  timeout: 10_000,
  profile: null,
  skip: [],
  seed: options.seed,
  accesses: options.accesses,
  lanes: 16,
  maxSteps: 100,
  guided: false,
  stopAfterFindings: 0,
  shrinkRuns: 0,
};

/** Seconds that a campaign takes, and what it comes to. */
async function campaign(workers: number, name: string): Promise<{ seconds: number; outcome: Outcome }> {
  const directory = CampaignDirectory.open(join(scratch, name), plan);
  const elapsed = startStopwatch();
  const { outcome } = await runCampaign({
    plan,
    open: () => createEmulated({ layout: DEFAULT_LAYOUT, faults: new Set() }),
    directory,
    workers,
    reproduce: false,
    patience: new Int32Array(new SharedArrayBuffer(8)),
    onFinding: () => undefined,
    onStatus: () => undefined,
  });
  directory.close();
  return { seconds: elapsed() / 1000, outcome };
}

/** Milliseconds a round that whoever hands out the work is busy with what comes back, with lanes of so many workers. */
function addingUp(rounds: readonly Round[], workers: number): number {
  const lanes = Array.from({ length: workers }, (_, lane) => lane);
  const outcome = new Outcome(lanes, undefined, Number.POSITIVE_INFINITY);
  const journals = lanes.map((lane) => new Journal(join(scratch, `simulated-${workers}-${lane}.jsonl`)));
  const each = Math.max(1, Math.floor(256 / workers));
  const elapsed = startStopwatch();
  for (let number = 0; number < each; number++) {
    for (const lane of lanes) {
      // A message between threads is a copy.
      const round = structuredClone({ ...rounds[(lane + number) % rounds.length]!, lane, round: number, again: {} });
      journals[lane]!.append(round);
      outcome.add(round);
    }
  }
  const milliseconds = elapsed() / (each * workers);
  for (const journal of journals) journal.close();
  return milliseconds;
}

const seconds = new Map<number, number[]>(counts.map((count) => [count, []]));
let checked = 0;
let played = 0;
for (let round = 0; round < options.rounds; round++) {
  const reports = new Set<string>();
  for (const count of round % 2 === 0 ? counts : counts.toReversed()) {
    const { seconds: took, outcome } = await campaign(count, `${round}-${count}`);
    seconds.get(count)!.push(took);
    checked = outcome.asked + outcome.sweepAccesses;
    played = outcome.rounds;
    reports.add(JSON.stringify(outcome.tally.report('')));
  }
  if (reports.size > 1) throw new Error('campaigns with different numbers of workers differ');
}
const one = median(seconds.get(counts[0]!)!);
printTable(
  `${options.accesses} accesses of programs, ${checked} checked, ${played} rounds; medians of ${options.rounds}`,
  [
    ['workers', 'seconds', 'checked/s', `against ${counts[0]}`],
    ...counts.map((count) => {
      const took = median(seconds.get(count)!);
      return [String(count), took.toFixed(2), (checked / took).toFixed(0), `${(one / took).toFixed(2)}x`];
    }),
  ],
);

const some = lanesOf(plan).flatMap((lane) => readRounds(join(scratch, `0-${counts[0]}`), lane));
const milliseconds = (1000 * one * (counts[0] ?? 1)) / played;
printTable(`adding rounds up, written to the disk; a round is played in ${milliseconds.toFixed(0)} ms`, [
  ['workers', 'ms a round', 'busy'],
  ...[1, 8, 64].map((workers) => {
    const costs = Array.from({ length: 3 }, () => addingUp(some, workers));
    return [
      String(workers),
      median(costs).toFixed(2),
      `${((100 * workers * median(costs)) / milliseconds).toFixed(1)} %`,
    ];
  }),
]);
print('  busy: of the time of whoever adds up, if each of so many workers plays without a pause');
rmSync(scratch, { recursive: true });
