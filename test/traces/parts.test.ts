/** What the recorded machines have, against what was judged of them: a rule that had something to judge was applicable. */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readProfile } from '../../src/check/profile.ts';
import { replayTrace } from '../../src/check/replay.ts';
import { isApplicable, PARTS } from '../../src/spec/needs.ts';
import { TOP } from '../support/repository.ts';

const CORPUS = join(TOP, 'corpora/traces');
/** They take ten seconds each, and are of the same machine. */
const LONG = new Set(['big-topology', 'full', 'full-smp']);

test('no rule was judged that is said to be about nothing in the machine', async () => {
  const lacking = new Map<string, string[]>();
  for (const name of readdirSync(CORPUS).filter((one) => !LONG.has(one))) {
    const profile = await readProfile(join(CORPUS, name, 'profile.yaml'));
    const { parts, exercised } = await replayTrace(join(CORPUS, name, 'trace.txt.gz'), { profile });
    const set = new Set(parts);
    expect([name, ...Object.keys(exercised).filter((rule) => !isApplicable(rule, set))]).toEqual([name]);
    lacking.set(
      name,
      PARTS.filter((part) => !set.has(part)),
    );
  }
  // SeaBIOS writes to 00:1f.1 of an i440FX, and nobody asks whether somebody is there.
  expect(lacking.get('linux-pc')).toEqual([]);
  // A guest on an i440FX without firmware; q35 has ports. Linux looked there for SR-IOV and Enhanced Allocation.
  expect(lacking.get('linux-widths')).toContain('bridge');
  expect(lacking.get('linux-q35')).not.toContain('bridge');
  expect(lacking.get('linux-q35')).toEqual(expect.arrayContaining(['SR-IOV', 'Enhanced Allocation']));
  // U-Boot on RISC-V walks no list to its end.
  expect(lacking.get('uboot-riscv64')).toEqual(['CAM']);
}, 120_000);
