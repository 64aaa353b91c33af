import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { formatBdf } from '../../src/access/bdf.ts';
import type { MachineDescription } from '../../src/access/machine.ts';
import type { TraceHeader, TraceSink } from '../../src/access/source.ts';
import { formatAccess, formatEvent } from '../../src/access/text.ts';
import { judge } from '../../src/check/gate.ts';
import { readProfile } from '../../src/check/profile.ts';
import type { Profile } from '../../src/check/profile.ts';
import { replayTrace } from '../../src/check/replay.ts';
import type { TraceReport } from '../../src/check/trace-report.ts';
import { readTrace } from '../../src/trace/index.ts';
import type { TraceResult } from '../../src/trace/index.ts';
import { TOP } from '../support/repository.ts';

const CORPUS = join(TOP, 'corpora/traces');
const NAMES = readdirSync(CORPUS).toSorted();
const WITH_RAW_LOG = NAMES.filter((name) => existsSync(join(CORPUS, name, 'raw.log.gz')));

/** The keys of origin.json that every recording has. */
interface Origin {
  scenario: string;
  guest: string;
  vmm: string;
  command: string;
  remarks: string[];
  /** What the importer made of the log. */
  imported: Omit<TraceResult, 'format' | 'problems' | 'problemCount'>;
}

function originOf(name: string): Origin {
  return JSON.parse(readFileSync(join(CORPUS, name, 'origin.json'), 'utf8')) as Origin;
}

function tracePath(name: string): string {
  return join(CORPUS, name, 'trace.txt.gz');
}

/** Keeps what stands in front of the first access or event. */
class HeaderOnly implements TraceSink {
  value: TraceHeader | undefined;
  header(header: TraceHeader): void {
    this.value = header;
  }
  access(): void {}
  event(): void {}
}

test('there are traces', () => {
  expect(NAMES.length).toBeGreaterThan(30);
  expect(WITH_RAW_LOG.length).toBeGreaterThan(8);
});

describe('every folder holds a trace, its origin, and what was true at its end', () => {
  test.each(NAMES)('%s', async (name) => {
    const files = readdirSync(join(CORPUS, name)).toSorted();
    const optional = new Set(['profile.yaml', 'raw.log.gz']);
    expect(files.filter((file) => !optional.has(file))).toEqual(['origin.json', 'trace.txt.gz', 'truth']);

    const origin = originOf(name);
    expect(origin.scenario).toBe(name);
    expect(origin.vmm).toMatch(/^QEMU \d/);
    expect(origin.command).toMatch(/^qemu-system-\w+ /);
    expect(origin.remarks.length).toBeGreaterThan(0);
    const truth = JSON.parse(
      gunzipSync(readFileSync(join(CORPUS, name, 'truth/truth.json.gz'))).toString('utf8'),
    ) as Record<string, unknown>;
    expect(truth).toHaveProperty('query-pci');

    const sink = new HeaderOnly();
    const result = await readTrace(tracePath(name), {}, sink);
    expect(result).toMatchObject({ format: 'barometer.trace/1', problems: [], problemCount: 0, unknownLines: 0 });
    expect(result.truncated).toBeUndefined();
    const { accesses, events, remarks } = origin.imported;
    expect(result).toMatchObject({ accesses, events, remarks });
    expect(sink.value?.origin.get('guest')).toBe(origin.guest);
    expect(sink.value?.origin.get('command')).toBe(origin.command);
    expect(sink.value?.origin.get('vmm')).toContain(origin.vmm);
  });
});

/** Compares what a reader gives with the lines of a text, one after the other. */
class Comparison implements TraceSink {
  private readonly lines: readonly string[];
  private at: number;
  /** The first line that differs. */
  difference: object | undefined;

  constructor(lines: readonly string[], begin: number) {
    this.lines = lines;
    this.at = begin;
  }

  header(): void {}

  access(...[access]: Parameters<TraceSink['access']>): void {
    this.compare(formatAccess(access));
  }

  event(...[event]: Parameters<TraceSink['event']>): void {
    for (const line of formatEvent(event).split('\n')) this.compare(line);
  }

  /** Lines that nothing was compared with. */
  get rest(): readonly string[] {
    return this.lines.slice(this.at);
  }

  private compare(actual: string): void {
    const expected = this.lines[this.at++];
    if (expected !== actual) this.difference ??= { line: this.at, actual, expected };
  }
}

describe('importing the raw log again gives the lines of the trace', () => {
  test.each(WITH_RAW_LOG)('%s', async (name) => {
    const header = new HeaderOnly();
    await readTrace(tracePath(name), {}, header);
    const machine: Partial<MachineDescription> = header.value?.machine ?? {};
    const lines = gunzipSync(readFileSync(tracePath(name)))
      .toString('utf8')
      .trimEnd()
      .split('\n');
    const body = lines.findIndex((line) => !/^(?:barometer\.trace|origin|machine)\b/.test(line));

    const comparison = new Comparison(lines, body);
    const result = await readTrace(join(CORPUS, name, 'raw.log.gz'), { machine }, comparison);
    expect(comparison.difference).toBeUndefined();
    expect(comparison.rest).toEqual([]);
    const { format, problems, problemCount, ...counts } = result;
    expect({ format, problems, problemCount }).toEqual({ format: 'qemu-log', problems: [], problemCount: 0 });
    expect(counts).toEqual(originOf(name).imported);
  });
});

