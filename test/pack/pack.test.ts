import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { TOP } from '../support/repository.ts';
import { GOOD_TRACE, newFolder } from '../support/run-cli.ts';

const INSTALL_TIMEOUT = 300_000;

/** An empty folder in which the packed tarball was installed, as a user does it. */
let folder: string;
beforeAll(() => {
  folder = newFolder();
  const npm = (words: readonly string[], cwd: string): string =>
    execFileSync('npm', [...words, '--loglevel=error'], { cwd, encoding: 'utf8' });
  // `npm test` has built already; building again here would pull the program from under other tests.
  npm(['pack', '--ignore-scripts', '--pack-destination', folder], TOP);
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '';
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  npm(['install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', `./${tarball}`], folder);
}, INSTALL_TIMEOUT);

function run(program: string, words: readonly string[]) {
  const result = spawnSync(program, words, { cwd: folder, encoding: 'utf8', maxBuffer: 64 << 20 });
  return { status: result.status, stdout: result.stdout, stderr: result.stderr };
}
const barometer = (...words: string[]) => run(join(folder, 'node_modules/.bin/barometer'), words);

test('check runs from the installed package', () => {
  writeFileSync(join(folder, 'good.txt'), GOOD_TRACE);
  const result = barometer('check', 'good.txt', '--out', 'report');
  expect(result.stdout).toContain('CONFORMS');
  expect(result.status).toBe(0);
  expect(readdirSync(join(folder, 'report')).toSorted()).toEqual([
    'index.html',
    'junit.xml',
    'results.json',
    'results.sarif',
    'timeline.json',
    'timing.json',
  ]);
});

test(
  'start runs from the installed package, on the traces that it brings',
  () => {
    const result = barometer('start', '--out', 'start');
    expect(result.stderr).not.toContain('bug in Barometer');
    expect(result.stdout).toMatch(/^CONFORMS: 0 new findings, /m);
    expect(result.status).toBe(0);
    expect(existsSync(join(folder, 'start/results.json'))).toBe(true);
  },
  INSTALL_TIMEOUT,
);

test('the library can be imported by its name', () => {
  const script =
    "import { Model, RULES, replayTrace } from 'barometer'; console.log(typeof Model, RULES.length > 200, typeof replayTrace);";
  expect(run(process.execPath, ['--input-type=module', '--eval', script]).stdout).toBe('function true function\n');
});

test('the types can be used by a strict program', () => {
  const source =
    "import { ruleById, type Divergence } from 'barometer';\nexport const rule: string = ruleById('BAR-003')!.title;\nexport type D = Divergence;\n";
  writeFileSync(join(folder, 'use.mts'), source);
  const tsc = join(TOP, 'node_modules/typescript/bin/tsc');
  const words = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--target', 'es2023', 'use.mts'];
  expect(run(process.execPath, [tsc, ...words])).toMatchObject({ status: 0, stdout: '' });
});

test('corpora, profiles and the schema are in the package; tests and reports are not', () => {
  const root = join(folder, 'node_modules/barometer');
  expect(existsSync(join(root, 'corpora/schema/results.schema.json'))).toBe(true);
  expect(existsSync(join(root, 'corpora/traces'))).toBe(true);
  for (const absent of ['src', 'test', 'reports', 'dist/.tsbuildinfo', 'dist/check/gate.test.js']) {
    expect(existsSync(join(root, absent))).toBe(false);
  }
});
