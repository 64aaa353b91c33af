/** The action of action.yml: its steps are carried out as the runner would, by bash with the inputs in the environment. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readText, TOP } from '../support/repository.ts';
import { BAD_TRACE, GOOD_TRACE, newFolder } from '../support/run-cli.ts';

interface Action {
  inputs: Record<string, { default?: string; required?: boolean }>;
  outputs: Record<string, { value: string }>;
  runs: { using: string; steps: { id?: string; run: string; shell: string; env?: Record<string, string> }[] };
}
const action = parse(readText('action.yml')) as Action;

let folder: string;
beforeEach(() => {
  folder = newFolder();
  writeFileSync(join(folder, 'good.txt'), GOOD_TRACE);
  writeFileSync(join(folder, 'bad trace.txt'), BAD_TRACE);
});

/** Carries out all steps until one fails. */
function act(given: Record<string, string>) {
  const inputs = Object.fromEntries(
    Object.entries(action.inputs).map(([name, input]) => [name, given[name] ?? input.default ?? '']),
  );
  const output = join(folder, 'output');
  writeFileSync(output, '');
  let last = { status: 0 as number | null, stdout: '', stderr: '' };
  for (const { run, env = {} } of action.runs.steps) {
    const own = Object.entries(env).map(([name, value]) => {
      const [, input = ''] = /^\$\{\{ inputs\.(\w+) \}\}$/.exec(value) ?? [];
      return [name, inputs[input] ?? `no input: ${value}`];
    });
    last = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', run], {
      cwd: folder,
      encoding: 'utf8',
      env: {
        PATH: process.env['PATH'] ?? '',
        GITHUB_ACTIONS: 'true',
        GITHUB_ACTION_PATH: TOP.replace(/\/$/, ''),
        GITHUB_OUTPUT: output,
        GITHUB_STEP_SUMMARY: join(folder, 'summary.md'),
        ...Object.fromEntries(own),
      },
    });
    if (last.status !== 0) break;
  }
  return { ...last, outputs: readFileSync(output, 'utf8') };
}

test('the action is composite, each step names its shell, and no input is pasted into a script', () => {
  expect(action.runs.using).toBe('composite');
  for (const { run, shell } of action.runs.steps) {
    expect(shell).toBe('bash');
    expect(run).not.toContain('${{');
  }
  const used = action.runs.steps.flatMap(({ env = {} }) => Object.values(env));
  expect(used.toSorted()).toEqual(
    Object.keys(action.inputs)
      .map((name) => `\${{ inputs.${name} }}`)
      .toSorted(),
  );
});

test('a trace that conforms: the report in its place, the outputs, a page of the job', () => {
  const { status, outputs, stdout } = act({ arguments: 'good.txt' });
  expect({ status, outputs }).toEqual({ status: 0, outputs: 'status=0\nreport=barometer-report\n' });
  expect(stdout).not.toMatch(/^::/m);
  expect(existsSync(join(folder, 'barometer-report/results.sarif'))).toBe(true);
  expect(readFileSync(join(folder, 'summary.md'), 'utf8')).toMatch(/^## Barometer check: conforms$/m);
});

test('a finding fails the step and is an annotation; the outputs are there all the same', () => {
  const { status, outputs, stdout } = act({ arguments: 'good.txt\nbad trace.txt\n', out: 'other place' });
  expect({ status, outputs }).toEqual({ status: 1, outputs: 'status=1\nreport=other place\n' });
  expect(stdout).toMatch(/^::error file=bad trace\.txt,line=10,title=[A-Z]+-\d{3} /m);
  expect(readFileSync(join(folder, 'summary.md'), 'utf8')).toMatch(/^## Barometer check: diverges$/m);
});

test('profile, strict and today are passed on', () => {
  writeFileSync(join(folder, 'p.yaml'), 'known:\n  - { id: BAR-003-00000000, reason: r, until: 2026-01-01 }\n');
  const given = { arguments: 'good.txt', profile: 'p.yaml' };
  expect(act(given).status).toBe(0);
  const { status, stdout } = act({ ...given, strict: 'true', today: '2026-01-02' });
  expect(status).toBe(1);
  expect(stdout).toMatch(/^::error file=p\.yaml,line=2,title=Profile::.* has expired\.$/m);
});

test('nothing that stands in an input is carried out, or becomes an output of its own', () => {
  const evil = ['$(touch pwned)', '`touch pwned`', '; touch pwned', '"; touch pwned; "', "'; touch pwned; '", '*'];
  for (const name of Object.keys(action.inputs)) {
    for (const text of name === 'arguments' ? evil : evil.slice(0, 2)) {
      const { status } = act({ arguments: 'good.txt', strict: 'true', [name]: text });
      // As a name of a directory it is harmless; else it is refused.
      expect(status).toBe(name === 'out' ? 0 : 2);
      expect(existsSync(join(folder, 'pwned'))).toBe(false);
    }
  }
  const { status, outputs } = act({ arguments: 'good.txt', out: 'x\nstatus=7' });
  expect({ status, outputs }).toEqual({ status: 2, outputs: '' });
  expect(act({ arguments: 'good.txt', command: 'serve' }).status).toBe(2);
});
