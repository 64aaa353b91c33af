/** What happened on a target, recorded: `check` finds in it what lockstep has found. */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { newFolder, runCli } from '../support/run-cli.ts';

let folder: string;
beforeEach(() => {
  folder = newFolder();
});

const FAULTS = 'emulated:rbar-mask-unchanged,bar-move-not-implemented,flr-keeps-msix';

function identities(report: string): string[] {
  const { findings } = JSON.parse(readFileSync(join(folder, report, 'results.json'), 'utf8')) as {
    findings: { id: string }[];
  };
  return findings.map(({ id }) => id).toSorted();
}

describe('--record', () => {
  test('of a campaign: a trace a machine, with the same verdicts', () => {
    const words = ['fuzz', '--target', FAULTS, '--accesses', '3000', '--lanes', '2', '--shrink-runs', '0', '--quiet'];
    const { status, stderr } = runCli(folder, [...words, '--record', 'all.txt', '--out', 'fuzzed']);
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    const traces = readdirSync(folder).filter((name) => name.endsWith('.txt'));
    expect(traces).toEqual(expect.arrayContaining(['all.txt', 'all-2.txt', 'all-lane1.txt']));
    runCli(folder, ['check', ...traces, '--quiet', '--out', 'checked']);
    expect(identities('fuzzed').length).toBeGreaterThan(3);
    expect(identities('checked')).toEqual(identities('fuzzed'));
  });

  test('of a scenario', () => {
    writeFileSync(join(folder, 'one.txt'), 'need fn memory-bar\nmove bar fn.memory to free 1\nread fn.memory 4\n');
    const { status } = runCli(folder, ['run', 'one.txt', '--target', 'emulated', '--record', 'one.log', '--quiet']);
    expect(status).toBe(0);
    const { status: checked, stdout } = runCli(folder, ['check', 'one.log']);
    expect(checked).toBe(0);
    expect(stdout).toContain('CONFORMS');
  });

  test.each([
    ['fuzz', '--accesses', '50'],
    ['run', 'one.txt', '--strict'],
  ])('of %s to a place where nothing can be written: a sentence, and the report all the same', (...command) => {
    writeFileSync(join(folder, 'one.txt'), 'need fn memory-bar\nread fn.memory 4\n');
    const words = [...command, '--target', 'emulated', '--quiet', '--out', 'out'];
    const { status, stderr } = runCli(folder, [...words, '--record', 'no/such/place.txt']);
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: 'barometer: --record no/such/place.txt: there is no such file. Is the folder there?\n',
    });
    expect(readdirSync(join(folder, 'out'))).toContain('results.json');
  });
});
