/** A player in a thread of its own. */

import { parentPort, workerData } from 'node:worker_threads';
import { toItsEnd } from '../../core/generators.ts';
import { openTarget } from '../../targets/open.ts';
import type { Found } from '../lane.ts';
import type { Plan } from '../plan.ts';
import type { Failure } from '../reduce.ts';
import type { Round } from '../round.ts';
import { Player } from './player.ts';

/** What the thread is started with. */
export interface ThreadData {
  plan: Plan;
  directory: string | undefined;
  reproduce: boolean;
  /** One number: how much patience is left. */
  patience: Int32Array;
  record: boolean;
}

export type ThreadRequest = { kind: 'round'; lane: number; round: number } | { kind: 'reduce'; found: Found };

export type ThreadReply =
  | { kind: 'round'; round: Round }
  | { kind: 'failure'; failure: Failure }
  | { kind: 'trace'; trace: string; lane: number; machine: number };

const { plan, directory, reproduce, patience, record } = workerData as ThreadData;
const send = (reply: ThreadReply): void => parentPort?.postMessage(reply);
const open = await openTarget(plan.target, plan.layout ?? undefined, plan.timeout);
const player = new Player({
  plan,
  open,
  directory,
  reproduce,
  patience: () => Math.max(Atomics.load(patience, 0), Atomics.load(patience, 1)),
  onTrace: record ? (trace, lane, machine) => send({ kind: 'trace', trace, lane, machine }) : undefined,
});

parentPort?.on('message', (request: ThreadRequest) => {
  if (request.kind === 'round') send({ kind: 'round', round: toItsEnd(player.round(request.lane, request.round)) });
  else send({ kind: 'failure', failure: toItsEnd(player.reduce(request.found)) });
});
