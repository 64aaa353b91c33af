/** Hunts the faults that the main thread names, one after the other. */

import { parentPort } from 'node:worker_threads';
import { hunt } from './hunt.ts';
import type { HuntOptions } from './hunt.ts';

parentPort?.on('message', ({ id, options }: { id: string; options: HuntOptions }) =>
  parentPort?.postMessage(hunt(id, options)),
);
