import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, test } from 'vitest';
import { TOP } from '../support/repository.ts';
import { newFolder, runCli } from '../support/run-cli.ts';

/** A function with a BAR of 4 KiB that is sized, placed and enabled, one access a line after the header. */
const SMALL_MACHINE = `barometer.trace/1
machine power-on=1
write port 0xcf8 4 <- 0x80001000
read port 0xcfc 4 -> 0x00101b36
write port 0xcf8 4 <- 0x8000100c
read port 0xcfe 1 -> 0x0
write port 0xcf8 4 <- 0x80001008
read port 0xcfc 4 -> 0x01080202
write port 0xcf8 4 <- 0x80001010
read port 0xcfc 4 -> 0x0
write port 0xcfc 4 <- 0xffffffff
read port 0xcfc 4 -> 0xfffff000
write port 0xcfc 4 <- 0xfe000000
write port 0xcf8 4 <- 0x80001004
write port 0xcfc 2 <- 0x2
read port 0xcfc 2 -> 0x2
`;

interface Document {
  schema: string;
  index: number;
  end: boolean;
  complete: boolean;
  problems: string[];
  functions: {
    function: string;
    regions: { name: string; base: string | null; size: string | null; decode: string; why: string | null }[];
    config: { value: string; known: string; read: string };
    msix: object | null;
  }[];
}

let folder: string;
beforeEach(() => {
  folder = newFolder();
  writeFileSync(join(folder, 'small.txt'), SMALL_MACHINE);
});

function state(...words: string[]) {
  return runCli(folder, ['state', ...words]);
}

function bar0(...words: string[]): unknown {
  const { functions } = JSON.parse(state('small.txt', '--json', ...words).stdout) as Document;
  const { base, size, decode, why } = functions[0]?.regions[0] ?? {};
  return { base, size, decode, why };
}

describe('what is shown', () => {
  test('a tree of functions with their BARs', () => {
    const { status, stdout, stderr } = state('small.txt');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('State at the end, after 14 accesses and events: 1 function.');
    expect(stdout).toContain('00:02.0  Non-Volatile memory controller [010802] 1b36:0010');
    expect(stdout).toMatch(/BAR 0 +memory 0xfe000000 \(4 KiB\) on\n/);
    expect(stdout).toMatch(/BARs +1-5 not known\n/);
  });

  test('the state before an access', () => {
    const at = (index: number) => bar0('--at', String(index));
    expect(at(7)).toMatchObject({ base: null, size: null });
    expect(at(10)).toEqual({ base: '0xfffff000', size: '0x1000', decode: 'maybe', why: null });
    expect(at(12)).toMatchObject({ base: '0xfe000000', decode: 'maybe' });
    expect(bar0()).toEqual({ base: '0xfe000000', size: '0x1000', decode: 'on', why: null });
    expect(state('small.txt', '--at', '0').stdout).toContain('State before access or event 0: 0 functions.');
    expect(state('small.txt', '--at', '14').stdout).toContain('State at the end');
  });

  test('--lspci: known fields, and ? for the others', () => {
    const { stdout } = state('small.txt', '--lspci');
    expect(stdout).toMatch(
      /^00:02\.0 Non-Volatile memory controller \[0108\]: \[1b36:0010\] \(rev 02\) \(prog-if 02\)$/m,
    );
    expect(stdout).toMatch(/^\tControl: I\/O- Mem\+ BusMaster- /m);
    expect(stdout).toMatch(/^\tStatus: \?$/m);
    expect(stdout).toMatch(/^\tRegion 0: Memory at fe000000 \(32-bit, non-prefetchable\) \[size=4K\]$/m);
    expect(stdout).toMatch(/^00: 36 1b 10 00 02 00 \?\? \?\? 02 02 08 01 /m);
    expect(stdout).toMatch(/^10: 00 00 00 fe \?\? /m);
    expect(stdout.match(/^[0-9a-f]{2}: /gm)).toHaveLength(16);
  });

  test('--json: one document, the same each time', () => {
    const { stdout } = state('small.txt', '--json');
    expect(state('small.txt', '--json').stdout).toBe(stdout);
    const document = JSON.parse(stdout) as Document;
    expect(document).toMatchObject({ schema: 'barometer.state/1', index: 14, end: true, complete: true, problems: [] });
    expect(document.functions[0]?.function).toBe('00:02.0');
    expect(document.functions[0]?.config.value.slice(0, 12)).toBe('361b10000200');
    expect(document.functions[0]?.config.known.slice(0, 8)).toBe('ffffffff');
    expect(document.functions[0]?.msix).toBeNull();
  });

  test('standard input, compressed', () => {
    expect(runCli(folder, ['state', '-'], { input: gzipSync(SMALL_MACHINE) }).stdout).toContain('0xfe000000');
  });

  test('the profile beside the trace is in force, or the one that is named', () => {
    writeFileSync(join(folder, 'profile.yaml'), 'choices:\n  preassigned: off\n');
    expect(state('small.txt').stdout).toContain('profile profile.yaml');
    writeFileSync(join(folder, 'other.yaml'), 'choices:\n  preassigned: on\n');
    expect(state('small.txt', '--profile', 'other.yaml').stdout).toContain('profile other.yaml');
  });
});

