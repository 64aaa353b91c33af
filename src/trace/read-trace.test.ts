import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { collect, Collector } from '../../test/collect.ts';
import { readTrace } from './read-trace.ts';
import { TraceError } from './trace-error.ts';

const folder = mkdtempSync(join(tmpdir(), 'barometer-trace-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Uint8Array): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

const QEMU = "memory_region_ops_read cpu 0 mr 0x1 addr 0xcfc value 0x1 size 4 name 'pci-conf-data'\n";
const KVM = ' CPU 1/KVM-4242    [003] .....  5123.456789: kvm_pio: pio_read at 0xcfc size 4 count 1 val 0x1 \n';
const OWN =
  'barometer.trace/1\norigin guest=Linux 6.1 = new\nmachine ecam=0xb0000000,0,255 power-on=1\nread port 0xcfc 4 -> 0x1\n';

/** Twenty thousand lines that do not compress to nothing. */
const LONG = Array.from({ length: 20_000 }, (_, index) =>
  QEMU.replace('0xcfc value 0x1', `0xcfc value 0x${((index * 2654435761) % 2 ** 32).toString(16)}`),
);

describe('the format is told by the content', () => {
  test.each([
    ['qemu-log', QEMU],
    ['kvm-ftrace', KVM],
    ['barometer.trace/1', OWN],
  ])('%s, plain and compressed, as file and as stream', async (format, content) => {
    for (const bytes of [Buffer.from(content), gzipSync(content)]) {
      const sink = new Collector();
      const result = await readTrace({ path: file('trace', bytes) }, {}, sink);
      expect(result).toMatchObject({ format, accesses: 1, problemCount: 0, unknownLines: 0 });
      expect(sink.headers.map((header) => header.format)).toEqual([format]);
      expect((await collect(bytes, { piece: 1 })).text).toEqual(sink.text());
    }
  });

  test('lines of no known form before the first known one are counted', async () => {
    const { result, entries } = await collect(`hello\n\n${'x'.repeat(3 << 20)}\n${QEMU}`, { piece: 50_000 });
    expect(result).toMatchObject({ lines: 4, accesses: 1, unknownLines: 3 });
    expect(entries.map((entry) => entry.line)).toEqual([4]);
  });

  test('two members of gzip are one trace', async () => {
    const { result } = await collect(Buffer.concat([gzipSync(QEMU), gzipSync(QEMU)]));
    expect(result.accesses).toBe(2);
  });
});

describe("Barometer's own text", () => {
  test('header, accesses and events', async () => {
    const body = [
      'power-on',
      'read port 0xcfc 4 -> 0x1',
      '@1 write memory 0x1fee00000 8 <- 0xffffffffffffffff',
      'line 22 1',
      '# words',
    ];
    const { header, text, entries, result } = await collect(
      `${OWN.replace('read', 'power-on\nread')}${body.slice(2).join('\r\n')}\n\n`,
      { piece: 7 },
    );
    expect(header?.origin).toEqual(new Map([['guest', 'Linux 6.1 = new']]));
    expect(header?.machine).toEqual({
      powerOn: true,
      ecam: [{ baseHi: 0, baseLo: 0xb0000000 | 0, firstBus: 0, lastBus: 255, segment: 0 }],
    });
    expect(text).toEqual(body);
    expect(entries.map((entry) => entry.line)).toEqual([4, 5, 6, 7, 8]);
    expect(result).toMatchObject({ lines: 9, accesses: 2, events: 2, remarks: 1, problemCount: 0 });
  });

  test('an unknown version is refused by name', async () => {
    const reading = collect(OWN.replace('trace/1', 'trace/2'));
    await expect(reading).rejects.toThrow(TraceError);
    await expect(reading).rejects.toThrow("test:1: this trace is in version 'barometer.trace/2'");
  });

  test('lines that cannot be read are told with line and column; the others go on', async () => {
    const { text, result } = await collect(
      `${OWN}read port 0xcfc 1 -> 0x100\nmachine cam=0\nline 1 2\nread port 0xcfc 1 -> 0x10\nread porch\n` +
        'write port 0x10000 4 <- 0x0\n',
    );
    expect(text).toEqual(['read port 0xcfc 4 -> 0x1', 'read port 0xcfc 1 -> 0x10']);
    expect(result.problems.map(({ line, column }) => `${line}:${column}`)).toEqual([
      '5:22',
      '6:1',
      '7:8',
      '9:6',
      '10:12',
    ]);
  });

  test('wrong machine keys are told', async () => {
    const { result, header } = await collect('barometer.trace/1\nmachine cam=2 power-on=1\norigin words\n');
    expect(result.problems).toEqual([
      { line: 2, column: 9, text: 'cam must be 0 or 1' },
      { line: 3, column: 1, text: 'expected origin KEY=VALUE' },
    ]);
    expect(header?.machine).toEqual({ powerOn: true });
  });

  test('only the first problems are kept, all are counted', async () => {
    const { result } = await collect(`barometer.trace/1\n${'nonsense\n'.repeat(10_000)}`);
    expect(result.problemCount).toBe(10_000);
    expect(result.problems).toHaveLength(100);
  });
});

describe('input that is not in order', () => {
  test.each([
    ['an empty file', '', 'test: the file is empty'],
    ['an empty compressed file', gzipSync(''), 'test: the file is empty'],
    ['blank lines', '\n\n', 'none of its first 2 lines'],
    ['other text', 'Dear all,\nhello\n', 'test: none of its first 2 lines is of a known form'],
    [
      'binary data',
      Uint8Array.from({ length: 100_000 }, (_, index) => (index * 167 + (index >> 8)) & 0xff),
      'binary data',
    ],
    ['NUL bytes', new Uint8Array(5000), 'binary data'],
    ['10,000 unknown lines', 'unknown line\n'.repeat(10_000), 'none of its first 10000 lines'],
    ['damaged compression', Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5, 6, 255, 255, 255]), 'gzip stream'],
    ['compression cut in its header', gzipSync(QEMU).subarray(0, 6), 'the gzip stream is cut'],
  ])('%s', async (_, content, sentence) => {
    const reading = collect(content);
    await expect(reading).rejects.toThrow(TraceError);
    await expect(reading).rejects.toThrow(sentence);
  });

  test.each([
    ['missing', 'there is no such file'],
    ['', 'this is a directory, not a trace'],
  ])('path %j', async (name, sentence) => {
    const path = join(folder, name);
    await expect(readTrace(path, { name: 'my trace' }, new Collector())).rejects.toThrow(`my trace: ${sentence}`);
  });

  test('a compressed stream that is cut: everything before it is handed on, and the end is told', async () => {
    const packed = gzipSync(LONG.join(''));
    const { result, text } = await collect(packed.subarray(0, packed.length >> 1));
    expect(result.truncated).toMatch(/^test:\d+: the trace breaks off here: the gzip stream is cut$/);
    expect(result.accesses).toBeGreaterThan(8000);
    expect(text).toEqual((await collect(LONG.join(''))).text.slice(0, result.accesses));
  });

  test('a compressed stream that is damaged in its middle', async () => {
    const packed = gzipSync(LONG.join(''));
    const middle = packed.length >> 1;
    packed.fill(0x5a, middle, middle + 100);
    const { result } = await collect(packed);
    expect(result.truncated).toMatch(/^test:\d+: the trace breaks off here: the gzip stream is damaged/);
  });

  test('a log that is cut in the middle of a line, at every place', async () => {
    const pair = `17@1.000000:pci_cfg_read nvme 00:05.0 @0x0 -> 0x1\n17@1.000000:${QEMU}`;
    const whole = pair + pair;
    const good = (await collect(whole)).text;
    for (let length = pair.length; length < whole.length; length++) {
      const { text, result } = await collect(whole.slice(0, length));
      expect(good.slice(0, text.length)).toEqual(text);
      const isWhole = /(?:\n|data')$/.test(whole.slice(0, length));
      expect(result.truncated ?? 'whole').toMatch(isWhole ? /^whole$/ : /^test:[34]: /);
    }
  });

  test('the last line of a KVM trace without a newline is not trusted', async () => {
    const { text, result } = await collect(`${KVM}${KVM.trimEnd()}`);
    expect(text).toHaveLength(1);
    expect(result.truncated).toContain('test:2: the trace breaks off here');
  });

  test.each([
    ['barometer.trace/1\n', 'read port 0xcfc 1 -> 0x1\n'],
    [QEMU, QEMU],
    [KVM, KVM],
  ])('lines that are too long are told and passed over: %#', async (first, good) => {
    for (const length of [(1 << 16) + 1, (1 << 20) - 2, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 5 << 20]) {
      const { result } = await collect(`${first}${'x'.repeat(length)}\n${good}${'y'.repeat(length)}`, {
        piece: 1 << 20,
      });
      expect(result.accesses).toBe(first === good ? 2 : 1);
      expect(result.problems.map((problem) => problem.line)).toEqual([2, 4]);
      expect(result.problems[0]?.text).toContain('longer than 65536 bytes');
      expect(result.lines).toBe(4);
    }
  });

  test.each([
    ['nothing', ''],
    ['Barometer', OWN],
    ['QEMU', QEMU],
    ['KVM', KVM],
  ])('a line of 300 MB after %s takes no memory', async (_, first) => {
    const chunk = Buffer.alloc(1 << 20, 'memory_region_ops_read cpu 0 mr 0x');
    let most = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(first);
      for (let count = 0; count < 300; count++) {
        yield chunk;
        const { heapUsed, arrayBuffers } = process.memoryUsage();
        most = Math.max(most, heapUsed + arrayBuffers);
      }
    }
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    const reading = readTrace({ stream: endless(), name: 'long' }, {}, new Collector());
    const outcome = await reading.then(
      ({ problemCount, accesses }) => `${problemCount} problem, ${accesses} access`,
      (error: unknown) => (error as Error).message,
    );
    expect(outcome).toMatch(first === '' ? /^long: none of its first 1 lines/ : /^1 problem, 1 access$/);
    expect(most - heapUsed - arrayBuffers).toBeLessThan(100 << 20);
  });

  test('NUL bytes between and inside lines do no harm', async () => {
    const bytes = Buffer.from(`\0\0${QEMU}\0${QEMU.replace('cpu 0', 'cpu\0 0')}\0\0\0`);
    expect((await collect(bytes)).result).toMatchObject({ accesses: 2, unknownLines: 0 });
    const own = Buffer.from('\0barometer.trace/1\n\0read port 0xcfc 4 -> 0x1\0\n');
    expect((await collect(own)).result).toMatchObject({ accesses: 1, problemCount: 0 });
  });

  test('an error of the sink comes out as it is, and ends the reading', async () => {
    class Refusal extends Error {}
    const sink = new Collector();
    sink.access = () => {
      throw new Refusal();
    };
    await expect(readTrace(file('log.gz', gzipSync(LONG.join(''))), {}, sink)).rejects.toThrow(Refusal);
    await expect(readTrace(file('log', LONG.join('')), {}, sink)).rejects.toThrow(Refusal);
  });

  test('a stream that fails in the middle', async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(QEMU + QEMU);
      throw new Error('the disk is gone');
    }
    const sink = new Collector();
    const result = await readTrace({ stream: failing(), name: 'pipe' }, {}, sink);
    expect(result.accesses).toBe(2);
    expect(result.truncated).toBe('pipe:2: the trace breaks off here: the disk is gone');
  });
});

test('the size of the pieces never matters', async () => {
  const log = LONG.slice(0, 300).join('');
  const expected = (await collect(log)).text;
  for (const piece of [1, 2, 83, 84, 85, 4096]) expect((await collect(log, { piece })).text).toEqual(expected);
});
