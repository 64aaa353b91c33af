/** Jobs handed to worker threads one at a time; the results come back in the order of the jobs. */

import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';

interface WorkerOptions<Result> {
  /** Told of each result as it comes. */
  done?(this: void, result: Result): void;
  /** What the worker of a number, from 0, finds as its `workerData`. */
  data?(this: void, number: number): unknown;
}

/** The file `worker` beside the bench that calls answers each job, which comes as a message, with one message. */
export async function inWorkers<Job, Result>(
  bench: string,
  jobs: readonly Job[],
  threads: number,
  { done, data }: WorkerOptions<Result> = {},
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const run = (number: number): Promise<void> => {
    // A bench runs compiled, and so does its worker: the name ends as the bench's does.
    const worker = new Worker(new URL(`./worker${extname(bench)}`, bench), { workerData: data?.(number) });
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
        done?.(result);
        give();
      });
      give();
    });
  };
  await Promise.all(Array.from({ length: Math.min(threads, jobs.length) }, (_, number) => run(number)));
  return results;
}