test('the traces stay small', () => {
  const sizes = readdirSync(CORPUS, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => ({ name: entry.name, size: statSync(join(entry.parentPath, entry.name)).size }));
  const largest = (pattern: RegExp): number =>
    Math.max(...sizes.filter(({ name }) => pattern.test(name)).map(({ size }) => size));
  expect(largest(/^trace\.txt\.gz$/)).toBeLessThan(768 << 10);
  expect(largest(/^raw\.log\.gz$/)).toBeLessThan(6 << 20);
  expect(largest(/^(?!raw\.log|trace\.txt)/)).toBeLessThan(128 << 10);
  expect(sizes.reduce((sum, { size }) => sum + size, 0)).toBeLessThan(16 << 20);
});

/** One replay of each trace, with the profile beside it, for all tests. */
interface Replayed {
  report: TraceReport;
  profile: Profile | undefined;
}
const replays = new Map<string, Promise<Replayed>>();

function replayed(name: string): Promise<Replayed> {
  const replay = replays.get(name) ?? replayOf(name);
  replays.set(name, replay);
  return replay;
}

async function replayOf(name: string): Promise<Replayed> {
  const beside = join(CORPUS, name, 'profile.yaml');
  const profile = existsSync(beside) ? await readProfile(beside) : undefined;
  const options = { name, skip: new Set<string>(), ...(profile === undefined ? {} : { profile }) };
  return { report: await replayTrace(tracePath(name), options), profile };
}

const STRICT = { strict: true };

describe('every trace is judged to its end, and nothing new is found, of whatever strength', () => {
  test.each(NAMES)('%s', async (name) => {
    const { report, profile } = await replayed(name);
    expect(report).toMatchObject({ complete: true, problems: [], unknownLines: 0 });
    const verdict = judge([report], profile === undefined ? [] : [profile], [], STRICT);
    const found = report.findings.filter((finding) => !finding.known).map(({ id, count, first }) => [id, count, first]);
    expect(found).toEqual([]);
    expect(verdict).toEqual({ status: 0, gating: [], complaints: [], objections: [] });
  });
});

/** Why the model cannot say what an access reached, as `ModelStatistics.undecoded` words it. */
const REASONS = [
  'no function claims the port',
  'no function claims the address',
  'the target refused the access, or nothing decodes it',
];

/** Memory accesses outside every BAR and every structure of the host that the model knows: so many; what. */
const NOBODYS_MEMORY: Record<string, readonly [count: number, what: string]> = {
  full: [404, 'HPET: the log is not filtered'],
  'full-smp': [76_410, 'HPET: the log is not filtered'],
  'linux-arm64-highmem-off': [2, 'registers of the GICv2m frame'],
  'linux-arm64-intx': [2, 'registers of the GICv2m frame'],
  'linux-arm64-v2m': [18, '2 of the GICv2m frame; the rest by a driver while its device was reset under it'],
  'seabios-hppa': [2, "the host bridge's own registers"],
  'slof-pseries': [312, 'BARs whose address was written with a width that the log does not tell'],
  'uboot-arm64': [2, 'the guest asks for a place where nothing is'],
  'uboot-ppce500': [17, "the host bridge's own registers"],
};

describe('what is not decoded has a reason that is known', () => {
  test.each(NAMES)('%s', async (name) => {
    const { undecoded } = (await replayed(name)).report;
    const plain = Object.entries(undecoded).map(
      ([key, count]) => [key.replace(/^(?:read|write): /, ''), count] as const,
    );
    expect(plain.map(([reason]) => reason).filter((reason) => !REASONS.includes(reason))).toEqual([]);
    const memory = plain.filter(([reason]) => reason === 'no function claims the address');
    expect(memory.reduce((sum, [, count]) => sum + count, 0)).toBe(NOBODYS_MEMORY[name]?.[0] ?? 0);
  });
});

/** Answer of QEMU's `query-pci`, as far as it is looked at. */
interface Bus {
  bus: number;
  devices: Device[];
}
interface Device {
  bus: number;
  slot: number;
  function: number;
  id: { vendor: number; device: number };
  class_info: { class: number };
  pci_bridge?: { devices?: Device[] };
}

/** Vendor, device and class by address, as text. */
function functionsOf(name: string): Map<string, readonly string[]> {
  const text = gunzipSync(readFileSync(join(CORPUS, name, 'truth/truth.json.gz'))).toString('utf8');
  const roots = (JSON.parse(text) as { 'query-pci': Bus[] })['query-pci'];
  const withBehind = (device: Device): Device[] => [device, ...(device.pci_bridge?.devices ?? []).flatMap(withBehind)];
  // A machine may have several host buses of the same number (mac99); the first is the one that its firmware uses.
  const first = roots.filter((root, index) => roots.findIndex(({ bus }) => bus === root.bus) === index);
  const entries = first
    .flatMap((root) => root.devices.flatMap(withBehind))
    .map(({ bus, slot, function: number, id, class_info: { class: classCode } }) => {
      const bdf = (bus << 8) | (slot << 3) | number;
      return [formatBdf(bdf), [hex(id.vendor), hex(id.device), hex(classCode)]] as const;
    });
  return new Map(entries.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

const NOT_READ = 'not read';

function hex(value: number): string {
  return value < 0 ? NOT_READ : value.toString(16).padStart(4, '0');
}

describe('the functions that the model holds at the end are those that QEMU had', () => {
  test.each(NAMES)('%s', async (name) => {
    const truth = functionsOf(name);
    const { functions } = (await replayed(name)).report;
    const held = functions.map(({ bdf, vendor, device, classCode }) => {
      const address = formatBdf(bdf);
      const read = [hex(vendor), hex(device), hex(classCode >> 8)];
      return [address, read.map((word, index) => (word === NOT_READ ? truth.get(address)?.[index] : word))];
    });
    expect(held).toEqual([...truth]);
    expect(functions.filter(({ vendor, device }) => vendor < 0 || device < 0)).toEqual([]);
  });
});
