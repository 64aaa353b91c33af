/** A thread of `barometer start`: checks one bundled trace at a time. */
import { parentPort } from 'node:worker_threads';
import { readProfile } from '../check/profile.ts';
import { replayTrace } from '../check/replay.ts';
import type { TraceReport } from '../check/trace-report.ts';

export interface StartJob {
  name: string;
  /** Absolute paths. */
  trace: string;
  profile: string | null;
}

export type StartMessage = { kind: 'progress'; accesses: number } | { kind: 'done'; report: TraceReport };

async function check(job: StartJob & { profileName: string }): Promise<TraceReport> {
  const profile = job.profile === null ? undefined : await readProfile(job.profile, job.profileName);
  return replayTrace(job.trace, {
    name: job.name,
    ...(profile === undefined ? {} : { profile }),
    skip: new Set(),
    timeline: true,
    onProgress: (accesses) => send({ kind: 'progress', accesses }),
  });
}

function send(message: StartMessage): void {
  parentPort?.postMessage(message);
}

parentPort?.on('message', (job: StartJob & { profileName: string }) => {
  // A rejection ends the thread with an error, which the main thread hears.
  void check(job).then((report) => send({ kind: 'done', report }));
});
