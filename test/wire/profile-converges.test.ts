/** A profile that begins empty knows a stock QEMU after a few updates, and says what does not occur any more. */

import { spawnSync } from 'node:child_process';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newFolder, runCli } from '../support/run-cli.ts';

const installed = spawnSync('qemu-system-x86_64', ['--version'], { encoding: 'utf8' }).status === 0;
const UPDATES_AT_MOST = 3;

test('--update-profile comes to rest, and --strict names what does not occur', () => {
  if (!installed) {
    process.stderr.write('left out: qemu-system-x86_64 is not installed (Debian package qemu-system-x86)\n');
    return;
  }
  const folder = newFolder();
  const profile = join(folder, 'mine.yaml');
  writeFileSync(profile, 'choices:\n  hole: zero\n');
  const target = 'qemu:-machine q35 -device pcie-root-port,id=rp0,chassis=1 -device e1000e,bus=rp0';
  const words = ['fuzz', '--target', target, '--seed', 'rest', '--accesses', '1000', '--timeout', '60'];
  const fuzz = (...more: string[]) =>
    runCli(folder, [...words, '--profile', profile, '--shrink-runs', '0', '--out', 'out', ...more]);
  const statuses: number[] = [];
  while (statuses.at(-1) !== 0 && statuses.length <= UPDATES_AT_MOST)
    statuses.push(fuzz('--update-profile').status ?? -1);
  // The first run must have something to learn.
  expect(statuses[0]).toBe(1);
  expect(statuses.at(-1)).toBe(0);
  const before = readFileSync(profile, 'utf8');
  expect(fuzz('--update-profile').status).toBe(0);
  expect(readFileSync(profile, 'utf8')).toBe(before);

  appendFileSync(profile, '  - rule: BAR-003\n    reason: it was mended\n');
  const { status, stdout } = fuzz('--strict');
  expect(status).toBe(1);
  expect(stdout).toContain('the known finding BAR-003 did not occur');
});
