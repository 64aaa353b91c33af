/** Tries the sequences that the main thread names, one range after the other. */

import { parentPort } from 'node:worker_threads';
import { rulesBroken, sequence, sequences } from './scope.ts';

/** With a fault: all lengths up to `length`, until the first finding. Without: the sequences of a range of one length. */
export interface ScopeJob {
  fault?: string;
  length: number;
  from: number;
  to: number;
}

export interface Tried {
  job: ScopeJob;
  count: number;
  /** Sequences that broke a rule; of a fault, the first. */
  broken: { letters: string[]; rules: string[] }[];
}

const MOST = 5;

parentPort?.on('message', (job: ScopeJob) => parentPort?.postMessage(tryAll(job)));

function tryAll(job: ScopeJob): Tried {
  const faults = new Set(job.fault === undefined ? [] : [job.fault]);
  const wanted = job.fault === undefined ? MOST : 1;
  const tried: Tried = { job, count: 0, broken: [] };
  for (let length = job.fault === undefined ? job.length : 0; length <= job.length; length++) {
    const to = job.fault === undefined ? job.to : sequences(length);
    for (let number = job.from; number < to; number++) {
      const letters = sequence(length, number);
      const rules = rulesBroken(letters, faults);
      tried.count++;
      if (rules.length > 0) tried.broken.push({ letters, rules });
      if (tried.broken.length >= wanted) return tried;
    }
  }
  return tried;
}
