import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { TOP } from '../support/repository.ts';
import { BAD_TRACE, GOOD_TRACE, newFolder, runCli } from '../support/run-cli.ts';

let folder: string;
beforeEach(() => {
  folder = newFolder();
  writeFileSync(join(folder, 'good.txt'), GOOD_TRACE);
  writeFileSync(join(folder, 'bad.txt'), BAD_TRACE);
});

const read = (path: string): string => readFileSync(join(folder, path), 'utf8');

interface Document {
  findings: { id: string; rule: string; known: boolean }[];
  inputs: { name: string }[];
  profile: { what: string }[];
}
const document = (text: string): Document => JSON.parse(text) as Document;

describe('the verdict', () => {
  test('a trace that conforms: status 0, a summary on standard output, the report in its place', () => {
    const result = runCli(folder, ['check', 'good.txt']);
    expect(result.status).toBe(0);
    expect(result.stdout).toContain('CONFORMS: 0 new findings, 0 known findings in 1 trace.');
    const out = /report: (reports\/check-good-[0-9a-f]{8})/.exec(result.stderr)?.[1] ?? '';
    expect(readdirSync(join(folder, out)).toSorted()).toEqual([
      'index.html',
      'junit.xml',
      'results.json',
      'results.sarif',
      'timeline.json',
      'timing.json',
    ]);
  });

  test('a trace that diverges: status 1, the finding with rule, place and reason', () => {
    const result = runCli(folder, ['check', 'bad.txt']);
    expect(result.status).toBe(1);
    expect(result.stdout).toMatch(/^BROKEN [A-Z]+-\d{3} /m);
    expect(result.stdout).toContain('bad.txt:10');
    expect(result.stdout).toContain('read port 0xcfc 4 -> 0x29c08087');
    expect(result.stdout).toContain('DIVERGES: 1 new finding');
  });

  test('--quiet prints new findings and nothing else', () => {
    expect(runCli(folder, ['check', 'good.txt', '--quiet'])).toEqual({ status: 0, stdout: '', stderr: '' });
    const bad = runCli(folder, ['check', 'bad.txt', '--quiet']);
    expect(bad.stdout).toMatch(/^BROKEN /);
    expect(bad.stdout).not.toContain('DIVERGES');
    expect(bad.stderr).toBe('');
  });

  test('standard input is read, plain or compressed', () => {
    const result = runCli(folder, ['check', '-'], { input: BAD_TRACE });
    expect(result.status).toBe(1);
    expect(result.stderr).toMatch(/report: reports\/check-stdin-[0-9a-f]{8}/);
  });

  test('a rule that is switched off is not judged', () => {
    const { rule } = document(runCli(folder, ['check', 'bad.txt', '--json']).stdout).findings[0] ?? { rule: '' };
    expect(runCli(folder, ['check', 'bad.txt', '--skip', rule]).status).toBe(0);
    expect(runCli(folder, ['check', 'bad.txt', '--skip', rule.split('-')[0] ?? '']).status).toBe(0);
    expect(runCli(folder, ['check', 'bad.txt', '--only', rule]).status).toBe(1);
    expect(runCli(folder, ['check', 'bad.txt', '--only', 'MSIX']).status).toBe(0);
    expect(runCli(folder, ['check', 'bad.txt', '--only', rule, '--skip', rule]).status).toBe(0);
  });
});

