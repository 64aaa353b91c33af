/** What workers bring: two against one on the same campaign, and what it costs to add up the rounds of many. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Outcome } from '../../src/campaign/outcome.ts';
import type { Round } from '../../src/campaign/round.ts';
import { Journal, readRounds } from '../../src/campaign/state/journal.ts';
import { startStopwatch } from '../../src/core/clock.ts';
import { benchOptions } from '../support/options.ts';
import { median, print, printTable } from '../support/print.ts';

const options = benchOptions({ rounds: 3, accesses: 200_000, workers: '1,2', seed: 'scaling' });

const counts = options.workers.split(',').map(Number);
const scratch = mkdtempSync(join(tmpdir(), 'barometer-scaling-'));

interface Ran {
  seconds: number;
  /** The results document. */
  results: string;
  directory: string;
}

/** A process of its own, as a user has it: each worker has to get warm. */
function campaign(workers: number, name: string): Ran {
  const out = join(scratch, name);
  const words = ['--target', 'emulated', '--seed', options.seed, '--accesses', String(options.accesses)];
  const elapsed = startStopwatch();
  const { status, stderr } = spawnSync(
    process.execPath,
    ['dist/cli/main.js', 'fuzz', ...words, '--workers', String(workers), '--out', out, '--quiet'],
    { encoding: 'utf8' },
  );
  // What it finds is not the question here.
  if (status !== 0 && status !== 1) throw new Error(`fuzz ended with ${status}: ${stderr}`);
  const seconds = elapsed() / 1000;
  return { seconds, results: readFileSync(join(out, 'results.json'), 'utf8'), directory: join(out, 'campaign') };
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
let last: Ran | undefined;
for (let round = 0; round < options.rounds; round++) {
  for (const count of round % 2 === 0 ? counts : counts.toReversed()) {
    const ran = campaign(count, `${round}-${count}`);
    seconds.get(count)!.push(ran.seconds);
    if (last !== undefined && last.results !== ran.results)
      throw new Error('campaigns with different numbers of workers differ');
    last = ran;
  }
}
const { totals, campaign: shape } = JSON.parse(last!.results) as {
  totals: { accesses: number };
  campaign: { lanes: number; rounds: number };
};
const first = seconds.get(counts[0]!)!;
const one = median(first);
/** Round by round, since the speed of a machine drifts. */
const gain = (count: number): number => median(seconds.get(count)!.map((took, round) => first[round]! / took));
printTable(
  `${options.accesses} accesses of programs, ${totals.accesses} checked, ${shape.rounds} rounds; medians of ${options.rounds} rounds`,
  [
    ['workers', 'seconds', 'checked/s', `against ${counts[0]}`],
    ...counts.map((count) => {
      const took = median(seconds.get(count)!);
      return [String(count), took.toFixed(2), (totals.accesses / took).toFixed(0), `${gain(count).toFixed(2)}x`];
    }),
  ],
);

const some = Array.from({ length: shape.lanes }, (_, lane) => readRounds(last!.directory, lane)).flat();
const milliseconds = (1000 * one * (counts[0] ?? 1)) / shape.rounds;
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
