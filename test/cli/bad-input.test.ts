import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, test } from 'vitest';
import { BAD_TRACE, GOOD_TRACE, newFolder, runCli } from '../support/run-cli.ts';
import type { CliResult } from '../support/run-cli.ts';

let folder: string;
beforeEach(() => {
  folder = newFolder();
});

/** Writes `content` as `name` and checks it. */
function check(name: string, content: string | Uint8Array, ...words: string[]): CliResult {
  writeFileSync(join(folder, name), content);
  return runCli(folder, ['check', name, ...words]);
}

/** Every line on standard error is a sentence for people, never a stack trace. */
function expectSentences(result: CliResult): void {
  expect(result.stderr).not.toMatch(/^\s+at /m);
  expect(result.stderr).not.toContain('bug in Barometer');
}

const conformingLines = (count: number): string => {
  const pair = 'write port 0xcf8 4 <- 0x80000000\nread port 0xcfc 4 -> 0x29c08086\n';
  return `barometer.trace/1\n${pair.repeat(count)}`;
};

describe('a trace that is not in order', () => {
  test('an empty file', () => {
    const result = check('empty.txt', '');
    expect(result).toMatchObject({ status: 2, stderr: expect.stringContaining('empty.txt: the file is empty') });
    expectSentences(result);
  });

  test('a binary file', () => {
    const bytes = Uint8Array.from({ length: 200_000 }, (_, index) => (index * 167 + (index >> 8)) & 0xff);
    const result = check('noise.bin', bytes);
    expect(result.status).toBe(2);
    expect(result.stderr).toContain('noise.bin: this is binary data, not a trace');
    expectSentences(result);
  });

  test('a version that is not known is refused by name', () => {
    const result = check('new.txt', GOOD_TRACE.replace('trace/1', 'trace/9'));
    expect(result.status).toBe(2);
    expect(result.stderr).toMatch(/^new\.txt:1: .*barometer\.trace\/9.*barometer\.trace\/1/m);
  });

  test('text of another kind', () => {
    const result = check('letter.txt', 'Dear all,\nthis is no trace.\n');
    expect(result.status).toBe(2);
    expect(result.stderr).toMatch(/^letter\.txt: none of its first 2 lines is of a known form/m);
  });

  test('a log that is cut in the middle of a line: what came before is reported', () => {
    const result = check('cut.txt', `${GOOD_TRACE}read port 0xcf`);
    expect(result.status).toBe(2);
    expect(result.stderr).toMatch(/^cut\.txt:9:/m);
    expect(result.stdout).toContain('00:00.0');
    expectSentences(result);
  });

  test('a gzip stream that is cut: what came before is reported', () => {
    const packed = gzipSync(conformingLines(20_000));
    const result = check('cut.txt.gz', packed.subarray(0, packed.length - 40));
    expect(result.status).toBe(2);
    expect(result.stderr).toMatch(/^cut\.txt\.gz:\d+: .*gzip stream is cut/m);
    expect(result.stdout).toContain('00:00.0');
    expectSentences(result);
  });

  test('a gzip stream that is damaged', () => {
    const packed = gzipSync(Buffer.from(Array.from({ length: 3000 }, (_, index) => `# ${index ** 3}\n`).join('')));
    packed.fill(0x5a, 500, 600);
    const result = check('bad.gz', packed);
    expect(result.status).toBe(2);
    expect(result.stderr).toMatch(/^bad\.gz.*gzip stream is damaged/m);
    expectSentences(result);
  });

  test('a trace that diverged before it was cut is 1, not 2', () => {
    const result = check('cut.txt', `${BAD_TRACE}read port 0xcf`);
    expect(result.status).toBe(1);
    expect(result.stdout).toContain('cut.txt:10');
    expect(result.stderr).toMatch(/^cut\.txt:11:/m);
  });

  test('a line of 100 MB is passed over, and what stands around it is checked', () => {
    const long = Buffer.concat([
      Buffer.from(GOOD_TRACE),
      Buffer.alloc(100 << 20, 'x'),
      Buffer.from(`\n${BAD_TRACE.slice(18)}`),
    ]);
    const result = check('long.txt', long);
    expect(result.stderr).toMatch(/^long\.txt:9: the line is longer than \d+ bytes/m);
    // The divergence behind the long line is found.
    expect(result.status).toBe(1);
    expectSentences(result);
  });

  test('a file that is one line of 100 MB', () => {
    const result = check('long.txt', Buffer.alloc(100 << 20, 'x'));
    expect(result.status).toBe(2);
    expect(result.stderr).toMatch(/^long\.txt: /m);
    expectSentences(result);
  });

  test('CRLF line ends are line ends', () => {
    expect(check('dos.txt', GOOD_TRACE.replaceAll('\n', '\r\n'))).toMatchObject({ status: 0 });
    expect(check('dos.txt', BAD_TRACE.replaceAll('\n', '\r\n'))).toMatchObject({ status: 1 });
  });

  test('NUL bytes between lines do no harm, inside a number they are told', () => {
    const padded = check('nul.txt', GOOD_TRACE.replaceAll('\nread', '\n\0\0read'));
    expect(padded.status).toBe(0);
    const inside = check('nul.txt', GOOD_TRACE.replace('0x6000000', '0x60\0#0000'));
    expect(inside.status).toBe(2);
    expect(inside.stderr).toMatch(/^nul\.txt:6:/m);
    expectSentences(inside);
  });

  test.each([
    ['a value wider than the access', 'read port 0xcfc 1 -> 0x100'],
    ['a port beyond the last', 'read port 0x10000 4 -> 0x0'],
    ['an address of 65 bits', 'read memory 0x10000000000000000 4 -> 0x0'],
    ['a register beyond configuration space', 'read config 00:00.0 0x1000 4 -> 0x0'],
    ['a device number beyond 31', 'read config 00:20.0 0x0 4 -> 0x0'],
    ['a width that no access has', 'read port 0xcfc 3 -> 0x0'],
    ['a vCPU that no machine has', '@99999999 read port 0xcfc 4 -> 0x0'],
  ])('%s is told with line and column, and the rest is checked', (_, line) => {
    const result = check('range.txt', `${GOOD_TRACE}${line}\nread port 0xcfc 4 -> 0x1\n`);
    expect(result.stderr).toMatch(/^range\.txt:9:\d+: expected /m);
    // The line after it diverges, and that is seen.
    expect(result.status).toBe(1);
    expectSentences(result);
  });

  test('a directory', () => {
    mkdirSync(join(folder, 'traces'));
    const result = runCli(folder, ['check', 'traces']);
    expect(result).toMatchObject({ status: 2, stderr: expect.stringContaining('traces: this is a directory') });
    expectSentences(result);
  });

  test('a file that is not there', () => {
    const result = runCli(folder, ['check', 'absent.txt']);
    expect(result).toMatchObject({ status: 2, stderr: expect.stringContaining('absent.txt: there is no such file') });
  });

  // Permissions do not bind the superuser, under whom CI often runs; but nobody can read the memory of a process from
  // its start, where nothing is mapped.
  test('a file that cannot be read', () => {
    const name = process.getuid?.() === 0 ? '/proc/self/mem' : 'secret.txt';
    if (name === 'secret.txt') writeFileSync(join(folder, name), GOOD_TRACE, { mode: 0 });
    const result = runCli(folder, ['check', name]);
    expect(result.status).toBe(2);
    expect(result.stderr).toMatch(/^(\/proc\/self\/mem|secret\.txt): (cannot be read|not allowed to read)/m);
    expectSentences(result);
  });

  test('10,000 unknown lines around a good trace are remarks; alone they are no trace', () => {
    const noise = Array.from({ length: 10_000 }, (_, index) => `something else ${index}\n`).join('');
    const alone = check('noise.txt', noise);
    expect(alone.status).toBe(2);
    expect(alone.stderr).toMatch(/^noise\.txt: none of its first 10000 lines is of a known form/m);
    expectSentences(alone);

    const record =
      "1@1.000001:memory_region_ops_read cpu 0 mr 0x5 addr 0xcfc value 0x29c08086 size 4 name 'pci-conf-data'\n";
    const select =
      "1@1.000000:memory_region_ops_write cpu 0 mr 0x5 addr 0xcf8 value 0x80000000 size 4 name 'pci-conf-idx'\n";
    const mixed = check('mixed.log', `${select}${record}${noise}${select}${record}`);
    expect(mixed.status).toBe(0);
    expect(mixed.stdout).toMatch(/10 000 lines of no known form/);
    expect(mixed.stderr.split('\n').length).toBeLessThan(20);
  });

  test('ten thousand broken lines give ten sentences and a count', () => {
    const result = check('broken.txt', `${GOOD_TRACE}${'read port 0xcfc 3 -> 0x0\n'.repeat(10_000)}`);
    expect(result.status).toBe(2);
    expect(result.stderr.match(/^broken\.txt:\d+:\d+: expected a width/gm)).toHaveLength(10);
    expect(result.stderr).toContain('broken.txt: and 9990 more problems');
  });
});

