/** Speed of the model alone, on accesses that are in memory already, against a C program with the same duties. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Access } from '../../src/access/access.ts';
import { startStopwatch } from '../../src/core/clock.ts';
import { Model } from '../../src/model/model.ts';
import { printProfile, profiled } from '../support/cpu-profile.ts';
import { benchOptions } from '../support/options.ts';
import { compile, runNative } from '../support/native.ts';
import { median, print, printTable } from '../support/print.ts';
import { play } from '../support/recording.ts';
import type { Taker } from '../support/recording.ts';
import { loadScenario, scenarioNames } from '../support/scenarios.ts';
import type { Scenario } from '../support/scenarios.ts';
import { walkThrough } from './hierarchy.ts';
import type { Walk } from './hierarchy.ts';
import { streamOf } from './stream.ts';

const SOURCE = 'bench/model/replay.c';
/** Short traces are repeated, with a new model each time, until a measurement takes long enough to mean something. */
const STEPS_AT_LEAST = 200_000;

const options = benchOptions({ rounds: 5, scenario: '', profile: false });
const DEFAULT = ['full-smp', 'full', 'grub', 'big-topology', 'linux-q35', 'linux-msix-affinity', 'linux-arm64-its'];
const chosen = options.scenario === '' ? DEFAULT : options.scenario === 'all' ? scenarioNames() : [options.scenario];
/** What handing the rows on costs by itself. */
class Nothing implements Taker {
  sum = 0;
  access(access: Access): void {
    this.sum = (this.sum + access.valueLo) | 0;
  }
  event(): void {
    this.sum++;
  }
}

const SIZES = [1, 16, 64, 256];

const directory = mkdtempSync(join(tmpdir(), 'barometer-bench-'));
try {
  const program = compile(SOURCE, join(directory, 'replay'));
  const rows: string[][] = [];
  for (const name of chosen) {
    const scenario = await loadScenario(name);
    rows.push(measure(scenario, program));
    if (options.profile) await profile(scenario);
  }
  printTable('Steps of the model a second (medians; M: million)', [
    ['', 'steps', 'model M/s', 'C M/s', 'model : C', 'bare loop M/s', 'model spread'],
    ...rows,
  ]);
  if (program !== undefined) print('\nThe goal is a ratio of 0.50.');
  if (options.scenario === '') printSizes();
} finally {
  rmSync(directory, { recursive: true, force: true });
}

function measure(scenario: Scenario, program: string | undefined): string[] {
  const { length } = scenario.recording;
  const repeats = Math.ceil(STEPS_AT_LEAST / length);
  const steps = repeats * length;
  const model: number[] = [];
  const bare: number[] = [];
  const native: number[] = [];
  const stream = join(directory, 'stream');
  if (program !== undefined) writeFileSync(stream, streamOf(scenario));
  // The first round warms up and is not counted; the contenders alternate.
  for (let round = 0; round <= options.rounds; round++) {
    const rates = [
      steps / timeOf(repeats, () => runModel(scenario)),
      steps / timeOf(repeats, () => runNothing(scenario)),
      program === undefined ? Number.NaN : nativeRate(program, stream, repeats, steps),
    ];
    if (round === 0) continue;
    model.push(rates[0] ?? Number.NaN);
    bare.push(rates[1] ?? Number.NaN);
    native.push(rates[2] ?? Number.NaN);
  }
  const millions = (rate: number): string => (Number.isNaN(rate) ? '-' : (rate / 1e6).toFixed(2));
  return [
    scenario.name,
    String(length),
    millions(median(model)),
    millions(median(native)),
    program === undefined ? '-' : (median(model) / median(native)).toFixed(2),
    millions(median(bare)),
    `${millions(Math.min(...model))} to ${millions(Math.max(...model))}`,
  ];
}

/** The same guest in machines of different sizes; what enumeration costs is left out. */
function printSizes(): void {
  const walks = SIZES.map((size) => walkThrough(size));
  const rates: number[][] = SIZES.map(() => []);
  for (let round = 0; round <= options.rounds; round++) {
    for (const [index, walk] of walks.entries()) {
      const rate = walkRate(walk);
      if (round > 0) rates[index]?.push(rate);
    }
  }
  const first = median(rates[0] ?? []);
  printTable('Steps of the model a second by the number of functions (medians; M: million)', [
    ['functions', 'steps', 'model M/s', 'cost of a step against 1 function', 'spread'],
    ...SIZES.map((size, index) => {
      const own = rates[index] ?? [];
      const steps = (walks[index]?.recording.length ?? 0) - (walks[index]?.found ?? 0);
      const spread = `${(Math.min(...own) / 1e6).toFixed(2)} to ${(Math.max(...own) / 1e6).toFixed(2)}`;
      return [String(size), String(steps), (median(own) / 1e6).toFixed(2), (first / median(own)).toFixed(2), spread];
    }),
  ]);
}

function walkRate({ recording, machine, found }: Walk): number {
  const ignore = (): void => undefined;
  const model = new Model({ machine, choices: {}, skip: new Set(), divergence: ignore, note: ignore });
  play(recording, model, 0, found);
  const elapsed = startStopwatch();
  play(recording, model, found);
  return ((recording.length - found) * 1000) / elapsed();
}

function timeOf(repeats: number, work: () => void): number {
  const elapsed = startStopwatch();
  for (let time = 0; time < repeats; time++) work();
  return elapsed() / 1000;
}

function runModel({ recording, machine, choices }: Scenario): void {
  const ignore = (): void => undefined;
  const model = new Model({ machine, choices, skip: new Set(), divergence: ignore, note: ignore });
  play(recording, model);
  model.finish();
}

function runNothing({ recording }: Scenario): void {
  play(recording, new Nothing());
}

/** Steps a second as the C program measures them itself: reading the stream is not counted, as it is not for the model. */
function nativeRate(program: string, stream: string, repeats: number, steps: number): number {
  const { seconds, output } = runNative(program, [stream, String(repeats)]);
  if (options.rounds === 1) print(output);
  return steps / seconds;
}

async function profile(scenario: Scenario): Promise<void> {
  const repeats = Math.ceil((5 * STEPS_AT_LEAST) / scenario.recording.length);
  const result = await profiled(() => {
    for (let time = 0; time < repeats; time++) runModel(scenario);
  });
  printProfile(scenario.name, result);
}
