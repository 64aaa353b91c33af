import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { PageData } from '../../src/report/html/page-data.ts';
import { newFolder, runCli } from '../support/run-cli.ts';

const STEPS = ['need fn msix 1', 'config write fn.msix+0x2 2 0x8000', 'flr fn'];

test('a scenario that shows something has its steps, its accesses and its picture on the page', () => {
  const folder = newFolder();
  writeFileSync(join(folder, 'reset.txt'), `${STEPS.join('\n')}\n`);
  writeFileSync(join(folder, 'quiet.txt'), 'need fn msix 1\n');
  const words = ['run', 'reset.txt', 'quiet.txt', '--target', 'emulated:flr-keeps-msix', '--out', 'out'];
  const { status, stdout } = runCli(folder, words);
  expect(status).toBe(1);
  expect(stdout).toContain('quiet.txt: nothing found\n');
  const file = (name: string): string => readFileSync(join(folder, 'out', name), 'utf8');
  const data = JSON.parse(/id="data">\s*(\{.*\})\s*<\/script>/s.exec(file('index.html'))![1]!) as PageData;
  expect(data.pictures.map(({ name }) => name)).toEqual(['reset.txt']);
  expect(data.findings.length).toBeGreaterThan(0);
  for (const { steps, before, index, picture } of data.findings) {
    expect(steps).toEqual(STEPS);
    expect(before.length).toBeGreaterThan(0);
    expect(index).toBeGreaterThan(0);
    expect(picture).toBe(0);
  }
  expect(file('timeline.json')).toContain('"name":"reset.txt"');
});
