import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readProfile } from '../../src/check/profile.ts';
import { replayTrace } from '../../src/check/replay.ts';
import { TOP } from '../support/repository.ts';
import { FILTERED } from './whole-trace.ts';

/** A shipped profile must fit the machine that it is about: a recorded trace has the verdicts of its own profile, none new. */

/** Shipped profile by the machine on QEMU's command line. */
const SHIPPED: Readonly<Record<string, string>> = { pc: 'qemu-pc', q35: 'qemu-q35', virt: 'qemu-virt' };

function shippedFor(trace: string): string | undefined {
  const origin = JSON.parse(readFileSync(join(TOP, 'corpora/traces', trace, 'origin.json'), 'utf8')) as {
    command: string;
  };
  return SHIPPED[/-machine (\w+)/.exec(origin.command)?.[1] ?? ''];
}

const traces = FILTERED.flatMap((trace) => {
  const profile = shippedFor(trace);
  return profile === undefined ? [] : [{ trace, profile }];
});

test('each of the three profiles of QEMU has traces', () => {
  expect([...new Set(traces.map(({ profile }) => profile))].toSorted()).toEqual(Object.values(SHIPPED).toSorted());
});

describe.each(traces)('$trace with $profile', ({ trace, profile: name }) => {
  test('has the findings of its own profile, and none is new', async () => {
    const folder = join(TOP, 'corpora/traces', trace);
    const check = async (path: string) =>
      replayTrace(join(folder, 'trace.txt.gz'), { name: trace, profile: await readProfile(path), skip: new Set() });
    const shipped = await check(join(TOP, 'profiles', `${name}.yaml`));
    const own = await check(join(folder, 'profile.yaml'));
    expect(shipped.findings.filter(({ known }) => !known)).toEqual([]);
    expect(shipped.findings.map(({ id }) => id)).toEqual(own.findings.map(({ id }) => id));
  });
});