describe('a screen of 80 columns', () => {
  const widest = (text: string): number => Math.max(...text.split('\n').map((line) => line.length));

  test.each(['linux-q35', 'seabios-q35', 'big-topology', 'ovmf-q35'])('%s', (name) => {
    const trace = join(TOP, 'corpora/traces', name, 'trace.txt.gz');
    for (const words of [[], ['--at', '1000']]) {
      const { stdout } = runCli(join(TOP, 'corpora/traces', name), ['state', 'trace.txt.gz', ...words]);
      expect(stdout.split('\n').length).toBeGreaterThan(5);
      expect(widest(stdout)).toBeLessThanOrEqual(80);
    }
    // A path is one word, whatever its length.
    const [first, ...rest] = state(trace).stdout.split('\n');
    expect(first).toBe(trace);
    expect(widest(rest.filter((line) => !line.includes('profile')).join('\n'))).toBeLessThanOrEqual(80);
  });
});

describe('bad input', () => {
  test('a trace that is cut: what came before is shown, status 2', () => {
    writeFileSync(join(folder, 'cut.txt'), `${SMALL_MACHINE}read port 0xcf`);
    const result = state('cut.txt');
    expect(result.status).toBe(2);
    expect(result.stderr).toMatch(/^cut\.txt:17:/m);
    expect(result.stdout).toContain('0xfe000000');
    expect(JSON.parse(state('cut.txt', '--json').stdout)).toMatchObject({ problemCount: 1 });
  });

  test.each([
    ['no such file', ['absent.txt'], 'absent.txt: there is no such file'],
    ['an empty file', ['empty.txt'], 'empty.txt: the file is empty'],
    ['a directory', ['.'], '.: this is a directory'],
    ['a moment that is no number', ['small.txt', '--at', 'soon'], 'barometer: --at soon: an index is a whole number'],
    [
      'a moment beyond the end',
      ['small.txt', '--at', '15'],
      'small.txt: --at 15: it ends after 14 accesses and events.',
    ],
    ['two forms at once', ['small.txt', '--json', '--lspci'], 'barometer: --json and --lspci are two forms'],
    [
      'a profile that is not there',
      ['small.txt', '--profile', 'nobody'],
      'barometer: --profile nobody: there is no file',
    ],
  ])('%s', (_, words, sentence) => {
    writeFileSync(join(folder, 'empty.txt'), '');
    const result = state(...words);
    expect(result).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining(sentence) });
    expect(result.stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  test('nothing that could be decoded', () => {
    writeFileSync(join(folder, 'dark.txt'), 'barometer.trace/1\nread memory 0x1000 4 -> 0x0\n');
    const result = state('dark.txt');
    expect(result.status).toBe(2);
    expect(result.stderr).toBe('dark.txt: none of its 1 accesses and events could be decoded, so nothing is known.\n');
  });
});
