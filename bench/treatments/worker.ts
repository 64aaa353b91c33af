/** Takes out the treatments that the main thread names, one after the other. */

import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { judgeCases } from './cases.ts';
import { loadProgram } from './program.ts';
import { Runs } from './runs.ts';
import type { Difference } from './runs.ts';
import { TREATMENTS } from './treatments.ts';
import type { Part } from './treatment.ts';

/** Of one treatment: what each part gave, and how many conforming rule cases diverge, by rule. */
export interface Taken {
  index: number;
  parts: { part: Part; difference: Difference }[];
  cases: Record<string, number>;
}

const folder = workerData as string;
const runs = new Runs(await loadProgram(join(folder, 'clean')));

parentPort?.on('message', (index: number) => void take(index));

async function take(index: number): Promise<void> {
  const treatment = TREATMENTS[index];
  if (treatment === undefined) throw new Error(`there is no treatment ${index}`);
  const taken: Taken = { index, parts: [], cases: {} };
  const { parts = [], file } = treatment;
  const ways: readonly Part[] = file.startsWith('trace/') ? parts : ['whole', ...parts];
  try {
    const patched = await loadProgram(join(folder, String(index)), treatment);
    for (const part of ways) taken.parts.push({ part, difference: await runs.compare(part, patched) });
    taken.cases = judgeCases(patched);
  } catch (error) {
    throw new Error(`without "${treatment.name}" the program does not run`, { cause: error });
  }
  parentPort?.postMessage(taken);
}
