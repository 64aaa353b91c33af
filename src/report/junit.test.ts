import { parse } from 'junit2json';
import type { TestSuites } from 'junit2json';
import { expect, test } from 'vitest';
import { HOSTILE, LONG_LINE, ODD } from '../../test/support/hostile.ts';
import { CUT, makeFinding, makeReport, makeVerdict } from '../../test/support/make-report.ts';
import { makeResults } from '../check/results.ts';
import type { TraceReport } from '../check/trace-report.ts';
import { junitXml } from './junit.ts';

const xml = (reports: readonly TraceReport[], gating: readonly string[]): string =>
  junitXml(makeResults('check', 'barometer 0.0.0', reports, makeVerdict({ gating })));

test('a rule that was exercised and held is a passed case', () => {
  const text = xml([makeReport()], []);
  expect(text).toContain('<testsuite name="a.txt" time="0" tests="2" failures="0" errors="0"');
  expect(text).toContain('<testcase classname="a.txt" name="CAM-001" time="0"/>');
});

test('a new finding that gates is a failure with message and body', () => {
  const finding = makeFinding({ actual: '<0x1> & "more"\u0007' });
  const text = xml([makeReport({ findings: [finding] })], [finding.id]);
  expect(text).toContain('failures="1"');
  expect(text).toMatch(
    /<failure message="BAR-003: [^"]+ \(1 new\)" type="divergence"><!\[CDATA\[BAR-003-[0-9a-f]{8}: /,
  );
  expect(text).toContain('expected 0x0\nactual   <0x1> & "more"\\u0007\n');
});

test('known findings and findings that do not gate are told, and fail nothing', () => {
  const known = makeFinding({}, { known: true, reason: 'meant' });
  const weak = makeFinding({ register: 'BAR 1' });
  const text = xml([makeReport({ findings: [known, weak] })], [known.id]);
  expect(text).toContain('failures="0"');
  expect(text).toContain(`<system-out><![CDATA[${known.id}`);
  expect(text).toContain(weak.id);
});

test('a trace that was not read to its end is an error', () => {
  const text = xml([makeReport(CUT)], []);
  expect(text).toContain('errors="1"');
  expect(text).toContain('<error message="a.txt:7: the trace breaks off here"');
});

test('text that would end a CDATA section early stays text', () => {
  const finding = makeFinding({ explanation: 'odd ]]> text' });
  const text = xml([makeReport({ findings: [finding] })], [finding.id]);
  expect(text).not.toContain('odd ]]> text');
  expect(text).toContain('odd ');
});

test('entries of the profile that are not in order are failures of their own', () => {
  const complaint = { profile: 'p.yaml', line: 3, id: 'BAR-003-00000000', what: 'has expired' } as const;
  const verdict = makeVerdict({ status: 1, complaints: [complaint] });
  const text = junitXml(makeResults('check', 'barometer 0.0.0', [makeReport()], verdict));
  expect(text).toContain('<failure message="p.yaml:3: the known finding BAR-003-00000000 has expired."');
});

test.each([
  [true, 'failures="1"', '<failure message="s.txt: it cannot be bound: there is no bridge." type="unbound">'],
  [false, 'failures="0"', '<skipped/>'],
])('what only --strict does not let pass (strict: %s) is a case of its own', (fails, count, mark) => {
  const objection = {
    kind: 'unbound',
    where: 's.txt',
    what: 'it cannot be bound: there is no bridge.',
    fails,
  } as const;
  const text = junitXml(
    makeResults('run', 'barometer 0.0.0', [makeReport()], makeVerdict({ objections: [objection] })),
  );
  const [, suite = ''] = text.split('<testsuite name="the run as a whole"');
  expect(suite).toContain(count);
  expect(suite).toContain('<testcase classname="s.txt" name="it can be bound"');
  expect(suite).toContain(mark);
});

test.each([...Object.entries(HOSTILE), ['ten megabytes', LONG_LINE] as const])(
  '%s: another reader finds the same suites, cases and failures',
  async (_name, words) => {
    const failing = makeFinding({ expected: words, actual: words, explanation: words });
    const known = makeFinding({ rule: 'CAM-001', register: words }, { known: true });
    const report = makeReport({ name: words, findings: [failing, known], problems: [words], problemCount: 1 });
    const text = xml([report], [failing.id]);
    expect(text).not.toMatch(ODD);
    const { testsuite } = (await parse(text)) as TestSuites;
    expect(testsuite).toHaveLength(1);
    const [suite] = testsuite!;
    expect(suite).toMatchObject({ tests: 3, failures: 1, errors: 1 });
    expect(suite!.testcase!.map(({ name }) => name)).toEqual(['the trace can be read', 'BAR-003', 'CAM-001']);
    expect(suite!.testcase![1]!.failure).toHaveLength(1);
    expect(suite!.testcase![2]!['system-out']).toHaveLength(1);
  },
);
