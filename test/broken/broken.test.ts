/**
 * Behaviour that the specification forbids, in traces where a model that doubts too much would be silent. The second line of
 * each says which rule is broken, and by what; that rule must be found, and no other.
 */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { replayTrace } from '../../src/check/replay.ts';
import { readText, TOP } from '../support/repository.ts';

const FOLDER = 'test/broken/traces';

const TRACES = readdirSync(join(TOP, FOLDER)).toSorted();

test.each(TRACES.map((name) => [name, readText(join(FOLDER, name)).split('\n')[1]?.slice(2) ?? '']))(
  '%s: %s',
  async (name, broken) => {
    const report = await replayTrace(join(TOP, FOLDER, name), { name, skip: new Set() });
    expect(report.problemCount).toBe(0);
    expect(report.findings.map(({ rule }) => rule)).toEqual([broken.split(':')[0]]);
  },
);
