/** What a fault is called first: by the step that shows it, not by one before it or by what hangs on it. */

import { expect, test } from 'vitest';
import { trial } from '../../src/check/lockstep/trial.ts';
import { parseScenario } from '../../src/scenario/grammar.ts';
import { createEmulated, DEFAULT_LAYOUT } from '../../src/targets/emulated/index.ts';

test.each([
  ['plugged-keeps-registers', 'raise fn20; unplug fn20; plug fn20', 'HP-003'],
  ['intx-of-removed-stays', 'unplug fn20; plug fn20; raise fn20; unplug fn20', 'INTX-002'],
  ['intx-edge-instead-of-level', 'config set fn13.pcie+0x18 2 0x30', 'INTX-001'],
  ['msix-host-guest-mask-mixed', 'save; move bar fn8.bar0 to free 0', 'MSIX-006'],
  ['snapshot-cfg-cap-offset-zero', 'save; restore; flr fn7', 'SNAP-001'],
  ['rom-toggle-rewrites-command', 'save; restore; config write fn7.rom 1 0xff', 'CMD-001'],
  ['virtio-reset-clears-bars', 'save; restore; write fn8.bar0+0x12 1 0x0', 'VIO-011'],
  ['msix-table-lost-on-move', 'program fn19.msix[0] 0; move bar fn19.bar0 to free 0', 'MSIX-023'],
  ['d3hot-clears-command', 'config write fn25.pm 8 0xbe82d8e300000000', 'PM-003'],
  ['bridge-secondary-reset-noop', 'bus reset fn16', 'RST-006'],
  ['bar-restore-when-disabled', 'reset; bring up fn28; bring up fn29; bus reset fn28', 'MAP-001'],
])('%s: %s', (fault, steps, rule) => {
  const { program } = parseScenario(steps.replaceAll('; ', '\n'));
  const open = () => createEmulated({ layout: DEFAULT_LAYOUT, faults: new Set([fault]) });
  expect(trial({ open, choices: {}, skip: new Set() }, program).divergences[0]?.rule).toBe(rule);
});
