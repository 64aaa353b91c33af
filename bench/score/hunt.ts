/** How one fault fares: a campaign over several layouts until the first finding. */

import { fuzz } from '../../src/campaign/fuzz.ts';
import type { Strategy } from '../../src/campaign/strategy.ts';
import { generalize } from '../../src/check/generalize.ts';
import { Lockstep } from '../../src/check/lockstep/lockstep.ts';
import { trial } from '../../src/check/lockstep/trial.ts';
import type { TrialOptions } from '../../src/check/lockstep/trial.ts';
import { formatScenario } from '../../src/scenario/grammar.ts';
import type { Program } from '../../src/scenario/steps.ts';
import { createEmulated, DEFAULT_LAYOUT, randomLayout } from '../../src/targets/emulated/index.ts';
import type { Layout } from '../../src/targets/emulated/index.ts';

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

const layouts: Layout[] = [DEFAULT_LAYOUT];

/** Layout 0 is the default one; the others are random, the same for all faults. */
export function layoutOf(number: number): Layout {
  return (layouts[number] ??= randomLayout(layoutSeed(number)));
}

/** Seed of a random layout. */
export function layoutSeed(number: number): string {
  return `score ${number}`;
}

/** Puts machines with one fault through programs by chance until something is found. */
export function hunt(
  id: string,
  { seed, accesses, perLayout, shrinkRuns, portable }: HuntOptions,
  strategy?: Strategy,
): Hunt {
  let before = 0;
  for (let turn = 0; before < accesses; turn++) {
    // Every other turn is the default layout's, which has something of everything; one seed does not exhaust it.
    const number = turn % 2 === 0 ? 0 : (turn + 1) / 2;
    const layout = layoutOf(number);
    const trialOptions: TrialOptions = {
      open: () => createEmulated({ layout, faults: new Set([id]) }),
      choices: {},
      skip: new Set(),
    };
    const { failures, accesses: asked } = fuzz({
      ...trialOptions,
      seed: `${seed}/${id}/${turn}`,
      accesses: Math.min(perLayout, accesses - before),
      stopAfterFindings: 1,
      shrinkRuns,
      strategy,
    });
    const [failure] = failures;
    if (failure !== undefined) {
      const { executions, reproduced, program } = failure;
      const { rule, first } = failure.finding;
      return {
        id,
        seed,
        found: {
          rule,
          register: first.register,
          shape: first.shape,
          accesses: before + failure.accesses,
          layout: number,
          scenario: formatScenario((portable ? withNeeds(program, rule, trialOptions) : undefined) ?? program),
          steps: program.length >>> 3,
          executions,
          reproduced,
        },
      };
    }
    before += asked;
    // In a layout without functions nothing can be done; the next one has them.
    if (asked === 0) before++;
  }
  return { id, seed };
}

function withNeeds(program: Program, rule: string, options: TrialOptions): Program | undefined {
  const { topology } = new Lockstep(options.open(), { ...options, divergence: () => undefined });
  return generalize(program, topology, (candidate) =>
    trial(options, candidate, rule).divergences.some((one) => one.rule === rule),
  );
}
