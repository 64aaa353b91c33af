/** Runs one campaign for each layout that the main thread names. */

import { parentPort } from 'node:worker_threads';
import { fuzz } from '../../src/campaign/fuzz.ts';
import { createEmulated, DEFAULT_LAYOUT, randomLayout } from '../../src/targets/emulated/index.ts';

export interface AgreementJob {
  /** 0: the default layout. */
  layout: number;
  seed: string;
  accesses: number;
}

export interface Agreement {
  layout: number;
  accesses: number;
  sweepAccesses: number;
  findings: { rule: string; what: string; accesses: number; steps: number; scenario: string }[];
}

function run({ layout, seed, accesses }: AgreementJob): Agreement {
  const machine = layout === 0 ? DEFAULT_LAYOUT : randomLayout(`${seed} ${layout}`);
  const fuzzed = fuzz({
    open: () => createEmulated({ layout: machine }),
    choices: {},
    skip: new Set(),
    seed: `${seed}/${layout}`,
    accesses,
    stopAfterFindings: 3,
    shrinkRuns: 300,
  });
  return {
    layout,
    accesses: fuzzed.accesses,
    sweepAccesses: fuzzed.sweepAccesses,
    findings: fuzzed.failures.map(({ finding, scenario, program, accesses: at }) => ({
      rule: finding.rule,
      what: `${finding.first.register}: ${finding.first.shape}`,
      accesses: at,
      steps: program.length >>> 3,
      scenario,
    })),
  };
}

parentPort?.on('message', (job: AgreementJob) => parentPort?.postMessage(run(job)));
