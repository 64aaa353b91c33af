/** Several targets of which some are a stock QEMU, where one is installed. */

import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { resultsSchema } from '../../src/check/results-schema.ts';
import type { Results } from '../../src/check/results-schema.ts';
import { newFolder, runCli } from '../support/run-cli.ts';

const installed = spawnSync('qemu-system-x86_64', ['--version'], { encoding: 'utf8' }).status === 0;

/** The body of a test that needs one. */
const live = (body: () => void) => (): void => {
  if (installed) body();
  else process.stderr.write('left out: qemu-system-x86_64 is not installed (Debian package qemu-system-x86)\n');
};

const Q35 = ['--target', 'qemu:-machine q35 -device edu', '--profile', 'qemu-q35'];
const PC = ['--target', 'qemu:-machine pc -device edu', '--profile', 'qemu-pc'];
const EMULATED = ['--target', 'emulated:bar-decode-toggle-ignored', '--profile', 'none'];

const results = (folder: string): Results =>
  resultsSchema.parse(JSON.parse(readFileSync(join(folder, 'out/results.json'), 'utf8')));

test(
  'run: edu on two machine types answers the same reads of its registers, which both conform',
  live(() => {
    const folder = newFolder();
    // The identification of edu lies at the start of its BAR.
    writeFileSync(
      join(folder, 'edu.txt'),
      'need fn small-bar 20\nneed fn large-bar 20\nneed fn memory-bar\ndecode on fn\nread fn.bar0 4\nconfig read fn.vendor 4\n',
    );
    const { status, stdout, stderr } = runCli(folder, ['run', 'edu.txt', ...Q35, ...PC, '--out', 'out']);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^ {2}#1 {2}conforms .*-machine q35.*\(profile qemu-q35\)\n {2}#2 {2}conforms .*-machine pc/m,
    );
    const { comparison, target } = results(folder);
    expect(target.kind).toBe('qemu');
    expect(comparison!.answers).toMatchObject([{ targets: ['#1', '#2'], differing: 0 }]);
    expect(comparison!.answers[0]!.compared).toBeGreaterThan(1);
    expect(stdout).toMatch(/^#1 and #2: answers that differ .*: 0 of \d+ compared reads$/m);
  }),
);

test(
  'fuzz: two machine types and the emulated target with a fault: the one that is wrong is named',
  live(() => {
    const folder = newFolder();
    const words = ['--accesses', '150', '--shrink-runs', '3', '--seed', 'live', '--out', 'out', '--timeout', '30'];
    const { status, stdout, stderr } = runCli(folder, ['fuzz', ...Q35, ...PC, ...EMULATED, ...words]);
    expect(stderr).not.toContain('    at ');
    expect(stdout).toMatch(/^ {2}#1 {2}conforms/m);
    expect(stdout).toMatch(/^ {2}#2 {2}conforms/m);
    expect(stdout).toMatch(/^ {2}#3 {2}\d+ new findings? /m);
    expect(status).toBe(1);
    const rows = results(folder).comparison!.findings.filter(({ cells }) => cells[2]!.state === 'breaks');
    expect(rows.length).toBeGreaterThan(0);
    for (const { cells } of rows)
      for (const { state, sameFunctions } of cells.slice(0, 2)) {
        expect(['conforms', 'unbound', 'not seen']).toContain(state);
        // The emulated target has devices of its own.
        if (state === 'conforms') expect(sameFunctions).toBe(false);
      }
  }),
);
