/** Which faults the small scope shows: every sequence up to a length, for each fault until the first finding. */

import type { Fault } from '../../src/targets/emulated/index.ts';
import { inWorkers } from '../support/workers.ts';
import type { ScopeJob, Tried } from './worker.ts';

/** In the order of `faults`; `broken` is empty where no sequence of at most `length` steps shows the fault. */
export function faultsInScope(faults: readonly Fault[], length: number, threads: number): Promise<Tried[]> {
  const jobs = faults.map(({ id }): ScopeJob => ({ fault: id, length, from: 0, to: 0 }));
  return inWorkers<ScopeJob, Tried>(import.meta.url, jobs, threads);
}
