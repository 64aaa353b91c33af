/** `run` and `fuzz` with several targets: one verdict, and what each does where one is wrong. */

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { resultsSchema } from '../../src/check/results-schema.ts';
import type { Results } from '../../src/check/results-schema.ts';
import { TOP } from '../support/repository.ts';
import { newFolder, runCli } from '../support/run-cli.ts';

const FAULTY = 'emulated:msix-initial-mask';
const BOTH = ['--target', 'emulated', '--target', FAULTY];
const SCENARIO = 'need fn msix 1\nmove bar fn.memory to free 1\nread fn.table 4\n';
/** A machine with one card, which has MSI-X or not. */
const machine = (capability: string): string => `name: small
functions:
  - { at: '00.0', kind: host-bridge }
  - at: '01.0'
    kind: conventional
    id: '1234:5678'
    class: 0x020000
    bars: [{ index: 0, kind: mem32, size: 16K }]
    capabilities: [${capability}]
`;
const MSIX = 'msix: { vectors: 4, table: { bar: 0, offset: 4K }, pba: { bar: 0, offset: 8K } }';

let folder: string;
beforeEach(() => {
  folder = newFolder();
  writeFileSync(join(folder, 'one.txt'), SCENARIO);
  writeFileSync(join(folder, 'card.yaml'), machine(MSIX));
});

const bytes = (out = 'out'): string => readFileSync(join(folder, out, 'results.json'), 'utf8');
const results = (out?: string): Results => resultsSchema.parse(JSON.parse(bytes(out)));
/** The machine without MSI-X, whose card is of another kind, behind the target protocol. */
const plain = (): string => {
  writeFileSync(join(folder, 'plain.yaml'), machine('power: {}').replace('5678', '9abc'));
  return `exec:exec '${process.execPath}' '${join(TOP, 'dist/cli/main.js')}' serve emulated --layout plain.yaml`;
};

