/** Players as a campaign gives them work, in threads of their own. */

import { extname } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import type { Found } from '../lane.ts';
import type { Failure } from '../reduce.ts';
import type { Round } from '../round.ts';
import type { PlayerOptions } from './player.ts';
import type { ThreadData, ThreadReply, ThreadRequest } from './thread.ts';

/** One piece of work at a time. A rejection is a bug, or what opening a target throws. */
export interface Member {
  round(lane: number, number: number): Promise<Round>;
  reduce(found: Found): Promise<Failure>;
  close(): Promise<void>;
}

/**
 * A machine and what is known of it live for some thousand accesses. Where the young generation is too small for that, what
 * dies soon is copied again and again first, by threads that other players need.
 */
const YOUNG_MEGABYTES = 192;

/**
 * The model is much code, of which V8 would compile more than pays, in threads that the players need: four times its default of
 * Node 20. Other versions count otherwise.
 */
if (process.versions.v8.startsWith('11.')) setFlagsFromString('--interrupt-budget=270336');

/** Works in a thread, which opens the plan's target itself. */
export function threadMember(data: ThreadData, onTrace?: PlayerOptions['onTrace']): Member {
  // Sources and built files have endings of their own.
  const worker = new Worker(new URL(`./thread${extname(import.meta.url)}`, import.meta.url), {
    workerData: data,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
  });
  // Between two pieces of work it may fail as well; whoever asks next hears of it.
  let lost: Error | undefined;
  worker.on('error', (error: Error) => (lost ??= error));
  worker.on('exit', (status) => (lost ??= new Error(`a worker ended with status ${status}`)));
  const ask = (request: ThreadRequest): Promise<Exclude<ThreadReply, { kind: 'trace' }>> =>
    new Promise((resolve, reject) => {
      if (lost !== undefined) {
        reject(lost);
        return;
      }
      const done = (): void => void worker.off('error', failed).off('exit', ended).off('message', heard);
      const failed = (error: Error): void => {
        done();
        reject(error);
      };
      const ended = (status: number): void => failed(new Error(`a worker ended with status ${status}`));
      const heard = (reply: ThreadReply): void => {
        if (reply.kind === 'trace') onTrace?.(reply.trace, reply.lane, reply.machine);
        else {
          done();
          resolve(reply);
        }
      };
      worker.on('error', failed).on('exit', ended).on('message', heard);
      worker.postMessage(request);
    });
  return {
    async round(lane, round) {
      return ((await ask({ kind: 'round', lane, round })) as { round: Round }).round;
    },
    async reduce(found) {
      return ((await ask({ kind: 'reduce', found })) as { failure: Failure }).failure;
    },
    async close() {
      await worker.terminate();
    },
  };
}
