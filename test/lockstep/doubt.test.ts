/** Doubts end: what was open for a while must not keep the model from seeing a fault later. */

import { expect, test } from 'vitest';
import { trial } from '../../src/check/lockstep/trial.ts';
import { parseScenario } from '../../src/scenario/grammar.ts';
import { createEmulated, DEFAULT_LAYOUT } from '../../src/targets/emulated/index.ts';

test('a write of Command while the way to the function was open, after all has been read back', () => {
  const { program } = parseScenario(
    `
need fn bridge
need fn1 below fn
need fn1 msix 1
enable fn1.all
program fn1.msix[0] 1
enable fn1.msix
unmask fn1.msix[0]
unmask fn1.msix
config read fn1.cmd 2
config read fn1.msix+2 2
looks off
config write fn.config+0x17 4 0x20010000 via ecam
config write fn1.cmd 2 0x7 via ecam
config read fn.config+0x18 4 via ecam
config read fn1.config 4
config read fn1.cmd 4
sweep config fn1
config read fn1.cmd 2
config read fn1.msix+2 2
read fn1.table 4
read fn1.table+4 4
read fn1.table+8 4
read fn1.table+12 4
fire fn1.msix[0]
fire fn1.msix[0]
mask fn1.msix
config read fn1.msix+2 2
fire fn1.msix[0]
read fn1.pba 4
`,
    'open-way',
  );
  const faults = new Set(['msix-function-mask-ignored']);
  const { divergences, unbound } = trial(
    { open: () => createEmulated({ layout: DEFAULT_LAYOUT, faults }), choices: {}, skip: new Set() },
    program,
  );
  expect(unbound).toBeUndefined();
  expect(divergences.map(({ rule }) => rule)).toContain('MSIX-013');
});
