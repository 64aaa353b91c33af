/** Jobs handed to worker threads one at a time; the results come back in the order of the jobs. */

import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';

/** `name`: of the worker's file beside the bench that calls, without its ending; it answers each message with one. */
export async function inWorkers<Job, Result>(
  bench: string,
  name: string,
  jobs: readonly Job[],
  threads: number,
  done: (result: Result) => void = () => undefined,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const run = (): Promise<void> => {
    // A bench runs compiled, and so does its worker: the name ends as the bench's does.
    const worker = new Worker(new URL(`./${name}${extname(bench)}`, bench));
    let current = 0;
    return new Promise((resolve, reject) => {
      const give = (): void => {
        current = next++;
        if (current < jobs.length) worker.postMessage(jobs[current]);
        else void worker.terminate().then(() => resolve());
      };
      worker.on('error', reject);
      worker.on('exit', (code) => {
        if (code !== 0 && current < jobs.length) reject(new Error(`a worker ended with status ${code}`));
      });
      worker.on('message', (result: Result) => {
        results[current] = result;
        done(result);
        give();
      });
      give();
    });
  };
  await Promise.all(Array.from({ length: Math.min(threads, jobs.length) }, run));
  return results;
}