test('a reader that has seen enough takes neither the report nor the status away', () => {
  const command = `'${process.execPath}' '${join(TOP, 'dist/cli/main.js')}' check bad.txt --out out 2>&1`;
  const { stdout } = spawnSync('bash', ['-c', `set -o pipefail; ${command} | true; echo "status $?"`], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(stdout).toBe('status 1\n');
  expect(readdirSync(join(folder, 'out'))).toContain('index.html');
});

describe('same inputs, same bytes', () => {
  test('--json prints what results.json holds, twice the same, whatever the order of the traces', () => {
    const first = runCli(folder, ['check', 'good.txt', 'bad.txt', '--json', '--out', 'one']);
    const second = runCli(folder, ['check', 'bad.txt', 'good.txt', '--json', '--out', 'two']);
    expect(first.status).toBe(1);
    expect(first.stdout).toBe(second.stdout);
    expect(read('one/results.json')).toBe(first.stdout);
    expect(read('two/results.json')).toBe(first.stdout);
    expect(read('two/junit.xml')).toBe(read('one/junit.xml'));
  });

  test('--json is what results.json holds whatever a trace is called', () => {
    const name = 'a ::error::b ##[x] \u202e.txt';
    writeFileSync(join(folder, name), GOOD_TRACE);
    expect(runCli(folder, ['check', name, '--json', '--out', 'odd']).stdout).toBe(read('odd/results.json'));
  });

  test('the part of one trace is the same alone and beside others', () => {
    const alone = document(runCli(folder, ['check', 'bad.txt', '--json']).stdout);
    const beside = document(runCli(folder, ['check', 'good.txt', 'bad.txt', '--json']).stdout);
    expect(beside.inputs.find((input) => input.name === 'bad.txt')).toEqual(alone.inputs[0]);
  });

  test('nothing in the report tells where or when it was made', () => {
    runCli(folder, ['check', 'bad.txt', '--out', 'one']);
    for (const file of ['one/results.json', 'one/junit.xml']) {
      expect(read(file)).not.toContain(folder);
      expect(read(file)).not.toMatch(/timestamp|hostname/);
    }
  });
});

describe('the place of the report', () => {
  test('an older report is replaced', () => {
    runCli(folder, ['check', 'good.txt', '--out', 'out']);
    expect(runCli(folder, ['check', 'bad.txt', '--out', 'out']).status).toBe(1);
    expect(document(read('out/results.json')).inputs[0]?.name).toBe('bad.txt');
    expect(readdirSync(folder).toSorted()).toEqual(['bad.txt', 'good.txt', 'out']);
  });

  test("somebody's own files are never replaced", () => {
    mkdirSync(join(folder, 'mine'));
    writeFileSync(join(folder, 'mine/precious.txt'), 'x');
    const result = runCli(folder, ['check', 'good.txt', '--out', 'mine']);
    expect(result.status).toBe(2);
    expect(result.stderr).toContain('--out mine: this place holds something that is not a report');
    expect(read('mine/precious.txt')).toBe('x');
    expect(runCli(folder, ['check', 'good.txt', '--out', 'good.txt']).status).toBe(2);
    expect(read('good.txt')).toBe(GOOD_TRACE);
  });
});

describe('profiles', () => {
  test('a finding that the profile knows does not fail the run, and the report says so', () => {
    const { id } = document(runCli(folder, ['check', 'bad.txt', '--json']).stdout).findings[0] ?? { id: '' };
    writeFileSync(join(folder, 'p.yaml'), `known:\n  - id: ${id}\n    reason: it is meant\n`);
    const result = runCli(folder, ['check', 'bad.txt', '--profile', 'p.yaml', '--strict', '--json']);
    expect(result.status).toBe(0);
    expect(document(result.stdout).findings).toMatchObject([{ id, known: true, reason: 'it is meant' }]);
  });

  test('a profile beside the trace is used, unless another is named', () => {
    const { id } = document(runCli(folder, ['check', 'bad.txt', '--json']).stdout).findings[0] ?? { id: '' };
    writeFileSync(join(folder, 'profile.yaml'), `known:\n  - id: ${id}\n    reason: it is meant\n`);
    writeFileSync(join(folder, 'other.yaml'), '');
    expect(runCli(folder, ['check', 'bad.txt']).status).toBe(0);
    expect(runCli(folder, ['check', 'bad.txt', '--profile', 'other.yaml']).status).toBe(1);
  });

  test('--update-profile accepts what is new, keeps what is there, and changes nothing the second time', () => {
    writeFileSync(join(folder, 'p.yaml'), '# ours\nchoices: {}\n');
    expect(runCli(folder, ['check', 'bad.txt', '--profile', 'p.yaml', '--update-profile']).status).toBe(1);
    const text = read('p.yaml');
    expect(text).toMatch(/^# ours\n/);
    expect(text).toMatch(/^ {2}- id: [A-Z]+-\d{3}-[0-9a-f]{8}\n {4}reason: ""/m);
    expect(runCli(folder, ['check', 'bad.txt', '--profile', 'p.yaml', '--update-profile']).status).toBe(0);
    expect(read('p.yaml')).toBe(text);
    // An empty reason is not yet a reason.
    const strict = runCli(folder, ['check', 'bad.txt', '--profile', 'p.yaml', '--strict']);
    expect(strict.status).toBe(1);
    expect(strict.stdout).toMatch(/^p\.yaml:\d+: the known finding .* has no reason\.$/m);
  });

  test('--strict fails on entries that did not occur, and on expired ones only with a date', () => {
    writeFileSync(join(folder, 'p.yaml'), 'known:\n  - { id: BAR-003-00000000, reason: r, until: 2026-01-01 }\n');
    const words = ['check', 'good.txt', '--profile', 'p.yaml', '--json'];
    expect(runCli(folder, words).status).toBe(0);
    const strict = runCli(folder, [...words, '--strict']);
    expect(strict.status).toBe(1);
    expect(document(strict.stdout).profile.map(({ what }) => what)).toEqual(['did not occur']);
    const dated = runCli(folder, [...words, '--strict', '--today', '2026-01-02']);
    expect(document(dated.stdout).profile.map(({ what }) => what)).toEqual(['did not occur', 'has expired']);
  });

  test('--update-profile needs a file of the user', () => {
    const result = runCli(folder, ['check', 'good.txt', '--update-profile']);
    expect(result.status).toBe(2);
    expect(result.stderr).toContain('good.txt has no profile to update');
  });
});

describe('the words of the command line', () => {
  test.each([
    [['chekc'], "error: unknown command 'chekc'\n(Did you mean check?)"],
    [['check'], "error: missing required argument 'trace'"],
    [['check', 'good.txt', '--strcit'], '(Did you mean --strict?)'],
    [['check', 'good.txt', '--only', 'BAR-0003'], 'there is no rule or area of this name. Did you mean BAR-003?'],
    [['check', 'good.txt', '--today', 'soon'], '--today soon: a day of the calendar is expected, written YYYY-MM-DD.'],
    [
      ['check', 'good.txt', '--strict', '--today', '2026-02-31'],
      '--today 2026-02-31: a day of the calendar is expected',
    ],
    [['rules', 'MSX'], 'MSX: there is no rule or area of this name. Did you mean MSI'],
    [['convert', 'good.txt'], "error: missing required argument 'out'"],
  ])('%j is refused with a sentence and status 2', (words, sentence) => {
    const result = runCli(folder, words);
    expect(result.status).toBe(2);
    expect(result.stderr).toContain(sentence);
    expect(result.stdout).toBe('');
    expect(existsSync(join(folder, 'reports'))).toBe(false);
  });

  test('without a command the help is shown, with status 2; --help and --version are 0', () => {
    expect(runCli(folder, []).status).toBe(2);
    expect(runCli(folder, ['--help'])).toMatchObject({ status: 0, stderr: '' });
    expect(runCli(folder, ['check', '--help']).stdout).toContain('Exit status:');
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      version: string;
    };
    expect(runCli(folder, ['--version'])).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
  });

  test('colours follow FORCE_COLOR and NO_COLOR', () => {
    const escape = '\u001b[';
    expect(runCli(folder, ['check', 'bad.txt']).stdout).not.toContain(escape);
    expect(runCli(folder, ['check', 'bad.txt'], { env: { FORCE_COLOR: '1' } }).stdout).toContain(escape);
    expect(runCli(folder, ['check', 'bad.txt'], { env: { NO_COLOR: '1' } }).stdout).not.toContain(escape);
  });
});

describe('convert', () => {
  test('what was converted is judged as the original', () => {
    expect(runCli(folder, ['convert', 'bad.txt', 'copy.txt.gz'])).toMatchObject({ status: 0, stdout: '' });
    expect(runCli(folder, ['check', 'copy.txt.gz']).status).toBe(1);
  });

  test('standard output gets the text', () => {
    const result = runCli(folder, ['convert', '-', '-'], { input: GOOD_TRACE });
    expect(result.status).toBe(0);
    expect(result.stdout).toBe(GOOD_TRACE);
  });

  test('what is good is written, what is not is told', () => {
    writeFileSync(join(folder, 'part.txt'), `${GOOD_TRACE}read port 0xcfc 3 -> 0x0\n`);
    const result = runCli(folder, ['convert', 'part.txt', 'out.txt']);
    expect(result.status).toBe(2);
    expect(result.stderr).toMatch(/^part\.txt:9:\d+: expected a width/m);
    expect(read('out.txt')).toBe(GOOD_TRACE);
  });

  test('a place that cannot be written to', () => {
    const result = runCli(folder, ['convert', 'good.txt', 'absent/out.txt']);
    expect(result.status).toBe(2);
    expect(result.stderr).toContain('absent/out.txt');
    expect(result.stderr).not.toContain('bug');
  });
});