describe('run', () => {
  const run = (...words: string[]) => runCli(folder, ['run', 'one.txt', '--out', 'out', ...words]);

  test('who is wrong, who is not, and the same bytes each time', () => {
    const { status, stdout } = run(...BOTH);
    expect(status).toBe(1);
    expect(stdout).toContain('one.txt on #1: nothing found');
    expect(stdout).toMatch(
      /^ {2}#1 {2}conforms {8,}emulated\n {2}#2 {2}\d+ new findings {2}emulated:msix-initial-mask$/m,
    );
    expect(stdout).toMatch(/^ {2}finding +#1 +#2\n {2}MSIX-009-\w{8} {2}conforms {2}BREAKS IT {2}MSI-X table entry/m);
    const { inputs, comparison } = results();
    expect(inputs.map(({ name }) => name)).toEqual(['one.txt on #1', 'one.txt on #2']);
    expect(comparison!.findings.length).toBeGreaterThan(2);
    for (const { rule, cells } of comparison!.findings) {
      expect(rule).toBe('MSIX-009');
      expect(cells.map(({ state }) => state)).toEqual(['conforms', 'breaks']);
    }
    const before = bytes();
    run(...BOTH);
    expect(bytes()).toBe(before);
    expect(readFileSync(join(folder, 'out/junit.xml'), 'utf8')).toContain('<testsuite name="one.txt on #2"');
  });

  test('a target without such a function is no conforming one', () => {
    const { status, stdout, stderr } = run('--target', FAULTY, '--target', plain());
    expect(status).toBe(1);
    expect(stderr).toBe('one.txt on #2: it cannot be bound: fn: no function with MSI-X and at least 1 vectors.\n');
    expect(stdout).toMatch(/^ {2}MSIX-009-\w{8} {2}BREAKS IT {2}no such function/m);
    const cells = results().comparison!.findings.map((row) => row.cells[1]!);
    expect(new Set(cells.map(({ state }) => state))).toEqual(new Set(['unbound']));
  });

  test('each has its own profile, and its own update of it', () => {
    for (const name of ['first.yaml', 'second.yaml']) writeFileSync(join(folder, name), '');
    const words = [...BOTH, '--profile', 'first.yaml', '--profile', 'second.yaml'];
    expect(run(...words, '--update-profile').status).toBe(1);
    expect(readFileSync(join(folder, 'first.yaml'), 'utf8')).not.toContain('MSIX-009');
    expect(readFileSync(join(folder, 'second.yaml'), 'utf8')).toContain('MSIX-009');
    expect(run(...words).status).toBe(0);
    expect(results().comparison!.findings[0]!.cells.map(({ state }) => state)).toEqual(['conforms', 'known']);
    // The word for none: what was accepted is new again.
    expect(run(...BOTH, '--profile', 'second.yaml', '--profile', 'none').status).toBe(1);
  });

  test('each is recorded to a file of its own, which check judges the same way', () => {
    expect(run(...BOTH, '--record', 'all.log').status).toBe(1);
    expect(readdirSync(folder).filter((name) => name.endsWith('.log'))).toEqual(['all-target2.log', 'all.log']);
    expect(runCli(folder, ['check', 'all.log']).status).toBe(0);
    expect(runCli(folder, ['check', 'all-target2.log']).status).toBe(1);
  });

  test('with one target nothing is compared', () => {
    expect(run('--target', FAULTY).stdout).not.toContain('targets\n');
    expect(results().comparison).toBe(undefined);
  });
});

describe('fuzz', () => {
  const fuzz = (...words: string[]) =>
    runCli(folder, ['fuzz', '--layout', 'card.yaml', '--accesses', '300', '--shrink-runs', '9', ...words]);

  test('the steps of what one campaign has found are tried on all', () => {
    const { status, stdout } = fuzz(...BOTH, '--out', 'out');
    expect(status).toBe(1);
    expect(stdout).toMatch(/^#1 emulated {2}lockstep\n[^]*^#2 emulated:msix-initial-mask {2}lockstep$/m);
    expect(stdout).toMatch(/^ {2}MSIX-009-\w{8} {2}conforms {2}BREAKS IT/m);
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^DIVERGES: \d+ new findings?, .* in 2 traces\.$/);
    const { comparison, findings, target } = results();
    expect(target.kind).toBe('emulated');
    for (const { id, scenario, cells } of comparison!.findings) {
      expect(scenario).toBe(id);
      expect(cells.map(({ state }) => state)).toEqual(['conforms', 'breaks']);
    }
    const command = readFileSync(join(folder, 'out', findings[0]!.failure!, 'command.txt'), 'utf8');
    expect(command).toBe(`barometer run scenario.txt --target ${FAULTY} --layout card.yaml\n`);
    fuzz(...BOTH, '--out', 'again');
    expect(bytes('again')).toBe(bytes());
  });

  test('what both do wrong has a directory for each', () => {
    mkdirSync(join(folder, 'out'));
    fuzz('--target', FAULTY, '--target', FAULTY, '--out', 'out', '--stop-after-findings', '1');
    const names = readdirSync(join(folder, 'out/failures')).toSorted();
    const plain = names.filter((name) => !name.endsWith('-on-2'));
    expect(names).toEqual(plain.flatMap((name) => [name, `${name}-on-2`]));
    expect(results().findings.map(({ failure }) => failure)).toEqual(plain.map((name) => `failures/${name}`));
    for (const { cells } of results().comparison!.findings)
      expect(cells.map(({ state }) => state)).toEqual(['breaks', 'breaks']);
  });

  test('devices that the other has not: nothing is said to conform', () => {
    fuzz('--target', plain(), '--target', FAULTY, '--out', 'out');
    const rows = results().comparison!.findings;
    expect(rows.length).toBeGreaterThan(0);
    for (const { cells } of rows) expect(cells.map(({ state }) => state)).toEqual(['unbound', 'breaks']);
  });
});

describe('what cannot be', () => {
  const three = [...BOTH, '--target', 'emulated'];
  test.each([
    [[...three, '--profile', 'qemu-q35', '--profile', 'qemu-pc'], '2 profiles for 3 targets; give one for all, or'],
    [[...BOTH, '--target', 'emulatd'], 'there is no target of this name'],
    [[...BOTH, '--profile', 'qemu-q35', '--profile', 'no-such'], 'no-such'],
    [Array.from({ length: 10 }, () => ['--target', 'emulated']).flat(), '10 are given, and 9 can be'],
    [['--target', 'exec:true', '--target', 'exec:true', '--layout', 'random:x'], 'only the emulated target is built'],
    [[...BOTH, '--update-profile'], 'emulated has no profile to update'],
  ])('%j is a usage error', (words, sentence) => {
    for (const command of [['fuzz'], ['run', 'one.txt']]) {
      const { status, stdout, stderr } = runCli(folder, [...command, ...words]);
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
      expect(stderr).toContain(sentence);
      expect(stderr).not.toContain('    at ');
    }
  });
});
