/** How one fault fares: a campaign over several layouts until the first finding. */

import { search, shorten } from '../../src/campaign/fuzz.ts';
import type { FuzzOptions } from '../../src/campaign/fuzz.ts';
import type { Found as Raw } from '../../src/campaign/lane.ts';
import type { Strategy } from '../../src/campaign/strategy.ts';
import { generalize } from '../../src/check/generalize.ts';
import { Lockstep } from '../../src/check/lockstep/lockstep.ts';
import { ofRule, trial } from '../../src/check/lockstep/trial.ts';
import type { TrialOptions } from '../../src/check/lockstep/trial.ts';
import { formatScenario } from '../../src/scenario/grammar.ts';
import type { Program } from '../../src/scenario/steps.ts';
import { createEmulated } from '../../src/targets/emulated/index.ts';
import { inTurns } from '../support/turns.ts';

/** The first finding of a hunt. */
export interface Found {
  rule: string;
  register: string;
  shape: string;
  /** Accesses of programs until then. */
  accesses: number;
  /** Number of the layout, 0 for the default one. */
  layout: number;
  /** The shortest program, as text; with the needs that other targets bind it by, where there are some that do. */
  scenario: string;
  steps: number;
  /** Runs that shrinking took. */
  executions: number;
  reproduced: boolean;
}

export interface Hunt {
  id: string;
  seed: string;
  /** Undefined: nothing was found within the budget. */
  found?: Found;
}

export interface HuntOptions {
  seed: string;
  /** Accesses in all. */
  accesses: number;
  /** Accesses that one layout gets before the next has its turn. */
  perLayout: number;
  shrinkRuns: number;
  /** Whether scenarios are to be bound by other targets. */
  portable: boolean;
}

/** Puts machines with one fault through programs by chance until something is found. */
export function hunt(
  id: string,
  { seed, accesses, perLayout, shrinkRuns, portable }: HuntOptions,
  strategy?: Strategy,
): Hunt {
  let first: Found | undefined;
  inTurns(accesses, perLayout, ({ turn, number, layout, before, accesses: allowed }) => {
    const trialOptions: TrialOptions = {
      open: () => createEmulated({ layout, faults: new Set([id]) }),
      choices: {},
      skip: new Set(),
    };
    const fuzzOptions: FuzzOptions = {
      ...trialOptions,
      seed: `${seed}/${id}/${turn}`,
      accesses: allowed,
      stopAfterFindings: 1,
      shrinkRuns,
      strategy,
    };
    // One step may show several.
    const raw: Raw[] = [];
    const { accesses: spent } = search(fuzzOptions, (ofMachine) => raw.push(...ofMachine));
    if (raw[0] !== undefined) {
      const failure = shorten(raw[0], fuzzOptions);
      const { executions, reproduced, program } = failure;
      const { rule, first: divergence } = failure.finding;
      first = {
        rule,
        register: divergence.register,
        shape: divergence.shape,
        accesses: before + failure.accesses,
        layout: number,
        scenario: formatScenario((portable ? withNeeds(program, rule, trialOptions) : undefined) ?? program),
        steps: program.length >>> 3,
        executions,
        reproduced,
      };
    }
    return { spent, done: first !== undefined };
  });
  return first === undefined ? { id, seed } : { id, seed, found: first };
}

function withNeeds(program: Program, rule: string, options: TrialOptions): Program | undefined {
  const { topology } = new Lockstep(options.open(), { ...options, divergence: () => undefined });
  return generalize(program, topology, (candidate) => trial(options, candidate, ofRule(rule)).broken);
}
