/** A lane with feedback: what it learns is a part of its rounds, so that anybody can go on with it. */

import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { PLAN_FORMAT } from '../../src/campaign/plan.ts';
import type { Plan } from '../../src/campaign/plan.ts';
import { Player } from '../../src/campaign/players/player.ts';
import type { Round } from '../../src/campaign/round.ts';
import { CampaignDirectory } from '../../src/campaign/state/campaign-directory.ts';
import { toItsEnd } from '../../src/core/generators.ts';
import { parseScenario } from '../../src/scenario/grammar.ts';
import { stepCount } from '../../src/scenario/steps.ts';
import { openTarget } from '../../src/targets/open.ts';
import { newFolder } from '../support/run-cli.ts';
import { TOP } from '../support/repository.ts';

const PLAN: Plan = {
  format: PLAN_FORMAT,
  tool: 'test',
  target: 'emulated',
  description: '',
  layout: { name: join(TOP, 'bench/scope/layout.yaml') },
  timeout: 1000,
  profile: null,
  skip: [],
  seed: 'guided',
  accesses: null,
  lanes: 1,
  maxSteps: 30,
  guided: true,
  // One of them needs what is not there.
  corpus: ['need fn msix 1\nenable fn.msix\nfire fn.msix[0]\n', 'need fn sriov 1\nenable fn.vf\n'],
  stopAfterFindings: 0,
  shrinkRuns: 0,
};
const ROUNDS = 4;

let directory: CampaignDirectory;
let rounds: Round[];

async function playerOf(plan: Plan): Promise<Player> {
  const open = await openTarget(plan.target, plan.layout?.name);
  return new Player({ plan, open, directory: directory.path, reproduce: false, patience: () => 0 });
}

beforeAll(async () => {
  directory = CampaignDirectory.open(join(newFolder(), 'campaign'), PLAN);
  const player = await playerOf(PLAN);
  rounds = [];
  for (let number = 0; number < ROUNDS; number++) {
    const round = toItsEnd(player.round(0, number));
    directory.appendRound(round);
    rounds.push(round);
  }
});

test('its rounds tell what was reached, and by which steps', () => {
  const [first, ...later] = rounds.map(({ taught }) => taught!);
  expect(first!.features.length).toBeGreaterThan(40);
  expect(first!.kept.length).toBeGreaterThan(10);
  // What is known is not new again.
  const all = rounds.flatMap(({ taught }) => taught!.features);
  expect(new Set(all).size).toBe(all.length);
  expect(later.at(-1)!.features.length).toBeLessThan(first!.features.length);
  for (const { scenario, rule } of first!.kept) {
    expect(rule).toMatch(/^[A-Z]+-\d+$/);
    expect(stepCount(parseScenario(scenario).program)).toBeGreaterThan(0);
  }
  const brought = Object.values(first!.yields).reduce((sum, { features }) => sum + features, 0);
  expect(brought).toBeGreaterThan(0);
  expect(brought).toBeLessThanOrEqual(first!.features.length);
});

test('it begins with the corpus', () => {
  expect(rounds.map(({ seeds, unbound }) => ({ seeds, unbound }))).toEqual([
    { seeds: 2, unbound: 1 },
    ...Array.from({ length: ROUNDS - 1 }, () => ({ seeds: 0, unbound: 0 })),
  ]);
});

test('whoever goes on by the journal does what would have been done', async () => {
  for (const number of [1, 3]) {
    const other = await playerOf(PLAN);
    expect(JSON.stringify(toItsEnd(other.round(0, number)))).toBe(JSON.stringify(rounds[number]));
  }
});
