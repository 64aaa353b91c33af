import { expect, test } from 'vitest';
import { HOSTILE, LONG_LINE } from '../../test/support/hostile.ts';
import { CUT, makeFinding, makeReport } from '../../test/support/make-report.ts';
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

const told = (reports: readonly TraceReport[], gating: readonly string[]): Command[] =>
  readByRunner(annotations(makeResults('check', 'barometer 0.0.0', reports, []), new Set(gating)));

test('what fails the run is an error at its line, what is new beside is a warning, what is known is nothing', () => {
  const failing = makeFinding();
  const weak = makeFinding({ register: 'BAR 1' });
  const known = makeFinding({ register: 'BAR 2' }, { known: true });
  expect(told([makeReport({ findings: [failing, weak, known] })], [failing.id])).toEqual([
    {
      name: 'error',
      properties: { file: 'a.txt', line: '8', title: 'BAR-003 Low address bits are hardwired zero' },
      message: `BAR 0: expected 0x0, found 0x1. The low address bits are hardwired to zero. (${failing.id})`,
    },
    expect.objectContaining({ name: 'warning' }),
  ]);
});

test('nothing is said of a run that conforms', () => {
  expect(annotations(makeResults('check', 'barometer 0.0.0', [makeReport()], []), new Set())).toBe('');
});

test('profile entries that are not in order and traces that cannot be read are errors', () => {
  const complaint = { profile: 'p.yaml', line: 3, id: 'BAR-003-00000000', what: 'has expired' } as const;
  const results = makeResults('check', 'barometer 0.0.0', [makeReport(CUT)], [complaint]);
  expect(readByRunner(annotations(results, new Set())).map(({ properties }) => properties)).toEqual([
    { file: 'p.yaml', line: '3', title: 'Profile' },
    { file: 'a.txt', title: 'The trace cannot be read in full' },
  ]);
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

test.each([...Object.entries(HOSTILE), ['ten megabytes', LONG_LINE] as const])(
  '%s: is one annotation, with the file that is meant',
  (_name, text) => {
    const name = text.slice(0, 200);
    const finding = makeFinding({ register: text, actual: text, explanation: text });
    const commands = told([makeReport({ name, findings: [finding] })], [finding.id]);
    expect(commands).toHaveLength(1);
    expect(commands[0]!.properties['file']).toBe(inertLine(name));
    expect(commands[0]!.message.length).toBeLessThan(10_000);
  },
);
