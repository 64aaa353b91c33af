import { posix } from 'node:path';
import { expect, test } from 'vitest';
import { HOSTILE, LONG_LINE } from '../../test/support/hostile.ts';
import { CUT, makeFinding, makeReport, makeVerdict } from '../../test/support/make-report.ts';
import { makeResults } from '../check/results.ts';
import type { TraceReport } from '../check/trace-report.ts';
import { inertLine } from '../core/inert-text.ts';
import { annotations } from './github-annotations.ts';

interface Command {
  name: string;
  properties: Record<string, string>;
  message: string;
}

/** What the runner of GitHub Actions makes of a log: its own rules, written down once more. */
function readByRunner(log: string): Command[] {
  const plain = (text: string): string =>
    text
      .replaceAll('%3A', ':')
      .replaceAll('%2C', ',')
      .replaceAll('%0D', '\r')
      .replaceAll('%0A', '\n')
      .replaceAll('%25', '%');
  return log.split('\n').flatMap((line) => {
    const found = /^\s*::([^\s:]+)(?: (.*?))?::(.*)$/s.exec(line);
    if (found === null) return [];
    const [, name = '', pairs = '', message = ''] = found;
    const properties = pairs.split(',').map((pair): [string, string] => {
      const [key = '', ...value] = pair.split('=');
      return [key, plain(value.join('='))];
    });
    return [{ name, properties: Object.fromEntries(properties), message: plain(message) }];
  });
}

const CHECKOUT = { directory: '/srv/ci', root: '/srv' };
const told = (reports: readonly TraceReport[], gating: readonly string[]): Command[] =>
  readByRunner(annotations(makeResults('check', 'barometer 0.0.0', reports, makeVerdict({ gating })), CHECKOUT));

test('what fails the run is an error at its line, what is new beside is a warning, what is known is nothing', () => {
  const failing = makeFinding();
  const weak = makeFinding({ register: 'BAR 1' });
  const known = makeFinding({ register: 'BAR 2' }, { known: true });
  expect(told([makeReport({ findings: [failing, weak, known] })], [failing.id])).toEqual([
    {
      name: 'error',
      properties: { file: 'ci/a.txt', line: '8', title: 'BAR-003 Low address bits are hardwired zero' },
      message: `BAR 0: expected 0x0, found 0x1. The low address bits are hardwired to zero. (${failing.id})`,
    },
    expect.objectContaining({ name: 'warning' }),
  ]);
});

test('nothing is said of a run that conforms', () => {
  expect(annotations(makeResults('check', 'barometer 0.0.0', [makeReport()], makeVerdict()), CHECKOUT)).toBe('');
});

test('profile entries that are not in order and traces that cannot be read are errors', () => {
  const complaint = { profile: 'p.yaml', line: 3, id: 'BAR-003-00000000', what: 'has expired' } as const;
  const results = makeResults('check', 'barometer 0.0.0', [makeReport(CUT)], makeVerdict({ complaints: [complaint] }));
  expect(readByRunner(annotations(results, CHECKOUT)).map(({ properties }) => properties)).toEqual([
    { file: 'ci/a.txt', title: 'The trace cannot be read in full' },
    { file: 'ci/p.yaml', line: '3', title: 'Profile' },
  ]);
  // One that comes with Barometer is no file of the repository.
  const shipped = makeVerdict({ complaints: [{ ...complaint, profile: 'qemu-q35' }] });
  const [annotation] = readByRunner(
    annotations(makeResults('check', 'barometer 0.0.0', [makeReport()], shipped), CHECKOUT),
  );
  expect(annotation?.properties).toEqual({ title: 'Profile qemu-q35' });
});

test('no more than GitHub shows, and the last says how many there are beside', () => {
  const findings = Array.from({ length: 25 }, (_one, index) => makeFinding({ shape: `shape ${index}` }));
  const commands = told(
    [makeReport({ findings })],
    findings.map(({ id }) => id),
  );
  expect(commands).toHaveLength(10);
  expect(commands.at(-1)?.message).toBe('16 more in the report.');
});

test('what is wrong with the run itself comes first, and leaves room for findings', () => {
  const findings = Array.from({ length: 25 }, (_one, index) => makeFinding({ shape: `shape ${index}` }));
  const complaints = Array.from({ length: 20 }, (_one, line) => {
    return { profile: 'p.yaml', line, id: 'BAR-003-00000000', what: 'did not occur' } as const;
  });
  const objections = [{ kind: 'unbound', where: 's.txt', what: 'it cannot be bound.', fails: true }] as const;
  const gating = findings.map(({ id }) => id);
  const make = (found: typeof findings) => {
    const verdict = makeVerdict({ status: 1, gating, complaints, objections });
    return readByRunner(
      annotations(makeResults('run', 'barometer 0', [makeReport({ findings: found })], verdict), CHECKOUT),
    );
  };
  const titles = make(findings).map(({ properties }) => properties['title']);
  expect(titles).toHaveLength(10);
  expect(titles.slice(0, 5)).toEqual([
    'The run as a whole',
    'Profile',
    'Profile',
    'Barometer',
    expect.stringMatching(/^BAR-003 /),
  ]);
  expect(make(findings)[3]!.message).toBe('18 more in the report.');
  // What one finding does not need is theirs, too; without findings they have all of it.
  expect(make(findings.slice(0, 1)).map(({ message }) => message)[8]).toBe('13 more in the report.');
  expect(make([])).toHaveLength(10);
  expect(make([]).at(-1)!.message).toBe('12 more in the report.');
});

test('what does not fail a run is no annotation', () => {
  const objections = [{ kind: 'unbound', where: 's.txt', what: 'it cannot be bound.', fails: false }] as const;
  expect(annotations(makeResults('run', 'barometer 0', [makeReport()], makeVerdict({ objections })), CHECKOUT)).toBe(
    '',
  );
});

test('each part of a message is short, so that all of them are there', () => {
  const long = 'x'.repeat(5000);
  const finding = makeFinding({ register: long, expected: long, actual: long, explanation: long });
  const [{ message }] = told([makeReport({ findings: [finding] })], [finding.id]) as [Command];
  expect(message.length).toBeLessThan(2000);
  for (const words of [': expected xxx', ', found xxx', '. xxx', `(${finding.id})`]) expect(message).toContain(words);
  // A name that is cut would be that of another file.
  const [{ properties }] = told([makeReport({ name: long, findings: [finding] })], [finding.id]) as [Command];
  expect(properties['file']).toBeUndefined();
});

test.each([...Object.entries(HOSTILE), ['ten megabytes', LONG_LINE] as const])(
  '%s: is one annotation, with the file that is meant',
  (_name, text) => {
    const name = text.slice(0, 200);
    const finding = makeFinding({ register: text, actual: text, explanation: text });
    const commands = told([makeReport({ name, findings: [finding] })], [finding.id]);
    expect(commands).toHaveLength(1);
    expect(commands[0]!.properties['file']).toBe(
      inertLine(name.startsWith('/') ? name : posix.normalize(`ci/${name}`)),
    );
    expect(commands[0]!.message.length).toBeLessThan(10_000);
  },
);
