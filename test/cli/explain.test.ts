import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, test } from 'vitest';
import { TOP } from '../support/repository.ts';
import { BAD_TRACE, GOOD_TRACE, newFolder, runCli } from '../support/run-cli.ts';

const RECORDED = join(TOP, 'corpora/traces/seabios-q35/trace.txt.gz');

/** Nothing that a terminal acts on, and nothing that reorders. */
const INERT = /^[^\p{Cc}\p{Cf}]*(?:\n[^\p{Cc}\p{Cf}]*)*$/u;

let folder: string;
beforeEach(() => {
  folder = newFolder();
  writeFileSync(join(folder, 'good.txt'), GOOD_TRACE);
  writeFileSync(join(folder, 'bad.txt'), BAD_TRACE);
});

function explain(...words: string[]) {
  return runCli(folder, ['explain', ...words]);
}

describe('what is shown', () => {
  test('the trace in words, and a summary', () => {
    expect(explain('good.txt')).toEqual({
      status: 0,
      stderr: '',
      stdout: `\
00:00.0 identified: Host bridge, 8086:29c0  [1 to 5]
       1  00:00.0 Vendor ID, Device ID -> 0x29c08086: 8086:29c0
       3  00:00.0 Revision ID, Class Code -> 0x6000000: revision 00; Host bridge
       5  00:00.0 Vendor ID, Device ID -> 0x29c08086: 8086:29c0

6 accesses and events: no rule is broken.
`,
    });
  });

  test('what breaks a rule is shown, and fails nothing', () => {
    const { status, stdout } = explain('bad.txt');
    expect(status).toBe(0);
    expect(stdout).toContain('BROKEN HDR-001');
    expect(stdout).toContain('8 accesses and events: 1 divergence in 1 finding.');
  });

  test('a recorded trace: each line fits into 80 columns, and there is no colour when piped', () => {
    const { status, stdout, stderr } = explain(RECORDED);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(stdout).toMatch(/^[\x20-\x7e\n…→]*$/);
    expect(stdout).toMatch(/^bus 00 searched: \d functions found/m);
    expect(stdout).toMatch(/ sized/);
  });

  test('the same bytes each time; standard input and gzip give the same', () => {
    const { stdout } = explain('good.txt');
    expect(runCli(folder, ['explain', '-'], { input: gzipSync(GOOD_TRACE) }).stdout).toBe(stdout);
    expect(explain(RECORDED).stdout).toBe(explain(RECORDED).stdout);
  });

  test('colours only where they are asked for, and NO_COLOR has the last word', () => {
    const painted = runCli(folder, ['explain', 'bad.txt'], { env: { FORCE_COLOR: '1' } }).stdout;
    expect(painted).toContain('\u001b[');
    // eslint-disable-next-line no-control-regex
    expect(painted.replaceAll(/\u001b\[[0-9;]*m/g, '')).toBe(explain('bad.txt').stdout);
    expect(runCli(folder, ['explain', 'bad.txt'], { env: { NO_COLOR: '1' } }).stdout).toBe(explain('bad.txt').stdout);
  });

  test('--raw: one line for each access and event, with index and line', () => {
    const lines = explain('good.txt', '--raw').stdout.split('\n');
    expect(lines[0]).toBe(
      '       0        3  write port 0xcf8 4 <- 0x80000000        00:00.0 CONFIG_ADDRESS: selects 00:00.0, 0x0',
    );
    expect(lines.findIndex((line) => line === '')).toBe(6);
  });

  test('--json: an object a line, and nothing else', () => {
    const { stdout } = explain('bad.txt', '--json');
    const objects = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { index: number; divergences: { rule: string }[] });
    expect(objects.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(objects[7]?.divergences).toMatchObject([{ rule: 'HDR-001', known: false, index: 7 }]);
  });

  test('--from and --to count as state --at does; the model has seen what lies before', () => {
    const { stdout } = explain(RECORDED, '--from', '300', '--to', '320', '--raw');
    const whole = explain(RECORDED, '--raw').stdout.split('\n');
    expect(stdout.split('\n').slice(0, 21)).toEqual(whole.slice(300, 321));
    expect(stdout.split('\n')[21]).toBe('');
  });

  test('--function: only what concerns it', () => {
    const { stdout } = explain(RECORDED, '--function', '00:00.0', '--raw');
    const others = stdout.split('\n').filter((line) => / [0-9a-f]{2}:[0-9a-f]{2}\.[0-7] /.test(line));
    expect(others.length).toBeGreaterThan(20);
    expect(others.filter((line) => !line.includes(' 00:00.0 '))).toEqual([]);
  });

  test('known findings of the profile beside the trace are called known', () => {
    const known = 'known:\n  - rule: HDR-001\n    reason: of the test\n    owner: nobody\n';
    writeFileSync(join(folder, 'profile.yaml'), known);
    expect(explain('bad.txt').stdout).toContain('known: HDR-001');
  });
});

test('a long trace needs no more memory than a short one', () => {
  const pair = (at: number): string =>
    `read config 00:02.0 0x${(0x40 + 4 * (at % 48)).toString(16)} 4 -> 0x${at.toString(16)}\nwrite config 00:02.0 0x3c 1 <- 0x${(at & 255).toString(16)}\n`;
  const head =
    'barometer.trace/1\nmachine cam=0\nread config 00:02.0 0x0 4 -> 0x00101b36\nread config 00:02.0 0xe 1 -> 0x0\n';
  writeFileSync(join(folder, 'long.txt'), head + Array.from({ length: 150_000 }, (_, at) => pair(at)).join(''));
  const main = join(TOP, 'dist/cli/main.js');
  // What was said of these accesses would be some hundred megabytes.
  const command = `'${process.execPath}' --max-old-space-size=40 '${main}' explain long.txt | tail -n 1`;
  const { stdout, stderr } = spawnSync('bash', ['-c', command], { cwd: folder, encoding: 'utf8' });
  expect({ stdout, stderr }).toEqual({ stdout: '300 002 accesses and events: no rule is broken.\n', stderr: '' });
});

describe('a reader that has seen enough', () => {
  test('| head: no error, and no stack trace', () => {
    const main = join(TOP, 'dist/cli/main.js');
    const command = `'${process.execPath}' '${main}' explain '${RECORDED}' --raw | head -n 3`;
    const { stdout, stderr } = spawnSync('bash', ['-c', `set -o pipefail; ${command}; echo "status $?"`], {
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(stdout.split('\n')).toHaveLength(5);
    expect(stdout).toMatch(/status 0\n$/);
  });
});

describe('bad input', () => {
  test.each([
    ['no such file', ['absent.txt'], 'absent.txt: there is no such file'],
    ['an empty file', ['empty.txt'], 'empty.txt: the file is empty'],
    ['a directory', ['.'], '.: this is a directory'],
    ['binary data', ['noise.bin'], 'noise.bin: this is binary data, not a trace'],
    [
      'an index that is no number',
      ['good.txt', '--from', 'soon'],
      'barometer: --from soon: an index is a whole number',
    ],
    ['a range the wrong way round', ['good.txt', '--from', '4', '--to', '3'], 'barometer: --from 4 is behind --to 3.'],
    [
      'a beginning beyond the end',
      ['good.txt', '--from', '6'],
      'good.txt: --from 6: it ends after 6 accesses and events.',
    ],
    [
      'a function that is none',
      ['good.txt', '--function', 'eth0'],
      'barometer: --function eth0: a function is written',
    ],
    [
      'a function that never appears',
      ['good.txt', '--function', '00:09.0'],
      'good.txt: --function 00:09.0: no access concerns it. At the end the trace has 00:00.0.',
    ],
    [
      'a function that never appears in a trace with a power-on',
      [RECORDED, '--function', '77:1f.7'],
      '--function 77:1f.7: no access concerns it. At the end the trace has 00:00.0, ',
    ],
    ['two forms at once', ['good.txt', '--json', '--raw'], 'barometer: --json and --raw are two forms'],
    ['no access at all', ['header.txt'], 'header.txt: no access was found in it.'],
    [
      'a profile that is not there',
      ['good.txt', '--profile', 'nobody'],
      'barometer: --profile nobody: there is no file',
    ],
  ])('%s', (_, words, sentence) => {
    writeFileSync(join(folder, 'empty.txt'), '');
    writeFileSync(join(folder, 'header.txt'), 'barometer.trace/1\n');
    writeFileSync(
      join(folder, 'noise.bin'),
      Uint8Array.from({ length: 9999 }, (__, at) => (at * 167) & 0xff),
    );
    const result = explain(...words);
    expect(result).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining(sentence) });
    expect(result.stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  test('a gzip stream that is cut: what came before is shown, status 2', () => {
    const whole = gzipSync(GOOD_TRACE.repeat(1) + 'read port 0xcfc 4 -> 0x29c08086\n'.repeat(5000), { level: 0 });
    writeFileSync(join(folder, 'cut.txt.gz'), whole.subarray(0, whole.length >> 1));
    const { status, stdout, stderr } = explain('cut.txt.gz');
    expect(status).toBe(2);
    expect(stdout).toContain('00:00.0 identified: Host bridge, 8086:29c0');
    expect(stderr).toMatch(/^cut\.txt\.gz:\d+: the trace breaks off here: the gzip stream is cut\n$/);
  });

  test('a line that cannot be read: the others are shown, status 2', () => {
    writeFileSync(join(folder, 'odd.txt'), `${GOOD_TRACE}read the newspaper\n`);
    const { status, stdout, stderr } = explain('odd.txt');
    expect(status).toBe(2);
    expect(stdout).toContain('6 accesses and events');
    expect(stderr).toMatch(/^odd\.txt:9:6: /);
  });
});

test('text from outside is inert: controls, escapes and marks that reorder', () => {
  const hostile = 'a\u001b[2Jb\u202ec\u0007d\u009be';
  writeFileSync(join(folder, 'hostile.txt'), `${GOOD_TRACE}refused read 4 ${hostile} 0x1000\n# \u001b]0;title\u0007\n`);
  for (const form of [[], ['--raw'], ['--json']]) {
    const { stdout, stderr } = explain('hostile.txt', ...form);
    expect(stdout + stderr).toMatch(INERT);
  }
  const name = 'na\u001b[31mme\u202e.txt';
  writeFileSync(join(folder, name), GOOD_TRACE);
  expect(explain(name, '--function', '00:09.0').stderr).toMatch(INERT);
});

test('a line of ten megabytes is refused or shortened, not printed', () => {
  writeFileSync(join(folder, 'long.txt'), `${GOOD_TRACE}refused read 4 ${'x'.repeat(10 << 20)} 0x1000\n`);
  const { stdout, stderr } = explain('long.txt', '--raw');
  expect(stdout.length + stderr.length).toBeLessThan(4000);
});
