/**
 * Behaviour that the specification allows and that a checker is easily tempted to report. Each trace was written by hand
 * from the text of the specification, or reduced from a run in which the model was wrong by that text; its second line
 * says what is allowed. Nothing may be found in any of them.
 */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { replayTrace } from '../../src/check/replay.ts';
import { readText, TOP } from '../support/repository.ts';

const FOLDER = 'test/conforming/traces';

const TRACES = readdirSync(join(TOP, FOLDER)).toSorted();

test.each(TRACES.map((name) => [name, readText(join(FOLDER, name)).split('\n')[1]?.slice(2)]))(
  '%s: %s',
  async (name) => {
    const report = await replayTrace(join(TOP, FOLDER, name ?? ''), { name: name ?? '', skip: new Set() });
    expect(report.problemCount).toBe(0);
    expect(report.findings).toEqual([]);
    expect(report.configurationReads).toBeGreaterThan(0);
  },
);