describe('several traces', () => {
  test('one that cannot be read does not keep the others from being checked', () => {
    writeFileSync(join(folder, 'good.txt'), GOOD_TRACE);
    const result = runCli(folder, ['check', 'absent.txt', 'good.txt', '--json']);
    expect(result.status).toBe(2);
    const { inputs } = JSON.parse(result.stdout) as {
      inputs: { name: string; accesses: number; problems: string[] }[];
    };
    expect(inputs.map(({ name, accesses, problems }) => [name, accesses, problems.length])).toEqual([
      ['absent.txt', 0, 1],
      ['good.txt', 6, 0],
    ]);
  });

  test('a new divergence wins over a trace that cannot be read', () => {
    writeFileSync(join(folder, 'bad.txt'), BAD_TRACE);
    expect(runCli(folder, ['check', 'absent.txt', 'bad.txt']).status).toBe(1);
  });
});

describe('a profile that is not in order stops the run with all its problems', () => {
  test.each([
    [
      'wrong types',
      'machine:\n  cam: 3\n  ecam: yes\n',
      [/^p\.yaml:2:3: machine\.cam: /, /^p\.yaml:3:3: machine\.ecam/],
    ],
    [
      'unknown keys',
      'machines: {}\nknwon: []\n',
      [/^p\.yaml:1:1: .*Did you mean machine\?$/, /^p\.yaml:2:1: .*known\?$/],
    ],
    ['unknown rules', 'known:\n  - id: ZZZ-001-00000000\n', [/^p\.yaml:2:5: known\.0\.id: there is no rule ZZZ-001\./]],
    [
      'unknown choices',
      'choices:\n  hollow: ones\n',
      [/^p\.yaml:2:3: choices\.hollow: there is no choice of this name\./],
    ],
    ['no YAML', 'machine: [\n', [/^p\.yaml:\d+:\d+: not YAML: /]],
    ['NUL bytes', 'machine:\0\n', [/^p\.yaml: this is a binary file/]],
  ])('%s', (_, text, sentences) => {
    writeFileSync(join(folder, 'p.yaml'), text);
    const result = check('good.txt', GOOD_TRACE, '--profile', 'p.yaml');
    expect(result.status).toBe(2);
    expect(result.stdout).toBe('');
    const lines = result.stderr.trimEnd().split('\n');
    expect(lines).toHaveLength(sentences.length);
    sentences.forEach((sentence, index) => expect(lines[index]).toMatch(sentence));
  });

  test('one that is not there names the shipped ones', () => {
    const result = check('good.txt', GOOD_TRACE, '--profile', 'no-such-profile');
    expect(result.status).toBe(2);
    expect(result.stderr).toContain('--profile no-such-profile: there is no file and no shipped profile of this name.');
  });
});
